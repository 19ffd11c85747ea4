// @ts-check
// Who was running it: a take as lanes of bars, step curves and crossing arcs. Pure; `lane-painter` draws it.

/** @import { Trace } from "../model/trace.js" */
/** @import { Interval, Segment, Server, Span, Take } from "../model/types.js" */
/** @import { Arc, Bar, Lane, LaneKind, LaneModel } from "./types.js" */

import { LOOP, PROCESS_ID, THREAD_ID } from "../model/attributes.js";
import { blockedWindows } from "../model/blocked.js";
import { chunkMoments } from "../model/chunks.js";
import { isCoroutine, turns } from "../model/coroutine.js";
import { crossings } from "../model/crossings.js";
import { itinerary } from "../model/itinerary.js";
import { deepestOnLoop } from "../model/running-code.js";
import { isWait, threadStates } from "../model/thread-states.js";
import { barText, threadLabel, turnText, workerLabel } from "./lane-labels.js";
import { sessionLanes } from "./session-lanes.js";
import { backlogCurve, overlapping, requestsIn, stepCurve } from "./step-curves.js";

const INSIDE = new Set(["worker", "middleware", "view", "database"]);
/** More threads than this share one lane, a thin row for each. */
const MOST_THREADS = 2;

/**
 * Lanes and arcs of a take for `servers`, top to bottom as drawn.
 * @param {Take | null} take
 * @param {Server[]} servers
 * @returns {LaneModel}
 */
export function laneModel(take, servers) {
  /** @type {LaneModel} */
  const model = { lanes: [], arcs: [], traces: [] };
  if (!take) return model;
  for (const server of servers) {
    const traces = take.traces.filter((trace) => trace.server === server.name);
    if (!traces.length) continue;
    const { lanes, arcs } = onLoops(server, traces) ? asgi(server, traces, take) : wsgi(server, traces, take);
    model.lanes.push(...lanes);
    model.arcs.push(...arcs);
    model.traces.push(...traces);
  }
  return model;
}

/**
 * Whether the requests take turns on a loop: under ASGI, and under WSGI where each is a greenlet of gevent's hub.
 * @param {Server} server
 * @param {Trace[]} traces
 */
function onLoops(server, traces) {
  return server.interface === "asgi" || traces.some(({ entry }) => entry !== null && isGreenlet(entry));
}

/** @param {Span} entry of a request under WSGI */
function isGreenlet(entry) {
  return entry.attributes[LOOP] !== undefined && isCoroutine(entry);
}

/**
 * @param {Server} server
 * @param {Trace[]} traces
 * @param {Take} take
 * @returns {{ lanes: Lane[], arcs: Arc[] }}
 */
function wsgi(server, traces, take) {
  const workers = new LaneGroup(server);
  for (const trace of traces) {
    if (!trace.entry) continue;
    const { attributes } = trace.entry;
    const lane = workers.at(attributes[PROCESS_ID], attributes[THREAD_ID], "worker", workerLabel(attributes));
    lane.bars.push(...stays(trace, trace.entry, take));
    lane.chunks.push(...chunkMoments(trace));
  }
  const lanes = [...shared(workers.all()), callLane(server, traces, take), backlogCurve(server, traces, take)];
  return { lanes: lanes.filter((lane) => lane !== null), arcs: [] };
}

/**
 * @param {Server} server
 * @param {Trace[]} traces
 * @param {Take} take
 */
function asgi(server, traces, take) {
  const { loops, pool, arcs } = loopsAndThreads(server, traces, take);
  const lanes = [
    ...loops,
    ...sessionLanes(server, traces, take),
    ...shared(pool),
    callLane(server, traces, take),
    backlogCurve(server, traces, take),
    ...loops.map(lag),
    stepCurve(server, "awaiting", requestsIn(traces, ["awaiting", "parked"]), take),
    stepCurve(server, "pool", overlapping(arcs.map(({ from, returned }) => ({ from, to: returned }))), take),
  ].filter((lane) => lane !== null);
  return { lanes, arcs: rerouted(arcs, lanes) };
}

/**
 * The lanes of event loops, those of the threads that they hop to, and the hops as arcs between them.
 * @param {Server} server
 * @param {Trace[]} traces
 * @param {Take} take
 */
function loopsAndThreads(server, traces, take) {
  const loops = new LaneGroup(server);
  const pool = new LaneGroup(server);
  /** @type {Arc[]} */
  const arcs = [];
  for (const trace of traces) {
    if (!trace.entry) continue;
    const { [PROCESS_ID]: pid, [LOOP]: number } = trace.entry.attributes;
    const loop = loops.at(pid, number, "loop", `${server.interface === "asgi" ? "loop" : "hub"} ${pid ?? ""}`);
    loop.bars.push(...turnBars(trace, trace.entry, take));
    loop.traces?.push(trace);
    loop.chunks.push(...chunkMoments(trace));
    for (const hop of crossings(trace)) {
      const thread = pool.at(pid, hop.threadId, "thread", threadLabel(hop.threadName));
      thread.bars.push(...hopBars(hop, trace, take));
      arcs.push({ ...hop, above: loop.id, below: thread.id, trace });
    }
  }
  const found = loops.all();
  for (const loop of found) loop.blocked = blockedWindows(loop.bars);
  // A request that still stands at the door has no loop yet; when there is but one it will be that.
  if (found.length === 1) found[0].traces = traces;
  return { loops: found, pool: pool.all(), arcs };
}

/** Lanes by process and thread or loop, in order of first use. */
class LaneGroup {
  #server;
  /** @type {Map<string, Lane>} */
  #lanes = new Map();

  /** @param {Server} server */
  constructor(server) {
    this.#server = server;
  }

  /**
   * The lane of a thread or loop `inner` of a process, made when it is first asked for.
   * @param {number | undefined} pid
   * @param {number | undefined} inner
   * @param {LaneKind} kind
   * @param {string} label
   */
  at(pid, inner, kind, label) {
    const { name: server, interface: shape } = this.#server;
    const id = `${server} ${kind} ${pid} ${inner}`;
    const lane = this.#lanes.get(id) ?? emptyLane({ id, server, interface: shape, kind, label });
    this.#lanes.set(id, lane);
    return lane;
  }

  all() {
    const lanes = [...this.#lanes.values()];
    for (const lane of lanes) lane.bars.sort((one, other) => one.from - other.from);
    return lanes;
  }
}

/**
 * @param {Pick<Lane, "id" | "server" | "interface" | "kind" | "label">} about
 * @returns {Lane}
 */
function emptyLane(about) {
  return { ...about, bars: [], chunks: [], traces: [], members: [about.id] };
}

/**
 * A worker's bars: it is held all the time, whatever the request does.
 * @param {Trace} trace
 * @param {Span} span
 * @param {Take} take
 */
function stays(trace, span, take) {
  /** @type {Bar[]} */
  const bars = [];
  const number = take.numbers.get(trace.id);
  for (const segment of itinerary(trace)) {
    if (!INSIDE.has(segment.place)) continue;
    const texture = heldTexture(segment);
    const last = bars.at(-1);
    if (last?.texture === texture) last.to = segment.to;
    else bars.push({ from: segment.from, to: segment.to, texture, number, text: "", trace, span });
  }
  if (bars.length) longest(bars).text = barText(trace);
  return bars;
}

/**
 * @param {Segment} segment
 * @returns {Bar["texture"]}
 */
function heldTexture({ state, span }) {
  if (state === "running") return isWait(span) ? "awaiting" : "running";
  return state === "awaiting" ? "awaiting" : "parked";
}

/**
 * A loop's bars: the turns that a request's coroutine had on it. Whoever paints knows when one has lasted too long.
 * @param {Trace} trace
 * @param {Span} span
 * @param {Take} take
 * @returns {Bar[]}
 */
function turnBars(trace, span, take) {
  const number = take.numbers.get(trace.id);
  const found = turns(trace);
  const stages = deepestOnLoop(trace, found);
  return found.map((turn, i) => {
    const text = turnText(trace, stages[i]);
    return { ...turn, texture: "running", holdsLoop: true, number, text, trace, span };
  });
}

/**
 * What a thread did in one hop.
 * @param {ReturnType<typeof crossings>[number]} hop
 * @param {Trace} trace
 * @param {Take} take
 */
function hopBars({ started, returned, threadId, text, span }, trace, take) {
  const number = take.numbers.get(trace.id);
  const states = threadStates(trace, threadId, started, returned);
  /** @type {Bar[]} */
  const bars = states.map((state) => ({ ...state, number, text: "", trace, span }));
  if (bars.length) longest(bars).text = text;
  return bars;
}

/**
 * How long whoever wants the loop has to wait for it: it grows while somebody blocks.
 * @param {Lane} loop
 * @returns {Lane | null}
 */
function lag(loop) {
  if (!loop.blocked?.length) return null;
  return { ...loop, id: `${loop.id} lag`, kind: "lag", label: "loop lag", bars: [], chunks: [], members: [] };
}

/**
 * What the views asked of other services: a thin row for each call under way, so that those side by side are seen.
 * @param {Server} server
 * @param {Trace[]} traces
 * @param {Take} take
 * @returns {Lane | null}
 */
function callLane(server, traces, take) {
  /** @type {number[]} */
  const rows = [];
  /** @type {Bar[]} */
  const bars = [];
  for (const { span, trace } of callsOf(traces)) {
    const to = span.end_ns ?? Infinity;
    const free = rows.findIndex((until) => until <= span.start_ns);
    const row = free < 0 ? rows.length : free;
    rows[row] = to;
    const number = take.numbers.get(trace.id);
    bars.push({ from: span.start_ns, to, texture: "awaiting", number, text: "", trace, span, row });
  }
  if (!bars.length) return null;
  const { name, interface: shape } = server;
  const lane = emptyLane({ id: `${name} calls`, server: name, interface: shape, kind: "threads", label: "calls" });
  return { ...lane, bars, rows: rows.length };
}

/** @param {Trace[]} traces */
function callsOf(traces) {
  const calls = traces.flatMap((trace) =>
    trace.ordered.filter(({ stage }) => stage === "call").map((span) => ({ span, trace })),
  );
  return calls.toSorted((one, other) => one.span.start_ns - other.span.start_ns);
}

/**
 * Few threads get a lane each, many share one.
 * @param {Lane[]} lanes
 * @returns {Lane[]}
 */
function shared(lanes) {
  if (lanes.length <= MOST_THREADS) return lanes;
  // Worker after worker died, each with its own main thread.
  const what = lanes.every((lane) => lane.label.startsWith("worker")) ? "workers" : "threads";
  return [
    {
      ...lanes[0],
      id: `${lanes[0].server} threads`,
      kind: "threads",
      label: `${lanes.length} ${what}`,
      bars: lanes.flatMap((lane, row) => lane.bars.map((bar) => ({ ...bar, row }))),
      chunks: lanes.flatMap((lane, row) => lane.chunks.map((chunk) => ({ ...chunk, row }))),
      rows: lanes.length,
      members: lanes.flatMap((lane) => lane.members ?? []),
    },
  ];
}

/**
 * Arcs end at the lane that took their thread in.
 * @param {Arc[]} arcs
 * @param {Lane[]} lanes
 */
function rerouted(arcs, lanes) {
  const homes = new Map(lanes.flatMap(({ id, members = [] }) => members.map((member) => [member, id])));
  return arcs.map((arc) => ({ ...arc, below: homes.get(arc.below) ?? arc.below }));
}

/**
 * The longest of one or more.
 * @template {Interval} T
 * @param {T[]} intervals
 */
function longest(intervals) {
  return intervals.reduce((best, one) => (one.to - one.from > best.to - best.from ? one : best));
}
