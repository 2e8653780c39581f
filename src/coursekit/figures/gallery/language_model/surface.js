// What the reader sees and moves: the box to type in, the text with its colours, the controls.
/** @param {Frame} frame
 * @param {string} one "character" or "word"
 * @returns the box, and where the text and the rest are to stand */
function drawText({ model, root, controls }, one) {
  /** @template {Node} N
   * @param {N} node */
  const put = (node) => root.insertBefore(node, controls);
  const name = kit.id("prompt");
  put(kit.html("label", { class: "ck-facts", for: name, text: "Your beginning" }));
  const plain = { spellcheck: "false", autocapitalize: "off", autocomplete: "off" };
  const box = put(
    kit.html("textarea", {
      id: name,
      class: "ck-prompt",
      rows: one === "word" ? 3 : 5,
      ...plain,
      "data-lm-suppress-shortcuts": "true",
      oninput: () => kit.store(model, "prompt", box.value),
    }),
  );
  box.value = model.get("prompt");
  const label = "What the model has read and written";
  const group = { tabindex: "0", role: "group", "aria-label": label };
  const text = put(kit.html("div", { class: `ck-text ck-of-${one}s`, ...group }));
  const key = put(kit.html("p", { class: "ck-key" }));
  return { box, text, key, likely: put(kit.html("div")) };
}

/** @param {Frame} frame
 * @param {StoredModel} stored
 * @returns the row in which a unit is chosen */
function drawControls(frame, stored) {
  const range = { min: 0.1, max: 2, step: 0.01 };
  kit.slider(frame, "temperature", { label: "temperature", ...range, scale: "log" });
  const most = [1, 3, 10, 40].map((k) => [k, String(k)]);
  const options = /** @type {[number, string][]} */ ([...most, [0, "all"]]);
  kit.choice(frame, "top_k", { label: "from the $K$ likeliest:", options });
  kit.slider(frame, "top_p", { label: "nucleus $p$", min: 0.1, max: 1, step: 0.01 });
  kit.choice(frame, "colour", {
    label: "colour",
    options: [
      ["none", "none"],
      ["surprise", "surprise"],
      ["unit", "one unit"],
    ],
  });
  const row = kit.html("div", { class: "ck-units" }, frame.controls);
  const units = { min: 0, max: stored.n - 1, step: 1, format: String };
  kit.slider({ ...frame, controls: row }, "unit", { label: "unit", ...units });
  for (const [unit, title] of stored.units) {
    kit.button(row, `${unit}: ${title}`, () => kit.store(frame.model, "unit", unit));
  }
  return row;
}

/** @param {number} share from −1 (blue) to 1 (orange) */
const shade = (share) => kit.mix(share < 0 ? "blue" : "orange", 0.5 * Math.min(1, Math.abs(share)));

/** What the colours mean.
 * @param {HTMLElement} key
 * @param {Model} model
 * @param {string} one
 * @param {number} top bits at which the colour is full */
function drawLegend(key, model, one, top) {
  const mode = model.get("colour");
  key.hidden = mode === "none";
  if (mode === "none") return;
  const unit = mode === "unit";
  const low = unit ? -1 : 0;
  const steps = 25;
  const bar = kit.html("span", { class: "ck-bar", "aria-hidden": "true" });
  for (let i = 0; i < steps; i++) {
    kit.html("span", {}, bar).style.background = shade(low + (i / (steps - 1)) * (1 - low));
  }
  const words = unit
    ? ` $\\tanh c$ of unit ${model.get("unit")} after reading the ${one}`
    : ` surprise: $-\\log$ of the probability the ${one} had, to base 2`;
  const [left, right] = unit ? ["−1 ", " +1 "] : ["0 bits ", ` ${top} bits `];
  key.replaceChildren(left, bar, right, kit.rich(words));
}

/** All of it.
 * @param {Frame} frame
 * @param {StoredModel} stored
 * @param {string} one */
function surface(frame, stored, one) {
  const { model } = frame;
  const { box, text, key, likely } = drawText(frame, one);
  const unitRow = drawControls(frame, stored);
  const top = one === "character" ? 8 : 14;
  /** @param {Item} item */
  const colour = ({ node, bits, state }) => {
    const mode = model.get("colour");
    const share = mode === "surprise" ? bits / top : Math.tanh(state.c[model.get("unit")]);
    node.style.background = mode === "none" ? "" : shade(share);
  };
  /** @param {string} word
   * @param {boolean} mine
   * @param {boolean} unknown */
  const paint = (word, mine, unknown) =>
    kit.html("span", { text: word, class: mine ? "ck-mine" : null, "data-unknown": unknown });
  /** @param {Item[]} read */
  const recolour = (read) => {
    unitRow.hidden = model.get("colour") !== "unit";
    drawLegend(key, model, one, top);
    for (const item of read) colour(item);
  };
  return { box, text, likely, paint, colour, recolour };
}
