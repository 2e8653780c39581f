// A trained LSTM that reads and writes in the page. Its weights, one byte each, are no part of the
// page: they are fetched when the reader asks for them. In the book a script of their own brings
// them (fetch cannot read a file: address), in a notebook the kernel does.

// --- the network -----------------------------------------------------------------------------
// Bytes as Python's base64.b85encode writes them: five characters for four bytes, cut at the end.
const DIGITS =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const DIGIT = new Map([...DIGITS].map((character, value) => [character.charCodeAt(0), value]));
function bytes(text) {
  const lacking = (5 - (text.length % 5)) % 5;
  const whole = text + "~".repeat(lacking);
  const out = new DataView(new ArrayBuffer((whole.length / 5) * 4));
  for (let at = 0, word = 0; at < whole.length; at++) {
    word = (at % 5 ? word * 85 : 0) + (DIGIT.get(whole.charCodeAt(at)) ?? 0);
    if (at % 5 === 4) out.setUint32(((at - 4) / 5) * 4, word);
  }
  return new Uint8Array(out.buffer, 0, out.byteLength - lacking);
}
async function unpacked(text) {
  if (!globalThis.DecompressionStream) throw new Error("this browser is too old to unpack it");
  const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// A stored array as float32; a matrix of bytes has one scale a row: w = scale · byte.
async function weights({ shape, values, int8, scale }) {
  if (values) return new Float32Array(await unpacked(values));
  const whole = new Int8Array(await unpacked(int8));
  const scales = new Float32Array(await unpacked(scale));
  return Float32Array.from(whole, (b, i) => b * scales[Math.floor(i / shape[1])]);
}

// out = M·v + start, M stored row by row. Four sums at once, so that none waits for the other.
function product(matrix, v, start, out) {
  const n = v.length;
  for (let row = 0, at = 0; row < out.length; row++, at += n) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < n; j += 4) {
      a += matrix[at + j] * v[j];
      b += matrix[at + j + 1] * v[j + 1];
      c += matrix[at + j + 2] * v[j + 2];
      d += matrix[at + j + 3] * v[j + 3];
    }
    out[row] = start[row] + a + b + c + d;
  }
  return out;
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

class Network {
  static async of({ symbols, arrays }) {
    const names = Object.keys(arrays);
    const read = await Promise.all(names.map((name) => weights(arrays[name])));
    const [k, d] = arrays["embed.weight"].shape;
    return new Network(symbols, k, d, Object.fromEntries(names.map((name, i) => [name, read[i]])));
  }
  constructor(symbols, k, d, arrays) {
    this.symbols = symbols;
    this.k = k;
    this.d = d;
    this.embed = arrays["embed.weight"];
    this.U = arrays["stack.cells.0.U"];
    this.W = arrays["stack.cells.0.W"];
    this.b = arrays["stack.cells.0.b"];
    this.n = this.b.length / 4;
    this.Q = arrays["output.Q"] ?? this.embed; // tied
    this.bQ = arrays["output.b_Q"];
    this.inputs = new Map(); // U·u + b of each symbol met: computed once
    this.gates = new Float32Array(4 * this.n);
  }
  zero() {
    return { h: new Float32Array(this.n), c: new Float32Array(this.n) };
  }
  // The state after one more symbol. The gates stand in the order f, i, o, c.
  step(x, { h, c }) {
    const { n, gates } = this;
    const after = this.zero();
    if (!this.inputs.has(x)) {
      const u = this.embed.subarray(x * this.d, (x + 1) * this.d);
      this.inputs.set(x, product(this.U, u, this.b, new Float32Array(4 * n)));
    }
    product(this.W, h, this.inputs.get(x), gates);
    for (let j = 0; j < n; j++) {
      const candidate = Math.tanh(gates[3 * n + j]);
      after.c[j] = sigmoid(gates[j]) * c[j] + sigmoid(gates[n + j]) * candidate;
      after.h[j] = sigmoid(gates[2 * n + j]) * Math.tanh(after.c[j]);
    }
    return after;
  }
  logits(h) {
    return product(this.Q, h, this.bQ, new Float32Array(this.k));
  }
}

// --- drawing the next symbol -------------------------------------------------------------------
// Probabilities at a temperature, cut to the nucleus (the fewest symbols with this much), summing to 1.
function distribution(logits, temperature = 1, topP = 1, forbidden = null) {
  const p = Float64Array.from(logits);
  if (forbidden !== null) p[forbidden] = -Infinity;
  const top = p.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (let i = 0; i < p.length; i++) {
    p[i] = Math.exp((p[i] - top) / temperature);
    total += p[i];
  }
  if (topP < 1) {
    const order = Array.from(p.keys()).sort((a, b) => p[b] - p[a] || a - b);
    let before = 0;
    for (const i of order) {
      const own = p[i];
      if (before >= topP * total) p[i] = 0;
      before += own;
    }
    total = p.reduce((a, b) => a + b);
  }
  return p.map((w) => w / total);
}
function draw(p, u) {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] === 0) continue;
    sum += p[i];
    last = i;
    if (u < sum) break;
  }
  return last;
}
// Marsaglia's xorshift generator (2003): the same seed, the same text, in any language.
function uniform(seed) {
  let x = Math.imul(seed, 2654435761) | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4294967296;
  };
}
// −log₂ of the probability of one symbol.
function surprise(logits, symbol) {
  const top = logits.reduce((a, b) => Math.max(a, b));
  const total = logits.reduce((sum, l) => sum + Math.exp(l - top), 0);
  return (Math.log(total) - logits[symbol] + top) / Math.LN2;
}

// --- text into symbols and back ----------------------------------------------------------------
// Like coursekit.text: sentences end at . ? ! before a blank, and at line breaks; words in lower case.
const WORD = /[a-z]+(?:'[a-z]+)*|[0-9]+(?:[.,][0-9]+)*|[^\sa-z0-9]/g;
function cut(text) {
  return text
    .split(/(?<=[.?!])\s+|\n+/)
    .map((s) => s.toLowerCase().match(WORD) ?? [])
    .flatMap((words, i) => (i ? ["</s>", ...words] : words));
}
const CLOSING = /^[.,;:?!)\]%]$/;
const OPENING = /^[([$]$/;
// How a word stands in the text: with a blank before it or not; a sentence ends the line.
const spaced = (word, before) =>
  word === "</s>"
    ? "\n"
    : before === "</s>" || CLOSING.test(word) || OPENING.test(before)
      ? word
      : ` ${word}`;

// --- fetching ------------------------------------------------------------------------------------
// From the kernel, which sends them when it sees that `asked` has changed.
function sent(frame) {
  const { model, signal } = frame;
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error("the kernel does not answer"));
    const timer = setTimeout(late, 20000);
    const done = () => {
      clearTimeout(timer);
      resolve(model.get("weights"));
    };
    kit.watch(frame, ["weights"], done);
    signal.addEventListener("abort", done);
    kit.store(model, "asked", model.get("asked") + 1);
  });
}

// From the book's own script, which puts them on the shelf.
function loaded(which, shelf) {
  const root = document.documentElement.dataset.content_root ?? "";
  const src = `${root}_static/models/${which}.js`;
  return new Promise((resolve) => {
    const done = () => resolve(shelf[which]);
    kit.html("script", { src, onload: done, onerror: done }, document.head);
  });
}

async function fetched(frame) {
  const { model } = frame;
  const which = model.get("which");
  globalThis.coursekitModels ??= {};
  const shelf = globalThis.coursekitModels;
  const known = shelf[which] ?? model.get("weights"); // sent before
  const stored = known ?? (await (model.get("kernel") ? sent(frame) : loaded(which, shelf)));
  if (!stored?.arrays) throw new Error(`there are no weights of “${which}”`);
  shelf[which] = stored;
  return stored;
}

// --- the figure ------------------------------------------------------------------------------------
const LIMIT = 4000;
const SLICE = 9; // symbols in all; milliseconds of computing in one frame

function render({ model, el, signal }) {
  const characters = model.get("which") === "characters";
  const one = characters ? "character" : "word";
  const frame = kit.frame(
    { model, el, signal },
    { name: "model", title: model.get("title"), height: 0 },
  );
  const facts = kit.html("p", { class: "ck-facts", text: model.get("facts") });
  frame.root.insertBefore(facts, frame.controls);
  const start = kit.button(
    frame.controls,
    `Start (fetches ${model.get("kilobytes")} kB)`,
    async () => {
      start.disabled = true;
      frame.reading.textContent = "Fetching the weights …";
      try {
        const stored = await fetched(frame);
        const network = await Network.of(stored);
        start.remove();
        if (frame.signal.aborted) return;
        open(frame, model, stored, network, one);
      } catch (error) {
        start.disabled = false;
        frame.reading.textContent = `The model cannot start: ${error instanceof Error ? error.message : error}.`;
        frame.say(frame.reading.textContent);
      }
    },
  );
  return frame.end;
}

function open(frame, model, stored, network, one) {
  const characters = one === "character";
  const number = new Map(network.symbols.map((s, i) => [s, i]));
  // Everything read so far: symbol, state after it, its surprise, its place on the screen.
  const read = [];
  let own = 0;
  let goal = 0;
  let next = uniform(model.get("seed"));
  let due = 0;
  let began = 0;
  let written = 0;
  let took = 0;
  const first = { x: stored.start, state: network.step(stored.start, network.zero()) };
  const last = () => read[read.length - 1] ?? first;

  // The beginning as symbols; characters that the model does not know are left out, words are unknown.
  const encoded = () => {
    const parts = characters ? [...model.get("prompt")] : cut(model.get("prompt"));
    const known = characters ? parts.filter((s) => number.has(s)) : parts;
    const lacking = [...new Set(parts.filter((s) => !number.has(s)))];
    return { parts: known, ids: known.map((s) => number.get(s) ?? stored.unknown), lacking };
  };

  const { box, text, unitRow, legend, paint, colour } = surface(frame, model, stored, one);

  let beginning = encoded();
  const append = (x, name) => {
    const before = last();
    before.logits ??= network.logits(before.state.h);
    const bits = surprise(before.logits, x);
    const word = characters ? name : spaced(name, before === first ? "</s>" : before.name);
    const item = { x, name, bits, state: network.step(x, before.state), mine: read.length < own };
    before.logits = null; // a thousand words times a thousand logits would be a lot to keep
    item.node = paint(item, word, x === stored.unknown);
    read.push(item);
  };
  const advance = () => {
    const at = read.length;
    if (at < own) return append(beginning.ids[at], beginning.parts[at]);
    const before = last();
    before.logits ??= network.logits(before.state.h);
    const p = distribution(
      before.logits,
      model.get("temperature"),
      model.get("top_p"),
      stored.unknown,
    );
    const x = draw(p, next());
    append(x, network.symbols[x]);
    written++;
  };
  const stop = () => {
    cancelAnimationFrame(due);
    due = 0;
    took += performance.now() - began;
    report();
  };
  const slice = () => {
    const until = performance.now() + SLICE;
    while (read.length < goal && performance.now() < until) advance();
    if (!kit.still() || read.length >= goal) show();
    if (read.length >= goal) return stop();
    due = requestAnimationFrame(slice);
  };
  const show = () => {
    text.append(...read.slice(text.childElementCount).map((item) => item.node));
    text.scrollTop = text.scrollHeight;
  };
  const go = (to) => {
    goal = Math.min(to, LIMIT);
    if (due || read.length >= goal) return report();
    began = performance.now();
    due = requestAnimationFrame(slice);
    report();
  };
  // Keep what the old and the new beginning share, forget the rest, and write on from there.
  const again = () => {
    if (due) stop();
    beginning = encoded();
    let same = 0;
    while (
      same < Math.min(own, read.length) &&
      same < beginning.ids.length &&
      read[same].x === beginning.ids[same] &&
      read[same].name === beginning.parts[same]
    )
      same++;
    for (const { node } of read.splice(same)) node.remove();
    own = beginning.ids.length;
    next = uniform(model.get("seed"));
    written = took = 0;
    go(own + (characters ? 320 : 80));
  };

  const row = kit.html("div", { class: "ck-steps" });
  const more = kit.button(row, "Write on", () => {
    if (due) return stop();
    go(read.length + (characters ? 640 : 160));
  });
  kit.button(row, "Another", () => kit.store(model, "seed", model.get("seed") + 1));
  frame.controls.prepend(row);
  const report = () => {
    more.textContent = due ? "Pause" : "Write on";
    more.disabled = read.length >= LIMIT;
    const mine = read.slice(0, own);
    const mean = mine.reduce((sum, { bits }) => sum + bits, 0) / own;
    const rate = took ? Math.round((1000 * written) / took) : 0;
    const parts = [];
    if (beginning.lacking.length) {
      parts.push(
        `${beginning.lacking
          .slice(0, 5)
          .map((s) => `“${s}”`)
          .join(", ")} ` +
          (characters
            ? "is not among its symbols and is left out."
            : "is not among its words: it reads <unk>."),
      );
    }
    if (own && mine.length === own) {
      parts.push(
        characters
          ? `Your beginning costs ${kit.number(mean)} bits a character; ` + `${stored.held_out}.`
          : `Your beginning has perplexity ${kit.number(2 ** mean, 1)}; ${stored.held_out}.`,
      );
    }
    if (!due && rate) parts.push(`Written at ${rate.toLocaleString("en-GB")} ${one}s a second.`);
    if (read.length >= LIMIT) parts.push("Here the page stops.");
    frame.reading.textContent = parts.join(" ");
    frame.expose({ busy: Boolean(due), read: read.length, own, bits: own ? mean : 0, rate });
  };

  const recolour = () => {
    const mode = model.get("colour");
    unitRow.hidden = mode !== "unit";
    legend(mode);
    for (const item of read) colour(item);
  };
  kit.watch(frame, ["prompt", "seed", "temperature", "top_p"], again);
  kit.watch(frame, ["colour", "unit"], recolour);
  frame.signal.addEventListener("abort", () => cancelAnimationFrame(due));
  // For those who look inside, and for the tests.
  frame.root.languageModel = { network, distribution, draw, uniform, cut, read: () => read };
  recolour();
  again();
  frame.say("The model is here. Type, and it writes on.");
  box.focus({ preventScroll: true });
}

// The box to type in, the text with its colours, the legend and the controls.
function surface(frame, model, stored, one) {
  const put = (node) => frame.root.insertBefore(node, frame.controls);
  const name = kit.id("prompt");
  put(kit.html("label", { class: "ck-facts", for: name, text: "Your beginning" }));
  const box = put(
    kit.html("textarea", {
      id: name,
      class: "ck-prompt",
      rows: one === "word" ? 3 : 5,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      "data-lm-suppress-shortcuts": "true",
      oninput: () => kit.store(model, "prompt", box.value),
    }),
  );
  box.value = model.get("prompt");
  const text = put(
    kit.html("div", {
      class: `ck-text ck-of-${one}s`,
      tabindex: "0",
      role: "group",
      "aria-label": "What the model has read and written",
    }),
  );
  const key = put(kit.html("p", { class: "ck-key" }));

  kit.slider(frame, "temperature", {
    label: "temperature",
    min: 0.1,
    max: 2,
    step: 0.01,
    scale: "log",
  });
  kit.slider(frame, "top_p", { label: "nucleus $p$", min: 0.1, max: 1, step: 0.01 });
  kit.choice(frame, "colour", {
    label: "colour",
    options: [
      ["none", "none"],
      ["surprise", "surprise"],
      ["unit", "one unit"],
    ],
  });
  const unitRow = kit.html("div", { class: "ck-units" }, frame.controls);
  const units = { ...frame, controls: unitRow };
  kit.slider(units, "unit", {
    label: "unit",
    min: 0,
    max: stored.n - 1,
    step: 1,
    format: (v) => String(v),
  });
  for (const [unit, title] of stored.units) {
    kit.button(unitRow, `${unit}: ${title}`, () => kit.store(model, "unit", unit));
  }

  const top = one === "character" ? 8 : 14; // bits at which the colour is full
  const shade = (share) =>
    kit.mix(share < 0 ? "blue" : "orange", 0.5 * Math.min(1, Math.abs(share)));
  const colour = ({ node, bits, state }) => {
    const mode = model.get("colour");
    node.style.background =
      mode === "none"
        ? ""
        : shade(mode === "surprise" ? bits / top : Math.tanh(state.c[model.get("unit")]));
  };
  const paint = (item, word, unknown) => {
    item.node = kit.html("span", {
      text: word,
      class: item.mine ? "ck-mine" : null,
      "data-unknown": unknown,
    });
    colour(item);
    return item.node;
  };
  const legend = (mode) => {
    key.hidden = mode === "none";
    if (mode === "none") return;
    const ends = mode === "unit" ? [-1, 1] : [0, 1];
    const steps = 25;
    const bar = kit.html("span", { class: "ck-bar", "aria-hidden": "true" });
    for (let i = 0; i < steps; i++) {
      kit.html("span", {}, bar).style.background = shade(
        ends[0] + (i / (steps - 1)) * (ends[1] - ends[0]),
      );
    }
    key.replaceChildren(
      mode === "unit" ? "−1 " : "0 bits ",
      bar,
      mode === "unit" ? " +1 " : ` ${top} bits `,
      kit.rich(
        mode === "unit"
          ? ` $\\tanh c$ of unit ${model.get("unit")} after reading the ${one}`
          : ` surprise: $-\\log$ of the probability the ${one} had, to base 2`,
      ),
    );
  };
  return { box, text, unitRow, legend, paint, colour };
}
export default { render };
