// The exercise as a whole: points so far, the notebook that is handed in, a notebook taken back.

import { html } from "./dom.js";
import { filled, taken } from "./notebook.js";
import { pointsSoFar } from "./store.js";

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
      const answers = new Map(this.questions.map((one) => [one.place.entry.name, one.text()]));
      const text = filled(await answer.text(), answers);
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
    const names = this.questions.map((one) => one.place.entry.name);
    const others = this.plan.cells.filter((entry) => entry.role !== "answer");
    const given = others.map((entry) => this.questions[0].runs.source(entry.index));
    let found;
    try {
      found = taken(await file.text(), names, given);
    } catch {
      this.#say(`${file.name} is not a notebook (.ipynb). Nothing was changed.`);
      return;
    }
    if (!found.answers.size) {
      this.#say(`${file.name} answers none of the questions of this page. Nothing was changed.`);
      return;
    }
    const before = this.questions.map((one) => /** @type {const} */ ([one, one.text()]));
    for (const one of this.questions) {
      const text = found.answers.get(one.place.entry.name);
      if (text !== undefined)
        one.replace(text.trimEnd() === one.starter.trimEnd() ? one.starter : text);
    }
    this.#opened(file.name, found.answers.size, before);
  }

  /** @param {string} name @param {number} count @param {(readonly [Question, string])[]} before */
  #opened(name, count, before) {
    const missing = this.questions.length - count;
    const rest = missing ? ` It has no answer to ${missing} of them; these stay as they were.` : "";
    this.#say(
      `${count} answers of ${name} are here now.${rest} Text cells of your own stay in the file. `,
    );
    const back = () => {
      for (const [question, text] of before) question.replace(text);
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
