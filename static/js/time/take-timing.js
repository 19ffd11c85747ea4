// @ts-check
// How the take on the stage lies in time: its range, its stops, and the time scale of each clock. Pure, but for
// now().

/** @import { Interval, Server, Take } from "../model/types.js" */
/** @import { CurrentTake } from "./current-take.js" */
/** @import { Clock, TimeScale } from "./time-scale.js" */

import { rangeOf } from "../model/takes.js";
import { arrivals, moments } from "../scene/scene.js";
import { equalSteps, STEPS, toScale } from "./time-scale.js";

/** Computed again only when the take or the servers on the stage change. */
export class TakeTiming {
  #current;
  #now;
  #servers;
  /** @type {{ take: Take | null, key: string, moments: number[], timeScale: TimeScale | null }} */
  #known = { take: null, key: "", moments: [], timeScale: null };

  /**
   * `now()` is the moment that a take still under way has reached, in ns; `servers()` are those on the stage.
   * @param {CurrentTake} current
   * @param {() => number} now
   * @param {() => Server[]} servers
   */
  constructor(current, now, servers) {
    this.#current = current;
    this.#now = now;
    this.#servers = servers;
  }

  /**
   * From the take's first moment to its last.
   * @returns {Interval}
   */
  range() {
    const { take } = this.#current;
    if (!take) return { from: this.#now(), to: this.#now() };
    return rangeOf(take, this.#now());
  }

  /** The stops of "step", in ns. */
  moments() {
    return this.#computed().moments;
  }

  /**
   * The time scale of a clock. What is still under way is drawn to scale: equal steps of it would creep.
   * @param {Clock} clock
   */
  timeScale(clock) {
    const { take } = this.#current;
    if (clock !== STEPS || !take || take.open || take.windowNs !== undefined) return toScale(this.range());
    const known = this.#computed();
    known.timeScale ??= equalSteps(arrivals(take, this.#servers()), take);
    return known.timeScale;
  }

  #computed() {
    const { take } = this.#current;
    const servers = this.#servers();
    const key = servers.map(({ name }) => name).join();
    if (this.#known.take !== take || this.#known.key !== key) {
      const { from, to } = this.range();
      const stops = moments(take, servers).filter((moment) => !take?.isPart || (moment >= from && moment <= to));
      this.#known = { take, key, moments: stops, timeScale: null };
    }
    return this.#known;
  }
}
