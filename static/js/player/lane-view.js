// @ts-check
// The lanes of the take on the stage: computed and painted only as often as they need to be, so that tokens stay
// smooth.

/** @import { Server, Take } from "../model/types.js" */
/** @import { Timeline } from "../panels/timeline.js" */
/** @import { LaneModel } from "../scene/types.js" */
/** @import { Playhead } from "../time/playhead.js" */

import { laneModel } from "../scene/lane-model.js";

/** Lanes of a run in full swing are computed this often; what is drawn of them still follows the playhead. */
const COMPUTED_MS = 100;
/** With more requests than this the lanes are painted less often. */
const MANY = 60;
const CROWDED_PAINT_MS = 60;
/** And then for so many times as long as they took, they are left as they are. */
const REST = 4;

export class LaneView {
  #timeline;
  #servers = "";
  /** @type {Take | null} */
  #take = null;
  /** @type {LaneModel} */
  #model = { lanes: [], arcs: [], traces: [] };
  #computedAt = -Infinity;
  #paintNext = 0;

  /** @param {Timeline} timeline */
  constructor(timeline) {
    this.#timeline = timeline;
  }

  /**
   * Bring the lanes up to date. Returns whether they show this version of the take.
   * @param {Take | null} take
   * @param {Server[]} servers
   * @param {number} now
   */
  update(take, servers, now) {
    const names = servers.map(({ name }) => name).join();
    const isFresh = this.#take?.key === take?.key && now - this.#computedAt < COMPUTED_MS;
    if (names !== this.#servers || (this.#take !== take && !isFresh)) {
      this.#model = laneModel(take, servers);
      this.#servers = names;
      this.#take = take;
      this.#computedAt = now;
    }
    return this.#take === take;
  }

  /**
   * Paint them at `t`, but for a rest after each painting of many while the film moves.
   * @param {Playhead} playhead
   * @param {number} t
   * @param {number} now
   * @param {boolean} isMoving
   */
  paint({ timeScale, mode }, t, now, isMoving) {
    if (now < this.#paintNext && isMoving) return;
    const begun = performance.now();
    const key = this.#take?.key;
    this.#timeline.paint(this.#model, { timeScale, t: Math.min(t, timeScale.to), mode, key });
    const isCrowded = (this.#take?.traces.length ?? 0) > MANY;
    this.#paintNext = now + (isCrowded ? Math.max(CROWDED_PAINT_MS, REST * (performance.now() - begun)) : 0);
  }
}
