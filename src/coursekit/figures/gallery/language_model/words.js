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
