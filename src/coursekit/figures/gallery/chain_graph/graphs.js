// The graphs that chain_graph steps through.
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

const chainGraphs = (() => {
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
  const graphs = {
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
  return graphs;
})();
