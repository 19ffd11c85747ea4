// The hops of a request between its event loop and a thread, with what each cost. Pure.

import { lastName } from "../lib/format.js";

/** Hops to a thread: {from, started, returned, back, cost, reason, text, threadId, threadName, span}. */
export function crossings(trace) {
  const found = [];
  for (const span of trace.ordered) {
    if (span.stage !== "crossing") continue;
    const about = (name) => span.attributes[`gatescope.crossing.${name}`];
    if (about("direction") !== "to_thread" || about("started_ns") === undefined) continue;
    const returned = about("returned_ns") ?? Infinity;
    found.push({
      span,
      from: span.start_ns,
      started: about("started_ns"),
      returned,
      back: span.end_ns ?? Infinity,
      cost: (about("waited_ns") ?? 0) + (about("back_ns") ?? 0),
      reason: about("reason") ?? "",
      text: lastName(about("function") ?? span.name),
      threadId: about("thread.id"),
      threadName: about("thread.name"),
    });
  }
  return found;
}
