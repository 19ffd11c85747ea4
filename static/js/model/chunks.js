// When the pieces of a streamed answer left the application, from its conversation with the server. Pure.

import { conversation, isPiece } from "./conversation.js";

/** Moments in ns at which pieces of the answer were handed to the server; none for an answer in one piece. */
export function chunkMoments(trace) {
  const pieces = conversation(trace).filter(isPiece);
  if (pieces.length < 2) return [];
  const span = trace.first("response") ?? trace.entry;
  return pieces.map(({ from }) => ({ at: from, trace, span }));
}
