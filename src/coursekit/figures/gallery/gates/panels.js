// What stands below the map: what is likely next, and what a search for units has found.

/** Two lists of five: what is likely next as it is, and with something held.
 * @param {HTMLElement} parent
 * @returns {(title: string, free: { symbol: string, p: number }[], held: { symbol: string, p: number }[] | null,
 *   hold: string) => void} shows them */
function gatesNext(parent) {
  const whole = kit.html("div", { class: "ck-gates-next" }, parent);
  const caption = kit.html("p", { class: "ck-heading" }, whole);
  const lists = kit.html("div", { class: "ck-gates-lists" }, whole);
  /** @param {string} name
   * @param {{ symbol: string, p: number }[]} symbols
   * @param {string} colour */
  const list = (name, symbols, colour) => {
    const table = kit.html("table", { class: "ck-likely" }, lists);
    kit.html("caption", { text: name }, table);
    const body = kit.html("tbody", {}, table);
    for (const { symbol, p } of symbols) {
      const row = kit.html("tr", {}, body);
      kit.html("th", { scope: "row", text: symbolName(symbol) }, row);
      kit.html("td", { text: kit.percent(p, 1) }, row);
      const bar = kit.html("td", { "aria-hidden": "true" }, row);
      const look = kit.html("div", {}, bar);
      Object.assign(look.style, { width: `${100 * p}%`, background: kit.colour[colour] });
    }
  };
  return (title, free, held, hold) => {
    caption.textContent = title;
    lists.replaceChildren();
    list("nothing held", free, "blue");
    if (held) list(hold, held, "orange");
  };
}

/** A share of cases in words that are not stronger than it.
 * @param {number} asGood
 * @param {number} others */
function gatesChance(asGood, others) {
  if (others < 20) return "That is too few to say what chance gives; take a longer text.";
  const share = asGood / others;
  if (share > 0.05)
    return "So chance gives as much: the unit need not have to do with what you selected.";
  return (
    "So it is more than a stretch taken at random gives. Whether the unit has to do with what you " +
    "selected, or only with its place, the held-out text below may tell."
  );
}

/** What was found, in sentences.
 * @param {ReturnType<typeof gatesSearch>} found
 * @param {string} phrase */
function gatesFoundText({ units, searched, others, asGood }, phrase) {
  const [{ unit, area }] = units;
  const mean = others.reduce((a, b) => a + b, 0) / others.length;
  const chance = others.length
    ? `The best of ${searched} reaches ${kit.number(mean)} on average for the ${others.length} other ` +
      `stretches of that length, and at least as much for ${asGood} of them. `
    : "No other stretch of that length is left to compare with. ";
  return (
    `Of all ${searched} units, the memory c of unit ${unit} sets “${phrase}” apart best: drawn one symbol ` +
    `from it and one from the rest, it is ${area < 0.5 ? "lower" : "higher"} at the first in ` +
    `${kit.percent(gatesStrength(area))} of the pairs (AUC ${kit.number(area)}). ` +
    `${chance}${gatesChance(asGood, others.length)}`
  );
}

/** @param {HTMLElement} parent
 * @param {(unit: number) => void} choose */
function gatesFindings(parent, choose) {
  const text = kit.html("p", { class: "ck-gates-found" }, parent);
  const row = kit.html("div", { class: "ck-steps" }, parent);
  const title = kit.html("p", { class: "ck-heading" }, parent);
  const list = kit.html("ol", { class: "ck-gates-places" }, parent);
  const clear = (/** @type {string} */ why) => {
    text.textContent = why;
    title.textContent = "";
    row.replaceChildren();
    list.replaceChildren();
  };
  /** @param {ReturnType<typeof gatesSearch>} found
   * @param {string} phrase */
  const units = (found, phrase) => {
    clear(gatesFoundText(found, phrase));
    for (const { unit, area } of found.units) {
      const level = area < 0.5 ? "low" : "high";
      kit.button(row, `unit ${unit}: ${kit.number(gatesStrength(area))} ${level}`, () =>
        choose(unit),
      );
    }
    title.textContent = "Looking through held-out text …";
  };
  /** @param {{ before: string, inside: string, after: string, score: number }[]} places
   * @param {string} about */
  const places = (places, about) => {
    title.textContent = about;
    for (const { before, inside, after, score } of places) {
      const code = kit.html("span", { class: "ck-gates-piece" }, null, before);
      kit.html("mark", { text: inside }, code);
      code.append(after);
      kit.html("li", {}, list, code, ` ${kit.number(score, 1)} sd`);
    }
  };
  return { clear, units, places };
}
