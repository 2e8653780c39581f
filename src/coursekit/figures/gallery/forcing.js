// A trained LSTM stepped along a sentence. It is fed the true words, or words it has drawn itself; the
// target is the sentence's next word either way. Numbers from benchmarks/teacher_forcing.py.
const LEFT = 72, COL = 62, FED = 26, TARGET = 54, BASE = 166, NAT = 4.6;

function numbers(path, step) {
  const losses = path.slice(0, step).map(([, , p]) => -Math.log(p));
  return { losses, perplexity: Math.exp(losses.reduce((a, b) => a + b, 0) / Math.max(step, 1)) };
}

function render({ model, el }) {
  const sentence = model.get("sentence"), paths = model.get("paths"), last = sentence.length;
  const frame = kit.frame(el, { name: "forcing", title: "Whose words is the network fed?",
    width: 640, height: 330 });
  const { svg } = frame;
  const text = (x, y, words, cls = "", anchor = "middle") =>
    kit.svg("text", { x, y, "text-anchor": anchor, class: cls, text: words }, svg);
  text(0, FED, "it is fed", "ck-quiet ck-small", "start");
  text(0, TARGET, "to predict", "ck-quiet ck-small", "start");
  text(0, BASE - 50, "loss", "ck-quiet ck-small", "start");
  text(0, BASE - 34, "(nats)", "ck-quiet ck-small", "start");
  const columns = sentence.map((word, t) => {
    const x = LEFT + COL * (t + 0.5);
    return { fed: text(x, FED, "", "ck-small"), target: text(x, TARGET, word, "ck-small"), value: text(x, BASE, "", "ck-small"),
      bar: kit.svg("rect", { x: x - 14, width: 28, rx: 2 }, svg) };
  });
  kit.svg("line", { x1: LEFT, x2: LEFT + COL * last, y1: BASE, y2: BASE, class: "ck-tick" }, svg);
  const heading = text(LEFT, BASE + 30, "", "ck-quiet ck-small", "start");
  const bars = Array.from({ length: 6 }, (_, i) => {
    const y = BASE + 40 + 20 * i;
    return { name: text(LEFT + 74, y + 13, "", "", "end"), value: text(0, y + 13, "", "ck-small", "start"),
      bar: kit.svg("rect", { x: LEFT + 82, y, height: 15, rx: 2 }, svg) };
  });
  const { stop } = kit.steps(frame, model, "step", { last, label: "prediction" });
  kit.choice(frame, model, "fed", { label: "fed", options: model.get("choices").map((name) => [name, name]) });

  const draw = () => {
    const step = model.get("step"), path = paths[model.get("fed")];
    const { losses, perplexity } = numbers(path, step);
    columns.forEach(({ fed, target, value, bar }, t) => {
      const right = t === 0 || path[t][0] === sentence[t - 1], now = t === step - 1;
      fed.textContent = t < step ? path[t][0] : "";
      fed.setAttribute("class", now ? "ck-small ck-strong" : "ck-small");
      fed.style.fill = right ? kit.colour.ink : kit.colour.red;
      target.setAttribute("class", `ck-small ${t >= step ? "ck-quiet" : now ? "ck-strong" : ""}`);
      const height = t < step ? NAT * losses[t] : 0;
      bar.setAttribute("y", BASE - height);
      bar.setAttribute("height", height);
      bar.setAttribute("fill", now ? kit.colour.orange : kit.colour.blue);
      value.textContent = t < step ? kit.number(losses[t], 1) : "";
      value.setAttribute("y", BASE - height - 4);
    });
    const at = Math.max(step - 1, 0), goal = sentence[at];
    const [fed, head, truth] = path[at];
    const shown = head.some(([word]) => word === goal) ? head : [...head, [goal, truth]];
    heading.textContent = step ? `predicted after “${fed}” (orange: the word the text has)` : "";
    bars.forEach(({ name, value, bar }, i) => {
      const [word, p] = step && shown[i] ? shown[i] : ["", 0];
      name.textContent = word;
      name.setAttribute("class", word === goal ? "ck-strong" : "");
      bar.setAttribute("width", 380 * p);
      bar.setAttribute("fill", word === goal ? kit.colour.orange : kit.colour.blue);
      value.textContent = word ? kit.sci(p) : "";
      value.setAttribute("x", LEFT + 88 + 380 * p);
    });
    const reading = step === 0
      ? "Nothing is predicted yet. The sentence is from a speech the model has never seen."
      : `After “${fed}” the text has “${goal}”: probability ${kit.sci(truth)}, loss `
        + `${kit.number(losses[at])} nats. Perplexity of the ${step === 1 ? "first prediction" : `${step} predictions`}: `
        + `${kit.number(perplexity, perplexity < 100 ? 1 : 0)}.`;
    frame.reading.textContent = reading;
    frame.describe(`Fed ${model.get("fed")}. ${reading}`);
    frame.expose({ losses, perplexity });
  };
  return kit.bind(model, ["step", "fed"], draw);
}

export default { render };
