// What little the pages need beyond the theme: formulas, tables and code that are wider than the
// column can be reached and scrolled with the keyboard; nothing else becomes a tab stop.
function markScrollable() {
  for (const box of document.querySelectorAll("div.math, .bd-article pre, .pst-scrollable-table-container")) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
markScrollable();
addEventListener("resize", markScrollable);
addEventListener("load", markScrollable);
