// @ts-check
// A film that is here as a whole: what a player needs of it. There is no socket, no form and nothing live.

/** @import { Server, ServerFacts, Span } from "../model/types.js" */

import { Model } from "../model/model.js";

/**
 * Lengths of the kernel's accept queues are pairs of moment and number, by server.
 * @typedef {{ spans: Span[], servers: (Server & ServerFacts)[], backlog?: Record<string, [number, number][]> }} Film
 */

/**
 * Model, clock and servers of a film, for `Player`. Time stands at the end: what is still open in the film stays open
 * until there.
 * @param {Film} film
 */
export function partsOf({ spans, servers, backlog = {} }) {
  const end = spans.reduce((last, span) => Math.max(last, span.start_ns, span.end_ns ?? 0), 0);
  const facts = new Map(servers.map((server) => [server.name, server]));
  return {
    model: modelOf(spans, backlog),
    clock: { now: () => end, tick: () => performance.now() },
    fleet: { facts: (/** @type {string} */ name) => facts.get(name) ?? {} },
  };
}

/**
 * @param {Span[]} spans
 * @param {Record<string, [number, number][]>} backlog
 */
function modelOf(spans, backlog) {
  const model = new Model();
  model.absorb(spans);
  for (const [server, steps] of Object.entries(backlog))
    for (const [t, n] of steps) model.note({ now_ns: t, backlog: { [server]: n } });
  return model;
}
