// @ts-check
// One trace as a waterfall: a line per span, in tree order, on one axis. Drawn once.

/** @import { Trace } from "../model/trace.js" */
/** @import { Interval, Span } from "../model/types.js" */

import { html, svg } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import { axisEnd, ticks } from "../lib/ticks.js";
import { running } from "../model/coroutine.js";
import { byStart, hasDied, isEndNotTold } from "../model/trace.js";

/** A tick that is nearer to the end would be cut off. */
const LAST_TICK = 0.97;
/** Deeper lines are not moved further to the right. */
const DEEPEST = 12;

/** @typedef {(span: Span, line: HTMLElement) => void} Inspect */

/**
 * An axis, then lines for `trace`, outermost first; `inspect(span, line)` when one is chosen.
 * @param {Trace} trace
 * @param {Inspect} inspect
 */
export function waterfall(trace, inspect) {
  const spans = trace.ordered;
  const from = Math.min(...spans.map((span) => span.start_ns));
  // A microsecond at least: at today's date a double cannot tell two neighbouring nanoseconds apart.
  const to = Math.max(...spans.map((span) => span.end_ns ?? span.start_ns), from + 1000);
  return [head(to - from), ...inTreeOrder(spans).map(({ span, depth }) => line(span, depth, { from, to }, inspect))];
}

/**
 * The axis: ticks above the bars.
 * @param {number} length
 */
function head(length) {
  const marks = ticks(axisEnd(length)).filter(({ at }) => at <= length * LAST_TICK);
  const texts = marks.map(({ at, label }) =>
    svg("text", { x: `${((at / length) * 100).toFixed(2)}%`, y: "1em", "text-anchor": "middle" }, label),
  );
  return html(
    "div",
    { class: "waterfall-axis", "aria-hidden": "true" },
    html("span"),
    svg("svg", { class: "waterfall-bar" }, ...texts),
    html("span"),
  );
}

/**
 * Depth first, children by start; orphans and circles stand at the top level.
 * @param {Span[]} spans
 */
function inTreeOrder(spans) {
  const ids = new Set(spans.map((span) => span.span_id));
  /** @type {Map<string | null, Span[]>} */
  const children = new Map();
  for (const span of spans.toSorted(byStart)) {
    const { parent_id: id } = span;
    const parent = id !== null && ids.has(id) && id !== span.span_id ? id : null;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  /** @type {Map<Span, { span: Span, depth: number }>} */
  const found = new Map();
  const visit = (/** @type {Span} */ span, /** @type {number} */ depth) => {
    if (found.has(span)) return;
    found.set(span, { span, depth });
    for (const child of children.get(span.span_id) ?? []) visit(child, depth + 1);
  };
  for (const root of [...(children.get(null) ?? []), ...spans]) visit(root, 0);
  return [...found.values()];
}

/**
 * @param {Span} span
 * @param {number} depth
 * @param {Interval} axis
 * @param {Inspect} inspect
 */
function line(span, depth, axis, inspect) {
  const name = html(
    "span",
    { class: "waterfall-name" },
    "\u2003".repeat(Math.min(depth, DEEPEST)),
    html("b", {}, span.stage || "span"),
    `${span.name}${fate(span)}`,
  );
  const length = span.end_ns === null ? "open" : duration(span.end_ns - span.start_ns);
  const button = html(
    "button",
    { type: "button", class: `waterfall-row${span.status === "error" ? " is-failed" : ""}` },
    name,
    bar(span, axis),
    html("span", { class: "waterfall-time" }, length),
  );
  button.addEventListener("click", () => inspect(span, button));
  return button;
}

/**
 * What became of a span that did not end by itself.
 * @param {Span} span
 */
function fate(span) {
  if (hasDied(span)) return " ✕ died";
  return isEndNotTold(span) ? " (end not told)" : "";
}

/**
 * @param {Span} span
 * @param {Interval} axis
 */
function bar(span, { from, to }) {
  const share = (/** @type {number} */ ns) => ((Math.min(to, ns) - from) / (to - from)) * 1000;
  const box = (/** @type {Interval} */ one, /** @type {string} */ kind) => {
    const x = share(one.from);
    return svg("rect", { class: kind, x, y: 0, width: Math.max(1.5, share(one.to) - x), height: 16 });
  };
  const whole = { from: span.start_ns, to: span.end_ns ?? to };
  return svg(
    "svg",
    { class: "waterfall-bar", viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    box(whole, span.end_ns === null ? "is-open" : ""),
    ...running(span).map((turn) => box(turn, "ran")),
  );
}
