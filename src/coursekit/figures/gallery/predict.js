// The reader commits to a number before the truth is shown.
function render({ model, el, signal }) {
  const truth = model.get("truth");
  const unit = model.get("unit");
  const key = `ck-predict-${model.get("key")}`;
  const frame = kit.frame(
    { model, el, signal },
    { name: "predict", title: "Predict first", height: 0 },
  );
  const { controls, reading } = frame;
  const name = kit.id("guess");
  const question = kit.html("label", { for: name }, null, kit.rich(model.get("question")));
  controls.before(question);
  const input = kit.html(
    "input",
    {
      id: name,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      "data-lm-suppress-shortcuts": "true",
    },
    controls,
  );
  if (unit) kit.html("span", {}, controls, kit.rich(unit));
  const commit = kit.button(frame.controls, "Commit", () => settle(read()));
  const retract = kit.button(frame.controls, "Predict again", () => {
    forget();
    input.focus();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle(read());
  });

  const shown = (value) => `${Number(value.toPrecision(4))}`.replace("-", "−");
  const read = () => {
    const text = input.value.trim().replace(",", ".").replace("−", "-");
    const fraction = text.match(/^(-?[\d.]+)\s*\/\s*([\d.]+)$/);
    const share = text.match(/^(-?[\d.]+)\s*%$/);
    if (fraction) return Number(fraction[1]) / Number(fraction[2]);
    return share
      ? Number(share[1]) / (unit.includes("%") ? 1 : 100)
      : text === ""
        ? NaN
        : Number(text);
  };
  const verdict = (guess) => {
    if (Math.abs(guess - truth) <= model.get("tolerance")) return "close.";
    const ratio = guess / truth;
    const factor = ratio > 1 ? ratio : 1 / ratio;
    if (ratio > 0 && factor >= 1.5) {
      return `${factor < 10 ? factor.toFixed(1) : kit.sci(factor)} times too ${
        Math.abs(guess) > Math.abs(truth) ? "large" : "small"
      }.`;
    }
    return guess > truth ? "too large." : "too small.";
  };
  function settle(guess) {
    if (!Number.isFinite(guess)) {
      reading.textContent = "Write a number, such as 0.5 or 1/3.";
      frame.say(reading.textContent);
      return;
    }
    try {
      localStorage.setItem(key, String(guess));
    } catch {
      /* private window */
    }
    open(guess);
    frame.say(reading.textContent);
  }
  function open(guess) {
    const mark = unit && !unit.startsWith("%") ? ` ${unit}` : unit;
    input.value = shown(guess);
    input.disabled = commit.disabled = true;
    retract.hidden = false;
    reading.replaceChildren(kit.rich(`You said ${shown(guess)}${mark}: ${verdict(guess)} `));
    kit.html("strong", {}, reading, kit.rich(`It is ${shown(truth)}${mark}. `));
    reading.append(kit.rich(model.get("explain")));
    frame.expose({ guess, verdict: verdict(guess) });
  }
  function forget() {
    try {
      localStorage.removeItem(key);
    } catch {
      /* private window */
    }
    input.value = "";
    input.disabled = commit.disabled = false;
    retract.hidden = true;
    reading.replaceChildren();
    delete frame.root.dataset.guess;
  }
  forget.before = (() => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  })();
  retract.hidden = true;
  if (forget.before !== null) open(Number(forget.before));
}
export default { render };
