// @ts-check
// What stands at the server itself: a worker held by a request, or a loop that turns.

/** @import { Box, Gateway, Holder } from "../scene/types.js" */

import { set, svg, write } from "../lib/dom.js";
import { inner } from "../scene/layout.js";

const TURNS_PER_S = 0.5;
const MOST_HELD = 4;
/** Heights of the signs in design px. */
const LOOP = 40;
const HELD = 28;

/** The event loop's sign: it turns with the stage's time and stands still while a coroutine holds it. */
export class LoopSign {
  element = svg("g", { class: "loop-sign", visibility: "hidden" });
  #turning = svg(
    "g",
    {},
    svg("path", { class: "loop-arc", d: "M14 5 A15 15 0 1 1 5 -14" }),
    svg("path", { class: "loop-head", d: "M1 -20 L11 -13 L1 -7 Z" }),
  );
  #number = svg("text", { class: "loop-number", "text-anchor": "middle", y: "0.37em" });

  constructor() {
    this.element.append(this.#turning, this.#number);
  }

  /**
   * @param {Gateway | null} gateway
   * @param {Box} box
   * @param {number} unit
   * @param {number} t
   */
  show(gateway, box, unit, t) {
    set(this.element, "visibility", gateway ? "visible" : "hidden");
    if (!gateway) return;
    const stillSince = gateway.state === "blocked" ? (gateway.since ?? t) : t;
    // Degrees, from whole seconds and the rest apart: nanoseconds since 1970 times 360 would lose the fine part.
    const angle = ((stillSince / 1e9) % (1 / TURNS_PER_S)) * 360 * TURNS_PER_S;
    const { y, size } = fitted(box, unit, LOOP, 12);
    set(this.element, "transform", `translate(${box.x + box.w / 2} ${y}) scale(${size})`);
    set(this.element, "class", `loop-sign is-${gateway.state}`);
    set(this.#turning, "transform", `rotate(${gateway.seen ? angle.toFixed(1) : 0})`);
    write(this.#number, gateway.held.map((one) => one.number).join(" "));
  }
}

/**
 * Dashed outlines of the tokens that hold a worker while they stand further on.
 * @param {SVGGElement} group
 * @param {Holder[]} held
 * @param {Box} box
 * @param {number} unit
 */
export function heldSigns(group, held, box, unit) {
  const key = `${held.map((one) => one.number)} ${box.x} ${box.y} ${box.w} ${box.h}`;
  if (group.dataset.key === key) return;
  group.dataset.key = key;
  const labels = held.length > MOST_HELD ? [`× ${held.length}`] : held.map(({ number }) => String(number));
  const columns = Math.min(2, labels.length);
  const isTwoRows = labels.length > 2;
  const { y: centre, size } = fitted(box, unit, isTwoRows ? HELD + 32 : HELD, 20);
  const signs = labels.map((label, i) => {
    const x = box.x + box.w / 2 + ((i % columns) - (columns - 1) / 2) * 42 * size;
    const y = centre + (Math.floor(i / 2) - (isTwoRows ? 0.5 : 0)) * 32 * size;
    return svg(
      "g",
      { transform: `translate(${x} ${y}) scale(${size})` },
      svg("rect", { class: "held-box", x: -19, y: -13, width: 38, height: 26, rx: 5 }),
      svg("text", { class: "held-number", "text-anchor": "middle", y: "0.355em" }, label),
    );
  });
  group.replaceChildren(...signs);
}

/**
 * Where a sign of `height` design px stands: `above` the middle, but clear of border and captions; smaller where it
 * must.
 * @param {Box} box
 * @param {number} unit
 * @param {number} height
 * @param {number} above
 */
function fitted(box, unit, height, above) {
  const area = inner(box, unit);
  const size = Math.min(unit, (area.h + 4 * unit) / height);
  const half = (height * size) / 2;
  const y = Math.min(box.y + box.h / 2 - above * unit, area.y + area.h - half);
  return { y: Math.max(y, area.y - 4 * unit + half), size };
}
