// The index of the lessons: what this browser remembers of them is written beside each.

import { all, forget } from "../lesson/course-progress.js";
import { write } from "../lib/dom.js";

const byId = (id) => document.getElementById(id);

function show() {
  const known = all();
  for (const entry of document.querySelectorAll(".entry")) {
    const { done, words, skipped } = known[entry.dataset.lesson] ?? {};
    entry.querySelector(".entry-done").hidden = !done;
    const guess = entry.querySelector(".entry-guess");
    guess.hidden = !words && !skipped;
    write(guess, words ? `you guessed: ${words}` : "prediction skipped");
  }
  const numbers = [...new Set([...document.querySelectorAll(".entry")].map((entry) => entry.dataset.lesson))];
  const done = numbers.filter((number) => known[number]?.done).length;
  write(
    byId("progress"),
    Object.keys(known).length ? `${done} of ${numbers.length} done, as this browser remembers` : "",
  );
  byId("forget").hidden = Object.keys(known).length === 0;
}

byId("forget").addEventListener("click", () => {
  forget();
  show();
});
show();
