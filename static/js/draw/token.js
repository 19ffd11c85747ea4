// @ts-check
// One request on the stage: a square (WSGI), a disc (ASGI) or a ring (WebSocket) that travels between its places.

/** @import { Interface, Place } from "../model/types.js" */
/** @import { Point, Shape, Token } from "../scene/types.js" */

import { set, svg, write } from "../lib/dom.js";

const TRAVEL_MS = 320;
/** With less motion, the way of a token is shown for so long instead. */
const TRAIL_MS = 900;
/** Drawn at this size and scaled to the slot. */
export const SIZE = 27;
/** How broad the rim of a ring is. */
const RIM = 5.5;

/**
 * Where a token is, and how large.
 * @typedef {Point & { size: number }} Spot
 */
/** @typedef {Spot & { hidden: boolean }} Target */

/** The drawing of one token; `update` says where it belongs, `frame` moves it there. */
export class TokenView {
  /** @type {Spot | null} */
  #from = null;
  /** @type {Target | null} */
  #to = null;
  #started = 0;
  /** @type {Spot | null} */
  #at = null;
  /** @type {Place | null} */
  #place = null;
  #trailUntil = 0;
  /** With less motion: where it was, an arc, where it is. It lies below all tokens. */
  trail = svg("path", { class: "trail", visibility: "hidden" });
  #number = svg("text", { class: "token-number", "text-anchor": "middle", y: "0.355em" });

  /**
   * @param {string} id
   * @param {Shape} shape
   * @param {Interface} kind
   */
  constructor(id, shape, kind) {
    this.element = svg("g", { class: "token", role: "button", tabindex: 0, "data-trace": id });
    this.element.append(body(shape, kind), this.#number, bar(), cross());
  }

  /**
   * Draw the state of `token`, and have it travel to its target.
   * @param {Token} token
   * @param {string} label
   * @param {Target} target
   * @param {number} now
   * @param {boolean} reduced
   */
  update(token, label, target, now, reduced) {
    set(this.element, "class", `token is-${token.state}`);
    set(this.element, "data-place", token.place);
    set(this.element, "data-state", token.state);
    set(this.element, "aria-label", label);
    writeNumber(this.#number, token.number);
    this.#aim(target, now, reduced);
    if (reduced && this.#place !== null && this.#place !== token.place) this.#leaveTrail(now);
    this.#place = token.place;
  }

  /**
   * Move on. Returns whether there is more to come.
   * @param {number} now
   */
  frame(now) {
    const [from, to] = [this.#from, this.#to];
    if (!from || !to) return false;
    const passed = Math.min(1, (now - this.#started) / TRAVEL_MS);
    const eased = 1 - (1 - passed) ** 3;
    const mix = (/** @type {keyof Spot} */ key) => from[key] + (to[key] - from[key]) * eased;
    this.#at = { x: mix("x"), y: mix("y"), size: mix("size") };
    set(this.element, "transform", transformOf(this.#at));
    set(this.element, "visibility", passed === 1 && to.hidden ? "hidden" : "visible");
    const trailing = now < this.#trailUntil;
    set(this.trail, "visibility", trailing ? "visible" : "hidden");
    return passed < 1 || trailing;
  }

  /** @param {number} now */
  #leaveTrail(now) {
    if (this.#from && this.#to) set(this.trail, "d", arc(this.#from, this.#to));
    this.#trailUntil = now + TRAIL_MS;
  }

  /**
   * @param {Target} target
   * @param {number} now
   * @param {boolean} reduced
   */
  #aim(target, now, reduced) {
    const to = this.#to;
    const isSame = to?.x === target.x && to.y === target.y && to.size === target.size && to.hidden === target.hidden;
    if (isSame) return;
    this.#from = this.#at ?? target;
    this.#to = target;
    this.#started = reduced || !this.#at ? now - TRAVEL_MS : now;
  }
}

/**
 * Write a number as large as a token has room for it.
 * @param {SVGElement} text
 * @param {number} number
 */
export function writeNumber(text, number) {
  const digits = String(number);
  write(text, digits);
  if (digits.length > 2) set(text, "data-digits", digits.length);
  else text.removeAttribute("data-digits");
}

/** @param {Spot} spot */
function transformOf({ x, y, size }) {
  return `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(size / SIZE).toFixed(3)})`;
}

/**
 * A ring around each of two spots and an arc over the way between them, as a path. Pure.
 * @param {Spot} from
 * @param {Spot} to
 */
export function arc(from, to) {
  const top = Math.min(from.y, to.y) - to.size;
  const middle = pair((from.x + to.x) / 2, top);
  return `${ring(from)} M${pair(from.x, from.y)} Q${middle} ${pair(to.x, to.y)} ${ring(to)}`;
}

/** @param {Spot} spot */
function ring({ x, y, size }) {
  const r = Number((size * 0.62).toFixed(1));
  return `M${pair(x - r, y)} a${r} ${r} 0 1 0 ${2 * r} 0 a${r} ${r} 0 1 0 ${-2 * r} 0`;
}

/**
 * @param {number} x
 * @param {number} y
 */
function pair(x, y) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/**
 * The outline of a token of an interface, centred on 0,0.
 * @param {Shape} shape
 * @param {Interface} kind
 * @param {number} [grow]
 */
export function body(shape, kind, grow = 0) {
  const half = SIZE / 2 - 1.5 + grow;
  const fill = `url(#hatch-${kind})`;
  if (shape === "square")
    return svg("rect", { class: "token-body", x: -half, y: -half, width: 2 * half, height: 2 * half, rx: 5, fill });
  const disc = svg("circle", { class: "token-body", r: half, fill });
  if (shape === "disc") return disc;
  return svg("g", { class: "token-ring" }, disc, svg("circle", { class: "token-hole", r: half - RIM }));
}

function bar() {
  return svg("rect", { class: "token-bar", x: -SIZE / 2 - 2, y: -SIZE / 2 - 6, width: SIZE + 4, height: 4, rx: 2 });
}

function cross() {
  return svg("path", { class: "token-cross", d: "M-7 -7 L7 7 M7 -7 L-7 7" });
}
