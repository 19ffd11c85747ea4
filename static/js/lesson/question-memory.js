// @ts-check
// Notes which questions about lessons were answered, and whether rightly at the first try since the page was opened.

import { closest } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";
import { remember, remembered } from "./course-progress.js";

/** Listen to every question of the page, also to those that come later. */
export function rememberReplies() {
  /** @type {Set<string>} */
  const answered = new Set();
  onHtmx("htmx:afterSwap", (event) => {
    const { lesson, question } = closest(event, ".question")?.dataset ?? {};
    const answer = /** @type {HTMLElement | null} */ (event.detail.target.querySelector("[data-right]"));
    const { right } = answer?.dataset ?? {};
    if (!lesson || !question || !right || answered.has(`${lesson}.${question}`)) return;
    // A second try after the answer was read says nothing.
    answered.add(`${lesson}.${question}`);
    remember(lesson, { replies: { ...remembered(lesson).replies, [question]: right === "yes" } });
  });
}
