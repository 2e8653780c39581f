// Answers into the exercise's notebook and out of a notebook again. A question is known by the name
// that its cell defines, as everywhere in the course: editors drop what else a cell is marked with.

/**
 * @typedef {{cell_type: string, source?: string | string[], input?: string | string[],
 *   outputs?: unknown[], execution_count?: number | null, metadata?: Record<string, any>}} Cell
 * @typedef {{cells: Cell[], [part: string]: unknown}} Notebook
 */

const SETUP = /^# Setup: fetch the course's helper package[\s\S]*/m;

/** @param {string | string[] | undefined} source */
const joined = (source) => (Array.isArray(source) ? source.join("") : (source ?? ""));

/** The source of a cell, also in notebooks of the third format. @param {Cell} cell */
const sourceOf = (cell) => joined(cell.source ?? cell.input).replace(/\r\n?/g, "\n");

/** Whether code defines a name at its top level. @param {string} code @param {string} name */
export function defines(code, name) {
  return new RegExp(
    `^(?:(?:async )?def|class) +${name}\\b|^${name}\\s*(?::[^=\\n]*)?=(?!=)`,
    "m",
  ).test(code);
}

/**
 * The exercise's notebook with answers in place, as the text of an .ipynb file.
 * @param {string} released the notebook as students get it @param {Map<string, string>} answers
 */
export function filled(released, answers) {
  /** @type {Notebook} */
  const notebook = JSON.parse(released);
  for (const cell of notebook.cells) {
    const id = String(cell.metadata?.nbgrader?.grade_id ?? "");
    const answer = answers.get(id.replace(/^answer-/, ""));
    if (cell.cell_type !== "code" || !id.startsWith("answer-") || answer === undefined) continue;
    cell.source = answer.replace(/\n+$/, "").split(/(?<=\n)/);
    cell.outputs = [];
    cell.execution_count = null;
  }
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/**
 * The code cells of an .ipynb file, in their order, and how many cells of text it has.
 * @param {string} text
 * @returns {Cell[]}
 * @throws {SyntaxError} it is no notebook
 */
function cellsOf(text) {
  const notebook = JSON.parse(text.replace(/^\uFEFF/, ""));
  const cells =
    notebook?.cells ??
    notebook?.worksheets?.flatMap((/** @type {Notebook} */ sheet) => sheet.cells);
  if (!Array.isArray(cells)) throw new SyntaxError("no cells");
  return cells;
}

/** Code as it is compared: without space at the ends of lines. @param {string} code */
export const plain = (code) => {
  const lines = code.split("\n").map((line) => line.trimEnd());
  return lines.join("\n").trim();
};

const OPEN = /^\s*raise NotImplementedError\b|^\w+\s*(?::[^=]*)?=\s*(?:\.\.\.|""|'')$/;
const HEADER = /^\s*(?:(?:async )?def|class)\b.*:$/;

/** The lines of code that do something. @param {string} code */
const working = (code) =>
  code
    .replace(/^\s*"""[\s\S]*?"""|#.*/gm, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter(Boolean);

/** How many places of an answer are still to be written. @param {string} code */
export const open = (code) => working(code).filter((line) => OPEN.test(line)).length;

/**
 * Whether nothing has been written yet: also a starter from another release, in other words.
 * @param {string} code @param {string} starter
 */
export function unwritten(code, starter) {
  if (plain(code) === plain(starter)) return true;
  const given = new Set(working(starter));
  const rest = working(code).filter((line) => !given.has(line) && !HEADER.test(line));
  return open(code) > 0 && rest.every((line) => OPEN.test(line));
}

const CHECK = /^(?:\s*#.*\n)*\s*check\((?:\w+=)?(\w+)\)\s*(?:#.*)?$/;
// A notebook's commands. The cells of those below would not be Python without their first line.
const COMMAND = /^(?:%{1,2}[A-Za-z_]|[ \t]*!(?!=)).*(?:\n|$)/gm;
const NOT_PYTHON = /^\s*%%(?!time|timeit|capture|prun)/;

/** Code without a notebook's commands, which plain Python has not. @param {string} code */
const withoutCommands = (code) => (NOT_PYTHON.test(code) ? "" : code.replace(COMMAND, ""));

/**
 * @typedef {{code: string, id: string, check: string, owner: string}} Piece a cell of code; `check`
 *   names the question that it checks, `owner` the one whose answer it is part of
 */

/** @param {Cell} cell @returns {Piece} */
function piece(cell) {
  const source = sourceOf(cell).replace(SETUP, "");
  const id = String(cell.metadata?.nbgrader?.grade_id ?? "");
  const check = CHECK.exec(source)?.[1] ?? "";
  const own = id.startsWith("answer-") ? id.slice(7) : "";
  return { code: withoutCommands(source).replace(/\n+$/, ""), id: own, check, owner: "" };
}

/**
 * Find the cells that are answers: marked as such, or those that define the name.
 * @param {Piece[]} pieces @param {string[]} names
 */
function own(pieces, names) {
  for (const one of pieces) if (names.includes(one.id)) one.owner = one.id;
  for (const name of names) {
    for (const one of pieces) {
      if (!one.check && (!one.id || one.id === name) && defines(one.code, name)) one.owner ||= name;
    }
  }
}

/**
 * What stands right above its check is an answer, too, although it defines nothing yet; and what
 * stands between an answer and its check belongs to that answer.
 * @param {Piece[]} pieces @param {string[]} names
 */
function ownByCheck(pieces, names) {
  pieces.forEach(({ check }, at) => {
    if (!names.includes(check)) return;
    const above = pieces.slice(0, at);
    const part = above.slice(above.findLastIndex((one) => one.check) + 1);
    const answer = part.findLastIndex((one) => one.owner);
    const free = part.slice(answer + 1);
    if (answer >= 0 && part[answer].owner === check) for (const one of free) one.owner = check;
    else if (free.length && !pieces.some(({ owner }) => owner === check)) {
      free[free.length - 1].owner = check;
    }
  });
}

/**
 * The answers in a notebook. Another cell of the reader's own goes to the front of the answer that
 * follows it, or to the end of the last one, so that the answers run and are marked as in the notebook.
 * @param {string} text of the file
 * @param {string[]} names of the exercise's questions, in their order
 * @param {string[]} given the code that the exercise came with, answers apart
 * @returns {{answers: Map<string, string>, commands: boolean}} and whether commands were left out
 * @throws {SyntaxError} it is no notebook
 */
export function taken(text, names, given) {
  const cells = cellsOf(text).filter((cell) => cell.cell_type === "code");
  const known = new Set(given.map(plain));
  const kept = cells.filter((cell) => {
    const code = sourceOf(cell);
    return CHECK.test(code) || !known.has(plain(code));
  });
  const pieces = kept.map(piece).filter(({ code, check }) => check || code.trim());
  own(pieces, names);
  ownByCheck(pieces, names);
  const commands = kept
    .map((cell) => sourceOf(cell).replace(SETUP, ""))
    .some((code) => withoutCommands(code) !== code);
  return { answers: collected(pieces, names), commands };
}

/** @param {Piece[]} pieces @param {string[]} names */
function collected(pieces, names) {
  /** @type {Map<string, string[]>} */
  const parts = new Map();
  const others = pieces.filter(({ check }) => !check);
  const last = others.findLast(({ owner }) => owner)?.owner ?? "";
  others.forEach(({ code, owner }, at) => {
    const to = owner || (others.slice(at).find((one) => one.owner)?.owner ?? last);
    if (to) parts.set(to, [...(parts.get(to) ?? []), code]);
  });
  const answers = new Map([...parts].map(([name, codes]) => [name, `${codes.join("\n\n\n")}\n`]));
  for (const name of names) {
    const where = parts.has(name) ? undefined : others.find(({ code }) => defines(code, name));
    if (where?.owner) answers.set(name, `# ${name} is defined in the answer to ${where.owner}.\n`);
  }
  return answers;
}
