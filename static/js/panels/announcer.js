// @ts-check
// Speaks for the picture to screen readers: at most one sentence every five seconds, and only news.

const PAUSE_MS = 5000;

/** `say` as often as you like; the element has role=status. */
export class Announcer {
  #element;
  #due = "";
  #last = -Infinity;
  #isWaiting = false;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /** @param {string} sentence */
  say(sentence) {
    if (!sentence || sentence === this.#due) return;
    this.#due = sentence;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => this.#speak(), Math.max(0, this.#last + PAUSE_MS - performance.now()));
  }

  #speak() {
    this.#isWaiting = false;
    this.#last = performance.now();
    this.#element.textContent = this.#due;
  }
}
