// An exercise page at work: editors in place of the answers, runs, feedback, points, the notebook.

import css from "./editor.css";
import { Exercise } from "./exercise.js";
import { Question } from "./question.js";
import { Runs } from "./runs.js";

/** @import {Place, Plan, Wish} from "./start.js" */

/**
 * Bring the page to life.
 * @param {Plan} plan @param {Place[]} places @param {HTMLElement[]} panels
 */
export function open(plan, places, panels) {
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const left = new AbortController();
  addEventListener("pagehide", (event) => event.persisted || left.abort());
  const runs = new Runs(plan, panels);
  const usable = places.filter((place) => !place.entry.torch);
  const questions = usable.map((place) => new Question(place, plan, runs, left.signal));
  runs.questions = questions;
  const exercise = plan.exercise ? new Exercise(plan, questions, panels, left.signal) : null;
  for (const question of questions) question.scored = () => exercise?.showPoints();
  return {
    /** @param {Wish} wish @param {Place} [place] */
    act(wish, place) {
      const question = questions.find((one) => one.place === place);
      if (wish === "edit" && question) {
        question.edit();
        runs.prepare(); // while the reader writes
      } else if (wish === "run" || wish === "check" || wish === "above") question?.start(wish);
      else if (wish === "restart") runs.restart();
      else if (wish === "download") exercise?.download();
      else if (wish === "open") exercise?.choose();
    },
  };
}
