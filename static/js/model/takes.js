// @ts-check
// A take is what one film shows: the requests of one run, or strangers that came close together.
// Pure: (model) -> takes, oldest first. The newest is what the live playhead looks at.

/** @import { Model } from "./model.js" */
/** @import { Trace } from "./trace.js" */
/** @import { Span, Take } from "./types.js" */

import { SCENARIO } from "./attributes.js";
import { isMessage, messagesBySession } from "./sockets.js";

/** Requests that nobody fired from here belong together when less than this lies between them. */
const SILENCE_NS = 2e9;
/** A request whose end was never reported would otherwise take in all that ever come after it. */
const OPEN_NS = 60e9;

/**
 * All takes of the model, oldest first.
 * @param {Model} model
 */
export function takes(model) {
  /** @type {Map<string, Trace[]>} */
  const runs = new Map();
  /** @type {Trace[]} */
  const strangers = [];
  for (const trace of model.traces.values()) {
    if (isMessage(trace)) continue;
    const run = trace.run === null ? strangers : (runs.get(trace.run) ?? []);
    run.push(trace);
    if (trace.run !== null) runs.set(trace.run, run);
  }
  const groups = [...runs, ...clusters(strangers).map((traces) => /** @type {const} */ ([traces[0].id, traces]))];
  const messages = messagesBySession(model.traces.values());
  return groups.map(([key, traces]) => take(key, traces, messages, model)).toSorted(byBeginning);
}

/**
 * Everything in the model as one take, as of a film that was recorded.
 * @param {Model} model
 */
export function wholeTake(model) {
  const traces = [...model.traces.values()].filter((trace) => !isMessage(trace));
  if (!traces.length) return [];
  return [take(traces[0].run ?? traces[0].id, traces, messagesBySession(model.traces.values()), model)];
}

/**
 * Takes that are looked at together, as one.
 * @param {Take[]} together oldest first, at least one
 * @returns {Take}
 */
export function mergeTakes(together) {
  const [first] = together;
  if (together.length === 1) return first;
  const traces = together.flatMap((one) => one.traces).toSorted(byStart);
  return {
    ...first,
    runs: together.map(({ key }) => key),
    traces,
    numbers: numbers(traces),
    messages: new Map(together.flatMap(({ messages }) => [...messages])),
    from: Math.min(...together.map(({ from }) => from)),
    to: Math.max(...together.map(({ to }) => to)),
    open: together.some(({ open }) => open),
    version: together.reduce((sum, { version }) => sum + version, 0),
  };
}

/**
 * Order takes by their beginning. One that claims to begin later than it was heard of, by a clock that is fast,
 * stands where it was heard of.
 * @param {Take} one
 * @param {Take} other
 */
function byBeginning(one, other) {
  return beginning(one) - beginning(other) || one.from - other.from || (one.key < other.key ? -1 : 1);
}

/** @param {Take} take */
function beginning({ from, traces }) {
  return Math.min(from, ...traces.map(({ heard }) => heard));
}

/**
 * Order traces by time, and in the same way whatever the order of arrival.
 * @param {Trace} one
 * @param {Trace} other
 */
function byStart(one, other) {
  return one.from - other.from || (one.id < other.id ? -1 : 1);
}

/**
 * Groups of traces with no long silence in them.
 * @param {Trace[]} traces
 */
function clusters(traces) {
  /** @type {Trace[][]} */
  const found = [];
  let end = -Infinity;
  for (const trace of traces.toSorted(byStart)) {
    const cluster = found.at(-1);
    if (cluster && trace.from - end <= SILENCE_NS) cluster.push(trace);
    else {
      found.push([trace]);
      end = -Infinity;
    }
    end = Math.max(end, trace.to + (trace.open ? OPEN_NS : 0));
  }
  return found;
}

/**
 * @param {string} key
 * @param {Trace[]} unordered
 * @param {Map<string, Span[]>} messages
 * @param {Model} model
 * @returns {Take}
 */
function take(key, unordered, messages, model) {
  const traces = unordered.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0) || byStart(one, other));
  return {
    key,
    traces,
    numbers: numbers(traces),
    messages: new Map(traces.flatMap(({ id }) => (messages.has(id) ? [[id, messages.get(id) ?? []]] : []))),
    from: Math.min(...traces.map((trace) => trace.from)),
    to: Math.max(...traces.map((trace) => trace.to)),
    open: traces.some((trace) => trace.open),
    version: traces.reduce((sum, trace) => sum + trace.version + changes(messages.get(trace.id) ?? []), 0),
    scenario: traces.find((trace) => trace.client)?.client?.attributes[SCENARIO] ?? null,
    backlog: model.backlog,
  };
}

/**
 * A number that grows with each message and with each end of one.
 * @param {Span[]} messages
 */
function changes(messages) {
  return messages.reduce((sum, message) => sum + (message.end_ns === null ? 1 : 2), 0);
}

/**
 * Token numbers: what the runner counted, else the order of arrival at that server, as where several runs meet.
 * @param {Trace[]} traces
 * @returns {Map<string, number>}
 */
function numbers(traces) {
  const counters = new Map();
  const last = new Map(traces.map((trace) => [`${trace.index} ${trace.server}`, trace]));
  const isTwice = (/** @type {Trace} */ trace) => last.get(`${trace.index} ${trace.server}`) !== trace;
  const meeting = new Set(traces.filter(isTwice).map(({ server }) => server));
  return new Map(
    traces.map((trace) => {
      const next = (counters.get(trace.server) ?? 0) + 1;
      counters.set(trace.server, next);
      return [trace.id, (meeting.has(trace.server) ? null : trace.index) ?? next];
    }),
  );
}
