// Ticks in the side bar: chapters whose predictions are made and whose quizzes are answered, exercises
// with all their points.

import { changedSince, pointsKey, readRecord } from "./store.js";

/**
 * @typedef {{predictions: string[], quizzes: [string, number[]][]}} Chapter
 * @typedef {{exercise: string, worth: Record<string, number>}} Exercise
 */

/** @type {Record<string, Chapter | Exercise>} put in when the book is built */
const todo = /** @type {any} */ (TODO);

/** @param {Exercise} page */
function solved({ exercise, worth }) {
  const points = readRecord(pointsKey(exercise));
  const changed = changedSince(exercise);
  return Object.entries(worth).every(([name, full]) => points[name] === full && !changed(name));
}

/** @param {Chapter} page */
function read({ predictions, quizzes }) {
  if (!predictions.length && !quizzes.length) return false;
  return (
    predictions.every((key) => localStorage.getItem(`ck-predict-${key}`) !== null) &&
    quizzes.every(([key, right]) => {
      const chosen = JSON.parse(localStorage.getItem(`ck-quiz-${key}`) ?? "{}");
      return right.every((option, i) => chosen[i]?.includes(option));
    })
  );
}

function tick() {
  for (const link of document.querySelectorAll("nav.bd-links a")) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    const page = link.href.split("#")[0].split("/").slice(-2).join("/");
    const here = location.pathname.split("/").slice(-2).join("/");
    const what = todo[link.getAttribute("href") === "#" ? here : page];
    if (!what) continue;
    const done = "exercise" in what ? solved(what) : read(what);
    const mark = link.querySelector(".practice-done");
    if (!done) mark?.remove();
    else if (!mark) {
      const made = document.createElement("span");
      made.className = "practice-done";
      made.role = "img";
      made.ariaLabel = "done";
      made.textContent = "✓";
      link.append(made);
    }
  }
}

try {
  tick();
  addEventListener("storage", tick);
  addEventListener("click", () => setTimeout(tick, 500)); // a quiz or a prediction of this page
  addEventListener("practice-points", tick);
} catch {
  // the browser keeps nothing for this page, so there is nothing to tick
}
