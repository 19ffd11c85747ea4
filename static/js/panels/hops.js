// @ts-check
// Where one service asks another: a line between the two tokens of the journey, for as long as it is asked.

/** @import { Take } from "../model/types.js" */

import { findAll, set, svg } from "../lib/dom.js";
import { Leg } from "../model/legs.js";

/** More lines at once say nothing; each costs a look at where its tokens are. */
const MOST = 24;

export class Hops {
  #stage;
  #layer = svg("svg", { class: "hops", "aria-hidden": "true" });

  /** @param {HTMLElement} stage holds the rows */
  constructor(stage) {
    this.#stage = stage;
    stage.append(this.#layer);
  }

  /**
   * Draw those that are under way at `t`.
   * @param {Take | null} take
   * @param {number} t
   */
  show(take, t) {
    const legs = (take?.traces ?? []).filter((trace) => trace instanceof Leg && isUnderWay(trace, t)).slice(0, MOST);
    if (!legs.length) {
      if (this.#layer.childElementCount) this.#layer.replaceChildren();
      return;
    }
    const tokens = new Map(findAll(this.#stage, "[data-trace]").map((one) => [one.dataset.trace, one]));
    const lines = legs.map((leg) => this.#line(tokens.get(/** @type {Leg} */ (leg).caller?.id), tokens.get(leg.id)));
    this.#layer.replaceChildren(...lines.filter((line) => line !== null));
  }

  /**
   * @param {Element | undefined} from
   * @param {Element | undefined} to
   */
  #line(from, to) {
    if (!from || !to) return null;
    const [one, other] = [from, to].map((token) => this.#middle(token));
    if (!one || !other) return null;
    const bend = Math.max(24, Math.abs(other.y - one.y) * 0.35);
    const line = svg("path", { class: "hop" });
    const down = Math.sign(other.y - one.y);
    const bends = `${one.x} ${one.y + down * bend} ${other.x} ${other.y - down * bend}`;
    set(line, "d", `M${one.x} ${one.y} C${bends} ${other.x} ${other.y}`);
    return line;
  }

  /**
   * The middle of a token in pixels of the layer; null where it has been scrolled out of sight.
   * @param {Element} token
   */
  #middle(token) {
    const { left, top, width, height } = token.getBoundingClientRect();
    const rows = token.closest(".rows")?.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (!width || (rows?.height && (y < rows.top || y > rows.bottom))) return null;
    const origin = this.#layer.getBoundingClientRect();
    return { x: x - origin.left, y: y - origin.top };
  }
}

/**
 * @param {Leg} leg
 * @param {number} t
 */
function isUnderWay({ caller, entry, root }, t) {
  const { start_ns: from, end_ns: to } = entry ?? root;
  return caller !== null && from <= t && t < (to ?? Infinity);
}
