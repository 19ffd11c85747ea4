// @ts-check
// The server's clock, as the page knows it: each frame says what time it was sent.

/** How long an estimate may hold: clocks drift and suspended laptops wake up elsewhere. */
const MEMORY = 64;

/** Estimates server time. Frames are late by different amounts; the least late one is nearest to the truth. */
export class ServerClock {
  /** @type {number[]} */
  #offsets = [];

  /** @param {number} now server time of a frame that came just now */
  heard(now) {
    this.#offsets.push(now - this.tick() * 1e6);
    if (this.#offsets.length > MEMORY) this.#offsets.shift();
  }

  /** Milliseconds that never run backwards. */
  tick() {
    return performance.now();
  }

  /** Server time in ns since 1970; the browser's own until the first frame came. */
  now() {
    const offset = this.#offsets.length ? Math.max(...this.#offsets) : performance.timeOrigin * 1e6;
    return this.tick() * 1e6 + offset;
  }
}
