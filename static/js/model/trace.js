// @ts-check
// One request: its spans, and what the stage asks of them most often. Pure.

/** @import { Span } from "./types.js" */

import { CLIENT_LEFT_AT, DIED, END_NOT_TOLD, INDEX, INTERFACE, PROTOCOL_NAME, RUN, STATUS } from "./attributes.js";
import { supersedes } from "./versions.js";

/**
 * Which property of a trace names its span of a stage.
 * @type {Map<string, "client" | "entry" | "session" | "message">}
 */
const ROLES = new Map([
  ["client", "client"],
  ["server", "entry"],
  ["task", "entry"],
  ["session", "session"],
  ["message", "message"],
]);

/**
 * Whether a span ended because its process died, as the dashboard concluded.
 * @param {Span | null} span
 */
export function hasDied(span) {
  return span?.attributes[DIED] === true;
}

/**
 * Whether a span's process was gone before it told the end, though the request had been answered.
 * @param {Span | null} span
 */
export function isEndNotTold(span) {
  return span?.attributes[END_NOT_TOLD] === true;
}

/**
 * Order spans by their start, and by id when they start together: the one order in which everything reads them.
 * @param {Span} one
 * @param {Span} other
 */
export function byStart(one, other) {
  return one.start_ns - other.start_ns || (one.span_id < other.span_id ? -1 : 1);
}

export class Trace {
  version = 0;
  from = Infinity;
  /** When the dashboard first heard of it; Infinity where that is not known. */
  heard = Infinity;
  /** @type {Map<string, Span>} */
  spans = new Map();
  /** @type {Span | null} */
  client = null;
  /** @type {Span | null} */
  entry = null;
  /**
   * The session of a WebSocket, from accept to close.
   * @type {Span | null}
   */
  session = null;
  /**
   * The message of a session, which is a trace of its own.
   * @type {Span | null}
   */
  message = null;
  /** @type {number | null} */
  #last = null;
  /** @type {Span[] | null} */
  #ordered = null;
  /** @type {Map<string, Span> | null} */
  #first = null;

  /** @param {string} id */
  constructor(id) {
    this.id = id;
    /** The trace's own id; another than `id` where this is a part of a trace. */
    this.traceId = id;
  }

  /**
   * Insert or replace a span. Returns whether something changed.
   * @param {Span} span
   */
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
    this.#cast(span);
    return true;
  }

  /**
   * Give a span its role; of several spans with the same role the first one has it. What another instrument of the
   * same service tells of a request is less than what our probes do.
   * @param {Span} span
   */
  #cast(span) {
    const role = ROLES.get(span.stage);
    if (!role) return;
    const known = this[role];
    if (!known || known.span_id === span.span_id) this[role] = span;
    else if (role === "entry" && known.server === span.server && isOurs(known) !== isOurs(span))
      this[role] = isOurs(span) ? span : known;
    else if (byStart(span, known) < 0) this[role] = span;
  }

  /** All spans in their one order, whatever the order of arrival was. */
  get ordered() {
    this.#ordered ??= [...this.spans.values()].toSorted(byStart);
    return this.#ordered;
  }

  /**
   * The first span of a stage; undefined when there is none.
   * @param {string} stage
   */
  first(stage) {
    // Made from the end, so that the first of a stage is the last to be put in.
    this.#first ??= new Map(this.ordered.toReversed().map((span) => [span.stage, span]));
    return this.#first.get(stage);
  }

  /**
   * A span, its parent, and so on to the root; a circle ends it.
   * @param {Span | undefined} span
   */
  *lineage(span) {
    const seen = new Set();
    for (let current = span; current && !seen.has(current); current = this.spans.get(current.parent_id ?? "")) {
      seen.add(current);
      yield current;
    }
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

  /** End of the last thing known. */
  get to() {
    this.#last ??= this.ordered.reduce((last, span) => Math.max(last, span.start_ns, span.end_ns ?? 0), -Infinity);
    return this.#last;
  }

  get run() {
    return this.client?.attributes[RUN] ?? null;
  }

  get index() {
    return this.client?.attributes[INDEX] ?? null;
  }

  get status() {
    return this.root.attributes[STATUS] ?? this.entry?.attributes[STATUS];
  }

  /** Whether its client left on purpose before the answer was complete. */
  get left() {
    return this.client?.attributes[CLIENT_LEFT_AT] !== undefined;
  }

  /** The span in which the request died with its worker, outermost first; undefined when it did not. */
  get death() {
    return this.entry && hasDied(this.entry) ? this.entry : this.ordered.find(hasDied);
  }

  /** Whether a WebSocket was asked for. */
  get socket() {
    return [this.client, this.entry].some((span) => span?.attributes[PROTOCOL_NAME] === "websocket");
  }

  get failed() {
    if (this.left || this.death || (this.socket && this.status !== undefined && this.status !== 101)) return true;
    // A consumer that still speaks to a client that has left meets an error; its client met none.
    if (this.socket && this.client?.end_ns) return this.client.status === "error";
    return (this.status ?? 0) >= 500 || this.root.status === "error" || this.entry?.status === "error";
  }
}

/** @param {Span} span */
function isOurs(span) {
  return span.attributes[INTERFACE] !== undefined;
}
