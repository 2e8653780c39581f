// Which words can reach a state: forward, backward or both directions, one to three layers. A word is
// chosen by hovering, by clicking or with the arrow keys.
/** Layer, direction and place in time; a word stands in the layer "word".
 * @typedef {[number | string, string, number]} Cell */

/** The cells and words that lead to a cell.
 * @param {Cell} cell
 * @param {string[]} flows
 * @param {number} length
 * @returns {Cell[]} */
function sources([layer, flow, t], flows, length) {
  const before = flow === "forward" ? t - 1 : t + 1;
  /** @type {Cell[]} */
  const below =
    layer === 1 ? [["word", "", t]] : flows.map((other) => [Number(layer) - 1, other, t]);
  return before >= 0 && before < length ? [...below, [layer, flow, before]] : below;
}

/** @param {Cell} cell */
const name = (cell) => cell.join(" ");

/** All that the state at a word can depend on.
 * @param {number} length
 * @param {string} direction
 * @param {number} layers
 * @param {number} position */
function reach(length, direction, layers, position) {
  const flows = ["forward", "backward"].filter((f) => direction === f || direction === "both");
  /** @type {Cell[]} */
  const front = flows.map((flow) => [layers, flow, position]);
  const distance = new Map(front.map((cell) => [name(cell), 1]));
  const edges = [];
  /** @type {Map<number, number>} */
  const words = new Map();
  for (const cell of front) {
    // `front` grows while it is walked through.
    for (const source of sources(cell, flows, length)) {
      edges.push(`${name(source)}→${name(cell)}`);
      if (source[0] === "word") {
        if (!words.has(source[2])) words.set(source[2], distance.get(name(cell)) ?? 0);
      } else if (!distance.has(name(source))) {
        distance.set(name(source), (distance.get(name(cell)) ?? 0) + 1);
        front.push(source);
      }
    }
  }
  return {
    flows,
    cells: new Set(distance.keys()),
    edges: new Set(edges),
    words: [...words.keys()].sort((a, b) => a - b),
    longest: Math.max(...words.values()),
    sees_next: words.has(position + 1),
  };
}

/** @typedef {ReturnType<typeof reach>} Reach */

const SPACE = 76; // between layers
const BASE = 290;

/** Where words and cells stand.
 * @param {number} count of words
 * @param {string[]} flows */
function layout(count, flows) {
  const gap = 600 / count;
  const two = flows.length > 1;
  /** @param {number} t */
  const x = (t) => 20 + gap * (t + 0.5);
  /** @param {Cell} cell
   * @returns {Pair} */
  const place = ([layer, flow, t]) => {
    if (layer === "word") return [x(t), BASE - 12];
    const side = two ? (flow === "forward" ? -1 : 1) : 0;
    return [x(t) + 7 * side, BASE - 18 - SPACE * (Number(layer) - 0.45) - 15 * side];
  };
  return { gap, x, place };
}

/** @param {string} flow */
const colour = (flow) => (flow === "backward" ? kit.colour.green : kit.colour.blue);

/** All links, those that lead to the state above the others.
 * @param {SVGGElement} drawing
 * @param {Cell[]} all
 * @param {Reach} found
 * @param {number} count
 * @param {(cell: Cell) => Pair} place */
function drawLinks(drawing, all, { flows, edges }, count, place) {
  for (const lit of [false, true]) {
    for (const cell of all)
      for (const source of sources(cell, flows, count)) {
        if (edges.has(`${name(source)}→${name(cell)}`) !== lit) continue;
        const [x1, y1] = place(source);
        const [x2, y2] = place(cell);
        const stroke = lit ? colour(cell[1]) : kit.colour.rule;
        kit.svg("line", { x1, y1, x2, y2, stroke, "stroke-width": lit ? 2.2 : 1 }, drawing);
      }
  }
}

/** @param {SVGGElement} drawing
 * @param {Cell} cell
 * @param {{ at: Pair, lit: boolean, chosen: boolean }} look */
function drawCell(drawing, cell, { at: [cx, cy], lit, chosen }) {
  const bright = chosen ? kit.colour.orange : colour(cell[1]);
  const on = chosen || lit;
  const size = { cx, cy, r: chosen ? 9 : 6.5, "stroke-width": 2 };
  const fill = on ? bright : kit.colour.paper;
  kit.svg("circle", { ...size, fill, stroke: on ? bright : kit.colour.rule }, drawing);
}

/** @param {SVGGElement} drawing
 * @param {string} text
 * @param {{ x: number, gap: number, lit: boolean, chosen: boolean }} look
 * @param {() => void} choose */
function drawWord(drawing, text, { x, gap, lit, chosen }, choose) {
  const at = { x, y: BASE + 8, "text-anchor": "middle", text };
  const look = {
    class: chosen ? "ck-strong" : lit ? "" : "ck-quiet",
    "text-decoration": lit ? "underline" : "none",
  };
  kit.svg("text", { ...at, ...look }, drawing);
  const box = { x: x - gap / 2, y: 10, width: gap, height: 300, fill: "transparent" };
  const area = kit.svg("rect", box, drawing);
  area.addEventListener("pointerenter", choose);
  area.addEventListener("click", choose);
}

/** @param {string[]} text
 * @param {Reach} found
 * @param {number} position */
function sentence(text, { words, longest, sees_next }, position) {
  const next = text[position + 1];
  const honest =
    position === text.length - 1
      ? ""
      : sees_next
        ? ` “${next}” is among them: this state cannot be asked to predict it.`
        : ` The next word, “${next}”, is not among them: it can be predicted.`;
  return (
    `At “${text[position]}” the top state can depend on ${words.length} of ${text.length} ` +
    `words; from the farthest, information passes through ${longest} ` +
    `${longest === 1 ? "cell" : "cells"}.${honest}`
  );
}

/** @param {Frame} frame
 * @param {string[]} text */
function controls(frame, text) {
  kit.choice(frame, "direction", {
    label: "direction",
    options: ["forward", "backward", "both"].map((d) => [d, d]),
  });
  kit.slider(frame, "layers", { label: "layers", min: 1, max: 3, step: 1, format: String });
  const range = { min: 0, max: text.length - 1, step: 1 };
  kit.slider(frame, "position", { label: "word", ...range, format: (t) => text[t] });
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {string[]} */
  const text = model.get("words");
  const look = { title: "What can the state at a word know?", width: 640, height: 330 };
  const frame = kit.frame({ model, el, signal }, { name: "directions", ...look });
  const drawing = kit.svg("g", {}, frame.svg);
  controls(frame, text);
  /** @param {number} t */
  const choose = (t) => () => {
    if (model.get("position") !== t) kit.store(model, "position", t);
  };

  return kit.bind(frame, ["direction", "layers", "position"], () => {
    const [direction, layers, position] = ["direction", "layers", "position"].map((key) =>
      model.get(key),
    );
    const found = reach(text.length, direction, layers, position);
    const { gap, x, place } = layout(text.length, found.flows);
    const height = SPACE * layers + 56;
    kit.set(frame.svg, { viewBox: `0 ${BASE + 16 - height} 640 ${height}` });
    drawing.replaceChildren();
    /** @type {Cell[]} */
    const all = [];
    for (let layer = 1; layer <= layers; layer++) {
      for (const flow of found.flows) for (const t of text.keys()) all.push([layer, flow, t]);
    }
    drawLinks(drawing, all, found, text.length, place);
    for (const cell of all) {
      const chosen = cell[0] === layers && cell[2] === position;
      drawCell(drawing, cell, { at: place(cell), lit: found.cells.has(name(cell)), chosen });
    }
    text.forEach((word, t) => {
      const lit = found.words.includes(t);
      drawWord(drawing, word, { x: x(t), gap, lit, chosen: t === position }, choose(t));
    });
    const told = sentence(text, found, position);
    frame.reading.textContent = told;
    frame.describe(`${told} They are: ${found.words.map((t) => text[t]).join(" ")}.`);
    frame.expose({ words: found.words, longest: found.longest, next: found.sees_next });
  });
}
export default { render };
