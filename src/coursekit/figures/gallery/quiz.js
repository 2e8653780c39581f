// Several questions with one right option each. Every option explains itself once it is chosen; a
// reader may go on choosing. What was chosen is kept in this browser and nowhere else.
function memory(key) {
  return {
    load: () => {
      try {
        return JSON.parse(localStorage.getItem(key) ?? "{}");
      } catch {
        return {};
      }
    },
    save: (value) => {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        /* private window */
      }
    },
  };
}

function render({ model, el, signal }) {
  const questions = model.get("questions");
  const kept = memory(`ck-quiz-${model.get("key")}`);
  const frame = kit.frame({ model, el, signal }, { name: "quiz", title: "Questions", height: 0 });
  let chosen = kept.load(); // question → options in the order in which they were chosen
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

  const options = questions.map((question, q) => {
    const set = kit.html("fieldset", { class: "ck-question" }, list);
    kit.html("legend", {}, set, `${q + 1}. `, kit.rich(question.question));
    const items = kit.html("ul", { class: "ck-options" }, set);
    return question.options.map((option, o) => {
      const item = kit.html("li", {}, items);
      const why = kit.id("why");
      const label = kit.html("span", {}, null, kit.rich(option.text));
      const button = kit.html(
        "button",
        {
          type: "button",
          class: "ck-option",
          "aria-controls": why,
          "data-lm-suppress-shortcuts": "true",
        },
        item,
        label,
      );
      const text = kit.html("p", { id: why, class: "ck-why", hidden: true }, item);
      button.addEventListener("click", () => {
        const order = chosen[q] ?? [];
        if (!order.includes(o)) chosen[q] = [...order, o];
        kept.save(chosen);
        draw();
        frame.say(text.textContent);
      });
      return { button, text };
    });
  });

  // On paper nothing can be chosen: there, and only there, the right options stand below.
  const answers = kit.html("p", { class: "ck-answers" });
  list.after(answers);
  kit.html("strong", { text: "Answers. " }, answers);
  questions.forEach((question, q) => {
    const right = question.options.findIndex((option) => option.correct);
    answers.append(`${q + 1} ${"abcdefgh"[right]}: `, kit.rich(question.options[right].why), " ");
  });

  function draw() {
    questions.forEach((question, q) => {
      question.options.forEach((option, o) => {
        const { button, text } = options[q][o];
        const seen = (chosen[q] ?? []).includes(o);
        kit.set(button, { "aria-pressed": String(seen) });
        button.toggleAttribute("data-seen", seen);
        if (seen) button.dataset.seen = option.correct ? "right" : "wrong";
        text.hidden = !seen;
        text.replaceChildren();
        if (seen) {
          kit.html("strong", { text: option.correct ? "Right. " : "No. " }, text);
          text.append(kit.rich(option.why));
        }
      });
    });
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
