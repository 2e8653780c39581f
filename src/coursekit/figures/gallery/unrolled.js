// A recurrent network of three units, unrolled over a sentence and stepped word by word. The weights
// are set by hand; W_h can be cut, and with it all memory. The reader may write another sentence.
const COL = 84;
const LEFT = 44;
const CELL = 118;
const BAR = 30;

/** @typedef {{ wu: number[][], wh: number[][], q: number[][], bq: number[] }} Weights */
/** @param {number[]} row
 * @param {number[]} v */
const dot = (row, v) => row.reduce((sum, w, j) => sum + w * v[j], 0);
/** @param {number[]} z */
function softmax(z) {
  const top = Math.max(...z);
  const odds = z.map((v) => Math.exp(v - top));
  const total = odds.reduce((a, b) => a + b, 0);
  return odds.map((v) => v / total);
}

/** The words of a sentence, five at most.
 * @param {string} sentence */
const cut = (sentence) => (sentence.toLowerCase().match(/[a-z]+/g) ?? []).slice(0, 5);

/** @param {string[]} words
 * @param {string} sentence
 * @param {Weights} weights
 * @param {boolean} recurrent */
function numbers(words, sentence, { wu, wh, q, bq }, recurrent) {
  const states = [[0, 0, 0]];
  const inputs = [{ column: [0, 0, 0], back: [0, 0, 0] }]; // none before the first word
  for (const word of cut(sentence)) {
    const h = states[states.length - 1];
    const column = wu.map((row) => row[words.indexOf(word)] ?? 0); // none for an unknown word
    const back = wh.map((row) => (recurrent ? dot(row, h) : 0));
    inputs.push({ column, back });
    states.push(column.map((a, i) => Math.tanh(a + back[i])));
  }
  return {
    states,
    inputs,
    predictions: states.map((h) => softmax(q.map((row, w) => dot(row, h) + bq[w]))),
  };
}

/** The cell at a step, with the arrows that lead to it.
 * @param {SVGSVGElement} svg
 * @param {number} t */
function drawColumn(svg, t) {
  const x = LEFT + COL * t;
  /** @param {string} d
   * @param {string} stroke */
  const arrow = (d, stroke) => kit.svg("path", { d, class: "ck-line", stroke }, svg);
  /** @param {string} d
   * @param {string} fill */
  const tip = (d, fill) => kit.svg("path", { fill, d }, svg);
  /** @type {SVGElement[]} */
  const link = [];
  if (t) {
    const to = x - 29;
    const head = `M${to - 7} ${CELL - 5}L${to + 1} ${CELL}L${to - 7} ${CELL + 5}Z`;
    link.push(arrow(`M${x - COL + 28} ${CELL}H${x - 34}`, kit.colour.blue));
    link.push(tip(head, kit.colour.blue));
    arrow(`M${x} ${CELL + 78}V${CELL + 40}`, kit.colour.grey);
    const up = CELL + 34;
    tip(`M${x - 5} ${up + 7}L${x} ${up - 1}L${x + 5} ${up + 7}Z`, kit.colour.grey);
  }
  const size = { x: x - 27, y: CELL - 33, width: 54, height: 66, rx: 8 };
  const box = kit.svg("rect", { ...size, fill: kit.colour.panel, "stroke-width": 2 }, svg);
  kit.svg("line", { x1: x - 20, x2: x + 20, y1: CELL, y2: CELL, class: "ck-grid" }, svg);
  const units = [0, 1, 2].map((i) => kit.svg("rect", { x: x - 19 + 14 * i, width: 10 }, svg));
  // Where no word comes in, the place below is free to say which bar is which unit.
  for (const i of t ? [] : [0, 1, 2]) {
    const under = { x: x - 14 + 14 * i, y: CELL + 48, "text-anchor": "middle" };
    kit.svg("text", { ...under, class: "ck-quiet ck-small", text: i + 1 }, svg);
  }
  if (!t) {
    const units = { x, y: CELL + 64, "text-anchor": "middle", text: "units" };
    kit.svg("text", { ...units, class: "ck-quiet ck-small" }, svg);
  }
  const name = { "text-anchor": "middle", class: "ck-quiet ck-small", text: `h[${t}]` };
  kit.svg("text", { x, y: CELL - 42, ...name }, svg);
  const look = { "text-anchor": "middle", class: "ck-strong" };
  const word = kit.svg("text", { x, y: CELL + 97, ...look }, svg);
  return { box, units, word, link };
}

/** Bars for the next word.
 * @param {SVGSVGElement} svg
 * @param {string[]} words
 * @param {number} right where the columns end */
function drawBars(svg, words, right) {
  const look = { class: "ck-quiet ck-small", "text-anchor": "middle", text: "next word" };
  kit.svg("text", { x: right + 50, y: 14, ...look }, svg);
  return words.map((word, i) => {
    const y = 42 + BAR * i;
    const end = { "text-anchor": "end", class: "ck-small", text: word };
    const box = { height: 15, rx: 2, fill: kit.colour.orange };
    return {
      name: kit.svg("text", { x: right + 42, y: y - 6, ...end }, svg),
      bar: kit.svg("rect", { x: right + 47, y: y - 18, ...box }, svg),
    };
  });
}

/** @param {ReturnType<typeof drawColumn>} column
 * @param {{ text: string, state: number[], read: boolean, now: boolean, recurrent: boolean }} shown */
function updateColumn({ box, units, word, link }, { text, state, read, now, recurrent }) {
  word.textContent = text;
  kit.set(word, { class: read ? "ck-strong" : "ck-quiet" });
  kit.set(box, { stroke: now ? kit.colour.orange : read ? kit.colour.blue : kit.colour.rule });
  for (const part of link) {
    part.style.visibility = recurrent ? "visible" : "hidden";
    part.style.opacity = read ? "1" : "0.25";
  }
  units.forEach((bar, i) => {
    const height = read ? 30 * Math.abs(state[i]) : 0;
    const y = state[i] >= 0 ? CELL - height : CELL;
    kit.set(bar, { height, y, fill: now ? kit.colour.orange : kit.colour.blue });
  });
}

/** What the step computes, and what it expects.
 * @param {ReturnType<typeof numbers>} found
 * @param {number} step
 * @param {string} word that was read
 * @param {string} likeliest */
function reading({ states, inputs }, step, word, likeliest) {
  if (step === 0)
    return `Nothing is read yet, $h^{[0]}$ is zero. Likeliest next words: ${likeliest}.`;
  const { column, back } = inputs[step];
  const units = states[step].map(
    (h, i) =>
      `$h_${i + 1}^{[${step}]} = \\tanh(${kit.number(column[i], 1)} + ` +
      `${kit.number(back[i])}) = ${kit.number(h)}$`,
  );
  return `“${word}” is read. ${units.join("; ")}. Likeliest next words: ${likeliest}.`;
}

/** A box for a sentence of the reader's own.
 * @param {Frame} frame
 * @param {string[]} words */
function ownSentence({ model, controls }, words) {
  const row = kit.html("div", { class: "ck-own" }, controls);
  const name = kit.id("own");
  kit.html("label", { for: name, text: `or your own, of the words ${words.join(", ")}:` }, row);
  const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const look = { id: name, type: "text", maxlength: 60, "data-lm-suppress-shortcuts": "true" };
  const input = kit.html("input", { ...look, ...plain }, row);
  input.addEventListener("input", () => kit.store(model, "sentence", input.value));
}

/** @param {Frame} frame
 * @param {string[]} words
 * @param {string[]} sentences
 * @param {number} last */
function controls(frame, words, sentences, last) {
  kit.steps(frame, "step", { last, label: "word" });
  kit.choice(frame, "sentence", { label: "sentence", options: sentences.map((s) => [s, s]) });
  ownSentence(frame, words);
  kit.check(frame, "recurrent", { label: "$W_h$ connects the steps" });
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {string[]} */
  const words = model.get("words");
  /** @type {string[]} */
  const sentences = model.get("sentences");
  const look = { title: "One cell, used once for each word", width: 640, height: 236 };
  const frame = kit.frame({ model, el, signal }, { name: "unrolled", ...look });
  const last = sentences[0].split(" ").length;
  const columns = Array.from({ length: last + 1 }, (_, t) => drawColumn(frame.svg, t));
  const bars = drawBars(frame.svg, words, LEFT + COL * (last + 1) - 26);
  controls(frame, words, sentences, last);

  return kit.bind(frame, ["step", "sentence", "recurrent"], () => {
    const [asked, sentence, recurrent] = ["step", "sentence", "recurrent"].map((key) =>
      model.get(key),
    );
    const read = ["", ...cut(sentence)]; // by step
    const step = Math.min(asked, read.length - 1); // a sentence may end early
    const found = numbers(words, sentence, model.get("weights"), recurrent);
    columns.forEach((column, t) => {
      const at = {
        text: read[t] ?? "",
        state: found.states[t] ?? [0, 0, 0],
        read: t <= step,
        now: t === step,
      };
      updateColumn(column, { ...at, recurrent });
    });
    const now = found.predictions[step];
    const most = Math.max(...now);
    bars.forEach(({ name, bar }, i) => {
      kit.set(bar, { width: 70 * now[i] });
      kit.set(name, { class: now[i] === most ? "ck-small ck-strong" : "ck-small" });
    });
    const ranked = [...words.keys()].sort((a, b) => now[b] - now[a]);
    const three = ranked.slice(0, 3).map((w) => `${words[w]} ${kit.number(now[w])}`);
    const told = reading(found, step, read[step], three.join(", "));
    const foreign = read.slice(1).filter((word) => !words.includes(word));
    const lacking = foreign.length
      ? ` It does not know “${foreign[0]}” and reads zeros there.`
      : "";
    const end = asked > step ? " Here the sentence ends." : "";
    frame.reading.replaceChildren(kit.rich(told + lacking + end));
    const state = found.states[step];
    frame.describe(
      `After ${step} words the state is ${state.map((h) => kit.number(h)).join(", ")}. ` +
        `The likeliest next word is ${words[ranked[0]]}. Recurrence ${recurrent ? "on" : "cut"}.`,
    );
    frame.expose({ state, prediction: now });
  });
}
export default { render };
