// @ts-check
// The sentence twin of a request: what happened to it, step by step, each with its true duration.
// Pure: (trace, server) -> segments with a sentence each. List, handout and screen reader speak from it.

/** @import { Trace } from "../model/trace.js" */
/** @import { Segment, Server, Span, StageEntry } from "../model/types.js" */
/** @import { TranscriptStep } from "./types.js" */

import { duration, lastName } from "../lib/format.js";
import {
  CROSSING_DIRECTION,
  CROSSING_REASON,
  DB_QUERY,
  FUNCTION,
  QUERY_KIND,
  SERVER_ADDRESS,
} from "../model/attributes.js";
import { BLOCKING_NS, isCoroutine } from "../model/coroutine.js";
import { itinerary } from "../model/itinerary.js";
import { longestLine } from "../model/source.js";
import { STAGES, stageOf } from "../model/stages.js";
import { outcome, shortName } from "./sentences.js";

/** A line of code, or a query, is quoted up to here. */
const QUOTED = 48;

/** @typedef {Pick<Server, "title" | "interface">} ServerAbout */
/**
 * A segment, its duration in words, whose it is, and whether its span was in a segment before.
 * @typedef {Segment & { time: string, trace: Trace, server: ServerAbout, again: boolean }} Step
 */

/**
 * All steps of `trace` at `server` that had begun by `t`, in order; the last may go on.
 * @param {Trace} trace
 * @param {ServerAbout} server
 * @param {number} [t]
 * @returns {TranscriptStep[]}
 */
export function transcript(trace, server, t = Infinity) {
  const seen = new Set();
  const steps = [];
  for (const segment of itinerary(trace)) {
    if (segment.from > t) break;
    const again = seen.has(segment.span);
    if (segment.state === "running") seen.add(segment.span);
    const to = Math.min(segment.to, t);
    const time = Number.isFinite(to) ? duration(to - segment.from) : "until now";
    steps.push({ ...segment, sentence: sentence({ ...segment, to, time, trace, server, again }) });
  }
  return steps;
}

/**
 * The index of the step in which `t` lies; -1 before the first.
 * @param {TranscriptStep[]} steps
 * @param {number} t
 */
export function stepAt(steps, t) {
  return steps.findLastIndex(({ from }) => from <= t);
}

/** @param {Step} step */
function sentence(step) {
  const { trace, state, place, span } = step;
  if (state === "done" || state === "failed") return `It ${outcome(trace) || "is over"}${statusClause(trace)}`;
  const outside = OUTSIDE.get(place);
  if (outside) return outside(step);
  const { steps } = stageOf(span);
  if (steps) return filled(steps, step);
  return (BY_STAGE.get(span.stage)?.(step) || BY_PLACE.get(place)?.(step)) ?? filled(SERVER_STEPS, step);
}

/** What is said where the table of stages does not say it: the server called the application. */
const SERVER_STEPS = /** @type {NonNullable<StageEntry["steps"]>} */ (STAGES.server.steps);

/**
 * The words of the table of stages for one step.
 * @param {NonNullable<StageEntry["steps"]>} steps
 * @param {Step} step
 */
function filled(steps, { state, again, time, span, server }) {
  const words = (state === "awaiting" ? steps.awaiting : again && steps.again) || steps.running;
  /** @type {Record<string, string>} */
  const values = { time, name: span.name, server: shortName(server) };
  return words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** @typedef {(step: Step) => string} Say */

/**
 * Outside of the application the place alone says it.
 * @type {Map<string, Say>}
 */
const OUTSIDE = new Map([
  [
    "client",
    (step) =>
      isWayBack(step)
        ? `Its answer travelled to the client, ${step.time}`
        : `The client connected and sent it, ${step.time}`,
  ],
  [
    "proxy",
    (step) => (isWayBack(step) ? `nginx passed its answer on, ${step.time}` : `It was with nginx for ${step.time}`),
  ],
  ["queue", ({ time, server }) => `It waited ${time} at ${shortName(server)}’s door, outside Python`],
]);

/**
 * Stages whose words depend on more than the table knows; "" where their place says it.
 * @type {Map<string, Say>}
 */
const BY_STAGE = new Map([
  ["crossing", (step) => (step.place === "worker" ? crossing(step) : "")],
  [
    "call",
    ({ span, time }) => `It waited ${time} for the answer of ${span.attributes[SERVER_ADDRESS] ?? "another service"}`,
  ],
]);

/** @type {Map<string, Say>} */
const BY_PLACE = new Map([
  ["middleware", inMiddleware],
  ["view", inView],
  ["database", inDatabase],
]);

/** @param {Step} step */
function isWayBack({ trace, from }) {
  return trace.entry !== null && from >= trace.entry.start_ns;
}

/** @param {Step} step */
function crossing({ span, time }) {
  const { [CROSSING_DIRECTION]: direction, [CROSSING_REASON]: reason } = span.attributes;
  const way = direction === "to_loop" ? "from a thread to an event loop" : "from the event loop to a thread";
  return `It changed ${way}, ${time}${reason ? `; the reason: ${reason}` : ""}`;
}

/** @param {Step} step */
function inMiddleware(step) {
  const { span, state, time, again } = step;
  const name = lastName(span.attributes[FUNCTION] ?? span.name);
  if (state === "awaiting") return `${name} awaited ${time}`;
  if (!again) return `It entered ${name}, ${time}`;
  if (isWayOut(step)) return `It came back through ${name}, ${time}`;
  return `It went on from ${name} to ${nextLayer(step)}, ${time}`;
}

/**
 * What is entered after this step: another middleware, or the view.
 * @param {Step} step
 */
function nextLayer({ span, from, trace }) {
  const isInner = (/** @type {Span} */ { stage, start_ns: start }) =>
    (stage === "middleware" || stage === "view") && start > span.start_ns && start > from;
  const next = trace.ordered.find(isInner);
  return next?.stage === "middleware" ? lastName(next.attributes[FUNCTION] ?? next.name) : "the view";
}

/**
 * Whether the next layer, or the view, was entered before this step.
 * @param {Step} step
 */
function isWayOut({ span, from, trace }) {
  const isInner = (/** @type {Span} */ { stage, start_ns: start }) =>
    (stage === "middleware" || stage === "view") && start > span.start_ns && start <= from;
  return trace.ordered.some(isInner);
}

/** @param {Step} step */
function inView(step) {
  const { span, state, from, to, time, trace, server } = step;
  if (trace.socket && span.stage !== "view") return `The consumer worked ${time}`;
  const name = `${lastName(span.attributes[FUNCTION] ?? span.name)}()`;
  const line = quoted(longestLine(span, step));
  if (state !== "awaiting") {
    const holds = server.interface === "asgi" && isCoroutine(span) && to - from > BLOCKING_NS;
    return holds ? `${name} held the loop for ${time}${line}` : `${name} ran ${time}${line}`;
  }
  if (isCoroutine(span) && from <= span.start_ns) return `${name} was about to begin, ${time}`;
  if (isCoroutine(span) && to === span.end_ns) return `${name} had returned, ${time}`;
  return `${name} awaited ${time}${line}`;
}

/** @param {Step} step */
function inDatabase({ span, time }) {
  if (span.attributes[QUERY_KIND] === "connect") return `A connection to the database was opened, ${time}`;
  return `The database was asked for ${time}${quoted(span.attributes[DB_QUERY] ?? "")}`;
}

/** @param {string} text */
function quoted(text) {
  if (!text) return "";
  const line = String(text).replace(/\s+/g, " ").trim();
  return `: ${line.length > QUOTED ? `${line.slice(0, QUOTED - 1)}…` : line}`;
}

/** @param {Trace} trace */
function statusClause({ status, socket }) {
  return status === undefined || socket ? "" : `, with status ${status}`;
}
