// Reading a text, and what the network was at each symbol of it.
const GATES_PARTS = ["f", "i", "o", "candidate", "c"];
const GATES_BUDGET = 9; // milliseconds of computing between two pictures of the screen

/** What the network was at a symbol: the surprise of the symbol, the cell before it, the gates f, i, o and
 * the candidate that it opened (n each), the state after it.
 * @typedef {{ x: number, bits: number, before: Float32Array, gates: Float32Array } & NetworkState} GatesStep */

/** Read a text, symbol by symbol, with something held or nothing.
 * @param {Network} network
 * @param {number} start what is read before it
 * @param {number[]} ids
 * @param {Hold | null} hold
 * @returns {Generator<void, GatesStep[]>} */
function* gatesRead(network, start, ids, hold) {
  let state = network.step(start, network.zero(), hold);
  const steps = [];
  for (const x of ids) {
    const bits = surprise(network.logits(state.h), x);
    const before = state.c;
    state = network.step(x, state, hold);
    steps.push({ x, bits, before, gates: network.gates.slice(), ...state });
    yield;
  }
  return steps;
}

/** What "f0", "c0", … hold: of one unit, or of all.
 * @param {string} held
 * @param {number} unit
 * @param {boolean} whole
 * @param {number} n
 * @returns {Hold | null} */
function gatesHold(held, unit, whole, n) {
  if (held === "nothing") return null;
  const [from, to] = whole ? [0, n] : [unit, unit + 1];
  return { part: GATES_PARTS.indexOf(held[0]), value: Number(held[1]), from, to };
}

/** One number of a step: a gate, the candidate, tanh c or h of a unit.
 * @param {GatesStep} step
 * @param {string} name
 * @param {number} unit */
function gatesValue({ gates, c, h }, name, unit) {
  if (name === "c") return Math.tanh(c[unit]);
  return name === "h" ? h[unit] : gates[GATES_PARTS.indexOf(name) * c.length + unit];
}

/** Do the work of a generator in slices of time, so that the page can move; a new work ends the old one.
 * @param {Frame} frame */
function gatesWorker({ signal }) {
  let due = 0;
  signal.addEventListener("abort", () => cancelAnimationFrame(due));
  /** @template T
   * @param {Generator<void, T>} work
   * @param {(result: T) => void} done */
  return (work, done) => {
    cancelAnimationFrame(due);
    const slice = () => {
      const until = performance.now() + GATES_BUDGET;
      do {
        const { value, done: over } = work.next();
        if (over) return done(value);
      } while (performance.now() < until);
      due = requestAnimationFrame(slice);
    };
    slice();
  };
}

/** The five likeliest next symbols.
 * @param {Network} network
 * @param {Float32Array} h */
function gatesLikeliest(network, h) {
  const p = distribution(network.logits(h));
  return ranked(p)
    .slice(0, 5)
    .map((x) => ({ symbol: network.symbols[x], p: p[x] }));
}
