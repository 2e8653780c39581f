// A trained LSTM that reads and writes in the page. Its weights, one byte each, are no part of the
// page: they are fetched when the reader asks for them. What the figure is made of stands in
// language_model/, before this text.

/** What the beginning costs, how fast the rest was written, and what could not be read.
 * @param {Writer} writer
 * @param {string} one */
function told(
  { characters, beginning, read, own, due, stored, full },
  one,
  { mean = 0, rate = 0 },
) {
  const parts = [];
  if (beginning.lacking.length) parts.push(unread(beginning.lacking, characters));
  if (own && read.length >= own) {
    parts.push(
      characters
        ? `Your beginning costs ${kit.number(mean)} bits per character; ${stored.held_out}.`
        : `Your beginning has perplexity ${kit.number(2 ** mean, 1)}; ${stored.held_out}.`,
    );
  }
  if (!due && rate) parts.push(`Written at ${rate.toLocaleString("en-GB")} ${one}s a second.`);
  if (full) parts.push("Here the page stops.");
  return parts.join(" ");
}

/** Begin to read and write.
 * @param {Frame} frame
 * @param {StoredModel} stored
 * @param {Network} network
 * @param {string} one */
function open(frame, stored, network, one) {
  const { model } = frame;
  const screen = surface(frame, stored, one);
  const writer = new Writer(model, stored, network, screen, report, () => look());
  const look = candidates(frame, writer, screen.text, screen.likely);
  const row = kit.html("div", { class: "ck-steps" });
  const more = kit.button(row, "Write on", () => (writer.due ? writer.stop() : writer.more()));
  kit.button(row, "Step", () => writer.step());
  kit.button(row, "Another", () => kit.store(model, "seed", model.get("seed") + 1));
  const place = kit.html("span", { class: "ck-place" }, row);
  frame.controls.prepend(row);

  function report() {
    const { read, own, due, took, written } = writer;
    more.textContent = due ? "Pause" : "Write on";
    more.disabled = writer.full;
    place.textContent = `seed ${model.get("seed")}`;
    const mean = read.slice(0, own).reduce((sum, { bits }) => sum + bits, 0) / own;
    const rate = took ? Math.round((1000 * written) / took) : 0;
    frame.reading.textContent = told(writer, one, { mean, rate });
    frame.expose({ busy: Boolean(due), read: read.length, own, bits: own ? mean : 0, rate });
  }
  const recolour = () => screen.recolour(writer.read);
  kit.watch(frame, ["prompt", "seed", "temperature", "top_k", "top_p"], () => writer.again());
  kit.watch(frame, ["colour", "unit"], recolour);
  frame.signal.addEventListener("abort", () => cancelAnimationFrame(writer.due));
  // For those who look inside, and for the tests.
  const languageModel = { network, distribution, draw, uniform, cut, read: () => writer.read };
  Object.assign(frame.root, { languageModel });
  recolour();
  writer.again();
  frame.say("The model is here. Type, and it writes on.");
  screen.box.focus({ preventScroll: true });
}

/** @param {View} view */
function render({ model, el, signal }) {
  const one = model.get("which") === "characters" ? "character" : "word";
  const look = { name: "model", title: model.get("title"), height: 0 };
  const frame = kit.frame({ model, el, signal }, look);
  const facts = kit.html("p", { class: "ck-facts", text: model.get("facts") });
  frame.root.insertBefore(facts, frame.controls);
  startButton(frame, Network.of, (stored, network) => open(frame, stored, network, one));
  return frame.end;
}
export default { render };
