// One hidden unit reads a short sentence with one telling word, then filling. What do its last state, the
// mean and the maximum of its states still tell, with the filling left out and with the filling counted?
const LEFT = 44;
const RIGHT = 400;
const TOP = 30;
const BOTTOM = 200;
const LOW = -0.4;
const HIGH = 1;
const PANEL = 490;
const EDGE = 580;
/** @type {(keyof ReturnType<typeof summaries>)[]} */
const KINDS = ["last", "mean", "max"];

/** @param {number[]} others inputs of the words that tell little
 * @param {number} clue input of the telling word
 * @param {number} place of the telling word
 * @param {number} w
 * @param {number} filling */
function states(others, clue, place, w, filling) {
  const found = [];
  let h = 0;
  for (let t = 0; t < others.length + filling; t++) {
    const u = t === place - 1 ? clue : t < others.length ? others[t] : 0;
    h = Math.tanh(w * h + u);
    found.push(h);
  }
  return found;
}

/** @param {number[]} h */
function summaries(h) {
  return {
    last: h[h.length - 1],
    mean: h.reduce((a, b) => a + b, 0) / h.length,
    max: Math.max(...h),
  };
}

/** @typedef {ReturnType<typeof summaries>} Summaries */
const y = kit.linear([LOW, HIGH], [BOTTOM, TOP]);
const wide = kit.linear([0, HIGH], [PANEL, EDGE]);

/** @param {SVGGElement} picture
 * @param {number} x
 * @param {number} at
 * @param {string} words
 * @param {Attributes} options */
const text = (picture, x, at, words, options = {}) =>
  kit.svg("text", { x, y: at, class: "ck-small", ...options, text: words }, picture);
/** @param {SVGGElement} picture
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {string} colour */
const rect = (picture, box, colour) =>
  kit.svg("rect", { ...box, rx: 1, fill: kit.colour[colour] }, picture);

/** @param {Frame} frame
 * @param {number} length of the sentence */
function controls(frame, length) {
  const whole = { step: 1, format: String };
  kit.slider(frame, "place", { label: "telling word at", min: 1, max: length, ...whole });
  kit.slider(frame, "w", { label: "recurrent weight $W_h$", min: 0, max: 1.2, step: 0.05 });
  kit.slider(frame, "filling", { label: "steps of filling", min: 0, max: 12, ...whole });
}

/** The states as bars, step by step.
 * @param {SVGGElement} picture
 * @param {number[]} h
 * @param {number} length
 * @param {number} place */
function drawStates(picture, h, length, place) {
  const slot = (RIGHT - LEFT) / h.length;
  kit.axes(picture, {
    x: kit.linear([0.5, h.length + 0.5], [LEFT, RIGHT]),
    y,
    xLabel: "step t",
    yLabel: "state h",
    xTicks: [1, length, ...(h.length > length + 2 ? [h.length] : [])],
  });
  h.forEach((value, t) => {
    const height = Math.max(Math.abs(y(value) - y(0)), 1);
    const top = Math.min(y(value), y(0));
    const box = { x: LEFT + slot * (t + 0.14), y: top, width: slot * 0.72, height };
    rect(picture, box, t >= length ? "grey" : t === place - 1 ? "orange" : "blue");
  });
  const end = LEFT + slot * length;
  const dash = { class: "ck-tick", "stroke-dasharray": "4 3" };
  kit.svg("line", { x1: end, x2: end, y1: TOP, y2: BOTTOM, ...dash }, picture);
}

/** The summaries side by side.
 * @param {SVGGElement} picture
 * @param {[string, string, Summaries][]} found name, colour and summaries */
function drawSummaries(picture, found) {
  found.forEach(([name, colour], j) => {
    rect(picture, { x: PANEL - 46 + 72 * j, y: TOP - 21, width: 10, height: 10 }, colour);
    text(picture, PANEL - 32 + 72 * j, TOP - 12, name);
  });
  KINDS.forEach((kind, i) => {
    const top = TOP + 6 + 58 * i;
    const look = { "text-anchor": "end", class: "ck-strong" };
    text(picture, PANEL - 12, top + 21, kind, look);
    found.forEach(([, colour, { [kind]: value }], j) => {
      const zero = wide(0);
      const to = wide(Math.max(value, LOW));
      const width = Math.max(Math.abs(to - zero), 1);
      rect(picture, { x: Math.min(zero, to), y: top + 19 * j, width, height: 14 }, colour);
      text(picture, Math.max(zero, to) + 6, top + 19 * j + 11, kit.number(value));
    });
  });
  kit.svg("line", { x1: PANEL, x2: PANEL, y1: TOP, y2: BOTTOM, class: "ck-tick" }, picture);
}

/** @param {Summaries} found */
const list = (found) => KINDS.map((kind) => `${kind} ${kit.number(found[kind])}`).join(", ");

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {number[]} */
  const others = model.get("others");
  const length = others.length;
  const title = "Three summaries of the states of one sentence";
  const look = { title, width: 640, height: 250 };
  const frame = kit.frame({ model, el, signal }, { name: "state_summary", ...look });
  const picture = kit.svg("g", {}, frame.svg);
  controls(frame, length);

  return kit.bind(frame, ["place", "w", "filling"], () => {
    const [place, w, filling] = ["place", "w", "filling"].map((key) => model.get(key));
    const h = states(others, model.get("clue"), place, w, filling);
    const masked = summaries(h.slice(0, length));
    const counted = summaries(h);
    picture.replaceChildren();
    drawStates(picture, h, length, place);
    /** @type {[string, string, Summaries][]} */
    const found = [["masked", "blue", masked]];
    if (filling) found.push(["filling counted", "red", counted]);
    drawSummaries(picture, found);
    const told =
      `The telling word is word ${place} of ${length} (orange). Over the real steps: ${list(masked)}.` +
      (filling
        ? ` With ${filling === 1 ? "1 step" : `${filling} steps`} of filling (grey) counted: ${list(counted)}.`
        : "");
    frame.reading.textContent = told;
    frame.describe(told);
    frame.expose({
      masked: KINDS.map((kind) => masked[kind]),
      counted: KINDS.map((kind) => counted[kind]),
    });
  });
}

export default { render };
