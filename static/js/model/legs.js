// @ts-check
// A request that several services served is one journey with a leg at each: what that service did for it. Pure.

/** @import { Span } from "./types.js" */

import { Trace, byStart } from "./trace.js";

/** Stages with which a service begins to serve. */
const ENTRIES = new Set(["server", "task"]);
/** Stages in which another service is asked, be it the same one over the network. */
const ASKING = new Set(["call", "send", "client", "proxy"]);
/** Stages before a service: they belong to the leg that they lead to. */
const BEFORE = new Set(["queue", "proxy"]);
/** A trace is anybody's text: of one with more legs than this, the rest stays with its first. */
const MOST_LEGS = 64;

/** @type {WeakMap<Trace, { version: number, legs: Trace[] }>} */
const cache = new WeakMap();

/** What one service did for a request, as if it were all of it. */
export class Leg extends Trace {
  /**
   * @param {Trace} whole
   * @param {Span} first the span with which it begins
   * @param {boolean} isRoot
   */
  constructor(whole, first, isRoot) {
    super(isRoot ? whole.id : `${whole.id}.${first.span_id}`);
    this.traceId = whole.id;
    /** The span that asked for it; null of the first leg. */
    this.askedBy = isRoot ? null : first.parent_id;
    /**
     * The leg that asked for it; null of the first, and where that is not known.
     * @type {Leg | null}
     */
    this.caller = null;
  }
}

/**
 * The legs of a trace, by their beginning; the trace itself where one service served it all.
 * @param {Trace} trace
 * @returns {Trace[]}
 */
export function legsOf(trace) {
  const known = cache.get(trace);
  if (known?.version === trace.version) return known.legs;
  const firsts = beginnings(trace);
  const legs = firsts.length > 1 ? divide(trace, firsts) : [trace];
  cache.set(trace, { version: trace.version, legs });
  return legs;
}

/**
 * The spans with which a leg begins. What two instruments of a service tell of the same request begins one.
 * @param {Trace} trace
 */
function beginnings(trace) {
  const found = trace.ordered.filter((span) => begins(span, trace));
  const kept = new Map(found.toReversed().map((span) => [`${span.server} ${span.parent_id}`, span]));
  return found.filter((span) => kept.get(`${span.server} ${span.parent_id}`) === span).slice(0, MOST_LEGS);
}

/**
 * @param {Span} span
 * @param {Trace} trace
 */
function begins(span, trace) {
  if (!ENTRIES.has(span.stage)) return false;
  const parent = trace.spans.get(span.parent_id ?? "");
  return !parent || parent.server !== span.server || ASKING.has(parent.stage);
}

/**
 * @param {Trace} trace
 * @param {Span[]} firsts
 * @returns {Leg[]}
 */
function divide(trace, firsts) {
  const root = firsts.find((span) => span === trace.entry) ?? firsts[0];
  const legs = new Map(firsts.map((first) => [first, new Leg(trace, first, first === root)]));
  const byId = new Map(firsts.map((first) => [first.span_id, first]));
  const home = homes(trace, byId, root);
  for (const span of trace.ordered) legs.get(home(span))?.upsert(span);
  for (const [first, leg] of legs) {
    leg.heard = trace.heard;
    const asking = trace.spans.get(first.parent_id ?? "");
    if (first !== root && asking) leg.caller = legs.get(home(asking)) ?? null;
  }
  return [...legs.values()].toSorted((one, other) => byStart(one.root, other.root));
}

/**
 * Which leg a span belongs to, by the span with which that begins: the nearest one around it.
 * @param {Trace} trace
 * @param {Map<string, Span>} byId
 * @param {Span} root
 */
function homes(trace, byId, root) {
  const before = new Map([...byId.values()].map((first) => [`${first.server} ${first.parent_id}`, first]));
  return (/** @type {Span} */ span) => {
    if (BEFORE.has(span.stage)) return before.get(`${span.server} ${span.parent_id}`) ?? root;
    for (const one of trace.lineage(span)) {
      const first = byId.get(one.span_id);
      if (first) return first;
    }
    return root;
  };
}
