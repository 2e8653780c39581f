// The few lines that make elements.

/**
 * An element with attributes, handlers (`onclick`) and children.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, unknown>} [attributes] @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function")
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** Points without a needless decimal part, "1 point" or "2.5 points". @param {number} value */
export const counted = (value) => `${shown(value)} ${value === 1 ? "point" : "points"}`;

/** @param {number} value */
export const shown = (value) => String(Number(value.toFixed(2)));

/**
 * A link to where a page can be worked on elsewhere; a course without a public address has only its
 * notebooks.
 * @param {{colab: string, notebook: string}} plan @param {string} task what is done there
 */
export const elsewhere = ({ colab, notebook }, task) =>
  colab
    ? html("a", { href: colab }, `${task} in Colab`)
    : html("a", { href: notebook, download: "" }, `${task} in the downloaded notebook`);
