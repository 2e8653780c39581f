/**
 * The marking desk: keeps each mark as soon as it is given, and can be used by keyboard alone.
 *
 * @typedef {{ points: string, comment: string }} Mark
 */

const AGAIN = 9; // marks that can be given again by one key
const PAUSE = 3000; // milliseconds until a mark that could not be kept is tried again

const cards = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".card"))];
const rubric = find(document, "#rubric");
const names = find(document, "#names");
const said = find(document, "#said");

/**
 * @param {ParentNode} inside
 * @param {string} selector
 * @returns {HTMLElement}
 */
function find(inside, selector) {
  const found = inside.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${selector} in this page`);
  return found;
}

/** @param {HTMLElement} card */
const pointsOf = (card) => /** @type {HTMLInputElement} */ (find(card, ".points"));

/** @param {HTMLElement} card */
const commentOf = (card) => /** @type {HTMLTextAreaElement} */ (find(card, ".comment"));

/**
 * @param {HTMLElement} card
 * @returns {Mark}
 */
const markOf = (card) => ({
  points: pointsOf(card).value.trim(),
  comment: commentOf(card).value.trim(),
});

/** @param {HTMLElement} card */
const isMarked = (card) => card.dataset.points !== undefined && card.dataset.points !== "";

/**
 * @param {HTMLElement} card
 * @param {string} text
 * @param {boolean} [bad]
 */
function say(card, text, bad = false) {
  const state = find(card, ".state");
  state.textContent = text;
  state.classList.toggle("bad", bad);
}

/**
 * Whether what stands in a card differs from what has been kept.
 *
 * @param {HTMLElement} card
 */
function isChanged(card) {
  const { points, comment } = markOf(card);
  return points !== (card.dataset.points ?? "") || comment !== (card.dataset.comment ?? "");
}

/** Marks are sent one after the other, so that the last one given is the one kept. */
let sending = Promise.resolve();

/**
 * Keep the marks of these cards; what cannot be kept stays in its fields.
 *
 * @param {HTMLElement[]} changed
 */
function keep(changed) {
  sending = sending.then(() => send(changed.filter(isChanged)));
  return sending;
}

/** @param {HTMLElement[]} changed */
async function send(changed) {
  if (!changed.length) return;
  const sent = changed.map(markOf);
  const marks = changed.map((card, at) => {
    const { student, version, points = "", comment = "" } = card.dataset;
    return [student, [sent[at].points, sent[at].comment, version, points, comment]];
  });
  for (const card of changed) say(card, "…");
  /** @type {Record<string, string>} */
  let doubts = {};
  try {
    const body = JSON.stringify(Object.fromEntries(marks));
    const answer = await fetch(location.pathname, { method: "POST", body });
    if (!answer.ok) {
      const { fault, there = {} } = await answer
        .json()
        .catch(() => ({ fault: "the desk is closed" }));
      const overtaken = changed.filter((card) => there[card.dataset.student ?? ""]);
      if (!overtaken.length) {
        refuse(changed, fault);
        return;
      }
      showOvertaken(overtaken, there);
      await send(changed.filter((card) => !overtaken.includes(card)));
      return;
    }
    ({ doubts } = await answer.json());
  } catch {
    refuse(changed, "the desk does not answer");
    setTimeout(() => keep(changed), PAUSE);
    return;
  }
  changed.forEach((card, at) => {
    remember(card, sent[at]);
    const doubt = doubts[card.dataset.student ?? ""];
    if (doubt) say(card, `Kept, but doubtful: ${doubt}. Load the page again.`, true);
    else say(card, isNothing(sent[at]) ? "taken back" : "kept");
  });
  showRubric();
  showLeft();
}

/**
 * Say why marks were not kept, and go back to the first unless another is being written.
 *
 * @param {HTMLElement[]} changed
 * @param {string} why
 */
function refuse(changed, why) {
  for (const card of changed) {
    say(card, `Not kept: ${why}`, true);
    card.dataset.refused = JSON.stringify(markOf(card));
  }
  if (!isChanged(current)) go(changed[0]);
}

/**
 * Say what others have given meanwhile; what was typed stays, and sent again it replaces that.
 *
 * @param {HTMLElement[]} overtaken
 * @param {Record<string, [string, string]>} there
 */
function showOvertaken(overtaken, there) {
  for (const card of overtaken) {
    const [points, comment] = there[card.dataset.student ?? ""];
    remember(card, { points, comment });
    const given = `${points || "no"} points${comment && `, “${comment}”`}`;
    refuse([card], `marked meanwhile: ${given}. Enter puts yours in its place.`);
  }
}

/** @param {Mark} mark */
const isNothing = (mark) => !mark.points && !mark.comment;

/**
 * @param {HTMLElement} card
 * @param {Mark} mark
 */
function remember(card, mark) {
  card.dataset.points = mark.points;
  card.dataset.comment = mark.comment;
  card.classList.toggle("marked", mark.points !== "");
  card.classList.toggle("given", !isNothing(mark));
}

/**
 * What has been given so far, the most frequent first.
 *
 * @returns {Mark[]}
 */
function given() {
  /** @type {Map<string, { mark: Mark, times: number }>} */
  const counts = new Map();
  for (const card of cards.filter(isMarked)) {
    const mark = { points: card.dataset.points ?? "", comment: card.dataset.comment ?? "" };
    const known = counts.get(JSON.stringify(mark));
    counts.set(JSON.stringify(mark), { mark, times: (known?.times ?? 0) + 1 });
  }
  const sorted = [...counts.values()].sort((a, b) => b.times - a.times);
  return sorted.slice(0, AGAIN).map(({ mark }) => mark);
}

function showRubric() {
  const marks = given();
  if (!marks.length) return;
  rubric.replaceChildren(
    ...marks.map((mark, at) => {
      const key = Object.assign(document.createElement("kbd"), { textContent: `Alt ${at + 1}` });
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.append(key, ` ${mark.points} ${mark.comment && `· ${mark.comment}`}`);
      button.addEventListener("click", () => give(mark));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
}

function showLeft() {
  const left = cards.filter((card) => !isMarked(card)).length;
  find(document, "#left").textContent = left ? `${left} not marked` : "all marked";
}

/** The card that is being marked, or the first. */
let current = cards[0];

/** @param {HTMLElement | undefined} card */
function go(card) {
  if (!card) return;
  current = card;
  pointsOf(card).focus();
  pointsOf(card).select();
  card.scrollIntoView({ block: "nearest" });
}

/** @param {number} by */
function step(by) {
  go(cards[cards.indexOf(current) + by]);
}

function goToUnmarked() {
  const at = cards.indexOf(current);
  const others = [...cards.slice(at + 1), ...cards.slice(0, at)];
  const next = others.find((card) => !markOf(card).points);
  if (next) go(next);
  else said.textContent = "Every answer to this question is marked.";
}

/**
 * Write a mark into cards and keep it.
 *
 * @param {Mark} mark
 * @param {HTMLElement[]} [into]
 */
function give(mark, into = [current]) {
  for (const card of into) {
    pointsOf(card).value = mark.points;
    commentOf(card).value = mark.comment;
  }
  keep(into);
}

function takeBack() {
  give({ points: "", comment: "" });
  pointsOf(current).focus();
}

function giveSame() {
  const mark = markOf(current);
  const same = cards.filter((c) => c.dataset.same === current.dataset.same && !isMarked(c));
  if (mark.points) give(mark, [...new Set([current, ...same])]);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (event.key === "Enter" && !event.shiftKey && inCard(event.target)) {
    event.preventDefault();
    keep([current]);
    if (markOf(current).points) goToUnmarked();
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.altKey && digit) {
    event.preventDefault();
    const mark = given()[Number(digit[1]) - 1];
    if (mark) give(mark);
  } else if (event.altKey && event.code === "KeyA") {
    event.preventDefault();
    giveSame();
  } else if (event.altKey && event.code === "KeyZ") {
    event.preventDefault();
    takeBack();
  } else if (event.altKey && event.code === "KeyN") {
    event.preventDefault();
    toggleNames();
  }
}

/** @param {EventTarget | null} target */
const inCard = (target) => target instanceof HTMLElement && target.matches(".points, .comment");

function toggleNames() {
  const named = document.body.classList.toggle("named");
  names.setAttribute("aria-pressed", String(named));
}

for (const card of cards) {
  // Not what a browser may have put back into the fields: what the desk itself wrote there.
  remember(card, { points: pointsOf(card).defaultValue, comment: commentOf(card).defaultValue });
  card.addEventListener("focusin", () => {
    current = card;
  });
  find(card, ".back").addEventListener("click", takeBack);
  card.addEventListener("change", () => {
    // One may leave what was refused as it is, and go on.
    if (card.dataset.refused !== JSON.stringify(markOf(card))) keep([card]);
  });
}
names.addEventListener("click", toggleNames);
document.addEventListener("keydown", onKey);
addEventListener("beforeunload", (event) => {
  if (cards.some(isChanged)) event.preventDefault();
});
showRubric();
showLeft();
go(cards.find((card) => !isMarked(card)) ?? cards[0]);

export {};
