// Which units tell a part of the text from the rest, how much chance would give, and where else in a
// held-out text they are as they were in that part.

/** The sums of ranks from which the areas of every stretch of a text follow.
 * @param {Float32Array[]} cells (t, n)
 * @returns {Float64Array[]} for each unit, the ranks of the first 0, 1, … t places added up */
function gatesRanks(cells) {
  const count = cells.length;
  return Array.from(cells[0], (_, unit) => {
    const order = Array.from(cells.keys()).sort((a, b) => cells[a][unit] - cells[b][unit]);
    const rank = new Float64Array(count);
    for (let at = 0; at < count; ) {
      let end = at + 1;
      while (end < count && cells[order[end]][unit] === cells[order[at]][unit]) end++;
      for (let i = at; i < end; i++) rank[order[i]] = (at + end + 1) / 2; // equal ones share their ranks
      at = end;
    }
    const sums = new Float64Array(count + 1);
    for (let t = 0; t < count; t++) sums[t + 1] = sums[t] + rank[t];
    return sums;
  });
}

/** The area under the ROC curve of a unit for a stretch against the rest: (11.4) of the book.
 * @param {Float64Array} sums
 * @param {number} from
 * @param {number} to */
function gatesArea(sums, from, to) {
  const [inside, outside] = [to - from, sums.length - 1 - (to - from)];
  return (sums[to] - sums[from] - (inside * (inside + 1)) / 2) / (inside * outside);
}

/** How well a unit tells: a low one tells as much as a high one.
 * @param {number} area */
const gatesStrength = (area) => Math.max(area, 1 - area);

/** @typedef {{ unit: number, area: number }} GatesFound */
/** The units that tell a stretch best, and the best of all units for each other stretch of its length that
 * shares no symbol with it.
 * @param {Float32Array[]} cells (t, n)
 * @param {number} from
 * @param {number} to */
function gatesSearch(cells, from, to) {
  const ranks = gatesRanks(cells);
  const units = ranks.map((sums, unit) => ({ unit, area: gatesArea(sums, from, to) }));
  units.sort((a, b) => gatesStrength(b.area) - gatesStrength(a.area) || a.unit - b.unit);
  const others = [];
  for (let at = 0; at + to - from <= cells.length; at++) {
    if (at < to && from < at + to - from) continue;
    const areas = ranks.map((sums) => gatesStrength(gatesArea(sums, at, at + to - from)));
    others.push(Math.max(...areas));
  }
  const best = gatesStrength(units[0].area);
  const asGood = others.filter((other) => other >= best).length;
  return { units: units.slice(0, 5), searched: units.length, others, asGood };
}

/** How each unit is over a text: mean and standard deviation.
 * @param {Float32Array[]} cells (t, n)
 * @param {number} unit */
function gatesUsual(cells, unit) {
  const mean = cells.reduce((sum, c) => sum + c[unit], 0) / cells.length;
  const square = cells.reduce((sum, c) => sum + (c[unit] - mean) ** 2, 0) / cells.length;
  return { mean, deviation: Math.sqrt(square) };
}

/** The stretches of a held-out text in which the found units are furthest to the side on which they were, by
 * their mean in standard deviations of that text; no two share a symbol.
 * @param {Float32Array[]} cells of the held-out text
 * @param {GatesFound[]} found
 * @param {number} length */
function gatesAlike(cells, found, length) {
  const usual = found.map(({ unit, area }) => ({
    unit,
    sign: area < 0.5 ? -1 : 1,
    ...gatesUsual(cells, unit),
  }));
  const score = cells.map((c) =>
    usual.reduce(
      (sum, { unit, sign, mean, deviation }) => sum + (sign * (c[unit] - mean)) / deviation,
      0,
    ),
  );
  const sums = [0];
  for (const s of score) sums.push(sums[sums.length - 1] + s);
  const stretches = cells
    .slice(0, cells.length - length + 1)
    .map((_, at) => ({ at, score: (sums[at + length] - sums[at]) / (length * found.length) }))
    .sort((a, b) => b.score - a.score);
  /** @type {{ at: number, score: number }[]} */
  const best = [];
  for (const stretch of stretches) {
    if (best.length === 5) break;
    if (best.every(({ at }) => Math.abs(at - stretch.at) >= length)) best.push(stretch);
  }
  return best;
}
