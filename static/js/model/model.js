// The one model of the page: traces and their spans, as the dashboard sent them.
// Frames go in through `absorb`; everything that is drawn is a function of this and of the playhead.
//
// Times are nanoseconds since 1970. A double holds those to 256 ns, which is finer than anything shown.

import { Backlog } from "./backlog.js";

/** The dashboard keeps no more than this, so neither does the page; the oldest go first. */
const MOST_TRACES = 2000;
const MOST_SPANS = 50000;

/** Which property of a trace names its span of a stage. */
const ROLES = { client: "client", server: "entry", session: "session", message: "message" };

/** What the dashboard holds, mirrored. `version` grows with each change, so that readers can cache. */
export class Model {
  version = 0;
  kept = null;
  losses = {};
  backlog = new Backlog();
  /** A sentence about the dashboard itself, e.g. that Redis is away; empty when all is well. */
  notice = "";
  #traces = new Map();
  #size = 0;

  get traces() {
    return this.#traces;
  }

  trace(id) {
    return this.#traces.get(id);
  }

  /** Forget everything: a snapshot is about to say it anew. */
  clear() {
    this.#traces.clear();
    this.#size = 0;
    this.version += 1;
  }

  /** Take spans over. Returns how many of them changed something. */
  absorb(spans) {
    let changed = 0;
    for (const span of spans) {
      const trace = this.#traceOf(span.trace_id);
      const before = trace.spans.size;
      changed += trace.upsert(span) ? 1 : 0;
      this.#size += trace.spans.size - before;
    }
    this.#evict();
    if (changed) this.version += 1;
    return changed;
  }

  /** What a frame says beside its spans. */
  note({ now_ns, kept, losses, notice, backlog }) {
    if (backlog && this.backlog.note(now_ns, backlog)) this.version += 1;
    this.notice = notice ?? this.notice;
    if (kept) this.kept = kept;
    if (losses) this.losses = { ...this.losses, ...losses };
  }

  #evict() {
    for (const [id, trace] of this.#traces) {
      if (this.#traces.size <= MOST_TRACES && this.#size <= MOST_SPANS) return;
      this.#traces.delete(id);
      this.#size -= trace.spans.size;
    }
  }

  #traceOf(id) {
    if (!this.#traces.has(id)) this.#traces.set(id, new Trace(id));
    return this.#traces.get(id);
  }
}

/** Whether a span ended because its process died, as the dashboard concluded. */
export function hasDied(span) {
  return span?.attributes["gatescope.died"] === true;
}

function isCertain(span) {
  return span.end_ns !== null && !hasDied(span);
}

/**
 * Whether `span` replaces another version of itself, whatever the order of arrival: an end that its own process told
 * wins over everything else, and of what is not certain the one that the dashboard heard last.
 */
function supersedes(span, known) {
  if (isCertain(span) !== isCertain(known)) return isCertain(span);
  const later = (span.received_ns ?? 0) - (known.received_ns ?? 0);
  return isCertain(span) ? later < 0 : later >= 0;
}

/** Spans in the one order in which everything reads them: by their start, and by id when they start together. */
function byStart(one, other) {
  return one.start_ns - other.start_ns || (one.span_id < other.span_id ? -1 : 1);
}

/** One request: its spans by id, and what the stage asks of them most often. */
export class Trace {
  version = 0;
  from = Infinity;
  /** When the dashboard first heard of it, in ns; Infinity where that is not known. */
  heard = Infinity;
  spans = new Map();
  client = null;
  entry = null;
  /** Of a WebSocket: while it is open. */
  session = null;
  /** The message of a session, which is a trace of its own. */
  message = null;
  #last = null;
  #ordered = null;
  #first = null;

  constructor(id) {
    this.id = id;
  }

  /** Insert or replace. Returns whether something changed. */
  upsert(span) {
    this.heard = Math.min(this.heard, span.received_ns || Infinity);
    const known = this.spans.get(span.span_id);
    if (known && !supersedes(span, known)) return false;
    this.spans.set(span.span_id, span);
    this.version += 1;
    this.#ordered = null;
    this.#first = null;
    this.from = Math.min(this.from, span.start_ns);
    this.#last = null;
    if (ROLES[span.stage]) this.#cast(ROLES[span.stage], span);
    return true;
  }

  /** Of several spans of a role the first one has it. */
  #cast(role, span) {
    const known = this[role];
    if (!known || known.span_id === span.span_id || byStart(span, known) < 0) this[role] = span;
  }

  /** All spans by their start, and by id when they start together: the same whatever the order of arrival. */
  get ordered() {
    this.#ordered ??= [...this.spans.values()].sort(byStart);
    return this.#ordered;
  }

  /** The first span of a stage; undefined when there is none. */
  first(stage) {
    // Made from the end, so that the first of a stage is the last to be put in.
    this.#first ??= new Map(this.ordered.map((span) => [span.stage, span]).reverse());
    return this.#first.get(stage);
  }

  /** The span that decides whether the request is over: what the client saw, else what the server saw. */
  get root() {
    return this.client ?? this.entry ?? this.ordered[0];
  }

  get server() {
    return (this.entry ?? this.root).server;
  }

  get open() {
    return this.root.end_ns === null;
  }

  /** End of the last thing known, in ns. */
  get to() {
    this.#last ??= this.ordered.reduce((last, span) => Math.max(last, span.start_ns, span.end_ns ?? 0), -Infinity);
    return this.#last;
  }

  get run() {
    return this.client?.attributes["gatescope.run"] ?? null;
  }

  get index() {
    return this.client?.attributes["gatescope.index"] ?? null;
  }

  get status() {
    return this.root.attributes["http.response.status_code"] ?? this.entry?.attributes["http.response.status_code"];
  }

  /** Its client left on purpose before the answer was complete. */
  get left() {
    return this.client?.attributes["gatescope.client.left_ns"] !== undefined;
  }

  /** The span in which the request died with its worker, outermost first; undefined when it did not. */
  get death() {
    return hasDied(this.entry) ? this.entry : this.ordered.find(hasDied);
  }

  /** Whether a WebSocket was asked for. */
  get socket() {
    return [this.client, this.entry].some((span) => span?.attributes["network.protocol.name"] === "websocket");
  }

  get failed() {
    if (this.left || this.death || (this.socket && this.status !== undefined && this.status !== 101)) return true;
    // A consumer that still speaks to a client that has left meets an error; its client met none.
    if (this.socket && this.client?.end_ns) return this.client.status === "error";
    return this.status >= 500 || this.root.status === "error" || this.entry?.status === "error";
  }
}
