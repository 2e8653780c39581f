// Temperature and nucleus on a real distribution: the head word by word, the tail as counts of words
// that are equally likely.
const LEFT = 130;
const WIDE = 400;
const ROW = 19;
const TOP = 26;
const SHOWN = 16;

/** The likeliest words with their probabilities, then how many words share a smaller one.
 * @typedef {{ head: [string, number][], tail: [number, number][] }} Distribution */

/** @param {Distribution} distribution
 * @param {number} temperature
 * @param {number} topP */
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

/** A word, with the bars of the model's own distribution and of the one that is drawn from.
 * @param {SVGSVGElement} svg
 * @param {number} y */
function drawRow(svg, y) {
  const grey = { height: ROW - 6, fill: kit.mix("grey", 0.3) };
  const orange = { height: ROW - 10, fill: kit.colour.orange };
  return {
    word: kit.svg("text", { x: LEFT - 10, y: y + 13, "text-anchor": "end" }, svg),
    own: kit.svg("rect", { x: LEFT, y: y + 3, ...grey }, svg),
    drawn: kit.svg("rect", { x: LEFT, y: y + 5, ...orange }, svg),
    text: kit.svg("text", { y: y + 13 }, svg),
  };
}

/** @param {ReturnType<typeof drawRow>} row
 * @param {string} name
 * @param {number} before
 * @param {number} now
 * @param {number} top the probability that fills the width */
function updateRow({ word, own, drawn, text }, name, before, now, top) {
  word.textContent = name;
  kit.set(word, { class: now > 1e-12 ? "" : "ck-quiet" });
  kit.set(own, { width: (WIDE * before) / top });
  kit.set(drawn, { width: Math.max(0, (WIDE * now) / top) });
  kit.set(text, { x: LEFT + (WIDE * Math.max(before, now)) / top + 7 });
  text.textContent = now > 1e-12 ? kit.percent(now, 1) : "cut off";
}

/** @param {Frame} frame
 * @param {string[]} contexts */
function controls(frame, contexts) {
  kit.choice(frame, "context", { label: "after", options: contexts.map((c) => [c, c]) });
  const range = { min: 0.1, max: 3, step: 0.01 };
  kit.slider(frame, "temperature", { label: "temperature", ...range, scale: "log" });
  kit.slider(frame, "top_p", { label: "nucleus $p$", min: 0.05, max: 1, step: 0.01 });
}

/** @param {ReturnType<typeof numbers>} found */
function told({ kept, perplexity, shown }) {
  const words = kept === 1 ? "1 word" : `${kept.toLocaleString("en-GB")} words`;
  return (
    `${words} of 10,000 can be drawn, with perplexity ` +
    `${kit.number(perplexity, 1)}; the likeliest has ${kit.percent(shown[0], 1)}.`
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {Record<string, Distribution>} */
  const all = model.get("distributions");
  const bottom = TOP + ROW * (SHOWN + 1);
  const look = {
    title: "Temperature and nucleus: what the next word is drawn from",
    width: 640,
    height: bottom + 34,
  };
  const frame = kit.frame({ model, el, signal }, { name: "temperature", ...look });
  const { svg } = frame;
  const heading = kit.svg("text", { x: LEFT, y: 14, class: "ck-quiet" }, svg);
  const rows = Array.from({ length: SHOWN }, (_, i) => drawRow(svg, TOP + ROW * i));
  const others = drawRow(svg, TOP + ROW * SHOWN + 8);
  const text = "grey: the model’s own distribution; orange: what is drawn from";
  kit.svg("text", { x: LEFT, y: bottom + 30, class: "ck-quiet ck-small", text }, svg);
  controls(frame, Object.keys(all));

  return kit.bind(frame, ["context", "temperature", "top_p"], () => {
    const [context, temperature, topP] = ["context", "temperature", "top_p"].map((key) =>
      model.get(key),
    );
    const { head } = all[context];
    const found = numbers(all[context], temperature, topP);
    const { shown, kept, perplexity, rest } = found;
    const before = 1 - head.reduce((sum, [, q]) => sum + q, 0);
    const top = Math.max(shown[0], head[0][1], rest, before);
    rows.forEach((row, i) => {
      updateRow(row, head[i][0], head[i][1], shown[i], top);
    });
    updateRow(others, "all other words", before, rest, top);
    heading.textContent = `probability of the next word after “${context} …”`;
    const sentence = told(found);
    frame.reading.textContent = sentence;
    frame.describe(
      `After “${context}”, at temperature ${kit.number(temperature)} and ` +
        `nucleus ${kit.number(topP)}: ${sentence}`,
    );
    frame.expose({ shown, kept, perplexity, rest });
  });
}
export default { render };
