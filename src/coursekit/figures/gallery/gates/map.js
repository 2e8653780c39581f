// The heat map: a column for each symbol; above, the gates and states of the unit that is looked at; below,
// one number of all units, a row for each.
const GATES_ROWS = ["f", "i", "o", "candidate", "c", "h"];
const GATES_LABELS = ["$f$", "$i$", "$o$", "$\\tilde{c}$", "$\\tanh c$", "$h$"];
const GATES_LINE = 22; // px, of a row above
const GATES_UNIT = 3; // px, of a row below
const GATES_GAP = 12;
const GATES_DEPTH = 0.85; // of the full colours

/** Numbers of gates lie between 0 and 1, all others between −1 and 1.
 * @param {string} name */
const gatesIsGate = (name) => "fio".includes(name);

/** How a symbol stands in a narrow column.
 * @param {string} symbol */
const gatesSign = (symbol) => ({ "\n": "↵", "</s>": "↵" })[symbol] ?? symbol;

/** Where things lie, in px.
 * @param {boolean} characters
 * @param {number} n */
function gatesLayout(characters, n) {
  const head = characters ? 22 : 92;
  const all = head + GATES_ROWS.length * GATES_LINE + GATES_GAP;
  return { column: characters ? 11 : 28, head, all, height: all + n * GATES_UNIT };
}

/** The names of the rows, which stay when the text moves sideways.
 * @param {ReturnType<typeof gatesLayout>} layout
 * @param {HTMLElement} parent */
function gatesLabels({ head, all, height }, parent) {
  const column = kit.html("div", { class: "ck-gates-names", "aria-hidden": "true" }, parent);
  column.style.height = `${height}px`;
  for (const [i, label] of GATES_LABELS.entries()) {
    const node = kit.html("span", {}, column, kit.rich(label));
    node.style.top = `${head + i * GATES_LINE}px`;
  }
  const units = kit.html("span", { text: "all units" }, column);
  units.style.top = `${all - 4}px`;
}

/** The symbols at the top, and a line under those that are selected.
 * @param {CanvasRenderingContext2D} pen
 * @param {string[]} names
 * @param {{ column: number, head: number }} layout
 * @param {(name: string) => string} colour
 * @param {number[]} selection */
function gatesHead(pen, names, { column, head }, colour, [from, to]) {
  pen.fillStyle = colour("ink");
  for (const [t, name] of names.entries()) {
    pen.save();
    pen.translate((t + 0.5) * column, head - 8);
    if (column > 20) pen.rotate(-1.1);
    pen.font = column > 20 ? "14px system-ui, sans-serif" : "13px ui-monospace, monospace";
    pen.textAlign = column > 20 ? "left" : "center";
    pen.fillText(gatesSign(name), 0, 0);
    pen.restore();
  }
  pen.fillStyle = colour("purple");
  pen.fillRect(from * column, head - 4, (to - from) * column, 3);
}

/** All cells of a row.
 * @param {CanvasRenderingContext2D} pen
 * @param {GatesStep[]} steps
 * @param {{ name: string, unit: number, y: number, height: number, column: number }} row
 * @param {(name: string) => string} colour */
function gatesRow(pen, steps, { name, unit, y, height, column }, colour) {
  for (const [t, step] of steps.entries()) {
    const value = gatesValue(step, name, unit);
    pen.fillStyle = colour(gatesIsGate(name) ? "green" : value < 0 ? "blue" : "orange");
    pen.globalAlpha = GATES_DEPTH * Math.min(1, Math.abs(value));
    pen.fillRect(t * column, y, column, height);
  }
  pen.globalAlpha = 1;
}

/** One number of all units, a point for each, drawn as one picture: some ten thousand boxes would take long.
 * @param {CanvasRenderingContext2D} pen
 * @param {GatesStep[]} steps
 * @param {{ name: string, n: number, y: number, column: number }} block
 * @param {(name: string) => string} colour */
function gatesBlock(pen, steps, { name, n, y, column }, colour) {
  if (!steps.length) return;
  const image = new ImageData(steps.length, n);
  const [gate, low, high] = ["green", "blue", "orange"].map((ink) => {
    pen.fillStyle = colour(ink);
    return [1, 3, 5].map((i) => Number.parseInt(String(pen.fillStyle).slice(i, i + 2), 16));
  });
  for (let j = 0; j < n; j++) {
    for (const [t, step] of steps.entries()) {
      const value = gatesValue(step, name, j);
      const ink = gatesIsGate(name) ? gate : value < 0 ? low : high;
      const alpha = 255 * GATES_DEPTH * Math.min(1, Math.abs(value));
      image.data.set([...ink, alpha], 4 * (j * steps.length + t));
    }
  }
  const small = Object.assign(document.createElement("canvas"), { width: steps.length, height: n });
  small.getContext("2d")?.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, 0, y, steps.length * column, n * GATES_UNIT);
}

/** @typedef {{ steps: GatesStep[], names: string[], unit: number, shown: string, selection: number[] }} GatesPicture */

/** @param {HTMLElement} parent before whose controls the map stands
 * @param {boolean} characters
 * @param {number} n
 * @param {(unit: number | null, place: number) => void} choose */
function gatesMap(parent, characters, n, choose) {
  const layout = gatesLayout(characters, n);
  const { column, head, all, height } = layout;
  const whole = kit.html("div", { class: "ck-gates-map" }, parent);
  gatesLabels(layout, whole);
  const label = "Gates and states over the text; arrow keys move the cell that is looked at";
  const group = { tabindex: "0", role: "group", "aria-label": label };
  const suppress = { "data-lm-suppress-shortcuts": "true" };
  const scroll = kit.html("div", { class: "ck-gates-scroll", ...group, ...suppress }, whole);
  const canvas = kit.html("canvas", { "aria-hidden": "true" }, scroll);
  const mark = kit.html("div", { class: "ck-gates-column" }, scroll);
  const line = kit.html("div", { class: "ck-gates-line" }, scroll);
  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const unit = Math.floor((offsetY - all) / GATES_UNIT);
    choose(unit >= 0 && unit < n ? unit : null, Math.floor(offsetX / column));
  });
  /** @param {GatesPicture} picture */
  const draw = ({ steps, names, unit, shown, selection }) => {
    const pen = canvas instanceof HTMLCanvasElement && canvas.getContext("2d");
    if (!pen) return;
    const sharp = window.devicePixelRatio || 1;
    const width = Math.max(1, names.length) * column + (characters ? 0 : 50);
    Object.assign(canvas, { width: width * sharp, height: height * sharp });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    pen.scale(sharp, sharp);
    const palette = getComputedStyle(parent);
    /** @type {Record<string, string>} */
    const known = {}; // a drawing asks some ten thousand times
    const colour = (/** @type {string} */ name) => {
      known[name] ??= palette.getPropertyValue(`--ck-${name}`).trim();
      return known[name];
    };
    gatesHead(pen, names, layout, colour, selection);
    for (const [i, name] of GATES_ROWS.entries()) {
      const y = head + i * GATES_LINE;
      gatesRow(pen, steps, { name, unit, y, height: GATES_LINE - 2, column }, colour);
    }
    gatesBlock(pen, steps, { name: shown, n, y: all, column }, colour);
  };
  /** @param {number} unit
   * @param {number} place */
  const move = (unit, place) => {
    const left = place * column;
    Object.assign(mark.style, { left: `${left}px`, width: `${column}px`, height: `${height}px` });
    Object.assign(line.style, { top: `${all + unit * GATES_UNIT - 2}px` });
    line.style.width = canvas.style.width;
    const hidden =
      left < scroll.scrollLeft || left + column > scroll.scrollLeft + scroll.clientWidth;
    if (hidden) scroll.scrollLeft = left - scroll.clientWidth / 2;
  };
  return { scroll, draw, move };
}

/** What the colours mean.
 * @param {HTMLElement} parent */
function gatesLegend(parent) {
  const key = kit.html("p", { class: "ck-key" }, parent);
  /** @param {(share: number) => string} shade */
  const bar = (shade) => {
    const node = kit.html("span", { class: "ck-bar", "aria-hidden": "true" }, key);
    for (let i = 0; i < 21; i++) kit.html("span", {}, node).style.background = shade(i / 20);
  };
  key.append("Click on a cell to see its step. Gates: 0 ");
  bar((s) => kit.mix("green", GATES_DEPTH * s));
  key.append(" 1. Candidate and states: −1 ");
  bar((s) => kit.mix(s < 0.5 ? "blue" : "orange", GATES_DEPTH * Math.abs(2 * s - 1)));
  key.append(" 1.");
}
