// A recurrent network with a linear read-out after the last step, trained by Adam: values forward,
// gradients backward. Several examples at a time go through each step, a chunk.

/** out += A v for each vector v of a chunk; four at a time, so that an entry of A is read once for four.
 * @param {Float64Array} A rows × columns
 * @param {Float64Array} V the vectors, from `from` on, one after the other
 * @param {number} from
 * @param {Float64Array} out
 * @param {number} columns
 * @param {number} count of vectors, a multiple of 4 */
function raceMultiply(A, V, from, out, columns, count) {
  const rows = A.length / columns;
  for (let s = 0; s < count; s += 4) {
    const v0 = from + s * columns;
    const [v1, v2, v3] = [v0 + columns, v0 + 2 * columns, v0 + 3 * columns];
    for (let r = 0, a = 0; r < rows; r++) {
      let p = 0;
      let q = 0;
      let u = 0;
      let w = 0;
      for (let j = 0; j < columns; j++, a++) {
        const x = A[a];
        p += x * V[v0 + j];
        q += x * V[v1 + j];
        u += x * V[v2 + j];
        w += x * V[v3 + j];
      }
      const at = s * rows + r;
      out[at] += p;
      out[at + rows] += q;
      out[at + 2 * rows] += u;
      out[at + 3 * rows] += w;
    }
  }
}

/** G += d vᵀ, summed over the vectors of a chunk.
 * @param {Float64Array} G rows × columns
 * @param {Float64Array} D
 * @param {Float64Array} V from `from` on
 * @param {number} from
 * @param {number} columns
 * @param {number} count a multiple of 4 */
function raceCollect(G, D, V, from, columns, count) {
  const rows = G.length / columns;
  for (let s = 0; s < count; s += 4) {
    const v0 = from + s * columns;
    const [v1, v2, v3] = [v0 + columns, v0 + 2 * columns, v0 + 3 * columns];
    for (let r = 0, g = 0; r < rows; r++) {
      const at = s * rows + r;
      const p = D[at];
      const q = D[at + rows];
      const u = D[at + 2 * rows];
      const w = D[at + 3 * rows];
      for (let j = 0; j < columns; j++, g++) {
        G[g] += p * V[v0 + j] + q * V[v1 + j] + u * V[v2 + j] + w * V[v3 + j];
      }
    }
  }
}

/** @param {Float64Array} A rows × columns
 * @param {number} columns
 * @param {Float64Array} out columns × rows */
function raceTranspose(A, columns, out) {
  const rows = A.length / columns;
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < columns; j++) out[j * rows + r] = A[r * columns + j];
}

/** U (inputs × blocks n), W (blocks n × n), b, Q (outputs × n), q: uniform in ±1/√n, biases zero but for
 * the one of the gate that keeps.
 * @param {string} name
 * @param {RaceCell} cell
 * @param {RaceTask} task
 * @param {number} n
 * @param {number} bias
 * @param {() => number} draw
 * @returns {Record<string, Float64Array>} */
function raceStart(name, { blocks, recurrent, keep }, { inputs, outputs }, n, bias, draw) {
  const bound = 1 / Math.sqrt(n);
  /** @param {number} size */
  const uniform = (size) => new Float64Array(size).map(() => bound * (2 * draw() - 1));
  const rows = blocks * n;
  const U = uniform(inputs * rows);
  const Q = uniform(outputs * n);
  const W = uniform(recurrent ? rows * n : 0);
  if (name === "orthogonal") W.set(raceOrthogonal(n, draw));
  if (name === "identity") W.set(W.map((_, i) => Number(i % (n + 1) === 0)));
  const b = new Float64Array(rows);
  if (keep >= 0) b.fill(bias, keep * n, (keep + 1) * n);
  return { U, W, b, Q, q: new Float64Array(outputs) };
}

/** @typedef {{ cell: string, bias: number }} Racer */
/** @typedef {{
 *   race: number, task: string, lag: number, seed: number, racers: Racer[], n: number, rate: number,
 *   clip: number, truncate: number,
 * }} RaceSettings race: its number; clip: the largest norm of a gradient; truncate: through so many of the last steps a
 *   gradient goes */

class RaceNetwork {
  static chunk = 8;
  /** @param {Racer} racer
   * @param {RaceTask} task
   * @param {RaceSettings} settings */
  constructor({ cell, bias }, task, { n, rate, clip, truncate, seed }) {
    const { steps, outputs } = task;
    this.rate = rate;
    this.clip = clip;
    this.task = task;
    this.n = n;
    this.cell = raceCell(cell);
    this.rows = this.cell.blocks * n;
    this.size = RaceNetwork.chunk * n; // numbers in the states of a chunk
    this.first = Math.max(0, steps - truncate); // no gradient goes further back
    this.weights = raceStart(cell, this.cell, task, n, bias, raceDraws(seed, 0));
    this.gradients = this.zeros();
    this.mean = this.zeros(); // of the gradients, and of their squares: for Adam
    this.square = this.zeros();
    this.updates = 0;
    const wide = RaceNetwork.chunk * this.rows;
    this.Z = new Float64Array(steps * wide);
    this.H = new Float64Array((steps + 1) * this.size);
    this.C = new Float64Array((steps + 1) * this.size);
    this.back = new Float64Array(wide);
    this.dz = new Float64Array(wide);
    this.dback = new Float64Array(wide);
    this.dh = new Float64Array(this.size);
    this.dc = new Float64Array(this.size);
    this.y = new Float64Array(RaceNetwork.chunk * outputs); // the answers; then their gradients
    this.turned = new Float64Array(this.weights.W.length); // W transposed
    this.norms = new Float64Array(steps); // of dL/d(state), by steps back
  }
  /** @returns {Record<string, Float64Array>} */
  zeros() {
    const pairs = Object.entries(this.weights);
    return Object.fromEntries(pairs.map(([key, { length }]) => [key, new Float64Array(length)]));
  }
  /** Forward: all states, and the answers (probabilities of the classes, or the number).
   * @param {RaceExamples} examples a chunk */
  read({ index, value }) {
    const { task, n, rows, Z, H, y } = this;
    const { U, W, b, Q, q } = this.weights;
    const { steps, width, outputs } = task;
    const chunk = RaceNetwork.chunk;
    for (let t = 0; t < steps; t++) {
      for (let s = 0, z = t * chunk * rows; s < chunk; s++, z += rows) {
        Z.set(b, z);
        for (let w = 0, at = (s * steps + t) * width; w < width; w++, at++) {
          const size = value[at];
          if (size)
            for (let r = 0, u = index[at] * rows; r < rows; r++) Z[z + r] += size * U[u + r];
        }
      }
      this.back.fill(0);
      if (W.length) raceMultiply(W, H, t * this.size, this.back, n, chunk);
      this.cell.forward(this, t);
    }
    for (let s = 0; s < chunk; s++) y.set(q, s * outputs);
    raceMultiply(Q, H, steps * this.size, y, n, chunk);
    if (outputs > 1) for (let s = 0; s < chunk; s++) this.squash(s);
    return y;
  }
  /** Scores of the classes become probabilities.
   * @param {number} s */
  squash(s) {
    const { outputs } = this.task;
    const p = this.y.subarray(s * outputs, (s + 1) * outputs);
    const top = Math.max(...p);
    let sum = 0;
    for (let k = 0; k < outputs; k++) sum += p[k] = Math.exp(p[k] - top);
    for (let k = 0; k < outputs; k++) p[k] /= sum;
  }
  /** Loss and right answers, summed over the chunk; `y` becomes the gradient of the mean loss.
   * @param {RaceExamples} examples
   * @param {number} batch examples in the mean */
  judge({ target }, batch) {
    const { y } = this;
    const { outputs } = this.task;
    let loss = 0;
    let right = 0;
    for (let s = 0; s < RaceNetwork.chunk; s++) {
      const p = y.subarray(s * outputs, (s + 1) * outputs);
      if (outputs === 1) {
        const error = p[0] - target[s];
        loss += error * error;
        right += Number(Math.abs(error) < 0.1);
        p[0] = (2 * error) / batch;
      } else {
        loss -= Math.log(p[target[s]]);
        right += Number(p.indexOf(Math.max(...p)) === target[s]);
        p[target[s]] -= 1;
        for (let k = 0; k < outputs; k++) p[k] /= batch;
      }
    }
    return { loss, right };
  }
  /** Backward: adds to the gradients of the weights what this chunk contributes.
   * @param {RaceExamples} examples
   * @param {number} batch */
  learn(examples, batch) {
    this.read(examples);
    const judged = this.judge(examples, batch);
    const { task, n, rows, size, H, y, dh, dc, dback, turned, norms, gradients } = this;
    const { steps, outputs } = task;
    const { W, Q } = this.weights;
    const chunk = RaceNetwork.chunk;
    raceCollect(gradients.Q, y, H, steps * size, n, chunk);
    for (let e = 0; e < y.length; e++) gradients.q[e % outputs] += y[e];
    dh.fill(0);
    dc.fill(0);
    const read = new Float64Array(Q.length);
    raceTranspose(Q, n, read);
    raceMultiply(read, y, 0, dh, outputs, chunk);
    if (W.length) raceTranspose(W, n, turned);
    norms.fill(0);
    for (let t = steps - 1; t >= this.first; t--) {
      norms[steps - 1 - t] = this.length() * batch;
      this.cell.backward(this, t);
      this.admitted(examples, t);
      if (!W.length) continue;
      raceCollect(gradients.W, dback, H, t * size, n, chunk);
      raceMultiply(turned, dback, 0, dh, rows, chunk);
    }
    return judged;
  }
  /** Root mean square, over the chunk, of the length of the state's gradient. */
  length() {
    let sum = 0;
    for (let e = 0; e < this.size; e++) sum += this.dh[e] ** 2 + this.dc[e] ** 2;
    return Math.sqrt(sum / RaceNetwork.chunk);
  }
  /** The gradients of U and b from one step.
   * @param {RaceExamples} examples
   * @param {number} t */
  admitted({ index, value }, t) {
    const { rows, dz } = this;
    const { U, b } = this.gradients;
    const { steps, width } = this.task;
    for (let s = 0, z = 0; s < RaceNetwork.chunk; s++, z += rows) {
      for (let r = 0; r < rows; r++) b[r] += dz[z + r];
      for (let w = 0, at = (s * steps + t) * width; w < width; w++, at++) {
        const size = value[at];
        if (size) for (let r = 0, u = index[at] * rows; r < rows; r++) U[u + r] += size * dz[z + r];
      }
    }
  }
  /** One step of Adam along the collected gradients, clipped together; then they are zero. */
  step() {
    const { weights, gradients, mean, square, rate } = this;
    let sum = 0;
    for (const g of Object.values(gradients)) for (const d of g) sum += d * d;
    const share = Math.min(1, this.clip / Math.sqrt(sum));
    this.updates++;
    const [whole, wholeSquare] = [1 - 0.9 ** this.updates, 1 - 0.999 ** this.updates];
    for (const [key, w] of Object.entries(weights)) {
      const [g, m, v] = [gradients[key], mean[key], square[key]];
      for (let i = 0; i < w.length; i++) {
        const d = share * g[i];
        m[i] += 0.1 * (d - m[i]);
        v[i] += 0.001 * (d * d - v[i]);
        w[i] -= (rate * m[i]) / whole / (Math.sqrt(v[i] / wholeSquare) + 1e-8);
      }
      g.fill(0);
    }
  }
}
