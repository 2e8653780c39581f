// The schematic of an LSTM cell and the numbers in it. The figure `gates` draws it, too, and can send the
// numbers of a trained network to the sliders of `lstm_cell` by an event of this name.
const CELL_SENT = "coursekit-cell";
// [stage at which it appears, path]: the wires of the drawing.
/** @type {[number, string][]} */
const CELL_WIRES = [
  [0, "M60 64H152"],
  [0, "M60 246H520"],
  [1, "M390 246V200"],
  [1, "M390 168V128H352"],
  [2, "M170 246V200"],
  [2, "M170 168V82"],
  [2, "M188 64H318"],
  [3, "M280 246V200"],
  [3, "M280 168V128H320"],
  [3, "M336 112V82"],
  [4, "M354 64H596"],
  [5, "M520 246V200"],
  [5, "M520 168V148"],
  [5, "M470 64V132H504"],
  [5, "M536 132H596"],
];
/** @type {[number, number, number, string, string | null][]} */
const CELL_BOXES = [
  [1, 390, 184, "tanh", "candidate"],
  [2, 170, 184, "σ", "forget"],
  [3, 280, 184, "σ", "input"],
  [5, 520, 184, "σ", "output"],
  [5, 470, 98, "tanh", null],
];
/** @type {[number, number, number, string][]} */
const CELL_NODES = [
  [2, 170, 64, "×"],
  [3, 336, 128, "×"],
  [4, 336, 64, "+"],
  [5, 520, 132, "×"],
];

/** A part of the drawing, and the stage at which it appears.
 * @typedef {[number, SVGElement]} CellPart */

/** @param {SVGSVGElement} drawing */
function drawCell(drawing) {
  /** @type {CellPart[]} */
  const parts = [];
  /** @template {SVGElement} N
   * @param {number} stage
   * @param {N} node */
  const own = (stage, node) => {
    parts.push([stage, node]);
    return node;
  };
  for (const [stage, d] of CELL_WIRES) {
    own(stage, kit.svg("path", { d, class: "ck-line", stroke: kit.colour.ink }, drawing));
  }
  for (const [stage, x, y, sign, name] of CELL_BOXES) {
    const g = own(stage, kit.svg("g", {}, drawing));
    kit.svg(
      "rect",
      {
        x: x - 24,
        y: y - 16,
        width: 48,
        height: 32,
        rx: 4,
        fill: kit.colour.panel,
        stroke: kit.colour.ink,
      },
      g,
    );
    kit.svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", text: sign }, g);
    if (name) kit.svg("text", { x: x + 30, y: y + 4, class: "ck-small ck-quiet", text: name }, g);
  }
  for (const [stage, x, y, sign] of CELL_NODES) {
    const g = own(stage, kit.svg("g", {}, drawing));
    kit.svg("circle", { cx: x, cy: y, r: 16, fill: kit.colour.paper, stroke: kit.colour.ink }, g);
    kit.svg(
      "text",
      { x, y, dy: "0.35em", "text-anchor": "middle", class: "ck-large", text: sign },
      g,
    );
  }
  return parts;
}

/** The places of the numbers in the drawing: x, y, how they are aligned, from which stage on they stand
 * there.
 * @type {Record<string, [number, number, string, number]>} */
const CELL_PLACES = {
  old: [12, 50, "start", 0],
  lower: [12, 268, "start", 0],
  kept: [240, 50, "middle", 2],
  f: [158, 140, "end", 2],
  written: [346, 104, "start", 3],
  i: [272, 150, "end", 3],
  candidate: [400, 150, "start", 1],
  fresh: [600, 50, "end", 4],
  o: [528, 160, "start", 5],
  h: [648, 122, "end", 5],
};

/** @param {SVGSVGElement} drawing
 * @returns {(texts: Record<string, string>, stage: number) => void} writes the numbers */
function drawCellNumbers(drawing) {
  const nodes = Object.entries(CELL_PLACES).map(([key, [x, y, anchor, from]]) => {
    const look = { "text-anchor": anchor, class: "ck-strong" };
    return { key, from, node: kit.svg("text", { x, y, ...look }, drawing) };
  });
  return (texts, stage) => {
    for (const { key, from, node } of nodes) node.textContent = stage >= from ? texts[key] : "";
  };
}

/** @param {Record<"c" | "candidate" | "f" | "i" | "o", number>} given */
function cellNumbers({ c, candidate, f, i, o }) {
  const kept = f * c;
  const written = i * candidate;
  const fresh = kept + written;
  return { c, candidate, f, i, o, kept, written, fresh, h: o * Math.tanh(fresh) };
}
/** @typedef {ReturnType<typeof cellNumbers>} CellNumbers */

/** What stands in the drawing.
 * @param {CellNumbers} n */
const cellTexts = (n) => ({
  old: `c = ${kit.number(n.c)}`,
  lower: "h and u of this step",
  kept: `f · c = ${kit.number(n.kept)}`,
  f: `f = ${kit.number(n.f)}`,
  written: `i · c̃ = ${kit.number(n.written)}`,
  i: `i = ${kit.number(n.i)}`,
  candidate: `c̃ = ${kit.number(n.candidate)}`,
  fresh: `new c = ${kit.number(n.fresh)}`,
  o: `o = ${kit.number(n.o)}`,
  h: `h = ${kit.number(n.h)}`,
});
