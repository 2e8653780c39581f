// The page's side of its Python: starts the worker, hands it cells, stops it.

export const TOO_DEEP = /call stack|too much recursion/i;
const GRACE = 1500; // milliseconds in which an interrupted cell has to end by itself

/**
 * @typedef {{label: string, source: string, given: boolean, anew?: boolean, goesOn?: boolean,
 *   most?: number}} Cell `anew`: what it had defined before is forgotten first; `goesOn`: the cells
 *   after it run even if it fails; `most`: its own limit, in seconds
 * @typedef {{type: string, message: string, line: number | null, text: string, traceback: string}} Fault
 * @typedef {{name: string, title: string, state: string, points: number, worth: number,
 *   lines: [string, string][]}} Feedback
 * @typedef {{label: string, ok: boolean, ended: "" | "time" | "stop" | "died", lost?: boolean,
 *   error?: Fault, result?: string, feedback?: Feedback}} Told
 * @typedef {{pyodide: string, python: string, numpy: string, coursekit: string, data: string,
 *   worker: string}} Files
 * @typedef {{begin: (label: string) => void, output: (label: string, text: string) => void,
 *   cell: (told: Told) => void}} Listener
 */

export class Python {
  /** @param {Files} files @param {(state: string, why?: string) => void} onState */
  constructor(files, onState) {
    this.files = files;
    this.onState = onState;
    /** @type {Map<string, Cell>} the cells that have run in this Python, in their order */
    this.ran = new Map();
    /** @type {Cell[]} those that a new Python has to run again first */
    this.again = [];
    this.number = 0;
    /** @type {Promise<void> | null} */
    this.ready = null;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Promise<unknown>} */
    this.queue = Promise.resolve();
    /** @type {(() => void) | null} */
    this.interrupt = null;
    /** @type {(() => void) | null} */
    this.abandon = null;
    /** @type {(() => void) | null} */
    this.goOn = null; // without waiting any longer for the start
    this.shallow = false; // whether calls within calls end sooner, before they end Python
    this.stops = 0; // how often somebody has wished to stop
  }

  /** Start, unless it has started. */
  start() {
    this.ready ??= new Promise((resolve, reject) => {
      this.onState("starting");
      const worker = new Worker(this.files.worker);
      this.worker = worker;
      /** @param {string} why */
      const failed = (why) => {
        worker.terminate();
        if (this.worker !== worker) return;
        this.ready = this.worker = null;
        this.onState("failed", why);
        reject(new Error(why));
      };
      worker.onerror = (event) => failed(event.message || "the worker could not be loaded");
      worker.onmessage = ({ data }) => {
        if (data.kind === "dead") failed(data.said);
        if (data.kind !== "ready") return;
        this.onState("ready");
        resolve();
      };
      worker.postMessage({ kind: "start", run: 0, shallow: this.shallow, ...this.files });
    });
    return this.ready;
  }

  /** End this Python; the next cell starts another. @param {boolean} rerun what has run so far */
  end(rerun) {
    this.worker?.terminate();
    this.again = rerun ? [...this.ran.values(), ...this.again] : [];
    this.ran.clear();
    this.ready = this.worker = null;
    this.onState("none");
  }

  /** End this Python at once, whatever it does, and forget what has run. */
  restart() {
    this.stops += 1;
    this.abandon?.();
    this.shallow = false;
    this.end(false);
    this.goOn?.();
  }

  /** Wait for the start, but no longer than until somebody wishes to stop. */
  async #started() {
    /** @type {Promise<void>} */
    const stopped = new Promise((resolve) => {
      this.goOn = resolve;
    });
    try {
      await Promise.race([this.start(), stopped]);
    } finally {
      this.goOn = null;
    }
  }

  /**
   * Run cells in their order until one fails; waits for what runs already.
   * @param {Cell[]} cells @param {number} limit seconds for each @param {Listener} listener
   * @returns {Promise<Told | null>} what came of the last cell that ran
   */
  run(cells, limit, listener) {
    const { stops } = this;
    const turn = this.queue.then(async () => {
      if (stops !== this.stops) return null;
      await this.#started();
      if (stops !== this.stops) return null;
      const told = await this.#run(cells, limit, listener);
      const deep = told?.ended === "died" && TOO_DEEP.test(told.error?.message ?? "");
      if (!deep || this.shallow) return told;
      // Calls through operators fill the browser's stack long before Python has counted to 1000.
      this.shallow = true;
      await this.#started();
      return stops === this.stops ? this.#run(cells, limit, listener) : null;
    });
    this.queue = turn.catch(() => {});
    return turn;
  }

  /** @param {Cell[]} cells @param {number} limit @param {Listener} listener */
  #run(cells, limit, listener) {
    const known = new Set(cells.map((cell) => cell.label));
    this.again = this.again.filter((cell) => !known.has(cell.label));
    const again = this.again.map((cell) => ({ ...cell, anew: false, goesOn: true }));
    const fresh = cells.filter((cell) => !cell.given || !this.ran.has(cell.label));
    return this.#hand([...again, ...fresh], limit, listener);
  }

  /** @param {Cell[]} cells @param {number} limit @param {Listener} listener @returns {Promise<Told | null>} */
  #hand(cells, limit, listener) {
    const worker = /** @type {Worker} */ (this.worker);
    const number = ++this.number;
    const token = URL.createObjectURL(new Blob(["go on"]));
    const by = new Map(cells.map((cell) => [cell.label, cell]));
    let at = { label: cells[0]?.label ?? "", line: /** @type {number | null} */ (null) };
    /** @type {Told | null} */
    let last = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let clock;
    return new Promise((resolve) => {
      const close = () => {
        clearTimeout(clock);
        this.interrupt = this.abandon = null;
        URL.revokeObjectURL(token);
        resolve(last);
      };
      /** @param {"time" | "stop" | "died"} ended @param {string} [why] @param {boolean} [rerun] */
      const gone = (ended, why = "", rerun = true) => {
        const text = by.get(at.label)?.source.split("\n")[(at.line ?? 0) - 1]?.trim() ?? "";
        const error = {
          type: "",
          message: why,
          line: at.line,
          text,
          traceback: "",
        };
        last = { label: at.label, ok: false, ended, lost: rerun, error };
        this.end(rerun);
        listener.cell(last);
        close();
      };
      this.abandon = () => gone("stop", "", false);
      let asked = false;
      this.interrupt = () => {
        if (asked) return; // who asks again gets no longer respite
        asked = true;
        URL.revokeObjectURL(token);
        clearTimeout(clock);
        clock = setTimeout(gone, GRACE, "stop");
      };
      worker.onerror = (event) => gone("died", event.message);
      worker.onmessage = ({ data }) => {
        if (data.run !== number) return;
        if (data.kind === "begin") {
          at = { label: data.said, line: null };
          clearTimeout(clock);
          if (asked) clock = setTimeout(gone, GRACE, "stop");
          else clock = setTimeout(gone, (by.get(at.label)?.most ?? limit) * 1000 + GRACE, "time");
          listener.begin(at.label);
        } else if (data.kind === "line") at = data.said;
        else if (data.kind === "output") listener.output(at.label, data.said);
        else if (data.kind === "cell") {
          last = /** @type {Told} */ (data.said);
          this.#remember(by.get(last.label), last.ok);
          listener.cell(last);
        } else if (data.kind === "dead") gone("died", data.said);
        else if (data.kind === "done") close();
      };
      worker.postMessage({ kind: "run", run: number, cells, limit, token });
    });
  }

  /** @param {Cell | undefined} cell @param {boolean} ok */
  #remember(cell, ok) {
    if (!cell || /^(check|hint) /.test(cell.label)) return;
    this.again = this.again.filter((one) => one.label !== cell.label);
    if (ok) this.ran.set(cell.label, cell); // in the order of their first runs: some need others
  }

  /** Stop the cell that runs, and those that wait: ask first, then end its Python. */
  stop() {
    this.stops += 1;
    this.goOn?.();
    this.interrupt?.();
  }
}
