// Which cells run for a wish, in which order, and who hears what they say.

import { html } from "./dom.js";
import { print } from "./printed.js";
import { Python } from "./python.js";

/**
 * @import {Plan} from "./start.js"
 * @import {Cell, Told} from "./python.js"
 * @import {Question} from "./question.js"
 */

const LIMIT = 20; // seconds for a cell, as when it is graded
const CHECK = 60; // seconds for a check, which stops each of its cases much sooner
const SLACK = 3; // NumPy in a page is slower, and there is no clock of the CPU
// The course's own, whatever has become of the name in the reader's cells; binds no name.
const CHECKS = '__import__("coursekit.checks").checks';
const STATES = {
  none: "",
  starting: "Python is starting. The first time it is fetched: about 18 MB.",
  ready: "",
  failed: "Python could not be started",
};

export class Runs {
  /** @type {Question[]} of the page, in their order */
  questions = [];

  /** @param {Plan} plan @param {HTMLElement[]} panels */
  constructor(plan, panels) {
    this.plan = plan;
    this.outputs = panels.map((panel) => panel.querySelector(".practice-python"));
    this.cells = /** @type {NodeListOf<HTMLElement>} */ (
      document.querySelectorAll(".bd-article div.cell")
    );
    this.python = new Python(plan, (state, why) => this.#show(state, why));
    /** @type {Map<number, HTMLElement>} what the notebook's own cells have printed, by their index */
    this.printed = new Map();
    this.state = "none";
    this.why = "";
  }

  /** @param {string} state @param {string} [why] */
  #show(state, why = "") {
    [this.state, this.why] = [state, why];
    const said = STATES[/** @type {keyof typeof STATES} */ (state)];
    for (const output of this.outputs)
      if (output) output.textContent = why ? `${said}: ${why}` : said;
    for (const question of this.questions) question.showState();
  }

  /** What a question that waits says. */
  get waiting() {
    return this.state === "starting" ? "Starting Python …" : "Running …";
  }

  /** The code of a cell as the page came with it. @param {number} index */
  source(index) {
    return this.cells[index].querySelector("pre")?.textContent?.trimEnd() ?? "";
  }

  /**
   * Run a question's answer, after the notebook's own cells above it.
   * @param {Question} question @param {"run" | "check" | "above" | "hint"} wish
   * @returns {Promise<Told | null>} null if nothing ran
   */
  async run(question, wish) {
    if (wish === "hint") return this.#hint(question);
    const { entry } = question.place;
    /** @type {Cell[]} */
    const cells = [];
    const heard = new Map();
    for (const { index, role, above } of this.plan.cells) {
      if (index > entry.index) break;
      if (role === "given")
        cells.push({ label: `cell ${index + 1}`, source: this.source(index), given: true });
      const other = this.questions.find((one) => one.place.entry.index === index);
      if (!other || (other !== question && wish !== "above")) continue;
      if (above) cells.push({ label: `above ${entry.label}`, source: above, given: false });
      const checked = wish === "check" && other === question;
      cells.push({ ...other.cell(), anew: checked, goesOn: checked });
      heard.set(other.cell().label, other);
    }
    const limit = Math.max(LIMIT, SLACK * entry.seconds);
    if (wish === "check") {
      const source = `${CHECKS}.check(${entry.name}=${entry.name})`;
      const most = Math.max(CHECK, limit);
      cells.push({ label: `check ${entry.label}`, source, given: false, most });
      heard.set(`check ${entry.label}`, question);
    }
    return this.#hand(question, cells, limit, heard);
  }

  /**
   * Have cells run, after those that a new Python has to run again.
   * @param {Question} question that was asked for @param {Cell[]} cells @param {number} limit
   * @param {Map<string, Question>} heard who hears of a cell, by its label
   */
  async #hand(question, cells, limit, heard) {
    /** @type {Told[]} */
    const failed = [];
    /** @param {string} label */
    const hears = (label) => heard.get(label) ?? this.#by(label);
    const told = await this.python.run(cells, limit, {
      begin: (label) => hears(label)?.begin(label),
      output: (label, text) => {
        const place = hears(label);
        if (place) place.print(text);
        else this.#print(label, text);
      },
      cell: (one) => {
        if (one.again && !one.ok) failed.push(one);
        if (hears(one.label) || !one.ok) (hears(one.label) ?? question).hear(one);
      },
    });
    if (failed.length)
      question.showMissing(
        failed.map(({ label }) => this.#named(label)),
        told,
      );
    return told;
  }

  /** What a cell is called that a reader is told of. @param {string} label */
  #named(label) {
    const owner = this.#by(label);
    return owner?.place.entry.role === "answer" ? owner.title : "other code of this page";
  }

  /** The last hint of a question, which the course's package holds. @param {Question} question */
  #hint(question) {
    const { name, label } = question.place.entry;
    const source = `${CHECKS}.hint("${name}")`;
    const cell = { label: `hint ${label}`, source, given: false };
    return this.#hand(question, [cell], LIMIT, new Map([[cell.label, question]]));
  }

  /** @param {string} label */
  #by(label) {
    return this.questions.find((one) => one.cell().label === label);
  }

  /** Output of one of the notebook's own cells. @param {string} label @param {string} text */
  #print(label, text) {
    const index = Number(/^cell (\d+)$/.exec(label)?.[1]) - 1;
    const cell = this.cells[index];
    if (!cell) return;
    const place = this.printed.get(index) ?? html("pre", { class: "practice-printed" });
    if (!this.printed.has(index)) cell.after(place);
    this.printed.set(index, place);
    print(place, text);
  }

  /** Start Python before it is needed; what goes wrong is said on the page. */
  prepare() {
    if (this.plan.hindrance) return;
    this.python.start().catch(() => {});
  }

  stop() {
    this.python.stop();
  }

  /** Forget what the cells have defined. */
  restart() {
    this.python.restart();
    for (const place of this.printed.values()) place.remove();
    this.printed.clear();
    for (const output of this.outputs) {
      if (output)
        output.textContent =
          "Python forgets what has been defined. It starts again with the next run.";
    }
  }
}
