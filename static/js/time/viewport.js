// Which part of a film the lanes show. Pure: every change goes through the warp, so that both clocks zoom alike.

import { endOf } from "./axis-scale.js";

/** A view shows at least this share of a film; closer there is nothing more to see. */
const LEAST = 1 / 20_000;

/** A view that lacks less than this share shows the whole film: as a double, a time of today is exact to 256 ns alone. */
const WHOLE = 0.999;

/** A view that begins within this share of itself after the film's start begins at the start, for the same reason. */
const EDGE = 1e-3;

/** Where the playhead stands in the view, in shares, after the view had to follow it. */
const FOLLOWED = 0.15;

/** The whole film, or from one moment to another. `range` is {from, to} in ns, or null. */
export class View {
  range = null;

  whole() {
    this.range = null;
  }

  /** Show less (`factor` below 1) or more around a moment, which stays where it is on the screen. */
  zoom(warp, ns, factor) {
    const { from, to } = this.#shown(warp);
    const width = Math.max(warp.length * LEAST, (to - from) * factor);
    const at = Math.min(to, Math.max(from, warp.position(ns)));
    this.#show(warp, at - ((at - from) / (to - from)) * width, width);
  }

  /** Move by a share of what is shown: to later with a positive one. */
  pan(warp, share) {
    if (!this.range) return;
    const { from, to } = this.#shown(warp);
    this.#show(warp, from + share * (to - from), to - from);
  }

  /** Whether a moment is shown. */
  holds(ns) {
    return this.range === null || (ns >= this.range.from && ns <= this.range.to);
  }

  /** Move as far as needed to show a moment. */
  follow(warp, ns) {
    if (this.holds(ns)) return;
    const { from, to } = this.#shown(warp);
    this.#show(warp, warp.position(ns) - FOLLOWED * (to - from), to - from);
  }

  /** Both ends in screen time, in ms. */
  #shown(warp) {
    return this.range
      ? { from: warp.position(this.range.from), to: warp.position(this.range.to) }
      : { from: 0, to: endOf(warp) };
  }

  #show(warp, wanted, width) {
    const near = wanted < width * EDGE ? 0 : wanted;
    const from = Math.max(0, Math.min(warp.length - width, near));
    this.range = width >= warp.length * WHOLE ? null : { from: warp.time(from), to: warp.time(from + width) };
  }
}
