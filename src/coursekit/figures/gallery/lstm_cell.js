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

/** @param {number} v */
const bracketed = (v) => (v < 0 ? `(${kit.number(v)})` : kit.number(v));

/** The computation of the whole step, written out.
 * @param {CellNumbers} n
 * @param {number} left of it after the last step */
const sum = ({ c, candidate, f, i, o, fresh, h }, left) =>
  `c = ${kit.number(f)} · ${bracketed(c)} + ${kit.number(i)} · ${bracketed(candidate)} = ${kit.number(fresh)};  ` +
  `h = ${kit.number(o)} · tanh(${kit.number(fresh)}) = ${kit.number(h)}.  After ${STEPS} steps with i = 0, ` +
  `${kit.number(left, 3)} is left.`;

/** @param {CellPart[]} parts
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
  const write = drawCellNumbers(frame.svg);
  controls(frame);
  const remember = drawMemory(frame.svg);

  return kit.bind(frame, ["stage", "c", "candidate", "f", "i", "o"], () => {
    const [stage, c, candidate, f, i, o] = ["stage", "c", "candidate", "f", "i", "o"].map((k) =>
      model.get(k),
    );
    const found = cellNumbers({ c, candidate, f, i, o });
    const { fresh, h } = found;
    const values = Array.from({ length: STEPS + 1 }, (_, s) => fresh * f ** s);
    show(parts, stage);
    write(cellTexts(found), stage);
    remember(values);
    frame.reading.textContent =
      stage < STAGES.length - 1 ? STAGES[stage] : sum(found, values[STEPS]);
    frame.describe(
      `LSTM cell at stage ${stage}: ${STAGES[stage]} Old cell ${kit.number(c)}, new cell ${kit.number(fresh)}, ` +
        `hidden state ${kit.number(h)}; after ${STEPS} steps with forget gate ${kit.number(f)} the cell holds ${kit.number(values[STEPS], 3)}.`,
    );
    frame.expose({ cell: fresh, hidden: h, left: values[STEPS] });
  });
}

export default { render };
