// The exercise as a whole: points so far, the notebook that is handed in, a notebook taken back.

import { html } from "./dom.js";
import { bare, filled, taken } from "./notebook.js";
import { answerKey, pointsSoFar, read, write } from "./store.js";

/**
 * @import {Plan} from "./start.js"
 * @import {Question} from "./question.js"
 */

export class Exercise {
  /** @param {Plan} plan @param {Question[]} questions @param {HTMLElement[]} panels @param {AbortSignal} signal */
  constructor(plan, questions, panels, signal) {
    this.plan = plan;
    this.questions = questions;
    this.panels = panels;
    this.file = html("input", { type: "file", accept: ".ipynb,application/json", hidden: true });
    this.file.addEventListener("change", () => this.#open(this.file.files?.[0]), { signal });
    document.body.append(this.file);
    this.showPoints();
  }

  showPoints() {
    const text = pointsSoFar(this.plan.exercise, this.plan.cells);
    dispatchEvent(new Event("practice-points")); // the side bar hears it
    for (const panel of this.panels) {
      const place = panel.querySelector(".practice-points");
      if (place) place.textContent = text;
    }
  }

  /** @param {...(Node | string)} said */
  #say(...said) {
    for (const panel of this.panels) {
      panel
        .querySelector("output")
        ?.replaceChildren(
          ...said.map((part) => (typeof part === "string" ? part : part.cloneNode(true))),
        );
    }
  }

  /** The exercise's notebook with the answers in place, as a file. */
  async download() {
    const file = `${this.plan.exercise}.ipynb`;
    try {
      const answer = await fetch(this.plan.notebook);
      if (!answer.ok) throw new Error(`${answer.status}`);
      const answers = this.#answers().map(
        ({ name, text }) => /** @type {const} */ ([name, text()]),
      );
      const text = filled(await answer.text(), new Map(answers));
      const address = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
      html("a", { href: address, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      this.#say(
        `${file} is among your downloads. It is what you hand in; Colab and Jupyter open it.`,
      );
    } catch (fault) {
      console.error(fault);
      this.#say(
        "The notebook could not be fetched. Are you online? Your answers are kept; try again.",
      );
    }
  }

  /** Let the reader choose a notebook. */
  choose() {
    this.file.value = "";
    this.file.click();
  }

  /** @param {File | undefined} file */
  async #open(file) {
    if (!file) return;
    const answers = this.#answers();
    const { runs } = this.questions[0];
    const others = this.plan.cells.filter((entry) => entry.role !== "answer");
    const given = others.map((entry) => runs.source(entry.index));
    const names = answers.map(({ name }) => name);
    let found;
    try {
      found = taken(await file.text(), names, given);
    } catch {
      this.#say(`${file.name} is not a notebook (.ipynb). Nothing was changed.`);
      return;
    }
    const written = answers.filter(({ name, starter }) => {
      const text = found.answers.get(name);
      return text !== undefined && bare(text) !== bare(starter);
    });
    if (!written.length) {
      this.#say(`${file.name} answers none of the questions of this page. Nothing was changed.`);
      return;
    }
    const before = written.map((one) => /** @type {const} */ ([one, one.text()]));
    for (const one of written) one.replace(found.answers.get(one.name) ?? one.starter);
    const left = found.commands ? " Lines that begin with ! or % were left out." : "";
    this.#opened(file.name, before, left);
  }

  /** All answers, also those that are not written here but pass through to the notebook. */
  #answers() {
    const { runs } = this.questions[0];
    const entries = this.plan.cells.filter(({ role }) => role === "answer");
    return entries.map(({ name, index }) => {
      const question = this.questions.find((one) => one.place.entry.name === name);
      const starter = question?.starter ?? runs.source(index);
      const key = answerKey(name);
      return {
        name,
        starter,
        text: () => question?.text() ?? read(key) ?? starter,
        /** @param {string} text */
        replace: (text) =>
          question ? question.replace(text) : write(key, text === starter ? null : text),
      };
    });
  }

  /**
   * @param {string} name of the file
   * @param {(readonly [{replace: (text: string) => unknown}, string])[]} before
   * @param {string} left what is to be said of lines left out
   */
  #opened(name, before, left) {
    const missing = this.#answers().length - before.length;
    const rest = missing
      ? ` It has no answer to ${missing} of the questions; these stay as they were.`
      : "";
    this.#say(
      `${before.length === 1 ? "1 answer" : `${before.length} answers`} of ${name} ` +
        `${before.length === 1 ? "is" : "are"} here now.${rest}${left} ` +
        "Text cells of your own stay in the file. ",
    );
    const back = () => {
      for (const [answer, text] of before) answer.replace(text);
      this.#say("The answers are as they were before.");
    };
    for (const panel of this.panels) {
      panel
        .querySelector("output")
        ?.append(
          html("button", { type: "button", class: "practice-button", onclick: back }, "Undo"),
        );
    }
  }
}
