// Shannon's game: the reader guesses the next letter until it is right. The numbers of the guesses,
// written in a code that was fixed before, are an upper bound on what the text tells the reader anew.

/** Bits and number of the right guess, for each of a passage's letters.
 * @typedef {[number, number][]} Guesses */
/** Its beginning, its letters, and how the models guess them.
 * @typedef {[string, string, Guesses, Guesses]} Passage */
/** What was done for a letter: wrong guesses, and whether a right one followed.
 * @typedef {[number, boolean]} Played */

const LETTERS = 10; // of a passage

/** Bits of a letter: −log₂ of how probable the code takes this number of guesses to be. Who gives up
 * pays for "later than this", and for one of the symbols that are left, all alike.
 * @param {number[]} code
 * @param {Played} played */
function cost(code, [wrong, right]) {
  if (right) return -Math.log2(code[wrong]);
  const later = code.slice(wrong).reduce((sum, p) => sum + p, 0);
  return -Math.log2(later) + Math.log2(code.length - wrong);
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The t-interval of a mean.
 * @param {number[]} values
 * @param {number[]} t for 1, 2, … degrees of freedom
 * @returns {Pair | null} */
function interval(values, t) {
  const n = values.length;
  if (n < 2) return null;
  const m = mean(values);
  const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (n - 1));
  const margin = (t[n - 2] * spread) / Math.sqrt(n);
  return [m - margin, m + margin];
}

/** Everything that has been played, in bits per letter.
 * @param {Model} model */
function score(model) {
  /** @type {Passage[]} */
  const passages = model.get("passages");
  /** @type {Played[]} */
  const played = model.get("played");
  const [code, t] = [model.get("code"), model.get("t")];
  const where = (/** @type {number} */ i) => passages[Math.floor(i / LETTERS) % passages.length];
  /** @type {Record<string, (p: Played, i: number) => number>} */
  const ways = { you: (p) => cost(code, p) };
  for (const [name, at] of /** @type {[string, 2 | 3][]} */ ([
    ["lstm", 2],
    ["ngram", 3],
  ])) {
    ways[name] = (_, i) => cost(code, [where(i)[at][i % LETTERS][1] - 1, true]);
    ways[`${name}Own`] = (_, i) => where(i)[at][i % LETTERS][0];
  }
  const whole = Math.floor(played.length / LETTERS);
  const entries = Object.entries(ways).map(([name, way]) => {
    const bits = played.map(way);
    const parts = Array.from({ length: whole }, (_, k) =>
      mean(bits.slice(LETTERS * k, LETTERS * (k + 1))),
    );
    const ofAll = whole ? mean(parts) : mean(bits);
    return /** @type {const} */ ([name, { mean: ofAll, parts, range: interval(parts, t) }]);
  });
  const found = Object.fromEntries(entries);
  const less = whole ? found.you.parts.map((v, k) => v - found.lstm.parts[k]) : [];
  return { found, whole, letters: played.length, less: interval(less, t), by: mean(less) };
}
/** @typedef {ReturnType<typeof score>} Score */

/** The passage that is open, and which of its letters is asked for.
 * @param {Model} model */
function position(model) {
  /** @type {Passage[]} */
  const passages = model.get("passages");
  const [opened, played] = [model.get("opened"), model.get("played")];
  const [context, target, lstm, ngram] = passages[(opened - 1) % passages.length];
  const at = played.length - LETTERS * (opened - 1);
  return { context, target, lstm, ngram, at, over: at >= LETTERS, all: opened >= passages.length };
}

/** A symbol that can be seen.
 * @param {string} symbol */
const named = (symbol) =>
  symbol === " " ? "space" : symbol === "\n" ? "line break" : `“${symbol}”`;

/** @param {number} number */
const nth = (number) => `guess ${number}`;

/** What follows from a guess, or from giving up.
 * @param {Model} model
 * @param {string | null} guess
 * @returns {string} what there is to say */
function turn(model, guess) {
  const { target, lstm, ngram, at, over } = position(model);
  if (over) return "This passage is over.";
  const tried = model.get("wrong");
  const symbol = guess?.toLowerCase() ?? null;
  if (symbol !== null && tried.includes(symbol)) return `${named(symbol)} was wrong before.`;
  const right = symbol === target[at].toLowerCase();
  if (symbol !== null && !right) {
    kit.store(model, "wrong", tried + symbol);
    return `Not ${named(symbol)}. Guess again.`;
  }
  /** @type {Played} */
  const played = [tried.length, right];
  kit.store(model, "wrong", "");
  kit.store(model, "played", [...model.get("played"), played]);
  const bits = kit.number(cost(model.get("code"), played), 1);
  const how = right
    ? `Yes, ${named(target[at])}, with ${nth(tried.length + 1)}`
    : `It is ${named(target[at])}`;
  const others = `The LSTM has it with ${nth(lstm[at][1])}, the ${model.get("order")}-gram model with ${nth(ngram[at][1])}.`;
  return `${how}: ${bits} bits. ${others}`;
}

/** The score in words.
 * @param {Model} model
 * @param {Score} score */
function reading(model, { found, whole, letters, less, by }) {
  if (!letters) return "Nothing is guessed yet.";
  const bits = (/** @type {string} */ name) => kit.number(found[name].mean);
  const order = model.get("order");
  const all = `Bits per letter by numbers of guesses: you ${bits("you")}, the LSTM ${bits("lstm")}, the ${order}-gram model ${bits("ngram")}. `;
  const own = `By their own probabilities: ${bits("lstmOwn")} and ${bits("ngramOwn")}. `;
  if (!less) {
    const count = whole ? `${LETTERS} letters` : letters === 1 ? "1 letter" : `${letters} letters`;
    return `${count}. ${all}${own}An interval needs two whole passages: so few letters say next to nothing.`;
  }
  const [low, high] = less.map((v) => kit.number(v));
  const verdict =
    less[0] > 0 ? "you need more" : less[1] < 0 ? "you need fewer" : "not distinguishable here";
  const range = found.you.range?.map((v) => kit.number(Math.max(0, v))).join(" to ");
  return (
    `${LETTERS * whole} letters in ${whole} passages. ${all}${own}Your 95 % interval, from the scatter of the passages: ${range}. ` +
    `You less the LSTM, on the same passages: ${kit.number(by)}, from ${low} to ${high}: ${verdict}.`
  );
}

/** The text as far as it is known, and the place of the next letter.
 * @param {HTMLElement} box
 * @param {Model} model */
function drawText(box, model) {
  const { context, target, at, over } = position(model);
  const first = model.get("played").length - at;
  box.replaceChildren(context);
  [...target.slice(0, at)].forEach((letter, i) => {
    const bits = cost(model.get("code"), model.get("played")[first + i]);
    const look = kit.html("strong", { text: letter }, box);
    look.style.background = kit.mix("orange", Math.min(0.5, bits / 14));
  });
  if (!over) kit.html("span", { text: "?", class: "ck-blank" }, box);
}

/** @type {[string, string, string][]} */
const ROWS = [
  ["you", "you", "orange"],
  ["lstm", "LSTM", "blue"],
  ["ngram", "-gram", "purple"],
];

/** @param {Frame} frame
 * @param {boolean} narrow */
function plotter({ svg, model }, narrow) {
  const x = kit.linear([0, 8], [74, narrow ? 396 : 600]);
  const y = kit.linear([0, 3], [36, 156]);
  const label = "bits per letter: fewer is better";
  kit.axes(svg, { x, y: Object.assign(kit.linear([0, 1], [156, 30])), xLabel: label, yTicks: [] });
  const marks = kit.svg("g", {}, svg);
  ROWS.forEach(([, name], i) => {
    const text = i === 2 ? `${model.get("order")}${name}` : name;
    const at = { x: 64, y: y(i + 0.5), dy: "0.35em", "text-anchor": "end" };
    kit.svg("text", { ...at, text }, svg);
  });
  const key = { x: 74, y: 18, class: "ck-small" };
  const text = narrow
    ? "● by guesses  ○ by probabilities  — 95 %"
    : "● by numbers of guesses   ○ by own probabilities   — 95 % interval, from two passages on";
  kit.svg("text", { ...key, text }, svg);
  const clamp = (/** @type {number} */ v) => x(Math.max(0, Math.min(8, v)));
  /** @param {Score} score */
  return ({ found, letters }) => {
    marks.replaceChildren();
    if (!letters) return;
    ROWS.forEach(([name, , colour], i) => {
      const at = y(i + 0.5);
      const { range, mean } = found[name];
      const ink = kit.colour[colour];
      if (range) {
        const ends = { x1: clamp(range[0]), x2: clamp(range[1]), y1: at, y2: at };
        kit.svg("line", { ...ends, class: "ck-line", stroke: ink }, marks);
      }
      kit.svg("circle", { cx: clamp(mean), cy: at, r: 6, fill: ink }, marks);
      const own = found[`${name}Own`];
      if (!own) return;
      const hollow = { fill: kit.colour.paper, stroke: ink, "stroke-width": 2 };
      kit.svg("circle", { cx: clamp(own.mean), cy: at, r: 5, ...hollow }, marks);
    });
  };
}

/** Where the reader plays: the text, the box for a guess, the buttons.
 * @param {Frame} frame */
function board(frame) {
  const { model, root, svg } = frame;
  const stage = /** @type {Element} */ (svg.parentElement);
  /** @template {Node} N
   * @param {N} node */
  const put = (node) => root.insertBefore(node, stage);
  const how =
    "What is the next character? Guess until you have it; upper and lower case are the same. It is English, from comments and documentation in Python's library that neither model was trained on.";
  put(kit.html("p", { class: "ck-facts", text: how }));
  const text = put(kit.html("p", { class: "ck-text ck-passage" }));
  const row = put(kit.html("div", { class: "ck-steps" }));
  const name = kit.id("letter");
  kit.html("label", { for: name, text: "Your guess" }, row);
  const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: "false", size: 3 };
  const own = { "data-lm-suppress-shortcuts": "true", class: "ck-letter", type: "text" };
  const box = kit.html("input", { ...plain, ...own, id: name }, row);
  const said = put(kit.html("p", { class: "ck-said" }));
  /** @param {string | null} guess */
  const play = (guess) => {
    said.textContent = turn(model, guess);
    frame.say(said.textContent);
  };
  box.addEventListener("input", () => {
    const guess = [...box.value].at(-1);
    box.value = "";
    if (guess) play(guess);
  });
  const show = kit.button(row, "Show it", () => play(null));
  const next = kit.button(row, "Next passage", () => {
    kit.store(model, "opened", model.get("opened") + 1);
    said.textContent = "";
    box.focus();
  });
  const tried = kit.html("span", { class: "ck-place" }, row);
  return () => {
    drawText(text, model);
    const { over, all, at } = position(model);
    box.disabled = show.disabled = over;
    next.disabled = !over || all;
    const wrong = [...model.get("wrong")].map((s) => (s === " " ? "space" : s)).join("  ");
    const place = `passage ${model.get("opened")}, letter ${Math.min(LETTERS, at + 1)} of ${LETTERS}`;
    tried.textContent = wrong ? `not: ${wrong}` : place;
  };
}

/** How bits are made of guesses.
 * @param {Frame} frame */
function explain({ controls, model }) {
  const more = kit.html("details", { class: "ck-more" }, controls);
  kit.html("summary", { text: "How are guesses made bits?" }, more);
  const price = [0, 1, 2, 4, 9].map(
    (wrong) => `${nth(wrong + 1)}: ${kit.number(cost(model.get("code"), [wrong, true]), 1)}`,
  );
  const text =
    "A twin of yours, who would guess exactly as you do, could restore the text from the numbers of your guesses. " +
    `They are written in a code that was fixed before: it gives a number −log₂ of the share of letters for which the LSTM needed so many guesses in other files (in bits, ${price.join("; ")}). ` +
    "So your bits are an upper bound: a code made to measure for you could be shorter. The models' guesses are counted in the same way (●); a model that gives probabilities also has its own bits (○).";
  kit.html("p", { text }, more);
}

/** @param {View} view */
function render({ model, el, signal }) {
  const narrow = (el.clientWidth || innerWidth) < 480;
  const look = {
    name: "shannon",
    title: "Shannon's game: you against two models",
    width: narrow ? 420 : 640,
    height: 206,
  };
  const frame = kit.frame({ model, el, signal }, look);
  const follow = board(frame);
  const plot = plotter(frame, narrow);
  explain(frame);
  return kit.bind(frame, ["played", "wrong", "opened"], () => {
    const now = score(model);
    follow();
    plot(now);
    const told = reading(model, now);
    frame.reading.textContent = told;
    frame.describe(`Bits per letter of you and of two models. ${told}`);
    const { found, letters, whole } = now;
    const means = Object.fromEntries(
      Object.entries(found).map(([key, { mean }]) => [key, letters ? mean : 0]),
    );
    frame.expose({ letters, whole, ...means, range: found.you.range, less: now.less });
  });
}
export default { render };
