// Drawing the next symbol.
/** How the next symbol is drawn: at a temperature, from the `topK` likeliest, from the nucleus (the fewest
 * symbols with the share `topP`), and never one that is forbidden.
 * @typedef {{ temperature?: number, topK?: number, topP?: number, forbidden?: number | null }} Rule */
/** Probabilities under a rule, summing to 1; without one those of the model.
 * @param {ArrayLike<number>} logits
 * @param {Rule} rule */
function distribution(
  logits,
  { temperature = 1, topK = Infinity, topP = 1, forbidden = null } = {},
) {
  const p = Float64Array.from(logits);
  if (forbidden !== null) p[forbidden] = -Infinity;
  const top = p.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (let i = 0; i < p.length; i++) {
    p[i] = Math.exp((p[i] - top) / temperature);
    total += p[i];
  }
  if (topP < 1 || topK < p.length) {
    let before = 0;
    for (const [rank, i] of ranked(p).entries()) {
      const own = p[i];
      if (rank >= topK || before >= topP * total) p[i] = 0;
      before += own;
    }
    total = p.reduce((a, b) => a + b);
  }
  return p.map((w) => w / total);
}

/** The symbols, the likeliest first.
 * @param {Float64Array} p */
const ranked = (p) => Array.from(p.keys()).sort((a, b) => p[b] - p[a] || a - b);

/** The symbol that a number from [0, 1) draws.
 * @param {Float64Array} p
 * @param {number} u */
function draw(p, u) {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] === 0) continue;
    sum += p[i];
    last = i;
    if (u < sum) break;
  }
  return last;
}

/** Marsaglia's xorshift generator (2003): the same seed, the same text, in any language.
 * @param {number} seed */
function uniform(seed) {
  let x = Math.imul(seed, 2654435761) | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4294967296;
  };
}

/** −log₂ of the probability of one symbol.
 * @param {Float32Array} logits
 * @param {number} symbol */
function surprise(logits, symbol) {
  const top = logits.reduce((a, b) => Math.max(a, b));
  const total = logits.reduce((sum, l) => sum + Math.exp(l - top), 0);
  return (Math.log(total) - logits[symbol] + top) / Math.LN2;
}
