// What the browser keeps: answers and points, by question. Nothing of it leaves the browser.

import { shown } from "./dom.js";

const PREFIX = "rnn-coursekit:";

/** The key that an answer is kept under. @param {string} name of the question */
export const answerKey = (name) => `answer:${name}`;

/** The key of the answer that an opened notebook or "Start over" has replaced. @param {string} name */
export const earlierKey = (name) => `earlier:${name}`;

/** The key of an exercise's points. @param {string} exercise */
export const pointsKey = (exercise) => `points:${exercise}`;

/**
 * The key of what an exercise's points were given for: a short mark of each answer.
 * @param {string} exercise
 */
const judgedKey = (exercise) => `judged:${exercise}`;

/** @type {Map<string, string | null>} what the browser would not keep, until the page is left */
const memory = new Map();

/** A text that was kept, or null. @param {string} key */
export function read(key) {
  if (memory.has(key)) return memory.get(key) ?? null;
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null; // the browser keeps nothing for this page
  }
}

/**
 * Keep a text; null forgets what was kept.
 * @param {string} key @param {string | null} text
 * @returns {"" | "full" | "refused"} why it could not be kept
 */
export function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, text);
    memory.delete(key);
    return "";
  } catch (fault) {
    memory.set(key, text);
    const name = fault instanceof DOMException ? fault.name : "";
    return name === "QuotaExceededError" || name === "NS_ERROR_DOM_QUOTA_REACHED"
      ? "full"
      : "refused";
  }
}

/** What was kept as JSON, or an empty object. @param {string} key @returns {Record<string, any>} */
export function readRecord(key) {
  try {
    return JSON.parse(read(key) ?? "{}") ?? {};
  } catch {
    return {}; // written by something else
  }
}

/** A short mark of a text. @param {string} text */
function mark(text) {
  let sum = 5381;
  for (let i = 0; i < text.length; i++) sum = (sum * 33 + text.charCodeAt(i)) >>> 0;
  return sum.toString(36);
}

/**
 * Keep the points of an answer.
 * @param {string} exercise @param {string} name @param {number} points
 * @param {string | null} text the answer that was judged, as it is kept
 * @returns {"" | "full" | "refused"} why they could not be kept
 */
export function keepPoints(exercise, name, points, text) {
  const [key, judged] = [pointsKey(exercise), judgedKey(exercise)];
  const hindrance = write(key, JSON.stringify({ ...readRecord(key), [name]: points }));
  const other = write(judged, JSON.stringify({ ...readRecord(judged), [name]: mark(text ?? "") }));
  return hindrance || other;
}

/** Whether an answer has changed since its points were given. @param {string} exercise */
export function changedSince(exercise) {
  const judged = readRecord(judgedKey(exercise));
  /** @param {string} name */
  return (name) => name in judged && judged[name] !== mark(read(answerKey(name)) ?? "");
}

/**
 * What is said beside an answer of its points; "" before it has any.
 * @param {string} exercise @param {{name: string, worth: number, written: boolean}} entry
 */
export function pointsSaid(exercise, { name, worth, written }) {
  const earned = readRecord(pointsKey(exercise))[name];
  if (written || earned === undefined) return "";
  const old = changedSince(exercise)(name) ? ", before the last change" : "";
  return `${shown(earned)} of ${shown(worth)} points${old}`;
}

/**
 * The points of an exercise so far, in words: those that can be earned in the page, and where the
 * others come from.
 * @param {string} exercise
 * @param {{role: string, name: string, label: string, worth: number, torch: boolean, written: boolean}[]} cells
 */
export function pointsSoFar(exercise, cells) {
  const earned = readRecord(pointsKey(exercise));
  const answers = cells.filter((cell) => cell.role === "answer");
  const judged = answers.filter((cell) => !cell.written && !cell.torch);
  /** @param {{name: string}[]} some */
  const sum = (some) => some.reduce((all, { name }) => all + (earned[name] ?? 0), 0);
  const worth = judged.reduce((all, cell) => all + cell.worth, 0);
  const changed = changedSince(exercise);
  const old = sum(judged.filter(({ name }) => changed(name)));
  const open = old ? `, ${shown(old)} of them before the last change: check again` : "";
  const others = answers
    .filter((cell) => cell.torch || cell.written)
    .map(({ label, worth, torch }) => {
      return `; ${shown(worth)} more for question ${label}, ${torch ? "in Colab" : "which a person reads"}`;
    });
  return `${shown(sum(judged))} of ${shown(worth)} points so far${open}${others.join("")}`;
}

/**
 * Call back when another tab keeps something else under a key.
 * @param {(key: string, text: string | null) => void} changed @param {AbortSignal} [signal]
 */
export function watch(changed, signal) {
  /** @param {StorageEvent} event */
  const heard = ({ key, newValue }) => {
    if (key?.startsWith(PREFIX)) changed(key.slice(PREFIX.length), newValue);
  };
  addEventListener("storage", heard, { signal });
}

/** Whether a key is one of the course. @param {string} key */
const ours = (key) => key.startsWith(PREFIX) || /^ck-(predict|quiz)-/.test(key);

/**
 * Keep what ``everything`` has given in this browser or in another.
 * @param {string} text of the file
 * @returns {number} how many things were kept
 * @throws {Error} it is no such file, or the browser keeps nothing more
 */
export function bring(text) {
  const found = Object.entries(JSON.parse(text)).filter(
    ([key, value]) => ours(key) && typeof value === "string",
  );
  for (const [key, value] of found) localStorage.setItem(key, value);
  return found.length;
}

/** Everything that is kept, with the predictions and quizzes of the chapters. */
export function everything() {
  /** @type {Record<string, string>} */
  const kept = {};
  try {
    for (const key of Object.keys(localStorage)) {
      if (ours(key)) kept[key] = localStorage.getItem(key) ?? "";
    }
  } catch {
    return {};
  }
  return kept;
}
