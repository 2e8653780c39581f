// The networks of a run, put together again from what has changed from one moment to the next.

/** All moments of a stored run.
 * @param {StoredModel} stored
 * @returns {Promise<Network[]>} */
async function runNetworks({ symbols, shapes = [], moments = [] }) {
  const lengths = shapes.flatMap(([, [a, b]]) => (b ? Array(a).fill(b) : [a]));
  const reached = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  const networks = [];
  for (const moment of moments) {
    const q = new Int8Array(await unpacked(moment.q));
    const e = new Int8Array(await unpacked(moment.e));
    let at = 0;
    lengths.forEach((length, row) => {
      const scale = 2 ** (e[row] / 8);
      for (const end = at + length; at < end; at++) reached[at] += scale * q[at];
    });
    networks.push(
      new Network(symbols, shapes[0][1][0], shapes[0][1][1], runArrays(reached, shapes)),
    );
  }
  return networks;
}

/** The weights by name, as they are now.
 * @param {Float64Array} reached
 * @param {[string, number[]][]} shapes */
function runArrays(reached, shapes) {
  let at = 0;
  /** @type {Record<string, Float32Array>} */
  const arrays = {};
  for (const [name, shape] of shapes) {
    const end = at + shape.reduce((size, length) => size * length, 1);
    arrays[name] = Float32Array.from(reached.subarray(at, end));
    at = end;
  }
  return arrays;
}

/** What a network makes of a text: tanh c of one unit after each symbol, and the mean of its bits.
 * @param {Network} network
 * @param {number} start is read before it
 * @param {number[]} ids
 * @param {number} unit */
function runRead(network, start, ids, unit) {
  let state = network.step(start, network.zero());
  let bits = 0;
  const cells = ids.map((x) => {
    bits += surprise(network.logits(state.h), x);
    state = network.step(x, state);
    return Math.tanh(state.c[unit]);
  });
  return { cells, bits: ids.length ? bits / ids.length : 0 };
}

/** What a network writes by itself.
 * @param {Network} network
 * @param {number} start
 * @param {{ seed: number, temperature: number, count: number }} how */
function runWrite(network, start, { seed, temperature, count }) {
  const next = uniform(seed);
  let state = network.step(start, network.zero());
  let text = "";
  for (let i = 0; i < count; i++) {
    const x = draw(distribution(network.logits(state.h), { temperature }), next());
    text += network.symbols[x];
    state = network.step(x, state);
  }
  return text;
}
