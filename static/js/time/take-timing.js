// How the take on the stage lies in time: from when to when, its stops, and the warp of each clock. Pure, but for now().

import { arrivals, moments } from "../scene/scene.js";
import { equalSteps, STEPS, toScale } from "./time-scale.js";

/** Computed again only when the take or the servers on the stage change. */
export class Timing {
  #film;
  #now;
  #servers;
  #known = { take: null, key: "", moments: [], warp: null };

  /** `now()` is the moment that a take still under way has reached, in ns; `servers()` are those on the stage. */
  constructor(film, now, servers) {
    this.#film = film;
    this.#now = now;
    this.#servers = servers;
  }

  /** From the take's first moment to its last, {from, to} in ns. */
  range() {
    const { take } = this.#film;
    if (!take) return { from: this.#now(), to: this.#now() };
    return { from: take.from, to: take.open ? Math.max(take.to, this.#now()) : take.to };
  }

  /** The stops of "step", in ns. */
  moments() {
    return this.#current().moments;
  }

  /** The warp of a clock. What is still under way is drawn to scale: equal steps of it would creep. */
  warp(clock) {
    const { take } = this.#film;
    if (clock !== STEPS || !take || take.open) return toScale(this.range());
    const known = this.#current();
    known.warp ??= equalSteps(arrivals(take, this.#servers()), take);
    return known.warp;
  }

  #current() {
    const { take } = this.#film;
    const servers = this.#servers();
    const key = servers.map(({ name }) => name).join();
    if (this.#known.take !== take || this.#known.key !== key) {
      this.#known = { take, key, moments: moments(take, servers), warp: null };
    }
    return this.#known;
  }
}
