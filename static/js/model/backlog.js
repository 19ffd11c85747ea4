// @ts-check
// How many connections stood in the kernel's accept queue of each server, as the dashboard measured it.
// Kept for the replay: one step {t, n} for each change.

/** @import { Step } from "./types.js" */

/** A busy server changes its queue a few times a second; so this is several minutes of it. */
const MOST_STEPS = 3000;

export class Backlog {
  /** @type {Map<string, Step[]>} */
  #steps = new Map();

  /**
   * Take over the lengths by server at time `t`. Returns whether one changed.
   * @param {number} t
   * @param {Record<string, number>} lengths
   */
  note(t, lengths) {
    let changed = false;
    for (const [server, n] of Object.entries(lengths)) {
      const steps = this.#of(server);
      const last = steps.at(-1);
      if (last && (last.n === n || last.t > t)) continue;
      steps.push({ t, n });
      changed = true;
      if (steps.length > MOST_STEPS) steps.shift();
      this.#steps.set(server, steps);
    }
    return changed;
  }

  /**
   * The measured length at `t`; null when nothing was measured by then.
   * @param {string} server
   * @param {number} t
   */
  at(server, t) {
    return this.#of(server).findLast((step) => step.t <= t)?.n ?? null;
  }

  /**
   * The steps between two times; the first one says what held at `from`.
   * @param {string} server
   * @param {number} from
   * @param {number} to
   */
  between(server, from, to) {
    const steps = this.#of(server).filter((step) => step.t > from && step.t <= to);
    const before = this.at(server, from);
    return before === null ? steps : [{ t: from, n: before }, ...steps];
  }

  /** @param {string} server */
  #of(server) {
    return this.#steps.get(server) ?? [];
  }
}
