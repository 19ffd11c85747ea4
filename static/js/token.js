// One request on the stage: a square (WSGI), a disc (ASGI) or a ring (WebSocket) that travels between its places.

import { set, svg, write } from "./dom.js";

const TRAVEL_MS = 320;
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
    return !arrived;
  }

  #aim(target, now, reduced) {
    const to = this.#to;
    if (to && to.x === target.x && to.y === target.y && to.size === target.size && to.hidden === target.hidden) return;
    this.#from = this.#at ?? target;
    this.#to = target;
    this.#started = reduced || !this.#at ? now - TRAVEL_MS : now;
  }
}

/** The outline of a token of an interface, centred on 0,0; `shape` is "square", "disc" or "ring". */
export function body(shape, kind, grow = 0) {
  const half = SIZE / 2 - 1.5 + grow;
  const fill = `url(#hatch-${kind})`;
  if (shape === "square") return svg("rect", { class: "token-body", x: -half, y: -half, width: 2 * half, height: 2 * half, rx: 5, fill });
  const disc = svg("circle", { class: "token-body", r: half, fill });
  return shape === "disc" ? disc : svg("g", { class: "token-ring" }, disc, svg("circle", { class: "token-hole", r: half - RIM }));
}

function bar() {
  return svg("rect", { class: "token-bar", x: -SIZE / 2 - 2, y: -SIZE / 2 - 6, width: SIZE + 4, height: 4, rx: 2 });
}

function cross() {
  return svg("path", { class: "token-cross", d: "M-7 -7 L7 7 M7 -7 L-7 7" });
}
