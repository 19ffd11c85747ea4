// @ts-check
// What this browser remembers of the course: guesses, and which lessons were followed to their figures. It stays
// here.

const STORE = "gatescope-lessons";

/**
 * What is remembered of a lesson: the guess as text and in words, or that none was written down, as it was said aloud
 * or skipped on purpose; the last attempt, and when it was done; and by the numbers of its questions whether they
 * were answered rightly.
 * @typedef {{ guess?: string, words?: string, skipped?: boolean, aloud?: boolean, attempt?: string, done?: string,
 *   replies?: Record<string, boolean> }} Progress
 */

/**
 * Empty when nothing is remembered.
 * @param {string} lesson
 * @returns {Progress}
 */
export function remembered(lesson) {
  return rememberedLessons()[lesson] ?? {};
}

/**
 * @param {string} lesson
 * @param {Progress} values
 */
export function remember(lesson, values) {
  const lessons = rememberedLessons();
  lessons[lesson] = { ...lessons[lesson], ...values };
  store(lessons);
}

/**
 * All lessons of which something is remembered, by number.
 * @returns {Record<string, Progress | undefined>}
 */
export function rememberedLessons() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/**
 * The lessons that were followed to their figures; variations are not among them.
 * @returns {string[]}
 */
export function doneLessons() {
  return Object.entries(rememberedLessons())
    .filter(([lesson, progress]) => progress?.done && /^\d+$/.test(lesson))
    .map(([lesson]) => lesson);
}

/**
 * Note how a question was answered.
 * @param {{ lesson: string, question: string, isRight: boolean }} reply
 */
export function rememberReply({ lesson, question, isRight }) {
  remember(lesson, { replies: { ...remembered(lesson).replies, [question]: isRight } });
}

export function forget() {
  store({});
}

/** @param {Record<string, Progress | undefined>} lessons */
function store(lessons) {
  try {
    localStorage.setItem(STORE, JSON.stringify(lessons));
  } catch {
    // A browser may refuse to remember; the lesson works all the same.
  }
}
