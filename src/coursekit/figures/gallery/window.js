// What a window sees of a sentence, and the weights it pays for that, drawn to scale beside those of a
// recurrent network with the same embeddings and hidden units.
const TOP = 8;
const WORD = 30;
const LEFT = 118;
const WIDE = 640 - LEFT - 6;
const TALL = 84;

/** @param {number} w
 * @param {number} d
 * @param {number} m */
function numbers(w, d, m) {
  const recurrent = m * d + m * m + m;
  return { window: m * w * d + m, recurrent, more: Math.floor((d + m) / d) + 1 };
}

/** @param {SVGGElement} picture
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {Attributes} options */
const text = (picture, x, y, words, options = {}) =>
  kit.svg("text", { x, y, class: "ck-small", ...options, text: words }, picture);

/** The sentence, and which of its words the window holds.
 * @param {SVGGElement} picture
 * @param {string[]} words
 * @param {number} w */
function drawSentence(picture, words, w) {
  const gap = 8;
  const letter = (640 - gap * words.length) / (words.join("").length + 5);
  let x = 0;
  [...words, "?"].forEach((word, i) => {
    const last = i === words.length;
    const inside = i >= words.length - w;
    const width = letter * (last ? 3 : Math.max(word.length, 1.4));
    const box = { x, y: TOP, width, height: WORD, rx: 4 };
    const look = {
      fill: last ? "none" : inside ? kit.mix("blue", 0.25) : kit.colour.paper,
      stroke: last ? kit.colour.orange : inside ? kit.colour.blue : kit.colour.rule,
      "stroke-width": last ? 2 : 1,
    };
    kit.svg("rect", { ...box, ...look }, picture);
    const strong = `ck-small ${inside || last ? "ck-strong" : "ck-quiet"}`;
    const middle = { "text-anchor": "middle", text: word, class: strong };
    kit.svg("text", { x: x + width / 2, y: TOP + 20, ...middle }, picture);
    x += width + gap;
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
  const first = TOP + WORD + 34;
  const second = first + TALL + 34;
  const quiet = { class: "ck-small ck-quiet" };
  text(picture, LEFT, first - 8, `W: ${m} rows, ${w} blocks of ${d} columns`, quiet);
  text(picture, LEFT, second - 8, `Wᵤ and Wₕ: ${m} rows, ${d} + ${m} columns`, quiet);
  text(picture, 0, first + 14, "window", { class: "ck-strong" });
  text(picture, 0, first + 32, many(found.window));
  text(picture, 0, second + 14, "recurrent", { class: "ck-strong" });
  text(picture, 0, second + 32, many(found.recurrent));
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

/** @param {Frame} frame
 * @param {number} most words */
function controls(frame, most) {
  const whole = { step: 1, format: String };
  kit.slider(frame, "w", { label: "window (words)", min: 1, max: most, ...whole });
  const size = { min: 20, max: 300, step: 10, format: String };
  kit.slider(frame, "d", { label: "embedding $d$", ...size });
  kit.slider(frame, "m", { label: "hidden units $m$", ...size });
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {string[]} */
  const words = model.get("text").split(" ");
  const clue = model.get("clue");
  const title = "A window buys each word of context with weights";
  const look = { title, width: 640, height: 2 * TALL + 118 };
  const frame = kit.frame({ model, el, signal }, { name: "window", ...look });
  const picture = kit.svg("g", {}, frame.svg);
  controls(frame, words.length);

  return kit.bind(frame, ["w", "d", "m"], () => {
    const [w, d, m] = ["w", "d", "m"].map((key) => model.get(key));
    const found = numbers(w, d, m);
    picture.replaceChildren();
    drawSentence(picture, words, w);
    drawMatrices(picture, { w, d, m }, found);
    const back = words.length - words.indexOf(clue);
    const seen = back <= w;
    const told =
      `A window of ${w === 1 ? "1 word" : `${w} words`} has ${many(found.window)} weights and biases below the output layer; ` +
      `the recurrent network has ${many(found.recurrent)}, however long the text. With these sizes the window needs more ` +
      `from ${found.more} words on. “${clue}” stands ${back} words before the gap: the window ${seen ? "sees" : "does not see"} it.`;
    frame.reading.textContent = told;
    frame.describe(told);
    frame.expose({ ...found, seen });
  });
}

export default { render };
