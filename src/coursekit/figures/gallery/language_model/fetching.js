// Weights are fetched when the reader asks for them. In the book a script of their own brings them
// (fetch cannot read a file: address), in a notebook the kernel does.
/** From the kernel, which sends them when it sees that `asked` has changed.
 * @param {Frame} frame
 * @returns {Promise<StoredModel | undefined>} */
function sent(frame) {
  const { model, signal } = frame;
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error("the kernel does not answer"));
    const timer = setTimeout(late, 20000);
    const done = () => {
      clearTimeout(timer);
      resolve(model.get("weights"));
    };
    kit.watch(frame, ["weights"], done);
    signal.addEventListener("abort", done);
    kit.store(model, "asked", model.get("asked") + 1);
  });
}

/** From the book's own script, which puts them on the shelf.
 * @param {string} which
 * @param {Record<string, StoredModel>} shelf
 * @returns {Promise<StoredModel | undefined>} */
function loaded(which, shelf) {
  const root = document.documentElement.dataset.content_root ?? "";
  const src = `${root}_static/models/${which}.js`;
  return new Promise((resolve) => {
    const done = () => resolve(shelf[which]);
    kit.html("script", { src, onload: done, onerror: done }, document.head);
  });
}

/** @param {Frame} frame
 * @returns {Promise<StoredModel>} */
async function fetched(frame) {
  const { model } = frame;
  const which = model.get("which");
  globalThis.coursekitModels ??= {};
  const shelf = globalThis.coursekitModels;
  const known = shelf[which] ?? model.get("weights"); // sent before
  const stored = known ?? (await (model.get("kernel") ? sent(frame) : loaded(which, shelf)));
  if (!stored?.arrays) throw new Error(`there are no weights of “${which}”`);
  shelf[which] = stored;
  return stored;
}

/** A button that fetches what is stored and opens the figure with it; why it cannot start is said.
 * @template T
 * @param {Frame} frame
 * @param {(stored: StoredModel) => Promise<T>} prepare
 * @param {(stored: StoredModel, ready: T) => void} open */
function startButton(frame, prepare, open) {
  const label = `Start (fetches ${frame.model.get("kilobytes")} kB)`;
  const start = kit.button(frame.controls, label, async () => {
    start.disabled = true;
    frame.reading.textContent = "Fetching the weights …";
    try {
      const stored = await fetched(frame);
      const ready = await prepare(stored);
      start.remove();
      if (!frame.signal.aborted) open(stored, ready);
    } catch (error) {
      start.disabled = false;
      const why = error instanceof Error ? error.message : error;
      frame.reading.textContent = `The model cannot start: ${why}.`;
      frame.say(frame.reading.textContent);
    }
  });
}
