// Two models mixed: p = (1 − λ)·p₁ + λ·p₂ on a sample of words, for all of them, and for those whose
// three words before were or were not seen in training.
const GROUPS = [
  ["all", "all words", "ink"],
  ["seen", "three words before seen in training", "blue"],
  ["unseen", "not seen", "orange"],
];

// Perplexity of the mixture on the words chosen by `keep`; losses in nats.
function perplexity(first, second, weight, keep) {
  let sum = 0;
  let count = 0;
  for (let t = 0; t < first.length; t++) {
    if (!keep(t)) continue;
    sum -= Math.log((1 - weight) * Math.exp(-first[t]) + weight * Math.exp(-second[t]));
    count += 1;
  }
  return Math.exp(sum / count);
}

function render({ model, el, signal }) {
  const names = model.get("names");
  const losses = model.get("losses");
  const seen = model.get("seen");
  const keep = { all: () => true, seen: (t) => seen[t], unseen: (t) => !seen[t] };
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "mixture",
      width: 640,
      height: 330,
      title: `How much weight should a network get beside ${names[0]}?`,
    },
  );
  const { svg } = frame;
  const x = kit.linear([0, 1], [70, 620]);
  const weights = Array.from({ length: 51 }, (_, i) => i / 50);
  const curves = (other) =>
    Object.fromEntries(
      GROUPS.map(([key]) => [
        key,
        weights.map((w) => perplexity(losses[0], losses[other], w, keep[key])),
      ]),
    );
  const every = names.slice(1).map((_, j) => curves(j + 1));
  const highest = Math.max(...every.flatMap((c) => Object.values(c).flat()));
  const lowest = Math.min(...every.flatMap((c) => Object.values(c).flat()));
  const y = kit.linear([Math.floor(lowest / 20) * 20, Math.ceil(highest / 20) * 20], [270, 30]);
  kit.axes(svg, { x, y, xLabel: "weight λ of the network", yLabel: "perplexity of the mixture" });
  const parts = GROUPS.map(([key, label, colour], i) => {
    const stroke = kit.colour[colour];
    kit.svg(
      "text",
      { x: 612, y: 46 + 17 * i, "text-anchor": "end", fill: stroke, text: label },
      svg,
    );
    return {
      key,
      label,
      path: kit.svg("path", { class: "ck-line", fill: "none", stroke }, svg),
      best: kit.svg("circle", { r: 4, fill: kit.colour.paper, stroke, "stroke-width": 2 }, svg),
      here: kit.svg("circle", { r: 5, fill: stroke }, svg),
    };
  });
  const cursor = kit.svg(
    "line",
    { y1: 270, y2: 30, class: "ck-tick", "stroke-dasharray": "3 4" },
    svg,
  );
  kit.choice(frame, "network", {
    label: "network",
    options: names.slice(1).map((name, j) => [j + 1, name]),
  });
  kit.slider(frame, "weight", {
    label: "weight $\\lambda$ of the network",
    min: 0,
    max: 1,
    step: 0.01,
  });

  return kit.bind(frame, ["network", "weight"], () => {
    const other = model.get("network");
    const weight = model.get("weight");
    const found = every[other - 1];
    const now = {};
    const best = {};
    for (const { key, path, best: ring, here } of parts) {
      const lowestAt = found[key].indexOf(Math.min(...found[key]));
      now[key] = perplexity(losses[0], losses[other], weight, keep[key]);
      best[key] = weights[lowestAt];
      kit.set(path, { d: kit.line(weights.map((w, i) => [x(w), y(found[key][i])])) });
      kit.set(ring, { cx: x(best[key]), cy: y(found[key][lowestAt]) });
      kit.set(here, { cx: x(weight), cy: y(now[key]) });
    }
    kit.set(cursor, { x1: x(weight), x2: x(weight) });
    const sentence =
      `${kit.number(weight)} of ${names[other]}: perplexity ${kit.number(now.all, 1)} on all ` +
      `words, ${kit.number(now.seen, 1)} where the three words before were seen in training, ` +
      `${kit.number(now.unseen, 1)} where not. Best weights (rings): ${kit.number(best.all)}, ` +
      `${kit.number(best.seen)} and ${kit.number(best.unseen)}.`;
    frame.reading.textContent = sentence;
    frame.say(sentence);
    frame.describe(
      `Perplexity of a mixture of ${names[0]} and a network against the weight. ${sentence}`,
    );
    frame.expose({ perplexity: now, best });
  });
}
export default { render };
