// Delayed recall: accuracy against lag for one network at a time, the others in grey; its three
// horizons are marks on the axis of steps. Data: [smallest, median, largest] over the seeds.
const CHANCE = 1 / 8;
const MIDDLE = 1;

function render({ model, el, signal }) {
  const { lags, truncate, reach, cells, names } = model.get("data");
  const narrow = (el.clientWidth || innerWidth) < 480;
  const wide = narrow ? 420 : 640;
  const right = wide - 24;
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "memory_horizons",
      title: "How far back: what the gradient reaches, what is remembered",
      width: wide,
      height: 430,
    },
  );
  const { svg } = frame;
  const x = kit.log([3, reach], [62, right]);
  const y = kit.linear([0, 1], [250, 40]);
  kit.axes(svg, {
    x,
    y,
    yLabel: "accuracy in recall (chance is 1/8)",
    xTicks: [5, 10, 20, 50, 100, 200, 400],
    xFormat: String,
    yTicks: [0, 0.25, 0.5, 0.75, 1],
    yFormat: (v) => kit.percent(v),
  });
  kit.svg(
    "text",
    {
      x: (62 + right) / 2,
      y: 290,
      "text-anchor": "middle",
      class: "ck-axis-label",
      text: narrow ? "time steps" : "time steps between symbol and answer, or steps back",
    },
    svg,
  );
  kit.svg(
    "line",
    {
      x1: x(3),
      x2: x(reach),
      y1: y(CHANCE),
      y2: y(CHANCE),
      stroke: kit.colour.grey,
      "stroke-dasharray": "3 4",
    },
    svg,
  );
  const others = kit.svg("g", {}, svg);
  const band = kit.svg("path", { fill: kit.mix("blue", 0.22) }, svg);
  const line = kit.svg("path", { class: "ck-line", stroke: kit.colour.blue }, svg);
  const dots = kit.svg("g", { fill: kit.colour.blue }, svg);
  const rows = [
    ["gradient horizon", "orange"],
    ["truncation horizon", "purple"],
    ["memory horizon", "blue"],
  ].map(([name, colour], i) => {
    const at = 336 + 38 * i;
    kit.svg("line", { x1: x(3), x2: x(reach), y1: at, y2: at, class: "ck-grid" }, svg);
    kit.svg("text", { x: x(3), y: at - 13, class: "ck-small ck-quiet", text: name }, svg);
    return {
      span: kit.svg(
        "line",
        {
          y1: at,
          y2: at,
          stroke: kit.mix(colour, 0.45),
          "stroke-width": 7,
          "stroke-linecap": "round",
        },
        svg,
      ),
      mark: kit.svg("circle", { cy: at, r: 6, fill: kit.colour[colour] }, svg),
      text: kit.svg("text", { y: at, dy: "0.35em", class: "ck-small" }, svg),
    };
  });
  const put = ({ span, mark, text }, triple, label) => {
    const [low, middle, high] = triple.map((v) => x(Math.max(3, Math.min(reach, v))));
    kit.set(span, { x1: low, x2: high });
    kit.set(mark, { cx: middle });
    text.textContent = label;
    const after = high + 14 < right - 90;
    kit.set(text, { x: after ? high + 14 : low - 14, "text-anchor": after ? "start" : "end" });
  };
  const points = (runs) => runs.map((triple, i) => [x(lags[i]), y(triple[MIDDLE])]);
  kit.choice(frame, "cell", { label: "network", options: names.map((name) => [name, name]) });
  kit.check(frame, "truncated", { label: `cut the gradient after ${truncate} steps` });

  return kit.bind(frame, ["cell", "truncated"], () => {
    const name = model.get("cell");
    const mode = model.get("truncated") ? "truncated" : "full";
    const cell = cells[name];
    const { accuracy, horizon } = cell[mode];
    others.replaceChildren(
      ...names
        .filter((other) => other !== name)
        .map((other) =>
          kit.svg("path", {
            class: "ck-line",
            stroke: kit.colour.rule,
            d: kit.line(points(cells[other][mode].accuracy)),
          }),
        ),
    );
    const edge = (i) => accuracy.map((triple, at) => [x(lags[at]), y(triple[i])]);
    kit.set(band, { d: `${kit.line([...edge(2), ...edge(0).reverse()])}Z` });
    kit.set(line, { d: kit.line(points(accuracy)) });
    dots.replaceChildren(
      ...points(accuracy).map(([cx, cy]) => kit.svg("circle", { cx, cy, r: 4 })),
    );
    const said = (v) =>
      v >= reach ? `${reach} or more` : v === 0 ? `less than ${lags[0]}` : String(v);
    put(rows[0], cell.gradient, said(cell.gradient[MIDDLE]));
    put(
      rows[1],
      mode === "full" ? [reach, reach, reach] : [truncate, truncate, truncate],
      mode === "full" ? "none, all steps" : String(truncate),
    );
    put(rows[2], horizon, said(horizon[MIDDLE]));
    const sentence =
      `${name}: at the start the gradient keeps 1 % of its norm for ${said(cell.gradient[MIDDLE])} steps; ` +
      `${mode === "full" ? "with full backpropagation" : `with the gradient cut after ${truncate} steps`} ` +
      `training masters lags up to ${said(horizon[MIDDLE])} (median of the seeds).`;
    frame.reading.textContent = sentence;
    frame.describe(`Accuracy against lag. ${sentence}`);
    frame.expose({ horizon, gradient: cell.gradient, accuracy });
  });
}
export default { render };
