/// <reference path="language_model/drawing.js" />
/// <reference path="language_model/fetching.js" />
/// <reference path="language_model/network.js" />
/// <reference path="language_model/weights.js" />
/// <reference path="language_model/words.js" />
/// <reference path="lstm_cell/drawing.js" />
// A trained LSTM reads the reader's text: its gates as a heat map, one step of one unit as a drawing, what is
// likely next with something held, and the units that tell a selected part from the rest.
const MOST = { characters: 240, words: 80 }; // symbols of the text that are read
const TOLD_BY = 3; // units by which places alike are looked for

/** The text as it was read: what the reader typed, as symbols, and each step of the network, with nothing
 * held and with what is held.
 * @typedef {{ parts: string[], lacking: string[], cut: boolean, free: GatesStep[], held: GatesStep[] | null }} ReadText */

/** @param {Frame} frame
 * @param {StoredModel} stored
 * @param {Network} network */
function reader({ model }, stored, network) {
  const characters = model.get("which") === "characters";
  const number = new Map(network.symbols.map((s, i) => [s, i]));
  const most = MOST[characters ? "characters" : "words"];
  /** @returns {Generator<void, ReadText>} */
  return function* () {
    const all = encoded(model.get("prompt"), characters, number, stored.unknown);
    const [ids, parts] = [all.ids.slice(0, most), all.parts.slice(0, most)];
    const hold = gatesHold(model.get("held"), model.get("unit"), model.get("whole"), network.n);
    const free = yield* gatesRead(network, stored.start, ids, null);
    const held = hold && (yield* gatesRead(network, stored.start, ids, hold));
    return { parts, lacking: all.lacking, cut: all.ids.length > most, free, held };
  };
}

/** The box to type in; a selection in it is a selection of symbols.
 * @param {Frame} frame
 * @param {Element} before */
function textBox({ model, root }, before) {
  const name = kit.id("prompt");
  const label = { class: "ck-facts", for: name, text: "Your text" };
  root.insertBefore(kit.html("label", label), before);
  const plain = { spellcheck: "false", autocapitalize: "off", autocomplete: "off" };
  const box = /** @type {HTMLTextAreaElement} */ (
    kit.html("textarea", {
      id: name,
      class: "ck-prompt",
      rows: 3,
      ...plain,
      "data-lm-suppress-shortcuts": "true",
      oninput: () => kit.store(model, "prompt", box.value),
    })
  );
  box.value = model.get("prompt");
  box.setSelectionRange(model.get("selection")[0], model.get("selection")[1]);
  return root.insertBefore(box, before);
}

/** A selection of characters as one of symbols: whole words, known characters.
 * @param {string} text
 * @param {number[]} selection
 * @param {Network} network
 * @param {boolean} characters */
function selected(text, [from, to], network, characters) {
  if (characters) {
    const known = new Set(network.symbols);
    const count = (/** @type {string} */ s) => [...s].filter((c) => known.has(c)).length;
    return [count(text.slice(0, from)), count(text.slice(0, to))];
  }
  let [start, end] = [from, to];
  while (start > 0 && /\w/.test(text[start - 1]) && /\w/.test(text[start])) start--;
  while (end < text.length && /\w/.test(text[end - 1]) && /\w/.test(text[end])) end++;
  return [cut(text.slice(0, start)).length, cut(text.slice(0, end)).length];
}

/** Where one looks, and what is shown of all units.
 * @param {Frame} frame
 * @param {number} n
 * @param {(place: number) => string} named */
function drawPlace(frame, n, named) {
  const whole = { min: 0, step: 1 };
  const place = kit.slider(frame, "place", { label: "after", ...whole, max: 1, format: named });
  kit.slider(frame, "unit", { label: "unit", ...whole, max: n - 1, format: String });
  const states = [..."fioch"].map((s) => [s, s === "c" ? "$\\tanh c$" : `$${s}$`]);
  const options = /** @type {[string, string][]} */ (states);
  kit.choice(frame, "shown", { label: "of all units, show", options });
  return place;
}

/** What is held fixed.
 * @param {Frame} frame */
function drawHold(frame) {
  const gates = [..."fio"].flatMap((g) => [0, 1].map((v) => [`${g}${v}`, `$${g}=${v}$`]));
  const options = [["nothing", "nothing"], ...gates, ["c0", "$c=0$"]];
  const label = "hold at every step:";
  kit.choice(frame, "held", { label, options: /** @type {[string, string][]} */ (options) });
  kit.check(frame, "whole", { label: "in all units, not in this one only" });
}

/** What is held, in words.
 * @param {Model} model */
function holding(model) {
  const [name, value] = model.get("held");
  return `${name} = ${value} in ${model.get("whole") ? "all units" : `unit ${model.get("unit")}`}`;
}

/** One step of one unit as the schematic takes it.
 * @param {GatesStep} step
 * @param {number} unit */
function cellAt(step, unit) {
  const [f, i, o, candidate] = ["f", "i", "o", "candidate"].map((k) => gatesValue(step, k, unit));
  const fresh = step.c[unit];
  const kept = f * step.before[unit];
  const written = i * candidate;
  return { c: step.before[unit], candidate, f, i, o, kept, written, fresh, h: step.h[unit] };
}

/** The mean of the bits that the symbols cost.
 * @param {GatesStep[]} steps */
const meanBits = (steps) => steps.reduce((sum, { bits }) => sum + bits, 0) / steps.length;

/** @param {ReadText} text
 * @param {Model} model
 * @param {string} one */
function told({ parts, lacking, cut: short, free, held }, model, one) {
  const characters = one === "character";
  const sentences = [];
  if (lacking.length) sentences.push(unread(lacking, characters));
  if (short) sentences.push(`Only the first ${parts.length} ${one}s are read.`);
  if (!parts.length) return [...sentences, "Type a text."].join(" ");
  const cell = cellAt((held ?? free)[model.get("place")], model.get("unit"));
  sentences.push(
    `It keeps ${kit.percent(cell.f)} of its memory ${kit.number(cell.c)}, adds ${kit.number(cell.written)}, and ` +
      `lets ${kit.percent(cell.o)} of tanh(${kit.number(cell.fresh)}) out.`,
  );
  const bits = `Your text costs ${kit.number(meanBits(free))} bits per ${one}`;
  sentences.push(
    held ? `${bits}, with ${holding(model)} ${kit.number(meanBits(held))}.` : `${bits}.`,
  );
  return sentences.join(" ");
}

/** Looks for units that tell the selection apart, and for places of held-out text where they are alike.
 * @param {Frame} frame
 * @param {StoredModel} stored
 * @param {Network} network
 * @param {ReturnType<typeof gatesFindings>} screen */
function finder(frame, stored, network, screen) {
  const characters = frame.model.get("which") === "characters";
  const number = new Map(network.symbols.map((s, i) => [s, i]));
  const words = characters ? [...stored.text] : stored.text.split(" ");
  const ids = words.map((s) => number.get(s) ?? 0);
  const glue = characters ? "" : " ";
  const work = gatesWorker(frame);
  let states = /** @type {Float32Array[] | null} */ (null); // of the held-out text: read once
  function* read() {
    states ??= (yield* gatesRead(network, stored.start, ids, null)).map(({ c }) => c);
    return states;
  }
  /** @param {ReadText} text
   * @param {number[]} selection */
  return ({ parts, free }, [from, to]) => {
    const length = to - from;
    frame.expose({ found: null, alike: null });
    if (!length || 2 * length > parts.length) {
      return screen.clear(
        "Select a part of your text, not more than half of it, and press the button.",
      );
    }
    const found = gatesSearch(
      free.map(({ c }) => c),
      from,
      to,
    );
    screen.units(found, parts.slice(from, to).join(glue));
    frame.expose({ found });
    work(read(), (cells) => {
      const by = found.units.slice(0, TOLD_BY);
      const alike = gatesAlike(cells, by, length);
      const some = characters ? 24 : 8;
      const piece = (/** @type {number} */ a, /** @type {number} */ b) =>
        words.slice(Math.max(0, a), b).map(gatesSign).join(glue);
      const places = alike.map(({ at, score }) => ({
        before: piece(at - some, at) + glue,
        inside: piece(at, at + length),
        after: glue + piece(at + length, at + length + some),
        score,
      }));
      const units = by.map(({ unit }) => unit).join(", ");
      screen.places(
        places,
        `Held-out text, ${words.length.toLocaleString("en-GB")} symbols: the five stretches of that length where ` +
          `units ${units} are furthest to the same side (mean, in standard deviations)`,
      );
      frame.expose({ alike });
    });
  };
}

/** The parts of the figure, one below the other.
 * @param {Frame} frame
 * @param {Element} stage of the schematic */
function layOut(frame, stage) {
  const { root, controls, reading } = frame;
  /** @template {Node} N
   * @param {N} node */
  const put = (node) => root.insertBefore(node, controls);
  const div = (look = "") => put(kit.html("div", look ? { class: look } : {}));
  const title = (text = "") => put(kit.html("p", { class: "ck-heading", text }));
  const map = div();
  const place = div("ck-controls");
  const step = title();
  put(stage);
  put(reading);
  const send = div("ck-steps");
  title("Hold something fixed, and see what is likely next");
  const hold = div("ck-controls");
  const likely = div();
  title("Select a part of your text and ask which units tell it from the rest");
  return { map, place, step, send, hold, likely, find: div() };
}

/** A button that puts the numbers of the step on the sliders of the cell, where the page has that figure.
 * @param {Element} parent
 * @param {() => Record<string, unknown>} cell its numbers, and their source */
function sender(parent, cell) {
  if (!document.querySelector('[data-figure="lstm_cell"], .ck-lstm_cell')) return;
  kit.button(parent, "Try these numbers in the cell with sliders", () =>
    document.dispatchEvent(new CustomEvent(CELL_SENT, { detail: cell() })),
  );
}

/** All that is seen of a text that has been read.
 * @param {Frame} frame
 * @param {Network} network
 * @param {ReturnType<typeof layOut>} places
 * @param {() => ReadText} text
 * @param {() => number[]} selection in symbols */
function surface(frame, network, places, text, selection) {
  const { model } = frame;
  const one = model.get("which") === "characters" ? "character" : "word";
  const last = () => text().parts.length - 1;
  const map = gatesMap(places.map, one === "character", network.n, (unit, place) => {
    if (unit !== null) kit.store(model, "unit", unit);
    kit.store(model, "place", Math.max(0, Math.min(place, last())));
  });
  gatesLegend(places.map);
  const write = drawCellNumbers(frame.svg);
  const likely = gatesNext(places.likely);
  sender(places.send, () => {
    const { parts, free, held } = text();
    const [unit, at] = [model.get("unit"), model.get("place")];
    const source = `Unit ${unit}, reading ${symbolName(parts[at])}`;
    return { ...cellAt((held ?? free)[at], unit), source };
  });
  const draw = () => {
    const { parts, free, held } = text();
    const [unit, shown] = [model.get("unit"), model.get("shown")];
    map.draw({ steps: held ?? free, names: parts, unit, shown, selection: selection() });
  };
  follow(frame, map.scroll, () => [network.n - 1, last()], draw);
  const look = () => {
    const { parts, free, held } = text();
    const [unit, at] = [model.get("unit"), model.get("place")];
    frame.reading.textContent = told(text(), model, one);
    if (!free[at]) return;
    const now = (held ?? free)[at];
    const cell = cellAt(now, unit);
    places.step.textContent = `One step of unit ${unit}, reading ${symbolName(parts[at])}`;
    write(cellTexts(cell), 5);
    map.move(unit, at);
    const next = gatesLikeliest(network, free[at].h);
    const nextHeld = held && gatesLikeliest(network, now.h);
    likely(
      `The five likeliest ${one}s after ${symbolName(parts[at])}`,
      next,
      nextHeld,
      held ? `with ${holding(model)}` : "",
    );
    frame.describe(`${places.step.textContent}. ${frame.reading.textContent}`);
    frame.expose({ cell, next, nextHeld, read: parts.length });
    frame.expose({ bits: meanBits(free), heldBits: held && meanBits(held) });
  };
  return { draw, look };
}

/** Begin to read.
 * @param {Frame} frame
 * @param {StoredModel} stored
 * @param {Network} network
 * @param {Element} stage of the schematic */
function open(frame, stored, network, stage) {
  const { model, root } = frame;
  const characters = model.get("which") === "characters";
  /** @type {ReadText} */
  let text = { parts: [], lacking: [], cut: false, free: [], held: null };
  const box = textBox(frame, stage);
  const places = layOut(frame, stage);
  const selection = () => selected(box.value, model.get("selection"), network, characters);
  const screen = surface(frame, network, places, () => text, selection);
  const show = () => {
    screen.draw();
    screen.look();
  };
  const named = (/** @type {number} */ t) =>
    text.parts[t] === undefined ? "" : `${symbolName(text.parts[t])}, number ${t + 1}`;
  const place = drawPlace({ ...frame, controls: places.place }, network.n, named);
  drawHold({ ...frame, controls: places.hold });
  const ask = kit.button(places.find, "Find units", () => {
    kit.store(model, "selection", [box.selectionStart, box.selectionEnd]);
    find(text, selection());
    screen.draw();
  });
  ask.classList.add("ck-go");
  const findings = gatesFindings(places.find, (unit) => kit.store(model, "unit", unit));
  const find = finder(frame, stored, network, findings);
  const work = gatesWorker(frame);
  const read = reader(frame, stored, network);
  const again = () =>
    work(read(), (result) => {
      text = result;
      const last = Math.max(0, text.parts.length - 1);
      place.input.max = String(last);
      kit.store(model, "place", Math.min(model.get("place"), last));
      place.input.value = String(model.get("place"));
      place.output.textContent = named(model.get("place"));
      show();
    });
  kit.watch(frame, ["prompt", "held", "whole"], again);
  kit.watch(frame, ["unit"], () => (model.get("held") === "nothing" ? show() : again()));
  kit.watch(frame, ["place"], screen.look);
  kit.watch(frame, ["shown"], screen.draw);
  // For those who look inside, and for the tests.
  Object.assign(root, { gates: { text: () => text, gatesSearch, gatesAlike, selection } });
  again();
  frame.say("The model is here. Type, and its gates follow.");
}

/** Arrow keys in the map move the cell; light and dark draw it anew.
 * @param {Frame} frame
 * @param {HTMLElement} scroll
 * @param {() => number[]} last unit and place
 * @param {() => void} draw */
function follow(frame, scroll, last, draw) {
  const { model, signal, reading } = frame;
  /** @type {Record<string, [string, number]>} */
  const ways = {
    ArrowLeft: ["place", -1],
    ArrowRight: ["place", 1],
    ArrowUp: ["unit", -1],
    ArrowDown: ["unit", 1],
  };
  scroll.addEventListener("keydown", (event) => {
    if (!(event.key in ways)) return;
    event.preventDefault();
    event.stopPropagation();
    const [key, by] = ways[event.key];
    const most = last()[key === "unit" ? 0 : 1];
    kit.store(model, key, Math.max(0, Math.min(most, model.get(key) + by)));
    frame.say(reading.textContent ?? "");
  });
  const dark = new MutationObserver(draw);
  for (const node of [document.documentElement, document.body]) {
    dark.observe(node, { attributes: true, attributeFilter: ["class", "data-theme", "theme"] });
  }
  signal.addEventListener("abort", () => dark.disconnect());
}

/** @param {View} view */
function render({ model, el, signal }) {
  const look = { name: "gates", title: model.get("title"), width: 660, height: 280 };
  const frame = kit.frame({ model, el, signal }, look);
  const stage = /** @type {HTMLElement} */ (frame.svg.parentElement);
  const facts = kit.html("p", { class: "ck-facts", text: model.get("facts") });
  frame.root.insertBefore(facts, stage);
  drawCell(frame.svg);
  frame.describe(
    "One step of an LSTM cell: its numbers stand here when the model has read your text.",
  );
  startButton(frame, Network.of, (stored, network) => open(frame, stored, network, stage));
  return frame.end;
}
export default { render };
