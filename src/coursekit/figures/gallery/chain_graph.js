// A small computation graph: values go forward one node at a time, gradients come back one edge
// at a time. `edges` stand in the order in which the backward pass walks over them.
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
  const graph = chainGraphs[model.get("graph")];
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
    frame.describe(
      `Graph with ${n} nodes, step ${step} of ${last}. ${list(graph, state)}. ${text}`,
    );
    frame.expose({ values, gradients, step, last });
  });
}
export default { render };
