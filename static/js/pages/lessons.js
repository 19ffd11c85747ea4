// @ts-check
// The index of the lessons: what this browser remembers of them is written beside each.

import { doneLessons, forget, rememberedLessons } from "../lesson/course-progress.js";
import { rememberedList } from "../lesson/playlist.js";
import { byId, find, findAll, write } from "../lib/dom.js";
import { htmx } from "../lib/htmx.js";

function show() {
  const known = rememberedLessons();
  const entries = findAll(document, ".entry");
  for (const entry of entries) {
    const { done, words, skipped } = known[entry.dataset.lesson ?? ""] ?? {};
    find(entry, ".entry-done").hidden = !done;
    const guess = find(entry, ".entry-guess");
    guess.hidden = !words && !skipped;
    write(guess, words ? `you guessed: ${words}` : "prediction skipped");
  }
  const numbers = new Set(entries.map(({ dataset }) => dataset.lesson ?? ""));
  const done = [...numbers].filter((number) => known[number]?.done).length;
  const isAny = Object.keys(known).length > 0;
  write(byId("progress"), isAny ? `${done} of ${numbers.size} done, as this browser remembers` : "");
  byId("forget").hidden = !isAny;
  for (const way of findAll(document, "[data-when-done]")) way.hidden = doneLessons().length === 0;
}

/**
 * Fetch the measured answers of these lessons: until then they are not on the page, since they spoil the guess.
 * @param {(lesson: string) => boolean} wanted
 */
function showMeasured(wanted) {
  for (const figure of findAll(document, ".entry-figure")) {
    const lesson = figure.closest("[data-lesson]");
    if (lesson instanceof HTMLElement && wanted(lesson.dataset.lesson ?? "")) htmx().trigger(figure, "due");
  }
}

byId("list", HTMLInputElement).value = rememberedList();
byId("forget").addEventListener("click", () => {
  forget();
  show();
});
byId("measured").addEventListener("click", () => {
  showMeasured(() => true);
  byId("measured").hidden = true;
});
byId("measured").hidden = findAll(document, ".entry-figure").length === 0;
show();
// Not before htmx has seen the page.
addEventListener("load", () => showMeasured((lesson) => doneLessons().includes(lesson)));
