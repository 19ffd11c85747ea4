// Which take is on the stage: the newest while live, the one that was stopped at otherwise.

import { takes } from "./takes.js";

/** Takes of a model, computed again only when it changed. */
export class Film {
  #model;
  #cut;
  #version = -1;
  #takes = [];
  #pinned = null;

  /** `cut(model)` gives the takes, oldest first. */
  constructor(model, cut = takes) {
    this.#model = model;
    this.#cut = cut;
  }

  get takes() {
    if (this.#version !== this.#model.version) {
      this.#version = this.#model.version;
      this.#takes = this.#cut(this.#model);
    }
    return this.#takes;
  }

  get take() {
    return this.takes.find((take) => take.key === this.#pinned) ?? this.takes.at(-1) ?? null;
  }

  /** Stay with the take that is shown now, whatever arrives. */
  hold() {
    this.#pinned = this.take?.key ?? null;
  }

  /** Follow the newest again. */
  follow() {
    this.#pinned = null;
  }

  /** Go to the take before this one. Returns whether there is one. */
  previous() {
    const index = this.takes.indexOf(this.take);
    if (index < 1) return false;
    this.#pinned = this.takes[index - 1].key;
    return true;
  }
}
