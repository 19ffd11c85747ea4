// Who was running it: a take as lanes of bars, step curves and crossing arcs. Pure; `lanes` paints it.
//
// lane: {id, server, interface, kind, label, bars, chunks, steps, most}; of a backlog `inner` are the kernel's steps,
//       of a loop `blocked` are the windows in which somebody held it and `traces` those that live on it
// dart: {from, to, inwards, trace, span, row}, of lanes of kind "sessions"
// bar:  {from, to, texture, number, text, trace, span, row, holdsLoop}; textures: running, awaiting, parked, open

import { lastName } from "../lib/format.js";
import { blockedWindows } from "../model/blocked.js";
import { chunkMoments } from "../model/chunks.js";
import { turns } from "../model/coroutine.js";
import { crossings } from "../model/crossings.js";
import { itinerary } from "../model/itinerary.js";
import { sessionLanes } from "../model/sockets.js";
import { piecesOf } from "../model/thread-states.js";

const INSIDE = new Set(["worker", "middleware", "view", "database"]);
/** A curve that never held for this share of the take is a hair on the screen. */
const WORTH_DRAWING = 0.004;
/** What step curves are called. */
const CURVES = { backlog: "backlog", awaiting: "awaiting", pool: "thread pool" };
/** More threads than this share one lane, a thin row for each. */
const MOST_THREADS = 2;

/** Lanes and arcs of a take for `servers` ({name, interface}), top to bottom as drawn. */
export function tracks(take, servers) {
  const lanes = [];
  const arcs = [];
  const shown = [];
  for (const server of servers) {
    const traces = (take?.traces ?? []).filter((trace) => trace.server === server.name);
    if (!traces.length) continue;
    const one = server.interface === "asgi" ? asgi(server, traces, take) : wsgi(server, traces, take);
    lanes.push(...one.lanes);
    arcs.push(...one.arcs);
    shown.push(...traces);
  }
  return { lanes, arcs, traces: shown };
}

function wsgi(server, traces, take) {
  const workers = new Lanes(server);
  for (const trace of traces) {
    if (!trace.entry) continue;
    const { attributes } = trace.entry;
    const lane = workers.at(attributes["process.pid"], attributes["thread.id"], "worker", workerLabel(attributes));
    for (const bar of stays(trace, take)) lane.bars.push(bar);
    lane.chunks.push(...chunkMoments(trace));
  }
  const lanes = [...threads(workers.all(), server), calls(server, traces, take), door(server, traces, take)];
  return { lanes: lanes.filter(Boolean), arcs: [] };
}

function asgi(server, traces, take) {
  const loops = new Lanes(server);
  const pool = new Lanes(server);
  const arcs = [];
  for (const trace of traces) {
    if (!trace.entry) continue;
    const { attributes } = trace.entry;
    const loop = loops.at(
      attributes["process.pid"],
      attributes["gatescope.loop"],
      "loop",
      `loop ${attributes["process.pid"] ?? ""}`,
    );
    loop.bars.push(...turnBars(trace, take));
    loop.traces.push(trace);
    loop.chunks.push(...chunkMoments(trace));
    for (const hop of crossings(trace)) {
      const thread = pool.at(attributes["process.pid"], hop.threadId, "thread", threadLabel(hop.threadName));
      thread.bars.push(...hopBars(hop, trace, take));
      arcs.push({ ...hop, above: loop.id, below: thread.id, trace, number: take.numbers.get(trace.id) });
    }
  }
  for (const loop of loops.all()) loop.blocked = blockedWindows(loop.bars);
  // Who still stands at the door has no loop yet; when there is but one it will be that.
  if (loops.all().length === 1) loops.all()[0].traces = traces;
  const lanes = [
    ...loops.all(),
    ...sessionLanes(server, traces, take),
    ...threads(pool.all(), server),
    calls(server, traces, take),
    door(server, traces, take),
    ...loops.all().map((loop) => lag(loop)),
    curve(server, "awaiting", changes(traces, ["awaiting", "parked"]), take),
    curve(server, "pool", depth(arcs), take),
  ];
  return { lanes: lanes.filter(Boolean), arcs: rerouted(arcs, lanes) };
}

/** Lanes by process and thread or loop, in order of first use. */
class Lanes {
  #server;
  #lanes = new Map();

  constructor(server) {
    this.#server = server;
  }

  at(pid, inner, kind, label) {
    const id = `${this.#server.name} ${kind} ${pid} ${inner}`;
    if (!this.#lanes.has(id)) {
      this.#lanes.set(id, {
        id,
        server: this.#server.name,
        interface: this.#server.interface,
        kind,
        label,
        bars: [],
        chunks: [],
        traces: [],
        members: [id],
      });
    }
    return this.#lanes.get(id);
  }

  all() {
    const lanes = [...this.#lanes.values()];
    for (const lane of lanes) lane.bars.sort((one, other) => one.from - other.from);
    return lanes;
  }
}

/** A worker's bars: it is held all the time, whatever the request does. */
function stays(trace, take) {
  const bars = [];
  const number = take.numbers.get(trace.id);
  for (const segment of itinerary(trace)) {
    if (!INSIDE.has(segment.place)) continue;
    const texture = segment.state === "running" && waits(segment) ? "awaiting" : segment.state;
    const last = bars.at(-1);
    if (last?.texture === texture) last.to = segment.to;
    else bars.push({ from: segment.from, to: segment.to, texture, number, text: "", trace, span: trace.entry });
  }
  if (bars.length) longest(bars).text = barText(trace);
  return bars;
}

/** A loop's bars: the turns that a request's coroutine had on it. Whoever paints knows when one has lasted too long. */
function turnBars(trace, take) {
  const about = {
    texture: "running",
    number: take.numbers.get(trace.id),
    text: barText(trace),
    trace,
    span: trace.entry,
  };
  return turns(trace).map(({ from, to }) => ({ ...about, from, to, holdsLoop: true }));
}

/** A thread that asked a database or another service can do nothing until that answers. */
function waits({ span }) {
  return span.stage === "query" || span.stage === "call";
}

/** What a thread did in one hop. */
function hopBars({ started, returned, threadId, text, span }, trace, take) {
  const bars = piecesOf(trace, threadId, started, returned).map((piece) => ({
    ...piece,
    number: take.numbers.get(trace.id),
    text: "",
    trace,
    span,
  }));
  if (bars.length) longest(bars).text = text;
  return bars;
}

/** Who waits outside: derived from the requests and, inside of that, what the kernel counts in its accept queue. */
function door(server, traces, take) {
  const measured = take.backlog?.between(server.name, take.from, take.open ? Infinity : take.to) ?? [];
  const lane = curve(server, "backlog", changes(traces, ["waiting"]), take);
  if (!lane) return curve(server, "backlog", measured, take);
  return { ...lane, inner: measured, most: Math.max(lane.most, highest(measured)) };
}

/** How long whoever wants the loop has to wait for it: it grows while somebody blocks. */
function lag(loop) {
  if (!loop.blocked.length) return null;
  return { ...loop, id: `${loop.id} lag`, kind: "lag", label: "loop lag", bars: [], chunks: [], members: [] };
}

/** How many hops to threads are under way: what the pool was given and has not given back. */
function depth(hops) {
  return stepsOf(hops.flatMap(({ from, returned }) => risesAndFalls(from, returned)));
}

/** How many requests are in one of `states`, as steps {t, n}. */
function changes(traces, states) {
  const found = [];
  for (const trace of traces) {
    for (const { from, to, state } of itinerary(trace)) {
      if (states.includes(state)) found.push(...risesAndFalls(from, to));
    }
  }
  return stepsOf(found);
}

function risesAndFalls(from, to) {
  return Number.isFinite(to)
    ? [
        { t: from, by: 1 },
        { t: to, by: -1 },
      ]
    : [{ t: from, by: 1 }];
}

/** Changes {t, by} summed up. */
function stepsOf(found) {
  found.sort((one, other) => one.t - other.t || one.by - other.by);
  const steps = [];
  let n = 0;
  for (const { t, by } of found) {
    n += by;
    if (steps.at(-1)?.t === t) steps.at(-1).n = n;
    else steps.push({ t, n });
  }
  return steps;
}

/** A lane that draws `steps`; null when they never last. */
function curve(server, kind, steps, take) {
  const worth = (take.to - take.from) * WORTH_DRAWING;
  const lasted = steps.some((step, i) => step.n > 0 && (steps[i + 1]?.t ?? Infinity) - step.t > worth);
  if (!lasted) return null;
  return {
    id: `${server.name} ${kind}`,
    server: server.name,
    interface: server.interface,
    kind,
    label: CURVES[kind],
    bars: [],
    chunks: [],
    steps,
    most: highest(steps),
  };
}

function highest(steps) {
  return steps.reduce((most, { n }) => Math.max(most, n), 0);
}

/** What the views asked of other services: a thin row for each call under way, so that those side by side are seen. */
function calls(server, traces, take) {
  const rows = [];
  const bars = [];
  const asked = traces.flatMap((trace) =>
    trace.ordered.filter((span) => span.stage === "call").map((span) => ({ span, trace })),
  );
  for (const { span, trace } of asked.sort((one, other) => one.span.start_ns - other.span.start_ns)) {
    const to = span.end_ns ?? Infinity;
    const free = rows.findIndex((until) => until <= span.start_ns);
    const row = free < 0 ? rows.length : free;
    rows[row] = to;
    bars.push({
      from: span.start_ns,
      to,
      texture: "awaiting",
      number: take.numbers.get(trace.id),
      text: "",
      trace,
      span,
      row,
    });
  }
  if (!bars.length) return null;
  return {
    id: `${server.name} calls`,
    server: server.name,
    interface: server.interface,
    kind: "threads",
    label: "calls",
    bars,
    chunks: [],
    rows: rows.length,
  };
}

/** Few threads get a lane each, many share one. */
function threads(lanes, server) {
  if (lanes.length <= MOST_THREADS) return lanes;
  const bars = lanes.flatMap((lane, row) => lane.bars.map((bar) => ({ ...bar, row })));
  const chunks = lanes.flatMap((lane, row) => lane.chunks.map((chunk) => ({ ...chunk, row })));
  // Worker after worker died, each with its own main thread.
  const what = lanes.every((lane) => lane.label.startsWith("worker")) ? "workers" : "threads";
  return [
    {
      ...lanes[0],
      id: `${server.name} threads`,
      kind: "threads",
      label: `${lanes.length} ${what}`,
      bars,
      chunks,
      rows: lanes.length,
      members: lanes.flatMap((lane) => lane.members),
    },
  ];
}

/** Arcs end at the lane that took their thread in. */
function rerouted(arcs, lanes) {
  const homes = new Map(lanes.filter(Boolean).flatMap((lane) => (lane.members ?? []).map((id) => [id, lane.id])));
  return arcs.map((arc) => ({ ...arc, below: homes.get(arc.below) ?? arc.below }));
}

function workerLabel(attributes) {
  const name = attributes["thread.name"] ?? "";
  const own = name === "" || name === "MainThread" || /^uWSGI/i.test(name);
  return own ? `worker ${attributes["process.pid"] ?? ""}` : threadLabel(name);
}

/** The end of a thread's name tells it from its brothers: "ThreadPoolExecutor-0_3" is "thread …0_3". */
function threadLabel(name) {
  const short = String(name ?? "")
    .replace(/^.*?(-?\d+(_\d+)?)$/, "$1")
    .replace(/^-/, "");
  return short && short !== name ? `thread ${short}` : `thread ${String(name ?? "").slice(0, 12)}`;
}

/** What a bar says: its view, and that it ended with its process. */
function barText(trace) {
  const view = trace.first("view");
  const { "code.function.name": name, "http.route": route } = trace.entry?.attributes ?? {};
  if (trace.death) return "✕ died";
  if (view) return `${lastName(view.attributes["code.function.name"] ?? view.name)}()`;
  // Without Django there is no stage of the view, but the framework may have said where it routed to.
  return name ? `${lastName(name)}()` : (route ?? "");
}

function longest(bars) {
  return bars.reduce((best, bar) => (bar.to - bar.from > best.to - best.from ? bar : best));
}
