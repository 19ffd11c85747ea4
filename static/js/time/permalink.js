// @ts-check
// A moment of a film as an address: what stands on the screen, written into a query and read out of it. Pure.

/** @import { Span } from "../model/types.js" */

const NS = 1e9;
/** To the nanosecond: what happens at that very moment is on the screen. */
const DIGITS = 9;

/**
 * What an address says of a moment: `t` and the start of the film `from`, what the inspector shows, and the servers
 * on the stage where they are not those that the film begins with. What else stood in the query `of` stays.
 * @typedef {object} Permalink
 * @property {number} t
 * @property {number} from
 * @property {{ trace?: { traceId: string }, span?: Pick<Span, "span_id"> } | null} [subject]
 * @property {string[]} [servers]
 * @property {string} [of]
 */

/** @param {Permalink} permalink */
export function permalinkQuery({ t, from, subject = null, servers = [], of = "" }) {
  const query = new URLSearchParams(of);
  for (const name of ["trace", "span", "server"]) query.delete(name);
  query.set("t", ((t - from) / NS).toFixed(DIGITS).replace(/\.?0+$/, ""));
  if (subject?.trace) query.set("trace", subject.trace.traceId);
  if (subject?.span) query.set("span", subject.span.span_id);
  for (const name of servers) query.append("server", name);
  return query.toString();
}

/**
 * What an address asks for: {t in ns after the start or null, trace, span, servers}. Nonsense is ignored.
 * @param {string} search
 */
export function readPermalink(search) {
  const query = new URLSearchParams(search);
  const seconds = query.get("t") ? Number(query.get("t")) : NaN;
  return {
    t: Number.isFinite(seconds) ? seconds * NS : null,
    trace: query.get("trace"),
    span: query.get("span"),
    servers: query.getAll("server"),
  };
}
