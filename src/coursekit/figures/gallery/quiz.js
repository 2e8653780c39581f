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

/** What the orders of this visit are drawn from: the same as long as the tab is open. */
function visit() {
  try {
    const kept = sessionStorage.getItem("ck-visit") ?? String(Math.random());
    sessionStorage.setItem("ck-visit", kept);
    return kept;
  } catch {
    return String(Math.random());
  }
}

/** Numbers of the options in the order in which they are shown: sorted by hashes (FNV-1a) of visit
 * and option, so that each order is as likely as any other.
 * @param {Question} question
 * @param {string} seed */
function order({ question, options }, seed) {
  const hashes = options.map(({ text }) => {
    let hash = 2166136261;
    for (const sign of `${seed}${question}${text}${seed}`) {
      hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 16777619);
    }
    return hash >>> 0;
  });
  return [...options.keys()].sort((a, b) => hashes[a] - hashes[b]);
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

/** Each question's options, in the order of its data wherever they are shown.
 * @param {HTMLElement} list
 * @param {Question[]} questions
 * @param {number[][]} orders
 * @param {(question: number, option: number, text: HTMLElement) => void} choose */
function drawQuestions(list, questions, orders, choose) {
  return questions.map((question, q) => {
    const set = kit.html("fieldset", { class: "ck-question" }, list);
    kit.html("legend", {}, set, `${q + 1}. `, kit.rich(question.question));
    const items = kit.html("ul", { class: "ck-options" }, set);
    /** @type {ReturnType<typeof drawOption>[]} */
    const drawn = [];
    for (const o of orders[q]) {
      drawn[o] = drawOption(items, question.options[o], (text) => choose(q, o, text));
    }
    return drawn;
  });
}

/** On paper nothing can be chosen: there, and only there, the right options stand below.
 * @param {HTMLElement} list
 * @param {Question[]} questions
 * @param {number[][]} orders */
function drawAnswers(list, questions, orders) {
  const answers = kit.html("p", { class: "ck-answers" });
  list.after(answers);
  kit.html("strong", { text: "Answers. " }, answers);
  questions.forEach(({ options }, q) => {
    const place = orders[q].findIndex((o) => options[o].correct);
    const { why } = options[orders[q][place]];
    answers.append(`${q + 1} ${"abcdefgh"[place]}: `, kit.rich(why), " ");
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
  const seed = visit();
  const orders = questions.map((question) => order(question, seed));
  const options = drawQuestions(list, questions, orders, (q, o, text) => {
    const before = chosen[q] ?? [];
    if (!before.includes(o)) chosen[q] = [...before, o];
    kept.save(chosen);
    draw();
    frame.say(text.textContent ?? "");
  });
  drawAnswers(list, questions, orders);

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
