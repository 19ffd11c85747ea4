// The code that a request executes, from what the instrument sent with its spans: never a file that a span names. Pure.

import { lastName } from "../lib/format.js";
import { isCoroutine } from "./coroutine.js";
import { itinerary, segmentAt } from "./itinerary.js";

/** As much as can be read on a projector. */
export const MOST_LINES = 12;
/** A double holds the nanoseconds of today to 256 ns. */
const SAME_NS = 1000;
const OUTSIDE = new Set(["client", "proxy", "queue"]);

/**
 * What executes at `t`: {title, span, first, lines, marked}; `marked` is the number of the line that was seen last, or
 * null. Null outside the application, and where no code is known.
 */
export function sourceAt(trace, t) {
  const segment = segmentAt(itinerary(trace), t);
  if (!segment || OUTSIDE.has(segment.place)) return null;
  const span = written(segment, trace);
  if (!span) return null;
  const text = textOf(span);
  // A view that was only just entered is at its first line; where a middleware is nobody looks.
  const line = lineAt(span, segment, t) ?? (span.attributes["gatescope.code.lines"] ? text.first : null);
  return { ...windowed(text, line), span, title: titleOf(span) };
}

/** The code that a request came for, its beginning: of its view, or its consumer or endpoint; null when none is known. */
export function requestedSource({ spans, entry }) {
  const span = [...spans.values()].find(
    (one) => one.attributes["gatescope.code"] && (one.stage === "view" || one === entry),
  );
  return span ? { ...windowed(textOf(span), null), title: titleOf(span) } : null;
}

/**
 * Where no code of the project executes: the request itself while its client has it, what nginx is told while that has
 * it, else how the server was started, a line per option. Same form as `sourceAt`; `way(name)` is nginx's configuration.
 */
export function configuration(segment, trace, { title, command = "", way = () => "" }) {
  const about = { first: 1, marked: null };
  const via = trace.client?.attributes["gatescope.via"];
  const passed = segment?.place === "proxy" && !command.includes("--uwsgi-socket") && way(via);
  if (passed)
    return {
      ...about,
      title: `What nginx is told on the way “${via}”`,
      lines: passed.split("\n").slice(0, MOST_LINES),
    };
  if (segment && segment.place !== "client") {
    const lines = command ? command.split(/ (?=--?[a-z])/).map((text, i) => (i ? `    ${text}` : text)) : [];
    return { ...about, title: `How ${title} was started`, lines: lines.slice(0, MOST_LINES) };
  }
  const { attributes } = trace.client ?? trace.entry ?? trace.root;
  const asked = [attributes["http.request.method"], attributes["url.full"] ?? attributes["url.path"]]
    .filter(Boolean)
    .join(" ");
  return { ...about, title: "What the client asks", lines: asked ? [asked] : [] };
}

/**
 * The line of `span`'s code that was executing at `t` of a segment, as far as it was seen; null when none was. It is
 * looked for every 25 ms, so the first that is seen in a segment is taken for its beginning, too.
 */
function lineAt(span, segment, t) {
  const seen = seenLines(span);
  const latest = seen.findLast(({ from }) => from <= t + SAME_NS);
  if (latest?.from >= segment.from - SAME_NS) return latest.line;
  const next = seen.find(({ from }) => from > t);
  return (next?.from < segment.to - SAME_NS ? next : latest)?.line ?? null;
}

/** The text of the line in which `span` spent the longest part of a segment; "" when none was seen. */
export function longestLine(span, { from, to, state }) {
  const stays = new Map();
  // A coroutine that runs has left the line at which it awaited.
  const isFresh = (one) => one.from > from + SAME_NS && one.from < to - SAME_NS;
  const seen = seenLines(span).filter((one) => state === "awaiting" || !isCoroutine(span) || isFresh(one));
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
  for (let i = 0; i + 1 < flat.length; i += 2)
    found.push({ from: span.start_ns + Number(flat[i]), line: Number(flat[i + 1]) });
  return found.filter(({ from, line }) => Number.isFinite(from) && Number.isInteger(line));
}

/** The span whose code runs in a segment: its own, or that of what called it. A consumer's stands on `server`. */
function written({ span, place }, trace) {
  const seen = new Set();
  for (let current = span; current && !seen.has(current); current = trace.spans.get(current.parent_id)) {
    seen.add(current);
    const isOuter = current.stage === "middleware" && place !== "middleware";
    if (
      current.attributes["gatescope.code"] &&
      !isOuter &&
      (current.stage !== "server" || place === "view" || place === "database")
    )
      return current;
  }
  return null;
}

/** "wait · samples/scenarios.py". */
function titleOf({ name, attributes }) {
  return [lastName(attributes["code.function.name"] ?? name), attributes["code.file.path"]]
    .filter(Boolean)
    .join(" · ");
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
