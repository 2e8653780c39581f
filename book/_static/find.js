// Small helps on every page: live search, definitions of terms beside the word, formulas copied as TeX.
// What they need is fetched when a reader first asks for it, by plain scripts, also from file: addresses.
(() => {
  const base = document.documentElement.dataset.content_root ?? "./";
  const own = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";
  const version = own.split("?")[1] ?? "";
  /** @type {Map<string, Promise<void>>} */
  const fetched = new Map();
  const load = (/** @type {string} */ name) => {
    const begun =
      fetched.get(name) ??
      new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = `${base}_static/${name}?${version}`;
        script.addEventListener("load", () => done());
        script.addEventListener("error", failed);
        document.head.append(script);
      });
    fetched.set(name, begun);
    return begun;
  };

  // Search: the field of the dialog, or that of the page of results.
  /** @param {HTMLInputElement} field */
  const search = async (field) => {
    if (field.dataset.alive) return;
    field.dataset.alive = "1";
    await Promise.all([load("sections.js"), load("search.js")]).catch(() => {});
    /** @type {any} */ (globalThis).courseSearch?.(field, base);
  };
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === "q") search(target);
  });
  const results = document.querySelector(".bd-main form.bd-search input[name=q]");
  if (results instanceof HTMLInputElement && location.pathname.endsWith("/search.html")) {
    results.value = new URLSearchParams(location.search).get("q") ?? "";
    search(results);
  }

  // Terms: the definition of the one under the pointer or with the focus; Escape takes it away.
  const note = document.createElement("div");
  note.id = "course-definition";
  note.setAttribute("role", "tooltip");
  note.hidden = true;
  /** @type {HTMLElement | null} */
  let word = null;
  let leaving = 0;
  const hide = () => {
    note.hidden = true;
    word?.removeAttribute("aria-describedby");
    word = null;
  };
  const show = async (/** @type {HTMLAnchorElement} */ term) => {
    clearTimeout(leaving);
    if (term === word) return;
    hide();
    word = term;
    await load("terms.js").catch(() => {});
    const text = /** @type {any} */ (globalThis).courseTerms?.[term.hash.slice(1)];
    if (!text || word !== term) return;
    note.textContent = text;
    note.hidden = false;
    document.body.append(note);
    term.setAttribute("aria-describedby", note.id);
    const at = term.getClientRects()[0];
    const below = at.bottom + note.offsetHeight + 12 < innerHeight;
    note.style.left = `${Math.max(8, Math.min(at.left, innerWidth - note.offsetWidth - 8))}px`;
    note.style.top = `${below ? at.bottom + 6 : at.top - note.offsetHeight - 6}px`;
  };
  const termOf = (/** @type {EventTarget | null} */ place) =>
    place instanceof Element ? place.closest("a.course-term") : null;
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, ({ target }) => {
      const term = termOf(target);
      if (term instanceof HTMLAnchorElement) show(term);
      else if (target === note) clearTimeout(leaving);
    });
  }
  for (const kind of ["pointerout", "focusout"]) {
    document.addEventListener(kind, ({ target }) => {
      if (!termOf(target) && target !== note) return;
      clearTimeout(leaving);
      leaving = setTimeout(hide, 200); // time to move onto the definition
    });
  }
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  addEventListener("scroll", hide, { passive: true });

  // Copying: a formula within what is copied comes as its TeX.
  document.addEventListener("copy", (event) => {
    const range = getSelection()?.rangeCount ? getSelection()?.getRangeAt(0) : null;
    if (!range || range.collapsed || !event.clipboardData) return;
    const whole = (/** @type {Node} */ end) =>
      (end instanceof Element ? end : end.parentElement)?.closest(".katex");
    const first = whole(range.startContainer);
    const last = whole(range.endContainer);
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copied = range.cloneContents();
    const formulas = copied.querySelectorAll(".katex");
    if (!formulas.length) return;
    for (const formula of formulas) {
      const tex = formula.querySelector("annotation")?.textContent?.trim() ?? "";
      const block = formula.closest(".katex-display");
      (block ?? formula).replaceWith(block ? `\n$$\n${tex}\n$$\n` : `$${tex}$`);
    }
    event.clipboardData.setData("text/plain", copied.textContent ?? "");
    event.preventDefault();
  });
})();
