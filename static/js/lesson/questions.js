// @ts-check
// Questions about a lesson: a reply that is chosen shows what is said of it. Needs no server, so that a lesson's file
// has them as well.

import { closest, find, findAll } from "../lib/dom.js";

/**
 * A question was answered: `question` is its number, and only the first reply since the page was opened counts.
 * @typedef {{ lesson: string, question: string, isRight: boolean }} FirstReply
 */

/**
 * Listen to every question of the page, also to those that come later.
 * @param {(reply: FirstReply) => void} onFirst called for the first reply to each question
 */
export function listenToQuestions(onFirst) {
  document.addEventListener("change", (event) => {
    const asked = closest(event, ".question");
    const chosen = event.target;
    if (!asked || !(chosen instanceof HTMLInputElement)) return;
    for (const reply of findAll(asked, ".reply")) find(reply, ".reply-answer").hidden = !reply.contains(chosen);
    if (asked.dataset.answered) return;
    // A second try, after the answer was read, says nothing.
    asked.dataset.answered = "yes";
    const { lesson = "", question = "" } = asked.dataset;
    onFirst({ lesson, question, isRight: chosen.dataset.right === "yes" });
  });
}
