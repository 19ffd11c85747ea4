// @ts-check
// Where in server time the stage looks. Live is only a playhead that follows now.
// Pure but for the clock it is given: {now() -> server ns, tick() -> ms that never run backwards}.

/** @import { Interval } from "../model/types.js" */
/** @import { Clock, TimeScale } from "./time-scale.js" */

import { SCALE, STEPS, toScale } from "./time-scale.js";

/** What is slower, as denominators of real time: 1/1 to 1/2000 in logarithmic steps. */
export const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

/** Seconds of screen time that one of equal steps lasts. */
export const PACES = [0.5, 0.7, 1, 1.4, 2];

/** The stage looks this far behind now: spans travel about 60 ms, and a token should move once, not jump. */
export const LIVE_DELAY_NS = 100e6;

/** To scale, a film that is played slowly lasts at least this long: long enough for a class to follow. */
const SLOW_NS = 8e9;

/**
 * One of three modes: `live`, `paused`, `replay`; on one of two clocks: `scale` or `steps`. Asks `range()` for the
 * take that it plays and `timeScaleOf(clock)` for how film time and screen time belong together.
 */
export class Playhead {
  /** @type {"live" | "paused" | "replay"} */
  mode = "live";
  /** @type {Clock} */
  clock = SCALE;
  denominator = 1;
  pace = 1;
  #now;
  #range;
  #timeScaleOf;
  #anchor = { ns: 0, ms: 0 };
  #shown = 0;

  /**
   * @param {{ now: () => number, tick: () => number }} now
   * @param {() => Interval} range
   * @param {(clock: Clock) => TimeScale} [timeScaleOf]
   */
  constructor(now, range, timeScaleOf = () => toScale(range())) {
    this.#now = now;
    this.#range = range;
    this.#timeScaleOf = timeScaleOf;
  }

  /** How the film lies on the screen: on the chosen clock. */
  get timeScale() {
    return this.#timeScaleOf(this.clock);
  }

  /** The time to show, in ns. A replay that has reached its end pauses there. */
  time() {
    if (this.mode === "live") return (this.#shown = Math.max(this.#shown, this.#now.now() - LIVE_DELAY_NS));
    if (this.mode === "paused") return this.#anchor.ns;
    const { to } = this.#range();
    const t = this.#played();
    if (t >= to) this.#stand("paused", to);
    return Math.min(t, to);
  }

  live() {
    this.mode = "live";
    this.clock = SCALE;
    this.denominator = 1;
    this.#shown = 0;
  }

  pause() {
    this.#stand("paused", this.#inside(this.time()));
  }

  /** Play on from here; from the start when there is nothing left to play. */
  play() {
    const { from, to } = this.#range();
    const t = this.#inside(this.time());
    this.#stand("replay", t >= to ? from : t);
  }

  /** @param {number} ns */
  seek(ns) {
    this.#stand(this.mode === "replay" ? "replay" : "paused", this.#inside(ns));
  }

  /** Show the take from its start, in equal steps at teaching speed. */
  teach() {
    this.clock = STEPS;
    this.pace = 1;
    this.#stand("replay", this.#range().from);
  }

  /**
   * The other clock, or the one that is named; the moment that is shown stays.
   * @param {Clock} [clock]
   */
  switchClock(clock = this.clock === SCALE ? STEPS : SCALE) {
    this.#keeping(() => {
      this.clock = clock;
      const { from, to } = this.#range();
      if (this.mode !== "live" && this.denominator === 1) this.denominator = slowFor(to - from);
    });
  }

  /**
   * One step slower (+1) or faster (-1). While live, slowing down means falling behind: a replay.
   * @param {number} steps
   */
  slower(steps) {
    const name = this.clock === STEPS ? "pace" : "denominator";
    const values = name === "pace" ? PACES : SPEEDS;
    const index = values.indexOf(this[name]) + steps;
    const value = values[Math.min(values.length - 1, Math.max(0, index))];
    if (value === this[name]) return;
    this.#keeping(() => (this[name] = value));
    if (this.mode === "live") this.#stand("replay", this.#inside(this.time()));
  }

  /** Film time after what has passed on the screen since the playhead was last touched. */
  #played() {
    const { timeScale } = this;
    const passed = (this.#now.tick() - this.#anchor.ms) / (this.clock === STEPS ? this.pace : this.denominator);
    return passed <= 0 ? this.#anchor.ns : timeScale.time(timeScale.position(this.#anchor.ns) + passed);
  }

  /**
   * Change how time passes without a jump.
   * @param {() => void} change
   */
  #keeping(change) {
    const t = this.time();
    change();
    if (this.mode !== "live") this.#stand(this.mode, this.#inside(t));
  }

  /**
   * @param {"live" | "paused" | "replay"} mode
   * @param {number} ns
   */
  #stand(mode, ns) {
    this.mode = mode;
    this.#anchor = { ns, ms: this.#now.tick() };
  }

  /** @param {number} ns */
  #inside(ns) {
    const { from, to } = this.#range();
    return Math.min(to, Math.max(from, ns));
  }
}

/**
 * The first speed at which `length` ns last long enough, at least half of real time.
 * @param {number} length
 */
export function slowFor(length) {
  return SPEEDS.slice(1).find((denominator) => length * denominator >= SLOW_NS) ?? SPEEDS[SPEEDS.length - 1];
}
