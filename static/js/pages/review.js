// @ts-check
// The questions of the lessons that this browser has done, those answered wrong first.

import { doneLessons, rememberReply, rememberedLessons } from "../lesson/course-progress.js";
import { listenToQuestions } from "../lesson/questions.js";
import { byId } from "../lib/dom.js";
import { htmx } from "../lib/htmx.js";

/**
 * The questions that were answered rightly, or wrongly, as the dashboard names them.
 * @param {boolean} isRight
 */
function answered(isRight) {
  return Object.entries(rememberedLessons()).flatMap(([lesson, progress]) =>
    Object.entries(progress?.replies ?? {})
      .filter(([, right]) => right === isRight)
      .map(([question]) => `${lesson}.${question}`),
  );
}

function ask() {
  const done = doneLessons();
  byId("none").hidden = done.length > 0;
  if (!done.length) return;
  const values = { done: done.join(), wrong: answered(false).join(), right: answered(true).join() };
  htmx().ajax("GET", "/review/questions", { source: "#questions", target: "#questions", swap: "innerHTML", values });
}

listenToQuestions(rememberReply);
addEventListener("load", ask);
