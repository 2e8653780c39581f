// What an exercise page does before its reader asks for anything: buttons below the answers, points
// so far. The first wish fetches the editor and the rest (page.js); Python comes with the first run.

import { elsewhere, html } from "./dom.js";
import { answerKey, pointsSaid, pointsSoFar, read } from "./store.js";

/**
 * @typedef {{index: number, role: "given" | "answer" | "check" | "try", name: string, label: string,
 *   worth: number, torch: boolean, written: boolean, seconds: number, above: string}} Entry
 * @typedef {{page: string, worker: string, pyodide: string, python: string, numpy: string,
 *   coursekit: string, data: string, notebook: string, colab: string, exercise: string,
 *   hindrance: string, cells: Entry[]}} Plan `hindrance`: why Python cannot start here, or ""
 * @typedef {{entry: Entry, cell: HTMLElement, bar: HTMLElement, status: HTMLElement}} Place
 * @typedef {"edit" | "run" | "check" | "above" | "download" | "open" | "restart"} Wish
 */

const ADDRESSES = /** @type {const} */ ([
  "page",
  "worker",
  "pyodide",
  "python",
  "numpy",
  "coursekit",
  "data",
]);

const RUNS_NOT = {
  file:
    "Python cannot start in a page opened as a file: open the book from its web address, or run " +
    "`python -m http.server` in its folder and open http://localhost:8000",
  old: "Python cannot start in this browser, which lacks WebAssembly: use a newer one",
};

const ABOUT =
  "Solve the exercise in this page: nothing to install, no account. Your answers stay in this browser " +
  "and are sent nowhere; a private window forgets them when it is closed. To hand in, download the " +
  "notebook with your answers in it.";

const LOST = "The editor could not be fetched. Are you online? Try again.";

const READABLE =
  " Answers can be read and written in this page all the same: to take them along, download the " +
  "notebook here and open that file there.";

function start() {
  const element = document.getElementById("practice");
  if (!element?.textContent) return;
  /** @type {Plan} */
  const plan = JSON.parse(element.textContent);
  const base = new URL(element.dataset.base ?? "", location.href);
  for (const key of ADDRESSES) {
    if (plan[key]) plan[key] = new URL(plan[key], base).href;
  }
  plan.hindrance = why();
  if (plan.hindrance) sayWhy(plan);
  if (plan.hindrance !== RUNS_NOT.file) prepare(plan); // from a file, no browser fetches the editor
}

/** Why Python cannot start here; "" where it can. */
function why() {
  if (location.protocol === "file:") return RUNS_NOT.file;
  return typeof WebAssembly === "object" && typeof Worker === "function" ? "" : RUNS_NOT.old;
}

const ALL_CELLS = ".bd-article div.cell";

/** @param {Plan} plan */
function sayWhy(plan) {
  const why = plan.hindrance;
  const said = html("p", { class: "practice-note" }, why);
  if (plan.exercise) {
    said.append(", or ", elsewhere(plan, "solve the exercises"), ".");
    if (why === RUNS_NOT.old) said.append(READABLE);
    document.querySelector(".bd-article h1")?.after(said);
  } else {
    said.append(" to change and run code of this page.");
    const first = plan.cells.find(({ role }) => role === "try");
    if (first) document.querySelectorAll(ALL_CELLS)[first.index]?.after(said);
  }
}

/** @param {Plan} plan */
function prepare(plan) {
  const cells = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(ALL_CELLS));
  /** @type {Place[]} */
  const places = [];
  /** @type {Promise<{act: (wish: Wish, place?: Place) => void}> | undefined} */
  let page;
  let failed = 0;
  /** @type {Map<Element, string>} where something is said of the editor, and what was said there */
  const before = new Map();
  const fetched = async () => {
    // Firefox never fetches again what it could not have: it is given another address.
    const module = await import(failed ? `${plan.page}?again=${failed}` : plan.page);
    for (const [said, text] of before) said.textContent = text;
    before.clear();
    return module.open(plan, places, panels);
  };
  /** @param {Wish} wish @param {Place} [place] */
  const ask = async (wish, place) => {
    const said = place?.status ?? panels[0]?.querySelector("output");
    /** @param {string} text */
    const say = (text) => {
      if (said && !before.has(said)) before.set(said, said.textContent ?? "");
      if (said) said.textContent = text;
    };
    if (!page) say("Fetching the editor …");
    page ??= fetched();
    const coming = page;
    let opened;
    try {
      opened = await coming;
    } catch (fault) {
      if (page === coming) [page, failed] = [undefined, failed + 1];
      say(LOST);
      console.error(fault);
    }
    opened?.act(wish, place);
  };
  for (const entry of plan.cells) {
    const cell = cells[entry.index];
    if (entry.role === "check") cell.classList.add("practice-check");
    else if (entry.role !== "given") places.push(place(plan, entry, cell, ask));
  }
  const panels = plan.exercise
    ? [
        panel(plan, ask, "This exercise in your browser", plan.hindrance ? "" : ABOUT),
        panel(plan, ask, "Hand in"),
      ]
    : [];
  const article = document.querySelector(".bd-article section");
  article?.querySelector("section")?.before(...panels.slice(0, 1));
  article?.append(...panels.slice(1));
  if (plan.exercise) {
    withAnswers(ask);
    skipLink(places);
  }
  // Who has answered before sees the answers again.
  if (places.some(({ entry }) => read(answerKey(entry.name)) !== null)) ask("edit");
}

/** The link at the head of the page gives the notebook with the answers, too. @param {(wish: Wish) => void} ask */
function withAnswers(ask) {
  document.querySelector("a.course-action[download]")?.addEventListener("click", (event) => {
    event.preventDefault();
    ask("download");
  });
}

/** For those who go by keyboard, from the top of the page to the first question. @param {Place[]} places */
function skipLink(places) {
  const section = places[0]?.cell.closest("section");
  if (!section) return;
  const skip = html("a", { href: `#${section.id}` }, "Skip to the exercises");
  document.getElementById("pst-skip-link")?.append(skip);
}

/**
 * @param {string} text @param {() => void} onclick @param {string} [title]
 * @param {boolean} [first]
 */
function button(text, onclick, title = "", first = false) {
  const classes = first ? "practice-button practice-first" : "practice-button";
  return html("button", { type: "button", class: classes, onclick, ...(title && { title }) }, text);
}

/**
 * The buttons below an answer.
 * @param {Plan} plan @param {Entry} entry @param {HTMLElement} cell
 * @param {(wish: Wish, place?: Place) => void} ask @returns {Place}
 */
function place(plan, entry, cell, ask) {
  const status = html("output", { class: "practice-status" });
  const bar = html("div", { class: "practice-bar", "data-question": entry.name });
  const place = { entry, cell, bar, status };
  cell.classList.add("practice-cell");
  cell.after(bar);
  if (entry.torch) {
    bar.append(
      html(
        "p",
        { class: "practice-note" },
        "This question needs PyTorch, which the Python of this page does not have: ",
        elsewhere(plan, "answer it"),
        ". To take your other answers along, download the notebook here and open that file there.",
      ),
    );
    return place;
  }
  const what = entry.role === "try" ? "" : ` question ${entry.label}`;
  if (entry.role === "answer") {
    const check = button("Check", () => ask("check", place), "Ctrl + Enter in the answer", true);
    check.setAttribute("aria-label", `Check${what}`);
    const run = button("Run", () => ask("run", place), "Shift + Enter in the answer");
    run.setAttribute("aria-label", `Run${what}`);
    const edit = button("Write an answer", () => ask("edit", place));
    edit.dataset.edit = "";
    edit.setAttribute("aria-label", `Write an answer to${what}`);
    bar.append(edit, ...(plan.hindrance ? [] : [check, run]), status);
    status.textContent = pointsSaid(plan.exercise, entry);
  } else {
    const edit = button("Try it", () => ask("edit", place), "Change this code and run it");
    edit.dataset.edit = "";
    bar.append(...(plan.hindrance ? [] : [edit]), status);
  }
  return place;
}

/**
 * Points so far and what can be done with the whole exercise: above the questions and below them.
 * @param {Plan} plan @param {(wish: Wish) => void} ask @param {string} label
 * @param {string} [about]
 */
function panel(plan, ask, label, about) {
  const { exercise, cells } = plan;
  return html(
    "aside",
    { class: "practice-panel", "aria-label": label },
    html("p", { class: "practice-points" }, pointsSoFar(exercise, cells)),
    ...(about ? [html("p", {}, about)] : []),
    html(
      "div",
      { class: "practice-bar" },
      button("Download notebook", () => ask("download"), "", true),
      button("Open a notebook", () => ask("open"), "From your computer, also one from Colab"),
      ...(plan.hindrance
        ? []
        : [button("Restart Python", () => ask("restart"), "Forget what the cells have defined")]),
      html("output", { class: "practice-status" }),
    ),
    html("output", { class: "practice-python" }), // apart, so that it takes nobody's "Undo" away
  );
}

start();
