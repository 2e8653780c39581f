// What the browser keeps: answers and points, by question. Nothing of it leaves the browser.

import { shown } from "./dom.js";

const PREFIX = "rnn-coursekit:";

/** The key that an answer is kept under. @param {string} name of the question */
export const answerKey = (name) => `answer:${name}`;

/** The key of an exercise's points. @param {string} exercise */
export const pointsKey = (exercise) => `points:${exercise}`;

/** A text that was kept, or null. @param {string} key */
export function read(key) {
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
    return "";
  } catch (fault) {
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

/**
 * The points of an exercise so far, in words.
 * @param {string} exercise
 * @param {{role: string, name: string, worth: number, written: boolean}[]} cells
 */
export function pointsSoFar(exercise, cells) {
  const earned = readRecord(pointsKey(exercise));
  const judged = cells.filter((cell) => cell.role === "answer" && !cell.written);
  const points = judged.reduce((sum, { name }) => sum + (earned[name] ?? 0), 0);
  const worth = judged.reduce((sum, cell) => sum + cell.worth, 0);
  return `${shown(points)} of ${shown(worth)} points so far`;
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

/** Everything that is kept, with the predictions and quizzes of the chapters. */
export function everything() {
  /** @type {Record<string, string>} */
  const kept = {};
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) || /^ck-(predict|quiz)-/.test(key)) {
        kept[key] = localStorage.getItem(key) ?? "";
      }
    }
  } catch {
    return {};
  }
  return kept;
}
