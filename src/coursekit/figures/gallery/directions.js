// Which words can reach a state: forward, backward or both directions, one to three layers. A word is
// chosen by hovering, by clicking or with the arrow keys.
/** Layer, direction and place in time; a word stands in the layer "word".
 * @typedef {[number | string, string, number]} Cell */

/** @returns {Cell[]} */
function sources([layer, flow, t], flows, length) {
  const before = flow === "forward" ? t - 1 : t + 1;
  /** @type {Cell[]} */
  const below = layer === 1 ? [["word", "", t]] : flows.map((other) => [layer - 1, other, t]);
  return before >= 0 && before < length ? [...below, [layer, flow, before]] : below;
}

function reach(length, direction, layers, position) {
  const flows = ["forward", "backward"].filter((f) => direction === f || direction === "both");
  /** @type {Cell[]} */
  const front = flows.map((flow) => [layers, flow, position]);
  const name = (cell) => cell.join(" ");
  const distance = new Map(front.map((cell) => [name(cell), 1]));
  const edges = [];
  const words = new Map();
  for (const cell of front) {
    // `front` grows while it is walked through.
    for (const source of sources(cell, flows, length)) {
      edges.push(`${name(source)}→${name(cell)}`);
      if (source[0] === "word") {
        if (!words.has(source[2])) words.set(source[2], distance.get(name(cell)));
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

function render({ model, el, signal }) {
  const text = model.get("words");
  const count = text.length;
  const gap = 600 / count;
  const frame = kit.frame(
    { model, el, signal },
    { name: "directions", title: "What can the state at a word know?", width: 640, height: 330 },
  );
  const { svg } = frame;
  const drawing = kit.svg("g", {}, svg);
  const x = (t) => 20 + gap * (t + 0.5);
  kit.choice(frame, "direction", {
    label: "direction",
    options: ["forward", "backward", "both"].map((d) => [d, d]),
  });
  kit.slider(frame, "layers", { label: "layers", min: 1, max: 3, step: 1, format: String });
  kit.slider(frame, "position", {
    label: "word",
    min: 0,
    max: count - 1,
    step: 1,
    format: (t) => text[t],
  });

  const draw = () => {
    const layers = model.get("layers");
    const position = model.get("position");
    const found = reach(count, model.get("direction"), layers, position);
    const { flows, cells, edges, words } = found;
    drawing.replaceChildren();
    const space = 76;
    const base = 290;
    const height = space * layers + 56;
    kit.set(svg, { viewBox: `0 ${base + 16 - height} 640 ${height}` });
    const y = (layer, flow) =>
      base - 18 - space * (layer - 0.45) + (flows.length === 1 ? 0 : flow === "forward" ? 15 : -15);
    const place = ([layer, flow, t]) =>
      layer === "word"
        ? [x(t), base - 12]
        : [x(t) + (flows.length === 1 ? 0 : flow === "forward" ? -7 : 7), y(layer, flow)];
    const colour = (flow) => (flow === "backward" ? kit.colour.green : kit.colour.blue);
    const all = [];
    for (let layer = 1; layer <= layers; layer++) {
      for (const flow of flows) for (let t = 0; t < count; t++) all.push([layer, flow, t]);
    }
    const line = (from, to, flow, lit) =>
      kit.svg(
        "line",
        {
          x1: from[0],
          y1: from[1],
          x2: to[0],
          y2: to[1],
          stroke: lit ? colour(flow) : kit.colour.rule,
          "stroke-width": lit ? 2.2 : 1,
        },
        drawing,
      );
    for (const lit of [false, true]) {
      for (const cell of all)
        for (const source of sources(cell, flows, count)) {
          if (edges.has(`${source.join(" ")}→${cell.join(" ")}`) === lit) {
            line(place(source), place(cell), cell[1], lit);
          }
        }
    }
    for (const cell of all) {
      const [cx, cy] = place(cell);
      const lit = cells.has(cell.join(" "));
      const chosen = cell[0] === layers && cell[2] === position;
      kit.svg(
        "circle",
        {
          cx,
          cy,
          r: chosen ? 9 : 6.5,
          "stroke-width": 2,
          fill: chosen ? kit.colour.orange : lit ? colour(cell[1]) : kit.colour.paper,
          stroke: chosen ? kit.colour.orange : lit ? colour(cell[1]) : kit.colour.rule,
        },
        drawing,
      );
    }
    text.forEach((word, t) => {
      const lit = words.includes(t);
      kit.svg(
        "text",
        {
          x: x(t),
          y: base + 8,
          "text-anchor": "middle",
          text: word,
          class: t === position ? "ck-strong" : lit ? "" : "ck-quiet",
          "text-decoration": lit ? "underline" : "none",
        },
        drawing,
      );
      const area = kit.svg(
        "rect",
        { x: x(t) - gap / 2, y: 10, width: gap, height: 300, fill: "transparent" },
        drawing,
      );
      const choose = () => {
        if (model.get("position") !== t) kit.store(model, "position", t);
      };
      area.addEventListener("pointerenter", choose);
      area.addEventListener("click", choose);
    });
    const honest =
      position === count - 1
        ? ""
        : found.sees_next
          ? ` “${text[position + 1]}” is among them: this state cannot be asked to predict it.`
          : ` The next word, “${text[position + 1]}”, is not among them: it can be predicted.`;
    const sentence =
      `At “${text[position]}” the top state can depend on ${words.length} of ${count} ` +
      `words; from the farthest, information passes through ${found.longest} ` +
      `${found.longest === 1 ? "cell" : "cells"}.${honest}`;
    frame.reading.textContent = sentence;
    frame.describe(`${sentence} They are: ${words.map((t) => text[t]).join(" ")}.`);
    frame.expose({ words, longest: found.longest, next: found.sees_next });
  };
  return kit.bind(frame, ["direction", "layers", "position"], draw);
}
export default { render };
