// A sentence in two networks as they start, untrained: the values that go forward, and the gradients
// of one word's loss that come back. The networks are those of the memory race.
const FLOW_MOST = 12; // words that are read
const FLOW_UNITS = 16;

/** @param {string} text */
const flowWords = (text) => text.trim().split(/\s+/).filter(Boolean).slice(0, FLOW_MOST);

/** A stream of random numbers for each word (FNV-1a): a word has the same weights in any sentence.
 * @param {string} word */
function flowStream(word) {
  let hash = 0x811c9dc5;
  for (const letter of word) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 1;
}

/** @typedef {{ cell: string, rho: number, bias: number, truncate: number, clip: number, seed: number }}
 *   FlowSettings */

/** The network before its first update. W of the RNN is orthogonal times rho: rho is its spectral radius.
 * @param {string[]} words different ones
 * @param {number} steps
 * @param {FlowSettings} settings */
function flowNetwork(words, steps, { cell, rho, bias, truncate, clip, seed }) {
  const size = { inputs: words.length, outputs: words.length, width: 1, steps };
  const rest = { race: 0, task: "", lag: 0, racers: [], rate: 0, n: FLOW_UNITS };
  const task = { ...size, chance: 0, draw: () => 0 };
  const net = new RaceNetwork({ cell, bias }, task, { ...rest, truncate, clip, seed });
  const { U, W, Q } = net.weights;
  words.forEach((word, i) => {
    const draw = raceDraws(seed, flowStream(word));
    const row = () => 2 * draw() - 1;
    for (let r = 0; r < FLOW_UNITS; r++) Q[i * FLOW_UNITS + r] = row() / Math.sqrt(FLOW_UNITS);
    for (let r = 0; r < net.rows; r++) U[i * net.rows + r] = row() / 2;
  });
  if (cell === "orthogonal") W.set(W.map((w) => rho * w));
  return net;
}

/** What flows when the words before a word are read, and that word's loss is sent back.
 * @param {string[]} sentence
 * @param {number} word its place, the first is 1
 * @param {FlowSettings} settings
 * @returns values and gradients: norms at the states after each word that is read, the first one first;
 *   whole: norm of the gradient of all weights; share: what clipping leaves of it */
function flowed(sentence, word, settings) {
  const words = [...new Set(sentence)];
  const read = sentence.slice(0, word - 1).map((w) => words.indexOf(w));
  const net = flowNetwork(words, read.length, settings);
  const eight = Array.from({ length: RaceNetwork.chunk }); // the engine reads eight examples at a time
  const index = Int32Array.from(eight.flatMap(() => read));
  const value = new Float64Array(index.length).fill(1);
  const target = Float64Array.from(eight, () => words.indexOf(sentence[word - 1]));
  const { loss } = net.learn({ index, value, target }, RaceNetwork.chunk);
  const states = settings.cell === "lstm" ? [net.H, net.C] : [net.H];
  const values = read.map((_, t) => {
    const from = (t + 1) * net.size;
    return Math.hypot(...states.flatMap((state) => [...state.subarray(from, from + net.n)]));
  });
  const whole = Math.hypot(...Object.values(net.gradients).map((g) => Math.hypot(...g)));
  const share = Math.min(1, settings.clip / whole);
  const gradients = [...net.norms].reverse().map((norm) => share * norm);
  return { values, gradients, whole, share, loss: loss / RaceNetwork.chunk };
}
/** @typedef {ReturnType<typeof flowed>} Flow */
