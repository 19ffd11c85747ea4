// A moment of a film as an address: what stands on the screen, written into a query and read out of it. Pure.

const NS = 1e9;
/** To the nanosecond: what happens at that very moment is on the screen. */
const DIGITS = 9;

/**
 * The query of a moment: seconds from the film's start, what the inspector shows ({trace, span} or null), and the
 * servers on the stage where they are not those that the film begins with. What else stood in the query `of` stays.
 */
export function momentQuery({ t, from, subject = null, servers = [], of = "" }) {
  const query = new URLSearchParams(of);
  for (const name of ["trace", "span", "server"]) query.delete(name);
  query.set("t", ((t - from) / NS).toFixed(DIGITS).replace(/\.?0+$/, ""));
  if (subject?.trace) query.set("trace", subject.trace.id);
  if (subject?.span) query.set("span", subject.span.span_id);
  for (const name of servers) query.append("server", name);
  return query.toString();
}

/** What an address asks for: {t in ns after the start or null, trace, span, servers}. Nonsense is as good as nothing. */
export function readMoment(search) {
  const query = new URLSearchParams(search);
  const seconds = query.get("t") ? Number(query.get("t")) : NaN;
  return {
    t: Number.isFinite(seconds) ? seconds * NS : null,
    trace: query.get("trace"),
    span: query.get("span"),
    servers: query.getAll("server"),
  };
}
