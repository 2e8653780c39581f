// What cells print, as a terminal would show it: a progress bar overwrites its line, colours and
// other commands to a terminal are left out.

const [ESC, BELL] = ["\\u001b", "\\u0007"];
const COMMANDS = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[@-Z\\\\-_])`,
  "g",
);
const OTHERS = /(?![\n\t])\p{Cc}/gu;

/** @type {WeakMap<HTMLElement, string>} what has been printed into an element */
const raw = new WeakMap();

/** Print a text after what an element has already. @param {HTMLElement} place @param {string} text */
export function print(place, text) {
  const all = (raw.get(place) ?? "") + text;
  raw.set(place, all);
  if (all.search(OTHERS) < 0) place.append(text);
  else place.textContent = asShown(all);
}

/** @param {string} text */
function asShown(text) {
  const lines = text.replace(COMMANDS, "").split("\n");
  return lines
    .map((line) => withoutErased(lastWritten(line)))
    .join("\n")
    .replace(OTHERS, "");
}

/** A line without what stood in it before it began again. @param {string} line */
function lastWritten(line) {
  let end = line.length;
  while (line[end - 1] === "\r") end--;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
}

/** A line without what a backspace has taken away. @param {string} line */
function withoutErased(line) {
  if (!line.includes("\b")) return line;
  /** @type {string[]} */
  const kept = [];
  for (const sign of line) {
    if (sign === "\b") kept.pop();
    else kept.push(sign);
  }
  return kept.join("");
}
