// The frame of a figure, what it follows, and its end.
const kitFrame = (() => {
  const { html, svg, id } = kitNodes;

  // On a phone a drawing keeps a width at which its words can be read (figure.css), and is moved
  // sideways: then the keyboard must reach it.
  /** @param {HTMLElement} stage
   * @param {string} title
   * @param {AbortSignal} signal */
  const scrolled = (stage, title, signal) => {
    const label = `Drawing, moves sideways: ${title}`;
    const observer = new ResizeObserver(() => {
      const wide = stage.scrollWidth > stage.clientWidth + 1;
      const say = { tabindex: "0", role: "group", "aria-label": label };
      for (const [key, value] of Object.entries(say)) {
        if (wide) stage.setAttribute(key, value);
        else stage.removeAttribute(key);
      }
    });
    observer.observe(stage);
    signal.addEventListener("abort", () => observer.disconnect());
  };

  const REST = 500; // ms without a change, after which the reading is spoken
  // A screen reader says what the reading says, once it rests: not at each step of a slider, and not
  // before somebody has come to the figure. One that speaks by itself (frame.say) is left alone.
  /** @param {HTMLElement} root
   * @param {HTMLElement} reading
   * @param {HTMLElement} live
   * @param {AbortSignal} signal
   * @returns {(text: string) => void} speaks at once, from now on alone */
  const voice = (root, reading, live, signal) => {
    let timer = 0;
    const rested = () => {
      live.textContent = reading.textContent;
    };
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = window.setTimeout(rested, REST);
    });
    const changes = { childList: true, characterData: true, subtree: true };
    const listen = () => observer.observe(reading, changes);
    root.addEventListener("focusin", listen, { once: true, signal });
    root.addEventListener("pointerdown", listen, { once: true, signal });
    const end = () => {
      observer.disconnect();
      clearTimeout(timer);
      root.removeEventListener("focusin", listen);
      root.removeEventListener("pointerdown", listen);
    };
    signal.addEventListener("abort", end);
    return (text) => {
      end();
      live.textContent = text;
    };
  };

  // Newer versions of anywidget tell a figure by `signal` that it is taken away, older ones call what
  // `render` has returned, some do both: either way the frame's own signal is aborted.
  /** @param {AbortSignal | undefined} signal */
  const life = (signal) => {
    const own = new AbortController();
    const end = () => own.abort();
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
    return { signal: own.signal, end };
  };

  /** Title, drawing, controls and reading of a figure; without a height it has no drawing.
   * @param {View} view what `render` was given
   * @param {{ name: string, title?: string, width?: number, height?: number }} look
   * @returns {Frame} */
  const frame = ({ model, el, signal }, { name, title = "", width = 640, height = 320 }) => {
    const { signal: ended, end } = life(signal);
    const heading = id(name);
    const broad = width > 500;
    const root = html("section", { class: `ck ck-${name}`, "aria-labelledby": heading }, el);
    html("p", { class: "ck-title", id: heading, text: title }, root);
    const stage = html("div", {
      class: `ck-stage${broad ? " ck-broad" : ""}`,
      style: `--ck-least: ${Math.round(0.8 * width)}px; --ck-most: ${Math.round(1.15 * width)}px`,
    });
    const box = { viewBox: `0 0 ${width} ${height}`, width: "100%" };
    const drawing = svg("svg", { class: "ck-svg", role: "img", ...box }, stage);
    if (height) root.append(stage);
    if (height && broad) scrolled(stage, title, ended);
    const controls = html("div", { class: "ck-controls" }, root);
    const reading = html("p", { class: "ck-reading" }, root);
    const live = html("p", { class: "ck-live", "aria-live": "polite" }, root);
    return {
      model,
      root,
      svg: drawing,
      controls,
      reading,
      signal: ended,
      end,
      describe: (text) => drawing.setAttribute("aria-label", text),
      say: voice(root, reading, live, ended),
      expose: (values) => {
        for (const [key, value] of Object.entries(values)) {
          root.dataset[key] = typeof value === "string" ? value : JSON.stringify(value);
        }
      },
    };
  };

  /** Call `follow` at each change of one of the keys, until the figure is taken away.
   * @param {Frame} frame
   * @param {string[]} keys
   * @param {() => void} follow */
  const watch = ({ model, signal }, keys, follow) => {
    for (const key of keys) {
      model.on(`change:${key}`, follow);
      signal.addEventListener("abort", () => model.off(`change:${key}`, follow));
    }
  };
  /** Draw now and at each change of one of the keys.
   * @param {Frame} frame
   * @param {string[]} keys
   * @param {() => void} draw
   * @returns {() => void} the clean-up function that `render` returns */
  const bind = (frame, keys, draw) => {
    watch(frame, keys, draw);
    draw();
    return frame.end;
  };
  /** @param {Model} model
   * @param {string} key
   * @param {unknown} value */
  const store = (model, key, value) => {
    model.set(key, value);
    model.save_changes();
  };

  return { frame, watch, bind, store };
})();
