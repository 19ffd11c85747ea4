// @ts-check
// The questions of a lesson's file: each reply is answered where it was chosen.

import { closest, find, write } from "../lib/dom.js";

/**
 * Answer whatever is chosen within `root`.
 * @param {HTMLElement} root
 */
export function answerQuestions(root) {
  root.addEventListener("change", (event) => {
    const reply = closest(event, "input");
    const question = closest(event, ".file-question");
    if (!reply || !question) return;
    const isRight = "right" in reply.dataset;
    const said = find(reply.closest("label") ?? question, ".file-reply").textContent.trim();
    question.dataset.right = String(isRight);
    write(find(question, ".file-said"), `${isRight ? "Right." : "Not so."} ${said}`.trim());
  });
}
