// Two batches of unequal size, and three ways to make one perplexity of them.
const LEFT = 170;
const RIGHT = 600;
const TOP = 40;
const ROW = 42;

function numbers(tokens, losses) {
  const n = tokens.reduce((a, b) => a + b, 0);
  const pooled = Math.exp(losses.reduce((s, l, i) => s + l * tokens[i], 0) / n);
  const ofMeans = Math.exp(losses.reduce((s, l) => s + l, 0) / losses.length);
  const ofPerplexities = losses.reduce((s, l) => s + Math.exp(l), 0) / losses.length;
  return { pooled, ofMeans, ofPerplexities };
}

function render({ model, el, signal }) {
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "pooling",
      title: "One text in two batches: which perplexity?",
      width: 640,
      height: 210,
    },
  );
  const names = [
    ["pooled", "all tokens pooled", "green"],
    ["ofMeans", "exp of mean of means", "orange"],
    ["ofPerplexities", "mean of perplexities", "red"],
  ];
  const rows = names.map(([key, text, colour], i) => {
    const y = TOP + ROW * i;
    kit.svg(
      "text",
      {
        x: LEFT - 10,
        y: y + 16,
        "text-anchor": "end",
        class: key === "pooled" ? "ck-strong" : "",
        text,
      },
      frame.svg,
    );
    const bar = kit.svg(
      "rect",
      { x: LEFT, y, height: 24, rx: 2, fill: kit.colour[colour] },
      frame.svg,
    );
    return { key, bar, text: kit.svg("text", { y: y + 16 }, frame.svg) };
  });
  kit.svg(
    "line",
    { x1: LEFT, x2: LEFT, y1: TOP - 8, y2: TOP + 3 * ROW - 10, class: "ck-tick" },
    frame.svg,
  );
  const caption = kit.svg("text", { x: LEFT, y: 190, class: "ck-quiet" }, frame.svg);
  for (const i of [0, 1]) {
    const which = i ? "2nd" : "1st";
    kit.slider(frame, `tokens${i}`, {
      label: `tokens, ${which}`,
      min: 1,
      max: 200,
      step: 1,
      format: (v) => String(v),
    });
    kit.slider(frame, `loss${i}`, {
      label: `mean loss, ${which}`,
      min: 0,
      max: 8,
      step: 0.1,
      format: (v) => kit.number(v, 1),
    });
  }
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
    caption.textContent = `perplexities of the batches: ${kit.number(Math.exp(losses[0]), 1)} and ${kit.number(Math.exp(losses[1]), 1)}`;
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
