// Brings the figures of a static page to life: anywidget's contract, with the state in memory.
// The book puts `const sources = {"kit": …, "name": …}` before this text, in one module script,
// so that a page works from a file: address too.
class Model {
  constructor(state) {
    this.state = { ...state };
    this.handlers = new Map();
  }
  get(key) {
    return this.state[key];
  }
  set(key, value) {
    if (typeof key === "object") {
      for (const [name, item] of Object.entries(key)) this.set(name, item);
      return;
    }
    if (Object.is(this.state[key], value)) return;
    this.state[key] = value;
    for (const name of [`change:${key}`, "change"]) {
      for (const handler of [...(this.handlers.get(name) ?? [])]) handler(this, value);
    }
  }
  save_changes() {}
  send() {}
  on(name, handler) {
    if (!this.handlers.has(name)) this.handlers.set(name, new Set());
    this.handlers.get(name).add(handler);
  }
  off(name, handler) {
    if (handler) this.handlers.get(name)?.delete(handler);
    else this.handlers.delete(name);
  }
}

const modules = new Map();
function load(name) {
  if (!modules.has(name)) {
    const text = `${sources.kit}\n${sources[name]}`;
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const loaded = import(url).then((module) => module.default);
    modules.set(name, loaded.finally(() => URL.revokeObjectURL(url)));
  }
  return modules.get(name);
}

async function mount(root) {
  try {
    const state = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    const widget = await load(root.dataset.figure);
    const el = document.createElement("div");
    root.model = new Model(state); // seen from outside by the tests
    await widget.render({ model: root.model, el });
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
    await mount(root);
  }
}
mountAll();
