// What a thread does while it works for one request: it runs, it waits for a database or another service, or it is
// parked until a loop has done something for it. Pure.

const WAITS = new Set(["query", "call"]);

/** {from, to, texture} of a thread between two moments, from the spans of `trace` that it went through. */
export function piecesOf(trace, threadId, from, to) {
  const covers = trace.ordered
    .filter((span) => span.attributes["thread.id"] === threadId && textureOf(span))
    .map((span) => ({
      from: Math.max(from, span.start_ns),
      to: Math.min(to, span.end_ns ?? Infinity),
      texture: textureOf(span),
    }));
  const found = [];
  let at = from;
  // Covers do not overlap but by nesting, and then the outer one says it.
  for (const cover of covers.filter((one) => one.to > one.from)) {
    if (cover.to <= at) continue;
    if (cover.from > at) found.push({ from: at, to: cover.from, texture: "running" });
    found.push({ ...cover, from: Math.max(at, cover.from) });
    at = cover.to;
  }
  if (at < to) found.push({ from: at, to, texture: "running" });
  return found;
}

function textureOf({ stage, attributes }) {
  if (WAITS.has(stage)) return "awaiting";
  return stage === "crossing" && attributes["gatescope.crossing.direction"] === "to_loop" ? "parked" : null;
}
