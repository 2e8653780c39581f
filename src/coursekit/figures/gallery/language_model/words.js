// Text into words, and back.
const WORD = /[a-z]+(?:'[a-z]+)*|[0-9]+(?:[.,][0-9]+)*|[^\sa-z0-9]/g;
/** Like coursekit.text: sentences end at . ? ! before a blank, and at line breaks; words in lower case.
 * @param {string} text */
function cut(text) {
  return text
    .split(/(?<=[.?!])\s+|\n+/)
    .map((s) => /** @type {string[]} */ (s.toLowerCase().match(WORD) ?? []))
    .flatMap((words, i) => (i ? ["</s>", ...words] : words));
}
const CLOSING = /^[.,;:?!)\]%]$/;
const OPENING = /^[([$]$/;
/** How a word stands in the text: with a blank before it or not; a sentence ends the line.
 * @param {string} word
 * @param {string} before */
const spaced = (word, before) =>
  word === "</s>"
    ? "\n"
    : before === "</s>" || CLOSING.test(word) || OPENING.test(before)
      ? word
      : ` ${word}`;

/** @typedef {{ parts: string[], ids: number[], lacking: string[] }} Beginning */
/** A text as symbols; characters that the model does not know are left out, words are unknown.
 * @param {string} text
 * @param {boolean} characters
 * @param {Map<string, number>} number of each symbol
 * @param {number | null} unknown
 * @returns {Beginning} */
function encoded(text, characters, number, unknown) {
  const parts = characters ? [...text] : cut(text);
  const known = characters ? parts.filter((s) => number.has(s)) : parts;
  const lacking = [...new Set(parts.filter((s) => !number.has(s)))];
  return { parts: known, ids: known.map((s) => number.get(s) ?? unknown ?? 0), lacking };
}
/** What could not be read, if anything.
 * @param {string[]} lacking
 * @param {boolean} characters */
function unread(lacking, characters) {
  if (!lacking.length) return "";
  const some = lacking.slice(0, 5).map((s) => `“${s}”`);
  const why = characters
    ? "is not among its symbols and is left out."
    : "is not among its words: it reads <unk>.";
  return `${some.join(", ")} ${why}`;
}

/** How a symbol is called in a sentence.
 * @param {string} symbol */
const symbolName = (symbol) =>
  ({ " ": "a space", "\n": "a line break", "</s>": "the end of a sentence" })[symbol] ??
  `“${symbol}”`;
