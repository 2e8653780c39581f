// One hidden unit reads a short sentence with one telling word, then filling. What do its last state, the
// mean and the maximum of its states still tell, with the filling left out and with the filling counted?
const LEFT = 44;
const RIGHT = 400;
const TOP = 30;
const BOTTOM = 200;
const LOW = -0.4;
const HIGH = 1;
const PANEL = 490;
const EDGE = 580;
const KINDS = ["last", "mean", "max"];

function states(others, clue, place, w, filling) {
  const found = [];
  let h = 0;
  for (let t = 0; t < others.length + filling; t++) {
    const u = t === place - 1 ? clue : t < others.length ? others[t] : 0;
    h = Math.tanh(w * h + u);
    found.push(h);
  }
  return found;
}

function summaries(h) {
  return {
    last: h[h.length - 1],
    mean: h.reduce((a, b) => a + b, 0) / h.length,
    max: Math.max(...h),
  };
}

function render({ model, el, signal }) {
  const others = model.get("others");
  const clue = model.get("clue");
  const length = others.length;
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "state_summary",
      title: "Three summaries of the states of one sentence",
      width: 640,
      height: 250,
    },
  );
  const y = kit.linear([LOW, HIGH], [BOTTOM, TOP]);
  const wide = kit.linear([0, HIGH], [PANEL, EDGE]);
  const picture = kit.svg("g", {}, frame.svg);
  const whole = (v) => String(v);
  kit.slider(frame, "place", {
    label: "telling word at",
    min: 1,
    max: length,
    step: 1,
    format: whole,
  });
  kit.slider(frame, "w", { label: "recurrent weight $W_h$", min: 0, max: 1.2, step: 0.05 });
  kit.slider(frame, "filling", {
    label: "steps of filling",
    min: 0,
    max: 12,
    step: 1,
    format: whole,
  });
  const text = (x, at, words, options = {}) =>
    kit.svg("text", { x, y: at, class: "ck-small", ...options, text: words }, picture);
  const rect = (x, at, width, height, colour) =>
    kit.svg("rect", { x, y: at, width, height, rx: 1, fill: kit.colour[colour] }, picture);

  return kit.bind(frame, ["place", "w", "filling"], () => {
    const [place, w, filling] = ["place", "w", "filling"].map((key) => model.get(key));
    const h = states(others, clue, place, w, filling);
    const masked = summaries(h.slice(0, length));
    const counted = summaries(h);
    const slot = (RIGHT - LEFT) / h.length;
    picture.replaceChildren();
    kit.axes(picture, {
      x: kit.linear([0.5, h.length + 0.5], [LEFT, RIGHT]),
      y,
      xLabel: "step t",
      yLabel: "state h",
      xTicks: [1, length, ...(filling > 2 ? [h.length] : [])],
    });
    h.forEach((value, t) => {
      rect(
        LEFT + slot * (t + 0.14),
        Math.min(y(value), y(0)),
        slot * 0.72,
        Math.max(Math.abs(y(value) - y(0)), 1),
        t >= length ? "grey" : t === place - 1 ? "orange" : "blue",
      );
    });
    const end = LEFT + slot * length;
    kit.svg(
      "line",
      { x1: end, x2: end, y1: TOP, y2: BOTTOM, class: "ck-tick", "stroke-dasharray": "4 3" },
      picture,
    );
    [["masked", "blue"], ...(filling ? [["filling counted", "red"]] : [])].forEach(
      ([name, colour], j) => {
        rect(PANEL - 46 + 72 * j, TOP - 21, 10, 10, colour);
        text(PANEL - 32 + 72 * j, TOP - 12, name);
      },
    );
    KINDS.forEach((kind, i) => {
      const top = TOP + 6 + 58 * i;
      text(PANEL - 12, top + 21, kind, { "text-anchor": "end", class: "ck-strong" });
      [[masked, "blue"], ...(filling ? [[counted, "red"]] : [])].forEach(([found, colour], j) => {
        const value = found[kind];
        const zero = wide(0);
        const to = wide(Math.max(value, LOW));
        rect(Math.min(zero, to), top + 19 * j, Math.max(Math.abs(to - zero), 1), 14, colour);
        text(Math.max(zero, to) + 6, top + 19 * j + 11, kit.number(value));
      });
    });
    kit.svg("line", { x1: PANEL, x2: PANEL, y1: TOP, y2: BOTTOM, class: "ck-tick" }, picture);
    const list = (found) => KINDS.map((kind) => `${kind} ${kit.number(found[kind])}`).join(", ");
    const told =
      `The telling word is word ${place} of ${length} (orange). Over the real steps: ${list(masked)}.` +
      (filling
        ? ` With ${filling === 1 ? "1 step" : `${filling} steps`} of filling (grey) counted: ${list(counted)}.`
        : "");
    frame.reading.textContent = told;
    frame.describe(told);
    frame.expose({
      masked: KINDS.map((kind) => masked[kind]),
      counted: KINDS.map((kind) => counted[kind]),
    });
  });
}

export default { render };
