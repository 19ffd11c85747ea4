// @ts-check
// Where the time of a request went: how long it was in each place and state. Pure.

/** @import { Trace } from "../model/trace.js" */
/** @import { Interface, Segment, State } from "../model/types.js" */
/** @import { AccountLine, Doing } from "./types.js" */

import { CLIENT_CONNECTED } from "../model/attributes.js";
import { itinerary } from "../model/itinerary.js";
import { isWait } from "../model/thread-states.js";
import { PLACE_NAMES } from "./places.js";

/** @type {Partial<Record<State, string>>} */
const STATE_WORDS = {
  travelling: "connecting",
  waiting: "waiting",
  running: "running",
  awaiting: "awaiting",
  parked: "changing between loop and thread",
};

/** @type {Record<Doing, string>} */
const DOING_NAMES = {
  calls: "Other services",
  view: "View",
  templates: "Templates",
  application: "Application",
};
/** What a request does that asks a database or another service, be it a thread that waits or a coroutine. */
const ASKING = "waiting for the answer";
/** Stages with code of the project, which may call everything else. */
const OWN = new Set(["view", "session", "task"]);

/**
 * How long a request was in each place and state until `t`, in order of first arrival. What only the client's own
 * span covers once it is connected belongs to no stage: its place is "unaccounted".
 * @param {Trace} trace
 * @param {number} [t]
 * @returns {AccountLine[]}
 */
export function account(trace, t = Infinity) {
  /** @type {Map<string, AccountLine>} */
  const lines = new Map();
  const connected = connectedAt(trace);
  for (const segment of itinerary(trace)) {
    const { place, span, from, to } = segment;
    if (segment.state === "done" || segment.state === "failed") continue;
    const state = isWait(span) && segment.state === "running" ? "awaiting" : segment.state;
    const known = state === "travelling" ? Math.min(to, connected) : to;
    add(lines, { place, state, doing: doingIn(segment, trace), ns: Math.min(known, t) - from });
    add(lines, { place: "unaccounted", state, doing: null, ns: Math.min(to, t) - Math.max(from, known) });
  }
  return [...lines.values()];
}

/**
 * @param {Map<string, AccountLine>} lines
 * @param {AccountLine} line
 */
function add(lines, line) {
  if (line.ns <= 0) return;
  const key = `${line.place} ${line.state} ${line.doing}`;
  lines.set(key, { ...line, ns: line.ns + (lines.get(key)?.ns ?? 0) });
}

/**
 * @param {Segment} segment
 * @param {Trace} trace
 * @returns {Doing | null}
 */
function doingIn({ place, span }, trace) {
  if (place !== "view") return null;
  if (span.stage === "call") return "calls";
  const stages = [...trace.lineage(span)].map(({ stage }) => stage);
  // A response that is rendered after the view has returned is not the view's.
  return stages.some((stage) => OWN.has(stage)) ? "view" : stages.includes("template") ? "templates" : "application";
}

/**
 * Until then a client is connecting; one that reached no server never got further.
 * @param {Trace} trace
 */
function connectedAt({ client, entry }) {
  return client?.attributes[CLIENT_CONNECTED] ?? (entry && client ? client.start_ns : Infinity);
}

/**
 * "Queue, waiting": a line of the account in the words of an interface, and of WebSockets.
 * @param {AccountLine} line
 * @param {Interface} shape
 * @param {boolean} [socket]
 */
export function accountName({ place, state, doing }, shape, socket = false) {
  if (place === "unaccounted") return "Unaccounted: the network, and the server outside your application";
  const isAsking = doing === "calls" || (place === "database" && state === "awaiting");
  const isConsumer = socket && place === "view" && doing !== "calls";
  const name = isConsumer ? "Consumer" : doing === null ? PLACE_NAMES[shape][place] : DOING_NAMES[doing];
  return `${name}, ${isAsking ? ASKING : STATE_WORDS[state]}`;
}
