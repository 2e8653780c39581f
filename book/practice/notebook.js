// Answers into the exercise's notebook and out of a notebook again. A question is known by the name
// that its cell defines, as everywhere in the course: editors drop what else a cell is marked with.

/**
 * @typedef {{cell_type: string, source?: string | string[], input?: string | string[],
 *   outputs?: unknown[], execution_count?: number | null, metadata?: Record<string, any>}} Cell
 * @typedef {{cells: Cell[], [part: string]: unknown}} Notebook
 */

const SETUP = /^# Setup: fetch the course's helper package/;

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
const plain = (code) => code.replace(/[ \t]+$/gm, "").trim();

/**
 * The answers in a notebook. A cell of the reader's own goes to the front of the answer that follows
 * it, or to the end of the last one, so that the answers run and are marked as in the notebook.
 * @param {string} text of the file
 * @param {string[]} names of the exercise's questions, in their order
 * @param {string[]} given the code that the exercise came with, answers apart
 * @returns {{answers: Map<string, string>, texts: number}} and the number of cells of text
 * @throws {SyntaxError} it is no notebook
 */
export function taken(text, names, given) {
  const cells = cellsOf(text);
  const known = new Set(given.map(plain));
  const codes = cells.filter((cell) => cell.cell_type === "code").map(sourceOf);
  const own = codes.filter((code) => code.trim() && !SETUP.test(code) && !known.has(plain(code)));
  const owners = new Map(); // the last cell that defines a name holds the answer
  own.forEach((code, at) => {
    for (const name of names) if (defines(code, name)) owners.set(name, at);
  });
  /** @type {Map<string, string>} */
  const answers = new Map();
  /** @type {string[]} */
  let waiting = [];
  let latest = "";
  own.forEach((code, at) => {
    const here = names.filter((name) => owners.get(name) === at);
    waiting.push(code.replace(/\n+$/, ""));
    if (!here.length) return;
    const [first, ...others] = here;
    answers.set(first, `${waiting.join("\n\n\n")}\n`);
    for (const name of others)
      answers.set(name, `# ${name} is defined in the answer to ${first}.\n`);
    waiting = [];
    latest = first;
  });
  if (latest && waiting.length) {
    answers.set(latest, `${answers.get(latest)}\n\n${waiting.join("\n\n\n")}\n`);
  }
  return { answers, texts: cells.filter((cell) => cell.cell_type === "markdown").length };
}
