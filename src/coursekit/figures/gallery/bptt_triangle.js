// The itemised triangle: what the use of W_h at step i adds to the gradient of the loss at step t.
// Column vectors; lists over time have index t, as in the formulas (index 0 of u, x, y: unused).
/** @typedef {number[]} Vector */
/** @typedef {Record<"W_u" | "W_h" | "Q" | "u", Vector[]>
 *   & Record<"b_h" | "b_Q" | "h_0" | "x", Vector>} Net */
/** @param {Vector} a
 * @param {Vector} b */
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
/** @param {Vector[]} M
 * @param {Vector} v */
const times = (M, v) => M.map((row) => dot(row, v));
/** @param {Vector[]} M
 * @param {Vector} v */
const across = (M, v) => M[0].map((_, j) => M.reduce((sum, row, i) => sum + row[j] * v[i], 0));

/** @param {Net} net
 * @param {Vector[]} W_h */
function forward({ W_u, b_h, Q, b_Q, h_0, u }, W_h) {
  const h = [h_0];
  /** @type {Vector[]} */
  const y = [[]]; // nothing is predicted before the first step
  for (let t = 1; t < u.length; t++) {
    const a = times(W_u, u[t]);
    const r = times(W_h, h[t - 1]);
    h.push(a.map((value, j) => Math.tanh(value + r[j] + b_h[j])));
    const e = times(Q, h[t]).map((value, w) => Math.exp(value + b_Q[w]));
    const total = e.reduce((s, v) => s + v);
    y.push(e.map((value) => value / total));
  }
  return { h, y };
}

/** @param {Net} net
 * @param {number} gain
 * @returns cells[t][i]: the flattened matrix that step i contributes to the gradient of L[t] */
function triangle(net, gain) {
  const W_h = net.W_h.map((row) => row.map((value) => gain * value));
  const { h, y } = forward(net, W_h);
  /** @type {Vector[][]} */
  const cells = [[]];
  for (let t = 1; t < h.length; t++) {
    cells.push([]);
    let g = across(
      net.Q,
      y[t].map((p, w) => p - (w === net.x[t] ? 1 : 0)),
    );
    for (let i = t; i > 0; i--) {
      const da = g.map((value, j) => (1 - h[i][j] ** 2) * value);
      cells[t][i] = da.flatMap((d) => h[i - 1].map((value) => d * value));
      g = across(W_h, da);
    }
  }
  return cells;
}

/** @param {Vector} v */
const norm = (v) => Math.sqrt(dot(v, v));
/** Whether a truncation keeps a cell.
 * @param {string} mode
 * @param {number} K
 * @param {number} i
 * @param {number} t */
const kept = (mode, K, i, t) =>
  mode === "all" ||
  (mode === "last" ? t - i < K : Math.floor((i - 1) / K) === Math.floor((t - 1) / K));

/** @param {Vector[][]} cells
 * @param {string} mode
 * @param {number} K */
function summary(cells, mode, K) {
  const full = cells[1][1].map(() => 0);
  const part = full.map(() => 0);
  for (let t = 1; t < cells.length; t++) {
    for (let i = 1; i <= t; i++) {
      cells[t][i].forEach((value, j) => {
        full[j] += value;
        if (kept(mode, K, i, t)) part[j] += value;
      });
    }
  }
  return {
    cosine: dot(full, part) / (norm(full) * norm(part)),
    full: norm(full) / (cells.length - 1),
    part: norm(part) / (cells.length - 1),
  };
}

const LEFT = 74;
const TOP = 106;
const CELL = 48;
const TALL = 36; // so that drawing, controls and reading fit the screen of a laptop
const STRIP = 60;
/** @param {number} t */
const x = (t) => LEFT + CELL * (t - 0.5);
/** @param {number} i */
const y = (i) => TOP + TALL * (i - 0.5);
/** @param {number} value
 * @param {number} low
 * @param {number} high */
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
/** @param {Frame} frame
 * @param {Attributes} attributes */
const text = (frame, attributes) =>
  kit.svg("text", { "text-anchor": "middle", ...attributes }, frame.svg);

/** The strip of states and losses above the triangle, and the words beside it.
 * @param {Frame} frame
 * @param {number} T
 * @returns what is drawn, by step */
function drawStrip(frame, T) {
  const steps = [];
  for (let t = 1; t <= T; t++) {
    const link = { x1: t === 1 ? 44 : x(t - 1) + 15, x2: x(t) - 15, y1: STRIP, y2: STRIP };
    const loss = { x1: x(t), x2: x(t), y1: STRIP - 15, y2: 26 };
    const state = { cx: x(t), cy: STRIP, r: 15, fill: "var(--ck-panel)" };
    steps.push({
      t,
      link: kit.svg("line", link, frame.svg),
      loss: kit.svg("line", loss, frame.svg),
      state: kit.svg("circle", state, frame.svg),
    });
    text(frame, { x: x(t), y: STRIP, dy: "0.35em", class: "ck-small", text: `h[${t}]` });
    text(frame, { x: x(t), y: 18, class: "ck-small", text: `L[${t}]` });
    text(frame, { x: x(t), y: TOP + TALL * T + 18, class: "ck-quiet", text: `t = ${t}` });
    const beside = { x: LEFT - 10, y: y(t), dy: "0.35em", "text-anchor": "end" };
    text(frame, { ...beside, class: "ck-quiet", text: `i = ${t}` });
  }
  text(frame, { x: 28, y: STRIP, dy: "0.35em", class: "ck-small", text: "h[0]" });
  const words = "norm of what step i adds to the gradient of L[t]";
  const at = { x: LEFT, y: TOP - 12, "text-anchor": "start" };
  text(frame, { ...at, class: "ck-axis-label", text: words });
  return steps;
}

/** @param {Frame} frame
 * @param {number} T
 * @param {(i: number, t: number) => void} go chooses a cell
 * @returns the cells of the triangle */
function drawCells(frame, T, go) {
  const boxes = [];
  for (let t = 1; t <= T; t++) {
    for (let i = 1; i <= t; i++) {
      const choose = () => go(i, t);
      const place = { x: x(t) - CELL / 2 + 2, y: y(i) - TALL / 2 + 2 };
      const size = { width: CELL - 4, height: TALL - 4, rx: 3 };
      const heard = { onpointerenter: choose, onclick: choose };
      const rect = kit.svg("rect", { ...place, ...size, ...heard }, frame.svg);
      const look = { dy: "0.35em", class: "ck-small", style: "pointer-events: none" };
      boxes.push({ i, t, rect, label: text(frame, { x: x(t), y: y(i), ...look }) });
    }
  }
  return boxes;
}

/** The outline of the chosen cell, which can be moved.
 * @param {Frame} frame
 * @param {(i: number, t: number) => void} go */
function drawOutline({ model, svg }, go) {
  const look = { width: CELL, height: TALL, rx: 4, fill: "transparent" };
  const line = { stroke: kit.colour.orange, "stroke-width": 3 };
  const outline = kit.svg("rect", { ...look, ...line }, svg);
  const handle = kit.draggable(svg, outline, {
    label: "cell of the triangle",
    move: (px, py) => go(Math.round((py - TOP) / TALL + 0.5), Math.round((px - LEFT) / CELL + 0.5)),
    nudge: (dx, dy) => go(model.get("i") - dy, model.get("t") + dx),
  });
  return { outline, handle };
}

/** @param {Frame} frame
 * @param {number} T */
function controls(frame, T) {
  const label = "$\\mathbf{W}_h$ multiplied by";
  kit.slider(frame, "gain", { label, min: 0.2, max: 2.5, step: 0.1 });
  kit.choice(frame, "mode", {
    label: "keep",
    options: [
      ["all", "everything"],
      ["last", "the last $K$ steps of each loss"],
      ["chunks", "pieces of $K$ steps"],
    ],
  });
  kit.slider(frame, "K", { label: "$K$", min: 1, max: T, step: 1, format: String });
}

/** How the cells look: bluer the larger, without colour where they are dropped.
 * @param {ReturnType<typeof drawCells>} boxes
 * @param {number[][]} sizes
 * @param {(i: number, t: number) => boolean} stays */
function colourCells(boxes, sizes, stays) {
  const largest = Math.max(...sizes.flat().filter(Number.isFinite));
  for (const { i, t, rect, label } of boxes) {
    const size = sizes[t][i];
    const share = clamp(1 + Math.log10(size / largest) / 3, 0.04, 1);
    kit.set(rect, {
      fill: stays(i, t) ? kit.mix("blue", 0.45 * share) : "transparent",
      stroke: stays(i, t) ? "none" : kit.colour.rule,
      "stroke-dasharray": "4 3",
    });
    label.textContent = size >= 0.0005 ? kit.number(size, 3) : "<0.001";
    const ink = stays(i, t) ? "ink" : "grey";
    kit.set(label, { style: `pointer-events: none; fill: var(--ck-${ink})` });
  }
}

/** The way from the use at step i to the loss at step t.
 * @param {ReturnType<typeof drawStrip>} steps
 * @param {number} i
 * @param {number} t */
function colourPath(steps, i, t) {
  for (const { t: s, link, loss, state } of steps) {
    const path = s > i && s <= t;
    kit.set(link, {
      stroke: s === i ? kit.colour.orange : path ? kit.colour.blue : kit.colour.rule,
      "stroke-width": s === i ? 5 : path ? 3 : 1.5,
    });
    kit.set(loss, {
      stroke: s === t ? kit.colour.blue : kit.colour.rule,
      "stroke-width": s === t ? 3 : 1.5,
    });
    kit.set(state, { stroke: s >= i && s <= t ? kit.colour.blue : kit.colour.rule });
  }
}

/** @param {number} i
 * @param {number} t
 * @param {number} size
 * @param {boolean} stays */
function cellSentence(i, t, size, stays) {
  const jacobians = Array.from({ length: t - i }, (_, j) => `J${t - j}`).join(" ");
  return (
    `Step ${i} in the loss of step ${t}: size ${kit.sci(size, 2)}, carried back by ` +
    (t === i ? "no Jacobian" : `${t - i} Jacobian${t - i > 1 ? "s" : ""}, ${jacobians}`) +
    `${stays ? "" : "; dropped by the truncation"}.`
  );
}

/** @param {ReturnType<typeof summary>} found
 * @param {string} mode
 * @param {number} T */
function wholeSentence({ cosine, full, part }, mode, T) {
  return mode === "all"
    ? `All ${(T * (T + 1)) / 2} cells, summed and divided by ${T}: norm ${kit.sci(full, 2)}.`
    : `Kept: norm ${kit.sci(part, 2)} of ${kit.sci(full, 2)}, cosine with the full gradient ${kit.number(cosine, 3)}.`;
}

/** @param {View} view */
function render({ model, el, signal }) {
  const net = model.get("net");
  const T = net.u.length - 1;
  const title = "How much each step of a network adds to the gradient of each loss";
  const size = { width: LEFT + CELL * T + 14, height: TOP + TALL * T + 30 };
  const frame = kit.frame({ model, el, signal }, { name: "bptt_triangle", title, ...size });
  /** @param {number} i
   * @param {number} t */
  const go = (i, t) => {
    const column = clamp(t, 1, T);
    const cell = { t: column, i: clamp(i, 1, column) };
    // In an order in which i never exceeds t, not even for a moment.
    /** @type {("i" | "t")[]} */
    const order = cell.t >= model.get("t") ? ["t", "i"] : ["i", "t"];
    for (const key of order) kit.store(model, key, cell[key]);
  };
  const steps = drawStrip(frame, T);
  const boxes = drawCells(frame, T, go);
  const { outline, handle } = drawOutline(frame, go);
  controls(frame, T);

  return kit.bind(frame, ["i", "t", "gain", "mode", "K"], () => {
    const [i, t, mode, K] = ["i", "t", "mode", "K"].map((key) => model.get(key));
    const cells = triangle(net, model.get("gain"));
    const sizes = cells.map((column) => column.map(norm));
    colourCells(boxes, sizes, (row, column) => kept(mode, K, row, column));
    kit.set(outline, { x: x(t) - CELL / 2, y: y(i) - TALL / 2 });
    colourPath(steps, i, t);
    const found = summary(cells, mode, K);
    const cell = cellSentence(i, t, sizes[t][i], kept(mode, K, i, t));
    const told = `${cell} ${wholeSentence(found, mode, T)}`;
    frame.reading.textContent = told;
    frame.describe(
      `Triangle of ${(T * (T + 1)) / 2} cells, steps of use by steps of loss. ${told}`,
    );
    handle.value((t * (t - 1)) / 2 + i, cell);
    const list = sizes.map((column) => column.map((v) => v ?? null));
    frame.expose({ sizes: list, ...found, i, t });
  });
}
export default { render };
