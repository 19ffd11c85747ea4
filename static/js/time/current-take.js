// @ts-check
// Which take is on the stage: the newest while live, the one that was stopped at otherwise.

/** @import { Model } from "../model/model.js" */
/** @import { Trace } from "../model/trace.js" */
/** @import { Interval, Take } from "../model/types.js" */

import { partOfTake, takes } from "../model/takes.js";

/** The takes of a model, computed again only when it changed. A take that did not change stays the same object. */
export class CurrentTake {
  #model;
  #cut;
  #version = -1;
  /** @type {Take[]} */
  #takes = [];
  /** @type {Take | null} */
  #held = null;

  /**
   * `cut(model)` gives the takes, oldest first.
   * @param {Model} model
   * @param {(model: Model) => Take[]} [cut]
   */
  constructor(model, cut = takes) {
    this.#model = model;
    this.#cut = cut;
  }

  get takes() {
    if (this.#version !== this.#model.version) {
      this.#version = this.#model.version;
      const known = new Map(this.#takes.map((take) => [take.key, take]));
      this.#takes = this.#cut(this.#model).map((take) => unchanged(take, known.get(take.key)) ?? take);
    }
    return this.#takes;
  }

  /** The take that is shown. One that is held is shown on when the model had to make room for newer ones. */
  get take() {
    const held = this.#held;
    if (!held) return this.takes.at(-1) ?? null;
    this.#held = held.isPart ? refreshed(held) : this.#grown(held);
    return this.#held;
  }

  /**
   * What a take that is held has become. Strangers that have not ceased since keep what was seen of them.
   * @param {Take} held
   */
  #grown(held) {
    const grown = this.takes.find(({ key }) => key === held.key) ?? held;
    return grown.windowNs === undefined ? grown : partOfTake(held, held);
  }

  /** The take before this one with the same scenario: the run that a repetition is compared with. */
  get before() {
    const { take } = this;
    if (!take) return null;
    const earlier = this.takes.slice(0, this.takes.indexOf(take));
    return earlier.findLast((one) => one.scenario === take.scenario) ?? null;
  }

  /**
   * Stay with the take that is shown now, whatever arrives; with a living service, at the bounds that it has now.
   * @param {Interval} [range]
   */
  hold(range = { from: -Infinity, to: Infinity }) {
    const { take } = this;
    this.#held = take?.windowNs === undefined ? take : partOfTake(take, range);
  }

  /**
   * Stay with a part of the take: what is in `range`, or `traces` alone.
   * @param {Interval} range
   * @param {Trace[]} [traces]
   */
  narrow(range, traces) {
    const { take } = this;
    if (take) this.#held = partOfTake(take, range, traces);
  }

  /** Compute the takes anew: they are cut in another way now. */
  recut() {
    this.#version = -1;
  }

  /**
   * Stay with the take of this key, or with that of which it is a part. Returns whether there is one.
   * @param {string} key
   */
  choose(key) {
    const found = this.takes.find((take) => take.key === key || take.runs?.includes(key));
    if (found) this.#held = found;
    return Boolean(found);
  }

  /**
   * A request of the take on the stage, or of any that is known; undefined without one.
   * @param {string} id
   */
  trace(id) {
    return this.take?.traces.find((trace) => trace.id === id) ?? this.#model.trace(id);
  }

  /** Follow the newest again. */
  follow() {
    this.#held = null;
  }

  /** Go to the take before this one. Returns whether there is one. */
  previous() {
    const { take } = this;
    const index = this.takes.findIndex(({ key }) => key === take?.key);
    if (index < 1) return false;
    this.#held = this.takes[index - 1];
    return true;
  }
}

/**
 * The take as it was known, unless it changed. While one is open its measured backlog grows also when no span does.
 * @param {Take} take
 * @param {Take | undefined} known
 */
function unchanged(take, known) {
  if (!known || take.open || known.open || take.version !== known.version) return null;
  const isSame =
    take.traces.length === known.traces.length && take.traces.every((trace, i) => trace === known.traces[i]);
  return isSame ? known : null;
}

/**
 * The same part of a take, anew where one of its requests has changed.
 * @param {Take} part
 */
function refreshed(part) {
  const version = part.traces.reduce((sum, trace) => sum + trace.version, 0);
  return version === part.version ? part : { ...part, version };
}
