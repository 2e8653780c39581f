// Everything on a slide is large enough to be read from the last row, and nothing is cut off: text
// grows as large as fits; what does not fit at the smallest size goes on on a slide of its own.
const deckFit = (() => {
  const SIZES = [42, 38, 34, 30, 28, 26]; // px on a slide of 1280 × 720
  const OUTPUT_SIZES = [34, 30, 26, 24, 22, 20, 18];
  const LEAST = 18;

  /** Whether a formula runs into its own number.
   * @param {Element} formula */
  const meetsTag = (formula) => {
    const tag = formula.querySelector(".tag")?.getBoundingClientRect();
    const bases = [...formula.querySelectorAll(".base")].filter((base) => !base.closest(".tag"));
    return tag && bases.some((base) => base.getBoundingClientRect().right > tag.left - 4);
  };

  /** @param {Element} body */
  const overflows = (body) =>
    [...body.querySelectorAll(".katex-display .katex-html")].some(meetsTag) ||
    body.scrollHeight > body.clientHeight + 1 ||
    [body, ...body.querySelectorAll(":scope > *")].some(
      (block) => block.scrollWidth > block.clientWidth + 1,
    );

  /** The second half of something with rows, taken away from it; null if it cannot be parted.
   * @param {Element} block
   * @returns {Element | null} */
  const halve = (block) => {
    const rows = [...block.querySelectorAll("tbody > tr")];
    const items = block.matches("ul, ol") ? [...block.children] : [];
    if (block.matches("pre")) {
      const lines = (block.textContent ?? "").split("\n");
      if (lines.length < 2) return null;
      const rest = /** @type {Element} */ (block.cloneNode());
      const head = lines.splice(0, Math.ceil(lines.length / 2));
      block.textContent = head.join("\n");
      rest.textContent = lines.join("\n");
      return rest;
    }
    const parts = rows.length ? rows : items;
    const half = Math.ceil(parts.length / 2);
    if (parts.length < 2) return null;
    const rest = /** @type {Element} */ (block.cloneNode(true));
    const twins = rows.length ? [...rest.querySelectorAll("tbody > tr")] : [...rest.children];
    for (const part of parts.slice(half)) part.remove();
    for (const twin of twins.slice(0, half)) twin.remove();
    if (rest instanceof HTMLOListElement) rest.start += half;
    return rest;
  };

  /** What goes on on the next slide.
   * @param {Element} body
   * @returns {Element[]} */
  const rest = (body) => {
    const blocks = [...body.children];
    /** @type {Element[]} */
    const later = [];
    while (
      overflows(body) &&
      blocks.length > 1 &&
      !blocks.at(-1)?.matches("pre, ul, ol, table, div")
    )
      later.unshift(/** @type {Element} */ (cut(blocks.pop())));
    while (overflows(body)) {
      const last = blocks.at(-1);
      const half = last && halve(last);
      if (half) later.unshift(half);
      else if (blocks.length > 1) later.unshift(/** @type {Element} */ (cut(blocks.pop())));
      else break;
    }
    const lead = body.lastElementChild; // what leads on to a list goes on with it
    if (
      later[0]?.matches("ul, ol") &&
      lead?.matches("p") &&
      !/[.?!]\s*$/.test(lead.textContent ?? "")
    )
      later.unshift(/** @type {Element} */ (cut(lead)));
    return joined(later);
  };
  /** @param {Element | undefined} block */
  const cut = (block) => {
    block?.remove();
    return block;
  };
  /** Pieces of one text that were cut off one by one are one text again.
   * @param {Element[]} blocks */
  const joined = (blocks) => {
    if (blocks.length < 2 || !blocks.every((block) => block.matches("pre"))) return blocks;
    blocks[0].textContent = blocks.map((block) => block.textContent).join("\n");
    return blocks.slice(0, 1);
  };

  /** Largest size at which the slide holds its text, and what it cannot hold.
   * @param {HTMLElement} slide
   * @param {HTMLElement} body */
  const text = (slide, body) => {
    const sizes = body.querySelector("pre") ? OUTPUT_SIZES : SIZES;
    const wraps = body.querySelector("div.math, pre") ? [false, true] : [false]; // last resort
    const fits = () =>
      wraps.some((wrap) => {
        slide.classList.toggle("deck-wrap", wrap);
        return sizes.some((size) => {
          slide.style.setProperty("--size", `${size}px`);
          return !overflows(body);
        });
      });
    if (fits()) return [];
    const later = rest(body);
    fits(); // what is left may be larger
    return later;
  };

  const SIDE = 430; // px for the controls beside a drawing, as in deck.css
  /** Width and height that are left for the drawing: beside the controls and above the reading, or
   * above everything.
   * @param {HTMLElement} root
   * @param {HTMLElement} body
   * @param {string} place
   * @returns {[number, number]} */
  const room = (root, body, place) => {
    const beside = place === "beside";
    const below = beside ? ".ck-reading" : ":scope > :not(.ck-stage)";
    const used = [...root.querySelectorAll(below)].reduce(
      (sum, part) => sum + /** @type {HTMLElement} */ (part).offsetHeight,
      beside ? 34 : 70, // a reading may grow by a line
    );
    return [body.clientWidth - (beside ? SIDE : 0), body.clientHeight - used];
  };

  /** A figure's drawing as large as fits beside or above its controls; its words grow to match.
   * @param {HTMLElement} body */
  const figure = (body) => {
    const root = body.querySelector(".ck");
    const drawing = root?.querySelector(".ck-stage > svg");
    if (!(root instanceof HTMLElement) || !(drawing instanceof SVGSVGElement)) return;
    const { width, height } = drawing.viewBox.baseVal;
    const scales = ["beside", "above"].map((place) => {
      root.dataset.place = place;
      const [wide, high] = room(root, body, place);
      return Math.min(wide / width, high / height);
    });
    const scale = Math.max(...scales);
    root.dataset.place = scales[0] >= scales[1] ? "beside" : "above";
    root.style.setProperty("--wide", `${Math.floor(scale * width)}px`);
    root.style.setProperty("--least", `${(LEAST + 0.5) / scale}px`);
  };
  return { text, figure, overflows };
})();
