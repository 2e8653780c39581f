// The drawing: words in the middle, the RNN above them, the LSTM below.
const FLOW_BOX = 14; // width of a state
const FLOW_LEAST = 1e-5; // the least norm that has a width

/** Width of an arrow: 4.5 px for each power of ten.
 * @param {number} norm */
const flowWidth = (norm) => Math.max(0.8, Math.min(27.5, 4.5 * (Math.log10(norm) + 5)));

/** @param {boolean} narrow
 * @param {number} count of words */
function flowLayout(narrow, count) {
  const [width, left] = [narrow ? 420 : 680, 12];
  const pitch = Math.min(90, (width - 2 * left) / count);
  return {
    narrow,
    width,
    pitch,
    height: 430,
    /** @param {number} i the first word is 1 */
    x: (i) => left + (i - 0.5) * pitch,
    rows: [
      { value: 50, gradient: 88, number: 122 },
      { value: 276, gradient: 314, number: 348 },
    ],
    words: 180,
    key: 396,
  };
}
/** @typedef {ReturnType<typeof flowLayout>} FlowLayout */

/** An arrow from one place to another, as wide as a norm says.
 * @param {Element} parent
 * @param {number} from
 * @param {number} to
 * @param {number} y
 * @param {number} norm
 * @param {string} colour */
function flowArrow(parent, from, to, y, norm, colour) {
  const way = Math.sign(to - from);
  if (!(norm >= FLOW_LEAST)) {
    const look = { class: "ck-line", stroke: colour, "stroke-dasharray": "1 5" };
    kit.svg("path", { ...look, "stroke-width": 1.4, d: `M${from} ${y}H${to}` }, parent);
    return;
  }
  const half = flowWidth(norm) / 2;
  const head = Math.min(3 + half / 2, Math.abs(to - from) / 2);
  const neck = to - way * head;
  const wing = half + 2.5;
  const d = `M${from} ${y - half}H${neck}V${y - wing}L${to} ${y}L${neck} ${y + wing}V${y + half}H${from}Z`;
  kit.svg("path", { d, fill: colour }, parent);
}

/** A norm in few letters.
 * @param {number} norm */
function flowShort(norm) {
  if (norm >= 0.01) return norm >= 10 ? norm.toFixed(0) : norm.toFixed(2);
  return norm > 0 ? kit.sci(norm, 0).replace(" × ", "·") : "0";
}

/** One network: its states, the loss, and what flows between them.
 * @param {Element} parent
 * @param {FlowLayout} at
 * @param {FlowLayout["rows"][0]} row
 * @param {Flow} flow
 * @param {{ forward: number, back: number }} seen how many arrows of each kind are there already */
function flowRow(parent, at, row, { values, gradients }, seen) {
  const read = values.length;
  const [top, bottom] = [row.value - 18, row.gradient + 18];
  values.forEach((norm, i) => {
    const reached = i < seen.forward;
    const x = at.x(i + 1) - FLOW_BOX / 2;
    const look = { fill: reached ? kit.mix("blue", 0.35) : "none", stroke: kit.colour.grey };
    const size = { width: FLOW_BOX, height: bottom - top, rx: 3 };
    kit.svg("rect", { x, y: top, ...size, ...look }, parent);
    const [left, right] = [at.x(i + 1) + FLOW_BOX / 2 + 1, at.x(i + 2) - FLOW_BOX / 2 - 1];
    if (reached) flowArrow(parent, left, right, row.value, norm, kit.colour.blue);
    if (read - i > seen.back) return;
    const gradient = gradients[i];
    if (gradient) flowArrow(parent, right, left, row.gradient, gradient, kit.colour.orange);
    else flowCut(parent, (left + right) / 2, row.gradient, i + 1 < read && gradients[i + 1] > 0);
    if (at.pitch < 42 && (read - i) % 2 === 0) return; // no room for each number
    const place = { x: (left + right) / 2, y: row.number, "text-anchor": "middle" };
    kit.svg("text", { ...place, class: "ck-small ck-quiet", text: flowShort(gradient) }, parent);
  });
  const lit = seen.forward === read;
  const loss = { cx: at.x(read + 1), cy: (row.value + row.gradient) / 2, r: 13 };
  const paint = { fill: lit ? kit.colour.orange : "none", stroke: kit.colour.orange };
  kit.svg("circle", { ...loss, ...paint }, parent);
  const letter = { x: loss.cx, y: loss.cy, dy: "0.35em", "text-anchor": "middle", text: "L" };
  kit.svg("text", { ...letter, style: lit ? "fill: var(--ck-paper)" : "" }, parent);
}

/** Where truncation cuts the way back.
 * @param {Element} parent
 * @param {number} x
 * @param {number} y
 * @param {boolean} here the first place without a gradient */
function flowCut(parent, x, y, here) {
  if (!here) return;
  const look = { class: "ck-line", stroke: kit.colour.red };
  kit.svg(
    "path",
    { ...look, d: `M${x - 6} ${y - 12}L${x + 6} ${y + 12}M${x + 6} ${y - 12}L${x - 6} ${y + 12}` },
    parent,
  );
}

/** The words; a click on one sends its loss back.
 * @param {Element} parent
 * @param {FlowLayout} at
 * @param {string[]} words
 * @param {number} chosen
 * @param {(word: number) => void} choose */
function flowSentence(parent, at, words, chosen, choose) {
  const room = (at.pitch - 4) / 7; // letters
  const turned = words.some((word) => word.length > room);
  words.forEach((word, i) => {
    const [x, y] = [at.x(i + 1), at.words];
    const place = turned
      ? { "text-anchor": "middle", transform: `rotate(-32 ${x} ${y})` }
      : { "text-anchor": "middle" };
    const text = word.length > 9 ? `${word.slice(0, 8)}…` : word;
    const kind = i + 1 === chosen ? "ck-strong" : i + 1 > chosen ? "ck-quiet" : "";
    const fill = i + 1 === chosen ? "fill: var(--ck-orange)" : "";
    const look = {
      x,
      y,
      dy: "0.35em",
      ...place,
      class: kind,
      style: `cursor: pointer; ${fill}`,
      text,
    };
    const node = kit.svg("text", look, parent);
    if (i) node.addEventListener("click", () => choose(i + 1));
    if (i + 1 >= chosen) return;
    for (const [from, to] of [
      [y - 22, y - 40],
      [y + 22, y + 40],
    ]) {
      kit.svg("line", { x1: x, x2: x, y1: from, y2: to, stroke: kit.colour.grey }, parent);
    }
  });
}

/** What the widths mean.
 * @param {Element} parent
 * @param {FlowLayout} at */
function flowKey(parent, { key, narrow, width }) {
  const pitch = narrow ? 80 : 96;
  const start = width - 4 * pitch;
  const title = narrow ? "norm, log" : "width: the norm, on a logarithmic scale";
  kit.svg("text", { x: 12, y: key, dy: "0.35em", class: "ck-small", text: title }, parent);
  [1e-6, 1e-4, 1e-2, 1].forEach((norm, i) => {
    const x = start + i * pitch + 4;
    flowArrow(parent, x, x + 30, key, norm, kit.colour.grey);
    const text = i ? (norm === 1 ? "1" : kit.sci(norm, 0).replace("1 × ", "")) : "less";
    kit.svg("text", { x: x + 34, y: key, dy: "0.35em", class: "ck-small", text }, parent);
  });
}
