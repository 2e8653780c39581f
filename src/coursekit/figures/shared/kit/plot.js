// Numbers as text, scales from values to pixels, axes and lines.
const kitPlot = (() => {
  const { svg } = kitNodes;

  /** @param {string} text */
  const minus = (text) => text.replace("-", "−");
  /** What rounds to nothing has no sign.
   * @param {number} value */
  const number = (value, digits = 2) => minus((Number(value.toFixed(digits)) || 0).toFixed(digits));
  /** @param {number} value a share */
  const percent = (value, digits = 0) => `${minus((100 * value).toFixed(digits))} %`;
  /** @param {number} n */
  const raised = (n) => [...String(n)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
  /** A number of any size, with a power of ten where it is needed.
   * @param {number} value */
  const sci = (value, digits = 1) => {
    if (value === 0) return "0";
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    if (size >= 0.01 && size < 10000) return minus(value.toPrecision(digits + 1));
    const [mantissa, power] = value.toExponential(digits).split("e");
    return `${minus(mantissa)} × 10${raised(Number(power))}`;
  };

  /** A scale is a function from value to pixel, with `invert`, `ticks` and `format`.
   * @param {Pair} domain
   * @param {Pair} range
   * @returns {Scale} */
  const linear = ([d0, d1], [r0, r1]) => {
    /** @param {number} v */
    const scale = (v) => r0 + ((v - d0) / (d1 - d0)) * (r1 - r0);
    const ticks = (count = 5) => {
      const rough = (d1 - d0) / count;
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 5].map((m) => m * power).find((s) => s >= rough * 0.999) ?? 10 * power;
      const first = Math.ceil(d0 / step - 1e-9);
      const length = Math.floor(d1 / step + 1e-9) - first + 1;
      return Array.from({ length }, (_, i) => Number(((first + i) * step).toPrecision(12)));
    };
    return Object.assign(scale, {
      invert: (/** @type {number} */ p) => d0 + ((p - r0) / (r1 - r0)) * (d1 - d0),
      ticks,
      format: (/** @type {number} */ v) => minus(String(Number(v.toPrecision(6)))),
      range: /** @type {Pair} */ ([r0, r1]),
    });
  };
  /** The same for values above 0, on a logarithmic scale.
   * @param {Pair} domain
   * @param {Pair} range
   * @returns {Scale} */
  const log = ([d0, d1], range) => {
    const inner = linear([Math.log10(d0), Math.log10(d1)], range);
    /** @param {number} v */
    const scale = (v) => inner(Math.log10(v));
    const ticks = (count = 6) => {
      const low = Math.ceil(Math.log10(d0) - 1e-9);
      const high = Math.floor(Math.log10(d1) + 1e-9);
      const every = Math.max(1, Math.ceil((high - low) / count));
      const powers = [];
      for (let p = low; p <= high; p++) if (p % every === 0) powers.push(10 ** p);
      return powers;
    };
    /** @param {number} v */
    const format = (v) => {
      const p = Math.round(Math.log10(v));
      return p >= 0 && p <= 3 ? String(10 ** p) : `10${raised(p)}`;
    };
    return Object.assign(scale, {
      invert: (/** @type {number} */ p) => 10 ** inner.invert(p),
      ticks,
      format,
      range,
    });
  };

  /** Grid, ticks and labels of a plot; x.range and y.range say where it lies.
   * @param {Element} parent
   * @param {{
   *   x: Scale, y: Scale, xLabel?: string, yLabel?: string, xTicks?: number[], yTicks?: number[],
   *   xFormat?: (value: number) => string, yFormat?: (value: number) => string,
   * }} plot
   * @returns {SVGGElement} the group */
  const axes = (parent, { x, y, xLabel, yLabel, xTicks, yTicks, xFormat, yFormat }) => {
    const g = svg("g", { class: "ck-axes", "aria-hidden": "true" }, parent);
    const [left, right] = x.range;
    const [bottom, top] = y.range;
    for (const v of yTicks ?? y.ticks()) {
      const at = { y: y(v), dy: "0.35em", "text-anchor": "end" };
      svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), class: "ck-grid" }, g);
      svg("text", { x: left - 8, ...at, text: (yFormat ?? y.format)(v) }, g);
    }
    for (const v of xTicks ?? x.ticks()) {
      const at = { x: x(v), y: bottom + 18, "text-anchor": "middle" };
      svg("line", { x1: x(v), x2: x(v), y1: bottom, y2: bottom + 4, class: "ck-tick" }, g);
      svg("text", { ...at, text: (xFormat ?? x.format)(v) }, g);
    }
    svg("line", { x1: left, x2: right, y1: bottom, y2: bottom, class: "ck-tick" }, g);
    if (xLabel) {
      const at = { x: (left + right) / 2, y: bottom + 38, "text-anchor": "middle" };
      svg("text", { ...at, class: "ck-axis-label", text: xLabel }, g);
    }
    if (yLabel) svg("text", { x: left, y: top - 12, class: "ck-axis-label", text: yLabel }, g);
    return g;
  };
  /** The `d` of a path through points.
   * @param {number[][]} points */
  const line = (points) =>
    points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

  return { number, percent, sci, linear, log, axes, line };
})();
