// The cells of the race: one step forward and one step back, for all examples of a chunk.
// Gates and candidate of a step lie one after the other, in blocks of n: block k of example s begins
// at (s · blocks + k) · n. Going in, `Z` holds what comes from the input, `back` what comes from the
// state before; going out, `Z` holds the values of gates and candidate. Backward, `dh` and `dc` are
// the gradients of the state after the step; they become those of the state before it, without
// the part that goes through the recurrent matrix, which is made from `dz` and `dback`.
/** @typedef {{
 *   blocks: number, recurrent: boolean, keep: number,
 *   forward: (net: RaceNetwork, t: number) => void,
 *   backward: (net: RaceNetwork, t: number) => void,
 * }} RaceCell keep: the block whose gate keeps the state, −1 for none */

/** @param {number} x */
function raceLogistic(x) {
  return 1 / (1 + Math.exp(-x));
}

/** h = φ(U x + W h + b).
 * @param {boolean} relu in place of tanh
 * @returns {RaceCell} */
function raceSimple(relu) {
  return {
    blocks: 1,
    recurrent: true,
    keep: -1,
    forward({ Z, H, back, size }, t) {
      for (let i = 0, at = t * size; i < size; i++, at++) {
        const a = Z[at] + back[i];
        H[at + size] = relu ? Math.max(0, a) : Math.tanh(a);
      }
    },
    backward({ H, dh, dz, dback, size }, t) {
      for (let i = 0, at = (t + 1) * size; i < size; i++, at++) {
        const h = H[at];
        dz[i] = dback[i] = dh[i] * (relu ? Number(h > 0) : 1 - h * h);
        dh[i] = 0;
      }
    },
  };
}

/** Blocks f, i, o, candidate: c = f c + i candidate, h = o tanh c.
 * @returns {RaceCell} */
function raceLSTM() {
  return {
    blocks: 4,
    recurrent: true,
    keep: 0,
    forward({ Z, H, C, back, n, size }, t) {
      for (let e = 0, at = t * size; e < size; e++, at++) {
        const p = Math.floor(e / n) * 4 * n + (e % n);
        const z = 4 * t * size + p;
        const f = raceLogistic(Z[z] + back[p]);
        const i = raceLogistic(Z[z + n] + back[p + n]);
        const o = raceLogistic(Z[z + 2 * n] + back[p + 2 * n]);
        const g = Math.tanh(Z[z + 3 * n] + back[p + 3 * n]);
        C[at + size] = f * C[at] + i * g;
        H[at + size] = o * Math.tanh(C[at + size]);
        Z[z] = f;
        Z[z + n] = i;
        Z[z + 2 * n] = o;
        Z[z + 3 * n] = g;
      }
    },
    backward({ Z, C, dh, dc, dz, dback, n, size }, t) {
      for (let e = 0, at = t * size; e < size; e++, at++) {
        const p = Math.floor(e / n) * 4 * n + (e % n);
        const z = 4 * t * size + p;
        const f = Z[z];
        const i = Z[z + n];
        const o = Z[z + 2 * n];
        const g = Z[z + 3 * n];
        const shown = Math.tanh(C[at + size]);
        const d = dc[e] + dh[e] * o * (1 - shown * shown);
        dz[p] = d * C[at] * f * (1 - f);
        dz[p + n] = d * g * i * (1 - i);
        dz[p + 2 * n] = dh[e] * shown * o * (1 - o);
        dz[p + 3 * n] = d * i * (1 - g * g);
        dc[e] = d * f;
        dh[e] = 0;
      }
      dback.set(dz);
    },
  };
}

/** Blocks r, u, candidate: candidate = tanh(U x + b + r (W h)), h = u h + (1 − u) candidate.
 * @returns {RaceCell} */
function raceGRU() {
  return {
    blocks: 3,
    recurrent: true,
    keep: 1,
    forward({ Z, H, C, back, n, size }, t) {
      for (let e = 0, at = t * size; e < size; e++, at++) {
        const p = Math.floor(e / n) * 3 * n + (e % n);
        const z = 3 * t * size + p;
        const r = raceLogistic(Z[z] + back[p]);
        const u = raceLogistic(Z[z + n] + back[p + n]);
        C[at] = back[p + 2 * n]; // W h of the candidate: no cell state here, so its place is free
        const g = Math.tanh(Z[z + 2 * n] + r * C[at]);
        H[at + size] = u * H[at] + (1 - u) * g;
        Z[z] = r;
        Z[z + n] = u;
        Z[z + 2 * n] = g;
      }
    },
    backward({ Z, H, C, dh, dz, dback, n, size }, t) {
      for (let e = 0, at = t * size; e < size; e++, at++) {
        const p = Math.floor(e / n) * 3 * n + (e % n);
        const z = 3 * t * size + p;
        const r = Z[z];
        const u = Z[z + n];
        const g = Z[z + 2 * n];
        const d = dh[e] * (1 - u) * (1 - g * g);
        dz[p] = dback[p] = d * C[at] * r * (1 - r);
        dz[p + n] = dback[p + n] = dh[e] * (H[at] - g) * u * (1 - u);
        dz[p + 2 * n] = d;
        dback[p + 2 * n] = d * r;
        dh[e] *= u;
      }
    },
  };
}

/** Blocks u, candidate, both made from the input alone: h = u h + (1 − u) candidate.
 * @returns {RaceCell} */
function raceLinear() {
  return {
    blocks: 2,
    recurrent: false,
    keep: 0,
    forward({ Z, H, n, size }, t) {
      for (let e = 0, at = t * size; e < size; e++, at++) {
        const z = 2 * t * size + Math.floor(e / n) * 2 * n + (e % n);
        Z[z] = raceLogistic(Z[z]);
        H[at + size] = Z[z] * H[at] + (1 - Z[z]) * Z[z + n];
      }
    },
    backward({ Z, H, dh, dz, n, size }, t) {
      for (let e = 0, at = t * size; e < size; e++, at++) {
        const p = Math.floor(e / n) * 2 * n + (e % n);
        const z = 2 * t * size + p;
        const u = Z[z];
        dz[p] = dh[e] * (H[at] - Z[z + n]) * u * (1 - u);
        dz[p + n] = dh[e] * (1 - u);
        dh[e] *= u;
      }
    },
  };
}

/** @param {string} name
 * @returns {RaceCell} */
function raceCell(name) {
  if (name === "lstm") return raceLSTM();
  if (name === "gru") return raceGRU();
  if (name === "linear") return raceLinear();
  return raceSimple(name === "identity");
}
