// One dimension of an LSTM cell, drawn gate by gate, with what its gates would do over 20 steps.
const STEPS = 20;
const STAGES = [
  "The cell state arrives on the upper line; the last hidden state and the input on the lower one.",
  "The candidate is computed from input and last hidden state: what could be written.",
  "The forget gate scales the old cell state: how much of it is kept.",
  "The input gate scales the candidate: how much of it is written.",
  "Kept and written are added: the new cell state.",
  "The output gate scales the squashed cell: what the rest of the network reads.",
];

// [stage at which it appears, path]: the wires of the drawing.
/** @type {[number, string][]} */
const WIRES = [
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
const BOXES = [
  [1, 390, 184, "tanh", "candidate"],
  [2, 170, 184, "σ", "forget"],
  [3, 280, 184, "σ", "input"],
  [5, 520, 184, "σ", "output"],
  [5, 470, 98, "tanh", null],
];
/** @type {[number, number, number, string][]} */
const NODES = [
  [2, 170, 64, "×"],
  [3, 336, 128, "×"],
  [4, 336, 64, "+"],
  [5, 520, 132, "×"],
];

/** A part of the drawing, and the stage at which it appears.
 * @typedef {[number, SVGElement]} Part */

/** @param {SVGSVGElement} drawing */
function drawCell(drawing) {
  /** @type {Part[]} */
  const parts = [];
  /** @template {SVGElement} N
   * @param {number} stage
   * @param {N} node */
  const own = (stage, node) => {
    parts.push([stage, node]);
    return node;
  };
  for (const [stage, d] of WIRES) {
    own(stage, kit.svg("path", { d, class: "ck-line", stroke: kit.colour.ink }, drawing));
  }
  for (const [stage, x, y, sign, name] of BOXES) {
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
  for (const [stage, x, y, sign] of NODES) {
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
const PLACES = {
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
function drawNumbers(drawing) {
  const nodes = Object.entries(PLACES).map(([key, [x, y, anchor, from]]) => {
    const look = { "text-anchor": anchor, class: "ck-strong" };
    return { key, from, node: kit.svg("text", { x, y, ...look }, drawing) };
  });
  return (texts, stage) => {
    for (const { key, from, node } of nodes) node.textContent = stage >= from ? texts[key] : "";
  };
}

/** @param {Frame} frame */
function controls(frame) {
  kit.steps(frame, "stage", { last: STAGES.length - 1, label: "stage" });
  kit.slider(frame, "c", { label: "old cell $c^{[t-1]}$", min: -2, max: 2, step: 0.05 });
  const label = "candidate $\\tilde{c}^{[t]}$";
  kit.slider(frame, "candidate", { label, min: -1, max: 1, step: 0.05 });
  kit.slider(frame, "f", { label: "forget gate $f$", min: 0, max: 1, step: 0.01 });
  kit.slider(frame, "i", { label: "input gate $i$", min: 0, max: 1, step: 0.01 });
  kit.slider(frame, "o", { label: "output gate $o$", min: 0, max: 1, step: 0.01 });
}

/** The plot below the cell: what is left of its state, step by step.
 * @param {SVGSVGElement} drawing
 * @returns {(values: number[]) => void} draws it */
function drawMemory(drawing) {
  const x = kit.linear([0, STEPS], [60, 620]);
  const y = kit.linear([-2, 2], [430, 320]);
  const xLabel = "steps with these gates, nothing new arriving";
  kit.axes(drawing, { x, y, xLabel, yLabel: "cell state c", yTicks: [-2, 0, 2] });
  const memory = kit.svg("path", { class: "ck-line", stroke: kit.colour.blue }, drawing);
  const dot = kit.svg("circle", { r: 4, fill: kit.colour.blue }, drawing);
  return (values) => {
    kit.set(memory, { d: kit.line(values.map((v, s) => [x(s), y(Math.max(-2, Math.min(2, v)))])) });
    kit.set(dot, { cx: x(STEPS), cy: y(values[STEPS]) });
  };
}

/** @param {Record<"c" | "candidate" | "f" | "i" | "o", number>} given */
function numbers({ c, candidate, f, i, o }) {
  const kept = f * c;
  const written = i * candidate;
  const fresh = kept + written;
  const values = [fresh];
  for (let s = 1; s <= STEPS; s++) values.push(f * values[s - 1]);
  return { c, candidate, f, i, o, kept, written, fresh, h: o * Math.tanh(fresh), values };
}
/** @typedef {ReturnType<typeof numbers>} Numbers */

/** What stands in the drawing.
 * @param {Numbers} n */
const texts = (n) => ({
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

/** @param {number} v */
const bracketed = (v) => (v < 0 ? `(${kit.number(v)})` : kit.number(v));

/** The computation of the whole step, written out.
 * @param {Numbers} n */
const sum = ({ c, candidate, f, i, o, fresh, h, values }) =>
  `c = ${kit.number(f)} · ${bracketed(c)} + ${kit.number(i)} · ${bracketed(candidate)} = ${kit.number(fresh)};  ` +
  `h = ${kit.number(o)} · tanh(${kit.number(fresh)}) = ${kit.number(h)}.  After ${STEPS} steps with i = 0, ` +
  `${kit.number(values[STEPS], 3)} is left.`;

/** @param {Part[]} parts
 * @param {number} stage */
function show(parts, stage) {
  for (const [from, node] of parts) {
    node.style.opacity = from > stage ? "0.12" : "1";
    node.style.stroke = from === stage && node.tagName === "path" ? kit.colour.orange : "";
  }
}

/** @param {View} view */
function render({ model, el, signal }) {
  const title = "One step of an LSTM cell, one dimension of it";
  const look = { title, width: 660, height: 470 };
  const frame = kit.frame({ model, el, signal }, { name: "lstm_cell", ...look });
  const parts = drawCell(frame.svg);
  const write = drawNumbers(frame.svg);
  controls(frame);
  const remember = drawMemory(frame.svg);

  return kit.bind(frame, ["stage", "c", "candidate", "f", "i", "o"], () => {
    const [stage, c, candidate, f, i, o] = ["stage", "c", "candidate", "f", "i", "o"].map((k) =>
      model.get(k),
    );
    const found = numbers({ c, candidate, f, i, o });
    const { fresh, h, values } = found;
    show(parts, stage);
    write(texts(found), stage);
    remember(values);
    frame.reading.textContent = stage < STAGES.length - 1 ? STAGES[stage] : sum(found);
    frame.describe(
      `LSTM cell at stage ${stage}: ${STAGES[stage]} Old cell ${kit.number(c)}, new cell ${kit.number(fresh)}, ` +
        `hidden state ${kit.number(h)}; after ${STEPS} steps with forget gate ${kit.number(f)} the cell holds ${kit.number(values[STEPS], 3)}.`,
    );
    frame.expose({ cell: fresh, hidden: h, left: values[STEPS] });
  });
}

export default { render };
