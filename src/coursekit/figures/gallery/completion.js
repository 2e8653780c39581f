// Completion as in a search box: interpolated Kneser-Ney over the counts that came with the page.
// Row m of `parts` is the share of each probability that comes from m-gram counts, row 0 from the
// uniform distribution; `completion_numbers` of the tests computes the same.
const DISCOUNT = 0.75;
const SHOWN = 6;
const LEFT = 118;
const ROW = 32;
const UNKNOWN = 0;
const SOURCE = ["", "1 word", "2 words", "3 words", "4 words"];
const COLOUR = ["rule", "grey", "orange", "green", "blue"];

/** The counts that came with the page: by order, the continuations of each context as its total, then
 * word, count, word, count, …
 * @typedef {{ words: string[], phrases: string[], tables: Record<string, number[]>[] }} Counts */

/** @param {Counts} counts
 * @param {Map<string, number>} number of each word
 * @param {string} phrase
 * @param {number} order */
function completions({ words, tables }, number, phrase, order) {
  const typed = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  const end = number.get("</s>") ?? UNKNOWN;
  let ids = [end, ...typed.map((word) => number.get(word) ?? UNKNOWN)];
  ids = ids.slice(ids.lastIndexOf(end));
  const parts = Array.from({ length: order + 1 }, () => new Float64Array(words.length));
  parts[0].fill(1 / words.length);
  for (let m = 1; m <= order; m++) {
    if (ids.length < m - 1) break;
    const row = tables[m - 1][m > 1 ? ids.slice(1 - m).join(" ") : ""];
    if (!row) continue;
    const [total, ...pairs] = row;
    let left = 1;
    for (let i = 0; i < pairs.length; i += 2) {
      const share = (pairs[i + 1] - DISCOUNT) / total;
      parts[m][pairs[i]] = share;
      left -= share;
    }
    for (let lower = 0; lower < m; lower++) parts[lower] = parts[lower].map((p) => left * p);
  }
  const p = parts[0].map((_, w) => parts.reduce((sum, part) => sum + part[w], 0));
  const unknown = typed.filter((word) => !number.has(word));
  return { parts, p, unknown };
}

/** How wide drawing and longest bar are, and where the bars begin: on a phone all of it is in sight.
 * @param {boolean} narrow */
const layout = (narrow) =>
  narrow ? { width: 400, wide: 200, top: 66, narrow } : { width: 640, wide: 420, top: 44, narrow };

/** @param {SVGSVGElement} svg
 * @param {boolean} narrow */
function legend(svg, narrow) {
  let x = narrow ? 8 : LEFT;
  const y = narrow ? 38 : 16;
  const look = { "text-anchor": "end", class: "ck-quiet", text: "counts of" };
  kit.svg("text", { x: LEFT - 10, y: 16, ...look }, svg);
  return [4, 3, 2, 1].map((m) => {
    const g = kit.svg("g", {}, svg);
    const size = { width: 12, height: 12, rx: 2 };
    kit.svg("rect", { x, y: y - 10, ...size, fill: kit.colour[COLOUR[m]] }, g);
    kit.svg("text", { x: x + 17, y, class: "ck-quiet", text: SOURCE[m] }, g);
    x += narrow ? 98 : 92;
    return { m, g };
  });
}

/** The box to type in, above the drawing.
 * @param {Frame} frame */
function searchBox({ model, root, svg }) {
  const box = kit.html("div", { class: "ck-steps", style: "margin-bottom:.8rem" });
  root.insertBefore(box, svg.parentNode);
  const name = kit.id("phrase");
  kit.html("label", { for: name, text: "Type some words:" }, box);
  const style =
    "flex:1 1 14rem;min-width:0;min-height:36px;padding:.2rem .7rem;font:inherit;" +
    "color:inherit;background:var(--ck-paper);border:1px solid var(--ck-grey);border-radius:18px";
  const plain = { autocomplete: "off", spellcheck: "false", "data-lm-suppress-shortcuts": "true" };
  const look = { id: name, type: "text", ...plain, maxlength: 120, style };
  const input = kit.html("input", look, box);
  input.addEventListener("input", () => kit.store(model, "phrase", input.value));
  return input;
}

/** @param {Frame} frame
 * @param {string} label */
const buttons = ({ controls }, label) =>
  kit.html("div", { class: "ck-steps", role: "group", "aria-label": label }, controls);

/** @param {Frame} frame
 * @param {string[]} phrases
 * @returns where words to add are offered */
function controls(frame, phrases) {
  const suggestions = buttons(frame, "add a word");
  const range = { min: 1, max: 4, step: 1 };
  kit.slider(frame, "order", { label: "order n", ...range, format: (n) => `${n}-gram` });
  const presets = buttons(frame, "phrases to begin with");
  for (const phrase of phrases) {
    kit.button(presets, `${phrase} …`, () => kit.store(frame.model, "phrase", phrase));
  }
  return suggestions;
}

/** @param {SVGSVGElement} svg
 * @param {number} y */
function drawRow(svg, y) {
  const g = kit.svg("g", {}, svg);
  const look = { "text-anchor": "end", class: "ck-strong" };
  return {
    word: kit.svg("text", { x: LEFT - 10, y: y + 14, ...look }, g),
    bars: kit.svg("g", {}, g),
    value: kit.svg("text", { y: y + 14 }, g),
    y,
  };
}

/** A probability, cut into the shares of the orders.
 * @param {ReturnType<typeof drawRow>} row
 * @param {number[]} shares by order
 * @param {number} scale pixels for a probability of 1 */
function updateRow({ bars, value, y }, shares, scale) {
  bars.replaceChildren();
  let x = LEFT;
  for (let m = shares.length - 1; m >= 0; m--) {
    const width = scale * shares[m];
    const box = { x, y, width, height: ROW - 12, fill: kit.colour[COLOUR[m]] };
    if (width > 0.05) kit.svg("rect", box, bars);
    x += width;
  }
  kit.set(value, { x: x + 7 });
}

/** @param {HTMLElement} suggestions
 * @param {Model} model
 * @param {string[]} words */
function suggest(suggestions, model, words) {
  /** @returns {string} */
  const phrase = () => model.get("phrase").trim();
  suggestions.replaceChildren(kit.html("span", { text: "Add:" }));
  for (const word of words) {
    kit.button(suggestions, word, () => {
      kit.store(model, "phrase", `${phrase()} ${word}`.trim());
      suggestions.querySelector("button")?.focus();
    });
  }
  kit.button(suggestions, "⌫ take one back", () =>
    kit.store(model, "phrase", phrase().split(/\s+/).slice(0, -1).join(" ")),
  ).disabled = !phrase();
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {Counts} */
  const data = model.get("counts");
  const number = new Map(data.words.map((word, i) => [word, i]));
  const { width, wide, top, narrow } = layout((el.clientWidth || innerWidth) < 480);
  const look = {
    title: "What comes next in the speeches, by counts",
    width,
    height: top + ROW * SHOWN,
  };
  const frame = kit.frame({ model, el, signal }, { name: "completion", ...look });
  const keys = legend(frame.svg, narrow);
  const input = searchBox(frame);
  const suggestions = controls(frame, data.phrases);
  const rows = Array.from({ length: SHOWN }, (_, i) => drawRow(frame.svg, top + ROW * i));
  /** @param {number} w */
  const label = (w) => (data.words[w] === "</s>" ? "(end)" : data.words[w]);

  return kit.bind(frame, ["phrase", "order"], () => {
    const phrase = model.get("phrase");
    const order = model.get("order");
    const { parts, p, unknown } = completions(data, number, phrase, order);
    const best = [...p.keys()]
      .filter((w) => w !== UNKNOWN)
      .sort((a, b) => p[b] - p[a] || a - b)
      .slice(0, SHOWN);
    if (document.activeElement !== input || input.value.trim() !== phrase.trim())
      input.value = phrase;
    rows.forEach((row, i) => {
      row.word.textContent = label(best[i]);
      const shares = parts.map((part) => part[best[i]]);
      updateRow(row, shares, wide / Math.max(p[best[0]], 0.02));
      row.value.textContent = kit.percent(p[best[i]], 1);
    });
    for (const { m, g } of keys) kit.set(g, { opacity: m <= order ? 1 : 0.25 });
    const words = best.map((w) => data.words[w]);
    suggest(
      suggestions,
      model,
      words.slice(0, 4).filter((word) => word !== "</s>"),
    );
    const strange = unknown.length
      ? ` Not among its ${data.words.length} words: ${[...new Set(unknown)].join(", ")}.`
      : "";
    const three = best.slice(0, 3).map((w) => `${label(w)} ${kit.percent(p[w], 1)}`);
    const ranked = three.join(", ");
    frame.reading.textContent = `Some word that the figure does not know: ${kit.percent(p[UNKNOWN], 1)}.${strange}`;
    frame.describe(`After “${phrase}” the ${order}-gram model expects ${ranked}.${strange}`);
    frame.say(`Next: ${ranked}`);
    const probabilities = best.map((w) => p[w]);
    const total = p.reduce((a, b) => a + b, 0);
    frame.expose({ words, probabilities, unknown: p[UNKNOWN], total });
  });
}
export default { render };
