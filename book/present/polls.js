// Predictions and quiz questions as polls: the room votes, sees what it said, then what is true.
/** @typedef {{ text: string, why: string, right: boolean }} DeckOption */
/** @typedef {{ key: string, question: string, options: DeckOption[], truth: string }} DeckPoll */
const deckPolls = (() => {
  const BOUNDED = /\b(?:share|fraction|probability|part|how often)\b/i;

  /** @param {number} value */
  const shown = (value) => `${Number(value.toPrecision(4))}`.replace("-", "−");

  /** What a figure of the page was given, before or after it has come to life.
   * @param {HTMLElement} figure
   * @returns {Record<string, any>} */
  const stateOf = (figure) => {
    const stored = figure.querySelector('script[type="application/json"]')?.textContent;
    const model = /** @type {{ model?: { state: Record<string, unknown> } }} */ (figure).model;
    return model?.state ?? JSON.parse(stored ?? "{}");
  };

  /** Four numbers to choose from, the true one among them at a place that the key decides: each
   * three times the one before, or evenly apart where more than all is impossible.
   * @param {{ key: string, truth: number, unit: string, question: string }} state */
  const around = ({ key, truth, unit, question }) => {
    const place = Number.parseInt(key.slice(0, 2), 16) % 4;
    const whole = unit.includes("%") ? 100 : BOUNDED.test(question) && truth <= 1 ? 1 : Infinity;
    /** @param {number} value */
    const round = (value) => Number(value.toPrecision(2)); // more digits would give it away
    const far = truth * 3 ** (3 - place);
    /** @param {number} i */
    const value = (i) => {
      if (i === place) return round(truth);
      if (truth === 0) return i + 1;
      return round(far > whole ? spread(i) : truth * 3 ** (i - place));
    };
    /** @param {number} i */
    const spread = (i) => {
      const below = truth / (place + 1);
      const above = (whole - truth) / (4 - place);
      return truth + (i - place) * (i < place ? below : above);
    };
    return [0, 1, 2, 3].map(value);
  };

  /** @param {Record<string, any>} state
   * @param {number[]} [options]
   * @returns {DeckPoll} */
  const prediction = (state, options) => {
    const unit = state.unit && !state.unit.startsWith("%") ? ` ${state.unit}` : state.unit;
    const values = options ?? around(/** @type {any} */ (state));
    const off = values.map((value) => Math.abs(value - state.truth));
    const right = off.indexOf(Math.min(...off));
    return {
      key: state.key,
      question: state.question,
      options: values.map((value, i) => ({
        text: `${options ? "" : "about "}${shown(value)}${unit}`,
        why: "",
        right: i === right,
      })),
      truth: `It is ${shown(state.truth)}${unit}. ${state.explain}`,
    };
  };

  /** @param {Record<string, any>} state
   * @returns {DeckPoll[]} */
  const questions = (state) =>
    state.questions.map((/** @type {any} */ { question, options }, /** @type {number} */ q) => ({
      key: `${state.key}-${q}`,
      question,
      options: options.map((/** @type {any} */ option) => ({
        text: option.text,
        why: option.why,
        right: Boolean(option.correct),
      })),
      truth: "",
    }));

  /** @param {HTMLElement} figure
   * @param {number[]} [options] */
  const of = (figure, options) => {
    const state = stateOf(figure);
    return figure.dataset.figure === "quiz" ? questions(state) : [prediction(state, options)];
  };

  const NAMES = "ABCDEF";
  /** What was voted, kept for as long as the window is open.
   * @param {DeckPoll} poll */
  const votesOf = (poll) => {
    const key = `deck-poll-${poll.key}`;
    /** @type {number[]} */
    let votes = JSON.parse(sessionStorage.getItem(key) ?? "null") ?? poll.options.map(() => 0);
    return {
      get: () => votes,
      /** @param {number} option
       * @param {number} more */
      add: (option, more) => {
        votes = votes.map((count, i) => (i === option ? Math.max(0, count + more) : count));
        sessionStorage.setItem(key, JSON.stringify(votes));
      },
    };
  };

  /** The poll as a block of a slide. Its stages: 0 asked, 1 what the room said, 2 what is true.
   * @param {DeckPoll} poll */
  const draw = (poll) => {
    const root = kit.html("div", { class: "deck-poll" });
    kit.html("p", { class: "deck-question" }, root, kit.rich(poll.question));
    const list = kit.html("div", { class: "deck-options" }, root);
    const votes = votesOf(poll);
    let stage = 0;
    const rows = poll.options.map((option, i) => {
      const button = kit.html("button", { type: "button", class: "deck-option" }, list);
      kit.html("span", { class: "deck-letter", text: NAMES[i] }, button);
      kit.html("span", { class: "deck-what" }, button, kit.rich(option.text));
      const bar = kit.html("span", { class: "deck-bar" }, button);
      const count = kit.html("span", { class: "deck-count" }, button);
      button.addEventListener("click", (event) => vote(i, event.shiftKey ? -1 : 1));
      return { button, bar, count };
    });
    const total = kit.html("p", { class: "deck-total", "aria-live": "polite" }, root);
    const truth = kit.html("p", { class: "deck-truth" }, root);
    /** @param {number} i
     * @param {number} more */
    const vote = (i, more) => {
      if (i >= rows.length || stage === 2) return;
      votes.add(i, more);
      show();
    };
    const show = (to = stage) => {
      stage = to;
      const counts = votes.get();
      const sum = counts.reduce((a, b) => a + b, 0);
      rows.forEach(({ button, bar, count }, i) => {
        button.toggleAttribute("data-right", stage === 2 && poll.options[i].right);
        count.textContent = stage ? `${Math.round((100 * counts[i]) / (sum || 1))} %` : "";
        bar.style.width = stage ? `${(100 * counts[i]) / (sum || 1)}%` : "0";
      });
      total.textContent = `${sum} vote${sum === 1 ? "" : "s"}`;
      truth.replaceChildren(stage === 2 ? kit.rich(verdict(poll, counts)) : "");
    };
    /** As large as it can get, for measuring. */
    const fill = () => {
      const reasons = poll.options.map((option) => option.why);
      reasons.sort((a, b) => b.length - a.length);
      truth.replaceChildren(kit.rich(poll.truth || `A: ${reasons.slice(0, 2).join(" B: ")}`));
    };
    show();
    fill();
    return { root, vote, show, votes: votes.get };
  };

  /** What is true; after a quiz question also what misled most of those who were wrong.
   * @param {DeckPoll} poll
   * @param {number[]} counts */
  const verdict = ({ options, truth }, counts) => {
    if (truth) return truth;
    const right = options.findIndex((option) => option.right);
    const wrong = counts.map((count, i) => (i === right ? 0 : count));
    const most = wrong.indexOf(Math.max(...wrong));
    const mistaken = wrong[most] ? ` ${NAMES[most]}: ${options[most].why}` : "";
    return `${NAMES[right]}: ${options[right].why}${mistaken}`;
  };
  return { of, draw, stages: 2, names: NAMES };
})();
