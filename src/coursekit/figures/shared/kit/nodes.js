// Nodes of HTML and SVG, and the colours of the palette.
const kitNodes = (() => {
  const NAMES = [
    "paper",
    "panel",
    "ink",
    "grey",
    "rule",
    "blue",
    "orange",
    "green",
    "purple",
    "red",
  ];
  /** The palette as CSS; a name like "blue" gives a colour that follows light and dark.
   * @type {Record<string, string>} */
  const colour = Object.fromEntries(NAMES.map((name) => [name, `var(--ck-${name})`]));
  /** A colour of the palette laid over the paper.
   * @param {string} name
   * @param {number} share from 0 (paper) to 1 (the full colour) */
  const mix = (name, share) =>
    `color-mix(in oklab, var(--ck-${name}) ${(100 * share).toFixed(1)}%, var(--ck-paper))`;

  /** Give a node its attributes; `text` is its text, `onclick` and the like listen, null is left out.
   * @template {Element} N
   * @param {N} node
   * @param {Attributes} attributes */
  const set = (node, attributes) => {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") node.addEventListener(key.slice(2), value);
      else if (key === "text") node.textContent = String(value);
      else node.setAttribute(key, value === true ? "" : String(value));
    }
    return node;
  };
  /** @template {Element} N
   * @param {N} node
   * @param {Attributes} attributes
   * @param {ParentNode | null} parent
   * @param {(Node | string)[]} children */
  const put = (node, attributes, parent, children) => {
    set(node, attributes).append(...children);
    parent?.append(node);
    return node;
  };
  /** A new node of a drawing.
   * @template {keyof SVGElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Attributes} attributes
   * @param {ParentNode | null} parent
   * @param {(Node | string)[]} children
   * @returns {SVGElementTagNameMap[Tag]} */
  const svg = (tag, attributes = {}, parent = null, ...children) =>
    put(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, parent, children);
  /** A new node of the page.
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Attributes} attributes
   * @param {ParentNode | null} parent
   * @param {(Node | string)[]} children
   * @returns {HTMLElementTagNameMap[Tag]} */
  const html = (tag, attributes = {}, parent = null, ...children) =>
    put(document.createElement(tag), attributes, parent, children);

  let serial = 0;
  /** A name that no other node of the page has.
   * @param {string} stem */
  const id = (stem) => `ck-${stem}-${++serial}`;

  return { colour, mix, set, svg, html, id };
})();
