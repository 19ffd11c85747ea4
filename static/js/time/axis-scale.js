// Which moment stands where on the canvas: a warp, of which a part is shown, on pixels. Pure.

import { duration, moment } from "../lib/format.js";
import { axisEnd, ticks } from "../lib/ticks.js";
import { SCALE } from "./time-scale.js";

/** How broad a figure of the axis is, in design pixels. */
const LETTER = 8.2;
/** Between two labels there is at least this room, in design pixels. */
const ROOM = 10;
/** What stands before the length of a step that was cut. */
const CUT_SIGN = "↔ ";

/** Screen time in ms at which an axis for `warp` ends: to scale, it grows in jumps. */
export function endOf(warp) {
  return warp.kind === SCALE ? axisEnd(warp.to - warp.from) / 1e6 : warp.length;
}

/** Pixels from `left` on, `width` of them, show `range` ({from, to} in ns) of `warp`, or all of it. */
export class Scale {
  #warp;
  #from;
  #to;
  #unit;

  constructor(warp, { left, width, unit = 1 }, range = null) {
    this.left = left;
    this.width = width;
    this.#warp = warp;
    this.#unit = unit;
    this.#from = range ? warp.position(range.from) : 0;
    this.#to = range ? warp.position(range.to) : endOf(warp);
  }

  get right() {
    return this.left + this.width;
  }

  x(ns) {
    return this.left + ((this.#warp.position(ns) - this.#from) / (this.#to - this.#from)) * this.width;
  }

  /** The moment at a pixel, inside the film. */
  time(x) {
    return this.#warp.time(this.#from + ((x - this.left) / this.width) * (this.#to - this.#from));
  }

  /**
   * What is written along the axis: {at, x, label, cut}. To scale, round times; in equal steps, when steps begin and
   * how long those were that had to be cut. Of labels that would meet, the first of these goes last.
   */
  labels() {
    const cuts = this.#cuts();
    const kept = this.#apart([...cuts].sort((one, other) => other.ns - one.ns));
    return this.#apart(this.#ticks(), kept);
  }

  /** Where steps were cut, in the middle of each. */
  cuts() {
    return this.#cuts().map(({ x }) => x);
  }

  #cuts() {
    return this.#warp.breaks
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
    const { kind, from, stops } = this.#warp;
    const at = (ns, label) => ({ at: ns, x: this.x(ns), label, cut: false });
    if (kind === SCALE) return ticks(this.#to * 1e6, this.#from * 1e6).map((tick) => at(from + tick.at, tick.label));
    return stops
      .map((stop, i) =>
        at(
          stop,
          moment(stop - from, Math.min((stops[i + 1] ?? Infinity) - stop, stop - (stops[i - 1] ?? -Infinity))),
        ),
      )
      .filter(({ x }) => x >= this.left - 1 && x <= this.right + 1);
  }

  /** Those labels that have room beside the ones that were `placed` before. */
  #apart(wanted, placed = []) {
    const half = ({ label }) => ((label.length * LETTER + ROOM) / 2) * this.#unit;
    const found = [...placed];
    for (const one of wanted) {
      if (found.every((other) => Math.abs(other.x - one.x) >= half(one) + half(other))) found.push(one);
    }
    return found;
  }
}
