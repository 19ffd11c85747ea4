// A take is what one film shows: the requests of one run, or strangers that came close together.
// Pure: (model) -> takes, oldest first. The newest is what the live playhead looks at.

import { isMessage, messagesBySession } from "./sockets.js";

/** Requests that nobody fired from here belong together when less than this lies between them. */
const SILENCE_NS = 2e9;
/** One whose end was never told would otherwise take in all that ever come after it. */
const OPEN_NS = 60e9;

/** All takes of the model, oldest first. */
export function takes(model) {
  const runs = new Map();
  const strangers = [];
  const messages = messagesBySession(model.traces.values());
  for (const trace of model.traces.values()) {
    if (isMessage(trace)) continue;
    if (trace.run === null) strangers.push(trace);
    else runs.get(trace.run)?.push(trace) ?? runs.set(trace.run, [trace]);
  }
  const found = [...[...runs].map(([key, traces]) => take(key, traces, messages)), ...clusters(strangers, messages)];
  for (const one of found) one.backlog = model.backlog;
  return found.sort(byBeginning);
}

/** A take that claims to begin later than it was heard of, by a clock that is fast, stands where it was heard of. */
function byBeginning(one, other) {
  return beginning(one) - beginning(other) || byStart(one, other);
}

function beginning({ from, traces }) {
  return Math.min(from, ...traces.map(({ heard }) => heard));
}

/** In the order of time, and in the same one whatever the order of arrival. */
function byStart(one, other) {
  return one.from - other.from || ((one.key ?? one.id) < (other.key ?? other.id) ? -1 : 1);
}

/** Everything in the model as one take, as of a film that was recorded. */
export function wholeTake(model) {
  const traces = [...model.traces.values()].filter((trace) => !isMessage(trace));
  if (!traces.length) return [];
  const whole = take(traces[0].run ?? traces[0].id, traces, messagesBySession(model.traces.values()));
  return [{ ...whole, backlog: model.backlog }];
}

function clusters(traces, messages) {
  const found = [];
  let current = null;
  for (const trace of traces.sort(byStart)) {
    if (!current || trace.from - current.to > SILENCE_NS) {
      current = { to: -Infinity, traces: [] };
      found.push(current);
    }
    current.traces.push(trace);
    current.to = Math.max(current.to, trace.to + (trace.open ? OPEN_NS : 0));
  }
  return found.map((cluster) => take(cluster.traces[0].id, cluster.traces, messages));
}

function take(key, traces, messages) {
  traces.sort((one, other) => (one.index ?? 0) - (other.index ?? 0) || byStart(one, other));
  return {
    key,
    traces,
    numbers: numbers(traces),
    /** Spans of the stage `message`, by the id of their session's trace. */
    messages: new Map(
      traces.filter((trace) => messages.has(trace.id)).map((trace) => [trace.id, messages.get(trace.id)]),
    ),
    from: Math.min(...traces.map((trace) => trace.from)),
    to: Math.max(...traces.map((trace) => trace.to)),
    open: traces.some((trace) => trace.open),
    version: traces.reduce((sum, trace) => sum + trace.version + told(messages.get(trace.id) ?? []), 0),
    scenario: traces.find((trace) => trace.client)?.client.attributes["gatescope.scenario"] ?? null,
  };
}

/** Grows with each message and with each end of one. */
function told(messages) {
  return messages.reduce((sum, message) => sum + (message.end_ns === null ? 1 : 2), 0);
}

/** Token numbers: what the runner counted, else the order of arrival at that server. */
function numbers(traces) {
  const counters = new Map();
  return new Map(
    traces.map((trace) => {
      const next = (counters.get(trace.server) ?? 0) + 1;
      counters.set(trace.server, next);
      return [trace.id, trace.index ?? next];
    }),
  );
}
