// The race itself: two networks, the same examples for both, and what drives it, in a worker or in
// slices of time between two pictures of the screen.

/** @typedef {{ loss: number, right: number, running: number }} RacePoint one update of one network */
/** @typedef {{ norms: number[], state: number[], keep: number[], answer: number[] }} RaceView
 *   what the gradient of the loss is after so many steps back, and the first of the examples for show:
 *   (t, n) states, (t, n) values of the gate that keeps, and the answer */
/** @typedef {{
 *   race: number, update: number, chance: number, points: RacePoint[][], learnt: number[], running: boolean,
 *   seconds: number, views?: RaceView[], example?: { index: number[], value: number[], target: number },
 * }} RaceReport race: its number, as `begin` was given it; points: for each network those since the last report; learnt: the update at which each
 *   had learnt, 0 for not yet */

class Race {
  static batch = 32;
  static solved = 0.98; // of the answers right, as a running mean over about ten updates
  /** @param {RaceSettings} settings */
  constructor(settings) {
    const { task, lag, seed, racers } = settings;
    const shown = raceTask(task, lag, raceDraws(seed, 1));
    this.probe = raceExamples(shown, RaceNetwork.chunk);
    this.task = raceTask(task, lag, raceDraws(seed, 2));
    this.networks = racers.map((racer) => new RaceNetwork(racer, this.task, settings));
    this.update = 0;
    /** @type {RacePoint[][]} */
    this.points = racers.map(() => []);
    this.running = racers.map(() => this.task.chance);
    this.learnt = racers.map(() => 0);
  }
  /** Train without end. It stops after each chunk of each network, and tells whether an update is done. */
  *train() {
    const { networks, task } = this;
    const chunks = Race.batch / RaceNetwork.chunk;
    while (true) {
      const sums = networks.map(() => ({ loss: 0, right: 0 }));
      for (let c = 0; c < chunks; c++) {
        const examples = raceExamples(task, RaceNetwork.chunk);
        for (const [i, network] of networks.entries()) {
          const { loss, right } = network.learn(examples, Race.batch);
          sums[i].loss += loss / Race.batch;
          sums[i].right += right / Race.batch;
          if (c < chunks - 1 || i < networks.length - 1) yield false;
        }
      }
      this.update++;
      for (const [i, network] of networks.entries()) {
        network.step();
        this.note(i, sums[i]);
      }
      yield true;
    }
  }
  /** @param {number} i
   * @param {{ loss: number, right: number }} sum */
  note(i, { loss, right }) {
    this.running[i] += 0.1 * (right - this.running[i]);
    this.points[i].push({ loss, right, running: this.running[i] });
    if (!this.learnt[i] && this.running[i] >= Race.solved) this.learnt[i] = this.update;
  }
  /** How each network treats the examples for show, which it is not trained on. To be called between
   * two updates.
   * @returns {RaceView[]} */
  views() {
    const { steps, outputs } = this.task;
    return this.networks.map((network) => {
      const { n, size, rows, cell } = network;
      const answer = [...network.read(this.probe).subarray(0, outputs)];
      network.learn(this.probe, RaceNetwork.chunk);
      for (const g of Object.values(network.gradients)) g.fill(0);
      const [state, keep] = [[], []].map(() => /** @type {number[]} */ ([]));
      for (let t = 0; t < steps; t++) {
        state.push(...network.H.subarray((t + 1) * size, (t + 1) * size + n));
        const gate = t * RaceNetwork.chunk * rows + cell.keep * n;
        if (cell.keep >= 0) keep.push(...network.Z.subarray(gate, gate + n));
      }
      return { norms: [...network.norms], state, keep, answer };
    });
  }
}

/** How the race stands, with a look at the examples for show or without.
 * @param {Race} race
 * @param {boolean} look
 * @returns {Omit<RaceReport, "race" | "running" | "seconds">} */
function raceState(race, look) {
  const { update, task, points, learnt, probe } = race;
  const size = task.steps * task.width;
  const state = {
    update,
    chance: task.chance,
    learnt: [...learnt],
    points: points.map((news) => news.splice(0)),
  };
  if (!look) return state;
  const [index, value] = [[...probe.index.subarray(0, size)], [...probe.value.subarray(0, size)]];
  return { ...state, views: race.views(), example: { index, value, target: probe.target[0] } };
}

/** Trains in slices of `slice` milliseconds and reports. It pauses by itself after 800 updates, and
 * when both networks have learnt.
 * @param {(report: RaceReport) => void} report
 * @param {number} slice
 * @param {boolean} fine whether a slice may end within an update */
function raceRunner(report, slice, fine) {
  const calm = 90; // milliseconds from one look at the examples to the next
  let number = 0;
  let race = /** @type {Race | null} */ (null);
  let work = /** @type {Generator<boolean> | null} */ (null);
  let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  let [looked, spent, goal] = [0, 0, 0];
  let whole = true; // no update is half done
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const tell = (/** @type {boolean} */ look) => {
    if (!race) return;
    const about = { race: number, running: Boolean(timer), seconds: spent / 1000 };
    report({ ...about, ...raceState(race, look) });
    if (look) looked = performance.now();
  };
  /** Work until `enough`, at least once. */
  const advance = (/** @type {() => boolean} */ enough) => {
    const began = performance.now();
    do whole = Boolean(work?.next().value ?? true);
    while (!enough());
    spent += performance.now() - began;
  };
  const learnt = () => Boolean(race?.learnt.every(Boolean));
  let over = false; // both had learnt before the reader went on
  const done = () => !race || race.update >= goal || (learnt() && !over);
  const tick = () => {
    timer = setTimeout(tick, 0);
    const until = performance.now() + slice;
    advance(() => (whole && done()) || ((whole || fine) && performance.now() >= until));
    if (whole && done()) stop();
    if (whole) tell(!timer || performance.now() - looked > calm);
  };
  /** Stop between two updates. */
  const pause = () => {
    stop();
    if (!whole) advance(() => whole);
    tell(true);
  };
  return {
    /** @param {RaceSettings} settings */
    begin(settings) {
      number = settings.race;
      race = new Race(settings);
      work = race.train();
      [spent, whole] = [0, true];
      stop();
      tell(true);
    },
    go() {
      if (!race || timer) return;
      over = learnt();
      goal = 800 * (1 + Math.floor(race.update / 800));
      tick();
    },
    pause,
    step() {
      advance(() => whole);
      pause();
    },
    end: stop,
  };
}
/** @typedef {ReturnType<typeof raceRunner>} RaceRunner */

/** What the worker does: it takes the names of the runner's methods. */
function raceWorker() {
  const runner = raceRunner((report) => postMessage(report), 20, false);
  addEventListener("message", ({ data: [method, settings] }) =>
    runner[/** @type {keyof RaceRunner} */ (method)](settings),
  );
}

/** The runner in a worker made from the text of the functions above; where none can start, in this
 * thread, in slices that leave the screen time to move.
 * @param {(report: RaceReport) => void} report
 * @returns {RaceRunner & { where: () => string }} */
function raceEngine(report) {
  const parts = [
    ...[raceLogistic, raceSimple, raceLSTM, raceGRU, raceLinear, raceCell, raceDraws],
    ...[raceOrthogonal, raceKeeping, raceBrackets, raceAdding, raceTask, raceExamples],
    ...[
      raceMultiply,
      raceCollect,
      raceTranspose,
      raceStart,
      RaceNetwork,
      Race,
      raceState,
      raceRunner,
    ],
  ];
  const text = `${parts.join("\n")}\n(${raceWorker})();`;
  /** @type {RaceRunner} */
  let local;
  /** @type {Worker | null} */
  let worker = null;
  /** @type {[keyof RaceRunner, RaceSettings | undefined][]} */
  const sent = [];
  const here = () => {
    worker?.terminate();
    worker = null;
    local = raceRunner(report, 9, true);
    for (const [method, settings] of sent) local[method](/** @type {RaceSettings} */ (settings));
  };
  /** @param {keyof RaceRunner} method
   * @returns {(settings?: RaceSettings) => void} */
  const call = (method) => (settings) => {
    if (worker) {
      sent.push([method, settings]);
      worker.postMessage([method, settings]);
    } else local[method](/** @type {RaceSettings} */ (settings));
  };
  try {
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    worker = new Worker(url);
    worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
    worker.onmessage = ({ data }) => {
      sent.length = 0; // it lives
      report(data);
    };
    worker.onerror = here;
  } catch {
    here();
  }
  return {
    begin: call("begin"),
    go: call("go"),
    pause: call("pause"),
    step: call("step"),
    end: () => (worker ? worker.terminate() : local.end()),
    where: () => (worker ? "worker" : "page"),
  };
}
