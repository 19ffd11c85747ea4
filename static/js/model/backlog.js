// How many connections stood in the kernel's accept queue of each server, as the dashboard measured it.
// Kept for the replay: one step {t, n} for each change.

/** A busy server changes its queue a few times a second; so this is several minutes of it. */
const MOST_STEPS = 3000;

export class Backlog {
  #steps = new Map();

  /** Take over the lengths by server at time `t`. Returns whether one changed. */
  note(t, lengths) {
    let changed = false;
    for (const [server, n] of Object.entries(lengths)) {
      const steps = this.#steps.get(server) ?? this.#steps.set(server, []).get(server);
      if (steps.at(-1)?.n === n || steps.at(-1)?.t > t) continue;
      steps.push({ t, n });
      changed = true;
      if (steps.length > MOST_STEPS) steps.shift();
    }
    return changed;
  }

  /** The measured length at `t`; null when nothing was measured by then. */
  at(server, t) {
    return (this.#steps.get(server) ?? []).findLast((step) => step.t <= t)?.n ?? null;
  }

  /** The steps between two times; the first one says what held at `from`. */
  between(server, from, to) {
    const steps = (this.#steps.get(server) ?? []).filter((step) => step.t > from && step.t <= to);
    const before = this.at(server, from);
    return before === null ? steps : [{ t: from, n: before }, ...steps];
  }
}
