// Completion as in a search box: interpolated Kneser-Ney over the counts that came with the page.
// Row m of `parts` is the share of each probability that comes from m-gram counts, row 0 from the
// uniform distribution; completion.py computes the same.
const DISCOUNT = 0.75;
const SHOWN = 6;
const LEFT = 118;
const WIDE = 420;
const ROW = 32;
const TOP = 44;
const UNKNOWN = 0;
const SOURCE = ["", "1 word", "2 words", "3 words", "4 words"];
const COLOUR = ["rule", "grey", "orange", "green", "blue"];

function completions({ words, tables }, number, phrase, order) {
  const typed = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  let ids = [number.get("</s>"), ...typed.map((word) => number.get(word) ?? UNKNOWN)];
  ids = ids.slice(ids.lastIndexOf(number.get("</s>")));
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

function legend(svg) {
  let x = LEFT;
  kit.svg(
    "text",
    { x: LEFT - 10, y: 16, "text-anchor": "end", class: "ck-quiet", text: "counts of" },
    svg,
  );
  return [4, 3, 2, 1].map((m) => {
    const g = kit.svg("g", {}, svg);
    kit.svg("rect", { x, y: 6, width: 12, height: 12, rx: 2, fill: kit.colour[COLOUR[m]] }, g);
    kit.svg("text", { x: x + 17, y: 16, class: "ck-quiet", text: SOURCE[m] }, g);
    x += 92;
    return { m, g };
  });
}

function render({ model, el, signal }) {
  const data = model.get("counts");
  const number = new Map(data.words.map((word, i) => [word, i]));
  const frame = kit.frame(
    { model, el, signal },
    { name: "completion", title: "Search the speeches", width: 640, height: TOP + ROW * SHOWN },
  );
  const { svg } = frame;
  const keys = legend(svg);

  const box = kit.html("div", { class: "ck-steps", style: "margin-bottom:.8rem" });
  frame.root.insertBefore(box, svg.parentNode);
  const name = kit.id("phrase");
  kit.html("label", { for: name, text: "Type some words:" }, box);
  const input = kit.html(
    "input",
    {
      id: name,
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      "data-lm-suppress-shortcuts": "true",
      maxlength: 120,
      style:
        "flex:1 1 14rem;min-width:0;min-height:36px;padding:.2rem .7rem;font:inherit;" +
        "color:inherit;background:var(--ck-paper);border:1px solid var(--ck-grey);border-radius:18px",
    },
    box,
  );
  input.addEventListener("input", () => kit.store(model, "phrase", input.value));

  const suggestions = kit.html(
    "div",
    { class: "ck-steps", role: "group", "aria-label": "add a word" },
    frame.controls,
  );
  kit.slider(frame, "order", {
    label: "order n",
    min: 1,
    max: 4,
    step: 1,
    format: (n) => `${n}-gram`,
  });
  const presets = kit.html(
    "div",
    { class: "ck-steps", role: "group", "aria-label": "phrases to begin with" },
    frame.controls,
  );
  for (const phrase of data.phrases) {
    kit.button(presets, `${phrase} …`, () => kit.store(model, "phrase", phrase));
  }
  const rows = Array.from({ length: SHOWN }, (_, i) => {
    const y = TOP + ROW * i;
    const g = kit.svg("g", {}, svg);
    return {
      word: kit.svg(
        "text",
        { x: LEFT - 10, y: y + 14, "text-anchor": "end", class: "ck-strong" },
        g,
      ),
      bars: kit.svg("g", {}, g),
      value: kit.svg("text", { y: y + 14 }, g),
      y,
    };
  });
  const add = (word) => {
    kit.store(model, "phrase", `${model.get("phrase").trim()} ${word}`.trim());
    suggestions.querySelector("button")?.focus();
  };

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
    const label = (w) => (data.words[w] === "</s>" ? "(end)" : data.words[w]);
    const largest = Math.max(p[best[0]], 0.02);
    rows.forEach(({ word, bars, value, y }, i) => {
      const w = best[i];
      word.textContent = label(w);
      bars.replaceChildren();
      let x = LEFT;
      for (let m = order; m >= 0; m--) {
        const width = (WIDE * parts[m][w]) / largest;
        if (width > 0.05)
          kit.svg("rect", { x, y, width, height: ROW - 12, fill: kit.colour[COLOUR[m]] }, bars);
        x += width;
      }
      kit.set(value, { x: x + 7 });
      value.textContent = kit.percent(p[w], 1);
    });
    for (const { m, g } of keys) kit.set(g, { opacity: m <= order ? 1 : 0.25 });
    suggestions.replaceChildren(kit.html("span", { text: "Add:" }));
    for (const w of best.slice(0, 4).filter((w) => data.words[w] !== "</s>")) {
      kit.button(suggestions, data.words[w], () => add(data.words[w]));
    }
    kit.button(suggestions, "⌫ take one back", () =>
      kit.store(model, "phrase", model.get("phrase").trim().split(/\s+/).slice(0, -1).join(" ")),
    ).disabled = !phrase.trim();
    const strange = unknown.length
      ? ` Not among its ${data.words.length} words: ${[...new Set(unknown)].join(", ")}.`
      : "";
    const ranked = best
      .slice(0, 3)
      .map((w) => `${label(w)} ${kit.percent(p[w], 1)}`)
      .join(", ");
    frame.reading.textContent = `Some word that the figure does not know: ${kit.percent(p[UNKNOWN], 1)}.${strange}`;
    frame.describe(`After “${phrase}” the ${order}-gram model expects ${ranked}.${strange}`);
    frame.say(`Next: ${ranked}`);
    frame.expose({
      words: best.map((w) => data.words[w]),
      probabilities: best.map((w) => p[w]),
      unknown: p[UNKNOWN],
      total: p.reduce((a, b) => a + b, 0),
    });
  });
}
export default { render };
