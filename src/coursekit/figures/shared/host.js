// Brings the figures of a static page to life: anywidget's contract, with the state in memory.
// The book puts `const sources = {"kit": …, "name": …}` before this text, in one module script,
// so that a page works from a file: address too.
class PageModel {
  /** @param {Record<string, unknown>} state */
  constructor(state) {
    this.state = { ...state };
    /** @type {Map<string, Set<() => void>>} */
    this.handlers = new Map();
  }
  /** @param {string} key */
  get(key) {
    return this.state[key];
  }
  /** @param {string} key
   * @param {unknown} value */
  set(key, value) {
    if (Object.is(this.state[key], value)) return;
    this.state[key] = value;
    for (const handler of [...(this.handlers.get(`change:${key}`) ?? [])]) handler();
  }
  save_changes() {}
  /** @param {string} name
   * @param {() => void} handler */
  on(name, handler) {
    this.handlers.set(name, (this.handlers.get(name) ?? new Set()).add(handler));
  }
  /** @param {string} name
   * @param {() => void} handler */
  off(name, handler) {
    this.handlers.get(name)?.delete(handler);
  }
}

/** @type {Map<string, Promise<{ render: (view: View) => unknown }>>} */
const modules = new Map();
/** @param {string} name */
function load(name) {
  const known = modules.get(name);
  if (known) return known;
  const text = `${sources.kit}\n${sources[name]}`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const loaded = import(url).then((module) => module.default);
  const module = loaded.finally(() => URL.revokeObjectURL(url));
  modules.set(name, module);
  return module;
}

// A figure of a page lives as long as the page: no signal ends it.
/** @param {HTMLElement & { model?: Model }} root */
async function mount(root) {
  try {
    const stored = root.querySelector('script[type="application/json"]')?.textContent;
    const widget = await load(root.dataset.figure ?? "");
    const el = document.createElement("div");
    const model = new PageModel(JSON.parse(stored ?? "{}"));
    root.model = model; // seen from outside by the tests
    await widget.render({ model, el });
    root.replaceChildren(el);
    root.dataset.alive = "true";
  } catch (error) {
    console.error("figure", root.dataset.figure, error);
  }
}

// One figure after the other, while nothing else is to be done: text and scrolling come first.
const idle = window.requestIdleCallback ?? setTimeout;
async function mountAll() {
  for (const root of document.querySelectorAll(".ck-figure")) {
    await new Promise((go) => idle(go));
    if (root instanceof HTMLElement) await mount(root);
  }
}
mountAll();
