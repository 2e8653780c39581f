// A small computation graph: values go forward one node at a time, gradients come back one edge
// at a time. `edges` stand in the order in which the backward pass walks over them.
/** Numbers of the nodes by name.
 * @typedef {Record<string, number>} Values
 * @typedef {{
 *   name: string, label: string, at: Pair, wide: number,
 *   value: (values: Values, given: number) => number,
 * }} GraphNode
 * @typedef {{
 *   from: string, to: string, text: string, dx?: number, dy?: number,
 *   local: (values: Values) => number,
 * }} Edge
 * @typedef {{
 *   title: string, leaf: string, height: number,
 *   slider: { label: string, min: number, max: number, step: number },
 *   nodes: GraphNode[], edges: Edge[],
 * }} Graph */
/** @param {number} a */
const sigmoid = (a) => 1 / (1 + Math.exp(-a));

// The three-step network of chapter 06: everything but w is fixed.
const NET = { wu: 0.5, b: 0.1, q: 1.5, h0: 0.2, u: [0, 1, -0.5, 0.25] };
/** @param {number} t
 * @returns {GraphNode} */
const stateNode = (t) => ({
  name: `h${t}`,
  label: `h[${t}]`,
  at: [66 + 104 * t, 70],
  wide: 76,
  value: (v) => Math.tanh(NET.wu * NET.u[t] + v.w * v[`h${t - 1}`] + NET.b),
});
/** @param {number} t
 * @returns {(v: Values) => number} */
const slope = (t) => (v) => 1 - v[`h${t}`] ** 2;
/** @param {number} t
 * @returns {Edge} */
const back = (t) => ({
  from: `h${t - 1}`,
  to: `h${t}`,
  text: "(1−h²)·w",
  dy: -9,
  local: (v) => slope(t)(v) * v.w,
});
/** @param {number} t
 * @returns {Edge} */
const use = (t) => ({
  from: "w",
  to: `h${t}`,
  text: `(1−h²)·h[${t - 1}]`,
  dy: [0, 30, -26, 34][t],
  dx: [0, -16, 38, 16][t],
  local: (v) => slope(t)(v) * v[`h${t - 1}`],
});

/** @type {Record<string, Graph>} */
const GRAPHS = {
  lecture: {
    title: "f = 3x + y², x = t², y = t − 1: forward, then backward",
    leaf: "t",
    height: 300,
    slider: { label: "t", min: -3, max: 3, step: 0.25 },
    nodes: [
      { name: "t", label: "t", at: [70, 150], wide: 96, value: (_, given) => given },
      { name: "x", label: "x = t²", at: [270, 66], wide: 96, value: (v) => v.t ** 2 },
      { name: "y", label: "y = t − 1", at: [270, 234], wide: 96, value: (v) => v.t - 1 },
      {
        name: "f",
        label: "f = 3x + y²",
        at: [470, 150],
        wide: 104,
        value: (v) => 3 * v.x + v.y ** 2,
      },
    ],
    edges: [
      { from: "x", to: "f", text: "3", dy: -14, local: () => 3 },
      { from: "y", to: "f", text: "2y", dy: 22, local: (v) => 2 * v.y },
      { from: "t", to: "x", text: "2t", dy: -14, local: (v) => 2 * v.t },
      { from: "t", to: "y", text: "1", dy: 22, local: () => 1 },
    ],
  },
  network: {
    title: "Three steps of a one-unit network: one weight, used three times",
    leaf: "w",
    height: 300,
    slider: { label: "$w_h$", min: -1.5, max: 1.5, step: 0.1 },
    nodes: [
      { name: "w", label: "w", at: [274, 236], wide: 76, value: (_, given) => given },
      { name: "h0", label: "h[0]", at: [66, 70], wide: 76, value: () => NET.h0 },
      stateNode(1),
      stateNode(2),
      stateNode(3),
      {
        name: "L",
        label: "L",
        at: [482, 70],
        wide: 76,
        value: (v) => -Math.log(sigmoid(NET.q * v.h3)),
      },
    ],
    edges: [
      {
        from: "h3",
        to: "L",
        text: "−(1−ŷ)·q",
        dy: -9,
        local: (v) => -(1 - sigmoid(NET.q * v.h3)) * NET.q,
      },
      back(3),
      use(3),
      back(2),
      use(2),
      back(1),
      use(1),
    ],
  },
};

/** @param {Graph} graph
 * @param {number} given the value of the leaf
 * @param {number} count of nodes that have a value
 */
function forward(graph, given, count) {
  /** @type {Values} */
  const values = {};
  for (const node of graph.nodes.slice(0, count)) values[node.name] = node.value(values, given);
  return values;
}

/** @param {Graph} graph
 * @returns the name of the node to which all others lead */
const result = (graph) => graph.nodes[graph.nodes.length - 1].name;

/** Gradients after the first `count` moves backward (the first puts 1 at the result).
 * @param {Graph} graph
 * @param {Values} values
 * @param {number} count
 * @param {boolean} overwrite */
function backward(graph, values, count, overwrite) {
  /** @type {Values} */
  const gradients = {};
  if (count > 0) gradients[result(graph)] = 1;
  for (const { from, to, local } of graph.edges.slice(0, Math.max(0, count - 1))) {
    const arriving = gradients[to] * local(values);
    gradients[from] = overwrite ? arriving : (gradients[from] ?? 0) + arriving;
  }
  return gradients;
}

const BOX = 62;

/** @param {SVGSVGElement} svg
 * @param {GraphNode} a
 * @param {GraphNode} b
 * @param {Edge} edge */
function drawEdge(svg, a, b, { text, dx = 0, dy = 0 }) {
  const flat = a.at[1] === b.at[1];
  const [x1, y1] =
    flat || a.name !== "w" ? [a.at[0] + a.wide / 2, a.at[1]] : [a.at[0], a.at[1] - BOX / 2];
  const [x2, y2] =
    flat || a.name !== "w" ? [b.at[0] - b.wide / 2, b.at[1]] : [b.at[0], b.at[1] + BOX / 2];
  const length = Math.hypot(x2 - x1, y2 - y1);
  const ex = (x2 - x1) / length;
  const ey = (y2 - y1) / length;
  const line = kit.svg(
    "line",
    { x1: x1 + 3 * ex, y1: y1 + 3 * ey, x2: x2 - 9 * ex, y2: y2 - 9 * ey, "stroke-width": 2 },
    svg,
  );
  const head = kit.svg(
    "path",
    {
      d:
        `M${x2 - 2 * ex} ${y2 - 2 * ey}l${-9 * ex - 4 * ey} ${-9 * ey + 4 * ex}` +
        `l${8 * ey} ${-8 * ex}Z`,
    },
    svg,
  );
  const middle = flat ? -BOX / 2 : 0;
  kit.svg(
    "text",
    {
      x: (x1 + x2) / 2 + dx,
      y: (y1 + y2) / 2 + dy + middle,
      "text-anchor": "middle",
      class: "ck-quiet ck-small",
      text,
    },
    svg,
  );
  return { line, head };
}

/** @param {SVGSVGElement} svg
 * @param {GraphNode} node */
function drawNode(svg, { label, at: [x, y], wide }) {
  const box = kit.svg(
    "rect",
    {
      x: x - wide / 2,
      y: y - BOX / 2,
      width: wide,
      height: BOX,
      rx: 5,
      fill: "var(--ck-panel)",
      "stroke-width": 1.5,
    },
    svg,
  );
  /** @param {number} dy
   * @param {Attributes} attributes */
  const line = (dy, attributes) =>
    kit.svg("text", { x, y: y + dy, "text-anchor": "middle", ...attributes }, svg);
  line(-13, { class: "ck-strong", text: label });
  return {
    box,
    value: line(5, { style: "fill: var(--ck-blue)" }),
    gradient: line(23, { style: "fill: var(--ck-orange)" }),
  };
}

/** How far the figure has gone.
 * @typedef {{ step: number, values: Values, gradients: Values, overwrite: boolean }} State */

/** What the step has done.
 * @param {Graph} graph
 * @param {State} state */
function sentence(graph, { step, values, gradients, overwrite }) {
  const n = graph.nodes.length;
  if (step === 0) return "Nothing is computed yet.";
  if (step <= n) {
    const { name, label } = graph.nodes[step - 1];
    return `Forward: ${label} has the value ${kit.number(values[name], 3)}.`;
  }
  if (step === n + 1)
    return `Backward begins: the gradient of ${result(graph)} with respect to itself is 1.`;
  const { from, to, local } = graph.edges[step - n - 2];
  const before = backward(graph, values, step - n - 1, overwrite)[from];
  const factor = local(values);
  /** @param {string} key */
  const name = (key) =>
    key === "t" ? key : graph.nodes.find((node) => node.name === key)?.label.split(" ")[0];
  const first =
    `Backward from ${name(to)} to ${name(from)}: ${kit.number(gradients[to], 3)}` +
    ` · ${kit.number(factor, 3)} = ${kit.number(gradients[to] * factor, 3)} arrives`;
  if (before === undefined) return `${first}.`;
  return overwrite
    ? `${first} and replaces the ${kit.number(before, 3)} that was there: wrong.`
    : `${first} and is added to ${kit.number(before, 3)}: ${kit.number(gradients[from], 3)}.`;
}

/** @param {Graph} graph
 * @param {ReturnType<typeof drawNode>[]} nodes
 * @param {State} state */
function updateNodes(graph, nodes, { step, values, gradients }) {
  const n = graph.nodes.length;
  nodes.forEach(({ box, value, gradient }, i) => {
    const { name } = graph.nodes[i];
    const active = i === step - 1 || (step === n + 1 && name === result(graph));
    const hit = step > n + 1 && graph.edges[step - n - 2].from === name;
    kit.set(box, {
      stroke: active ? kit.colour.blue : hit ? kit.colour.orange : kit.colour.rule,
    });
    value.textContent = name in values ? kit.number(values[name], 3) : "";
    gradient.textContent = name in gradients ? `∇ ${kit.number(gradients[name], 3)}` : "";
  });
}

/** @param {ReturnType<typeof drawEdge>[]} edges
 * @param {number} at the edge of this step */
function updateEdges(edges, at) {
  edges.forEach(({ line, head }, i) => {
    const now = i === at;
    const done = i < at;
    const colour = now || done ? kit.colour.orange : kit.colour.grey;
    kit.set(line, { stroke: colour });
    kit.set(head, { fill: colour });
    kit.set(line, { "stroke-width": now ? 3.5 : done ? 2 : 1.2 });
  });
}

/** All values and gradients so far.
 * @param {Graph} graph
 * @param {State} state */
function list(graph, { values, gradients }) {
  return graph.nodes
    .filter(({ name }) => name in values)
    .map(({ name, label }) => {
      const gradient = name in gradients ? `, gradient ${kit.number(gradients[name], 3)}` : "";
      return `${label} ${kit.number(values[name], 3)}${gradient}`;
    })
    .join("; ");
}

/** Arrow keys go forward and back.
 * @param {Frame} frame
 * @param {number} last */
function listen({ model, root }, last) {
  root.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement) return;
    const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    kit.store(model, "step", Math.max(0, Math.min(last, model.get("step") + way)));
  });
}

/** @param {View} view */
function render({ model, el, signal }) {
  const graph = GRAPHS[model.get("graph")];
  const n = graph.nodes.length;
  const look = { title: graph.title, width: 548, height: graph.height };
  const frame = kit.frame({ model, el, signal }, { name: "chain_graph", ...look });
  const byName = Object.fromEntries(graph.nodes.map((node) => [node.name, node]));
  const edges = graph.edges.map((e) => drawEdge(frame.svg, byName[e.from], byName[e.to], e));
  const nodes = graph.nodes.map((node) => drawNode(frame.svg, node));
  const last = n + 1 + graph.edges.length;
  kit.steps(frame, "step", { last });
  kit.slider(frame, "value", graph.slider);
  kit.check(frame, "overwrite", { label: "overwrite instead of adding (a mistake)" });
  listen(frame, last);

  return kit.bind(frame, ["step", "value", "overwrite"], () => {
    const step = Math.min(model.get("step"), last);
    const overwrite = model.get("overwrite");
    const values = forward(graph, model.get("value"), step);
    const gradients = backward(graph, values, Math.max(0, step - n), overwrite);
    const state = { step, values, gradients, overwrite };
    updateNodes(graph, nodes, state);
    updateEdges(edges, step - n - 2);
    const text = sentence(graph, state);
    frame.reading.textContent = text;
    frame.say(text);
    frame.describe(
      `Graph with ${n} nodes, step ${step} of ${last}. ${list(graph, state)}. ${text}`,
    );
    frame.expose({ values, gradients, step, last });
  });
}
export default { render };
