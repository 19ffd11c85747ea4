// The code that a request executes, from what the instrument sent with its spans: never a file that a span names. Pure.

import { itinerary, segmentAt } from "./itinerary.js";

/** As much as can be read on a projector. */
export const MOST_LINES = 12;
const OUTSIDE = new Set(["client", "proxy", "queue"]);

/**
 * What executes at `t`: {span, path, name, first, lines, marked}; `marked` is the number of the line that was seen last,
 * or null. Null outside the application, and where no code is known.
 */
export function sourceAt(trace, t) {
  const segment = segmentAt(itinerary(trace), t);
  if (!segment || OUTSIDE.has(segment.place)) return null;
  const span = written(segment, trace);
  return span ? { ...windowed(textOf(span), lineAt(span, t)), span, path: String(span.attributes["code.file.path"] ?? ""), name: String(span.attributes["code.function.name"] ?? span.name) } : null;
}

/** The line of `span`'s code that was executing at `t`, as far as it was seen; null when none was. */
export function lineAt(span, t) {
  return seenLines(span).findLast(({ from }) => from <= t)?.line ?? null;
}

/** The text of the line in which `span` spent the longest part of an interval; "" when none was seen. */
export function longestLine(span, from, to) {
  const stays = new Map();
  const seen = seenLines(span);
  for (const [i, one] of seen.entries()) {
    const stay = Math.min(to, seen[i + 1]?.from ?? Infinity) - Math.max(from, one.from);
    if (stay > 0) stays.set(one.line, (stays.get(one.line) ?? 0) + stay);
  }
  const [line] = [...stays].sort(([, one], [, other]) => other - one)[0] ?? [];
  const { first, lines } = textOf(span);
  return (lines[line - first] ?? "").trim();
}

function seenLines(span) {
  const flat = span.attributes["gatescope.code.lines"];
  if (!Array.isArray(flat)) return [];
  const found = [];
  for (let i = 0; i + 1 < flat.length; i += 2) found.push({ from: span.start_ns + Number(flat[i]), line: Number(flat[i + 1]) });
  return found.filter(({ from, line }) => Number.isFinite(from) && Number.isInteger(line));
}

/** The span whose code runs in a segment: its own, or that of what called it. A consumer's stands on `server`. */
function written({ span, place }, trace) {
  const seen = new Set();
  for (let current = span; current && !seen.has(current); current = trace.spans.get(current.parent_id)) {
    seen.add(current);
    const isOuter = current.stage === "middleware" && place !== "middleware";
    if (current.attributes["gatescope.code"] && !isOuter && (current.stage !== "server" || place === "view" || place === "database")) return current;
  }
  return null;
}

function textOf({ attributes }) {
  const first = Number(attributes["code.line.number"]) || 1;
  return { first, lines: String(attributes["gatescope.code"] ?? "").split("\n") };
}

/** At most `MOST_LINES` lines around the marked one. */
function windowed({ first, lines }, line) {
  const at = line === null || line < first || line >= first + lines.length ? null : line - first;
  const start = Math.max(0, Math.min((at ?? 0) - Math.floor(MOST_LINES / 2), lines.length - MOST_LINES));
  return { first: first + start, lines: lines.slice(start, start + MOST_LINES), marked: at === null ? null : line };
}
