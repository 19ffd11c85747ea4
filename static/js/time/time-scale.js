// @ts-check
// The two clocks: film time in ns and, at the ordinary pace, screen time in ms, each from the other. Pure.
// `to scale` shows a millisecond as a millisecond; `equal steps` gives each step between two moments the same time.

/** @import { Interval } from "../model/types.js" */

/** @typedef {typeof SCALE | typeof STEPS} Clock */

export const SCALE = "scale";
export const STEPS = "steps";

/** What one step lasts on the screen at the ordinary pace, in ms: long enough to say what happens. */
export const STEP_MS = 1000;

/** A film lasts no longer than so many steps. With more moments, the shortest gaps pass at one common scale. */
const MOST_STEPS = 60;

/** Moments that are nearer to each other than this, in ns, are one: a double cannot tell them apart much better. */
const TOGETHER_NS = 1e3;

/** A step this many times as long as the one in the middle was cut to fit: it gets a break mark. */
const CUT = 8;

/** A piecewise straight line through knots. `breaks` are the steps that were cut, {from, to} in ns. */
export class TimeScale {
  #times;
  #places;
  #beyond;

  /**
   * `times` in ns and `places` in ms, both growing; behind the last knot `beyond` ms pass in a ns.
   * @param {Clock} kind
   * @param {number[]} times
   * @param {number[]} places
   * @param {{ beyond?: number, breaks?: Interval[] }} [options]
   */
  constructor(kind, times, places, { beyond = 0, breaks = [] } = {}) {
    this.kind = kind;
    this.breaks = breaks;
    this.#times = times;
    this.#places = places;
    this.#beyond = beyond;
  }

  get from() {
    return this.#times[0];
  }

  get to() {
    return this.#times[this.#times.length - 1];
  }

  /** How long the whole lasts on the screen, in ms. */
  get length() {
    return this.#places[this.#places.length - 1];
  }

  /** Where knots are: the moments at which a step begins or ends, in ns. */
  get stops() {
    return this.#times;
  }

  /**
   * Screen time of film time `ns`. Before the start it stands.
   * @param {number} ns
   */
  position(ns) {
    if (ns >= this.to) return this.length + (ns - this.to) * this.#beyond;
    return between(this.#times, this.#places, ns);
  }

  /**
   * Film time of screen time `ms`, inside the film.
   * @param {number} ms
   */
  time(ms) {
    return between(this.#places, this.#times, Math.min(ms, this.length));
  }
}

/**
 * A millisecond as a millisecond.
 * @param {Interval} range
 */
export function toScale({ from, to }) {
  const length = Math.max(1, to - from);
  return new TimeScale(SCALE, [from, from + length], [0, length / 1e6], { beyond: 1e-6 });
}

/**
 * Equal steps between `moments` (ns, in order) of a film.
 * @param {number[]} moments
 * @param {Interval} range
 */
export function equalSteps(moments, { from, to }) {
  const times = apart([from, ...moments.filter((moment) => moment > from && moment < to), to]);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  if (!gaps.length) return toScale({ from, to });
  const whole = wholeStep(gaps);
  let place = 0;
  const places = [0, ...gaps.map((gap) => (place += STEP_MS * Math.min(1, gap / whole)))];
  return new TimeScale(STEPS, times, places, { breaks: cuts(times, gaps, whole) });
}

/**
 * Times that can be told from the one before; the first and the last always stay.
 * @param {number[]} times
 */
function apart(times) {
  const kept = [times[0]];
  for (const time of times.slice(1, -1)) if (time - kept[kept.length - 1] >= TOGETHER_NS) kept.push(time);
  const last = times[times.length - 1];
  while (kept.length > 1 && last - kept[kept.length - 1] < TOGETHER_NS) kept.pop();
  return last > kept[0] ? [...kept, last] : kept;
}

/**
 * The gap in ns from which on a step is a whole one: the least with which all steps together are not too many.
 * @param {number[]} gaps
 */
function wholeStep(gaps) {
  if (gaps.length <= MOST_STEPS) return Number.MIN_VALUE;
  const sorted = gaps.toSorted((one, other) => other - one);
  let rest = sorted.reduce((sum, gap) => sum + gap, 0);
  for (let whole = 0; whole < MOST_STEPS; whole += 1) {
    const limit = rest / (MOST_STEPS - whole);
    if (limit >= sorted[whole]) return limit;
    rest -= sorted[whole];
  }
  return sorted[MOST_STEPS - 1];
}

/**
 * @param {number[]} times
 * @param {number[]} gaps
 * @param {number} whole
 */
function cuts(times, gaps, whole) {
  const typical = Math.max(whole, gaps.toSorted((one, other) => one - other)[gaps.length >> 1]);
  return gaps.flatMap((gap, i) => (gap >= CUT * typical ? [{ from: times[i], to: times[i + 1] }] : []));
}

/**
 * The value at `x` of the straight lines through (xs, ys), by bisection.
 * @param {number[]} xs
 * @param {number[]} ys
 * @param {number} x
 */
function between(xs, ys, x) {
  let low = 0;
  let high = xs.length - 1;
  if (x <= xs[0] || high === 0) return ys[0];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  const share = (x - xs[low]) / (xs[high] - xs[low]);
  return share >= 1 ? ys[high] : ys[low] + share * (ys[high] - ys[low]);
}
