// One request on the stage: a square (WSGI), a disc (ASGI) or a ring (WebSocket) that travels between its places.

import { set, svg, write } from "../lib/dom.js";

const TRAVEL_MS = 320;
/** So long the way of a token that does not travel is shown instead. */
const TRAIL_MS = 900;
/** Drawn at this size and scaled to the slot. */
export const SIZE = 27;
/** How broad the rim of a ring is. */
const RIM = 5.5;

/** The drawing of one token; `place` says where it belongs, `frame` moves it there. */
export class TokenView {
  #from = null;
  #to = null;
  #started = 0;
  #at = null;
  #place = null;
  #trailUntil = 0;
  /** With less motion: where it was, an arc, where it is. It lies below all tokens. */
  trail = svg("path", { class: "trail", visibility: "hidden" });
  #number = svg("text", { class: "token-number", "text-anchor": "middle", y: "0.355em" });

  constructor(id, shape, kind) {
    this.element = svg("g", { class: "token", role: "button", tabindex: 0, "data-trace": id });
    this.element.append(body(shape, kind), this.#number, bar(), cross());
  }

  /** Draw the state of `token`; `target` is {x, y, size, hidden}. */
  update(token, label, target, now, reduced) {
    set(this.element, "class", `token is-${token.state}`);
    set(this.element, "data-place", token.place);
    set(this.element, "data-state", token.state);
    set(this.element, "aria-label", label);
    write(this.#number, String(token.number));
    this.#aim(target, now, reduced);
    if (reduced && this.#place !== null && this.#place !== token.place) this.#leaveTrail(now);
    this.#place = token.place;
  }

  /** Move on. Returns whether there is more to come. */
  frame(now) {
    const passed = Math.min(1, (now - this.#started) / TRAVEL_MS);
    const eased = 1 - (1 - passed) ** 3;
    const mix = (key) => this.#from[key] + (this.#to[key] - this.#from[key]) * eased;
    this.#at = { x: mix("x"), y: mix("y"), size: mix("size") };
    const { x, y, size } = this.#at;
    set(this.element, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(size / SIZE).toFixed(3)})`);
    const arrived = passed === 1;
    set(this.element, "visibility", arrived && this.#to.hidden ? "hidden" : "visible");
    const trailing = now < this.#trailUntil;
    set(this.trail, "visibility", trailing ? "visible" : "hidden");
    return !arrived || trailing;
  }

  #leaveTrail(now) {
    set(this.trail, "d", arc(this.#from, this.#to));
    this.#trailUntil = now + TRAIL_MS;
  }

  #aim(target, now, reduced) {
    const to = this.#to;
    if (to && to.x === target.x && to.y === target.y && to.size === target.size && to.hidden === target.hidden)
      return;
    this.#from = this.#at ?? target;
    this.#to = target;
    this.#started = reduced || !this.#at ? now - TRAVEL_MS : now;
  }
}

/** A ring around each of two places {x, y, size} and an arc over the way between them, as a path. Pure. */
export function arc(from, to) {
  const ring = ({ x, y, size }) => {
    const r = Number((size * 0.62).toFixed(1));
    return `M${(x - r).toFixed(1)} ${y.toFixed(1)} a${r} ${r} 0 1 0 ${2 * r} 0 a${r} ${r} 0 1 0 ${-2 * r} 0`;
  };
  const top = Math.min(from.y, to.y) - to.size;
  return `${ring(from)} M${from.x.toFixed(1)} ${from.y.toFixed(1)} Q${((from.x + to.x) / 2).toFixed(1)} ${top.toFixed(1)} ${to.x.toFixed(1)} ${to.y.toFixed(1)} ${ring(to)}`;
}

/** The outline of a token of an interface, centred on 0,0; `shape` is "square", "disc" or "ring". */
export function body(shape, kind, grow = 0) {
  const half = SIZE / 2 - 1.5 + grow;
  const fill = `url(#hatch-${kind})`;
  if (shape === "square")
    return svg("rect", { class: "token-body", x: -half, y: -half, width: 2 * half, height: 2 * half, rx: 5, fill });
  const disc = svg("circle", { class: "token-body", r: half, fill });
  return shape === "disc"
    ? disc
    : svg("g", { class: "token-ring" }, disc, svg("circle", { class: "token-hole", r: half - RIM }));
}

function bar() {
  return svg("rect", { class: "token-bar", x: -SIZE / 2 - 2, y: -SIZE / 2 - 6, width: SIZE + 4, height: 4, rx: 2 });
}

function cross() {
  return svg("path", { class: "token-cross", d: "M-7 -7 L7 7 M7 -7 L-7 7" });
}
