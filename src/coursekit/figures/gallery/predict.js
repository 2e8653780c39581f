// The reader commits to a number before the truth is shown. It is kept in this browser, if it keeps
// anything.
/** @param {string} key */
function memory(key) {
  /** @template T
   * @param {() => T} use
   * @returns {T | null} */
  const tried = (use) => {
    try {
      return use();
    } catch {
      return null; // a private window
    }
  };
  return {
    load: () => tried(() => localStorage.getItem(key)),
    /** @param {number} guess */
    save: (guess) => tried(() => localStorage.setItem(key, String(guess))),
    forget: () => tried(() => localStorage.removeItem(key)),
  };
}

/** @param {number} value */
const shown = (value) => `${Number(value.toPrecision(4))}`.replace("-", "−");

/** The number that somebody has written: 0.5, 0,5, 1/2 or 50 %; NaN if it is none.
 * @param {string} written
 * @param {string} unit */
function read(written, unit) {
  const text = written.trim().replace(",", ".").replace("−", "-");
  const fraction = text.match(/^(-?[\d.]+)\s*\/\s*([\d.]+)$/);
  const share = text.match(/^(-?[\d.]+)\s*%$/);
  if (fraction) return Number(fraction[1]) / Number(fraction[2]);
  if (share) return Number(share[1]) / (unit.includes("%") ? 1 : 100);
  return text === "" ? NaN : Number(text);
}

/** @param {number} guess
 * @param {number} truth
 * @param {number} tolerance */
function verdict(guess, truth, tolerance) {
  if (Math.abs(guess - truth) <= tolerance) return "close.";
  const ratio = guess / truth;
  const factor = ratio > 1 ? ratio : 1 / ratio;
  if (ratio > 0 && factor >= 1.5) {
    const times = factor < 10 ? factor.toFixed(1) : kit.sci(factor);
    return `${times} times too ${Math.abs(guess) > Math.abs(truth) ? "large" : "small"}.`;
  }
  return guess > truth ? "too large." : "too small.";
}

/** The question and the box for its answer.
 * @param {Frame} frame
 * @param {string} unit */
function ask({ model, root, controls }, unit) {
  const name = kit.id("guess");
  const question = kit.id("question");
  const label = { id: question, for: name };
  controls.before(kit.html("label", label, null, kit.rich(model.get("question"))));
  // A page may ask twice: the question tells one section from the other.
  root.setAttribute("aria-labelledby", `${root.getAttribute("aria-labelledby")} ${question}`);
  const plain = { autocomplete: "off", "data-lm-suppress-shortcuts": "true" };
  const look = { id: name, type: "text", inputmode: "decimal", ...plain };
  const input = kit.html("input", look, controls);
  if (unit) kit.html("span", {}, controls, kit.rich(unit));
  return input;
}

/** @param {View} view */
function render({ model, el, signal }) {
  const truth = model.get("truth");
  /** @type {string} */
  const unit = model.get("unit");
  const kept = memory(`ck-predict-${model.get("key")}`);
  const look = { name: "predict", title: "Predict first", height: 0 };
  const frame = kit.frame({ model, el, signal }, look);
  const { controls, reading } = frame;
  const input = ask(frame, unit);
  const commit = kit.button(controls, "Commit", () => settle());
  const retract = kit.button(controls, "Predict again", () => {
    kept.forget();
    close("");
    reading.replaceChildren();
    delete frame.root.dataset.guess;
    input.focus();
  });
  retract.hidden = true;
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle();
  });

  function settle() {
    const guess = read(input.value, unit);
    if (Number.isFinite(guess)) {
      kept.save(guess);
      open(guess);
    } else {
      reading.textContent = "Write a number, such as 0.5 or 1/3.";
    }
    frame.say(reading.textContent ?? "");
  }
  /** @param {string} value that stands in the box */
  function close(value, committed = false) {
    input.value = value;
    input.disabled = commit.disabled = committed;
    retract.hidden = !committed;
  }
  /** @param {number} guess */
  function open(guess) {
    const mark = unit && !unit.startsWith("%") ? ` ${unit}` : unit;
    const judged = verdict(guess, truth, model.get("tolerance"));
    close(shown(guess), true);
    reading.replaceChildren(kit.rich(`You said ${shown(guess)}${mark}: ${judged} `));
    kit.html("strong", {}, reading, kit.rich(`It is ${shown(truth)}${mark}. `));
    reading.append(kit.rich(model.get("explain")));
    frame.expose({ guess, verdict: judged });
  }
  const before = kept.load();
  if (before !== null) open(Number(before));
}
export default { render };
