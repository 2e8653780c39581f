// A trained network reads a sentence from a speech, once as it is and once with <unk> in place of one
// word. How far apart are its states, step by step, and how far apart the last state, the mean and the
// maximum, with padding behind the sentence counted or not? All numbers were worked out beforehand.
const ROW = 18;
const TOP = 38;
const LEFT = 108;
const RIGHT = 330;
const PANEL = 440;
const EDGE = 590;
/** @type {("last" | "mean" | "max")[]} */
const KINDS = ["last", "mean", "max"];

/** "trace" and "shares" as figure_sentences.py makes them.
 * @typedef {{ trace: number[][], shares: Record<"last" | "mean" | "max", number[][]> }} Traces */
/** @typedef {{ sentences: string[][], networks: Record<string, Traces[]> }} StoredTraces */

/** What is shown now.
 * @param {Model} model */
function now(model) {
  /** @type {StoredTraces} */
  const { sentences, networks } = model.get("data");
  const [sentence, padding] = [model.get("sentence"), model.get("padding")];
  const words = sentences[sentence];
  const place = Math.min(model.get("place"), words.length);
  const { trace, shares } = networks[model.get("network")][sentence];
  const share = (/** @type {number} */ counted) =>
    KINDS.map((kind) => shares[kind][place - 1][counted]);
  const largest = Math.max(...trace.flat());
  return { words, place, padding, moved: trace[place - 1], largest, share };
}
/** @typedef {ReturnType<typeof now>} Shown */

/** The words below each other, the replaced one crossed out, and how far the state after each is moved.
 * @param {SVGGElement} picture
 * @param {Shown} shown
 * @param {(place: number) => void} go */
function drawStates(picture, { words, place, padding, moved, largest }, go) {
  const length = kit.linear([0, largest], [0, RIGHT - LEFT]);
  const title = `how far each state moves if “${words[place - 1]}” is <unk>`;
  kit.svg("text", { x: 24, y: 14, text: title }, picture);
  [...words, ...Array(padding).fill("padding")].forEach((word, i) => {
    const y = TOP + ROW * i;
    const real = i < words.length;
    const replaced = i === place - 1;
    const look = {
      x: LEFT - 8,
      y,
      "text-anchor": "end",
      class: replaced ? "ck-strong" : real ? "" : "ck-quiet",
      style: `${replaced ? "text-decoration: line-through; " : ""}${real ? "cursor: pointer" : ""}`,
      onclick: real ? () => go(i + 1) : null,
      text: word,
    };
    kit.svg("text", look, picture);
    const width = length(moved[i - place + 1] ?? 0);
    const colour = kit.colour[replaced ? "orange" : real ? "blue" : "grey"];
    kit.svg("rect", { x: LEFT, y: y - 11, width, height: 13, rx: 1, fill: colour }, picture);
  });
  const bottom = TOP + ROW * (words.length + padding) - 10;
  kit.svg("line", { x1: LEFT, x2: LEFT, y1: TOP - 16, y2: bottom, class: "ck-tick" }, picture);
}

/** The summaries, beside the states or below them.
 * @param {SVGGElement} all
 * @param {Shown} shown
 * @param {number} below where they begin, on a narrow screen */
function drawSummaries(all, { padding, share }, below) {
  const moved = below ? { transform: `translate(${24 - PANEL + 50} ${below})` } : {};
  const picture = kit.svg("g", moved, all);
  const wide = kit.linear([0, 1.2], [0, EDGE - PANEL]);
  const bars = [{ name: "sentence alone", colour: "blue", values: share(0) }];
  if (padding) bars.push({ name: "padding counted", colour: "red", values: share(padding) });
  kit.svg("text", { x: PANEL - 50, y: 14, text: "… and each summary of them" }, picture);
  bars.forEach(({ name, colour }, j) => {
    const x = PANEL - 50 + 140 * j;
    kit.svg("rect", { x, y: 26, width: 10, height: 10, fill: kit.colour[colour] }, picture);
    kit.svg("text", { x: x + 15, y: 35, class: "ck-small", text: name }, picture);
  });
  KINDS.forEach((kind, i) => {
    const top = TOP + 16 + 54 * i;
    const look = { "text-anchor": "end", class: "ck-strong", text: kind };
    kit.svg("text", { x: PANEL - 12, y: top + 12, ...look }, picture);
    bars.forEach(({ colour, values }, j) => {
      const y = top + 19 * j;
      const width = Math.max(wide(values[i]), 1);
      const box = { x: PANEL, y, width, height: 14, rx: 1, fill: kit.colour[colour] };
      kit.svg("rect", box, picture);
      const text = kit.percent(values[i]);
      kit.svg("text", { x: PANEL + width + 6, y: y + 11, class: "ck-small", text }, picture);
    });
  });
  const ends = { x1: PANEL, x2: PANEL, y1: TOP + 8, y2: TOP + 170 };
  kit.svg("line", { ...ends, class: "ck-tick" }, picture);
}

/** @param {Frame} frame
 * @param {StoredTraces} data */
function controls(frame, { sentences, networks }) {
  const texts = /** @type {[number, string][]} */ (sentences.map((s, i) => [i, s.join(" ")]));
  kit.choice(frame, "sentence", { label: "sentence", options: texts });
  const names = /** @type {[string, string][]} */ (Object.keys(networks).map((n) => [n, n]));
  kit.choice(frame, "network", { label: "network", options: names });
  const longest = Math.max(...sentences.map((s) => s.length));
  const label = "replaced word";
  const { input, output } = kit.slider(frame, "place", { label, min: 1, max: longest, step: 1 });
  const most = networks.LSTM[0].shares.last[0].length - 1;
  const padding = { label: "steps of padding", min: 0, max: most, step: 1, format: String };
  kit.slider(frame, "padding", padding);
  return (/** @type {Shown} */ { words, place }) => {
    input.max = String(words.length);
    input.value = String(place);
    output.textContent = words[place - 1];
    input.setAttribute("aria-valuetext", words[place - 1]);
  };
}

/** @param {number[]} shares */
const list = (shares) => KINDS.map((kind, i) => `${kind} ${kit.percent(shares[i])}`).join(", ");

/** @param {Shown} shown */
function told({ words, place, padding, share }) {
  const more = padding
    ? ` With ${padding === 1 ? "1 step" : `${padding} steps`} of padding counted: ${list(share(padding))}.`
    : "";
  return (
    `If the network reads <unk> in place of “${words[place - 1]}”, word ${place} of ${words.length}, the ` +
    `summaries of the sentence move by so much of their length: ${list(share(0))}.${more}`
  );
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {StoredTraces} */
  const data = model.get("data");
  const longest = Math.max(...data.sentences.map((s) => s.length));
  const most = data.networks.LSTM[0].trace[0].length - data.sentences[0].length;
  const narrow = (el.clientWidth || innerWidth) < 480;
  const bottom = TOP + ROW * (longest + most) - 8;
  const title = "What do three summaries of a sentence still hold of one word?";
  const look = { title, width: narrow ? 400 : 640, height: narrow ? bottom + 220 : bottom };
  const frame = kit.frame({ model, el, signal }, { name: "state_summary", ...look });
  const picture = kit.svg("g", {}, frame.svg);
  const follow = controls(frame, data);
  const go = (/** @type {number} */ place) => kit.store(model, "place", place);

  return kit.bind(frame, ["sentence", "network", "place", "padding"], () => {
    const shown = now(model);
    follow(shown);
    picture.replaceChildren();
    drawStates(picture, shown, go);
    drawSummaries(picture, shown, narrow ? bottom + 8 : 0);
    const text = told(shown);
    frame.reading.textContent = text;
    frame.describe(text);
    frame.expose({ masked: shown.share(0), counted: shown.share(shown.padding) });
  });
}

export default { render };
