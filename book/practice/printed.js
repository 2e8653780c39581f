// What cells print, as a terminal would show it: a progress bar overwrites its line, colours and
// other commands to a terminal are left out.

const [ESC, BELL] = ["\\u001b", "\\u0007"];
const COMMANDS = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[@-Z\\\\-_])`,
  "g",
);
const OVERWRITTEN = /[^\n]*\r(?=[^\r\n])/g; // what stands in a line before it begins again
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
export function asShown(text) {
  const lines = text
    .replace(COMMANDS, "")
    .replace(/\r+(?=\n)/g, "")
    .replace(OVERWRITTEN, "");
  return withoutErased(lines).replace(OTHERS, "");
}

/** A backspace takes the character before it, not the end of the line above. @param {string} text */
function withoutErased(text) {
  if (!text.includes("\b")) return text;
  /** @type {string[]} */
  const kept = [];
  for (const sign of text) {
    if (sign !== "\b") kept.push(sign);
    else if (kept.length && kept.at(-1) !== "\n") kept.pop();
  }
  return kept.join("");
}
