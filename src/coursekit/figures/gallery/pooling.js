// Two batches of unequal size, and three ways to make one perplexity of them.
const LEFT = 170;
const RIGHT = 600;
const TOP = 40;
const ROW = 42;

/** @param {number[]} tokens
 * @param {number[]} losses */
function numbers(tokens, losses) {
  const n = tokens.reduce((a, b) => a + b, 0);
  const pooled = Math.exp(losses.reduce((s, l, i) => s + l * tokens[i], 0) / n);
  const ofMeans = Math.exp(losses.reduce((s, l) => s + l, 0) / losses.length);
  const ofPerplexities = losses.reduce((s, l) => s + Math.exp(l), 0) / losses.length;
  return { pooled, ofMeans, ofPerplexities };
}

/** @type {[keyof ReturnType<typeof numbers>, string, string][]} */
const WAYS = [
  ["pooled", "all tokens pooled", "green"],
  ["ofMeans", "exp of mean of means", "orange"],
  ["ofPerplexities", "mean of perplexities", "red"],
];

/** @param {SVGSVGElement} svg */
function drawRows(svg) {
  const rows = WAYS.map(([key, text, colour], i) => {
    const y = TOP + ROW * i;
    const look = { "text-anchor": "end", class: key === "pooled" ? "ck-strong" : "", text };
    kit.svg("text", { x: LEFT - 10, y: y + 16, ...look }, svg);
    const box = { x: LEFT, y, height: 24, rx: 2, fill: kit.colour[colour] };
    return { key, bar: kit.svg("rect", box, svg), text: kit.svg("text", { y: y + 16 }, svg) };
  });
  const ends = { x1: LEFT, x2: LEFT, y1: TOP - 8, y2: TOP + 3 * ROW - 10 };
  kit.svg("line", { ...ends, class: "ck-tick" }, svg);
  return rows;
}

/** @param {Frame} frame */
function controls(frame) {
  ["1st", "2nd"].forEach((which, i) => {
    const tokens = { min: 1, max: 200, step: 1, format: String };
    kit.slider(frame, `tokens${i}`, { label: `tokens, ${which}`, ...tokens });
    const format = (/** @type {number} */ v) => kit.number(v, 1);
    const loss = { min: 0, max: 8, step: 0.1, format };
    kit.slider(frame, `loss${i}`, { label: `mean loss, ${which}`, ...loss });
  });
}

/** @param {View} view */
function render({ model, el, signal }) {
  const title = "One text in two batches: which perplexity?";
  const look = { title, width: 640, height: 210 };
  const frame = kit.frame({ model, el, signal }, { name: "pooling", ...look });
  const rows = drawRows(frame.svg);
  const caption = kit.svg("text", { x: LEFT, y: 190, class: "ck-quiet" }, frame.svg);
  controls(frame);
  return kit.bind(frame, ["tokens0", "tokens1", "loss0", "loss1"], () => {
    const tokens = [model.get("tokens0"), model.get("tokens1")];
    const losses = [model.get("loss0"), model.get("loss1")];
    const found = numbers(tokens, losses);
    const widest = Math.max(...Object.values(found));
    for (const { key, bar, text } of rows) {
      const width = ((RIGHT - LEFT - 70) * found[key]) / widest;
      kit.set(bar, { width: width });
      kit.set(text, { x: LEFT + width + 8 });
      text.textContent = kit.number(found[key], 1);
    }
    const [first, second] = losses.map((loss) => kit.number(Math.exp(loss), 1));
    caption.textContent = `perplexities of the batches: ${first} and ${second}`;
    const over = found.ofPerplexities / found.pooled - 1;
    const sentence =
      `The text has perplexity ${kit.number(found.pooled, 1)}; the mean of the two perplexities is ` +
      `${kit.number(found.ofPerplexities, 1)}, ${kit.percent(Math.abs(over))} too ${over < 0 ? "low" : "high"}.`;
    frame.reading.textContent = sentence;
    frame.describe(sentence);
    frame.expose(found);
  });
}

export default { render };
