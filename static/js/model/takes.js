// @ts-check
// A take is what one film shows: the requests of one run, or strangers that came close together; of strangers that do
// not cease, those of the last seconds. Pure: (model) -> takes, oldest first. The newest is what the live playhead
// looks at.

/** @import { Model } from "./model.js" */
/** @import { Trace } from "./trace.js" */
/** @import { Interval, Span, Take } from "./types.js" */

import { SCENARIO } from "./attributes.js";
import { legsOf } from "./legs.js";
import { isMessage, messagesBySession } from "./sockets.js";

/** Requests that nobody fired from here belong together when less than this lies between them. */
export const SILENCE_NS = 2e9;
/** A request whose end was never reported would otherwise take in all that ever come after it. */
const OPEN_NS = 60e9;
/** How much of a living service is shown where nobody has chosen otherwise. */
const WINDOW_NS = 10e9;
/** A token has room for three figures. */
const MOST_NUMBER = 999;
/** More than a model holds. */
const MOST_KNOWN = 4000;
/** For so long a run that has ended stays, though others' requests go on. */
const AFTER_RUN_NS = 10e9;

/**
 * Which strangers make a take.
 * @typedef {object} Cut
 * @property {(traces: Trace[], now: number) => Trace[]} [choose] those that are shown
 * @property {number | null} [windowNs] so much of them, up to the newest; null: those with no silence between them,
 *   of the last ten seconds at most
 * @property {Map<string, number>} [numbers] the numbers that requests have had: a living service's keep theirs
 */

/**
 * All takes of the model, oldest first.
 * @param {Model} model
 * @param {Cut} [cut]
 */
export function takes(model, { choose = (traces) => traces, windowNs = null, numbers: known } = {}) {
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
  const messages = messagesBySession(model.traces.values());
  const fired = [...runs].map(([key, traces]) => take(key, traces, messages, model));
  const others = clusters(choose(strangers, model.now), windowNs ?? SILENCE_NS).map((traces) => {
    const whole = take(traces[0].id, traces, messages, model);
    if (known) whole.numbers = keptNumbers(whole, known);
    return lastOf(whole, windowNs ?? WINDOW_NS, model.now, messages);
  });
  return inOrder(fired, others);
}

/**
 * From when to when a take goes, at the moment `now`: one that is going on ends now. A living service's window goes
 * on until it has been silent for a while, and begins as much earlier as it is wide.
 * @param {Pick<Take, "from" | "to" | "open" | "windowNs">} take
 * @param {number} now
 * @returns {Interval}
 */
export function rangeOf({ from, to, open, windowNs }, now) {
  const last = open ? Math.max(to, now) : to;
  if (windowNs === undefined) return { from, to: last };
  const end = Math.max(last, Math.min(now, to + SILENCE_NS));
  return { from: Math.max(from, end - windowNs), to: end };
}

/**
 * A part of a take that no longer changes its bounds: its requests in `range`, or `chosen` ones of them.
 * @param {Take} whole
 * @param {Interval} range
 * @param {Trace[]} [chosen]
 * @returns {Take}
 */
export function partOfTake(whole, { from, to }, chosen = whole.traces) {
  const traces = chosen.filter((trace) => trace.from <= to && lastOfTrace(trace) >= from);
  return { ...whole, traces, from, to, open: false, windowNs: undefined, isPart: true, version: versionOf(traces) };
}

/** @param {Trace} trace */
function lastOfTrace(trace) {
  return trace.open ? Infinity : trace.to;
}

/** @param {Trace[]} traces */
function versionOf(traces) {
  return traces.reduce((sum, { version }) => sum + version, 0);
}

/**
 * Of strangers that go on for longer than a window, those of the window that ends with the newest.
 * @param {Take} whole
 * @param {number} windowNs
 * @param {number} now
 * @param {Map<string, Span[]>} messages
 * @returns {Take}
 */
function lastOf(whole, windowNs, now, messages) {
  const windowed = { ...whole, windowNs };
  const range = rangeOf(windowed, now);
  if (range.from <= whole.from) return whole;
  const { traces } = partOfTake(whole, range);
  const version = versionOf(traces) + traces.reduce((sum, { id }) => sum + changes(messages.get(id) ?? []), 0);
  return { ...windowed, traces, version, open: traces.some((trace) => trace.open) };
}

/**
 * Runs and strangers in order. Strangers that go on through a run come after it again when it has been over for a
 * while: a service that never rests would otherwise not be seen any more.
 * @param {Take[]} fired
 * @param {Take[]} others
 */
function inOrder(fired, others) {
  const found = [...fired, ...others].toSorted(byBeginning);
  const last = found.at(-1);
  const goingOn = others.at(-1);
  if (!last || !goingOn || !fired.includes(last) || last.open) return found;
  const newest = Math.max(...goingOn.traces.map(({ from, heard }) => Math.min(from, heard)));
  if (newest < last.to + AFTER_RUN_NS) return found;
  return [...found.filter((one) => one !== goingOn), goingOn];
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
 * @param {number} silenceNs
 */
function clusters(traces, silenceNs) {
  /** @type {Trace[][]} */
  const found = [];
  let end = -Infinity;
  for (const trace of traces.toSorted(byStart)) {
    const cluster = found.at(-1);
    if (cluster && trace.from - end <= silenceNs) cluster.push(trace);
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
  const whole = unordered.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0) || byStart(one, other));
  const traces = whole.flatMap(legsOf);
  return {
    key,
    traces,
    numbers: forLegs(traces, numbers(whole)),
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
 * The numbers of traces, also by the ids of their legs: it is one journey.
 * @param {Trace[]} legs
 * @param {Map<string, number>} known
 */
function forLegs(legs, known) {
  return new Map(legs.map(({ id, traceId }) => [id, known.get(traceId) ?? 0]));
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

/**
 * The numbers of a take, where a request keeps the one that it was first given: those before it may be forgotten, or
 * come to be hidden. They count the requests of all services, so that a number is one journey, and begin anew with
 * each take, and after 999.
 * @param {Take} take
 * @param {Map<string, number>} known is added to, and forgets what is long gone
 * @returns {Map<string, number>}
 */
function keptNumbers({ traces }, known) {
  let last = traces.reduce((number, { traceId }) => known.get(traceId) ?? number, 0);
  for (const { traceId } of traces) {
    if (known.has(traceId)) continue;
    last = (last % MOST_NUMBER) + 1;
    known.set(traceId, last);
  }
  for (const id of known.keys()) {
    if (known.size <= MOST_KNOWN) break;
    known.delete(id);
  }
  return forLegs(traces, known);
}
