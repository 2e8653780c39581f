// The tasks of the race. A network reads `steps` inputs and answers once, after the last. An input is a
// vector with at most `width` entries that are not zero: their places and their values.
/** @typedef {{ index: Int32Array, value: Float64Array, target: Float64Array }} RaceExamples */
/** @typedef {{
 *   inputs: number, outputs: number, width: number, steps: number, chance: number,
 *   draw: (put: (t: number, w: number, index: number, value: number) => void) => number,
 * }} RaceTask draw: one example; it gives the right answer. One output is a number to come close to, more
 *   are classes. chance: share of right answers of the best answer that looks at nothing. */

/** One of 8 symbols, then `lag` others, drawn from an alphabet of their own ("recall"), or from the
 * same alphabet, where a mark on the first one says what counts ("noise").
 * @param {number} lag
 * @param {() => number} draw
 * @param {boolean} alike
 * @returns {RaceTask} */
function raceKeeping(lag, draw, alike) {
  return {
    inputs: alike ? 9 : 16,
    outputs: 8,
    width: 2,
    steps: lag + 1,
    chance: 1 / 8,
    draw(put) {
      const first = Math.floor(8 * draw());
      for (let t = 0; t <= lag; t++) {
        const other = Math.floor(8 * draw());
        put(t, 0, t ? other + (alike ? 0 : 8) : first, 1);
        put(t, 1, 8, alike && t === 0 ? 1 : 0);
      }
      return first;
    },
  };
}

/** How many brackets are open at the end? At most 7 are; inputs: a letter, "(", ")".
 * @param {number} steps
 * @param {() => number} draw
 * @returns {RaceTask} */
function raceBrackets(steps, draw) {
  /** @param {number} open
   * @returns {number[]} */
  const next = (open) => (open === 0 ? [0, 1] : open === 7 ? [0, 2] : [0, 1, 2]);
  /** @param {number} input */
  const change = (input) => [0, 1, -1][input];
  let share = [1, 0, 0, 0, 0, 0, 0, 0]; // of the texts that have so many open
  for (let t = 0; t < steps; t++) {
    const after = share.map(() => 0);
    share.forEach((p, open) => {
      for (const input of next(open)) after[open + change(input)] += p / next(open).length;
    });
    share = after;
  }
  return {
    inputs: 3,
    outputs: 8,
    width: 1,
    steps,
    chance: Math.max(...share),
    draw(put) {
      let open = 0;
      for (let t = 0; t < steps; t++) {
        const possible = next(open);
        const input = possible[Math.floor(possible.length * draw())];
        put(t, 0, input, 1);
        open += change(input);
      }
      return open;
    },
  };
}

/** Add the two marked numbers, one in each half; right is what lies within 0.1 (by always answering
 * 1 that is 19 %).
 * @param {number} steps
 * @param {() => number} draw
 * @returns {RaceTask} */
function raceAdding(steps, draw) {
  return {
    inputs: 2,
    outputs: 1,
    width: 2,
    steps,
    chance: 0.19,
    draw(put) {
      const half = Math.floor(steps / 2);
      const marked = [Math.floor(half * draw()), half + Math.floor((steps - half) * draw())];
      let sum = 0;
      for (let t = 0; t < steps; t++) {
        const number = draw();
        const counts = marked.includes(t);
        put(t, 0, 0, number);
        put(t, 1, 1, counts ? 1 : 0);
        if (counts) sum += number;
      }
      return sum;
    },
  };
}

/** @param {string} name
 * @param {number} lag
 * @param {() => number} draw
 * @returns {RaceTask} */
function raceTask(name, lag, draw) {
  if (name === "brackets") return raceBrackets(lag, draw);
  if (name === "adding") return raceAdding(lag, draw);
  return raceKeeping(lag, draw, name === "noise");
}

/** @param {RaceTask} task
 * @param {number} count
 * @returns {RaceExamples} */
function raceExamples({ steps, width, draw }, count) {
  const index = new Int32Array(count * steps * width);
  const value = new Float64Array(index.length);
  const target = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    target[s] = draw((t, w, place, number) => {
      const at = (s * steps + t) * width + w;
      index[at] = place;
      value[at] = number;
    });
  }
  return { index, value, target };
}
