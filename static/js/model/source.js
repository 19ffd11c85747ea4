// @ts-check
// The code that a request executes, from what the instrument sent with its spans: never a file that a span names.
// Pure.

/** @import { Trace } from "./trace.js" */
/** @import { Segment, ServerFacts, Span } from "./types.js" */

import { lastName } from "../lib/format.js";
import { CODE, CODE_FILE, CODE_LINE, CODE_LINES, FUNCTION, METHOD, PATH, URL_FULL, VIA } from "./attributes.js";
import { isCoroutine } from "./coroutine.js";
import { itinerary, segmentAt } from "./itinerary.js";

/** As much as can be read on a projector. */
export const MOST_LINES = 12;
/** A double holds the nanoseconds of today to 256 ns. */
const SAME_NS = 1000;
const OUTSIDE = new Set(["client", "proxy", "queue"]);

/**
 * Lines of text, of which the first has the number `first`; `marked` is the number of the one that executes, if
 * known.
 * @typedef {{ title: string, first: number, lines: string[], marked: number | null }} Source
 */

/**
 * What executes at `t`; null outside the application, and where no code is known.
 * @param {Trace} trace
 * @param {number} t
 * @returns {Source | null}
 */
export function sourceAt(trace, t) {
  const segment = segmentAt(itinerary(trace), t);
  if (!segment || OUTSIDE.has(segment.place)) return null;
  const span = writtenSpan(segment, trace);
  if (!span) return null;
  const text = textOf(span);
  // A view that was only just entered is at its first line; the lines of a middleware are not recorded.
  const line = lineAt(span, segment, t) ?? (span.attributes[CODE_LINES] ? text.first : null);
  return { ...windowed(text, line), title: titleOf(span) };
}

/**
 * The beginning of the code that a request came for: its view, consumer or endpoint; null when none is known.
 * @param {Trace} trace
 * @returns {Source | null}
 */
export function requestedSource({ spans, entry }) {
  const span = [...spans.values()].find((one) => one.attributes[CODE] && (one.stage === "view" || one === entry));
  return span ? { ...windowed(textOf(span), null), title: titleOf(span) } : null;
}

/**
 * Where no code of the project executes: the request itself while its client has it, what nginx is told while that
 * has it, else how the server was started, a line per option.
 * @param {Segment | undefined} segment
 * @param {Trace} trace
 * @param {ServerFacts} facts
 * @returns {Source}
 */
export function configuration(segment, trace, { title, command = "", way }) {
  const via = trace.client?.attributes[VIA] ?? "";
  const passed = segment?.place === "proxy" && !command.includes("--uwsgi-socket") ? way?.(via) : "";
  if (passed) return listing(`What nginx is told on the way “${via}”`, passed.split("\n"));
  if (segment && segment.place !== "client")
    return listing(
      `How ${title} was started`,
      (command ? command.split(/ (?=--?[a-z])/) : []).map((text, i) => (i ? `    ${text}` : text)),
    );
  const { attributes } = trace.client ?? trace.entry ?? trace.root;
  const asked = [attributes[METHOD], attributes[URL_FULL] ?? attributes[PATH]].filter(Boolean).join(" ");
  return listing("What the client asks", asked ? [asked] : []);
}

/**
 * @param {string} title
 * @param {string[]} lines
 * @returns {Source}
 */
function listing(title, lines) {
  return { title, first: 1, lines: lines.slice(0, MOST_LINES), marked: null };
}

/**
 * The line of `span`'s code that was executing at `t` of a segment, as far as it was seen; null when none was. Lines
 * are sampled every 25 ms, so the first that is seen in a segment is taken for its beginning, too.
 * @param {Span} span
 * @param {Segment} segment
 * @param {number} t
 */
function lineAt(span, segment, t) {
  const seen = seenLines(span);
  const latest = seen.findLast(({ from }) => from <= t + SAME_NS);
  if (latest && latest.from >= segment.from - SAME_NS) return latest.line;
  const next = seen.find(({ from }) => from > t);
  return (next && next.from < segment.to - SAME_NS ? next : latest)?.line ?? null;
}

/**
 * The text of the line in which `span` spent the longest part of a segment; "" when none was seen.
 * @param {Span} span
 * @param {Pick<Segment, "from" | "to" | "state">} segment
 */
export function longestLine(span, { from, to, state }) {
  /** @type {Map<number, number>} */
  const stays = new Map();
  // A coroutine that runs has left the line at which it awaited.
  const isFresh = (/** @type {number} */ at) => at > from + SAME_NS && at < to - SAME_NS;
  const seen = seenLines(span).filter((one) => state === "awaiting" || !isCoroutine(span) || isFresh(one.from));
  for (const [i, one] of seen.entries()) {
    const stay = Math.min(to, seen[i + 1]?.from ?? Infinity) - Math.max(from, one.from);
    if (stay > 0) stays.set(one.line, (stays.get(one.line) ?? 0) + stay);
  }
  const longest = [...stays].toSorted(([, one], [, other]) => other - one).at(0);
  if (!longest) return "";
  const { first, lines } = textOf(span);
  return (lines[longest[0] - first] ?? "").trim();
}

/**
 * The lines that were seen executing, each from when on.
 * @param {Span} span
 */
function seenLines(span) {
  const flat = span.attributes[CODE_LINES];
  if (!Array.isArray(flat)) return [];
  const found = [];
  for (let i = 0; i + 1 < flat.length; i += 2)
    found.push({ from: span.start_ns + Number(flat[i]), line: Number(flat[i + 1]) });
  return found.filter(({ from, line }) => Number.isFinite(from) && Number.isInteger(line));
}

/**
 * The span whose code runs in a segment: its own, or that of what called it. A consumer's stands on `server`.
 * @param {Segment} segment
 * @param {Trace} trace
 */
function writtenSpan({ span, place }, trace) {
  for (const one of trace.lineage(span)) {
    const isOuter = one.stage === "middleware" && place !== "middleware";
    const isServers = one.stage === "server" && place !== "view" && place !== "database";
    if (one.attributes[CODE] && !isOuter && !isServers) return one;
  }
  return null;
}

/**
 * "wait · samples/scenarios.py".
 * @param {Span} span
 */
function titleOf({ name, attributes }) {
  return [lastName(attributes[FUNCTION] ?? name), attributes[CODE_FILE]].filter(Boolean).join(" · ");
}

/** @param {Span} span */
function textOf({ attributes }) {
  return { first: Number(attributes[CODE_LINE]) || 1, lines: String(attributes[CODE] ?? "").split("\n") };
}

/**
 * At most `MOST_LINES` lines around the marked one.
 * @param {{ first: number, lines: string[] }} text
 * @param {number | null} line
 */
function windowed({ first, lines }, line) {
  const at = line === null || line < first || line >= first + lines.length ? null : line - first;
  const start = Math.max(0, Math.min((at ?? 0) - Math.floor(MOST_LINES / 2), lines.length - MOST_LINES));
  return { first: first + start, lines: lines.slice(start, start + MOST_LINES), marked: at === null ? null : line };
}
