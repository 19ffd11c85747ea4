// @ts-check
// Draws ghosts: dotted outlines in the slots where the tokens of the run before stood, behind those of now.

/** @import { Interface, Place } from "../model/types.js" */
/** @import { Box, Ghost, Point } from "../scene/types.js" */

import { svg } from "../lib/dom.js";
import { slots } from "../scene/layout.js";
import { SIZE, body } from "./token.js";

/** One layer for a whole row; drawn anew only when a number or a size changed. */
export class Outlines {
  element = svg("g", { class: "ghosts", "aria-hidden": "true" });
  #key = "";

  /**
   * Show how many tokens stood in each of the boxes, or nothing.
   * @param {Ghost | null} ghost
   * @param {Record<Place, Box>} boxes
   * @param {number} unit
   * @param {Interface} kind
   */
  show(ghost, boxes, unit, kind) {
    const key = JSON.stringify([ghost, kind, unit, boxes.database]);
    if (key === this.#key) return;
    this.#key = key;
    const places = /** @type {[Place, number][]} */ (Object.entries(ghost ?? {})).filter(([, number]) => number);
    this.element.replaceChildren(...places.flatMap(([place, number]) => outlines(number, boxes[place], unit, kind)));
  }
}

/**
 * @param {number} number
 * @param {Box} box
 * @param {number} unit
 * @param {Interface} kind
 */
function outlines(number, box, unit, kind) {
  const { size, points = [], stack } = slots(box, number, unit);
  const scale = (size / SIZE).toFixed(3);
  const at = (/** @type {Point} */ { x, y }) =>
    svg(
      "g",
      { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale})` },
      body(kind === "asgi" ? "disc" : "square", kind, 2),
    );
  if (!stack) return points.map(at);
  const pile = at({ x: stack.x + 9 * unit, y: stack.y - 9 * unit });
  pile.append(svg("text", { class: "ghost-number", x: SIZE * 0.75, y: "-0.2em" }, String(number)));
  return [pile];
}
