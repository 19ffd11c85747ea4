// When the pieces of a streamed answer left the server, from what the probe recorded on its `response` span. Pure.

/** Numbers that the probe records for each piece: its offset, how long the server kept it, and its size. */
const FIELDS = 3;

/** Moments in ns at which pieces of the answer were handed to the server; none for an answer in one piece. */
export function chunkMoments(trace) {
  const found = [];
  for (const span of trace.spans.values()) {
    const flat = span.stage === "response" ? span.attributes["gatescope.response.chunk_ns"] : null;
    if (!Array.isArray(flat) || flat.length < 2 * FIELDS) continue;
    for (let i = 0; i + 2 < flat.length; i += FIELDS) {
      const at = span.start_ns + Number(flat[i]);
      if (Number.isFinite(at)) found.push({ at, trace, span });
    }
  }
  return found;
}
