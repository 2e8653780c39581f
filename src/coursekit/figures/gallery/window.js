// What a window sees of a text, and the weights it pays for that, drawn to scale beside those of a
// recurrent network with the same embeddings and hidden units. The window moves along the text, which
// the reader may replace.
const TOP = 8;
const WORD = 30;
const LEFT = 118;
const WIDE = 640 - LEFT - 6;
const TALL = 84;
const MOST = 12; // words of a text

/** @param {number} w
 * @param {number} d
 * @param {number} m */
function numbers(w, d, m) {
  const recurrent = m * d + m * m + m;
  return { window: m * w * d + m, recurrent, more: Math.floor((d + m) / d) + 1 };
}

/** The text, and which of its words is to be predicted, from 0; that after the last word is not known.
 * @param {Model} model */
function asked(model) {
  const words = String(model.get("text")).split(/\s+/).filter(Boolean).slice(0, MOST);
  return { words, place: Math.min(model.get("place"), words.length) };
}

/** @param {SVGGElement} picture
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {Attributes} options */
const text = (picture, x, y, words, options = {}) =>
  kit.svg("text", { x, y, class: "ck-small", ...options, text: words }, picture);

/** Where the words stand, the gap after the last one included.
 * @param {string[]} words */
function laid(words) {
  const gap = 8;
  const sizes = [...words, "???"].map((word) => Math.max(word.length, 1.4));
  const letters = sizes.reduce((sum, size) => sum + size, 0);
  const letter = Math.min(14, (640 - gap * words.length) / (letters + 1));
  let x = 0;
  return sizes.map((size) => {
    const box = { x, width: letter * size };
    x += box.width + gap;
    return box;
  });
}

/** The sentence, which of its words the window holds, and which is to be predicted.
 * @param {SVGGElement} picture
 * @param {{ words: string[], place: number }} sentence
 * @param {number} w
 * @param {(place: number) => void} go */
function drawSentence(picture, { words, place }, w, go) {
  laid(words).forEach(({ x, width }, i) => {
    const next = i === place;
    const inside = i < place && i >= place - w;
    const look = {
      fill: inside ? kit.mix("blue", 0.25) : kit.colour.paper,
      stroke: kit.colour[next ? "orange" : inside ? "blue" : "rule"],
      "stroke-width": next ? 2 : 1,
      style: "cursor: pointer",
      onclick: i ? () => go(i) : null,
    };
    kit.svg("rect", { x, y: TOP, width, height: WORD, rx: 4, ...look }, picture);
    const strong = `ck-small ${inside || next ? "ck-strong" : "ck-quiet"}`;
    const quiet = { style: "pointer-events: none", "text-anchor": "middle", class: strong };
    kit.svg("text", { x: x + width / 2, y: TOP + 20, ...quiet, text: words[i] ?? "?" }, picture);
  });
}

/** A matrix of weights to scale, in blocks of columns.
 * @param {SVGGElement} picture
 * @param {{ y: number, height: number, scale: number }} place scale: pixels per column
 * @param {{ columns: number, colour: string, name: string }[]} parts */
function drawMatrix(picture, { y, height, scale }, parts) {
  let x = LEFT;
  for (const { columns, colour, name } of parts) {
    const width = columns * scale;
    const look = { fill: kit.mix(colour, 0.3), stroke: kit.colour[colour] };
    kit.svg("rect", { x, y, width, height, ...look }, picture);
    const short = width < 54 ? name.split(" ")[0] : name;
    const middle = { "text-anchor": "middle" };
    if (width > 14) text(picture, x + width / 2, y + height / 2 + 4, short, middle);
    x += width;
  }
}

/** @param {number} v */
const many = (v) => v.toLocaleString("en-GB");

/** Both matrices, with their names and the number of weights.
 * @param {SVGGElement} picture
 * @param {{ w: number, d: number, m: number }} sizes
 * @param {ReturnType<typeof numbers>} found */
function drawMatrices(picture, { w, d, m }, found) {
  const scale = Math.min(WIDE / Math.max(w * d, d + m), TALL / m);
  const first = TOP + WORD + 42;
  const second = first + TALL + 34;
  const quiet = { class: "ck-small ck-quiet" };
  text(picture, LEFT, first - 8, `W: ${m} rows, ${w} blocks of ${d} columns`, quiet);
  text(picture, LEFT, second - 8, `Wᵤ and Wₕ: ${m} rows, ${d} + ${m} columns`, quiet);
  for (const [y, name, count] of /** @type {[number, string, number][]} */ ([
    [first, "window", found.window],
    [second, "recurrent", found.recurrent],
  ])) {
    text(picture, 0, y + 14, name, { class: "ck-strong" });
    text(picture, 0, y + 32, `${many(count)} weights`);
  }
  const size = { height: m * scale, scale };
  const blocks = Array.from({ length: w }, (_, i) => `${w - i} back`);
  drawMatrix(
    picture,
    { y: first, ...size },
    blocks.map((name) => ({ columns: d, colour: "blue", name })),
  );
  const parts = [
    { columns: d, colour: "green", name: "word" },
    { columns: m, colour: "purple", name: "last state" },
  ];
  drawMatrix(picture, { y: second, ...size }, parts);
}

/** The frame of the word to be predicted: it is dragged, and the window with it.
 * @param {Frame} frame
 * @param {(place: number) => void} go */
function drawHandle({ svg, model }, go) {
  const box = { y: TOP - 3, height: WORD + 6, rx: 5, fill: "transparent" };
  const node = kit.svg("rect", box, svg);
  const handle = kit.draggable(svg, node, {
    label: "the word to be predicted",
    move: (x) => {
      const at = laid(asked(model).words).findIndex((word) => x < word.x + word.width + 4);
      go(at < 0 ? asked(model).words.length : at);
    },
    nudge: (dx) => go(asked(model).place + dx),
  });
  return () => {
    const { words, place } = asked(model);
    const { x, width } = laid(words)[place];
    kit.set(node, { x: x - 3, width: width + 6 });
    handle.value(place, words[place] ?? "the word after the text");
  };
}

/** A box for a text of the reader's own.
 * @param {Frame} frame */
function ownText({ model, controls }) {
  const row = kit.html("div", { class: "ck-own" }, controls);
  const name = kit.id("own");
  kit.html("label", { for: name, text: `a text of yours, ${MOST} words at most:` }, row);
  const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const look = { id: name, type: "text", maxlength: 80, "data-lm-suppress-shortcuts": "true" };
  const input = kit.html("input", { ...look, ...plain, class: "ck-wide" }, row);
  input.addEventListener("input", () => {
    kit.store(model, "text", input.value);
    kit.store(model, "place", asked(model).words.length);
  });
}

/** @param {Frame} frame */
function controls(frame) {
  const whole = { step: 1, format: String };
  const { input, output } = kit.slider(frame, "place", {
    ...whole,
    label: "predict word",
    min: 1,
    max: MOST,
  });
  kit.slider(frame, "w", { label: "window (words)", min: 1, max: MOST - 1, ...whole });
  const size = { min: 20, max: 300, step: 10, format: String };
  kit.slider(frame, "d", { label: "embedding $d$", ...size });
  kit.slider(frame, "m", { label: "hidden units $m$", ...size });
  ownText(frame);
  return () => {
    const { words, place } = asked(frame.model);
    input.max = String(words.length);
    input.value = String(place);
    output.textContent = words[place] ?? "?";
    input.setAttribute("aria-valuetext", words[place] ?? "after the text");
  };
}

/** What the window sees of the text before the gap.
 * @param {{ words: string[], place: number }} sentence
 * @param {number} w
 * @param {number} back how far back the clue stands; not above 0 where there is none */
function sight({ words, place }, w, back) {
  const before = words.slice(Math.max(0, place - w), place).join(" ");
  const unseen = Math.max(0, place - w);
  const rest =
    unseen > 1 ? `; ${unseen} words stand before it` : unseen ? "; 1 word stands before it" : "";
  const clue =
    back > 0
      ? ` “${words[place - back]}” stands ${back} ${back === 1 ? "word" : "words"} back: the window ${back <= w ? "sees" : "does not see"} it.`
      : "";
  return `The window sees “${before}”${rest}.${clue}`;
}

/** @param {View} view */
function render({ model, el, signal }) {
  const title = "A window buys each word of context with weights";
  const look = { title, width: 640, height: 2 * TALL + 126 };
  const frame = kit.frame({ model, el, signal }, { name: "window", ...look });
  const picture = kit.svg("g", {}, frame.svg);
  const go = (/** @type {number} */ to) =>
    kit.store(model, "place", Math.max(1, Math.min(asked(model).words.length, to)));
  const follow = controls(frame);
  const moveHandle = drawHandle(frame, go);

  return kit.bind(frame, ["w", "d", "m", "text", "place"], () => {
    const [w, d, m] = ["w", "d", "m"].map((key) => model.get(key));
    const sentence = asked(model);
    if (!sentence.words.length) {
      frame.reading.textContent = "Type a word at least.";
      return;
    }
    const found = numbers(w, d, m);
    picture.replaceChildren();
    drawSentence(picture, sentence, w, go);
    drawMatrices(picture, { w, d, m }, found);
    follow();
    moveHandle();
    const at = sentence.words.indexOf(model.get("clue"));
    const back = at < 0 ? 0 : sentence.place - at;
    const told =
      `${sight(sentence, w, back)} A window of ${w === 1 ? "1 word" : `${w} words`} has ${many(found.window)} ` +
      `weights and biases below the output layer; the recurrent network has ${many(found.recurrent)}, however ` +
      `long the text. With these sizes the window needs more from ${found.more} words on.`;
    frame.reading.textContent = told;
    frame.describe(told);
    frame.expose({ ...found, seen: back > 0 && back <= w });
  });
}

export default { render };
