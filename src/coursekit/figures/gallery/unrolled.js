// A recurrent network of three units, unrolled over a sentence and stepped word by word. The weights
// are set by hand; W_h can be cut, and with it all memory.
const COL = 84;
const LEFT = 44;
const CELL = 118;
const BAR = 30;

function numbers(words, sentence, { wu, wh, q, bq }, recurrent) {
  const dot = (row, v) => row.reduce((sum, w, j) => sum + w * v[j], 0);
  const softmax = (z) => {
    const top = Math.max(...z);
    const odds = z.map((v) => Math.exp(v - top));
    const total = odds.reduce((a, b) => a + b, 0);
    return odds.map((v) => v / total);
  };
  const states = [[0, 0, 0]];
  const inputs = [{ column: [0, 0, 0], back: [0, 0, 0] }]; // none before the first word
  for (const word of sentence.split(" ")) {
    const h = states[states.length - 1];
    const column = wu.map((row) => row[words.indexOf(word)]);
    const back = wh.map((row) => (recurrent ? dot(row, h) : 0));
    inputs.push({ column, back });
    states.push(column.map((a, i) => Math.tanh(a + back[i])));
  }
  return {
    states,
    inputs,
    predictions: states.map((h) => softmax(q.map((row, w) => dot(row, h) + bq[w]))),
  };
}

function render({ model, el, signal }) {
  const words = model.get("words");
  const weights = model.get("weights");
  const frame = kit.frame(
    { model, el, signal },
    { name: "unrolled", title: "One cell, used once for each word", width: 640, height: 236 },
  );
  const { svg } = frame;
  const last = model.get("sentences")[0].split(" ").length;
  const arrow = (d, stroke) => kit.svg("path", { d, class: "ck-line", stroke }, svg);
  const tip = (x, y, way, fill) =>
    kit.svg(
      "path",
      {
        fill,
        d:
          way === "up"
            ? `M${x - 5} ${y + 7}L${x} ${y - 1}L${x + 5} ${y + 7}Z`
            : `M${x - 7} ${y - 5}L${x + 1} ${y}L${x - 7} ${y + 5}Z`,
      },
      svg,
    );

  const columns = Array.from({ length: last + 1 }, (_, t) => {
    const x = LEFT + COL * t;
    const link = [];
    if (t) {
      link.push(
        arrow(`M${x - COL + 28} ${CELL}H${x - 34}`, kit.colour.blue),
        tip(x - 29, CELL, "right", kit.colour.blue),
      );
      arrow(`M${x} ${CELL + 78}V${CELL + 40}`, kit.colour.grey);
      tip(x, CELL + 34, "up", kit.colour.grey);
    }
    const box = kit.svg(
      "rect",
      {
        x: x - 27,
        y: CELL - 33,
        width: 54,
        height: 66,
        rx: 8,
        fill: kit.colour.panel,
        "stroke-width": 2,
      },
      svg,
    );
    kit.svg("line", { x1: x - 20, x2: x + 20, y1: CELL, y2: CELL, class: "ck-grid" }, svg);
    const bars = [0, 1, 2].map((i) => kit.svg("rect", { x: x - 19 + 14 * i, width: 10 }, svg));
    kit.svg(
      "text",
      { x, y: CELL - 42, "text-anchor": "middle", class: "ck-quiet ck-small", text: `h[${t}]` },
      svg,
    );
    const word = kit.svg(
      "text",
      { x, y: CELL + 97, "text-anchor": "middle", class: "ck-strong" },
      svg,
    );
    return { box, bars, word, link };
  });
  const right = LEFT + COL * (last + 1) - 26;
  kit.svg(
    "text",
    {
      x: right + 50,
      y: 14,
      class: "ck-quiet ck-small",
      "text-anchor": "middle",
      text: "next word",
    },
    svg,
  );
  const bars = words.map((word, i) => ({
    name: kit.svg(
      "text",
      { x: right + 42, y: 42 + BAR * i - 6, "text-anchor": "end", class: "ck-small", text: word },
      svg,
    ),
    bar: kit.svg(
      "rect",
      { x: right + 47, y: 42 + BAR * i - 18, height: 15, rx: 2, fill: kit.colour.orange },
      svg,
    ),
  }));
  kit.steps(frame, "step", { last, label: "word" });
  kit.choice(frame, "sentence", {
    label: "sentence",
    options: model.get("sentences").map((s) => [s, s]),
  });
  kit.check(frame, "recurrent", { label: "$W_h$ connects the steps" });

  const draw = () => {
    const step = model.get("step");
    const sentence = model.get("sentence").split(" ");
    const { states, inputs, predictions } = numbers(
      words,
      model.get("sentence"),
      weights,
      model.get("recurrent"),
    );
    columns.forEach(({ box, bars: units, word, link }, t) => {
      const read = t <= step;
      word.textContent = t ? sentence[t - 1] : "";
      kit.set(word, { class: read ? "ck-strong" : "ck-quiet" });
      kit.set(box, {
        stroke: t === step ? kit.colour.orange : read ? kit.colour.blue : kit.colour.rule,
      });
      for (const part of link) {
        part.style.visibility = model.get("recurrent") ? "visible" : "hidden";
        part.style.opacity = read ? 1 : 0.25;
      }
      units.forEach((bar, i) => {
        const height = read ? 30 * Math.abs(states[t][i]) : 0;
        kit.set(bar, {
          height: height,
          y: states[t][i] >= 0 ? CELL - height : CELL,
          fill: t === step ? kit.colour.orange : kit.colour.blue,
        });
      });
    });
    const now = predictions[step];
    bars.forEach(({ name, bar }, i) => {
      kit.set(bar, { width: 70 * now[i] });
      kit.set(name, { class: now[i] === Math.max(...now) ? "ck-small ck-strong" : "ck-small" });
    });
    const best = words[now.indexOf(Math.max(...now))];
    const told = words
      .map((w, i) => [now[i], w])
      .sort((a, b) => b[0] - a[0])
      .slice(0, 3)
      .map(([p, w]) => `${w} ${kit.number(p)}`)
      .join(", ");
    frame.reading.replaceChildren(
      kit.rich(
        step === 0
          ? `Nothing is read yet, $h^{[0]}$ is zero. Likeliest next words: ${told}.`
          : `“${sentence[step - 1]}” is read. ` +
              states[step]
                .map(
                  (h, i) =>
                    `$h_${i + 1}^{[${step}]} = \\tanh(${kit.number(inputs[step].column[i], 1)} + ` +
                    `${kit.number(inputs[step].back[i])}) = ${kit.number(h)}$`,
                )
                .join("; ") +
              `. Likeliest next words: ${told}.`,
      ),
    );
    frame.describe(
      `After ${step} words the state is ${states[step].map((h) => kit.number(h)).join(", ")}. ` +
        `The likeliest next word is ${best}. Recurrence ${model.get("recurrent") ? "on" : "cut"}.`,
    );
    frame.expose({ state: states[step], prediction: now });
  };
  return kit.bind(frame, ["step", "sentence", "recurrent"], draw);
}
export default { render };
