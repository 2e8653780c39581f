// Live results below the search field. Loaded, with the words of all sections, when a reader first
// reaches the field (find.js), as plain scripts: those work from a file: address as well.

import { ranking, snippet } from "./ranking.js";

const MOST = 12;
/** @typedef {import("./ranking.js").Found} Found */

/** @param {string} tag @param {string} name @param {...(Node | string)} children */
function make(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

/** @param {Found} found @param {string} base @param {string} text */
function entry(found, base, text) {
  const [before, hit, after] = snippet(found.x, text);
  const link = document.createElement("a");
  link.href = base + found.u;
  link.append(make("strong", "", found.t));
  if (!found.p.endsWith(found.t)) link.append(make("span", "course-where", ` · ${found.p}`));
  const words = make("span", "course-snippet", before);
  if (hit) words.append(make("mark", "", hit), after);
  link.append(words);
  return make("li", "", link);
}

/** @param {HTMLInputElement} field @param {string} base */
async function attach(field, base) {
  const { courseSections } = /** @type {{courseSections: import("./ranking.js").Section[]}} */ (
    /** @type {unknown} */ (globalThis)
  );
  const search = await ranking(courseSections);
  const list = make("ul", "course-results");
  const said = make("p", "course-said");
  said.setAttribute("role", "status");
  const place = field.form ?? field;
  place.after(said, list);

  const draw = () => {
    const text = field.value.trim();
    const found = text.length > 1 ? search(text) : [];
    list.replaceChildren(...found.slice(0, MOST).map((one) => entry(one, base, text)));
    if (text.length < 2) said.textContent = "";
    else if (!found.length) said.textContent = `Nothing found for “${text}”.`;
    else if (found.length > MOST) said.textContent = `The best ${MOST} of ${found.length} sections`;
    else said.textContent = found.length === 1 ? "One section" : `${found.length} sections`;
  };
  field.addEventListener("input", draw);
  field.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  keys(field, list);
  draw();
}

/** Arrows go through the results; a click on one of this page closes the dialog.
 * @param {HTMLInputElement} field @param {HTMLElement} list */
function keys(field, list) {
  const dialog = field.closest("dialog");
  (dialog ?? document.body).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [field, ...list.querySelectorAll("a")];
    const here = stops.findIndex((stop) => stop.matches(":focus"));
    const next = stops[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (here < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });
  list.addEventListener("click", () => dialog?.close());
}

Object.assign(globalThis, { courseSearch: attach, courseRanking: ranking });
