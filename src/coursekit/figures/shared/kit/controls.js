// Controls: each writes one key of the figure's state and follows it.
const kitControls = (() => {
  const { html, id, set } = kitNodes;
  const { rich } = kitText;
  const { number } = kitPlot;
  const { store, watch } = kitFrame;
  // JupyterLab takes arrow keys for itself unless the input says otherwise.
  const own = { "data-lm-suppress-shortcuts": "true" };
  /** Whether the reader wants nothing to move by itself. */
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** Do something now and at each change of a key.
   * @param {Frame} frame
   * @param {string} key
   * @param {() => void} follow */
  const follow = (frame, key, follow) => {
    watch(frame, [key], follow);
    follow();
  };

  /** @param {Frame} frame
   * @param {string} key
   * @param {{
   *   label: string, min: number, max: number, step: number, scale?: "log",
   *   format?: (value: number) => string,
   * }} look `step` is a step of the logarithm where the scale is "log" */
  const slider = (frame, key, { label, min, max, step, scale, format = (v) => number(v) }) => {
    const { model } = frame;
    const name = id(key);
    const logarithmic = scale === "log";
    /** @param {number} v */
    const out = (v) => (logarithmic ? Math.log10(v) : v);
    /** @param {number} v */
    const back = (v) => (logarithmic ? Number((10 ** v).toPrecision(3)) : v);
    const row = html("div", { class: "ck-slider" }, frame.controls);
    html("label", { for: name }, row, rich(label));
    const range = { type: "range", min: out(min), max: out(max), step };
    const input = html("input", { ...own, id: name, ...range }, row);
    const output = html("output", { for: name }, row);
    input.addEventListener("input", () => store(model, key, back(Number(input.value))));
    follow(frame, key, () => {
      const text = format(model.get(key));
      input.value = String(out(model.get(key)));
      output.textContent = text;
      input.setAttribute("aria-valuetext", text);
    });
    return { row, input, output };
  };

  /** @param {Element} parent
   * @param {string} label
   * @param {() => void} action */
  const button = (parent, label, action) => {
    const look = { type: "button", class: "ck-button", text: label };
    return html("button", { ...own, ...look, onclick: action }, parent);
  };

  /** Radio buttons.
   * @param {Frame} frame
   * @param {string} key
   * @param {{ label: string, options: [unknown, string][] }} look options: [[value, label], …] */
  const choice = (frame, key, { label, options }) => {
    const { model } = frame;
    const group = id(key);
    const box = html("fieldset", { class: "ck-choice" }, frame.controls);
    html("legend", {}, box, rich(label));
    for (const [value, text] of options) {
      const wrap = html("label", {}, box);
      const radio = { type: "radio", name: group, value: String(value) };
      const input = html("input", { ...own, ...radio }, wrap);
      html("span", {}, wrap, rich(text));
      input.addEventListener("change", () => store(model, key, value));
      follow(frame, key, () => {
        input.checked = value === model.get(key);
      });
    }
    return box;
  };

  /** @param {Frame} frame
   * @param {string} key
   * @param {{ label: string }} look */
  const check = (frame, key, { label }) => {
    const { model } = frame;
    const wrap = html("label", { class: "ck-check" }, frame.controls);
    const input = html("input", { ...own, type: "checkbox" }, wrap);
    html("span", {}, wrap, rich(label));
    input.addEventListener("change", () => store(model, key, input.checked));
    follow(frame, key, () => {
      input.checked = Boolean(model.get(key));
    });
    return input;
  };

  /** Back, forward, play and start again through the whole numbers 0 … last of a key.
   * @param {Frame} frame
   * @param {string} key
   * @param {{ last: number, label?: string, every?: number }} look
   *   every: milliseconds from one step to the next while it plays
   * @returns {() => void} stops the playing */
  const steps = (frame, key, { last, label = "step", every = 900 }) => {
    const { model } = frame;
    const group = { role: "group", "aria-label": label };
    const row = html("div", { class: "ck-steps", ...group }, frame.controls);
    let timer = 0;
    const at = () => /** @type {number} */ (model.get(key));
    /** @param {number} to */
    const go = (to) => store(model, key, Math.max(0, Math.min(last, to)));
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      show();
    };
    const tick = () => (at() < last ? go(at() + 1) : stop());
    const toggle = () => {
      if (timer) return stop();
      if (at() >= last) go(0);
      timer = window.setInterval(tick, every);
      show();
    };
    /** @param {() => number} to */
    const jump = (to) => () => {
      stop();
      go(to());
    };
    const again = button(
      row,
      "Start again",
      jump(() => 0),
    );
    const back = button(
      row,
      "◂ Back",
      jump(() => at() - 1),
    );
    const next = button(
      row,
      "Next ▸",
      jump(() => at() + 1),
    );
    const play = still() ? null : button(row, "Play", toggle);
    const place = html("span", { class: "ck-place" }, row);
    const show = () => {
      place.textContent = `${label} ${at()} of ${last}`;
      again.disabled = back.disabled = at() <= 0;
      next.disabled = at() >= last;
      if (play) play.textContent = timer ? "Pause" : "Play";
    };
    follow(frame, key, show);
    frame.signal.addEventListener("abort", () => clearInterval(timer));
    return stop;
  };

  /** @type {Record<string, [number, number]>} */
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const FINGER = 14; // px around a handle that a finger may miss it by
  /** A handle in the drawing, moved by pointer or arrow keys.
   * @param {SVGSVGElement} drawing
   * @param {SVGElement} node
   * @param {{
   *   label: string, move: (x: number, y: number) => void, nudge: (dx: number, dy: number) => void,
   * }} look `move` gets units of the drawing; `nudge` gets −1, 0 or 1 in each direction, and dy = 1
   *   is upwards */
  const draggable = (drawing, node, { label, move, nudge }) => {
    drawing.setAttribute("role", "group");
    const looks = `${node.getAttribute("class") ?? ""} ck-handle`;
    const handle = { tabindex: "0", role: "slider", "aria-label": label, "aria-valuenow": "0" };
    set(node, { ...own, ...handle, class: looks });
    /** @param {PointerEvent} event */
    const follow = ({ clientX, clientY }) => {
      const inside = drawing.getScreenCTM()?.inverse();
      const p = new DOMPoint(clientX, clientY).matrixTransform(inside);
      move(p.x, p.y);
    };
    /** Whether a finger meant the handle.
     * @param {{ clientX: number, clientY: number }} at */
    const meant = ({ clientX, clientY }) => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      const dx = Math.max(left - clientX, clientX - right);
      const dy = Math.max(top - clientY, clientY - bottom);
      return Math.max(dx, dy) <= FINGER;
    };
    // The page moves under a finger unless it is told not to at the first touch: browsers do not ask
    // the nodes of a drawing for their `touch-action`.
    const hold = (/** @type {TouchEvent} */ event) => {
      if (event.touches.length === 1 && meant(event.touches[0])) event.preventDefault();
    };
    drawing.addEventListener("touchstart", hold, { passive: false });
    drawing.addEventListener("pointerdown", (event) => {
      if (event.target !== node && (event.pointerType === "mouse" || !meant(event))) return;
      node.setPointerCapture(event.pointerId);
      event.preventDefault();
      node.focus();
      if (event.target !== node) follow(event);
    });
    node.addEventListener("pointermove", (event) => {
      if (node.hasPointerCapture(event.pointerId)) follow(event);
    });
    node.addEventListener("keydown", (event) => {
      if (!(event.key in WAYS)) return;
      event.preventDefault();
      event.stopPropagation();
      nudge(...WAYS[event.key]);
    });
    return {
      /** What the handle stands for now.
       * @param {number} now
       * @param {string} text */
      value: (now, text) => set(node, { "aria-valuenow": now, "aria-valuetext": text }),
    };
  };

  return { slider, button, choice, check, steps, draggable, still };
})();
