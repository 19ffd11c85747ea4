// Draws ghosts: dotted outlines in the slots where the tokens of the run before stood, behind those of now.

import { svg } from "../lib/dom.js";
import { slots } from "../scene/layout.js";
import { SIZE, body } from "./token.js";

/** One layer for a whole row; drawn anew only when a number or a size changed. */
export class Outlines {
  element = svg("g", { class: "ghosts", "aria-hidden": "true" });
  #key = "";

  /** Show `ghost`, {place: number} or null, in `boxes`. */
  show(ghost, boxes, unit, kind) {
    const key = JSON.stringify([ghost, kind, unit, boxes.database]);
    if (key === this.#key) return;
    this.#key = key;
    const places = Object.entries(ghost ?? {}).filter(([, number]) => number);
    this.element.replaceChildren(...places.flatMap(([place, number]) => outlines(number, boxes[place], unit, kind)));
  }
}

function outlines(number, box, unit, kind) {
  const { size, points, stack } = slots(box, number, unit);
  const at = ({ x, y }, ...more) =>
    svg(
      "g",
      { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(size / SIZE).toFixed(3)})` },
      body(kind === "asgi" ? "disc" : "square", kind, 2),
      ...more,
    );
  if (!stack) return points.map((point) => at(point));
  return [
    at(
      { x: stack.x + 9 * unit, y: stack.y - 9 * unit },
      svg("text", { class: "ghost-number", x: SIZE * 0.75, y: "-0.2em" }, String(number)),
    ),
  ];
}
