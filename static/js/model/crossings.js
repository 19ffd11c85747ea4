// @ts-check
// The hops of a request between its event loop and a thread, with what each cost. Pure.

/** @import { Trace } from "./trace.js" */

import { lastName } from "../lib/format.js";
import {
  CROSSING_BACK,
  CROSSING_DIRECTION,
  CROSSING_FUNCTION,
  CROSSING_REASON,
  CROSSING_RETURNED,
  CROSSING_STARTED,
  CROSSING_THREAD_ID,
  CROSSING_THREAD_NAME,
  CROSSING_WAITED,
} from "./attributes.js";

/**
 * Hops to a thread: {from, started, returned, back, cost, reason, text, threadId, threadName, span}.
 * @param {Trace} trace
 */
export function crossings(trace) {
  const found = [];
  for (const span of trace.ordered) {
    if (span.stage !== "crossing") continue;
    const { attributes } = span;
    const started = attributes[CROSSING_STARTED];
    if (attributes[CROSSING_DIRECTION] !== "to_thread" || started === undefined) continue;
    found.push({
      span,
      from: span.start_ns,
      started,
      returned: attributes[CROSSING_RETURNED] ?? Infinity,
      back: span.end_ns ?? Infinity,
      cost: (attributes[CROSSING_WAITED] ?? 0) + (attributes[CROSSING_BACK] ?? 0),
      reason: attributes[CROSSING_REASON] ?? "",
      text: lastName(attributes[CROSSING_FUNCTION] ?? span.name),
      threadId: attributes[CROSSING_THREAD_ID],
      threadName: attributes[CROSSING_THREAD_NAME],
    });
  }
  return found;
}
