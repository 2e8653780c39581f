// The network: an LSTM that reads one symbol after the other.
/** out = M·v + start, M stored row by row. Four sums at once, so that none waits for the other.
 * @param {Float32Array} matrix
 * @param {Float32Array} v
 * @param {Float32Array} start
 * @param {Float32Array} out */
function product(matrix, v, start, out) {
  const n = v.length;
  for (let row = 0, at = 0; row < out.length; row++, at += n) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < n; j += 4) {
      a += matrix[at + j] * v[j];
      b += matrix[at + j + 1] * v[j + 1];
      c += matrix[at + j + 2] * v[j + 2];
      d += matrix[at + j + 3] * v[j + 3];
    }
    out[row] = start[row] + a + b + c + d;
  }
  return out;
}

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** State of the network after a symbol.
 * @typedef {{ h: Float32Array, c: Float32Array }} NetworkState */
/** What is held at a value at every step: part 0 to 3 is f, i, o or the candidate, 4 the cell state c, of the
 * units from … to - 1.
 * @typedef {{ part: number, value: number, from: number, to: number }} Hold */

/** One layer of LSTM between an embedding and an output layer. */
class Network {
  /** @param {StoredModel} stored */
  static async of({ symbols, arrays }) {
    const names = Object.keys(arrays);
    const read = await Promise.all(names.map((name) => weights(arrays[name])));
    const [k, d] = arrays["embed.weight"].shape;
    return new Network(symbols, k, d, Object.fromEntries(names.map((name, i) => [name, read[i]])));
  }
  /** @param {string[]} symbols
   * @param {number} k how many they are
   * @param {number} d size of the embedding
   * @param {Record<string, Float32Array>} arrays */
  constructor(symbols, k, d, arrays) {
    this.symbols = symbols;
    this.k = k;
    this.d = d;
    this.embed = arrays["embed.weight"];
    this.U = arrays["stack.cells.0.U"];
    this.W = arrays["stack.cells.0.W"];
    this.b = arrays["stack.cells.0.b"];
    this.n = this.b.length / 4;
    this.Q = arrays["output.Q"] ?? this.embed; // tied
    this.bQ = arrays["output.b_Q"];
    /** U·u + b of each symbol met: computed once.
     * @type {Map<number, Float32Array>} */
    this.inputs = new Map();
    this.gates = new Float32Array(4 * this.n);
  }
  zero() {
    return { h: new Float32Array(this.n), c: new Float32Array(this.n) };
  }
  /** The state after one more symbol. Afterwards `gates` holds f, i, o and the candidate, n each.
   * @param {number} x
   * @param {NetworkState} before
   * @param {Hold | null} hold */
  step(x, { h, c }, hold = null) {
    const { n, gates } = this;
    const after = this.zero();
    product(this.W, h, this.input(x), gates);
    for (let j = 0; j < 3 * n; j++) gates[j] = sigmoid(gates[j]);
    for (let j = 3 * n; j < 4 * n; j++) gates[j] = Math.tanh(gates[j]);
    if (hold && hold.part < 4) {
      gates.fill(hold.value, hold.part * n + hold.from, hold.part * n + hold.to);
    }
    for (let j = 0; j < n; j++) after.c[j] = gates[j] * c[j] + gates[n + j] * gates[3 * n + j];
    if (hold?.part === 4) after.c.fill(hold.value, hold.from, hold.to);
    for (let j = 0; j < n; j++) after.h[j] = gates[2 * n + j] * Math.tanh(after.c[j]);
    return after;
  }
  /** @param {number} x */
  input(x) {
    const known = this.inputs.get(x);
    if (known) return known;
    const u = this.embed.subarray(x * this.d, (x + 1) * this.d);
    const made = product(this.U, u, this.b, new Float32Array(4 * this.n));
    this.inputs.set(x, made);
    return made;
  }
  /** @param {Float32Array} h */
  logits(h) {
    return product(this.Q, h, this.bQ, new Float32Array(this.k));
  }
}
