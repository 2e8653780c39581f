// The talk: slides, keys, the address, and the way back to the page.
(() => {
  const FORWARD = new Set(["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"]);
  const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp", "Backspace"]);
  // What these hold uses arrow keys or the space bar for itself; a clicker's keys go on all the same.
  const OWN = "input, select, textarea, .ck-handle, [role=slider], [contenteditable]";
  const CLICKER = new Set(["PageDown", "PageUp"]);
  const FACES = ["Source Serif", "Source Sans"].flatMap((name) =>
    ["", "italic ", "600 "].map((style) => `${style}20px "${name}"`),
  );
  const KEYS = [
    ["→  Space  PageDown", "next step"],
    ["←  PageUp", "back"],
    ["N  B", "next, last slide at once"],
    ["Home  End", "first, last slide"],
    ["1 … 6", "a vote for A … F; with Shift one less"],
    ["F", "figure full screen"],
    ["C", "the code behind this slide"],
    ["S", "notes in a second window"],
    ["T", "notes on this screen"],
    ["Esc", "leave"],
  ];

  /** @param {HTMLElement} parent
   * @param {string} label
   * @param {string} sign
   * @param {() => void} action */
  const button = (parent, label, sign, action) => {
    const look = { type: "button", class: "deck-button", "aria-label": label };
    return kit.html("button", { ...look, text: sign, onclick: action }, parent);
  };

  class Deck {
    /** @param {Element} article
     * @param {Record<string, DeckMark>} marks */
    constructor(article, marks) {
      this.title = document.querySelector("h1")?.firstChild?.textContent?.trim() ?? "";
      this.slides = deckSlides.of(article, marks);
      for (const child of document.body.children) child.setAttribute("hidden", "");
      this.root = kit.html("main", { id: "deck", "aria-label": "Slides" }, document.body);
      this.frame = kit.html("div", { class: "deck-frame" }, this.root);
      /** @type {HTMLElement[]} */
      this.pages = [];
      /** @type {(ReturnType<typeof deckPolls.draw> | null)[]} */
      this.polls = [];
      for (const slide of this.slides) this.append(slide);
      this.time = deckNotes.clock();
      this.at = 0;
      this.step = 0;
      /** @type {HTMLElement | null} */
      this.second = null;
      this.tools();
    }

    /** @param {DeckSlide} slide
     * @param {Element | null} before */
    append(slide, before = null) {
      const name = kit.id("slide");
      const page = kit.html("div", {
        role: "group",
        class: `deck-slide deck-of-${slide.kind}`,
        "aria-labelledby": name,
      });
      this.frame.insertBefore(page, before);
      const heading = kit.html("h1", { id: name, tabindex: "-1" }, page);
      heading.append(slide.heading instanceof Node ? slide.heading.cloneNode(true) : slide.heading);
      const body = kit.html("div", { class: "deck-body" }, page, ...slide.blocks);
      const poll = slide.poll ? deckPolls.draw(slide.poll) : null;
      if (poll) body.append(poll.root);
      const i = before ? [...this.frame.children].indexOf(page) : this.pages.length;
      this.pages.splice(i, 0, page);
      this.polls.splice(i, 0, poll);
      return page;
    }

    /** @param {number} i */
    body(i) {
      return /** @type {HTMLElement} */ (this.pages[i].querySelector(".deck-body"));
    }

    /** Give each slide its size; what does not fit becomes the next slide. */
    fit() {
      for (let i = 0; i < this.slides.length; i++) {
        const page = this.pages[i];
        const rest = deckFit.text(page, this.body(i));
        if (rest.length && this.slides.length < 400) {
          const slide = this.slides[i];
          const next = {
            ...slide,
            blocks: rest,
            hints: [],
            said: slide.said,
            code: slide.code,
            minutes: 0.5,
          };
          this.slides.splice(i + 1, 0, next);
          this.append(next, page.nextElementSibling);
        }
      }
      this.root.style.setProperty("--slides", String(this.slides.length));
    }

    tools() {
      const bar = kit.html(
        "div",
        { class: "deck-tools", role: "group", "aria-label": "Slides" },
        this.root,
      );
      kit.html("span", { class: "deck-chapter", text: this.title }, bar);
      this.full = button(bar, "Figure full screen", "Full screen", () => this.solo());
      button(bar, "Notes", "Notes", () => this.toggleNotes());
      button(bar, "Keys", "Keys", () => this.help());
      button(bar, "Leave", "Leave", () => this.leave());
      button(bar, "Back", "‹", () => this.back());
      this.place = kit.html("span", { class: "deck-place" }, bar);
      button(bar, "Next", "›", () => this.next());
      this.live = kit.html("p", { class: "deck-live", "aria-live": "polite" }, this.root);
      this.notes = kit.html(
        "div",
        { class: "deck-notes", hidden: true, role: "region", "aria-label": "Notes", tabindex: "0" },
        this.root,
      );
    }

    /** What comes one after the other on a slide: blocks after the first, items, rows of formulas.
     * @param {number} i
     * @returns {Element[][]} */
    parts(i) {
      if (this.polls[i] || /^(figure|plot|box|output|table|title)$/.test(this.slides[i].kind))
        return [];
      return [...this.body(i).children].flatMap((block, b) => {
        const items = (block.matches("ul, ol") ? [...block.children] : [block]).map((one) => [one]);
        return [...(b ? items : items.slice(1)), ...rowsOf(block)];
      });
    }

    /** @param {number} i */
    last(i) {
      return this.polls[i] ? deckPolls.stages : this.parts(i).length;
    }

    /** @param {number} at
     * @param {number} step */
    show(at, step = 0) {
      const moved = at !== this.at;
      this.at = Math.max(0, Math.min(this.slides.length - 1, at));
      this.step = Math.min(step, this.last(this.at));
      for (const [i, page] of this.pages.entries()) page.hidden = i !== this.at;
      this.pages[this.at].classList.remove("deck-solo");
      for (const [i, part] of this.parts(this.at).entries())
        for (const one of part) one.classList.toggle("deck-later", i >= this.step);
      this.polls[this.at]?.show(this.step);
      const has = /^(figure|plot)$/.test(this.slides[this.at].kind);
      if (this.full) this.full.hidden = !has;
      this.fitFigure();
      if (moved && !this.figureStep()) this.rewind();
      this.tell(moved);
    }
    /** A figure that the chapter shows complete begins with its first step. */
    rewind() {
      const buttons = [...this.body(this.at).querySelectorAll(".ck-steps button")];
      const again = buttons.find((one) => one.textContent === "Start again");
      const steps = buttons.some((one) => /^Next/.test(one.textContent ?? ""));
      if (steps && again instanceof HTMLElement) again.click();
    }

    fitFigure() {
      if (this.slides[this.at].kind !== "figure") return;
      const page = this.pages[this.at];
      const title = page.querySelector(".ck-title")?.textContent;
      const heading = page.querySelector("h1");
      if (title && heading) heading.textContent = title;
      deckFit.figure(this.body(this.at));
    }

    /** Say where we are: to the address, to readers' aids, to the notes.
     * @param {boolean} moved */
    tell(moved) {
      const { at, step } = this;
      const place = `#${at + 1}${step ? `.${step}` : ""}`;
      if (location.hash !== place) history[moved ? "pushState" : "replaceState"](null, "", place);
      if (this.place) this.place.textContent = `${at + 1} / ${this.slides.length}`;
      const heading = this.pages[at].querySelector("h1");
      document.title = `${at + 1}. ${heading?.textContent ?? ""}`;
      if (moved && this.live)
        this.live.textContent = `Slide ${at + 1} of ${this.slides.length}: ${heading?.textContent}`;
      this.drawNotes();
    }

    drawNotes() {
      for (const place of [this.notes, this.second])
        if (place && !place.hidden)
          deckNotes.draw(place, this.slides, this.at, this.time, () =>
            this.polls[this.at]?.votes(),
          );
    }

    next() {
      this.time.start();
      const button = this.figureStep();
      if (button) button.click();
      else if (this.step < this.last(this.at)) this.show(this.at, this.step + 1);
      else this.show(this.at + 1);
    }
    /** A figure that goes step by step takes the next step itself.
     * @returns {HTMLButtonElement | undefined} */
    figureStep() {
      const buttons = [...this.body(this.at).querySelectorAll(".ck-steps button")];
      const found = buttons.find((one) => /^Next/.test(one.textContent ?? ""));
      return found instanceof HTMLButtonElement && !found.disabled ? found : undefined;
    }
    back() {
      if (this.step) this.show(this.at, this.step - 1);
      else if (this.at) this.show(this.at - 1, this.last(this.at - 1));
    }

    /** The figure alone on the screen, still alive. */
    solo() {
      const page = this.pages[this.at];
      if (!/^(figure|plot)$/.test(this.slides[this.at].kind)) return;
      const on = page.classList.toggle("deck-solo");
      if (on) document.documentElement.requestFullscreen?.().catch(() => {});
      else if (document.fullscreenElement) document.exitFullscreen();
      this.fitFigure();
    }

    toggleNotes() {
      if (!this.notes) return;
      this.notes.hidden = !this.notes.hidden;
      this.drawNotes();
    }
    speaker() {
      this.second = deckNotes.open((event) => this.key(event));
      if (!this.second) this.toggleNotes();
      this.drawNotes();
    }
    help() {
      const box = dialog(this.root, "Keys");
      const table = kit.html("table", {}, box);
      for (const [keys, what] of KEYS) {
        const row = kit.html("tr", {}, table);
        kit.html("th", { scope: "row", text: keys }, row);
        kit.html("td", { text: what }, row);
      }
    }
    code() {
      const { code } = this.slides[this.at];
      if (!code.length) return;
      const box = dialog(this.root, "Code");
      box.classList.add("deck-code", "highlight");
      for (const block of code) box.append(block.cloneNode(true));
    }
    leave() {
      const { section } = this.slides[this.at];
      location.href = `${location.pathname}#${section}`;
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]"))
        return;
      const target = event.target instanceof Element || event.target === null ? event.target : null;
      const own = target?.closest(OWN) && !CLICKER.has(event.key) && event.key !== "Escape";
      const pressed = target?.closest("button, summary, a") && /^( |Enter)$/.test(event.key);
      if (own || pressed) return;
      if (this.act(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    }
    /** @param {KeyboardEvent} event
     * @returns {boolean} whether the key meant something */
    act(event) {
      const { key, shiftKey, code } = event;
      const digit = /^(?:Digit|Numpad)([1-6])$/.exec(code);
      /** @type {Record<string, () => void>} */
      const keys = {
        Home: () => this.show(0),
        End: () => this.show(this.slides.length - 1),
        Escape: () => this.escape(),
        n: () => this.show(this.at + 1),
        b: () => this.show(this.at - 1),
        f: () => this.solo(),
        c: () => this.code(),
        s: () => this.speaker(),
        t: () => this.toggleNotes(),
        "?": () => this.help(),
      };
      if (digit && this.polls[this.at]) {
        this.polls[this.at]?.vote(Number(digit[1]) - 1, shiftKey ? -1 : 1);
        this.drawNotes();
      } else if (key === " " && shiftKey) this.back();
      else if (FORWARD.has(key)) this.next();
      else if (BACK.has(key)) this.back();
      else if (keys[key] ?? keys[key.toLowerCase()]) (keys[key] ?? keys[key.toLowerCase()])();
      else return false;
      return true;
    }
    escape() {
      if (this.pages[this.at].classList.contains("deck-solo")) this.solo();
      else if (this.notes && !this.notes.hidden) this.toggleNotes();
      else this.leave();
    }

    /** Go where the address says: a slide and its step, or the first slide of a section. */
    go() {
      const place = decodeURIComponent(location.hash.slice(1));
      const [at, step] = place.split(".").map(Number);
      const named = this.slides.findIndex(({ section }) => section === place);
      this.show(at > 0 ? at - 1 : Math.max(0, named), step || 0);
    }
  }

  /** The rows of an aligned formula after its first; in KaTeX each column is a list of its own.
   * @param {Element} block
   * @returns {Element[][]} */
  const rowsOf = (block) => {
    const aligned = ".mtable > :is(.col-align-r, .col-align-l)";
    const lists = block.querySelectorAll(`${aligned} > .vlist-t > .vlist-r:first-child > .vlist`);
    const columns = [...lists].map((list) => [...list.children]);
    const rows = Math.max(0, ...columns.map((cells) => cells.length));
    return Array.from({ length: rows }, (_, r) => columns.flatMap((cells) => cells[r] ?? [])).slice(
      1,
    );
  };

  /** @param {HTMLElement} parent
   * @param {string} label */
  const dialog = (parent, label) => {
    const box = kit.html(
      "dialog",
      { class: "deck-dialog", "aria-label": label, tabindex: "0" },
      parent,
    );
    const look = {
      type: "button",
      class: "deck-button",
      text: "Close",
      onclick: () => box.close(),
    };
    kit.html("button", look, box);
    box.addEventListener("close", () => box.remove());
    box.showModal();
    return box;
  };

  /** Slides have one size, 1280 × 720, and are shown as large as the window allows.
   * @param {HTMLElement} root */
  const scale = (root) => {
    const size = Math.min(innerWidth / 1280, innerHeight / 720);
    root.style.setProperty("--zoom", String(size));
  };

  const begin = async () => {
    const article = document.querySelector("article");
    if (!article) return;
    for (const image of article.querySelectorAll("img"))
      Object.assign(image, { loading: "eager", decoding: "sync" });
    const deck = new Deck(article, globalThis.courseMarks ?? {});
    scale(deck.root);
    document.documentElement.dataset.deck = "";
    // What is measured has its own letters, late as they may come: nothing is shown before. Those of
    // formulas are asked for by the layout. Where a face cannot be had, another one has to do.
    for (const face of document.fonts) face.display = "swap";
    await Promise.allSettled(FACES.map((face) => document.fonts.load(face)));
    await document.fonts.ready;
    deck.fit();
    deck.go();
    addEventListener("resize", () => {
      scale(deck.root);
      deck.fitFigure();
    });
    addEventListener("keydown", (event) => deck.key(event), { capture: true });
    addEventListener("popstate", () => deck.go());
    setInterval(() => deck.drawNotes(), 15000);
    // A figure comes to life after the page has been read.
    new MutationObserver(() => deck.fitFigure()).observe(deck.frame, {
      subtree: true,
      attributeFilter: ["data-alive"],
    });
    document.documentElement.dataset.deck = "ready";
  };
  begin();
})();
