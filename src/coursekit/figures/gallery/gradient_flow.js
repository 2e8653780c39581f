/// <reference path="memory_race/cells.js" />
/// <reference path="memory_race/draws.js" />
/// <reference path="memory_race/network.js" />
// A sentence unrolled in two networks: values flow forward, the gradient of one word's loss flows back.
// The networks and their gradients are those of the memory race, tested against autograd.

const KEYS = ["text", "word", "rho", "bias", "truncate", "clip", "step"];
const FREE = 10; // a clip of so much clips nothing

/** What the reader has set, made to fit the sentence.
 * @param {Model} model */
function asked(model) {
  const words = flowWords(model.get("text"));
  const word = Math.max(2, Math.min(words.length, model.get("word")));
  const last = 2 * (word - 1); // steps: all words forward, all back
  const step = Math.min(last, model.get("step"));
  return { words, word, last, step };
}

/** Both networks, the RNN first.
 * @param {Model} model
 * @param {string[]} words
 * @param {number} word */
function both(model, words, word) {
  const [rho, bias, truncate, seed] = ["rho", "bias", "truncate", "seed"].map((k) => model.get(k));
  const clip = model.get("clip") >= FREE ? Number.POSITIVE_INFINITY : model.get("clip");
  return ["orthogonal", "lstm"].map((cell) =>
    flowed(words, word, { cell, rho, bias, truncate, clip, seed }),
  );
}

/** What one network does to the gradient, in words.
 * @param {string} name
 * @param {Flow} flow
 * @param {string[]} words */
function inWords(name, { gradients, share, whole }, words) {
  const last = gradients.length - 1;
  const first = gradients.findIndex((norm) => norm > 0);
  const [near, far] = [gradients[last], gradients[first]];
  const way = first < last ? `, ${kit.sci(far)} after “${words[first]}”: ${left(far / near)}` : "";
  const clipped =
    share < 1
      ? ` Clipping has multiplied all of it by ${kit.number(share)}, since the norm over all weights was ${kit.sci(whole)}.`
      : "";
  return `${name}: the gradient has norm ${kit.sci(near)} after “${words[last]}”${way}.${clipped}`;
}

/** How much of a gradient has come through.
 * @param {number} ratio */
function left(ratio) {
  if (ratio > 1) return `it has grown ${kit.sci(ratio)} times`;
  return `${ratio < 1e-4 ? kit.sci(ratio) : kit.percent(ratio, ratio < 0.1 ? 2 : 0)} of it is left`;
}

/** @param {Model} model
 * @param {Flow[]} flows */
function reading(model, flows) {
  const { words, word, step, last } = asked(model);
  const begins = `The networks have read ${word - 1} ${word === 2 ? "word" : "words"} and predict “${words[word - 1]}”.`;
  if (step < word - 1) return `Forward: ${step} of ${word - 1} words are read.`;
  if (step < last)
    return `${begins} Back: the gradient of this loss has reached “${words[last - step]}”.`;
  const cut =
    model.get("truncate") < word - 1
      ? ` Cut after ${model.get("truncate")}: no word before gets any gradient from this loss.`
      : "";
  const names = ["RNN", "LSTM"].map((name, i) => inWords(name, flows[i], words));
  return `${begins} ${names.join(" ")}${cut}`;
}

/** Play, back and forward through the steps.
 * @param {Frame} frame */
function player(frame) {
  const { model } = frame;
  const row = kit.html(
    "div",
    { class: "ck-steps", role: "group", "aria-label": "steps" },
    frame.controls,
  );
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    show();
  };
  /** @param {number} to */
  const go = (to) => {
    kit.store(model, "step", Math.max(0, Math.min(asked(model).last, to)));
    frame.say(frame.reading.textContent ?? "");
  };
  const tick = () => {
    const { step, last } = asked(model);
    if (step < last) kit.store(model, "step", step + 1);
    else stop();
  };
  const toggle = () => {
    if (timer) return stop();
    if (asked(model).step >= asked(model).last) kit.store(model, "step", 0);
    timer = window.setInterval(tick, 280);
    show();
  };
  const play = kit.still() ? null : kit.button(row, "Play", toggle);
  const move = (/** @type {number} */ by) => () => {
    stop();
    go(asked(model).step + by);
  };
  const back = kit.button(row, "◂ Back", move(-1));
  const next = kit.button(row, "Next ▸", move(1));
  const place = kit.html("span", { class: "ck-place" }, row);
  function show() {
    const { step, last } = asked(model);
    back.disabled = step <= 0;
    next.disabled = step >= last;
    place.textContent = `step ${step} of ${last}`;
    if (play) play.textContent = timer ? "Pause" : "Play";
  }
  frame.signal.addEventListener("abort", () => clearInterval(timer));
  return show;
}

/** Where the sentence is typed.
 * @param {Frame} frame */
function typed({ model, root, svg }) {
  const name = kit.id("sentence");
  const label = kit.html("label", {
    for: name,
    class: "ck-facts",
    text: `Your sentence in two untrained networks (${FLOW_MOST} words at most)`,
  });
  const plain = { spellcheck: "false", autocomplete: "off", maxlength: 120 };
  const own = { "data-lm-suppress-shortcuts": "true", class: "ck-prompt", type: "text" };
  const box = kit.html("input", { ...plain, ...own, id: name });
  box.value = model.get("text");
  box.addEventListener("input", () => kit.store(model, "text", box.value));
  const stage = /** @type {Element} */ (svg.parentElement);
  root.insertBefore(label, stage);
  root.insertBefore(box, stage);
}

/** Everything that can be set; gives back what brings the slider of the word up to date.
 * @param {Frame} frame */
function settings(frame) {
  const { model } = frame;
  const nth = (/** @type {number} */ v) => flowWords(model.get("text"))[v - 1] ?? "–";
  const { input, output } = kit.slider(frame, "word", {
    label: "loss of word",
    min: 2,
    max: FLOW_MOST,
    step: 1,
    format: nth,
  });
  kit.slider(frame, "rho", { label: "RNN: spectral radius $\\rho$", min: 0.3, max: 2, step: 0.01 });
  kit.slider(frame, "bias", {
    label: "LSTM: forget bias",
    min: -2,
    max: 5,
    step: 0.5,
    format: (v) => kit.number(v, 1),
  });
  const cut = (/** @type {number} */ v) => (v >= FLOW_MOST ? "no cut" : `${v} steps`);
  kit.slider(frame, "truncate", {
    label: "cut the gradient after",
    min: 1,
    max: FLOW_MOST,
    step: 1,
    format: cut,
  });
  const clipped = (/** @type {number} */ v) => (v >= FREE ? "no clipping" : String(v));
  kit.slider(frame, "clip", {
    label: "clip the gradient at",
    min: 0.1,
    max: FREE,
    step: 0.1,
    scale: "log",
    format: clipped,
  });
  return () => {
    const { words, word } = asked(model);
    input.max = String(words.length);
    input.value = String(word);
    output.textContent = nth(word);
    input.setAttribute("aria-valuetext", nth(word));
  };
}

/** @param {Frame} frame
 * @param {boolean} narrow */
function painter({ svg, model }, narrow) {
  /** @param {Flow[]} flows */
  return (flows) => {
    const { words, word, step } = asked(model);
    const at = flowLayout(narrow, words.length);
    const forward = Math.min(step, word - 1);
    const seen = { forward, back: step - forward };
    svg.replaceChildren();
    ["RNN", "LSTM"].forEach((name, i) => {
      const y = at.rows[i].value - 26;
      kit.svg("text", { x: 12, y, class: "ck-strong", text: name }, svg);
      if (!i) {
        const [blue, orange] = ["style", "style"].map(
          (_, k) => `fill: var(--ck-${k ? "orange" : "blue"})`,
        );
        const key = kit.svg("text", { x: 60, y }, svg);
        kit.svg("tspan", { style: blue, text: "▸ values, forward" }, key);
        kit.svg(
          "tspan",
          {
            dx: 14,
            style: orange,
            text: narrow
              ? "◂ gradient, back"
              : "◂ gradient of the loss L, back (numbers: its norm)",
          },
          key,
        );
      }
      flowRow(svg, at, at.rows[i], flows[i], seen);
    });
    flowSentence(svg, at, words, word, (to) => kit.store(model, "word", to));
    flowKey(svg, at);
  };
}

/** @param {View} view */
function render({ model, el, signal }) {
  const narrow = (el.clientWidth || innerWidth) < 560;
  const { width, height } = flowLayout(narrow, FLOW_MOST);
  const look = {
    name: "flow",
    title: "Values flow forward, gradients flow back",
    width,
    height: height - 20,
  };
  const frame = kit.frame({ model, el, signal }, look);
  typed(frame);
  const show = player(frame);
  const follow = settings(frame);
  const paint = painter(frame, narrow);
  return kit.bind(frame, KEYS, () => {
    const { words, word } = asked(model);
    if (words.length < 2) {
      frame.reading.textContent = "Type two words at least.";
      return;
    }
    const flows = both(model, words, word);
    const [rnn, lstm] = flows;
    paint(flows);
    show();
    follow();
    const told = reading(model, flows);
    frame.reading.textContent = told;
    frame.describe(`A sentence in an RNN, above, and in an LSTM, below. ${told}`);
    frame.expose({
      rnn: rnn.gradients,
      lstm: lstm.gradients,
      values: [rnn.values, lstm.values],
      shares: [rnn.share, lstm.share],
    });
  });
}
export default { render };
