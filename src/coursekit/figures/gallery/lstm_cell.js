// One dimension of an LSTM cell, drawn gate by gate, with what its gates would do over 20 steps.
const STEPS = 20;
const REACH = 2; // of the cell state, on its slider and in the plot, until a network sends more
const STAGES = [
  "The cell state arrives on the upper line; the last hidden state and the input on the lower one.",
  "The candidate is computed from input and last hidden state: what could be written.",
  "The forget gate scales the old cell state: how much of it is kept.",
  "The input gate scales the candidate: how much of it is written.",
  "Kept and written are added: the new cell state.",
  "The output gate scales the squashed cell: what the rest of the network reads.",
];

/** @param {Frame} frame
 * @returns the slider of the old cell */
function controls(frame) {
  kit.steps(frame, "stage", { last: STAGES.length - 1, label: "stage" });
  const cell = { label: "old cell $c^{[t-1]}$", min: -REACH, max: REACH, step: 0.01 };
  const { input } = kit.slider(frame, "c", cell);
  const label = "candidate $\\tilde{c}^{[t]}$";
  kit.slider(frame, "candidate", { label, min: -1, max: 1, step: 0.01 });
  kit.slider(frame, "f", { label: "forget gate $f$", min: 0, max: 1, step: 0.01 });
  kit.slider(frame, "i", { label: "input gate $i$", min: 0, max: 1, step: 0.01 });
  kit.slider(frame, "o", { label: "output gate $o$", min: 0, max: 1, step: 0.01 });
  return input;
}

const GIVEN = /** @type {const} */ (["c", "candidate", "f", "i", "o"]);
/** What a network further down sends: its numbers, and where they come from.
 * @typedef {Record<"c" | "candidate" | "f" | "i" | "o", number> & { source: string }} SentCell */

/** Take the numbers of a trained network; trained cells hold more than a slider begins with.
 * @param {Frame} frame
 * @param {HTMLInputElement} slider of the old cell
 * @param {(reach: number) => void} widen
 * @returns {() => string} from where the numbers are, as long as they are those that were sent */
function receiver({ model, root, signal }, slider, widen) {
  let sent = /** @type {SentCell | null} */ (null);
  let reach = REACH;
  const take = (/** @type {Event} */ event) => {
    const cell = /** @type {CustomEvent<SentCell>} */ (event).detail;
    reach = Math.max(reach, Math.ceil(Math.abs(cell.c)) + 1);
    kit.set(slider, { min: -reach, max: reach });
    widen(reach);
    sent = cell;
    for (const key of GIVEN) kit.store(model, key, cell[key]);
    kit.store(model, "stage", STAGES.length - 1);
    root.scrollIntoView({ block: "center", behavior: kit.still() ? "instant" : "smooth" });
    slider.focus({ preventScroll: true });
  };
  document.addEventListener(CELL_SENT, take, { signal });
  return () =>
    sent && GIVEN.every((key) => model.get(key) === sent?.[key]) ? `${sent.source}: ` : "";
}

/** The plot below the cell: what is left of its state, step by step.
 * @param {SVGSVGElement} drawing */
function drawMemory(drawing) {
  const picture = kit.svg("g", {}, drawing);
  const x = kit.linear([0, STEPS], [60, 620]);
  const xLabel = "steps with these gates, nothing new arriving";
  let most = REACH;
  const draw = (/** @type {number[]} */ values) => {
    const y = kit.linear([-most, most], [430, 320]);
    picture.replaceChildren();
    kit.axes(picture, { x, y, xLabel, yLabel: "cell state c", yTicks: [-most, 0, most] });
    const inside = (/** @type {number} */ v) => y(Math.max(-most, Math.min(most, v)));
    const d = kit.line(values.map((v, s) => [x(s), inside(v)]));
    kit.svg("path", { class: "ck-line", stroke: kit.colour.blue, d }, picture);
    const end = { cx: x(STEPS), cy: inside(values[STEPS]) };
    kit.svg("circle", { r: 4, fill: kit.colour.blue, ...end }, picture);
  };
  const widen = (/** @type {number} */ reach) => {
    most = reach;
  };
  return { draw, widen };
}

/** @param {number} v */
const bracketed = (v) => kit.number(v).replace(/^−.*/, "($&)");

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
  const slider = controls(frame);
  const memory = drawMemory(frame.svg);
  const source = receiver(frame, slider, memory.widen);

  return kit.bind(frame, ["stage", ...GIVEN], () => {
    const [stage, c, candidate, f, i, o] = ["stage", ...GIVEN].map((k) => model.get(k));
    const found = cellNumbers({ c, candidate, f, i, o });
    const { fresh, h } = found;
    const values = Array.from({ length: STEPS + 1 }, (_, s) => fresh * f ** s);
    show(parts, stage);
    write(cellTexts(found), stage);
    memory.draw(values);
    frame.reading.textContent =
      stage < STAGES.length - 1 ? STAGES[stage] : source() + sum(found, values[STEPS]);
    frame.describe(
      `LSTM cell at stage ${stage}: ${STAGES[stage]} Old cell ${kit.number(c)}, new cell ${kit.number(fresh)}, ` +
        `hidden state ${kit.number(h)}; after ${STEPS} steps with forget gate ${kit.number(f)} the cell holds ${kit.number(values[STEPS], 3)}.`,
    );
    frame.expose({ cell: fresh, hidden: h, left: values[STEPS] });
  });
}

export default { render };
