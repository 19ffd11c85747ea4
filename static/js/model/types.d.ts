// The shapes that travel through the page, from the dashboard's frames to what is drawn.
// Moments and durations are nanoseconds unless a name says otherwise; moments count from 1970.

import type {
    CLIENT_CONNECTED,
    CLIENT_LEFT_AT,
    CLIENT_SENT,
    CODE,
    CODE_FILE,
    CODE_ID,
    CODE_LINE,
    CROSSING_BACK,
    CROSSING_DIRECTION,
    CROSSING_FUNCTION,
    CROSSING_RAN,
    CROSSING_REASON,
    CROSSING_RETURNED,
    CROSSING_STARTED,
    CROSSING_THREAD_ID,
    CROSSING_THREAD_NAME,
    CROSSING_WAITED,
    DB_QUERY,
    DIED,
    END_NOT_TOLD,
    ERROR_TYPE,
    EXCEPTION_MESSAGE,
    EXCEPTION_TYPE,
    FUNCTION,
    INDEX,
    INTERFACE,
    LOOP,
    MESSAGE_BYTES,
    MESSAGE_DIRECTION,
    MESSAGE_KIND,
    METHOD,
    OVERHEAD,
    SENDER_CPU,
    PATH,
    PROCESS_ID,
    PROTOCOL_NAME,
    PROTOCOL_VERSION,
    QUERY_KIND,
    REDUCED,
    ROUTE,
    RUN,
    SCENARIO,
    SERVER_ADDRESS,
    SESSION_RECEIVED,
    SESSION_SENT,
    SESSION_UNRECORDED,
    SLICES,
    SLICES_MERGED,
    SPANS,
    SPANS_CUT,
    STATE,
    STATE_SINCE,
    STATUS,
    THREAD_ID,
    THREAD_NAME,
    URL_FULL,
    VIA,
} from "./attributes.js";
import type { Backlog } from "./backlog.js";
import type { Trace } from "./trace.js";

export type AttributeValue = string | number | boolean | AttributeValue[];

/** What a span says beside its name and times. Our own probes keep to these types; others may write anything. */
export interface Attributes {
    [PROCESS_ID]?: number;
    [THREAD_ID]?: number;
    [THREAD_NAME]?: string;
    [LOOP]?: number;
    [DIED]?: boolean;
    [END_NOT_TOLD]?: boolean;
    [ERROR_TYPE]?: string;
    [EXCEPTION_TYPE]?: string;
    [EXCEPTION_MESSAGE]?: string;
    [INTERFACE]?: Interface;
    [METHOD]?: string;
    [PATH]?: string;
    [URL_FULL]?: string;
    [PROTOCOL_NAME]?: string;
    [PROTOCOL_VERSION]?: string;
    [STATUS]?: number;
    [ROUTE]?: string;
    [SERVER_ADDRESS]?: string;
    [SPANS]?: number;
    [SPANS_CUT]?: number;
    [OVERHEAD]?: number;
    [SENDER_CPU]?: number;
    [REDUCED]?: boolean;
    [RUN]?: string;
    [INDEX]?: number;
    [SCENARIO]?: string;
    [VIA]?: string;
    [CLIENT_CONNECTED]?: number;
    [CLIENT_SENT]?: number;
    [CLIENT_LEFT_AT]?: number;
    [FUNCTION]?: string;
    [CODE_FILE]?: string;
    [CODE_ID]?: string;
    [CODE_LINE]?: number;
    [CODE]?: string;
    /** Pairs: when a turn began after the start of the span, and how long it lasted. */
    [SLICES]?: number[];
    [SLICES_MERGED]?: number;
    [STATE]?: "running" | "suspended";
    [STATE_SINCE]?: number;
    [CROSSING_DIRECTION]?: "to_thread" | "to_loop";
    [CROSSING_REASON]?: string;
    [CROSSING_FUNCTION]?: string;
    [CROSSING_STARTED]?: number;
    [CROSSING_RETURNED]?: number;
    [CROSSING_WAITED]?: number;
    [CROSSING_RAN]?: number;
    [CROSSING_BACK]?: number;
    [CROSSING_THREAD_ID]?: number;
    [CROSSING_THREAD_NAME]?: string;
    [DB_QUERY]?: string;
    [QUERY_KIND]?: string;
    [SESSION_RECEIVED]?: number;
    [SESSION_SENT]?: number;
    [SESSION_UNRECORDED]?: number;
    [MESSAGE_DIRECTION]?: "in" | "out";
    [MESSAGE_KIND]?: string;
    [MESSAGE_BYTES]?: number;
    [name: string]: AttributeValue | undefined;
}

export interface SpanEvent {
    name: string;
    time_ns: number;
    attributes?: Attributes;
}

/** A link of a span to another one, mostly of another trace. */
export interface SpanLink {
    trace_id: string;
    span_id: string;
    trace_state?: string;
    attributes?: Record<string, unknown>;
}

/** One stage of a request, as the dashboard sends it. */
export interface Span {
    trace_id: string;
    span_id: string;
    parent_id: string | null;
    name: string;
    /** A key of `STAGES`; "" for spans of other instruments. */
    stage: string;
    /** The server's name. */
    server: string;
    start_ns: number;
    /** Null while it is open. */
    end_ns: number | null;
    status: "unset" | "ok" | "error";
    attributes: Attributes;
    events?: SpanEvent[];
    /** When the dashboard took this version in. */
    received_ns?: number;
    /** OpenTelemetry's kind, where it is not the one of the stage. */
    kind?: string;
    flags?: number;
    trace_state?: string;
    links?: SpanLink[];
    /** How much its own instrument left out, by what: "attributes", "events", "links". */
    dropped?: Record<string, number>;
    /** The key of its resource and scope, which `GET /traces/ID` has. */
    source?: string;
    /** The number of this snapshot of a span, where its sender numbers them. */
    version?: number;
}

/** What the dashboard sends through the socket, or what a recording holds. */
export interface Frame {
    seq: number;
    now_ns: number;
    spans: Span[];
    snapshot?: boolean;
    /** Of a snapshot in several frames: which one this is, from 1. */
    part?: number;
    parts?: number;
    /** How many spans this viewer was not sent because it was too slow. */
    missed?: number;
    kept?: Kept;
    /** By server; of further ones together under "". */
    losses?: Record<string, Losses>;
    /** Spans that no message holds. */
    too_large?: number;
    notice?: string;
    backlog?: Record<string, number>;
}

/** What a frame says beside its spans. */
export type Note = Pick<Frame, "now_ns" | "kept" | "losses" | "notice" | "backlog" | "too_large">;

/** How much the dashboard no longer holds. */
export interface Kept {
    evicted_traces?: number;
    evicted_spans?: number;
    /** Spans that found no place in their trace. */
    cut_spans?: number;
    /** Messages about a span from another than who had opened it; they were not believed. */
    conflicts?: number;
}

/** What a server's instrument left out. */
export interface Losses {
    dropped_spans?: number;
    reduced_requests?: number;
    counted_requests?: number;
}

export type Interface = "wsgi" | "asgi";

/** A server of the stage. */
export interface Server {
    name: string;
    /** "Gunicorn, 1 sync worker". */
    title: string;
    interface: Interface;
    /** It is no server of the table: nothing is known of it but what its spans tell. */
    isService?: boolean;
}

/** What the fleet panel says of a server, and the configuration that nginx is given for a way to it. */
export interface ServerFacts extends Partial<Server> {
    state?: string;
    reason?: string;
    why?: string;
    /** Who runs it: its processes, threads and loops, as far as its spans tell. */
    about?: string;
    command?: string;
    way?: (name: string) => string;
}

/** Where a token can stand. */
export type Place = "client" | "proxy" | "queue" | "worker" | "middleware" | "view" | "database";

/** What a request does there. */
export type State = "travelling" | "waiting" | "running" | "awaiting" | "parked" | "done" | "failed";

/** `to` is Infinity while something goes on. */
export interface Interval {
    from: number;
    to: number;
}

/** A request in one place and state; a running coroutine names the turn that it `ran` in. */
export interface Segment extends Interval {
    place: Place;
    state: State;
    span: Span;
    ran?: Interval;
}

/** From this moment on, so many. */
export interface Step {
    t: number;
    n: number;
}

/** What one film shows: the requests of a run, or strangers that came close together. */
export interface Take extends Interval {
    key: string;
    /** The keys of several that are looked at as one. */
    runs?: string[];
    traces: Trace[];
    /** Token numbers by trace id. */
    numbers: Map<string, number>;
    /** Spans of the stage `message`, by the id of their session's trace. */
    messages: Map<string, Span[]>;
    open: boolean;
    /** Of strangers: how much of them is shown at most, up to the newest. */
    windowNs?: number;
    /** Whether its bounds are fixed: it was stopped at, or chosen out of a longer one. */
    isPart?: boolean;
    /** Grows with each change of its requests. */
    version: number;
    scenario: string | null;
    backlog: Backlog;
}

/** An entry of the table of stages; see there. */
export interface StageEntry {
    name: string;
    kind?: "client" | "server" | "producer" | "consumer";
    place?: Place;
    meaning: string;
    reason?: string;
    steps?: { running: string; again?: string; awaiting?: string };
}
