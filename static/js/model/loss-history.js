// @ts-check
// When the counters of what is missing grew. They count since the processes began, so a counter alone does not say
// whether the film on the stage is touched. Pure.

/** @import { Interval, Kept, Losses } from "./types.js" */

/** Counters are told of with the spans that come after, a moment later. */
const TOLD_WITHIN_NS = 5e9;
/**
 * The page may stay open for a day; what grew before the newest of these belongs to no film that is still looked
 * at.
 */
const MOST_CHANGES = 500;
const TOGETHER_NS = 250e6;

/** What the store counts of what it could not keep. */
const STORE_COUNTERS = /** @type {const} */ (["evicted_traces", "cut_spans"]);

/** @typedef {{ server: string, counter: string, t: number, more: number }} Change */

/** `server` is "" for what concerns all of them and, as the dashboard has it, for further servers. */
export class LossHistory {
  /** @type {Change[]} */
  #changes = [];
  /** @type {Map<string, number>} */
  #known = new Map();
  /** When this page was told of counters for the first time. */
  #since = Infinity;

  /**
   * Take over the counters of a frame. What the first one brings grew at an unknown moment before it.
   * @param {number} now
   * @param {{ losses?: Record<string, Losses>, kept?: Kept }} counters
   */
  note(now, { losses, kept }) {
    const t = this.#since < Infinity ? now : -Infinity;
    for (const [server, counts] of Object.entries(losses ?? {}))
      for (const [counter, n] of Object.entries(counts)) this.#grow(server, counter, n, t);
    if (kept?.conflicts) this.#grow("", "conflicts", kept.conflicts, t);
    for (const counter of STORE_COUNTERS) this.#growFromNow(counter, kept?.[counter], now);
    if (losses || kept) this.#since = Math.min(this.#since, now);
  }

  /**
   * How much a counter of a server grew while a film went on; of one that began before the page knew of any counter
   * all that had grown until then, as it may be the film's.
   * @param {string} server
   * @param {string} counter
   * @param {Interval & { open: boolean }} film
   */
  grown(server, counter, { from, to, open }) {
    const until = open ? Infinity : to + TOLD_WITHIN_NS;
    const isDuring = (/** @type {number} */ t) => (t === -Infinity ? from < this.#since : t >= from && t <= until);
    return this.#changes
      .filter((change) => change.server === server && change.counter === counter && isDuring(change.t))
      .reduce((sum, { more }) => sum + more, 0);
  }

  /**
   * Note a counter of the store, which may have grown for days: what it was at first is no film's.
   * @param {string} counter
   * @param {number | undefined} n
   * @param {number} now
   */
  #growFromNow(counter, n, now) {
    if (n === undefined) return;
    if (this.#since === Infinity) this.#known.set(`${counter} `, n);
    else this.#grow("", counter, n, now);
  }

  /**
   * @param {string} server
   * @param {string} counter
   * @param {number} n
   * @param {number} t
   */
  #grow(server, counter, n, t) {
    const key = `${counter} ${server}`;
    const more = n - (this.#known.get(key) ?? 0);
    if (more <= 0) return;
    this.#known.set(key, n);
    this.#add({ server, counter, t, more });
  }

  /**
   * A counter that grows with every frame takes one place in a while.
   * @param {Change} change
   */
  #add(change) {
    const { server, counter, t, more } = change;
    const last = this.#changes.findLast((one) => one.server === server && one.counter === counter);
    if (last && t - last.t < TOGETHER_NS) {
      last.more += more;
      return;
    }
    this.#changes.push(change);
    if (this.#changes.length > MOST_CHANGES) this.#changes.shift();
  }
}
