// What the reader chooses, and the link that holds it.
/** @type {[string, string][]} */
const RACE_TASKS = [
  ["recall", "recall"],
  ["noise", "recall in noise"],
  ["brackets", "count brackets"],
  ["adding", "add two numbers"],
];
/** Name, how it is called in a sentence, and where there is little room.
 * @type {[string, string, string][]} */
const RACE_CELLS = [
  ["rnn", "RNN", "RNN"],
  ["orthogonal", "RNN, orthogonal start", "RNN"],
  ["identity", "RNN, identity start, ReLU", "RNN"],
  ["gru", "GRU", "GRU"],
  ["lstm", "LSTM", "LSTM"],
  ["linear", "linear (minGRU)", "linear"],
];
const RACE_GATED = ["gru", "lstm", "linear"];
const RACE_ALL = 100; // steps: a gradient that is not cut; as a clip of 10 clips nothing
const RACE_FREE = 10;
/** The keys that decide a race, with the least and the largest number.
 * @type {Record<string, [number, number] | string[]>} */
const RACE_KEYS = {
  task: RACE_TASKS.map(([name]) => name),
  lag: [5, 100],
  first: RACE_CELLS.map(([name]) => name),
  second: RACE_CELLS.map(([name]) => name),
  first_bias: [0, 5],
  second_bias: [0, 5],
  n: [8, 64],
  rate: [1e-4, 1e-1],
  clip: [0.1, RACE_FREE],
  truncate: [5, RACE_ALL],
  seed: [0, 1e6],
};
const RACE_MARK = "#memory-race?";

/** What a link asks for; what it must not ask for is left out.
 * @param {string} hash
 * @returns {[string, string | number][]} */
function raceAsked(hash) {
  if (!hash.startsWith(RACE_MARK)) return [];
  const given = [...new URLSearchParams(hash.slice(RACE_MARK.length))];
  /** @type {(pair: string[]) => [string, string | number][]} */
  const checked = ([key, text]) => {
    const known = RACE_KEYS[key];
    if (!known) return [];
    if (typeof known[0] === "string") {
      return /** @type {string[]} */ (known).includes(text) ? [[key, text]] : [];
    }
    const [low, high] = /** @type {[number, number]} */ (known);
    const value = key === "rate" || /bias|clip/.test(key) ? Number(text) : Math.round(Number(text));
    return value >= low && value <= high ? [[key, value]] : [];
  };
  return given.flatMap(checked);
}

/** @param {Model} model */
function raceLink(model) {
  const pairs = Object.keys(RACE_KEYS).map((key) => [key, String(model.get(key))]);
  return RACE_MARK + new URLSearchParams(pairs);
}

/** @param {Model} model
 * @param {number} race its number
 * @returns {RaceSettings} */
function raceSettings(model, race) {
  const [task, lag, seed, n, rate] = ["task", "lag", "seed", "n", "rate"].map((k) => model.get(k));
  const [clip, truncate] = [model.get("clip"), model.get("truncate")];
  return {
    ...{ race, task, lag, seed, n, rate },
    clip: clip >= RACE_FREE ? Number.POSITIVE_INFINITY : clip,
    truncate: truncate >= RACE_ALL ? Number.POSITIVE_INFINITY : truncate,
    racers: ["first", "second"].map((place) => ({
      cell: model.get(place),
      bias: model.get(`${place}_bias`),
    })),
  };
}

/** The name of a network in a sentence.
 * @param {Model} model
 * @param {string} place */
function raceName(model, place) {
  const cell = model.get(place);
  const name = RACE_CELLS.find(([key]) => key === cell)?.[1] ?? "";
  const bias = model.get(`${place}_bias`);
  return RACE_GATED.includes(cell) ? `${name}, bias ${bias}` : name;
}

/** One network: its cell, the start of the gate that keeps, and room for how it stands.
 * @param {Frame} frame
 * @param {Element} parent
 * @param {"first" | "second"} place
 * @param {[string, string | null]} pen */
function raceRacer(frame, parent, place, [colour, dash]) {
  const { model } = frame;
  const box = kit.html("div", { class: "ck-racer", role: "group" }, parent);
  box.setAttribute("aria-label", `${place} network`);
  box.style.borderColor = kit.colour[colour];
  const row = kit.html("div", { class: "ck-racer-cell" }, box);
  const drawing = kit.svg("svg", { viewBox: "0 0 30 10", width: 30, "aria-hidden": "true" }, row);
  const look = { class: "ck-line", stroke: kit.colour[colour], "stroke-dasharray": dash };
  kit.svg("path", { ...look, d: "M2 5H28" }, drawing);
  const name = kit.id(place);
  kit.html("label", { for: name, text: `${place} network` }, row);
  const options = RACE_CELLS.map(([value, text]) => kit.html("option", { value, text }));
  const own = { "data-lm-suppress-shortcuts": "true" };
  const select = /** @type {HTMLSelectElement} */ (
    kit.html("select", { ...own, id: name, class: "ck-select" }, row, ...options)
  );
  select.addEventListener("change", () => kit.store(model, place, select.value));
  const range = { min: 0, max: 5, step: 0.5, format: String };
  const bias = kit.slider({ ...frame, controls: box }, `${place}_bias`, {
    label: "forget bias",
    ...range,
  });
  const follow = () => {
    select.value = model.get(place);
    const gated = RACE_GATED.includes(model.get(place));
    bias.row.hidden = !gated;
  };
  kit.watch(frame, [place], follow);
  follow();
  return kit.html("p", { class: "ck-standing" }, box);
}

/** Everything above the drawing.
 * @param {Frame} frame
 * @param {Element} top */
function raceSetup(frame, top) {
  const above = { ...frame, controls: kit.html("div", { class: "ck-controls" }, top) };
  kit.choice(above, "task", { label: "task", options: RACE_TASKS });
  kit.slider(above, "lag", {
    label: "over so many steps",
    min: 5,
    max: 100,
    step: 5,
    format: String,
  });
  const racers = kit.html("div", { class: "ck-racers" }, top);
  return [
    raceRacer(frame, racers, "first", RACE_PENS[0]),
    raceRacer(frame, racers, "second", RACE_PENS[1]),
  ];
}

/** What most readers leave as it is.
 * @param {Frame} frame */
function raceDetails(frame) {
  const more = kit.html("details", { class: "ck-more" }, frame.controls);
  kit.html("summary", { text: "Size, learning rate, clipping, truncation" }, more);
  const inside = { ...frame, controls: kit.html("div", { class: "ck-controls" }, more) };
  kit.slider(inside, "n", { label: "units $n$", min: 8, max: 64, step: 8, format: String });
  const rate = { label: "learning rate", min: 1e-4, max: 1e-1, step: 0.05 };
  const format = (/** @type {number} */ v) => String(v);
  kit.slider(inside, "rate", { ...rate, scale: "log", format });
  const clip = { label: "clip the gradient at", min: 0.1, max: RACE_FREE, step: 0.1 };
  const clipped = (/** @type {number} */ v) => (v >= RACE_FREE ? "no clipping" : String(v));
  kit.slider(inside, "clip", { ...clip, scale: "log", format: clipped });
  const cut = (/** @type {number} */ v) => (v >= RACE_ALL ? "no cut" : `${v} steps`);
  const truncate = { label: "cut the gradient after", min: 5, max: RACE_ALL, step: 5, format: cut };
  kit.slider(inside, "truncate", truncate);
}
