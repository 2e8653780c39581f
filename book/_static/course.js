// What little the pages need beyond the theme: formulas, tables and code that are wider than the
// column can be reached and scrolled with the keyboard; nothing else becomes a tab stop. Measuring
// lays out what is measured, so it is done bit by bit, while nothing else is to be done.
(() => {
  const WIDE = [
    "div.math",
    ".bd-article pre",
    ".cell_output > .output",
    ".course-plot",
    ".pst-scrollable-table-container",
  ].join(", ");
  const busy = { didTimeout: false, timeRemaining: () => 1 };
  /** @type {(work: IdleRequestCallback) => number} */
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work(busy)));
  /** @type {HTMLElement[]} */
  let waiting = [];

  /** @type {IdleRequestCallback} */
  const measure = (deadline) => {
    do {
      const some = waiting.splice(0, 8);
      const wide = some.map((box) => box.scrollWidth > box.clientWidth + 1);
      some.forEach((box, i) => {
        if (wide[i]) box.tabIndex = 0;
        else box.removeAttribute("tabindex");
      });
    } while (waiting.length && deadline.timeRemaining() > 0);
    if (waiting.length) idle(measure);
  };
  const measureAll = () => {
    if (!waiting.length) idle(measure);
    waiting = [...document.querySelectorAll(WIDE)].filter((box) => box instanceof HTMLElement);
  };
  // What the button for colours is set to: its picture says it to those who see.
  const root = document.documentElement;
  const tell = () => {
    const { mode = "auto" } = root.dataset;
    const words = `Colour mode: ${mode === "auto" ? "as the system" : mode}`;
    for (const button of document.querySelectorAll(".theme-switch-button"))
      button.setAttribute("aria-label", words);
  };
  new MutationObserver(tell).observe(root, { attributeFilter: ["data-mode"] });
  tell();
  addEventListener("load", measureAll);
  addEventListener("resize", measureAll);
  document.fonts.addEventListener("loadingdone", measureAll); // signs of another width
})();

// "?present" in the address: slides instead of the page (book/present). Nothing of it is loaded before.
(() => {
  const root = document.documentElement;
  const button = document.querySelector(".course-present");
  if (!("present" in root.dataset) || !(button instanceof HTMLElement)) {
    delete root.dataset.present;
    return;
  }
  /** One after the other: slides are measured, so their style must be there first.
   * @param {string[]} addresses */
  const load = ([address, ...others]) => {
    if (!address) return;
    const sheet = address.endsWith(".css");
    const node = document.createElement(sheet ? "link" : "script");
    Object.assign(node, sheet ? { rel: "stylesheet", href: address } : { src: address });
    node.onload = () => load(others);
    node.onerror = () => delete root.dataset.present; // then the page stays what it is
    document.head.append(node);
  };
  load((button.dataset.files ?? "").split(" "));
})();

// Reading mode: one switch folds the code of all pages; a button in the place of each block opens it.
// The page's head has folded it before anything was drawn.
(() => {
  const root = document.documentElement;
  const fold = document.querySelector(".course-fold");
  const said = document.querySelector(".course-fold-said");
  if (!fold || !said) return;
  const folded = () => root.dataset.code === "folded";

  /** @param {Element} input */
  const addButton = (input) => {
    const open = document.createElement("button");
    Object.assign(open, { type: "button", className: "course-unfold", textContent: "Show code" });
    open.addEventListener("click", () => {
      input.toggleAttribute("data-open", true);
      open.remove();
      input.querySelector("pre")?.focus();
    });
    input.prepend(open);
  };
  const update = () => {
    fold.setAttribute("aria-pressed", String(folded()));
    for (const one of document.querySelectorAll(".course-unfold")) one.remove();
    for (const input of document.querySelectorAll("div.cell_input")) {
      input.removeAttribute("data-open");
      if (folded()) addButton(input);
    }
  };
  // What is being read stays where it is.
  const reading = () => {
    const blocks = document.querySelectorAll(".bd-article :is(h2, h3, p, div.math, .cell_output)");
    return [...blocks].find((block) => block.getBoundingClientRect().top > 60) ?? fold;
  };
  fold.addEventListener("click", () => {
    const block = reading();
    const before = block.getBoundingClientRect().top;
    root.dataset.code = folded() ? "shown" : "folded";
    try {
      localStorage.setItem("code", root.dataset.code);
    } catch {
      // a private window
    }
    update();
    said.textContent = folded() ? "All code is folded." : "All code is shown.";
    scrollBy({ top: block.getBoundingClientRect().top - before, behavior: "instant" });
  });
  update();
})();
