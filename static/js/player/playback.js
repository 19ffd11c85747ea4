// @ts-check
// What buttons and keys order about time. Each order moves the playhead or chooses the take, then wakes the stage.

/** @import { Trace } from "../model/trace.js" */
/** @import { Interval } from "../model/types.js" */
/** @import { CurrentTake } from "../time/current-take.js" */
/** @import { Playhead } from "../time/playhead.js" */
/** @import { TakeTiming } from "../time/take-timing.js" */
/** @import { Clock } from "../time/time-scale.js" */

import { SCALE, STEPS } from "../time/time-scale.js";

/** Orders by the names that buttons (data-do) and keys use. */
const ORDERS = /** @type {const} */ ([
  "toggle",
  "forward",
  "back",
  "start",
  "end",
  "slower",
  "faster",
  "live",
  "replay",
  "clock",
  "scale",
  "steps",
]);

/**
 * `part()` says which part of the take is to be replayed; null: all of it.
 * @typedef {{ playhead: Playhead, current: CurrentTake, timing: TakeTiming, wake: () => void,
 *   part?: () => { range: Interval, traces?: Trace[] } | null }} Parts
 */

export class Playback {
  #playhead;
  #current;
  #timing;
  #wake;
  #partToReplay;

  /** @param {Parts} parts */
  constructor({ playhead, current, timing, wake, part = () => null }) {
    this.#partToReplay = part;
    this.#playhead = playhead;
    this.#current = current;
    this.#timing = timing;
    this.#wake = wake;
  }

  /** All orders that need no argument, by name. */
  get orders() {
    const entries = ORDERS.map((name) => /** @type {const} */ ([name, () => this[name]()]));
    return /** @type {Record<typeof ORDERS[number], () => void>} */ (Object.fromEntries(entries));
  }

  toggle() {
    const isPaused = this.#playhead.mode === "paused";
    this.#hold();
    if (isPaused) this.#playhead.play();
    else this.#playhead.pause();
    this.#wake();
  }

  forward() {
    const t = this.#stop();
    this.#goTo(this.#timing.moments().find((moment) => moment > t) ?? Infinity);
  }

  back() {
    const t = this.#stop();
    this.#goTo(this.#timing.moments().findLast((moment) => moment < t) ?? -Infinity);
  }

  /** To the start; from there, to the start of the take before. */
  start() {
    if (this.#stop() <= this.#timing.range().from) this.#current.previous();
    this.#goTo(-Infinity);
  }

  end() {
    this.#stop();
    this.#goTo(Infinity);
  }

  /** To the start of this take. */
  rewind() {
    this.#stop();
    this.#goTo(-Infinity);
  }

  slower() {
    this.#changeSpeed(1);
  }

  faster() {
    this.#changeSpeed(-1);
  }

  live() {
    this.#playhead.live();
    this.#current.follow();
    this.#wake();
  }

  /** From the start, slowly: of one request or of what is selected, where there is such a choice, else of it all. */
  replay() {
    const part = this.#partToReplay();
    if (part) this.#current.narrow(part.range, part.traces);
    else this.#hold();
    this.#playhead.teach();
    this.#wake();
  }

  /** The other clock. */
  clock() {
    this.#switchTo();
  }

  scale() {
    this.#switchTo(SCALE);
  }

  steps() {
    this.#switchTo(STEPS);
  }

  /**
   * To a share of the film as it lies on the screen, 0 to 1.
   * @param {number} share
   */
  seek(share) {
    this.#stop();
    const { timeScale } = this.#playhead;
    if (this.#current.take) this.#playhead.seek(timeScale.time(share * timeScale.length));
    this.#wake();
  }

  /**
   * To a moment.
   * @param {number} ns
   */
  seekTo(ns) {
    this.#stop();
    this.#goTo(ns);
  }

  #hold() {
    this.#current.hold(this.#timing.range());
  }

  /** Pause at the take that is shown. Returns the moment. */
  #stop() {
    this.#hold();
    this.#playhead.pause();
    return this.#playhead.time();
  }

  /** @param {number} ns */
  #goTo(ns) {
    this.#playhead.seek(ns);
    this.#wake();
  }

  /** @param {number} steps */
  #changeSpeed(steps) {
    this.#hold();
    this.#playhead.slower(steps);
    this.#followLive();
  }

  /** @param {Clock} [clock] */
  #switchTo(clock) {
    this.#playhead.switchClock(clock);
    this.#followLive();
  }

  /** While live, the newest take stays on the stage. */
  #followLive() {
    if (this.#playhead.mode === "live") this.#current.follow();
    this.#wake();
  }
}
