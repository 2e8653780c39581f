// What a check said and what went wrong, as elements of the page. Texts stay texts: nothing that a
// cell returns is taken for HTML.

import { html } from "./dom.js";
import { TOO_DEEP } from "./python.js";

/**
 * @import {Feedback, Told} from "./python.js"
 * @import {Question} from "./question.js"
 */

/** Text with what stands between backquotes set as code. @param {string} text */
function marked(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, i) => (i % 2 ? html("code", {}, part) : part));
}

/** @param {string} kind @param {string} text */
function row(kind, text) {
  if (kind === "pass" || kind === "fail") {
    const mark = html("span", { class: `practice-${kind}` }, kind === "pass" ? "✓ " : "✗ ");
    return html("div", {}, mark, ...marked(text));
  }
  if (kind === "call") {
    const code = html("pre", { tabindex: 0 }, text);
    return html("details", { class: "practice-in" }, html("summary", {}, "Show this case"), code);
  }
  if (kind === "printed") {
    return html(
      "div",
      { class: "practice-in" },
      "Your code printed:",
      html("pre", { tabindex: 0 }, text),
    );
  }
  if (kind === "hint") {
    return html("div", { class: "practice-hint" }, html("strong", {}, "Hint. "), ...marked(text));
  }
  return html("div", kind === "reason" ? { class: "practice-in" } : {}, ...marked(text));
}

/** @param {Feedback} feedback */
export function feedbackShown({ title, state, lines }) {
  const kind =
    state === "solved" ? "good" : state === "wrong" || state === "partly right" ? "bad" : "open";
  const rows = lines.map(([kind, text]) => row(kind, text));
  return html(
    "div",
    { class: `practice-feedback practice-${kind}` },
    html("strong", {}, title),
    ...rows,
  );
}

const ENDS = {
  time: "Stopped: it had run for longer than a cell may",
  stop: "Stopped",
  died: "Python has ended",
};

/** Why Python has ended. @param {string} message */
const reason = (message) =>
  TOO_DEEP.test(message) ? "a function calls itself again and again, without end" : message;

/**
 * What went wrong in a cell.
 * @param {Told} told @param {(() => void) | null} goTo puts the cursor into the line
 * @param {Question[]} questions of the page @param {() => void} runAbove
 */
export function faultShown(told, goTo, questions, runAbove) {
  const { error, ended, lost } = told;
  const box = html("div", { class: "practice-fault" });
  if (!error) return box;
  const line = error.line ? `line ${error.line}` : "";
  const place =
    !line || !goTo
      ? line
      : html("button", { type: "button", class: "practice-line", onclick: goTo }, line);
  const code = error.text ? [":", html("pre", {}, error.text)] : ["."];
  if (ended) {
    const why = ended === "died" && error.message ? ` (${reason(error.message)})` : "";
    box.append(html("p", {}, `${ENDS[ended]}${why}.`));
    if (line) box.append(lost ? "It was last seen in " : "It was in ", place, ...code);
    if (lost) {
      box.append(
        html(
          "p",
          {},
          "Python had to be started anew; cells that had run will run again before the next.",
        ),
      );
    }
    return box;
  }
  const about = aboutName(error.message, told.label, questions, runAbove);
  if (told.label.startsWith("check ") && about.length) {
    box.append(...about); // the line of the check is not the reader's
    return box;
  }
  if (error.traceback.includes("\n")) box.append(html("pre", { tabindex: 0 }, error.traceback));
  else
    box.append(
      html("p", {}, html("strong", {}, error.type), error.message ? `: ${error.message}` : ""),
    );
  if (line && error.type === "SyntaxError") box.append("In ", place, ...code);
  else if (goTo) box.append(html("p", {}, "Go to ", place, "."));
  box.append(...about);
  return box;
}

/**
 * What helps if a name is missing that is the answer to a question.
 * @param {string} message @param {string} label of the cell @param {Question[]} questions
 * @param {() => void} runAbove
 */
function aboutName(message, label, questions, runAbove) {
  const missing = /^name '(\w+)' is not defined/.exec(message)?.[1] ?? "";
  const owner = questions.find(({ place }) => place.entry.name === missing)?.place.entry;
  if (!owner || owner.label === label) return [];
  const name = html("code", {}, missing);
  if (label === `check ${owner.label}`) {
    return [html("p", {}, "The answer defines no ", name, ", the name that the task asks for.")];
  }
  const attributes = { type: "button", class: "practice-button", onclick: runAbove };
  const again = html("button", attributes, "Run all above");
  const says = ` is the answer to question ${owner.label}, which has not run yet. `;
  return [html("p", {}, name, says, again)];
}
