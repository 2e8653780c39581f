// A trained LSTM stepped along a sentence. It is fed the true words, or words it has drawn itself; the
// target is the sentence's next word either way. Numbers from experiments/teacher_forcing.py.
const LEFT = 72;
const COL = 62;
const FED = 26;
const TARGET = 54;
const BASE = 166;
const NAT = 4.6;

/** A prediction: what the network is fed, the likeliest words with their probabilities, and the
 * probability of the word that the text has.
 * @typedef {[string, [string, number][], number]} Prediction */

/** @param {Prediction[]} path
 * @param {number} step */
function numbers(path, step) {
  const losses = path.slice(0, step).map(([, , p]) => -Math.log(p));
  return { losses, perplexity: Math.exp(losses.reduce((a, b) => a + b, 0) / Math.max(step, 1)) };
}

/** @param {SVGSVGElement} svg
 * @param {number} x
 * @param {number} y
 * @param {string} words */
const text = (svg, x, y, words, look = "ck-small", anchor = "middle") =>
  kit.svg("text", { x, y, "text-anchor": anchor, class: look, text: words }, svg);

/** The sentence, a column for each word: what is fed, what is to be predicted, the loss.
 * @param {SVGSVGElement} svg
 * @param {string[]} sentence */
function drawSentence(svg, sentence) {
  const quiet = "ck-quiet ck-small";
  text(svg, 0, FED, "it is fed", quiet, "start");
  text(svg, 0, TARGET, "to predict", quiet, "start");
  text(svg, 0, BASE - 50, "loss", quiet, "start");
  text(svg, 0, BASE - 34, "(nats)", quiet, "start");
  const columns = sentence.map((word, t) => {
    const x = LEFT + COL * (t + 0.5);
    return {
      fed: text(svg, x, FED, ""),
      target: text(svg, x, TARGET, word),
      value: text(svg, x, BASE, ""),
      bar: kit.svg("rect", { x: x - 14, width: 28, rx: 2 }, svg),
    };
  });
  const end = LEFT + COL * sentence.length;
  kit.svg("line", { x1: LEFT, x2: end, y1: BASE, y2: BASE, class: "ck-tick" }, svg);
  return columns;
}

/** Bars for the likeliest words of one prediction.
 * @param {SVGSVGElement} svg */
function drawPrediction(svg) {
  const heading = text(svg, LEFT, BASE + 30, "", "ck-quiet ck-small", "start");
  const bars = Array.from({ length: 6 }, (_, i) => {
    const y = BASE + 40 + 20 * i;
    return {
      name: text(svg, LEFT + 74, y + 13, "", "", "end"),
      value: text(svg, 0, y + 13, "", "ck-small", "start"),
      bar: kit.svg("rect", { x: LEFT + 82, y, height: 15, rx: 2 }, svg),
    };
  });
  return { heading, bars };
}

/** @param {ReturnType<typeof drawSentence>} columns
 * @param {string[]} sentence
 * @param {Prediction[]} path
 * @param {number[]} losses of the steps so far */
function updateSentence(columns, sentence, path, losses) {
  const step = losses.length;
  columns.forEach(({ fed, target, value, bar }, t) => {
    const right = t === 0 || path[t][0] === sentence[t - 1];
    const now = t === step - 1;
    fed.textContent = t < step ? path[t][0] : "";
    kit.set(fed, { class: now ? "ck-small ck-strong" : "ck-small" });
    fed.style.fill = right ? kit.colour.ink : kit.colour.red;
    kit.set(target, { class: `ck-small ${t >= step ? "ck-quiet" : now ? "ck-strong" : ""}` });
    const height = t < step ? NAT * losses[t] : 0;
    const fill = now ? kit.colour.orange : kit.colour.blue;
    kit.set(bar, { y: BASE - height, height, fill });
    value.textContent = t < step ? kit.number(losses[t], 1) : "";
    kit.set(value, { y: BASE - height - 4 });
  });
}

/** @param {ReturnType<typeof drawPrediction>} drawn
 * @param {string} goal the word that the text has
 * @param {Prediction | null} prediction null before the first step */
function updatePrediction({ heading, bars }, goal, prediction) {
  const [fed, head, truth] = prediction ?? ["", [], 0];
  const shown = head.some(([word]) => word === goal) ? head : [...head, [goal, truth]];
  heading.textContent = prediction
    ? `predicted after “${fed}” (orange: the word the text has)`
    : "";
  bars.forEach(({ name, value, bar }, i) => {
    const [word, p] = /** @type {[string, number]} */ (prediction && shown[i] ? shown[i] : ["", 0]);
    name.textContent = word;
    kit.set(name, { class: word === goal ? "ck-strong" : "" });
    kit.set(bar, { width: 380 * p, fill: word === goal ? kit.colour.orange : kit.colour.blue });
    value.textContent = word ? kit.sci(p) : "";
    kit.set(value, { x: LEFT + 88 + 380 * p });
  });
}

/** @param {string} goal
 * @param {Prediction | null} prediction
 * @param {ReturnType<typeof numbers>} found */
function told(goal, prediction, { losses, perplexity }) {
  if (!prediction)
    return "Nothing is predicted yet. The sentence is from a speech the model has never seen.";
  const step = losses.length;
  const [fed, , truth] = prediction;
  return (
    `After “${fed}” the text has “${goal}”: probability ${kit.sci(truth)}, loss ` +
    `${kit.number(losses[step - 1])} nats. Perplexity of the ${step === 1 ? "first prediction" : `${step} predictions`}: ` +
    `${kit.number(perplexity, perplexity < 100 ? 1 : 0)}.`
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {string[]} */
  const sentence = model.get("sentence");
  /** @type {Record<string, Prediction[]>} */
  const paths = model.get("paths");
  const look = { title: "Whose words is the network fed?", width: 640, height: 330 };
  const frame = kit.frame({ model, el, signal }, { name: "forcing", ...look });
  const columns = drawSentence(frame.svg, sentence);
  const drawn = drawPrediction(frame.svg);
  kit.steps(frame, "step", { last: sentence.length, label: "prediction" });
  /** @type {string[]} */
  const choices = model.get("choices");
  kit.choice(frame, "fed", { label: "fed", options: choices.map((name) => [name, name]) });

  return kit.bind(frame, ["step", "fed"], () => {
    const step = model.get("step");
    const path = paths[model.get("fed")];
    const found = numbers(path, step);
    const prediction = step ? path[step - 1] : null;
    const goal = sentence[Math.max(step - 1, 0)];
    updateSentence(columns, sentence, path, found.losses);
    updatePrediction(drawn, goal, prediction);
    const reading = told(goal, prediction, found);
    frame.reading.textContent = reading;
    frame.describe(`Fed ${model.get("fed")}. ${reading}`);
    frame.expose(found);
  });
}

export default { render };
