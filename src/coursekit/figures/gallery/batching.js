// A text cut into rows that are read side by side, window by window. For the last prediction of one
// row: how much of the text it can know through the state, and how far back its gradient goes.
const LEFT = 52;
const TOP = 22;
const ROW = 52;
const HEIGHT = 26;

/** The batch of an update.
 * @param {number} length of the text
 * @param {number} rows
 * @param {number} window
 * @param {number} update counted from 1
 * @param {boolean} carry */
function numbers(length, rows, window, update, carry) {
  const columns = Math.floor((length - 1) / rows);
  const start = (update - 1) * window;
  const stop = Math.min(start + window, columns);
  return {
    columns,
    start,
    stop,
    updates: Math.ceil(columns / window),
    leftOut: (length - 1) % rows,
    context: carry ? stop : stop - start,
    gradient: stop - start,
  };
}
/** @typedef {ReturnType<typeof numbers>} Batch */

/** @param {Frame} frame
 * @returns the sliders whose range depends on the others */
function controls(frame) {
  const whole = { min: 1, step: 1, format: String };
  const update = kit.slider(frame, "update", { ...whole, label: "update", max: 48 });
  const row = kit.slider(frame, "row", { ...whole, label: "row followed", max: 4 });
  kit.slider(frame, "rows", { ...whole, label: "rows b", max: 4 });
  kit.slider(frame, "window", { ...whole, label: "window τ", max: 12 });
  kit.check(frame, "carry", { label: "the state is carried to the next window" });
  return { update, row };
}

/** A symbol of the text in its box.
 * @param {SVGGElement} picture
 * @param {Batch} batch
 * @param {{ t: number, x: number, y: number, cell: number, sign: string }} symbol */
function drawSymbol(picture, { columns, start, stop }, { t, x, y, cell, sign }) {
  const inside = t >= start && t < stop;
  const fill = inside ? kit.mix("blue", 0.28) : kit.colour.paper;
  const box = { x, y, width: cell, height: HEIGHT, fill, stroke: kit.colour.rule };
  if (t < columns) kit.svg("rect", box, picture);
  const strong = inside || t === stop ? "ck-strong" : "";
  const look = { "text-anchor": "middle", class: `${t === columns ? "ck-quiet " : ""}${strong}` };
  const text = sign === " " ? "·" : sign;
  kit.svg("text", { x: x + cell / 2, y: y + 18, ...look, text }, picture);
}

/** A row of the text: its symbols, what is to be predicted and, if it is followed, from what.
 * @param {SVGGElement} picture
 * @param {Batch} batch
 * @param {string[]} text
 * @param {number} r counted from 0
 * @param {boolean} followed */
function drawRow(picture, batch, text, r, followed) {
  const { columns, stop, context, gradient } = batch;
  const cell = Math.min(34, (640 - LEFT) / (columns + 1));
  /** @param {number} t */
  const x = (t) => LEFT + cell * t;
  const y = TOP + ROW * r;
  const look = followed ? "ck-strong" : "ck-quiet";
  kit.svg("text", { x: 0, y: y + 18, class: look, text: `row ${r + 1}` }, picture);
  for (let t = 0; t <= columns; t++) {
    drawSymbol(picture, batch, { t, x: x(t), y, cell, sign: text[r * columns + t] });
  }
  const inside = { x: x(stop) + 1.5, y: y + 1.5, width: cell - 3, height: HEIGHT - 3 };
  const line = { stroke: kit.colour.orange, "stroke-width": followed ? 2.5 : 1.2 };
  kit.svg("rect", { ...inside, fill: "none", ...line }, picture);
  if (!followed) return;
  /** @param {number} steps
   * @param {number} at
   * @param {string} stroke */
  const bar = (steps, at, stroke) => {
    const ends = { x1: x(stop - steps), x2: x(stop), y1: at, y2: at };
    const pen = { stroke, "stroke-width": 4, "stroke-linecap": "butt" };
    kit.svg("line", { ...ends, ...pen }, picture);
  };
  bar(context, y + HEIGHT + 6, kit.colour.green);
  bar(gradient, y + HEIGHT + 13, kit.colour.blue);
}

/** What the colours mean.
 * @param {SVGGElement} picture
 * @param {Batch} batch
 * @param {number} y */
function drawLegend(picture, { context, gradient }, y) {
  /** @type {[number, string, string][]} */
  const entries = [
    [0, "green", `in the state: ${context}`],
    [190, "blue", `gradient: ${gradient} back`],
    [380, "orange", "to be predicted"],
  ];
  for (const [x, colour, text] of entries) {
    const box = colour === "orange";
    const empty = { fill: "none", stroke: kit.colour.orange, "stroke-width": 2 };
    const full = { fill: kit.colour[colour], transform: "translate(0 4)" };
    const at = { x: LEFT + x, y: y - 9, width: 14, height: box ? 12 : 5 };
    kit.svg("rect", { ...at, ...(box ? empty : full) }, picture);
    kit.svg("text", { x: LEFT + x + 21, y: y + 2, class: "ck-small", text }, picture);
  }
}

/** @param {Batch} batch
 * @param {number} at update
 * @param {number} row */
function sentence({ updates, leftOut, context, gradient }, at, row) {
  return (
    `Update ${at} of ${updates} in this pass. At its end row ${row} has ` +
    `${context === 1 ? "1 symbol" : `${context} symbols`} behind the state and predicts the next; the gradient of that loss goes back ` +
    `${gradient === 1 ? "1 step" : `${gradient} steps`}.` +
    (leftOut
      ? ` At the end of the text ${leftOut} ${leftOut === 1 ? "symbol is" : "symbols are"} left out.`
      : "")
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  const text = [...model.get("text")];
  const title = "One text, several rows: which batch comes next?";
  const size = { width: 640, height: TOP + 4 * ROW + 30 };
  const frame = kit.frame({ model, el, signal }, { name: "batching", title, ...size });
  const picture = kit.svg("g", {}, frame.svg);
  const { update, row } = controls(frame);
  const batch = () => {
    const [rows, window, at] = ["rows", "window", "update"].map((key) => model.get(key));
    return numbers(text.length, rows, window, at, model.get("carry"));
  };
  /** Keep a slider and its value within what there is.
   * @param {string} key
   * @param {{ input: HTMLInputElement }} slider
   * @param {number} most */
  const limit = (key, { input }, most) => {
    input.max = String(most);
    if (model.get(key) > most) kit.store(model, key, most);
  };
  return kit.bind(frame, ["rows", "window", "update", "row", "carry"], () => {
    const rows = model.get("rows");
    limit("update", update, batch().updates);
    limit("row", row, rows);
    const now = batch();
    picture.replaceChildren();
    for (let r = 0; r < rows; r++) drawRow(picture, now, text, r, r === model.get("row") - 1);
    drawLegend(picture, now, TOP + ROW * rows + 20);
    const told = sentence(now, model.get("update"), model.get("row"));
    frame.reading.textContent = told;
    frame.describe(told);
    const { updates, leftOut, context, gradient } = now;
    frame.expose({ updates, leftOut, context, gradient });
  });
}

export default { render };
