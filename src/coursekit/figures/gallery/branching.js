// Perplexity as a branching factor: weights of k words, their distribution, and how many equally
// likely words would leave a reader as uncertain.
const LEFT = 128;
const WIDE = 250;
const ROW = 30;
const TOP = 34;
const FAN = 520;

function numbers(weights) {
  const total = weights.reduce((a, b) => a + b, 0);
  const p = weights.map((w) => (total > 0 ? w / total : 1 / weights.length));
  const entropy = p.reduce((sum, q) => (q > 0 ? sum - q * Math.log2(q) : sum), 0);
  return { p, entropy, perplexity: 2 ** entropy };
}

function render({ model, el, signal }) {
  const words = model.get("words");
  const k = words.length;
  const height = TOP + ROW * k + 26;
  const frame = kit.frame(
    { model, el, signal },
    { name: "branching", title: model.get("title"), width: 640, height },
  );
  const { svg } = frame;
  kit.svg("text", { x: LEFT, y: 16, class: "ck-quiet", text: "probability of the next word" }, svg);
  kit.svg("text", { x: FAN - 70, y: 16, class: "ck-quiet", text: "equally likely words" }, svg);
  const bars = words.map((word, i) => {
    const y = TOP + ROW * i;
    kit.svg(
      "text",
      { x: LEFT - 10, y: y + 15, "text-anchor": "end", class: "ck-strong", text: word },
      svg,
    );
    kit.svg("line", { x1: LEFT, x2: LEFT, y1: y - 4, y2: y + ROW - 4, class: "ck-tick" }, svg);
    return {
      bar: kit.svg("rect", { x: LEFT, y, height: ROW - 10, rx: 2, fill: kit.colour.blue }, svg),
      text: kit.svg("text", { y: y + 15 }, svg),
    };
  });
  const fan = kit.svg("g", {}, svg);

  const sliders = words.map((word, i) => {
    const row = kit.html("div", { class: "ck-slider" }, frame.controls);
    const name = kit.id("weight");
    kit.html("label", { for: name, text: word }, row);
    const input = kit.html(
      "input",
      {
        id: name,
        type: "range",
        min: 0,
        max: 100,
        step: 1,
        "aria-label": `weight of ${word}`,
        "data-lm-suppress-shortcuts": "true",
      },
      row,
    );
    const output = kit.html("output", { for: name }, row);
    input.addEventListener("input", () => {
      const weights = [...model.get("weights")];
      weights[i] = Number(input.value);
      kit.store(model, "weights", weights);
    });
    return { input, output };
  });
  const presets = kit.html("div", { class: "ck-steps" }, frame.controls);
  const set = (f) => () =>
    kit.store(
      model,
      "weights",
      words.map((_, i) => Math.round(f(i))),
    );
  kit.button(
    presets,
    "All equal",
    set(() => 50),
  );
  kit.button(
    presets,
    "One word sure",
    set((i) => (i ? 0 : 100)),
  );
  kit.button(
    presets,
    "Falling as 1/rank",
    set((i) => 100 / (i + 1)),
  );

  const branches = (perplexity) => {
    fan.replaceChildren();
    const whole = Math.floor(perplexity + 1e-9);
    const part = perplexity - whole;
    const count = whole + (part > 1e-3 ? 1 : 0);
    const middle = TOP + (ROW * k - 10) / 2;
    const gap = Math.min(ROW, (ROW * k) / Math.max(count, 1));
    for (let i = 0; i < count; i++) {
      const share = i < whole ? 1 : part;
      const y = middle + (i - (count - 1) / 2) * gap;
      kit.svg(
        "path",
        {
          class: "ck-line",
          stroke: kit.mix("orange", 0.25 + 0.75 * share),
          "stroke-width": 0.5 + 2 * share,
          d: `M${FAN - 70} ${middle}C${FAN - 30} ${middle} ${FAN - 30} ${y} ${FAN} ${y}`,
        },
        fan,
      );
      kit.svg(
        "rect",
        { x: FAN, y: y - 7, height: 14, width: 60 * share, rx: 2, fill: kit.colour.orange },
        fan,
      );
    }
    kit.svg("circle", { cx: FAN - 70, cy: middle, r: 4, fill: kit.colour.ink }, fan);
  };

  return kit.bind(frame, ["weights"], () => {
    const weights = model.get("weights");
    const { p, entropy, perplexity } = numbers(weights);
    bars.forEach(({ bar, text }, i) => {
      kit.set(bar, { width: WIDE * p[i] });
      kit.set(text, { x: LEFT + WIDE * p[i] + 7 });
      text.textContent = kit.number(p[i]);
      sliders[i].input.value = weights[i];
      sliders[i].output.textContent = String(weights[i]);
    });
    branches(perplexity);
    const sentence =
      `Entropy ${kit.number(entropy)} bits, perplexity ${kit.number(perplexity)}: ` +
      `as uncertain as choosing among ${kit.number(perplexity)} equally likely words.`;
    frame.reading.textContent = sentence;
    frame.say(sentence);
    frame.describe(
      `Probabilities: ${words.map((w, i) => `${w} ${kit.number(p[i])}`).join(", ")}. ${sentence}`,
    );
    frame.expose({ probabilities: p, entropy, perplexity });
  });
}
export default { render };
