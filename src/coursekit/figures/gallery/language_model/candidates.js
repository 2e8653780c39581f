// The five likeliest symbols at a place of the text. The place is moved by a click on the text or by arrow
// keys; a click on one of the five puts it there.
/** @param {Element} parent
 * @param {(x: number) => void} take */
function drawCandidates(parent, take) {
  const title = kit.html("p", { class: "ck-heading" }, parent);
  const table = kit.html("table", { class: "ck-likely" }, parent);
  const head = kit.html("tr", {}, kit.html("thead", {}, table));
  for (const text of ["symbol", "model", "drawn with"])
    kit.html("th", { scope: "col", text }, head);
  kit.html("td", {}, head);
  const body = kit.html("tbody", {}, table);
  const rows = Array.from({ length: 6 }, () => {
    const row = kit.html("tr", {}, body);
    const button = kit.button(kit.html("th", { scope: "row" }, row), "", () => take(shown.x));
    const [p, drawn, cell] = [0, 1, 2].map(() => kit.html("td", {}, row));
    cell.setAttribute("aria-hidden", "true");
    const bars = ["", "ck-drawn"].map((name) => kit.html("div", { class: name }, cell));
    bars[0].style.background = kit.colour.grey;
    bars[1].style.background = kit.colour.blue;
    const shown = { row, button, p, drawn, bars, x: 0 };
    return shown;
  });
  /** @param {string} text
   * @param {ReturnType<Writer["candidates"]>} candidates
   * @param {boolean} fixed the place cannot be changed */
  return (text, candidates, fixed) => {
    title.textContent = text;
    for (const [i, shown] of rows.entries()) {
      const one = candidates[i];
      shown.row.hidden = !one;
      if (!one) continue;
      shown.x = one.x;
      shown.button.textContent = one.symbol === "\n" || one.symbol === "</s>" ? "↵" : one.symbol;
      shown.button.setAttribute("aria-label", `take ${symbolName(one.symbol)}`);
      shown.button.disabled = fixed || one.symbol === "<unk>";
      if (one.here) shown.row.setAttribute("aria-current", "true");
      else shown.row.removeAttribute("aria-current");
      shown.p.textContent = kit.percent(one.p, 1);
      shown.drawn.textContent = kit.percent(one.drawn, 1);
      shown.bars[0].style.width = `${100 * one.p}%`;
      shown.bars[1].style.width = `${100 * one.drawn}%`;
    }
  };
}

/** @param {Frame} frame
 * @param {Writer} writer
 * @param {HTMLElement} text
 * @param {Element} parent */
function candidates(frame, writer, text, parent) {
  const { model } = frame;
  const show = drawCandidates(parent, (x) => {
    const at = model.get("at");
    kit.store(model, "at", -1);
    writer.take(at, x);
  });
  const look = () => {
    const at = model.get("at") < writer.read.length ? model.get("at") : -1;
    for (const node of text.querySelectorAll(".ck-at")) node.classList.remove("ck-at");
    const item = writer.read[at];
    item?.node.classList.add("ck-at");
    const fixed = at >= 0 && at < writer.own;
    const place = item ? `In the place of ${symbolName(item.name)}` : "Next";
    const why = fixed ? " (your own text: change it above)" : "";
    const five = writer.candidates(at);
    show(`${place}, the five likeliest${why}`, five, fixed);
    frame.expose({ at, candidates: five });
  };
  /** @param {number} to */
  const go = (to) => {
    if (writer.due) writer.stop();
    kit.store(model, "at", to < writer.read.length ? to : -1);
    text.querySelector(".ck-at")?.scrollIntoView({ block: "nearest" });
  };
  text.addEventListener("click", ({ target }) => {
    const at = writer.read.findIndex(({ node }) => node === target);
    if (at >= 0) go(at);
  });
  text.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const at = model.get("at") < 0 ? writer.read.length : model.get("at");
    go(Math.max(0, at + by));
    frame.say(parent.textContent ?? "");
  });
  kit.watch(frame, ["at"], look);
  return look;
}
