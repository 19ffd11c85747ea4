// @ts-check
// The one model of the page: traces and their spans, as the dashboard sent them.
// Frames go in through `absorb`; everything that is drawn is a function of this and of the playhead.
//
// A double holds moments of today to 256 ns, which is finer than anything shown.

/** @import { Note, Span } from "./types.js" */

import { Backlog } from "./backlog.js";
import { legsOf } from "./legs.js";
import { LossHistory } from "./loss-history.js";
import { Trace } from "./trace.js";

/** The dashboard keeps no more than this, so neither does the page; the oldest go first. */
const MOST_TRACES = 2000;
const MOST_SPANS = 50000;

/** What the dashboard holds, mirrored. `version` grows with each change, so that readers can cache. */
export class Model {
  version = 0;
  /** The dashboard's time as its last frame said it, in ns. */
  now = 0;
  losses = new LossHistory();
  backlog = new Backlog();
  /** How many spans were left out of frames, since no message holds them. */
  tooLarge = 0;
  /** A sentence about the dashboard itself, e.g. that Redis is away; empty when all is well. */
  notice = "";
  /** @type {Map<string, Trace>} */
  #traces = new Map();
  #size = 0;

  get traces() {
    return this.#traces;
  }

  /**
   * A trace, or the leg of one, by its id.
   * @param {string} id
   */
  trace(id) {
    const trace = this.#traces.get(id.split(".", 1)[0]);
    return trace && legsOf(trace).find((leg) => leg.id === id);
  }

  /** Forget everything: a snapshot is about to bring it again. */
  clear() {
    this.#traces.clear();
    this.#size = 0;
    this.version += 1;
  }

  /**
   * Take spans over. Returns how many of them changed something.
   * @param {Span[]} spans
   */
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

  /**
   * Take over what a frame says beside its spans.
   * @param {Note} note
   */
  note({ now_ns, kept, losses, notice, backlog, too_large = 0 }) {
    this.now = now_ns;
    if (backlog && this.backlog.note(now_ns, backlog)) this.version += 1;
    this.notice = notice ?? this.notice;
    this.losses.note(now_ns, { losses, kept });
    this.tooLarge += too_large;
  }

  #evict() {
    for (const [id, trace] of this.#traces) {
      if (this.#traces.size <= MOST_TRACES && this.#size <= MOST_SPANS) return;
      this.#traces.delete(id);
      this.#size -= trace.spans.size;
    }
  }

  /** @param {string} id */
  #traceOf(id) {
    const trace = this.#traces.get(id) ?? new Trace(id);
    this.#traces.set(id, trace);
    return trace;
  }
}
