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

function drawCell(drawing) {
  const parts = [];
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

function render({ model, el, signal }) {
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "lstm_cell",
      title: "One step of an LSTM cell, one dimension of it",
      width: 660,
      height: 470,
    },
  );
  const drawing = frame.svg;
  const parts = drawCell(drawing);
  const label = (x, y, anchor = "middle") =>
    kit.svg("text", { x, y, "text-anchor": anchor, class: "ck-strong" }, drawing);
  const at = {
    old: label(12, 50, "start"),
    lower: label(12, 268, "start"),
    kept: label(240, 50),
    f: label(158, 140, "end"),
    written: label(346, 104, "start"),
    i: label(272, 150, "end"),
    candidate: label(400, 150, "start"),
    fresh: label(600, 50, "end"),
    o: label(528, 160, "start"),
    h: label(648, 122, "end"),
  };
  const shownFrom = { kept: 2, f: 2, written: 3, i: 3, candidate: 1, fresh: 4, o: 5, h: 5 };

  kit.steps(frame, "stage", { last: STAGES.length - 1, label: "stage" });
  kit.slider(frame, "c", { label: "old cell $c^{[t-1]}$", min: -2, max: 2, step: 0.05 });
  kit.slider(frame, "candidate", {
    label: "candidate $\\tilde{c}^{[t]}$",
    min: -1,
    max: 1,
    step: 0.05,
  });
  kit.slider(frame, "f", { label: "forget gate $f$", min: 0, max: 1, step: 0.01 });
  kit.slider(frame, "i", { label: "input gate $i$", min: 0, max: 1, step: 0.01 });
  kit.slider(frame, "o", { label: "output gate $o$", min: 0, max: 1, step: 0.01 });

  const x = kit.linear([0, STEPS], [60, 620]);
  const y = kit.linear([-2, 2], [430, 320]);
  kit.axes(drawing, {
    x,
    y,
    xLabel: "steps with these gates, nothing new arriving",
    yLabel: "cell state c",
    yTicks: [-2, 0, 2],
  });
  const memory = kit.svg("path", { class: "ck-line", stroke: kit.colour.blue }, drawing);
  const dot = kit.svg("circle", { r: 4, fill: kit.colour.blue }, drawing);

  const bracketed = (v) => (v < 0 ? `(${kit.number(v)})` : kit.number(v));
  const draw = () => {
    const [stage, c, candidate, f, i, o] = ["stage", "c", "candidate", "f", "i", "o"].map((k) =>
      model.get(k),
    );
    const kept = f * c;
    const written = i * candidate;
    const fresh = kept + written;
    const h = o * Math.tanh(fresh);
    for (const [from, node] of parts) {
      node.style.opacity = from > stage ? 0.12 : 1;
      node.style.stroke = from === stage && node.tagName === "path" ? kit.colour.orange : "";
    }
    const texts = {
      old: `c = ${kit.number(c)}`,
      lower: "h and u of this step",
      kept: `f · c = ${kit.number(kept)}`,
      f: `f = ${kit.number(f)}`,
      written: `i · c̃ = ${kit.number(written)}`,
      i: `i = ${kit.number(i)}`,
      candidate: `c̃ = ${kit.number(candidate)}`,
      fresh: `new c = ${kit.number(fresh)}`,
      o: `o = ${kit.number(o)}`,
      h: `h = ${kit.number(h)}`,
    };
    for (const [key, text] of Object.entries(texts)) {
      at[key].textContent = stage >= (shownFrom[key] ?? 0) ? text : "";
    }
    const values = [fresh];
    for (let s = 1; s <= STEPS; s++) values.push(f * values[s - 1]);
    kit.set(memory, { d: kit.line(values.map((v, s) => [x(s), y(Math.max(-2, Math.min(2, v)))])) });
    kit.set(dot, { cx: x(STEPS), cy: y(values[STEPS]) });
    frame.reading.textContent =
      stage < STAGES.length - 1
        ? STAGES[stage]
        : `c = ${kit.number(f)} · ${bracketed(c)} + ${kit.number(i)} · ${bracketed(candidate)} = ${kit.number(fresh)};  ` +
          `h = ${kit.number(o)} · tanh(${kit.number(fresh)}) = ${kit.number(h)}.  After ${STEPS} steps with i = 0, ` +
          `${kit.number(values[STEPS], 3)} is left.`;
    frame.describe(
      `LSTM cell at stage ${stage}: ${STAGES[stage]} Old cell ${kit.number(c)}, new cell ${kit.number(fresh)}, ` +
        `hidden state ${kit.number(h)}; after ${STEPS} steps with forget gate ${kit.number(f)} the cell holds ${kit.number(values[STEPS], 3)}.`,
    );
    frame.expose({ cell: fresh, hidden: h, left: values[STEPS] });
  };
  return kit.bind(frame, ["stage", "c", "candidate", "f", "i", "o"], draw);
}

export default { render };
