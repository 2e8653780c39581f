// A trained LSTM stepped along a sentence. It is fed the true words, or words it has drawn itself; the
// target is the sentence's next word either way. Numbers from experiments/teacher_forcing.py.
const LEFT = 72;
const COL = 62;
const FED = 26;
const TARGET = 54;
const BASE = 166;
const NAT = 4.6;

function numbers(path, step) {
  const losses = path.slice(0, step).map(([, , p]) => -Math.log(p));
  return { losses, perplexity: Math.exp(losses.reduce((a, b) => a + b, 0) / Math.max(step, 1)) };
}

function render({ model, el, signal }) {
  const sentence = model.get("sentence");
  const paths = model.get("paths");
  const last = sentence.length;
  const frame = kit.frame(
    { model, el, signal },
    { name: "forcing", title: "Whose words is the network fed?", width: 640, height: 330 },
  );
  const { svg } = frame;
  const text = (x, y, words, cls = "", anchor = "middle") =>
    kit.svg("text", { x, y, "text-anchor": anchor, class: cls, text: words }, svg);
  text(0, FED, "it is fed", "ck-quiet ck-small", "start");
  text(0, TARGET, "to predict", "ck-quiet ck-small", "start");
  text(0, BASE - 50, "loss", "ck-quiet ck-small", "start");
  text(0, BASE - 34, "(nats)", "ck-quiet ck-small", "start");
  const columns = sentence.map((word, t) => {
    const x = LEFT + COL * (t + 0.5);
    return {
      fed: text(x, FED, "", "ck-small"),
      target: text(x, TARGET, word, "ck-small"),
      value: text(x, BASE, "", "ck-small"),
      bar: kit.svg("rect", { x: x - 14, width: 28, rx: 2 }, svg),
    };
  });
  kit.svg("line", { x1: LEFT, x2: LEFT + COL * last, y1: BASE, y2: BASE, class: "ck-tick" }, svg);
  const heading = text(LEFT, BASE + 30, "", "ck-quiet ck-small", "start");
  const bars = Array.from({ length: 6 }, (_, i) => {
    const y = BASE + 40 + 20 * i;
    return {
      name: text(LEFT + 74, y + 13, "", "", "end"),
      value: text(0, y + 13, "", "ck-small", "start"),
      bar: kit.svg("rect", { x: LEFT + 82, y, height: 15, rx: 2 }, svg),
    };
  });
  kit.steps(frame, "step", { last, label: "prediction" });
  kit.choice(frame, "fed", {
    label: "fed",
    options: model.get("choices").map((name) => [name, name]),
  });

  const draw = () => {
    const step = model.get("step");
    const path = paths[model.get("fed")];
    const { losses, perplexity } = numbers(path, step);
    columns.forEach(({ fed, target, value, bar }, t) => {
      const right = t === 0 || path[t][0] === sentence[t - 1];
      const now = t === step - 1;
      fed.textContent = t < step ? path[t][0] : "";
      kit.set(fed, { class: now ? "ck-small ck-strong" : "ck-small" });
      fed.style.fill = right ? kit.colour.ink : kit.colour.red;
      kit.set(target, { class: `ck-small ${t >= step ? "ck-quiet" : now ? "ck-strong" : ""}` });
      const height = t < step ? NAT * losses[t] : 0;
      kit.set(bar, {
        y: BASE - height,
        height: height,
        fill: now ? kit.colour.orange : kit.colour.blue,
      });
      value.textContent = t < step ? kit.number(losses[t], 1) : "";
      kit.set(value, { y: BASE - height - 4 });
    });
    const at = Math.max(step - 1, 0);
    const goal = sentence[at];
    const [fed, head, truth] = path[at];
    const shown = head.some(([word]) => word === goal) ? head : [...head, [goal, truth]];
    heading.textContent = step ? `predicted after “${fed}” (orange: the word the text has)` : "";
    bars.forEach(({ name, value, bar }, i) => {
      const [word, p] = step && shown[i] ? shown[i] : ["", 0];
      name.textContent = word;
      kit.set(name, { class: word === goal ? "ck-strong" : "" });
      kit.set(bar, { width: 380 * p, fill: word === goal ? kit.colour.orange : kit.colour.blue });
      value.textContent = word ? kit.sci(p) : "";
      kit.set(value, { x: LEFT + 88 + 380 * p });
    });
    const reading =
      step === 0
        ? "Nothing is predicted yet. The sentence is from a speech the model has never seen."
        : `After “${fed}” the text has “${goal}”: probability ${kit.sci(truth)}, loss ` +
          `${kit.number(losses[at])} nats. Perplexity of the ${step === 1 ? "first prediction" : `${step} predictions`}: ` +
          `${kit.number(perplexity, perplexity < 100 ? 1 : 0)}.`;
    frame.reading.textContent = reading;
    frame.describe(`Fed ${model.get("fed")}. ${reading}`);
    frame.expose({ losses, perplexity });
  };
  return kit.bind(frame, ["step", "fed"], draw);
}

export default { render };
