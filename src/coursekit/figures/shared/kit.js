// What all figures share. The framework puts this text before each figure's own module, which thus
// has one more name, `kit`, and imports nothing. A figure in five lines:
//
//   export default { render({ model, el }) {
//     const frame = kit.frame(el, { name: "thing", title: "A thing", width: 640, height: 280 });
//     const rho = kit.slider(frame, model, "rho", { label: "radius ρ", min: 0, max: 2, step: 0.01 });
//     const x = kit.linear([0, 50], [50, 620]), y = kit.log([1e-9, 1e3], [240, 20]);
//     kit.axes(frame.svg, { x, y, xLabel: "steps back", yLabel: "norm" });   // grid, ticks, labels
//     const path = kit.svg("path", { class: "ck-line", stroke: kit.colour.blue }, frame.svg);
//     return kit.bind(model, ["rho"], () => {
//       path.setAttribute("d", kit.line(points));
//       frame.describe(`What is seen now, in one sentence.`);  // alt text of the drawing
//       frame.expose({ norm: 0.12 });                           // el.dataset, for the tests
//     });
//   } };
//
// Also: html/svg (make a node), button, choice (radio buttons), check, steps (forward, back, play),
// watch (call at each change), draggable (a handle for pointer and arrow keys), say (spoken to
// screen readers), rich (text with `code`, *stress* and $h^{[t]}$), number/sci/percent, mix, still
// (motion unwanted). A figure that goes on after an `await` calls frame.resume() first.
const kit = (() => {
  const NAMES = ["paper", "panel", "ink", "grey", "rule", "blue", "orange", "green", "purple", "red"];
  const colour = Object.fromEntries(NAMES.map((name) => [name, `var(--ck-${name})`]));
  let serial = 0;

  // --- nodes -------------------------------------------------------------------------------
  const fill = (node, attributes, parent, children) => {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (key === "text") node.textContent = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children);
    parent?.append(node);
    return node;
  };
  const svg = (tag, attributes = {}, parent = null, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, parent, children);
  const html = (tag, attributes = {}, parent = null, ...children) =>
    fill(document.createElement(tag), attributes, parent, children);
  const id = (stem) => `ck-${stem}-${++serial}`;

  // --- numbers -----------------------------------------------------------------------------
  const minus = (text) => text.replace("-", "−");
  const number = (value, digits = 2) => minus(value.toFixed(digits));
  const percent = (value, digits = 0) => `${minus((100 * value).toFixed(digits))} %`;
  const raised = (n) => [...String(n)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
  const sci = (value, digits = 1) => {
    if (value === 0) return "0";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : Number.isNaN(value) ? "NaN" : "−∞";
    const size = Math.abs(value);
    if (size >= 0.01 && size < 10000) return minus(value.toPrecision(digits + 1));
    const [mantissa, power] = value.toExponential(digits).split("e");
    return `${minus(mantissa)} × 10${raised(Number(power))}`;
  };

  // --- scales: a function from value to pixel, with .invert and .ticks() --------------------
  const linear = ([d0, d1], [r0, r1]) => {
    const scale = (v) => r0 + ((v - d0) / (d1 - d0)) * (r1 - r0);
    scale.invert = (p) => d0 + ((p - r0) / (r1 - r0)) * (d1 - d0);
    scale.ticks = (count = 5) => {
      const rough = (d1 - d0) / count, power = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
      const first = Math.ceil(d0 / step - 1e-9);
      return Array.from({ length: Math.floor(d1 / step + 1e-9) - first + 1 },
        (_, i) => Number(((first + i) * step).toPrecision(12)));
    };
    scale.format = (v) => minus(String(Number(v.toPrecision(6))));
    return Object.assign(scale, { domain: [d0, d1], range: [r0, r1] });
  };
  const log = ([d0, d1], [r0, r1]) => {
    const inner = linear([Math.log10(d0), Math.log10(d1)], [r0, r1]);
    const scale = (v) => inner(Math.log10(v));
    scale.invert = (p) => 10 ** inner.invert(p);
    scale.ticks = (count = 6) => {
      const low = Math.ceil(Math.log10(d0) - 1e-9), high = Math.floor(Math.log10(d1) + 1e-9);
      const every = Math.max(1, Math.ceil((high - low) / count));
      const powers = [];
      for (let p = low; p <= high; p++) if (p % every === 0) powers.push(10 ** p);
      return powers;
    };
    scale.format = (v) => {
      const p = Math.round(Math.log10(v));
      return p >= 0 && p <= 3 ? String(10 ** p) : `10${raised(p)}`;
    };
    return Object.assign(scale, { domain: [d0, d1], range: [r0, r1] });
  };

  // Grid, ticks and labels of a plot; x.range and y.range say where it lies. Returns the group.
  const axes = (parent, { x, y, xLabel, yLabel, xTicks, yTicks, xFormat, yFormat }) => {
    const g = svg("g", { class: "ck-axes", "aria-hidden": "true" }, parent);
    const [left, right] = x.range, [bottom, top] = y.range;
    for (const v of yTicks ?? y.ticks()) {
      svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), class: "ck-grid" }, g);
      svg("text", { x: left - 8, y: y(v), dy: "0.35em", "text-anchor": "end",
        text: (yFormat ?? y.format)(v) }, g);
    }
    for (const v of xTicks ?? x.ticks()) {
      svg("line", { x1: x(v), x2: x(v), y1: bottom, y2: bottom + 4, class: "ck-tick" }, g);
      svg("text", { x: x(v), y: bottom + 18, "text-anchor": "middle",
        text: (xFormat ?? x.format)(v) }, g);
    }
    svg("line", { x1: left, x2: right, y1: bottom, y2: bottom, class: "ck-tick" }, g);
    if (xLabel) svg("text", { x: (left + right) / 2, y: bottom + 38, "text-anchor": "middle",
      class: "ck-axis-label", text: xLabel }, g);
    if (yLabel) svg("text", { x: left, y: top - 12, class: "ck-axis-label", text: yLabel }, g);
    return g;
  };
  const line = (points) =>
    points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

  // What the figure that is being drawn has begun and must end when it is taken away.
  let ends = [];
  const watch = (model, keys, follow) => {
    for (const key of keys) {
      model.on(`change:${key}`, follow);
      ends.push(() => model.off(`change:${key}`, follow));
    }
  };

  // --- the frame: title, drawing, controls, reading ----------------------------------------
  // Gives {root, svg, controls, reading, describe, say, expose}. `height: 0`: no drawing.
  // On a phone a drawing keeps a width at which its words can be read (figure.css), and is moved sideways.
  const scrolled = (stage, title) => {
    const observer = new ResizeObserver(() => {
      const wide = stage.scrollWidth > stage.clientWidth + 1;
      const say = { tabindex: "0", role: "group", "aria-label": `Drawing, moves sideways: ${title}` };
      for (const [key, value] of Object.entries(say)) {
        if (wide) stage.setAttribute(key, value);
        else stage.removeAttribute(key);
      }
    });
    observer.observe(stage);
    ends.push(() => observer.disconnect());
  };

  const frame = (el, { name, title = "", width = 640, height = 320 }) => {
    const heading = id(name), mine = (ends = []);
    const root = html("section", { class: `ck ck-${name}`, "aria-labelledby": heading }, el);
    html("p", { class: "ck-title", id: heading, text: title }, root);
    const stage = height && html("div", { class: `ck-stage${width > 500 ? " ck-broad" : ""}`,
      style: `--ck-least: ${Math.round(0.8 * width)}px` }, root);
    const drawing = height && svg("svg", { class: "ck-svg", role: "img",
      viewBox: `0 0 ${width} ${height}`, width: "100%" }, stage);
    if (width > 500 && height) scrolled(stage, title);
    const controls = html("div", { class: "ck-controls" }, root);
    const reading = html("p", { class: "ck-reading" }, root);
    const live = html("p", { class: "ck-live", "aria-live": "polite" }, root);
    return {
      root, svg: drawing, controls, reading,
      resume: () => { ends = mine; }, // before controls that come later, after an `await`
      end: () => { for (const undo of mine.splice(0)) undo(); }, // the clean-up for `render`
      describe: (text) => drawing.setAttribute("aria-label", text),
      say: (text) => { live.textContent = text; },
      expose: (values) => {
        for (const [key, value] of Object.entries(values)) {
          root.dataset[key] = typeof value === "string" ? value : JSON.stringify(value);
        }
      },
    };
  };

  // Draw now and at each change of one of the keys; returns the clean-up for `render`.
  const bind = (model, keys, draw) => {
    const mine = ends;
    watch(model, keys, draw);
    draw();
    return () => { for (const undo of mine.splice(0)) undo(); };
  };
  const store = (model, key, value) => { model.set(key, value); model.save_changes(); };

  // --- controls: each writes one key of the model and follows it ----------------------------
  // JupyterLab takes arrow keys for itself unless the input says otherwise.
  const own = { "data-lm-suppress-shortcuts": "true" };
  const slider = (frame, model, key, { label, min, max, step, format = (v) => number(v), scale }) => {
    const name = id(key), logarithmic = scale === "log";
    const out = logarithmic ? (v) => Math.log10(v) : (v) => v;
    const back = logarithmic ? (v) => Number((10 ** v).toPrecision(3)) : (v) => v;
    const row = html("div", { class: "ck-slider" }, frame.controls);
    const caption = html("label", { for: name }, row);
    caption.append(rich(label));
    const input = html("input", { ...own, id: name, type: "range", min: out(min), max: out(max),
      step }, row);
    const output = html("output", { for: name }, row);
    const follow = () => {
      input.value = out(model.get(key));
      output.textContent = format(model.get(key));
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", () => store(model, key, back(Number(input.value))));
    watch(model, [key], follow);
    follow();
    return { row, input, output };
  };
  const button = (frame, label, action) => {
    const parent = frame.controls ?? frame;
    return html("button", { ...own, type: "button", class: "ck-button", text: label,
      onclick: action }, parent);
  };
  // Radio buttons: options is [[value, label], …].
  const choice = (frame, model, key, { label, options }) => {
    const set = html("fieldset", { class: "ck-choice" }, frame.controls), group = id(key);
    html("legend", {}, set).append(rich(label));
    const inputs = options.map(([value, text]) => {
      const wrap = html("label", {}, set);
      const input = html("input", { ...own, type: "radio", name: group, value }, wrap);
      html("span", {}, wrap).append(rich(text));
      input.addEventListener("change", () => store(model, key, value));
      return [value, input];
    });
    const follow = () => { for (const [v, input] of inputs) input.checked = v === model.get(key); };
    watch(model, [key], follow);
    follow();
    return set;
  };
  const check = (frame, model, key, { label }) => {
    const wrap = html("label", { class: "ck-check" }, frame.controls);
    const input = html("input", { ...own, type: "checkbox" }, wrap);
    html("span", {}, wrap).append(rich(label));
    input.addEventListener("change", () => store(model, key, input.checked));
    const follow = () => { input.checked = Boolean(model.get(key)); };
    watch(model, [key], follow);
    follow();
    return input;
  };
  // Back, forward, play and start again through the whole numbers 0 … last of model[key].
  const steps = (frame, model, key, { last, label = "step", every = 900 }) => {
    const row = html("div", { class: "ck-steps", role: "group", "aria-label": label },
      frame.controls);
    let timer = 0;
    const go = (to) => store(model, key, Math.max(0, Math.min(last, to)));
    const stop = () => { clearInterval(timer); timer = 0; follow(); };
    const tick = () => (model.get(key) >= last || !row.isConnected ? stop()
      : go(model.get(key) + 1));
    const again = button(row, "Start again", () => { stop(); go(0); });
    const back = button(row, "◂ Back", () => { stop(); go(model.get(key) - 1); });
    const next = button(row, "Next ▸", () => { stop(); go(model.get(key) + 1); });
    const play = still() ? null : button(row, "Play", () => {
      if (timer) return stop();
      if (model.get(key) >= last) go(0);
      timer = setInterval(tick, every);
      return follow();
    });
    const place = html("span", { class: "ck-place" }, row);
    const follow = () => {
      const at = model.get(key);
      place.textContent = `${label} ${at} of ${last}`;
      again.disabled = back.disabled = at <= 0;
      next.disabled = at >= last;
      if (play) play.textContent = timer ? "Pause" : "Play";
    };
    watch(model, [key], follow);
    ends.push(() => clearInterval(timer));
    follow();
    return { row, stop };
  };
  // A handle in the drawing, moved by pointer or arrow keys. `move(x, y)` gets drawing units and
  // returns nothing; `nudge(dx, dy)` gets −1, 0 or 1 in each direction (dy = 1 is upwards).
  const draggable = (drawing, node, { label, move, nudge }) => {
    drawing.setAttribute("role", "group");
    fill(node, { ...own, tabindex: "0", role: "slider", "aria-label": label, "aria-valuenow": "0",
      class: `${node.getAttribute("class") ?? ""} ck-handle` }, null, []);
    const place = (event) => {
      const p = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(drawing.getScreenCTM().inverse());
      move(p.x, p.y);
    };
    node.addEventListener("pointerdown", (event) => {
      node.setPointerCapture(event.pointerId);
      event.preventDefault();
      node.focus();
    });
    node.addEventListener("pointermove", (event) => {
      if (node.hasPointerCapture(event.pointerId)) place(event);
    });
    node.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      if (!(event.key in way)) return;
      event.preventDefault();
      event.stopPropagation();
      nudge(...way[event.key]);
    });
    return { value: (now, text) => fill(node, { "aria-valuenow": now, "aria-valuetext": text },
      null, []) };
  };

  // --- text --------------------------------------------------------------------------------
  // A small part of TeX, enough for a name or a short equation in running text: letters, digits,
  // signs, _ and ^, accents, fractions. `tex.json` lists the commands, also for Python, which
  // refuses all others.
  const tex = (source) => {
    let at = 0;
    const out = document.createDocumentFragment();
    const group = () => {
      if (source[at] !== "{") {
        const start = at;
        at += source[at] === "\\" ? source.slice(at).match(/^\\([A-Za-z]+|.)/)[0].length : 1;
        return tex(source.slice(start, at));
      }
      let depth = 0;
      const start = at;
      do { depth += source[at] === "{" ? 1 : source[at] === "}" ? -1 : 0; at++; } while (depth);
      return tex(source.slice(start + 1, at - 1));
    };
    while (at < source.length) {
      const c = source[at];
      const command = c === "\\" && source.slice(at).match(/^\\([A-Za-z]+|.)/);
      if (command) {
        at += command[0].length;
        const spaced = kitTex.relations.includes(command[1]); // the blank after a relation is meant
        if (source[at] === " " && /^[A-Za-z]/.test(command[1]) && !spaced) at++;
        if (command[1] === "hat" || command[1] === "tilde") {
          const inner = group();
          inner.lastChild.textContent += command[1] === "hat" ? "\u0302" : "\u0303";
          out.append(inner);
        } else if (command[1] === "frac") {
          out.append(group(), "/", group());
        } else if (command[1] === "mathbf" || command[1] === "mathrm" || command[1] === "text") {
          out.append(group().textContent);
        } else out.append(SIGNS[command[1]] ?? command[0]);
      } else if (c === "_" || c === "^") {
        at++;
        html(c === "_" ? "sub" : "sup", {}, out).append(group());
      } else if (c === "{") out.append(group());
      else {
        if (/[A-Za-z]/.test(c)) html("i", { text: c }, out);
        else out.append(c === "-" ? "−" : c);
        at++;
      }
    }
    return out;
  };
  const rich = (text) => {
    const out = document.createDocumentFragment();
    for (const piece of text.split(/(`[^`]+`|\$[^$]+\$|\*[^*\s][^*]*\*)/)) {
      if (piece.startsWith("`")) html("code", { text: piece.slice(1, -1) }, out);
      else if (piece.length > 2 && piece.startsWith("$")) {
        html("span", { class: "ck-tex" }, out).append(tex(piece.slice(1, -1)));
      } else if (piece.length > 2 && piece.startsWith("*")) {
        html("em", { text: piece.slice(1, -1) }, out);
      } else out.append(piece);
    }
    return out;
  };

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const mix = (name, share) =>
    `color-mix(in oklab, var(--ck-${name}) ${(100 * share).toFixed(1)}%, var(--ck-paper))`;

  return { colour, svg, html, id, number, percent, sci, linear, log, axes, line, frame, bind, watch,
    store, slider, button, choice, check, steps, draggable, rich, still, mix };
})();
