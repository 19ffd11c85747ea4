// @ts-check
// Where the time of a request went: how long it was in each place and state. Pure.

/** @import { Trace } from "../model/trace.js" */
/** @import { Interface, Place, State } from "../model/types.js" */
/** @import { AccountLine } from "./types.js" */

import { CLIENT_CONNECTED } from "../model/attributes.js";
import { itinerary } from "../model/itinerary.js";
import { PLACE_NAMES } from "./places.js";

/** @type {Partial<Record<State, string>>} */
const STATE_WORDS = {
  travelling: "connecting",
  waiting: "waiting",
  running: "running",
  awaiting: "awaiting",
  parked: "changing between loop and thread",
};

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
  for (const { place, state, from, to } of itinerary(trace)) {
    if (state === "done" || state === "failed") continue;
    const known = state === "travelling" ? Math.min(to, connected) : to;
    add(lines, place, state, Math.min(known, t) - from);
    add(lines, "unaccounted", state, Math.min(to, t) - Math.max(from, known));
  }
  return [...lines.values()];
}

/**
 * @param {Map<string, AccountLine>} lines
 * @param {Place | "unaccounted"} place
 * @param {State} state
 * @param {number} ns
 */
function add(lines, place, state, ns) {
  if (ns <= 0) return;
  const key = `${place} ${state}`;
  lines.set(key, { place, state, ns: ns + (lines.get(key)?.ns ?? 0) });
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
export function accountName({ place, state }, shape, socket = false) {
  if (place === "unaccounted") return "Unaccounted: the network, and the server outside your application";
  return `${socket && place === "view" ? "Consumer" : PLACE_NAMES[shape][place]}, ${STATE_WORDS[state]}`;
}
