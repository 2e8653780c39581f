// Temperature and nucleus on a real distribution: the head word by word, the tail as counts of words
// that are equally likely.
const LEFT = 130;
const WIDE = 400;
const ROW = 19;
const TOP = 26;
const SHOWN = 16;

function numbers({ head, tail }, temperature, topP) {
  const p = [...head.map(([, q]) => q), ...tail.map(([q]) => q)];
  const count = [...head.map(() => 1), ...tail.map(([, c]) => c)];
  const weight = p.map((q) => Math.exp((Math.log(q) - Math.log(p[0])) / temperature));
  const total = weight.reduce((sum, w, i) => sum + w * count[i], 0);
  let q = weight.map((w) => w / total);
  let before = 0;
  const kept = q.map((share, i) => {
    const room = topP < 1 ? Math.ceil((topP - before) / share - 1e-9) : count[i];
    before += share * count[i];
    return Math.max(0, Math.min(count[i], room));
  });
  const mass = q.reduce((sum, share, i) => sum + share * kept[i], 0);
  q = q.map((share) => share / mass);
  const entropy = q.reduce((sum, s, i) => (kept[i] ? sum - kept[i] * s * Math.log(s) : sum), 0);
  const shown = head.map((_, i) => (kept[i] ? q[i] : 0));
  return {
    p,
    shown,
    kept: kept.reduce((a, b) => a + b, 0),
    perplexity: Math.exp(entropy),
    rest: 1 - shown.reduce((a, b) => a + b, 0),
  };
}

function render({ model, el, signal }) {
  const all = model.get("distributions");
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "temperature",
      title: "What is drawn from after a few words",
      width: 640,
      height: TOP + ROW * (SHOWN + 1) + 34,
    },
  );
  const { svg } = frame;
  const heading = kit.svg("text", { x: LEFT, y: 14, class: "ck-quiet" }, svg);
  const rows = Array.from({ length: SHOWN + 1 }, (_, i) => {
    const y = TOP + ROW * i + (i === SHOWN ? 8 : 0);
    return {
      word: kit.svg("text", { x: LEFT - 10, y: y + 13, "text-anchor": "end" }, svg),
      model: kit.svg(
        "rect",
        { x: LEFT, y: y + 3, height: ROW - 6, fill: kit.mix("grey", 0.3) },
        svg,
      ),
      drawn: kit.svg("rect", { x: LEFT, y: y + 5, height: ROW - 10, fill: kit.colour.orange }, svg),
      text: kit.svg("text", { y: y + 13 }, svg),
    };
  });
  kit.svg(
    "text",
    {
      x: LEFT,
      y: TOP + ROW * (SHOWN + 1) + 30,
      class: "ck-quiet ck-small",
      text: "grey: the model’s own distribution; orange: what is drawn from",
    },
    svg,
  );
  kit.choice(frame, "context", { label: "after", options: Object.keys(all).map((c) => [c, c]) });
  kit.slider(frame, "temperature", {
    label: "temperature",
    min: 0.1,
    max: 3,
    step: 0.01,
    scale: "log",
  });
  kit.slider(frame, "top_p", { label: "nucleus $p$", min: 0.05, max: 1, step: 0.01 });

  return kit.bind(frame, ["context", "temperature", "top_p"], () => {
    const context = model.get("context");
    const { head } = all[context];
    const found = numbers(all[context], model.get("temperature"), model.get("top_p"));
    const restBefore = 1 - head.reduce((sum, [, q]) => sum + q, 0);
    const top = Math.max(found.shown[0], head[0][1], found.rest, restBefore);
    rows.forEach(({ word, model: own, drawn, text }, i) => {
      const last = i === SHOWN;
      const before = last ? restBefore : head[i][1];
      const now = last ? found.rest : found.shown[i];
      word.textContent = last ? "all other words" : head[i][0];
      kit.set(word, { class: now > 1e-12 ? "" : "ck-quiet" });
      kit.set(own, { width: (WIDE * before) / top });
      kit.set(drawn, { width: Math.max(0, (WIDE * now) / top) });
      kit.set(text, { x: LEFT + (WIDE * Math.max(before, now)) / top + 7 });
      text.textContent = now > 1e-12 ? kit.percent(now, 1) : "cut off";
    });
    heading.textContent = `probability of the next word after “${context} …”`;
    const words = found.kept === 1 ? "1 word" : `${found.kept.toLocaleString("en-GB")} words`;
    const sentence =
      `${words} of 10,000 can be drawn, with perplexity ` +
      `${kit.number(found.perplexity, 1)}; the likeliest has ${kit.percent(found.shown[0], 1)}.`;
    frame.reading.textContent = sentence;
    frame.say(sentence);
    frame.describe(
      `After “${context}”, at temperature ${kit.number(model.get("temperature"))} and ` +
        `nucleus ${kit.number(model.get("top_p"))}: ${sentence}`,
    );
    frame.expose({
      shown: found.shown,
      kept: found.kept,
      perplexity: found.perplexity,
      rest: found.rest,
    });
  });
}
export default { render };
