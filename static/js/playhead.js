// Where in server time the stage looks. Live is only a playhead that follows now.
// Pure but for the clock it is given: {now() -> server ns, tick() -> ms that never run backwards}.

/** What is slower, as denominators of real time: 1/1 to 1/2000 in logarithmic steps. */
export const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

/** The stage looks this far behind now: spans travel about 60 ms, and a token should move once, not jump. */
export const LIVE_DELAY_NS = 100e6;

/** A slow replay lasts at least this long on the screen: long enough for a class to follow. */
const REPLAY_NS = 8e9;

/** One of three modes: `live`, `paused`, `replay`. Asks `range()` for the take that it plays. */
export class Playhead {
  mode = "live";
  denominator = 1;
  #clock;
  #range;
  #anchor = { ns: 0, ms: 0 };
  #shown = 0;

  constructor(clock, range) {
    this.#clock = clock;
    this.#range = range;
  }

  /** The time to show, in ns. A replay that has reached its end pauses there. */
  time() {
    if (this.mode === "live") return (this.#shown = Math.max(this.#shown, this.#clock.now() - LIVE_DELAY_NS));
    if (this.mode === "paused") return this.#anchor.ns;
    const passed = ((this.#clock.tick() - this.#anchor.ms) * 1e6) / this.denominator;
    const { from, to } = this.#range();
    const t = Math.max(from, this.#anchor.ns + passed);
    if (t >= to) this.#stand("paused", to);
    return Math.min(t, to);
  }

  live() {
    this.mode = "live";
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

  seek(ns) {
    this.#stand(this.mode === "replay" ? "replay" : "paused", this.#inside(ns));
  }

  /** Show the take from its start, so slowly that it can be followed. */
  replaySlowly() {
    const { from, to } = this.#range();
    this.denominator = slowFor(to - from);
    this.#stand("replay", from);
  }

  /** One step slower (+1) or faster (-1). While live, slowing down means falling behind: a replay. */
  slower(steps) {
    const index = SPEEDS.indexOf(this.denominator) + steps;
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, index))]);
  }

  setSpeed(denominator) {
    if (denominator === this.denominator) return;
    const t = this.#inside(this.time());
    const mode = this.mode === "paused" ? "paused" : "replay";
    this.denominator = denominator;
    this.#stand(mode, t);
  }

  #stand(mode, ns) {
    this.mode = mode;
    this.#anchor = { ns, ms: this.#clock.tick() };
  }

  #inside(ns) {
    const { from, to } = this.#range();
    return Math.min(to, Math.max(from, ns));
  }
}

/** The first speed at which `length` ns last long enough, at least half of real time. */
export function slowFor(length) {
  return SPEEDS.slice(1).find((denominator) => length * denominator >= REPLAY_NS) ?? SPEEDS.at(-1);
}
