// @ts-check
// The last page: what was guessed in this browser, beside what the lessons expected, measured and showed.

import { doneLessons, remembered } from "../lesson/course-progress.js";
import { byId, find, findAll, write } from "../lib/dom.js";
import { htmx, onHtmx } from "../lib/htmx.js";

function writeGuesses() {
  for (const lesson of findAll(byId("learnt"), "[data-lesson]")) {
    const { words } = remembered(lesson.dataset.lesson ?? "");
    if (words) write(find(lesson, "[data-guess]"), words);
  }
}

function show() {
  const done = doneLessons();
  byId("none").hidden = done.length > 0;
  byId("learnt-about").hidden = !done.length;
  if (!done.length) return;
  onHtmx("htmx:afterSwap", writeGuesses);
  const values = { done: done.join() };
  htmx().ajax("GET", "/learnt/lessons", { source: "#learnt", target: "#learnt", swap: "innerHTML", values });
}

addEventListener("load", show);
