// The itemised triangle: what the use of W_h at step i adds to the gradient of the loss at step t.
// Column vectors; lists over time have index t, as in the formulas (index 0 of u, x, y: unused).
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const times = (M, v) => M.map((row) => dot(row, v));
const across = (M, v) => M[0].map((_, j) => M.reduce((sum, row, i) => sum + row[j] * v[i], 0));

function forward({ W_u, b_h, Q, b_Q, h_0, u }, W_h) {
  const h = [h_0];
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

// cells[t][i]: the flattened matrix that step i contributes to the gradient of L[t].
function triangle(net, gain) {
  const W_h = net.W_h.map((row) => row.map((value) => gain * value));
  const { h, y } = forward(net, W_h);
  /** @type {number[][][]} */
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

const norm = (v) => Math.sqrt(dot(v, v));
const kept = (mode, K, i, t) =>
  mode === "all" ||
  (mode === "last" ? t - i < K : Math.floor((i - 1) / K) === Math.floor((t - 1) / K));

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
const TOP = 128;
const CELL = 58;
const STRIP = 74;

function render({ model, el, signal }) {
  const net = model.get("net");
  const T = net.u.length - 1;
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "bptt_triangle",
      title: "Who changes which loss, and by how much",
      width: LEFT + CELL * T + 14,
      height: TOP + CELL * T + 34,
    },
  );
  const { svg } = frame;
  const x = (t) => LEFT + CELL * (t - 0.5);
  const y = (i) => TOP + CELL * (i - 0.5);
  const text = (attributes) => kit.svg("text", { "text-anchor": "middle", ...attributes }, svg);

  const links = [];
  const states = [];
  const losses = [];
  for (let t = 1; t <= T; t++) {
    links[t] = kit.svg(
      "line",
      { x1: t === 1 ? 44 : x(t - 1) + 15, x2: x(t) - 15, y1: STRIP, y2: STRIP },
      svg,
    );
    losses[t] = kit.svg("line", { x1: x(t), x2: x(t), y1: STRIP - 15, y2: 26 }, svg);
    states[t] = kit.svg("circle", { cx: x(t), cy: STRIP, r: 15, fill: "var(--ck-panel)" }, svg);
    text({ x: x(t), y: STRIP, dy: "0.35em", class: "ck-small", text: `h[${t}]` });
    text({ x: x(t), y: 18, class: "ck-small", text: `L[${t}]` });
    text({ x: x(t), y: TOP + CELL * T + 18, class: "ck-quiet", text: `t = ${t}` });
    text({
      x: LEFT - 10,
      y: y(t),
      dy: "0.35em",
      "text-anchor": "end",
      class: "ck-quiet",
      text: `i = ${t}`,
    });
  }
  text({ x: 28, y: STRIP, dy: "0.35em", class: "ck-small", text: "h[0]" });
  text({
    x: LEFT,
    y: TOP - 12,
    "text-anchor": "start",
    class: "ck-axis-label",
    text: "size of the share of step i in the gradient of L[t]",
  });

  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
  const go = (i, t) => {
    const column = clamp(t, 1, T);
    const cell = { t: column, i: clamp(i, 1, column) };
    // In an order in which i never exceeds t, not even for a moment.
    for (const key of cell.t >= model.get("t") ? ["t", "i"] : ["i", "t"])
      kit.store(model, key, cell[key]);
  };
  const boxes = [];
  for (let t = 1; t <= T; t++)
    for (let i = 1; i <= t; i++) {
      const choose = () => go(i, t);
      const rect = kit.svg(
        "rect",
        {
          x: x(t) - CELL / 2 + 2,
          y: y(i) - CELL / 2 + 2,
          width: CELL - 4,
          height: CELL - 4,
          rx: 3,
          onpointerenter: choose,
          onclick: choose,
        },
        svg,
      );
      const label = text({
        x: x(t),
        y: y(i),
        dy: "0.35em",
        class: "ck-small",
        style: "pointer-events: none",
      });
      boxes.push({ i, t, rect, label });
    }
  const outline = kit.svg(
    "rect",
    {
      width: CELL,
      height: CELL,
      rx: 4,
      fill: "transparent",
      stroke: kit.colour.orange,
      "stroke-width": 3,
    },
    svg,
  );
  const handle = kit.draggable(svg, outline, {
    label: "cell of the triangle",
    move: (px, py) => go(Math.round((py - TOP) / CELL + 0.5), Math.round((px - LEFT) / CELL + 0.5)),
    nudge: (dx, dy) => go(model.get("i") - dy, model.get("t") + dx),
  });

  kit.slider(frame, "gain", {
    label: "$\\mathbf{W}_h$ multiplied by",
    min: 0.2,
    max: 2.5,
    step: 0.1,
  });
  kit.choice(frame, "mode", {
    label: "keep",
    options: [
      ["all", "everything"],
      ["last", "the last $K$ steps of each loss"],
      ["chunks", "pieces of $K$ steps"],
    ],
  });
  kit.slider(frame, "K", { label: "$K$", min: 1, max: T, step: 1, format: (v) => String(v) });

  return kit.bind(frame, ["i", "t", "gain", "mode", "K"], () => {
    const i = model.get("i");
    const t = model.get("t");
    const mode = model.get("mode");
    const K = model.get("K");
    const cells = triangle(net, model.get("gain"));
    const sizes = cells.map((column) => column.map(norm));
    const largest = Math.max(...sizes.flat().filter(Number.isFinite));
    for (const { i: row, t: column, rect, label } of boxes) {
      const size = sizes[column][row];
      const share = clamp(1 + Math.log10(size / largest) / 3, 0.04, 1);
      const stays = kept(mode, K, row, column);
      kit.set(rect, {
        fill: stays ? kit.mix("blue", 0.45 * share) : "transparent",
        stroke: stays ? "none" : kit.colour.rule,
        "stroke-dasharray": "4 3",
      });
      label.textContent = size >= 0.0005 ? kit.number(size, 3) : "<0.001";
      kit.set(label, { style: `pointer-events: none; fill: var(--ck-${stays ? "ink" : "grey"})` });
    }
    kit.set(outline, { x: x(t) - CELL / 2, y: y(i) - CELL / 2 });
    for (let s = 1; s <= T; s++) {
      const path = s > i && s <= t;
      kit.set(links[s], {
        stroke: s === i ? kit.colour.orange : path ? kit.colour.blue : kit.colour.rule,
        "stroke-width": s === i ? 5 : path ? 3 : 1.5,
      });
      kit.set(losses[s], {
        stroke: s === t ? kit.colour.blue : kit.colour.rule,
        "stroke-width": s === t ? 3 : 1.5,
      });
      kit.set(states[s], { stroke: s >= i && s <= t ? kit.colour.blue : kit.colour.rule });
    }
    const jacobians = Array.from({ length: t - i }, (_, j) => `J${t - j}`).join(" ");
    const { cosine, full, part } = summary(cells, mode, K);
    const cell =
      `Step ${i} in the loss of step ${t}: size ${kit.sci(sizes[t][i], 2)}, carried back by ` +
      (t === i ? "no Jacobian" : `${t - i} Jacobian${t - i > 1 ? "s" : ""}, ${jacobians}`) +
      `${kept(mode, K, i, t) ? "" : "; dropped by the truncation"}.`;
    const whole =
      mode === "all"
        ? `All ${(T * (T + 1)) / 2} cells, summed and divided by ${T}: norm ${kit.sci(full, 2)}.`
        : `Kept: norm ${kit.sci(part, 2)} of ${kit.sci(full, 2)}, cosine with the full gradient ${kit.number(cosine, 3)}.`;
    frame.reading.textContent = `${cell} ${whole}`;
    frame.describe(
      `Triangle of ${(T * (T + 1)) / 2} cells, steps of use by steps of loss. ${cell} ${whole}`,
    );
    handle.value((t * (t - 1)) / 2 + i, cell);
    frame.expose({
      sizes: sizes.map((column) => column.map((v) => v ?? null)),
      cosine,
      full,
      part,
      i,
      t,
    });
  });
}
export default { render };
