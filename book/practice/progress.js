// The page "Your progress": predictions, quizzes and exercises of the course, from what this browser
// keeps and nothing else.

import { html, shown } from "./dom.js";
import { bring, changedSince, everything, pointsKey, readRecord } from "./store.js";

/**
 * @typedef {{key: string, question: string, truth: number, unit: string, tolerance: number}} Prediction
 * @typedef {{key: string, right: number[]}} Quiz
 * @typedef {{page: string, title: string, predictions: Prediction[], quizzes: Quiz[]}} Chapter
 * @typedef {{name: string, label: string, worth: number, torch: boolean}} Judged
 * @typedef {{page: string, exercise: string, title: string, judged: Judged[]}} Exercise
 */

/** @type {{chapters: Chapter[], exercises: Exercise[]}} put in when the book is built */
const course = /** @type {any} */ (COURSE);

/** What a prediction or a quiz of the chapters has kept. @param {string} key */
function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** A number as the chapters show it. @param {number} value @param {string} unit */
const number = (value, unit) =>
  `${String(Number(value.toPrecision(4))).replace("-", "−")}${unit && !unit.startsWith("%") ? " " : ""}${plain(unit)}`;

/** Text without the signs that set code and formulas. @param {string} text */
const plain = (text) =>
  text.replace(/\$([^$]*)\$/g, (_, tex) => tex.replace(/[\\{}]/g, "")).replace(/[`*]/g, "");

/** @param {string} head @param {string[]} titles @param {(Node | string)[][]} rows */
function table(head, titles, rows) {
  const top = html("tr", {}, ...titles.map((title) => html("th", { scope: "col" }, title)));
  const body = rows.map((row) => html("tr", {}, ...row.map((cell) => html("td", {}, cell))));
  const caption = html("caption", {}, head);
  return html(
    "table",
    { class: "table practice-table" },
    caption,
    html("thead", {}, top),
    html("tbody", {}, ...body),
  );
}

/** @param {Prediction} prediction */
function guessed({ key, question, truth, unit, tolerance }) {
  const text = kept(`ck-predict-${key}`);
  if (text === null) return [plain(question), "—", "after your prediction"];
  const close = Math.abs(Number(text) - truth) <= tolerance ? " (close)" : "";
  return [plain(question), number(Number(text), unit) + close, number(truth, unit)];
}

/** Questions of a quiz: answered right, and at the first attempt. @param {Quiz} quiz */
function answered({ key, right }) {
  /** @type {Record<string, number[]>} */
  let chosen = {};
  try {
    chosen = JSON.parse(kept(`ck-quiz-${key}`) ?? "{}");
  } catch {
    // written by something else
  }
  const done = right.filter((option, i) => chosen[i]?.includes(option)).length;
  const first = right.filter((option, i) => chosen[i]?.[0] === option).length;
  return { done, first, of: right.length };
}

/** @param {string} page @param {string} text */
const link = (page, text) => html("a", { href: `../${page}` }, text);

/** @param {Exercise} exercise */
function earned({ exercise, judged }) {
  const points = readRecord(pointsKey(exercise));
  const here = judged.filter((one) => !one.torch);
  const worth = here.reduce((sum, one) => sum + one.worth, 0);
  const changed = changedSince(exercise);
  /** @param {Judged[]} some */
  const sum = (some) => some.reduce((all, one) => all + (points[one.name] ?? 0), 0);
  const old = sum(here.filter((one) => changed(one.name)));
  return { points, sum: sum(here), old, worth };
}

/** @param {{done: number, first: number, of: number}[]} parts */
const added = (parts) => ({
  done: parts.reduce((sum, part) => sum + part.done, 0),
  first: parts.reduce((sum, part) => sum + part.first, 0),
  of: parts.reduce((sum, part) => sum + part.of, 0),
});

function summary() {
  const predictions = course.chapters.flatMap((chapter) => chapter.predictions);
  const made = predictions.filter(({ key }) => kept(`ck-predict-${key}`) !== null).length;
  const quizzes = added(course.chapters.flatMap((chapter) => chapter.quizzes).map(answered));
  const all = course.exercises.map(earned);
  const points = all.reduce((sum, one) => sum + one.sum, 0);
  const worth = all.reduce((sum, one) => sum + one.worth, 0);
  const old = all.reduce((sum, one) => sum + one.old, 0);
  const open = old ? `, ${shown(old)} of them before the last change of the answer` : "";
  return html(
    "ul",
    {},
    html("li", {}, `Exercises: ${shown(points)} of ${shown(worth)} points${open}`),
    html(
      "li",
      {},
      `Quizzes: ${quizzes.done} of ${quizzes.of} questions answered, ${quizzes.first} at the first attempt`,
    ),
    html("li", {}, `Predictions: ${made} of ${predictions.length} made`),
  );
}

function exercises() {
  const rows = course.exercises.map((exercise) => {
    const { points, sum, worth } = earned(exercise);
    const changed = changedSince(exercise.exercise);
    const each = exercise.judged.map(({ name, label, worth, torch }) => {
      if (torch) return `${label}\u00a0in\u00a0Colab`;
      const old = changed(name) ? " before the last change" : "";
      const told = name in points ? `${shown(points[name])}/${shown(worth)}${old}` : "—";
      return `${label}\u00a0${told}`;
    });
    return [
      link(exercise.page, exercise.title),
      `${shown(sum)}\u00a0of\u00a0${shown(worth)}`,
      each.join(", "),
    ];
  });
  return table("Exercises", ["Exercise", "Points", "By question"], rows);
}

function quizzes() {
  const rows = course.chapters
    .filter((chapter) => chapter.quizzes.length)
    .map((chapter) => {
      const { done, first, of } = added(chapter.quizzes.map(answered));
      return [link(chapter.page, chapter.title), `${done}\u00a0of\u00a0${of}`, String(first)];
    });
  return table("Quizzes", ["Chapter", "Answered", "At the first attempt"], rows);
}

function predictions() {
  const rows = course.chapters.flatMap((chapter) =>
    chapter.predictions.map((one) => {
      const where = html("div", {}, link(chapter.page, chapter.title));
      const [question, ...numbers] = guessed(one);
      where.append(html("div", {}, question));
      return [where, ...numbers];
    }),
  );
  return table("Predictions", ["Question", "You said", "Measured"], rows);
}

/**
 * Take in a file that "Export" has made; what is said of it.
 * @param {File} file
 */
async function taken(file) {
  try {
    const count = bring(await file.text());
    return count
      ? `${file.name} is here now. Open exercise pages anew to see its answers.`
      : `${file.name} holds nothing of the course.`;
  } catch (fault) {
    const full = fault instanceof DOMException;
    return full
      ? "The browser's storage is full: not all of the file is kept."
      : `${file.name} is not a file that “Export” has made. Nothing was changed.`;
  }
}

/** A button that lets the reader choose a file to be taken in. @param {HTMLElement} place */
function importing(place) {
  const file = html("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    const said = await taken(chosen);
    draw(place);
    place.querySelector("output")?.replaceChildren(said);
  });
  const title = "What “Export” has saved; it takes the place of what is here under the same names";
  const onclick = () => file.click();
  const button = html(
    "button",
    { type: "button", class: "practice-button", title, onclick },
    "Import",
  );
  return [button, file];
}

/** @param {HTMLElement} place */
function draw(place) {
  const status = html("output", { class: "practice-status" });
  /** @param {string} text @param {() => void} onclick */
  const button = (text, onclick) =>
    html("button", { type: "button", class: "practice-button", onclick }, text);
  const save = button("Export", () => {
    const blob = new Blob([JSON.stringify(everything(), null, 1)], { type: "application/json" });
    const address = URL.createObjectURL(blob);
    html("a", { href: address, download: "course-progress.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    status.textContent = "Everything that this browser keeps of the course is in the file.";
  });
  const reset = button("Reset", () => {
    if (
      !confirm(
        "Delete all answers, points, predictions and quizzes of the course from this browser?",
      )
    )
      return;
    for (const key of Object.keys(everything())) localStorage.removeItem(key);
    draw(place);
    place
      .querySelector("output")
      ?.replaceChildren("This browser keeps nothing of the course any more.");
  });
  place.replaceChildren(
    summary(),
    html("div", { class: "practice-bar" }, save, ...importing(place), reset, status),
    exercises(),
    quizzes(),
    predictions(),
  );
}

const place = document.getElementById("practice-progress");
if (place) {
  draw(place);
  addEventListener("storage", () => draw(place));
  addEventListener("pageshow", (event) => event.persisted && draw(place));
}
