// @ts-check
// Which part of a film the lanes show. Pure: every change goes through the time scale, so that both clocks zoom
// alike.

/** @import { Interval } from "../model/types.js" */
/** @import { TimeScale } from "./time-scale.js" */

import { endOf } from "./axis-scale.js";

/** A view shows at least this share of a film; closer there is nothing more to see. */
const LEAST = 1 / 20_000;

/** A view that lacks less than this share shows the whole film: a double holds a time of today to 256 ns only. */
const WHOLE = 0.999;

/** A view that begins within this share of itself after the film's start begins at the start, for the same reason. */
const EDGE = 1e-3;

/** Where the playhead stands in the view, in shares, after the view had to follow it. */
const FOLLOWED = 0.15;

/** The whole film, or from one moment to another. `range` is {from, to} in ns, or null. */
export class Viewport {
  /** @type {Interval | null} */
  range = null;

  whole() {
    this.range = null;
  }

  /**
   * Show less (`factor` below 1) or more around a moment, which stays where it is on the screen.
   * @param {TimeScale} timeScale
   * @param {number} ns
   * @param {number} factor
   */
  zoom(timeScale, ns, factor) {
    const { from, to } = this.#shown(timeScale);
    const width = Math.max(timeScale.length * LEAST, (to - from) * factor);
    const at = Math.min(to, Math.max(from, timeScale.position(ns)));
    this.#show(timeScale, at - ((at - from) / (to - from)) * width, width);
  }

  /**
   * Move by a share of what is shown: to later with a positive one.
   * @param {TimeScale} timeScale
   * @param {number} share
   */
  pan(timeScale, share) {
    if (!this.range) return;
    const { from, to } = this.#shown(timeScale);
    this.#show(timeScale, from + share * (to - from), to - from);
  }

  /**
   * Whether a moment is shown.
   * @param {number} ns
   */
  holds(ns) {
    return this.range === null || (ns >= this.range.from && ns <= this.range.to);
  }

  /**
   * Move as far as needed to show a moment.
   * @param {TimeScale} timeScale
   * @param {number} ns
   */
  follow(timeScale, ns) {
    if (this.holds(ns)) return;
    const { from, to } = this.#shown(timeScale);
    this.#show(timeScale, timeScale.position(ns) - FOLLOWED * (to - from), to - from);
  }

  /**
   * Both ends in screen time, in ms.
   * @param {TimeScale} timeScale
   */
  #shown(timeScale) {
    return this.range
      ? { from: timeScale.position(this.range.from), to: timeScale.position(this.range.to) }
      : { from: 0, to: endOf(timeScale) };
  }

  /**
   * @param {TimeScale} timeScale
   * @param {number} wanted
   * @param {number} width
   */
  #show(timeScale, wanted, width) {
    const near = wanted < width * EDGE ? 0 : wanted;
    const from = Math.max(0, Math.min(timeScale.length - width, near));
    this.range =
      width >= timeScale.length * WHOLE ? null : { from: timeScale.time(from), to: timeScale.time(from + width) };
  }
}
