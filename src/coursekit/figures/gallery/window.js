// What a window sees of a sentence, and the weights it pays for that, drawn to scale beside those of a
// recurrent network with the same embeddings and hidden units.
const TOP = 8;
const WORD = 30;
const LEFT = 118;
const WIDE = 640 - LEFT - 6;
const TALL = 84;

function numbers(w, d, m) {
  const recurrent = m * d + m * m + m;
  return { window: m * w * d + m, recurrent, more: Math.floor((d + m) / d) + 1 };
}

function render({ model, el, signal }) {
  const words = model.get("text").split(" ");
  const clue = model.get("clue");
  const frame = kit.frame(
    { model, el, signal },
    {
      name: "window",
      title: "A window buys each word of context with weights",
      width: 640,
      height: 2 * TALL + 118,
    },
  );
  const picture = kit.svg("g", {}, frame.svg);
  const whole = (v) => String(v);
  kit.slider(frame, "w", {
    label: "window (words)",
    min: 1,
    max: words.length,
    step: 1,
    format: whole,
  });
  kit.slider(frame, "d", { label: "embedding $d$", min: 20, max: 300, step: 10, format: whole });
  kit.slider(frame, "m", { label: "hidden units $m$", min: 20, max: 300, step: 10, format: whole });

  const text = (x, y, words, options = {}) =>
    kit.svg("text", { x, y, class: "ck-small", ...options, text: words }, picture);
  const sentence = (w) => {
    const gap = 8;
    const letters = words.join("").length + 5;
    const letter = (640 - gap * words.length) / letters;
    let x = 0;
    [...words, "?"].forEach((word, i) => {
      const width = letter * (i === words.length ? 3 : Math.max(word.length, 1.4));
      const inside = i >= words.length - w;
      const last = i === words.length;
      kit.svg(
        "rect",
        {
          x,
          y: TOP,
          width,
          height: WORD,
          rx: 4,
          fill: last ? "none" : inside ? kit.mix("blue", 0.25) : kit.colour.paper,
          stroke: last ? kit.colour.orange : inside ? kit.colour.blue : kit.colour.rule,
          "stroke-width": last ? 2 : 1,
        },
        picture,
      );
      kit.svg(
        "text",
        {
          x: x + width / 2,
          y: TOP + 20,
          "text-anchor": "middle",
          text: word,
          class: `ck-small ${inside || last ? "ck-strong" : "ck-quiet"}`,
        },
        picture,
      );
      x += width + gap;
    });
  };
  const matrix = (y, parts, m, scale) => {
    let x = LEFT;
    for (const { columns, colour, name } of parts) {
      const width = columns * scale;
      kit.svg(
        "rect",
        { x, y, width, height: m * scale, fill: kit.mix(colour, 0.3), stroke: kit.colour[colour] },
        picture,
      );
      if (width > 14)
        text(x + width / 2, y + (m * scale) / 2 + 4, width < 54 ? name.split(" ")[0] : name, {
          "text-anchor": "middle",
        });
      x += width;
    }
  };

  return kit.bind(frame, ["w", "d", "m"], () => {
    const [w, d, m] = ["w", "d", "m"].map((key) => model.get(key));
    const found = numbers(w, d, m);
    const many = (v) => v.toLocaleString("en-GB");
    const scale = Math.min(WIDE / Math.max(w * d, d + m), TALL / m);
    picture.replaceChildren();
    sentence(w);
    const first = TOP + WORD + 34;
    const second = first + TALL + 34;
    text(LEFT, first - 8, `W: ${m} rows, ${w} blocks of ${d} columns`, {
      class: "ck-small ck-quiet",
    });
    text(LEFT, second - 8, `W_u and W_h: ${m} rows, ${d} + ${m} columns`, {
      class: "ck-small ck-quiet",
    });
    text(0, first + 14, "window", { class: "ck-strong" });
    text(0, first + 32, many(found.window));
    text(0, second + 14, "recurrent", { class: "ck-strong" });
    text(0, second + 32, many(found.recurrent));
    matrix(
      first,
      Array.from({ length: w }, (_, i) => ({ columns: d, colour: "blue", name: `${w - i} back` })),
      m,
      scale,
    );
    matrix(
      second,
      [
        { columns: d, colour: "green", name: "word" },
        { columns: m, colour: "purple", name: "last state" },
      ],
      m,
      scale,
    );
    const back = words.length - words.indexOf(clue);
    const seen = back <= w;
    const told =
      `A window of ${w === 1 ? "1 word" : `${w} words`} has ${many(found.window)} weights and biases below the output layer; ` +
      `the recurrent network has ${many(found.recurrent)}, however long the text. With these sizes the window needs more ` +
      `from ${found.more} words on. “${clue}” stands ${back} words before the gap: the window ${seen ? "sees" : "does not see"} it.`;
    frame.reading.textContent = told;
    frame.describe(told);
    frame.expose({ ...found, seen });
  });
}

export default { render };
