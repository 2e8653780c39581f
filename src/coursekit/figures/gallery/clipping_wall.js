// One unit, 50 steps, one target (Pascanu, Mikolov & Bengio 2013, figure 6): the error over w and b,
// and gradient descent from a start that can be dragged, with clipping and without.
/** @type {Pair} */
const W = [3, 6.6];
/** @type {Pair} */
const B = [-3.2, 1.6];
const STEPS = 50;
const TARGET = 0.7;
const FLOOR = 1e-7;

function error(w, b) {
  let x = 0.5;
  let dw = 0;
  let db = 0;
  for (let t = 0; t < STEPS; t++) {
    const s = 1 / (1 + Math.exp(-x));
    const slope = s * (1 - s);
    dw = s + w * slope * dw;
    db = 1 + w * slope * db;
    x = w * s + b;
  }
  const s = 1 / (1 + Math.exp(-x));
  const outer = 2 * (s - TARGET) * s * (1 - s);
  return { E: (s - TARGET) ** 2, q: [outer * dw, outer * db] };
}

function descend(w, b, rate, threshold, updates) {
  const points = [[w, b]];
  const errors = [];
  const norms = [];
  for (let update = 0; update <= updates; update++) {
    const { E, q } = error(w, b);
    const norm = Math.hypot(...q);
    errors.push(E);
    if (update === updates) break;
    norms.push(norm);
    const shrink = threshold === null || norm < threshold ? 1 : threshold / norm;
    w -= rate * shrink * q[0];
    b -= rate * shrink * q[1];
    points.push([w, b]);
  }
  return { points, errors, norms };
}

// The map as a picture of one colour whose opacity is the error: it suits light and dark pages.
function picture(columns, rows) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: columns, height: rows });
  const context = canvas.getContext("2d");
  if (!context) return "";
  const image = context.createImageData(columns, rows);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const w = W[0] + ((c + 0.5) / columns) * (W[1] - W[0]);
      const b = B[1] - ((r + 0.5) / rows) * (B[1] - B[0]);
      const opacity = Math.min(1, Math.sqrt(error(w, b).E / 0.5));
      image.data.set([74, 122, 176, Math.round(235 * opacity)], 4 * (r * columns + c));
    }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

function render({ model, el, signal }) {
  const narrow = (el.clientWidth || innerWidth) < 480;
  const MAP = { left: 56, right: narrow ? 404 : 392, top: 40, bottom: 330 };
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "clipping_wall",
      title: "A wall in the error of one unit, and two ways to meet it",
      width: narrow ? 420 : 640,
      height: narrow ? 620 : 380,
    },
  );
  const { svg } = frame;
  const x = kit.linear(W, [MAP.left, MAP.right]);
  const y = kit.linear(B, [MAP.bottom, MAP.top]);
  kit.svg(
    "image",
    {
      x: MAP.left,
      y: MAP.top,
      width: MAP.right - MAP.left,
      height: MAP.bottom - MAP.top,
      preserveAspectRatio: "none",
      href: picture(224, 194),
    },
    svg,
  );
  kit.axes(svg, { x, y, xLabel: "weight w", yLabel: "bias b (bluer: larger error)" });
  const steps = kit.log([1, 400], narrow ? [56, 404] : [452, 626]);
  const level = kit.log([FLOOR, 1], narrow ? [570, 420] : [MAP.bottom, MAP.top]);
  kit.axes(svg, {
    x: steps,
    y: level,
    xLabel: "update",
    yLabel: "error E",
    xTicks: [1, 10, 100],
    yTicks: [1e-6, 1e-4, 1e-2, 1],
  });
  const clip = kit.svg("clipPath", { id: kit.id("map") }, svg);
  kit.svg(
    "rect",
    { x: MAP.left, y: MAP.top, width: MAP.right - MAP.left, height: MAP.bottom - MAP.top },
    clip,
  );
  const looks = { without: [kit.colour.red, "6 4"], clipped: [kit.colour.ink, null] };
  const drawn = Object.fromEntries(
    Object.entries(looks).map(([name, [stroke, dash]]) => [
      name,
      {
        path: kit.svg(
          "path",
          { class: "ck-line", stroke, "stroke-dasharray": dash, "clip-path": `url(#${clip.id})` },
          svg,
        ),
        end: kit.svg("circle", { r: 4.5, fill: stroke, "clip-path": `url(#${clip.id})` }, svg),
        curve: kit.svg("path", { class: "ck-line", stroke, style: "stroke-width: 1.1" }, svg),
      },
    ]),
  );
  Object.entries({ clipped: "with clipping", without: "without clipping" }).forEach(
    ([name, text], i) => {
      const [stroke, dash] = looks[name];
      const at = MAP.top + 18 + 22 * i;
      const left = MAP.left + 12;
      kit.svg(
        "line",
        {
          x1: left,
          x2: left + 28,
          y1: at,
          y2: at,
          class: "ck-line",
          stroke,
          "stroke-dasharray": dash,
        },
        svg,
      );
      kit.svg("text", { x: left + 36, y: at, dy: "0.35em", text }, svg);
    },
  );
  const start = kit.svg(
    "circle",
    { r: 8, fill: kit.colour.orange, stroke: kit.colour.paper, "stroke-width": 2 },
    svg,
  );
  const within = ([low, high], v) => Math.max(low, Math.min(high, Math.round(v * 100) / 100));
  const go = (w, b) => {
    model.set("w", within(W, w));
    kit.store(model, "b", within(B, b));
  };
  const handle = kit.draggable(svg, start, {
    label: "start of the descent",
    move: (px, py) => go(x.invert(px), y.invert(py)),
    nudge: (dx, dy) => go(model.get("w") + 0.05 * dx, model.get("b") + 0.05 * dy),
  });
  kit.slider(frame, "rate", {
    label: "learning rate",
    min: 0.01,
    max: 3,
    step: 0.01,
    scale: "log",
  });
  kit.slider(frame, "threshold", {
    label: "threshold $\\gamma$",
    min: 0.01,
    max: 10,
    step: 0.01,
    scale: "log",
  });
  kit.slider(frame, "updates", {
    label: "updates drawn",
    min: 1,
    max: 400,
    step: 1,
    format: String,
  });

  return kit.bind(frame, ["w", "b", "rate", "threshold", "updates"], () => {
    const [w, b, rate, threshold, updates] = ["w", "b", "rate", "threshold", "updates"].map((k) =>
      model.get(k),
    );
    const runs = {
      clipped: descend(w, b, rate, threshold, updates),
      without: descend(w, b, rate, null, updates),
    };
    for (const [name, { points, errors }] of Object.entries(runs)) {
      const { path, end, curve } = drawn[name];
      const last = points[updates];
      kit.set(path, { d: kit.line(points.map(([u, v]) => [x(u), y(v)])) });
      kit.set(end, { cx: x(last[0]), cy: y(last[1]) });
      kit.set(curve, {
        d: kit.line(errors.slice(1).map((E, i) => [steps(i + 1), level(Math.max(FLOOR, E))])),
      });
    }
    kit.set(start, { cx: x(w), cy: y(b) });
    const tell = (name, { points, errors, norms }) => {
      const [u, v] = points[updates];
      const largest = Math.max(...norms);
      const at = norms.indexOf(largest) + 1;
      const away = u < W[0] || u > W[1] || v < B[0] || v > B[1] ? ", outside the map" : "";
      return (
        `${name}: error ${kit.sci(errors[updates])} at (${kit.number(u)}, ${kit.number(v)})${away}; ` +
        `largest gradient ${kit.sci(largest)} at update ${at}.`
      );
    };
    const sentence =
      `After ${updates} updates from (${kit.number(w)}, ${kit.number(b)}). ` +
      `${tell("With clipping", runs.clipped)} ${tell("Without", runs.without)}`;
    frame.reading.textContent = sentence;
    frame.describe(
      `Error over weight and bias, with a wall from the upper left to the lower right. ${sentence}`,
    );
    handle.value(w, `w ${kit.number(w)}, b ${kit.number(b)}`);
    frame.expose({
      clipped: [...runs.clipped.points[updates], runs.clipped.errors[updates]],
      without: [...runs.without.points[updates], runs.without.errors[updates]],
    });
  });
}
export default { render };
