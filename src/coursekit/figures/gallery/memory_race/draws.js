// Random numbers that a seed decides.
/** Uniform numbers in [0, 1); each stream of a seed is one of its own (mulberry32).
 * @param {number} seed
 * @param {number} stream
 * @returns {() => number} */
function raceDraws(seed, stream) {
  let state = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** An orthogonal matrix, row by row: random rows, each without its parts along those before it.
 * @param {number} n
 * @param {() => number} draw */
function raceOrthogonal(n, draw) {
  const W = new Float64Array(n * n);
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  for (let i = 0; i < n; i++) {
    const row = W.subarray(i * n, (i + 1) * n).map(normal);
    for (let k = 0; k < i; k++) {
      let along = 0;
      for (let j = 0; j < n; j++) along += row[j] * W[k * n + j];
      for (let j = 0; j < n; j++) row[j] -= along * W[k * n + j];
    }
    const length = Math.hypot(...row);
    for (let j = 0; j < n; j++) W[i * n + j] = row[j] / length;
  }
  return W;
}
