// @ts-check
// The index of the lessons: what this browser remembers of them is written beside each.

import { forget, rememberedLessons } from "../lesson/course-progress.js";
import { rememberedList } from "../lesson/playlist.js";
import { byId, find, findAll, write } from "../lib/dom.js";

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
}

byId("list", HTMLInputElement).value = rememberedList();
byId("forget").addEventListener("click", () => {
  forget();
  show();
});
show();
