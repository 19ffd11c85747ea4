// What this browser remembers of the course: guesses, and which lessons were seen to their figures. It tells nobody.

const STORE = "gatescope-lessons";

/** {guess, words, skipped, attempt, done} of one lesson; empty when nothing is remembered. */
export function remembered(lesson) {
  return all()[lesson] ?? {};
}

export function remember(lesson, values) {
  const lessons = all();
  lessons[lesson] = { ...lessons[lesson], ...values };
  write(lessons);
}

/** All lessons of which something is remembered, by number. */
export function all() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

export function forget() {
  write({});
}

function write(lessons) {
  try {
    localStorage.setItem(STORE, JSON.stringify(lessons));
  } catch {
    // A browser may refuse to remember; the lesson works all the same.
  }
}
