// A text cut into rows that are read side by side, window by window. For the last prediction of one
// row: how much of the text it can know through the state, and how far back its gradient goes.
const LEFT = 52;
const TOP = 22;
const ROW = 52;
const HEIGHT = 26;

function numbers(length, rows, window, update, carry) {
  const columns = Math.floor((length - 1) / rows);
  const start = (update - 1) * window;
  const stop = Math.min(start + window, columns);
  return {
    columns,
    start,
    stop,
    updates: Math.ceil(columns / window),
    leftOut: (length - 1) % rows,
    context: carry ? stop : stop - start,
    gradient: stop - start,
  };
}

function render({ model, el, signal }) {
  const text = [...model.get("text")];
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "batching",
      title: "One text, several rows: which batch comes next?",
      width: 640,
      height: TOP + 4 * ROW + 30,
    },
  );
  const picture = kit.svg("g", {}, frame.svg);
  const whole = (v) => String(v);
  const update = kit.slider(frame, "update", {
    label: "update",
    min: 1,
    max: 48,
    step: 1,
    format: whole,
  });
  const row = kit.slider(frame, "row", {
    label: "row followed",
    min: 1,
    max: 4,
    step: 1,
    format: whole,
  });
  kit.slider(frame, "rows", { label: "rows b", min: 1, max: 4, step: 1, format: whole });
  kit.slider(frame, "window", { label: "window τ", min: 1, max: 12, step: 1, format: whole });
  kit.check(frame, "carry", { label: "the state is carried to the next window" });

  const bar = (x1, x2, y, stroke, width, dash) =>
    kit.svg(
      "line",
      {
        x1,
        x2,
        y1: y,
        y2: y,
        stroke,
        "stroke-width": width,
        "stroke-dasharray": dash,
        "stroke-linecap": "butt",
      },
      picture,
    );

  return kit.bind(frame, ["rows", "window", "update", "row", "carry"], () => {
    const rows = model.get("rows");
    const carry = model.get("carry");
    const { updates } = numbers(text.length, rows, model.get("window"), 1, carry);
    for (const [key, control, most] of [
      ["update", update, updates],
      ["row", row, rows],
    ]) {
      control.input.max = most;
      if (model.get(key) > most) kit.store(model, key, most);
    }
    const chosen = model.get("row");
    const at = model.get("update");
    const { columns, start, stop, leftOut, context, gradient } = numbers(
      text.length,
      rows,
      model.get("window"),
      at,
      carry,
    );
    const cell = Math.min(34, (640 - LEFT) / (columns + 1));
    const x = (t) => LEFT + cell * t;
    picture.replaceChildren();
    for (let r = 0; r < rows; r++) {
      const y = TOP + ROW * r;
      const followed = r === chosen - 1;
      kit.svg(
        "text",
        { x: 0, y: y + 18, class: followed ? "ck-strong" : "ck-quiet", text: `row ${r + 1}` },
        picture,
      );
      for (let t = 0; t <= columns; t++) {
        const inside = t >= start && t < stop;
        const target = t === stop;
        if (t < columns)
          kit.svg(
            "rect",
            {
              x: x(t),
              y,
              width: cell,
              height: HEIGHT,
              fill: inside ? kit.mix("blue", 0.28) : kit.colour.paper,
              stroke: kit.colour.rule,
            },
            picture,
          );
        const sign = text[r * columns + t];
        kit.svg(
          "text",
          {
            x: x(t) + cell / 2,
            y: y + 18,
            "text-anchor": "middle",
            class: `${t === columns ? "ck-quiet " : ""}${inside || target ? "ck-strong" : ""}`,
            text: sign === " " ? "·" : sign,
          },
          picture,
        );
      }
      kit.svg(
        "rect",
        {
          x: x(stop) + 1.5,
          y: y + 1.5,
          width: cell - 3,
          height: HEIGHT - 3,
          fill: "none",
          stroke: kit.colour.orange,
          "stroke-width": followed ? 2.5 : 1.2,
        },
        picture,
      );
      if (!followed) continue;
      bar(x(stop - context), x(stop), y + HEIGHT + 6, kit.colour.green, 4);
      bar(x(stop - gradient), x(stop), y + HEIGHT + 13, kit.colour.blue, 4);
    }
    const key = TOP + ROW * rows + 20;
    [
      ["green", `in the state: ${context}`],
      ["blue", `gradient: ${gradient} back`],
      ["orange", "to be predicted"],
    ].forEach(([colour, words], i) => {
      kit.svg(
        "rect",
        {
          x: LEFT + [0, 190, 380][i],
          y: key - 9,
          width: 14,
          height: colour === "orange" ? 12 : 5,
          ...(colour === "orange"
            ? { fill: "none", stroke: kit.colour.orange, "stroke-width": 2 }
            : { fill: kit.colour[colour], transform: "translate(0 4)" }),
        },
        picture,
      );
      kit.svg(
        "text",
        { x: LEFT + [0, 190, 380][i] + 21, y: key + 2, class: "ck-small", text: words },
        picture,
      );
    });
    const sentence =
      `Update ${at} of ${updates} in this pass. At its end row ${chosen} has ` +
      `${context === 1 ? "1 symbol" : `${context} symbols`} behind the state and predicts the next; the gradient of that loss goes back ` +
      `${gradient === 1 ? "1 step" : `${gradient} steps`}.` +
      (leftOut
        ? ` At the end of the text ${leftOut} ${leftOut === 1 ? "symbol is" : "symbols are"} left out.`
        : "");
    frame.reading.textContent = sentence;
    frame.describe(sentence);
    frame.expose({ updates, leftOut, context, gradient });
  });
}

export default { render };
