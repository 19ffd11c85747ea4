// Which take is on the stage: the newest while live, the one that was stopped at otherwise.

import { takes } from "../model/takes.js";

/** Takes of a model, computed again only when it changed. A take that did not change stays the same object. */
export class Film {
  #model;
  #cut;
  #version = -1;
  #takes = [];
  #held = null;

  /** `cut(model)` gives the takes, oldest first. */
  constructor(model, cut = takes) {
    this.#model = model;
    this.#cut = cut;
  }

  get takes() {
    if (this.#version !== this.#model.version) {
      this.#version = this.#model.version;
      const known = new Map(this.#takes.map((take) => [take.key, take]));
      this.#takes = this.#cut(this.#model).map((take) =>
        isSame(take, known.get(take.key)) ? known.get(take.key) : take,
      );
    }
    return this.#takes;
  }

  /** The take that is shown. One that is held is shown on when the model had to make room for newer ones. */
  get take() {
    if (this.#held) return (this.#held = this.takes.find(({ key }) => key === this.#held.key) ?? this.#held);
    return this.takes.at(-1) ?? null;
  }

  /** The take before this one with the same scenario: the run that a repetition is compared with. */
  get before() {
    const { take, takes } = this;
    return takes.slice(0, takes.indexOf(take)).findLast((one) => one.scenario === take.scenario) ?? null;
  }

  /** Stay with the take that is shown now, whatever arrives. */
  hold() {
    this.#held = this.take;
  }

  /** Stay with the take of this key. Returns whether there is one. */
  choose(key) {
    const found = this.takes.find((take) => take.key === key);
    if (found) this.#held = found;
    return Boolean(found);
  }

  /** Follow the newest again. */
  follow() {
    this.#held = null;
  }

  /** Go to the take before this one. Returns whether there is one. */
  previous() {
    const index = this.takes.indexOf(this.take);
    if (index < 1) return false;
    this.#held = this.takes[index - 1];
    return true;
  }
}

/** While a take is open its measured backlog grows also when no span does. */
function isSame(take, known) {
  return (
    known !== undefined &&
    !take.open &&
    !known.open &&
    take.version === known.version &&
    take.traces.length === known.traces.length &&
    take.traces.every((trace, i) => trace === known.traces[i])
  );
}
