// One trace as a waterfall: a line per span, in tree order, on one axis. Drawn once.

import { html, svg } from "../lib/dom.js";
import { duration } from "../lib/format.js";
import { axisEnd, ticks } from "../lib/ticks.js";
import { running } from "../model/coroutine.js";
import { hasDied } from "../model/model.js";

/** A tick that is nearer to the end would be cut off. */
const LAST_TICK = 0.97;

/** An axis, then lines for `trace`, outermost first; `inspect(span, line)` when one is chosen. */
export function waterfall(trace, inspect) {
  const spans = [...trace.spans.values()];
  const from = Math.min(...spans.map((span) => span.start_ns));
  // A microsecond at least: at today's date a double cannot tell two neighbouring nanoseconds apart.
  const to = Math.max(...spans.map((span) => span.end_ns ?? span.start_ns), from + 1000);
  return [head(to - from), ...ordered(spans).map(({ span, depth }) => line(span, depth, { from, to }, inspect))];
}

/** The axis: ticks above the bars. */
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

/** Depth first, children by start; orphans and cycles stand at the top level. */
function ordered(spans) {
  const ids = new Set(spans.map((span) => span.span_id));
  const byParent = new Map();
  for (const span of [...spans].sort((one, other) => one.start_ns - other.start_ns)) {
    const parent = ids.has(span.parent_id) && span.parent_id !== span.span_id ? span.parent_id : null;
    byParent.set(parent, [...(byParent.get(parent) ?? []), span]);
  }
  const found = [];
  const seen = new Set();
  const visit = (span, depth) => {
    if (seen.has(span.span_id)) return;
    seen.add(span.span_id);
    found.push({ span, depth });
    for (const child of byParent.get(span.span_id) ?? []) visit(child, depth + 1);
  };
  for (const root of byParent.get(null) ?? []) visit(root, 0);
  for (const span of spans) visit(span, 0);
  return found;
}

function line(span, depth, axis, inspect) {
  const open = span.end_ns === null;
  const name = html(
    "span",
    { class: "waterfall-name" },
    "\u2003".repeat(Math.min(depth, 12)),
    html("b", {}, span.stage || "span"),
    hasDied(span) ? `${span.name} ✕ died` : span.name,
  );
  const time = html("span", { class: "waterfall-time" }, open ? "open" : duration(span.end_ns - span.start_ns));
  const button = html(
    "button",
    { type: "button", class: `waterfall-row${span.status === "error" ? " is-failed" : ""}` },
    name,
    bar(span, axis, open),
    time,
  );
  button.addEventListener("click", () => inspect(span, button));
  return button;
}

function bar(span, { from, to }, open) {
  const share = (ns) => ((Math.min(to, ns) - from) / (to - from)) * 1000;
  const box = (start, end, kind) =>
    svg("rect", { class: kind, x: share(start), y: 0, width: Math.max(1.5, share(end) - share(start)), height: 16 });
  const parts = [box(span.start_ns, span.end_ns ?? to, open ? "is-open" : "")];
  for (const slice of running(span)) parts.push(box(slice.from, slice.to, "ran"));
  return svg(
    "svg",
    { class: "waterfall-bar", viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...parts,
  );
}
