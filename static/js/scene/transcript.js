// The sentence twin of a request: what happened to it, step by step, each with its true duration.
// Pure: (trace, server) -> steps [{from, to, place, state, span, sentence}]. List, handout and screen reader speak from it.

import { duration, lastName } from "../lib/format.js";
import { BLOCKING_NS, isCoroutine } from "../model/coroutine.js";
import { itinerary } from "../model/itinerary.js";
import { longestLine } from "../model/source.js";
import { outcome, shortName } from "./sentences.js";

/** A line of code, or a query, is quoted up to here. */
const QUOTED = 48;

/** All steps of `trace` at `server` ({title, interface}) that had begun by `t`, in order; the last may go on. */
export function transcript(trace, server, t = Infinity) {
  const seen = new Set();
  return itinerary(trace)
    .filter(({ from }) => from <= t)
    .map((segment) => {
      const again = seen.has(segment.span);
      if (segment.state === "running") seen.add(segment.span);
      return {
        ...segment,
        sentence: sentence({ ...segment, to: Math.min(segment.to, t) }, { trace, server, again }),
      };
    });
}

/** The index of the step in which `t` lies; -1 before the first. */
export function stepAt(steps, t) {
  return steps.findLastIndex(({ from }) => from <= t);
}

function sentence(segment, about) {
  const { state, from, to } = segment;
  if (state === "done" || state === "failed")
    return `It ${outcome(about.trace) || "is over"}${withStatus(about.trace)}`;
  const time = Number.isFinite(to) ? duration(to - from) : "until now";
  return (SAY[segment.place] ?? SAY.worker)(segment, time, about);
}

const SAY = {
  client: ({ from }, time, { trace }) =>
    trace.entry && from >= trace.entry.start_ns
      ? `Its answer travelled to the client, ${time}`
      : `The client connected and sent it, ${time}`,
  proxy: ({ from }, time, { trace }) =>
    trace.entry && from >= trace.entry.start_ns
      ? `nginx passed its answer on, ${time}`
      : `It was with nginx for ${time}`,
  queue: (_, time, { server }) => `It waited ${time} at ${shortName(server)}’s door, outside Python`,
  worker: atGateway,
  middleware: inMiddleware,
  view: inView,
  database: ({ span }, time) =>
    span.attributes["gatescope.query.kind"] === "connect"
      ? `A connection to the database was opened, ${time}`
      : `The database was asked for ${time}${quoted(span.attributes["db.query.text"])}`,
};

function atGateway(segment, time, { server, again }) {
  const { span, state } = segment;
  const name = shortName(server);
  switch (span.stage) {
    case "crossing":
      return `It changed ${way(span)}, ${time}${reason(span)}`;
    case "signal":
      return `Django told the receivers of ${span.name}, ${time}`;
    case "response":
      return state === "awaiting"
        ? `${name} took the answer, ${time}`
        : `The answer was produced and handed to ${name}, ${time}`;
    case "handshake":
      return `The application decided about the WebSocket, ${time}`;
    case "handler":
      if (state === "awaiting") return `Django’s handler awaited ${time}`;
      return again ? `It was back in Django’s handler, ${time}` : `It entered Django’s handler, ${time}`;
    default:
      if (state === "awaiting") return `The application awaited ${time}`;
      return again ? `It was back at the application’s door, ${time}` : `${name} called the application, ${time}`;
  }
}

function inMiddleware({ span, state, from }, time, { trace, again }) {
  if (span.stage === "resolve") return `Django looked up the view, ${time}`;
  const name = lastName(span.attributes["code.function.name"] ?? span.name);
  if (state === "awaiting") return `${name} awaited ${time}`;
  if (!again) return `It entered ${name}, ${time}`;
  return isWayOut(span, from, trace)
    ? `It came back through ${name}, ${time}`
    : `It went on from ${name} to the view, ${time}`;
}

/** Whether the next layer, or the view, has been entered before `from`. */
function isWayOut(span, from, { spans }) {
  const isInner = (one) => (one.stage === "middleware" || one.stage === "view") && one.start_ns > span.start_ns;
  return [...spans.values()].some((one) => isInner(one) && one.start_ns <= from);
}

function inView(segment, time, { trace, server }) {
  const { span, state, from, to } = segment;
  if (span.stage === "template") return `The template ${span.name} was rendered, ${time}`;
  if (span.stage === "call")
    return `It waited ${time} for the answer of ${span.attributes["server.address"] ?? "another service"}`;
  if (span.stage === "session")
    return state === "awaiting" ? `The WebSocket was open and quiet, ${time}` : `The consumer ran ${time}`;
  if (trace.socket && span.stage !== "view") return `The consumer worked ${time}`;
  const name = `${lastName(span.attributes["code.function.name"] ?? span.name)}()`;
  const where = quoted(longestLine(span, segment));
  if (state === "awaiting" && isCoroutine(span)) {
    if (from <= span.start_ns) return `${name} was about to begin, ${time}`;
    if (to === span.end_ns) return `${name} had returned, ${time}`;
  }
  if (state === "awaiting") return `${name} awaited ${time}${where}`;
  const holds = server.interface === "asgi" && isCoroutine(span) && to - from > BLOCKING_NS;
  return holds ? `${name} held the loop for ${time}${where}` : `${name} ran ${time}${where}`;
}

function way({ attributes }) {
  return attributes["gatescope.crossing.direction"] === "to_loop"
    ? "from a thread to an event loop"
    : "from the event loop to a thread";
}

function reason({ attributes }) {
  const why = attributes["gatescope.crossing.reason"];
  return why ? `; the reason: ${why}` : "";
}

function quoted(text) {
  if (!text) return "";
  const line = String(text).replace(/\s+/g, " ").trim();
  return `: ${line.length > QUOTED ? `${line.slice(0, QUOTED - 1)}…` : line}`;
}

function withStatus({ status, socket }) {
  return status === undefined || socket ? "" : `, with status ${status}`;
}
