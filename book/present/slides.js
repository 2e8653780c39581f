// From a chapter to its slides. The chapter's own nodes are moved, so that its figures stay alive;
// what a slide leaves out goes, whole, into the speaker's notes.
/** What cell metadata `present` and the tags `present-…` say of a cell.
 * @typedef {{ skip?: boolean, whole?: boolean, notes?: string, minutes?: number, options?: number[] }} DeckMark */
/** @typedef {"title" | "text" | "formula" | "box" | "output" | "plot" | "figure" | "poll" | "table"} DeckKind */
/** @typedef {{
 *   kind: DeckKind, heading: string | DocumentFragment, section: string, blocks: Element[],
 *   said: Element[], hints: string[], code: Element[], minutes?: number, poll?: DeckPoll,
 * }} DeckSlide */
/** Minutes of a slide whose cell does not say them.
 * @type {Record<DeckKind, number>} */
const DECK_MINUTES = {
  title: 1,
  text: 1,
  formula: 2,
  box: 1,
  output: 1,
  plot: 2,
  figure: 3,
  poll: 2,
  table: 2,
};

const deckSlides = (() => {
  const ENOUGH = 170; // characters of a paragraph that a slide shows, beyond its first sentence
  const BOX = 480; // the same in a box, whose sentences belong together
  const SPARE = new Set(["further-reading"]); // sections that are for reading only
  const CHECKS = /^\s*derivatives\.show/; // its output tells authors that a formula was tested

  /** The text nodes that are prose: not within formulas or code.
   * @param {Element} paragraph */
  const proseOf = (paragraph) => {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement?.closest(".math, code") ? NodeFilter.FILTER_REJECT : 1,
    );
    /** @type {Text[]} */
    const found = [];
    while (walker.nextNode()) found.push(/** @type {Text} */ (walker.currentNode));
    return found;
  };

  /** Where sentences end, as places in text nodes.
   * @param {Element} paragraph */
  const ends = (paragraph) =>
    proseOf(paragraph).flatMap((node) =>
      [...node.data.matchAll(/[.?!][”")]?(?=\s+["“(]?[A-Z]|\s+$)/g)]
        .filter((found) => !/\b(?:e\.g|i\.e|cf|vs|al)\.$/.test(node.data.slice(0, found.index + 1)))
        .map((found) => ({ node, at: found.index + found[0].length })),
    );

  /** How many characters a reader sees: a formula has its letters twice.
   * @param {Node} node */
  const seen = (node) => {
    const copy = /** @type {Element} */ (node.cloneNode(true));
    for (const twin of copy.querySelectorAll?.(".katex-mathml") ?? []) twin.remove();
    return copy.textContent?.trim().length ?? 0;
  };

  /** Cut a paragraph to its first sentences; one that leads on to what follows, to its last.
   * @param {Element} paragraph
   * @param {number} enough */
  const shorten = (paragraph, enough = ENOUGH) => {
    if (seen(paragraph) <= enough) return;
    const all = ends(paragraph);
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    if (enough === ENOUGH && /:\s*$/.test(paragraph.textContent ?? "")) {
      const last = all.at(-1);
      if (last) range.setEnd(last.node, last.at);
      else return;
    } else {
      const kept = all.filter(({ node, at }) => {
        const first = document.createRange();
        first.selectNodeContents(paragraph);
        first.setEnd(node, at);
        return seen(first.cloneContents()) <= enough;
      });
      const cut = kept.at(-1) ?? all[0];
      if (!cut) return;
      range.setStart(cut.node, cut.at);
    }
    range.deleteContents();
  };

  /** @param {Record<string, DeckMark>} marks
   * @param {Element} block */
  const markOf = (marks, block) => {
    const name = [...block.classList].find((one) => /^in-cell-\d+$/.test(one));
    return marks[name ?? ""] ?? {};
  };

  /** A heading without its permalink.
   * @param {Element} heading */
  const headingOf = (heading) => {
    const parts = document.createDocumentFragment();
    parts.append(...[...heading.childNodes].map((node) => node.cloneNode(true)));
    parts.querySelector("a.headerlink")?.remove();
    return parts;
  };

  /** Reading time, the way to the exercises, the table of claims: for readers, not for a room.
   * @param {Element} block */
  const forReaders = (block) =>
    (block.matches("div:not(.cell)") && !block.textContent?.trim()) || // a comment for authors
    block.querySelector("th")?.textContent?.trim() === "claim" ||
    (block.matches("p") && /^\s*(?:Reading time|Then do the)/.test(block.textContent ?? ""));

  class Builder {
    /** @param {Record<string, DeckMark>} marks */
    constructor(marks) {
      this.marks = marks;
      /** @type {DeckSlide[]} */
      this.slides = [];
      /** @type {DeckSlide | null} */
      this.open = null; // a slide of text that may get more
      /** @type {Element[]} */
      this.said = []; // text that the next slide's notes begin with
      /** @type {DocumentFragment} */
      this.heading = document.createDocumentFragment();
      this.section = "";
      /** @type {Set<DeckMark>} */
      this.used = new Set();
    }
    /** @param {DeckKind} kind
     * @param {Element[]} blocks
     * @returns {DeckSlide} */
    slide(kind, ...blocks) {
      const { section, said } = this;
      const heading = /** @type {DocumentFragment} */ (this.heading.cloneNode(true));
      this.said = [];
      this.open = null;
      const slide = { kind, heading, section, blocks, said, hints: [], code: [] };
      this.slides.push(slide);
      return slide;
    }
    /** Notes and minutes stand once, on the first slide of their cell: they are for all of it.
     * @param {DeckSlide} slide
     * @param {DeckMark} mark */
    note(slide, mark) {
      if (this.used.has(mark)) {
        if (mark.minutes !== undefined) slide.minutes ??= 0;
        return;
      }
      this.used.add(mark);
      if (mark.notes) slide.hints.push(mark.notes);
      if (mark.minutes !== undefined) slide.minutes = (slide.minutes ?? 0) + mark.minutes;
    }
    /** @param {Element} block
     * @param {DeckMark} mark */
    text(block, mark) {
      const whole = block.cloneNode(true);
      if (block.matches("p") && !mark.whole) shorten(block);
      const texts = this.open?.blocks.filter((one) => one.matches("p")) ?? [];
      const full = texts.length > 2 || texts.reduce((sum, one) => sum + seen(one), 0) > 260;
      const closed = this.open?.blocks.at(-1)?.matches("div.math, ul, ol");
      const formula = block.matches("div.math");
      if (!this.open || (!formula && (full || closed))) this.open = this.slide("text");
      const slide = this.open;
      slide.blocks.push(block);
      if (formula) slide.kind = "formula";
      if (!formula) slide.said.push(/** @type {Element} */ (whole));
      this.note(slide, mark);
    }
    /** A slide of its own. One short paragraph that led on to it goes into its notes or stays above.
     * @param {DeckKind} kind
     * @param {Element} block
     * @param {DeckMark} mark
     * @param {boolean} led whether the paragraph stays on the slide */
    alone(kind, block, mark, led = false) {
      const before = this.open;
      const lead =
        before?.kind === "text" && before.blocks.length === 1 ? before.blocks[0] : undefined;
      /** @type {DeckSlide | undefined} */
      let taken;
      if (before && lead?.matches("p") && seen(lead) < 220) {
        taken = before;
        this.slides.pop();
      }
      const slide = this.slide(kind, ...(taken && led ? taken.blocks : []), block);
      if (taken) {
        slide.said.push(...taken.said);
        slide.hints.push(...taken.hints);
        slide.code.push(...taken.code);
        slide.minutes = taken.minutes;
      }
      this.note(slide, mark);
      return slide;
    }
    /** @param {Element} cell
     * @param {DeckMark} mark */
    cell(cell, mark) {
      const code = cell.querySelector(".cell_input pre, details.hide pre");
      const outputs = CHECKS.test(code?.textContent ?? "")
        ? []
        : [...cell.querySelectorAll(":scope > .cell_output > *")];
      const before = this.slides.length;
      for (const output of outputs) this.output(output, mark);
      if (!code) return;
      const shown = this.slides.length > before || outputs.length > 0;
      const slide = (shown ? null : this.open) ?? this.slides.at(-1);
      if (slide && !/^figures\./.test(code.textContent ?? "")) slide.code.push(code);
    }
    /** @param {Element} output
     * @param {DeckMark} mark */
    output(output, mark) {
      const figure = output.querySelector(".ck-figure");
      const image = output.querySelector("img, svg:not(button svg)");
      if (figure instanceof HTMLElement && /^(predict|quiz)$/.test(figure.dataset.figure ?? "")) {
        for (const poll of deckPolls.of(figure, mark.options)) {
          const slide = this.alone("poll", figure, mark);
          slide.blocks = [];
          slide.poll = poll;
        }
      } else if (figure) {
        this.alone("figure", figure, mark);
      } else if (image) {
        this.alone("plot", image, mark);
      } else if (output.querySelector("table")) {
        this.alone("table", output, mark, true);
      } else if (output.querySelector("pre")) {
        const text = document.createElement("pre");
        text.textContent = output.querySelector("pre")?.textContent?.replace(/\n+$/, "") ?? "";
        this.alone("output", text, mark, true);
      }
    }
    /** @param {Element} block */
    add(block) {
      const mark = markOf(this.marks, block);
      if (block.matches("h1, h2, h3, h4")) {
        this.heading = headingOf(block);
        this.open = null;
      } else if (block.matches("section")) {
        this.sectionOf(block);
      } else if (mark.skip || block.matches("script, style, hr, details") || forReaders(block)) {
        // Left out.
      } else if (block.matches(".cell")) {
        this.cell(block, mark);
      } else if (block.matches(".admonition")) {
        const slide = this.alone("box", block, mark);
        slide.said.push(/** @type {Element} */ (block.cloneNode(true)));
        if (!mark.whole) for (const p of block.querySelectorAll("p + p")) shorten(p, BOX);
      } else if (block.matches("table, .pst-scrollable-table-container")) {
        this.alone("table", block, mark, true);
      } else if (block.matches("p, ul, ol, dl, blockquote, div.math, pre, div")) {
        this.text(block, mark);
      }
    }
    /** @param {Element} section */
    sectionOf(section) {
      if (SPARE.has(section.id)) return;
      const before = { heading: this.heading, section: this.section };
      this.section = section.id;
      this.open = null;
      for (const block of [...section.children]) this.add(block);
      Object.assign(this, before);
      this.open = null;
    }
  }

  /** Long items of a list are cut as paragraphs are.
   * @param {DeckSlide} slide */
  const shortenItems = (slide) => {
    for (const list of slide.blocks.filter((block) => block.matches("ul, ol"))) {
      for (const item of list.children) shorten(item.querySelector(":scope > p") ?? item);
    }
  };

  /** What leads on to something that is not on the slide is not shown either.
   * @param {DeckSlide} slide */
  const dropLead = ({ blocks }) => {
    const last = blocks.at(-1);
    const open = last?.matches("p") && /:\s*$/.test(last.textContent ?? "");
    if (open && blocks.length > 1) blocks.pop();
  };

  /** The slides of a chapter.
   * @param {Element} article
   * @param {Record<string, DeckMark>} marks */
  const of = (article, marks) => {
    const builder = new Builder(marks);
    for (const section of article.querySelectorAll(":scope > section")) builder.sectionOf(section);
    builder.slides.forEach(shortenItems);
    builder.slides.forEach(dropLead);
    if (builder.slides[0]) builder.slides[0].kind = "title";
    return builder.slides;
  };
  return { of };
})();
