// @ts-check
// The guess on an axis that the dashboard has drawn without it.

import { svg } from "../lib/dom.js";

/** A text closer to an end than this, in percent, is aligned away from it. */
const NEAR_AN_END = 16;

/**
 * Draw a guess on an axis, or move it there; one beyond the axis stands at its end.
 * @param {SVGElement} axis
 * @param {number} value
 * @param {string} text
 */
export function markGuess(axis, value, text) {
  const [start, end, least, most] = ["start", "end", "least", "most"].map((name) => Number(axis.dataset[name]));
  const share = Math.min(1, Math.max(0, (value - least) / (most - least)));
  const at = start + (end - start) * share;
  const anchor = at < NEAR_AN_END ? "start" : at > 100 - NEAR_AN_END ? "end" : "middle";
  const box = { x: `${at}%`, y: "1.25em", width: "1em", height: "1.9em", viewBox: "0 0 10 19", overflow: "visible" };
  axis.querySelector(".is-guess")?.remove();
  axis.append(
    svg(
      "g",
      { class: "is-guess" },
      svg("svg", box, svg("path", { class: "axis-guess", d: "M0 18.5L-6 8V0H6V8Z" })),
      svg("text", { class: "axis-text", x: `${at}%`, y: "0.95em", "text-anchor": anchor }, text),
    ),
  );
}
