// h[t] = a[t] h[t-1] + b[t] for all t: by a loop, and by a scan that combines neighbours at distance
// 1, 2, 4. A pair (a, b) stands for h → a h + b; two in a row are one pair again.

/** First `one`, then `other`.
 * @param {Pair} one
 * @param {Pair} other
 * @returns {Pair} */
const combined = ([a, b], [c, d]) => [c * a, c * b + d];

/** The pairs after each round; in the last one each reaches back to the beginning.
 * @param {Pair[]} pairs */
function rounds(pairs) {
  const rows = [pairs];
  for (let distance = 1; distance < pairs.length; distance *= 2) {
    const last = rows[rows.length - 1];
    rows.push(last.map((pair, t) => (t < distance ? pair : combined(last[t - distance], pair))));
  }
  return rows;
}

/** The first and the last input that a pair after so many rounds stands for, counted from 1.
 * @param {number} t
 * @param {number} round
 * @returns {Pair} */
const span = (t, round) => [Math.max(1, t + 2 - 2 ** round), t + 1];

/** Where things lie.
 * @param {boolean} narrow
 * @param {number} count */
function layout(narrow, count) {
  const [left, width] = narrow ? [8, 420] : [92, 640];
  const column = (width - left - 4) / count;
  return {
    narrow,
    width,
    left,
    height: narrow ? 462 : 384,
    column,
    box: { width: column - (narrow ? 6 : 16), height: 28 },
    x: (/** @type {number} */ t) => left + (t + 0.5) * column,
    input: narrow ? 42 : 24,
    loop: narrow ? 132 : 104,
    scan: (/** @type {number} */ round) => (narrow ? 224 + 70 * round : 176 + 62 * round),
  };
}
/** @typedef {ReturnType<typeof layout>} Layout */

/** @param {SVGSVGElement} svg
 * @param {Layout} at
 * @param {number} y
 * @param {string} text */
function rowLabel(svg, { narrow, left }, y, text) {
  const place = narrow
    ? { x: 4, y: y - 25 }
    : { x: left - 12, y, dy: "0.35em", "text-anchor": "end" };
  kit.svg("text", { ...place, class: "ck-small ck-quiet", text }, svg);
}

/** A box for a value, empty until it is filled.
 * @param {SVGSVGElement} svg
 * @param {Layout} at
 * @param {number} t
 * @param {number} y
 * @param {string} colour */
function box(svg, { x, box: size }, t, y, colour) {
  const corner = { x: x(t) - size.width / 2, y: y - size.height / 2, rx: 4 };
  const rect = kit.svg("rect", { ...corner, ...size, stroke: kit.colour[colour] }, svg);
  const middle = { x: x(t), y, dy: "0.35em", "text-anchor": "middle", class: "ck-small" };
  const text = kit.svg("text", middle, svg);
  return (/** @type {string} */ value, /** @type {boolean} */ final) => {
    text.textContent = value;
    const fill = value ? kit.mix(colour, final ? 0.28 : 0.06) : "none";
    kit.set(rect, { fill, "stroke-opacity": value ? 1 : 0.3 });
  };
}

/** A line from one box down or across to another, shown once it has been used.
 * @param {SVGSVGElement} svg
 * @param {Pair} from
 * @param {Pair} to
 * @param {string} colour */
function link(svg, [x1, y1], [x2, y2], colour) {
  const look = { stroke: kit.colour[colour], "stroke-width": 1.4 };
  const line = kit.svg("line", { x1, y1, x2, y2, ...look }, svg);
  return (/** @type {boolean} */ used) => kit.set(line, { "stroke-opacity": used ? 0.85 : 0.15 });
}

/** @param {SVGSVGElement} svg
 * @param {Layout} at
 * @param {Pair[]} pairs */
function drawInputs(svg, at, pairs) {
  rowLabel(svg, at, at.input, "a, b");
  pairs.forEach(([a, b], t) => {
    const place = { x: at.x(t), "text-anchor": "middle", class: "ck-small" };
    kit.svg("text", { ...place, y: at.input - 2, text: kit.number(a, 1) }, svg);
    kit.svg("text", { ...place, y: at.input + 16, text: kit.number(b, 1) }, svg);
  });
}

/** The loop: one state after the other.
 * @param {SVGSVGElement} svg
 * @param {Layout} at
 * @param {number[]} states */
function drawLoop(svg, at, states) {
  rowLabel(svg, at, at.loop, "loop");
  const half = at.box.width / 2;
  const cells = states.map((state, t) => {
    const [from, to] = [at.x(t - 1) + half, at.x(t) - half];
    const arrow = t ? link(svg, [from, at.loop], [to, at.loop], "orange") : null;
    return { state, arrow, fill: box(svg, at, t, at.loop, "orange") };
  });
  return (/** @type {number} */ step) =>
    cells.forEach(({ state, arrow, fill }, t) => {
      arrow?.(t < step);
      fill(t < step ? kit.number(state) : "", true);
    });
}

/** The scan: a row of pairs after each round.
 * @param {SVGSVGElement} svg
 * @param {Layout} at
 * @param {Pair[][]} rows */
function drawScan(svg, at, rows) {
  const half = at.box.height / 2;
  const drawn = rows.map((row, round) => {
    const y = at.scan(round);
    if (!at.narrow || !round) rowLabel(svg, at, y, round ? `scan, step ${round}` : "scan");
    const distance = 2 ** (round - 1);
    return row.map((pair, t) => {
      const from = round ? [t, ...(t >= distance ? [t - distance] : [])] : [];
      const links = from.map((s) =>
        link(svg, [at.x(s), at.scan(round - 1) + half], [at.x(t), y - half], "blue"),
      );
      return { pair, links, fill: box(svg, at, t, y, "blue") };
    });
  });
  return (/** @type {number} */ step) =>
    drawn.forEach((row, round) => {
      row.forEach(({ pair, links, fill }, t) => {
        const [first, last] = span(t, round);
        const whole = first === 1;
        const shown = whole ? kit.number(pair[1]) : first === last ? `${last}` : `${first}–${last}`;
        for (const show of links) show(round <= step);
        fill(round <= step ? shown : "", whole);
      });
    });
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {Pair[]} */
  const pairs = model
    .get("a")
    .map((/** @type {number} */ a, /** @type {number} */ t) => [a, model.get("b")[t]]);
  const at = layout((el.clientWidth || innerWidth) < 480, pairs.length);
  const title = "The same states h[t] = a[t] · h[t−1] + b[t]: by a loop, and by a parallel scan";
  const look = { name: "scan", title, width: at.width, height: at.height };
  const frame = kit.frame({ model, el, signal }, look);
  const rows = rounds(pairs);
  /** @type {number[]} */
  const states = [];
  for (const [a, b] of pairs) states.push(a * (states.at(-1) ?? 0) + b);
  drawInputs(frame.svg, at, pairs);
  const loop = drawLoop(frame.svg, at, states);
  const scan = drawScan(frame.svg, at, rows);
  kit.steps(frame, "step", { last: pairs.length });

  return kit.bind(frame, ["step"], () => {
    const step = model.get("step");
    const round = Math.min(step, rows.length - 1);
    const whole = pairs.filter((_, t) => span(t, round)[0] === 1).length;
    let work = 0;
    for (let r = 0; r < round; r++) work += pairs.length - 2 ** r;
    loop(step);
    scan(step);
    const boxes =
      round && whole < pairs.length ? " A box “2–3” stands for steps 2 to 3, put together." : "";
    const done = whole === pairs.length ? ` It was through after ${rows.length - 1} steps.` : "";
    const told =
      `After ${step} ${step === 1 ? "step" : "steps"} the loop has ${step} of ${pairs.length} states, ` +
      `the scan ${whole}, by ${work} combinations of two pairs.${boxes}${done}`;
    frame.reading.textContent = told;
    frame.describe(told);
    frame.expose({ loop: states.slice(0, step), scan: rows[round].map(([, b]) => b), whole, work });
  });
}
export default { render };
