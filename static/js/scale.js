// Which moment stands where on the canvas: a warp, of which a part is shown, on pixels. Pure.

import { axisEnd, ticks } from "./axis.js";
import { elapsed } from "./format.js";
import { SCALE } from "./warp.js";

/** Labels of ticks are not closer together than this, in shares of the width. */
const APART = 0.075;

/** Pixels from `left` on, `width` of them, show the whole of `warp`. */
export class Scale {
  #warp;
  #left;
  #width;
  #end;

  constructor(warp, { left, width }) {
    this.#warp = warp;
    this.#left = left;
    this.#width = width;
    this.#end = warp.kind === SCALE ? axisEnd(warp.to - warp.from) / 1e6 : warp.length;
  }

  x(ns) {
    return this.#left + (Math.min(this.#end, this.#warp.position(ns)) / this.#end) * this.#width;
  }

  /** {at, label}: round times to scale, the beginnings of steps otherwise. */
  ticks() {
    const { kind, from, stops } = this.#warp;
    if (kind === SCALE) return ticks(this.#end * 1e6).map(({ at, label }) => ({ at: from + at, label }));
    let last = -Infinity;
    return stops.flatMap((at) => {
      const x = this.x(at);
      if (x - last < APART * this.#width) return [];
      last = x;
      return [{ at, label: elapsed(at - from) }];
    });
  }
}
