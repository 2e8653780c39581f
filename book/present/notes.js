// What the speaker sees and the room does not: notes, the time, the plan of minutes, what comes next.
const deckNotes = (() => {
  /** @param {DeckSlide} slide */
  const minutesOf = (slide) => slide.minutes ?? DECK_MINUTES[slide.kind];

  const clock = () => {
    const key = `deck-clock-${location.pathname}`;
    return {
      start: () => {
        if (!sessionStorage.getItem(key)) sessionStorage.setItem(key, String(Date.now()));
      },
      restart: () => sessionStorage.setItem(key, String(Date.now())),
      /** Whole minutes since the talk began. */
      passed: () => {
        const begun = Number(sessionStorage.getItem(key));
        return begun ? Math.floor((Date.now() - begun) / 60000) : 0;
      },
    };
  };

  /** @param {number} minutes */
  const rounded = (minutes) => Number(minutes.toFixed(1));

  /** Draw the notes of a slide.
   * @param {HTMLElement} place
   * @param {DeckSlide[]} slides
   * @param {number} at
   * @param {{ passed: () => number }} time
   * @param {() => number[] | undefined} votes */
  const draw = (place, slides, at, time, votes) => {
    const slide = slides[at];
    const planned = slides.slice(0, at + 1).reduce((sum, one) => sum + minutesOf(one), 0);
    const total = slides.reduce((sum, one) => sum + minutesOf(one), 0);
    const next = slides[at + 1];
    place.replaceChildren();
    const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    kit.html("p", { class: "deck-plan" }, place).textContent =
      `${now} · ${time.passed()} minutes gone · this slide ${rounded(minutesOf(slide))}, ` +
      `planned up to its end ${rounded(planned)} of ${rounded(total)}`;
    const counts = votes();
    if (counts)
      kit.html("p", {}, place).textContent =
        `Votes: ${counts.map((count, i) => `${deckPolls.names[i]} ${count}`).join(" · ")}`;
    for (const hint of slide.hints) kit.html("p", { class: "deck-hint" }, place, kit.rich(hint));
    place.append(...slide.said.map((block) => block.cloneNode(true)));
    const coming = kit.html("p", { class: "deck-coming" }, place);
    coming.append(next ? "Next: " : "This is the last slide.");
    if (next)
      coming.append(next.heading instanceof Node ? next.heading.cloneNode(true) : next.heading);
  };

  /** A second window, for the screen that the room does not see. It is filled from this one, so it
   * works from a file: address, too.
   * @param {(event: KeyboardEvent) => void} onKey */
  const open = (onKey) => {
    const other = window.open("", "course-speaker", "width=900,height=700");
    if (!other) return null;
    other.document.title = "Notes";
    other.document.documentElement.lang = "en";
    other.document.documentElement.dataset.theme = document.documentElement.dataset.theme;
    for (const sheet of document.querySelectorAll('link[rel="stylesheet"]'))
      other.document.head.append(
        Object.assign(other.document.createElement("link"), {
          rel: "stylesheet",
          href: /** @type {HTMLLinkElement} */ (sheet).href,
        }),
      );
    const place = other.document.createElement("main");
    place.className = "deck-notes deck-second";
    other.document.body.replaceChildren(place);
    other.addEventListener("keydown", onKey);
    return place;
  };
  return { draw, open, clock, minutesOf };
})();
