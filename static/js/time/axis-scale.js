// @ts-check
// Which moment stands where on the canvas: a time scale, of which a part is shown, on pixels. Pure.

/** @import { Interval } from "../model/types.js" */
/** @import { TimeScale } from "./time-scale.js" */

import { duration, moment } from "../lib/format.js";
import { axisEnd, ticks } from "../lib/ticks.js";
import { SCALE } from "./time-scale.js";

/** How broad a figure of the axis is, in design pixels. */
const LETTER = 8.2;
/** Between two labels there is at least this room, in design pixels. */
const ROOM = 10;
/** What stands before the length of a step that was cut. */
const CUT_SIGN = "↔ ";

/**
 * Screen time in ms at which an axis for `timeScale` ends: to scale, it grows in jumps.
 * @param {TimeScale} timeScale
 */
export function endOf(timeScale) {
  return timeScale.kind === SCALE ? axisEnd(timeScale.to - timeScale.from) / 1e6 : timeScale.length;
}

/**
 * What is written along the axis: at the pixel `x`, of the moment `at`; null for the length of a step that was cut.
 * @typedef {{ at: number | null, x: number, label: string, cut: boolean }} AxisLabel
 */

/** Pixels from `left` on, `width` of them, show `range` of a time scale, or all of it. */
export class AxisScale {
  #timeScale;
  #from;
  #to;
  #unit;

  /**
   * @param {TimeScale} timeScale
   * @param {{ left: number, width: number, unit?: number }} place
   * @param {Interval | null} [range]
   */
  constructor(timeScale, { left, width, unit = 1 }, range = null) {
    this.left = left;
    this.width = width;
    this.#timeScale = timeScale;
    this.#unit = unit;
    this.#from = range ? timeScale.position(range.from) : 0;
    this.#to = range ? timeScale.position(range.to) : endOf(timeScale);
  }

  get right() {
    return this.left + this.width;
  }

  /** @param {number} ns */
  x(ns) {
    return this.left + ((this.#timeScale.position(ns) - this.#from) / (this.#to - this.#from)) * this.width;
  }

  /**
   * The moment at a pixel, inside the film.
   * @param {number} x
   */
  time(x) {
    return this.#timeScale.time(this.#from + ((x - this.left) / this.width) * (this.#to - this.#from));
  }

  /**
   * What is written along the axis: {at, x, label, cut}. To scale, round times; in equal steps, when steps begin and
   * how long those were that had to be cut. Of labels that would meet, the first of these goes last.
   */
  labels() {
    const cuts = this.#cuts();
    const kept = this.#apart(cuts.toSorted((one, other) => other.ns - one.ns));
    return this.#apart(this.#ticks(), kept);
  }

  /** Where steps were cut, in the middle of each. */
  cuts() {
    return this.#cuts().map(({ x }) => x);
  }

  #cuts() {
    return this.#timeScale.breaks
      .map(({ from, to }) => ({
        at: null,
        x: (this.x(from) + this.x(to)) / 2,
        ns: to - from,
        label: `${CUT_SIGN}${duration(to - from)}`,
        cut: true,
      }))
      .filter(({ x }) => x >= this.left && x <= this.right);
  }

  #ticks() {
    const { kind, from, stops } = this.#timeScale;
    if (kind === SCALE)
      return ticks(this.#to * 1e6, this.#from * 1e6).map((tick) => this.#label(from + tick.at, tick.label));
    const labels = stops.map((stop, i) => {
      const nearest = Math.min((stops[i + 1] ?? Infinity) - stop, stop - (stops[i - 1] ?? -Infinity));
      return this.#label(stop, moment(stop - from, nearest));
    });
    return labels.filter(({ x }) => x >= this.left - 1 && x <= this.right + 1);
  }

  /**
   * @param {number} at
   * @param {string} label
   * @returns {AxisLabel}
   */
  #label(at, label) {
    return { at, x: this.x(at), label, cut: false };
  }

  /**
   * Those labels that have room beside the ones that were `placed` before.
   * @param {AxisLabel[]} wanted
   * @param {AxisLabel[]} [placed]
   */
  #apart(wanted, placed = []) {
    const half = (/** @type {AxisLabel} */ { label }) => ((label.length * LETTER + ROOM) / 2) * this.#unit;
    const found = [...placed];
    for (const one of wanted) {
      if (found.every((other) => Math.abs(other.x - one.x) >= half(one) + half(other))) found.push(one);
    }
    return found;
  }
}
