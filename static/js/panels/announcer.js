// Speaks for the picture to screen readers: at most one sentence every five seconds, and only news.

const PAUSE_MS = 5000;

/** `say` as often as you like; `element` has role=status. */
export class Announcer {
  #element;
  #due = "";
  #last = -Infinity;
  #timer = null;

  constructor(element) {
    this.#element = element;
  }

  say(sentence) {
    if (!sentence || sentence === this.#due) return;
    this.#due = sentence;
    this.#timer ??= setTimeout(() => this.#speak(), Math.max(0, this.#last + PAUSE_MS - performance.now()));
  }

  #speak() {
    this.#timer = null;
    this.#last = performance.now();
    this.#element.textContent = this.#due;
  }
}
