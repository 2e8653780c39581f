// Several questions with one right option each. Every option explains itself once it is chosen; a
// reader may go on choosing. What was chosen is kept in this browser and nowhere else.
/** @typedef {{ text: string, why: string, correct?: boolean }} Option */
/** @typedef {{ question: string, options: Option[] }} Question */
/** For each question that was answered, the options in the order in which they were chosen.
 * @typedef {Record<number, number[]>} Chosen */

/** @param {string} key */
function memory(key) {
  return {
    /** @returns {Chosen} */
    load: () => {
      try {
        return JSON.parse(localStorage.getItem(key) ?? "{}");
      } catch {
        return {};
      }
    },
    /** @param {Chosen} value */
    save: (value) => {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        /* private window */
      }
    },
  };
}

/** @param {HTMLElement} items
 * @param {Option} option
 * @param {(text: HTMLElement) => void} choose */
function drawOption(items, option, choose) {
  const item = kit.html("li", {}, items);
  const why = kit.id("why");
  const label = kit.html("span", {}, null, kit.rich(option.text));
  const own = { "aria-controls": why, "data-lm-suppress-shortcuts": "true" };
  const button = kit.html("button", { type: "button", class: "ck-option", ...own }, item, label);
  const text = kit.html("p", { id: why, class: "ck-why", hidden: true }, item);
  button.addEventListener("click", () => choose(text));
  return { option, button, text };
}

/** @param {HTMLElement} list
 * @param {Question[]} questions
 * @param {(question: number, option: number, text: HTMLElement) => void} choose */
function drawQuestions(list, questions, choose) {
  return questions.map((question, q) => {
    const set = kit.html("fieldset", { class: "ck-question" }, list);
    kit.html("legend", {}, set, `${q + 1}. `, kit.rich(question.question));
    const items = kit.html("ul", { class: "ck-options" }, set);
    return question.options.map((option, o) =>
      drawOption(items, option, (text) => choose(q, o, text)),
    );
  });
}

/** On paper nothing can be chosen: there, and only there, the right options stand below.
 * @param {HTMLElement} list
 * @param {Question[]} questions */
function drawAnswers(list, questions) {
  const answers = kit.html("p", { class: "ck-answers" });
  list.after(answers);
  kit.html("strong", { text: "Answers. " }, answers);
  questions.forEach(({ options }, q) => {
    const right = options.findIndex((option) => option.correct);
    answers.append(`${q + 1} ${"abcdefgh"[right]}: `, kit.rich(options[right].why), " ");
  });
}

/** @param {ReturnType<typeof drawOption>} drawn
 * @param {boolean} seen */
function updateOption({ option, button, text }, seen) {
  kit.set(button, { "aria-pressed": String(seen) });
  button.toggleAttribute("data-seen", seen);
  if (seen) button.dataset.seen = option.correct ? "right" : "wrong";
  text.hidden = !seen;
  text.replaceChildren();
  if (seen) {
    kit.html("strong", { text: option.correct ? "Right. " : "No. " }, text);
    text.append(kit.rich(option.why));
  }
}

/** @param {View} view */
function render({ model, el, signal }) {
  /** @type {Question[]} */
  const questions = model.get("questions");
  const kept = memory(`ck-quiz-${model.get("key")}`);
  const frame = kit.frame({ model, el, signal }, { name: "quiz", title: "Questions", height: 0 });
  let chosen = kept.load();
  const list = kit.html("div", {});
  frame.controls.before(list);
  frame.controls.classList.add("ck-foot");
  const again = kit.button(frame.controls, "Start again", () => {
    chosen = {};
    kept.save(chosen);
    draw();
    list.querySelector("button")?.focus();
  });
  const score = kit.html("span", {}, frame.controls);
  const options = drawQuestions(list, questions, (q, o, text) => {
    const order = chosen[q] ?? [];
    if (!order.includes(o)) chosen[q] = [...order, o];
    kept.save(chosen);
    draw();
    frame.say(text.textContent ?? "");
  });
  drawAnswers(list, questions);

  function draw() {
    options.forEach((drawn, q) => {
      drawn.forEach((option, o) => {
        updateOption(option, (chosen[q] ?? []).includes(o));
      });
    });
    /** @param {number} q
     * @param {number} o */
    const right = (q, o) => questions[q].options[o]?.correct;
    const solved = questions.filter((_, q) => (chosen[q] ?? []).some((o) => right(q, o))).length;
    const first = questions.filter((_, q) => chosen[q]?.length && right(q, chosen[q][0])).length;
    score.textContent = `${solved} of ${questions.length} answered, ${first} at the first attempt`;
    again.disabled = Object.keys(chosen).length === 0;
    frame.expose({ solved, first });
  }
  draw();
}
export default { render };
