// @ts-check
// When the pieces of a streamed answer left the application, from its conversation with the server. Pure.

/** @import { Trace } from "./trace.js" */

import { conversation, isPiece } from "./conversation.js";

/**
 * Moments at which pieces of the answer were handed to the server; none for an answer in one piece.
 * @param {Trace} trace
 */
export function chunkMoments(trace) {
  const pieces = conversation(trace).filter(isPiece);
  const span = trace.first("response") ?? trace.entry;
  if (pieces.length < 2 || !span) return [];
  return pieces.map(({ from }) => ({ at: from, trace, span }));
}
