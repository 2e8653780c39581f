// Reading the beginning and writing on.
const LIMIT = 4000; // symbols in all
const SLICE = 9; // milliseconds of computing in one frame

/** A symbol that was read: its name, the state after it and, until the next symbol has come, the logits
 * of what may follow.
 * @typedef {{ x: number, name: string, state: NetworkState, logits: Float32Array | null }} Point */
/** One that the reader sees: its surprise, whether the reader wrote it, its place on the screen.
 * @typedef {Point & { bits: number, mine: boolean, node: HTMLElement }} Item */
/** @typedef {{ parts: string[], ids: number[], lacking: string[] }} Beginning */
/** Reads the beginning that the reader types, and writes on from there. */
class Writer {
  /** @param {Model} model
   * @param {StoredModel} stored
   * @param {Network} network
   * @param {ReturnType<typeof surface>} screen
   * @param {() => void} report is called when it begins and when it stops */
  constructor(model, stored, network, screen, report) {
    this.model = model;
    this.stored = stored;
    this.network = network;
    this.screen = screen;
    this.report = report;
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
  /** The beginning as symbols; characters that the model does not know are left out, words are unknown.
   * @returns {Beginning} */
  encoded() {
    const { characters, number, stored } = this;
    const prompt = this.model.get("prompt");
    const parts = characters ? [...prompt] : cut(prompt);
    const known = characters ? parts.filter((s) => number.has(s)) : parts;
    const lacking = [...new Set(parts.filter((s) => !number.has(s)))];
    const ids = known.map((s) => number.get(s) ?? stored.unknown ?? 0);
    return { parts: known, ids, lacking };
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
  /** Read or write one more symbol. */
  advance() {
    const at = this.read.length;
    const { parts, ids } = this.beginning;
    if (at < this.own) return this.append(ids[at], parts[at]);
    const [temperature, topP] = ["temperature", "top_p"].map((key) => this.model.get(key));
    const p = distribution(this.last().logits, temperature, topP, this.stored.unknown);
    const x = draw(p, this.next());
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
    this.go(this.read.length + (this.characters ? 640 : 160));
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
    this.go(this.own + (this.characters ? 320 : 80));
  }
}
