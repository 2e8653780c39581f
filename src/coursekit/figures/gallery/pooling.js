// The end of a speech in two batches, and three ways to make one perplexity of their losses. The
// border between the batches can be moved: the text stays the same, and so should its perplexity.
const LEFT = 190;
const TOP = 12;
const ROW = 42;
const MOST = 10; // nats, as dark as a word gets

/** @param {number[]} losses */
const mean = (losses) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

/** @param {number[]} losses of the tokens
 * @param {number} cut tokens in the first batch */
function numbers(losses, cut) {
  const means = [mean(losses.slice(0, cut)), mean(losses.slice(cut))];
  return {
    pooled: Math.exp(mean(losses)),
    ofMeans: Math.exp(mean(means)),
    ofPerplexities: mean(means.map(Math.exp)),
    batches: means.map(Math.exp),
  };
}

/** @type {["pooled" | "ofMeans" | "ofPerplexities", string, string][]} */
const WAYS = [
  ["pooled", "all tokens pooled", "green"],
  ["ofMeans", "exp of mean of means", "orange"],
  ["ofPerplexities", "mean of perplexities", "red"],
];

/** The text, each word as dark as its loss is large; a click begins the second batch there.
 * @param {Frame} frame
 * @param {string[]} words
 * @param {number[]} losses */
function drawText({ root, svg, model }, words, losses) {
  const put = (/** @type {HTMLElement} */ node) => root.insertBefore(node, svg.parentElement);
  const facts =
    "The end of a speech that the LSTM of the course’s table was not trained on; the stronger the colour " +
    "of a word, the larger its loss. Underlined is the first batch; click on a word, or use the slider, " +
    "to begin the second one there.";
  put(kit.html("p", { class: "ck-facts", text: facts }));
  const text = put(kit.html("p", { class: "ck-text ck-passage ck-of-words" }));
  const spans = words.map((word, i) => {
    const node = kit.html("span", { text: word === "</s>" ? "¶" : word }, text);
    node.style.background = kit.mix("orange", Math.min(0.45, (0.45 * losses[i]) / MOST));
    node.onclick = () => kit.store(model, "cut", Math.max(1, i));
    text.append(" ");
    return node;
  });
  return (/** @type {number} */ cut) => {
    spans.forEach((node, i) => {
      node.classList.toggle("ck-border", i === cut);
      node.classList.toggle("ck-first", i < cut);
    });
  };
}

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

/** @param {ReturnType<typeof numbers>} found
 * @param {number[]} sizes */
function told({ pooled, ofPerplexities, batches }, sizes) {
  const [first, second] = batches.map(
    (p, i) => `${sizes[i]} ${sizes[i] === 1 ? "token" : "tokens"}, perplexity ${kit.number(p, 1)}`,
  );
  const over = ofPerplexities / pooled - 1;
  return (
    `First batch: ${first}; second: ${second}. The text has perplexity ${kit.number(pooled, 1)}, ` +
    `wherever it is cut; the mean of the two perplexities is ${kit.number(ofPerplexities, 1)}, ` +
    `${kit.percent(Math.abs(over))} too ${over < 0 ? "low" : "high"}.`
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {string[]} */
  const words = model.get("words");
  /** @type {number[]} */
  const losses = model.get("losses");
  const width = (el.clientWidth || innerWidth) < 480 ? 420 : 640;
  const look = { title: "One text in two batches: which perplexity?", width, height: 136 };
  const frame = kit.frame({ model, el, signal }, { name: "pooling", ...look });
  const mark = drawText(frame, words, losses);
  const rows = drawRows(frame.svg);
  const range = { min: 1, max: words.length - 1, step: 1, format: String };
  kit.slider(frame, "cut", { label: "tokens in the first batch", ...range });
  // On one scale for all borders, so that the pooled bar stands still.
  const all = words.slice(1).map((_, i) => numbers(losses, i + 1));
  const widest = Math.max(...all.map(({ ofPerplexities }) => ofPerplexities));
  return kit.bind(frame, ["cut"], () => {
    const cut = model.get("cut");
    const found = numbers(losses, cut);
    mark(cut);
    for (const { key, bar, text } of rows) {
      const length = ((width - LEFT - 50) * found[key]) / widest;
      kit.set(bar, { width: length });
      kit.set(text, { x: LEFT + length + 8 });
      text.textContent = kit.number(found[key], 1);
    }
    const sentence = told(found, [cut, words.length - cut]);
    frame.reading.textContent = sentence;
    frame.describe(sentence);
    frame.expose(found);
  });
}

export default { render };
