// Perplexity as a branching factor: weights of k words, their distribution, and how many equally
// likely words would leave a reader as uncertain.
const LEFT = 128;
const WIDE = 250;
const ROW = 30;
const TOP = 34;
const FAN = 520;

/** @param {number[]} weights */
function numbers(weights) {
  const total = weights.reduce((a, b) => a + b, 0);
  const p = weights.map((w) => (total > 0 ? w / total : 1 / weights.length));
  const entropy = p.reduce((sum, q) => (q > 0 ? sum - q * Math.log2(q) : sum), 0);
  return { p, entropy, perplexity: 2 ** entropy };
}

/** The words with their bars.
 * @param {Frame} frame
 * @param {string[]} words */
function drawBars({ svg }, words) {
  kit.svg("text", { x: LEFT, y: 16, class: "ck-quiet", text: "probability of the next word" }, svg);
  kit.svg("text", { x: FAN - 70, y: 16, class: "ck-quiet", text: "equally likely words" }, svg);
  return words.map((word, i) => {
    const y = TOP + ROW * i;
    const look = { "text-anchor": "end", class: "ck-strong", text: word };
    kit.svg("text", { x: LEFT - 10, y: y + 15, ...look }, svg);
    kit.svg("line", { x1: LEFT, x2: LEFT, y1: y - 4, y2: y + ROW - 4, class: "ck-tick" }, svg);
    return {
      bar: kit.svg("rect", { x: LEFT, y, height: ROW - 10, rx: 2, fill: kit.colour.blue }, svg),
      text: kit.svg("text", { y: y + 15 }, svg),
    };
  });
}

/** A slider for each word: all of them write one key.
 * @param {Frame} frame
 * @param {string[]} words */
function sliders({ model, controls }, words) {
  return words.map((word, i) => {
    const row = kit.html("div", { class: "ck-slider" }, controls);
    const name = kit.id("weight");
    kit.html("label", { for: name, text: word }, row);
    const range = { id: name, type: "range", min: 0, max: 100, step: 1 };
    const own = { "aria-label": `weight of ${word}`, "data-lm-suppress-shortcuts": "true" };
    const input = kit.html("input", { ...range, ...own }, row);
    const output = kit.html("output", { for: name }, row);
    input.addEventListener("input", () => {
      const weights = [...model.get("weights")];
      weights[i] = Number(input.value);
      kit.store(model, "weights", weights);
    });
    return { input, output };
  });
}

/** @param {Frame} frame
 * @param {string[]} words */
function presets({ model, controls }, words) {
  const row = kit.html("div", { class: "ck-steps" }, controls);
  /** @param {string} label
   * @param {(i: number) => number} weight */
  const preset = (label, weight) => {
    const weights = words.map((_, i) => Math.round(weight(i)));
    kit.button(row, label, () => kit.store(model, "weights", weights));
  };
  preset("All equal", () => 50);
  preset("One word sure", (i) => (i ? 0 : 100));
  preset("Falling as 1/rank", (i) => 100 / (i + 1));
}

/** So many branches that are equally likely, the last of them perhaps in part.
 * @param {SVGGElement} fan
 * @param {number} k
 * @param {number} perplexity */
function drawFan(fan, k, perplexity) {
  fan.replaceChildren();
  const whole = Math.floor(perplexity + 1e-9);
  const part = perplexity - whole;
  const count = whole + (part > 1e-3 ? 1 : 0);
  const middle = TOP + (ROW * k - 10) / 2;
  const gap = Math.min(ROW, (ROW * k) / Math.max(count, 1));
  for (let i = 0; i < count; i++) {
    const share = i < whole ? 1 : part;
    const y = middle + (i - (count - 1) / 2) * gap;
    const d = `M${FAN - 70} ${middle}C${FAN - 30} ${middle} ${FAN - 30} ${y} ${FAN} ${y}`;
    const line = {
      stroke: kit.mix("orange", 0.25 + 0.75 * share),
      "stroke-width": 0.5 + 2 * share,
    };
    kit.svg("path", { class: "ck-line", ...line, d }, fan);
    const end = { height: 14, width: 60 * share, rx: 2, fill: kit.colour.orange };
    kit.svg("rect", { x: FAN, y: y - 7, ...end }, fan);
  }
  kit.svg("circle", { cx: FAN - 70, cy: middle, r: 4, fill: kit.colour.ink }, fan);
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {string[]} */
  const words = model.get("words");
  const look = { title: model.get("title"), width: 640, height: TOP + ROW * words.length + 26 };
  const frame = kit.frame({ model, el, signal }, { name: "branching", ...look });
  const bars = drawBars(frame, words);
  const fan = kit.svg("g", {}, frame.svg);
  const inputs = sliders(frame, words);
  presets(frame, words);

  return kit.bind(frame, ["weights"], () => {
    const weights = model.get("weights");
    const { p, entropy, perplexity } = numbers(weights);
    bars.forEach(({ bar, text }, i) => {
      kit.set(bar, { width: WIDE * p[i] });
      kit.set(text, { x: LEFT + WIDE * p[i] + 7 });
      text.textContent = kit.number(p[i]);
      inputs[i].input.value = weights[i];
      inputs[i].output.textContent = String(weights[i]);
    });
    drawFan(fan, words.length, perplexity);
    const sentence =
      `Entropy ${kit.number(entropy)} bits, perplexity ${kit.number(perplexity)}: ` +
      `as uncertain as choosing among ${kit.number(perplexity)} equally likely words.`;
    frame.reading.textContent = sentence;
    const list = words.map((w, i) => `${w} ${kit.number(p[i])}`).join(", ");
    frame.describe(`Probabilities: ${list}. ${sentence}`);
    frame.expose({ probabilities: p, entropy, perplexity });
  });
}
export default { render };
