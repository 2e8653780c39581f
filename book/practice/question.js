// One question of the page: its editor, its buttons, what its cell printed and what its check said.

import { elsewhere, html } from "./dom.js";
import { makeEditor } from "./editor.js";
import { faultShown, feedbackShown } from "./feedback.js";
import { print } from "./printed.js";
import {
  answerKey,
  earlierKey,
  keepPoints,
  pointsKey,
  pointsSaid,
  read,
  watch,
  write,
} from "./store.js";

/**
 * @import {Place, Plan} from "./start.js"
 * @import {Told} from "./python.js"
 * @import {Runs} from "./runs.js"
 */

const KEYS = {
  answer: "Shift + Enter runs, Ctrl + Enter checks.",
  try: "Shift + Enter runs.",
  all: "Tab indents; to leave with Tab, press Esc before it.",
};
const NOT_KEPT = {
  full: "The browser's storage is full",
  refused: "This browser keeps nothing for this page",
};

export class Question {
  /** Called when points have changed. */
  scored = () => {};

  /** @param {Place} place @param {Plan} plan @param {Runs} runs @param {AbortSignal} signal */
  constructor(place, plan, runs, signal) {
    this.place = place;
    this.plan = plan;
    this.runs = runs;
    this.starter = runs.source(place.entry.index);
    /** @type {import("./editor.js").Editor | null} */
    this.editor = null;
    this.running = false;
    this.kept = true; // whether the browser holds what the editor shows
    this.checked = /** @type {string | null} */ (null); // the answer, as it is kept, when a run began
    this.warning = html("p", { class: "practice-note practice-warning", role: "status" });
    this.output = html("div", { class: "practice-output", "data-output": place.entry.name });
    this.stop = this.#button("Stop", () => this.runs.stop());
    this.stop.hidden = true;
    place.bar.append(this.stop, place.status, this.warning);
    place.bar.after(this.output);
    watch((key, text) => this.#elsewhere(key, text), signal);
    addEventListener("pageshow", (event) => event.persisted && this.#reread(), { signal });
    addEventListener("beforeunload", (event) => this.kept || event.preventDefault(), { signal });
    if (read(this.key) !== null) this.edit(false);
  }

  get key() {
    return answerKey(this.place.entry.name);
  }

  /** What is said of a question to those who hear the page. */
  get title() {
    const { label, role } = this.place.entry;
    return role === "try" ? "this code" : `question ${label}`;
  }

  text() {
    return this.editor?.text() ?? read(this.key) ?? this.starter;
  }

  cell() {
    return { label: this.place.entry.label, source: this.text(), given: false };
  }

  /** @param {string} text @param {() => void} onclick */
  #button(text, onclick) {
    const label = `${text}: ${this.title}`;
    return html(
      "button",
      { type: "button", class: "practice-button", "aria-label": label, onclick },
      text,
    );
  }

  /** Put the editor in place of the code. @param {boolean} [focus] */
  edit(focus = true) {
    if (!this.editor) {
      const { cell, bar, entry } = this.place;
      const running = entry.role === "try" ? KEYS.try : KEYS.answer;
      const keys = this.plan.hindrance ? KEYS.all : `${running} ${KEYS.all}`;
      const help = html("p", { class: "practice-keys", id: `practice-keys-${entry.index}` }, keys);
      const parent = html("div", { class: "practice-editor" });
      this.editor = makeEditor(parent, {
        text: read(this.key) ?? this.starter,
        label: entry.role === "try" ? "Code to change" : `Answer to question ${entry.label}`,
        help: help.id,
        changed: (text) => this.#changed(text),
        run: () => this.start("run"),
        check: () => this.start(entry.role === "try" ? "run" : "check"),
      });
      cell.querySelector(".cell_input")?.replaceWith(parent);
      bar.querySelector("[data-edit]")?.remove();
      this.#moreButtons();
      bar.after(help);
    }
    if (focus) this.editor.focus();
  }

  #moreButtons() {
    const { bar, entry, status } = this.place;
    const over = this.#button("Start over", () => {
      this.replace(this.starter);
      this.editor?.focus();
      this.say("The code is as it was. “Earlier answer” brings yours back.");
    });
    if (this.plan.hindrance) {
      // Nothing runs: what is written can be read and changed all the same.
    } else if (entry.role === "answer") {
      const above = this.#button("Run all above", () => this.start("above"));
      bar.insertBefore(above, status);
      if (this.#hasLastHint())
        bar.insertBefore(
          this.#button("Last resort", () => this.start("hint")),
          status,
        );
    } else
      bar.insertBefore(
        this.#button("Run", () => this.start("run")),
        status,
      );
    this.earlier = this.#button("Earlier answer", () => this.#bringBack());
    this.earlier.title = "Changes places with the one that is here";
    this.earlier.hidden = read(this.#earlierKey) === null;
    bar.insertBefore(over, status);
    bar.insertBefore(this.earlier, status);
    bar.append(this.stop, status, this.warning);
  }

  /** Whether the prompt tells of a last hint, which shows most of the answer. */
  #hasLastHint() {
    const { cell, entry } = this.place;
    return cell.closest("section")?.textContent?.includes(`hint("${entry.name}")`) ?? false;
  }

  get #earlierKey() {
    return earlierKey(this.place.entry.name);
  }

  /**
   * Put a text in and keep it, and what it replaces as well.
   * @param {string} text
   * @returns {string} why one of them could not be kept
   */
  replace(text) {
    this.edit(false);
    const before = this.text();
    if (text === before) return "";
    const lost = before === this.starter ? "" : write(this.#earlierKey, before);
    this.editor?.replace(text);
    const hindrance = this.#changed(text) || lost;
    if (this.earlier) this.earlier.hidden = read(this.#earlierKey) === null;
    return hindrance;
  }

  /** The answer that was replaced and the one that is here change places. */
  #bringBack() {
    this.replace(read(this.#earlierKey) ?? this.starter);
    this.editor?.focus();
  }

  /** @param {string} text */
  #changed(text) {
    const before = this.#points();
    const hindrance = write(this.key, text === this.starter ? null : text);
    this.kept = !hindrance;
    this.#warn(
      hindrance,
      "this answer is not kept. Download the notebook before you leave the page",
    );
    const points = this.#points();
    if (points !== before) {
      if (!this.running) this.say(points);
      this.scored();
    }
    return hindrance;
  }

  /** @param {"" | "full" | "refused"} hindrance @param {string} what comes of it */
  #warn(hindrance, what) {
    this.warning.textContent = hindrance && `${NOT_KEPT[hindrance]}: ${what}.`;
  }

  #points() {
    return pointsSaid(this.plan.exercise, this.place.entry);
  }

  /** Another tab has kept something. @param {string} key @param {string | null} text */
  #elsewhere(key, text) {
    if (key === pointsKey(this.plan.exercise) || key === this.key) {
      this.scored();
      if (!this.running) this.say(this.#points());
    }
    if (key !== this.key || text === this.text()) return;
    if (!this.kept) {
      this.say("Another tab has kept a different answer. Yours is here still, but is not kept.");
      return;
    }
    this.edit(false);
    this.editor?.replace(text ?? this.starter);
  }

  #reread() {
    if (this.kept) this.editor?.replace(read(this.key) ?? this.starter);
  }

  /** @param {string} text */
  say(text) {
    this.place.status.textContent = text;
  }

  /** What Python is doing, while this question waits for it. */
  showState() {
    if (this.running) this.say(this.runs.waiting);
  }

  /** @param {"run" | "check" | "above" | "hint"} wish */
  async start(wish) {
    this.edit(false);
    if (this.plan.hindrance) this.say(`${this.plan.hindrance}.`);
    if (this.running || this.plan.hindrance) return;
    this.running = true;
    this.stop.hidden = false;
    this.checked = read(this.key);
    this.say(this.runs.waiting);
    try {
      const told = await this.runs.run(this, wish);
      if (!told) this.say("Stopped before it began.");
      else if (told.ok && !told.feedback) this.say("Done.");
    } catch (fault) {
      this.output.replaceChildren(
        html(
          "p",
          { class: "practice-fault" },
          `Python could not be started: ${fault instanceof Error ? fault.message : fault}. Try again, or `,
          elsewhere(this.plan, "work on this page"),
          ".",
        ),
      );
      this.say("");
    } finally {
      this.running = false;
      this.stop.hidden = true;
    }
  }

  /** A cell of this question begins. @param {string} label */
  begin(label) {
    if (!label.startsWith("check ")) this.output.replaceChildren();
    this.place.cell.querySelector(".cell_output")?.remove(); // what the chapter's code had printed
  }

  /** @param {string} text */
  print(text) {
    let last = this.output.lastElementChild;
    if (!(last instanceof HTMLPreElement)) {
      last = html("pre", { class: "practice-printed", tabindex: 0 });
      this.output.append(last);
    }
    print(/** @type {HTMLElement} */ (last), text);
  }

  /** What came of a cell. @param {Told} told */
  hear(told) {
    if (told.feedback) this.#judge(told.feedback, told.ended === "stop");
    else if (told.result) this.print(`${told.result}\n`);
    if (told.ok) return;
    if (this.#definesNothing(told)) {
      this.#keep(0);
      if (this.output.querySelector(".practice-fault")) return; // it says why
    }
    const shown = faultShown(told, this.#where(told), this.runs.questions, () =>
      this.start("above"),
    );
    this.output.append(shown);
    const points = this.#definesNothing(told) ? this.#points() : "An error.";
    this.say(told.ended ? "Stopped." : points);
  }

  /** Whether a check finds no answer under the question's name. @param {Told} told */
  #definesNothing({ label, error }) {
    const { name, label: own, written } = this.place.entry;
    const missing =
      error?.type === "NameError" && error.message.startsWith(`name '${name}' is not`);
    return missing && !written && label === `check ${own}`;
  }

  /**
   * Say that Python was started anew without everything that it had before.
   * @param {string[]} names of what did not run again @param {Told | null} last what ran last
   */
  showMissing(names, last) {
    const first = "Python was started anew, and what had run before ran again first";
    const which = new Intl.ListFormat("en").format(names);
    this.output.append(
      html(
        "p",
        { class: "practice-note" },
        last?.again
          ? `${first}. It was stopped in ${which}, so this code has not run: run it once more, and it does without ${which}.`
          : `${first}, except ${which}, where an error came, which is shown there.`,
      ),
    );
    if (last?.again) this.say("Stopped.");
  }

  /** A link into the line of a fault, if it is in this answer. @param {Told} told */
  #where(told) {
    const line = told.error?.line;
    if (!line || told.label !== this.place.entry.label) return null;
    return () => this.editor?.goTo(line);
  }

  /**
   * @param {import("./python.js").Feedback} feedback
   * @param {boolean} stopped the reader has stopped the check, which is no verdict then
   */
  #judge(feedback, stopped) {
    const { name, written } = this.place.entry;
    const { state } = feedback;
    if (written) {
      this.output.append(feedbackShown({ ...feedback, title: name, state: "" }));
      this.say(state === "wrong" ? "A person reads it." : state);
      return;
    }
    if (stopped) {
      this.output.append(html("p", { class: "practice-fault" }, "The check was stopped."));
      this.say("Stopped.");
      return;
    }
    this.output.append(feedbackShown(feedback));
    if (feedback.name !== name) this.say(state);
    else this.#keep(feedback.points);
  }

  /** @param {number} points */
  #keep(points) {
    const { exercise } = this.plan;
    const hindrance = keepPoints(exercise, this.place.entry.name, points, this.checked);
    if (hindrance && this.kept)
      this.#warn(hindrance, "the points are forgotten when you leave the page");
    this.say(this.#points());
    this.scored();
  }
}
