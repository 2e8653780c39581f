// The page's side of its Python: starts the worker, hands it cells, stops it.

export const TOO_DEEP = /call stack|too much recursion/i;
const GRACE = 1500; // milliseconds in which an interrupted cell has to end by itself

/**
 * @typedef {{label: string, source: string, given: boolean, again?: boolean, anew?: boolean,
 *   goesOn?: boolean, most?: number}} Cell `again`: it runs because Python was started anew; `anew`:
 *   what it had defined before is forgotten first; `goesOn`: the cells after it run even if it fails;
 *   `most`: its own limit, in seconds
 * @typedef {{type: string, message: string, line: number | null, text: string, traceback: string}} Fault
 * @typedef {{name: string, title: string, state: string, points: number, worth: number,
 *   lines: [string, string][]}} Feedback
 * @typedef {{label: string, ok: boolean, ended: "" | "time" | "stop" | "died", lost?: boolean,
 *   again?: boolean, error?: Fault, result?: string, feedback?: Feedback}} Told
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
    /** @type {Map<string, Cell>} the cells that have run in this Python, in the order of their first runs */
    this.ran = new Map();
    /** @type {Cell[]} those that a new Python has to run again first */
    this.again = [];
    this.number = 0;
    /** @type {Promise<void> | null} */
    this.ready = null;
    this.starting = false;
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
      this.starting = true;
      this.onState("starting");
      const worker = new Worker(this.files.worker);
      this.worker = worker;
      /** @param {string} why */
      const failed = (why) => {
        worker.terminate();
        if (this.worker !== worker) return;
        this.ready = this.worker = null;
        this.starting = false;
        this.onState("failed", why);
        reject(new Error(why));
      };
      worker.onerror = () => failed(`${this.files.worker.split("/").at(-1)} could not be fetched`);
      worker.onmessage = ({ data }) => {
        if (data.kind === "dead") failed(data.said);
        if (data.kind !== "ready") return;
        this.starting = false;
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
    this.starting = false;
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
    // What is wished for runs anyway; before that as well only for what came after it.
    const wished = new Map(cells.map(({ label, source }) => [label, source]));
    const last = this.again.findLastIndex(({ label, source }) => wished.get(label) !== source);
    this.again = this.again.slice(0, last + 1);
    const again = this.again.map((cell) => ({ ...cell, again: true, anew: false, goesOn: true }));
    const known = new Set([...this.ran.keys(), ...again.map((cell) => cell.label)]);
    const fresh = cells.filter((cell) => !cell.given || !known.has(cell.label));
    return this.#hand([...again, ...fresh], limit, listener);
  }

  /** @param {Cell[]} cells @param {number} limit @param {Listener} listener @returns {Promise<Told | null>} */
  #hand(cells, limit, listener) {
    const worker = /** @type {Worker} */ (this.worker);
    const number = ++this.number;
    const token = URL.createObjectURL(new Blob(["go on"]));
    const coming = cells.values();
    let cell = cells[0]; // that runs now
    let at = { label: cell.label, line: /** @type {number | null} */ (null) };
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
        const text = cell.source.split("\n")[(at.line ?? 0) - 1]?.trim() ?? "";
        const error = { type: "", message: why, line: at.line, text, traceback: "" };
        last = { label: at.label, ok: false, ended, lost: rerun, again: cell.again, error };
        this.#forget(cell); // or it would hold up every Python to come
        this.end(rerun);
        listener.cell(last);
        close();
      };
      this.abandon = () => gone("stop", "", false);
      let asked = false;
      this.interrupt = () => {
        if (asked) return; // who asks again grants no further respite
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
          cell = coming.next().value ?? cell;
          clearTimeout(clock);
          if (asked) clock = setTimeout(gone, GRACE, "stop");
          else clock = setTimeout(gone, (cell.most ?? limit) * 1000 + GRACE, "time");
          listener.begin(at.label);
        } else if (data.kind === "line") at = data.said;
        else if (data.kind === "output") listener.output(at.label, data.said);
        else if (data.kind === "cell") {
          last = /** @type {Told} */ ({ ...data.said, again: cell.again });
          this.#remember(cell, last.ok);
          listener.cell(last);
        } else if (data.kind === "dead") gone("died", data.said);
        else if (data.kind === "done") close();
      };
      worker.postMessage({ kind: "run", run: number, cells, limit, token });
    });
  }

  /** @param {Cell} cell @param {boolean} ok */
  #remember(cell, ok) {
    if (/^(check|hint) /.test(cell.label)) return;
    if (cell.again) this.#forget(cell);
    if (ok) this.ran.set(cell.label, cell);
  }

  /** A new Python need not run a cell again. @param {Cell} cell */
  #forget({ label }) {
    this.again = this.again.filter((one) => one.label !== label);
  }

  /**
   * Stop the cell that runs, and those that wait: ask first, then end its Python. A Python that is
   * still starting is given up: its files may never come.
   */
  stop() {
    this.stops += 1;
    if (this.starting) this.end(true);
    this.goOn?.();
    this.interrupt?.();
  }
}
