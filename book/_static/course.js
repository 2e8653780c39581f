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
