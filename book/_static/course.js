// What little the pages need beyond the theme: formulas, tables and code that are wider than the
// column can be reached and scrolled with the keyboard; nothing else becomes a tab stop. Measuring
// lays out what is measured, so it is done bit by bit, while nothing else is to be done.
const WIDE = "div.math, .bd-article pre, .cell_output > .output, .course-plot, .pst-scrollable-table-container";
const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 1 })));
let waiting = [];

function measure(deadline) {
  do {
    const some = waiting.splice(0, 8);
    const wide = some.map((box) => box.scrollWidth > box.clientWidth + 1);
    some.forEach((box, i) => (wide[i] ? (box.tabIndex = 0) : box.removeAttribute("tabindex")));
  } while (waiting.length && deadline.timeRemaining() > 0);
  if (waiting.length) idle(measure);
}

function measureAll() {
  if (!waiting.length) idle(measure);
  waiting = [...document.querySelectorAll(WIDE)];
}
addEventListener("load", measureAll);
addEventListener("resize", measureAll);
document.fonts.addEventListener("loadingdone", measureAll); // signs of another width
