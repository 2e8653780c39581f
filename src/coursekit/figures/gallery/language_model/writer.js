// Reading the beginning and writing on.
const LIMIT = 4000; // symbols in all
const SLICE = 9; // milliseconds of computing in one frame

/** A symbol that was read: its name, the state after it and, until the next symbol has come, the logits
 * of what may follow.
 * @typedef {{ x: number, name: string, state: NetworkState, logits: Float32Array | null }} Point */
/** One that the reader sees: its surprise, whether the reader wrote it, its place on the screen.
 * @typedef {Point & { bits: number, mine: boolean, node: HTMLElement }} Item */
/** Reads the beginning that the reader types, and writes on from there. */
class Writer {
  /** @param {Model} model
   * @param {StoredModel} stored
   * @param {Network} network
   * @param {ReturnType<typeof surface>} screen
   * @param {() => void} report is called when it begins and when it stops
   * @param {() => void} shown is called when there is more on the screen */
  constructor(model, stored, network, screen, report, shown) {
    this.model = model;
    this.stored = stored;
    this.network = network;
    this.screen = screen;
    this.report = report;
    this.shown = shown;
    this.characters = model.get("which") === "characters";
    this.number = new Map(network.symbols.map((s, i) => [s, i]));
    const state = network.step(stored.start, network.zero());
    /** @type {Point} */
    this.first = { x: stored.start, name: "</s>", state, logits: null };
    /** @type {Item[]} */
    this.read = [];
    this.beginning = this.encoded();
    this.own = 0; // symbols of the beginning
    this.goal = 0;
    this.next = uniform(model.get("seed"));
    this.due = 0; // the frame of the screen that is waited for
    this.began = 0;
    this.written = 0;
    this.took = 0; // milliseconds
  }
  get full() {
    return this.read.length >= LIMIT;
  }
  encoded() {
    const { characters, number, stored } = this;
    return encoded(this.model.get("prompt"), characters, number, stored.unknown);
  }
  /** The last symbol, with the logits of what may follow. */
  last() {
    const last = this.read[this.read.length - 1] ?? this.first;
    last.logits ??= this.network.logits(last.state.h);
    return { last, logits: last.logits };
  }
  /** @param {number} x
   * @param {string} name */
  append(x, name) {
    const { last, logits } = this.last();
    const bits = surprise(logits, x);
    last.logits = null; // a thousand words times a thousand logits would be a lot to keep
    const state = this.network.step(x, last.state);
    const mine = this.read.length < this.own;
    const word = this.characters ? name : spaced(name, last.name);
    const node = this.screen.paint(word, mine, x === this.stored.unknown);
    const item = { x, name, bits, state, mine, node, logits: null };
    this.screen.colour(item);
    this.read.push(item);
  }
  /** @returns {Rule} */
  rule() {
    const [temperature, topP, topK] = ["temperature", "top_p", "top_k"].map((k) =>
      this.model.get(k),
    );
    return { temperature, topP, topK: topK || Infinity, forbidden: this.stored.unknown };
  }
  /** The five likeliest symbols for a place, and the one that stands there, with their probabilities: the
   * model's and those that are drawn from. Place −1 is the end.
   * @param {number} at */
  candidates(at) {
    const point = at < 0 ? this.last().last : (this.read[at - 1] ?? this.first);
    const logits = point.logits ?? this.network.logits(point.state.h);
    const [p, drawn] = [distribution(logits), distribution(logits, this.rule())];
    const five = ranked(p).slice(0, 5);
    const here = at < 0 ? -1 : this.read[at].x;
    if (here >= 0 && !five.includes(here)) five.push(here);
    const { symbols } = this.network;
    return five.map((x) => ({ x, symbol: symbols[x], p: p[x], drawn: drawn[x], here: x === here }));
  }
  /** Put a symbol where another stands and write on from there, or at the end, alone.
   * @param {number} at
   * @param {number} x */
  take(at, x) {
    if (this.due) this.stop();
    if (this.full) return;
    const end = at < 0;
    for (const { node } of this.read.splice(end ? this.read.length : at)) node.remove();
    this.append(x, this.network.symbols[x]);
    this.read[this.read.length - 1].node.classList.add("ck-taken");
    this.show();
    if (!end) this.next = uniform(this.model.get("seed"));
    this.go(this.read.length + (end ? 0 : this.portion));
  }
  get portion() {
    return this.characters ? 320 : 80;
  }
  /** Read or write one more symbol. */
  advance() {
    const at = this.read.length;
    const { parts, ids } = this.beginning;
    if (at < this.own) return this.append(ids[at], parts[at]);
    const x = draw(distribution(this.last().logits, this.rule()), this.next());
    this.append(x, this.network.symbols[x]);
    this.written++;
  }
  stop() {
    cancelAnimationFrame(this.due);
    this.due = 0;
    this.took += performance.now() - this.began;
    this.report();
  }
  slice() {
    const until = performance.now() + SLICE;
    while (this.read.length < this.goal && performance.now() < until) this.advance();
    const done = this.read.length >= this.goal;
    if (!kit.still() || done) this.show();
    if (done) return this.stop();
    this.due = requestAnimationFrame(() => this.slice());
  }
  show() {
    const { text } = this.screen;
    text.append(...this.read.slice(text.childElementCount).map((item) => item.node));
    text.scrollTop = text.scrollHeight;
    this.shown();
  }
  /** @param {number} to so many symbols in all */
  go(to) {
    this.goal = Math.min(to, LIMIT);
    if (!this.due && this.read.length < this.goal) {
      this.began = performance.now();
      this.due = requestAnimationFrame(() => this.slice());
    }
    this.report();
  }
  more() {
    this.go(this.read.length + 2 * this.portion);
  }
  step() {
    if (this.due) this.stop();
    this.go(this.read.length + 1);
  }
  /** Keep what the old and the new beginning share, forget the rest, and write on from there. */
  again() {
    if (this.due) this.stop();
    this.beginning = this.encoded();
    const { ids, parts } = this.beginning;
    const same = this.read
      .slice(0, this.own)
      .findIndex(({ x, name }, i) => x !== ids[i] || name !== parts[i]);
    const shared = same < 0 ? Math.min(this.own, this.read.length) : same;
    for (const { node } of this.read.splice(shared)) node.remove();
    this.own = ids.length;
    this.next = uniform(this.model.get("seed"));
    this.written = this.took = 0;
    this.go(this.own + this.portion);
  }
}
