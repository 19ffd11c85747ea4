// The shapes of what is drawn: the scene's rows and tokens, and the lanes.
// Moments and durations are nanoseconds; measures are CSS pixels.

import type { Trace } from "../model/trace.js";
import type { Interface, Interval, Place, Segment, Server, Span, State, Step } from "../model/types.js";

/** What a token does, as drawn: a coroutine that has held its loop for too long is blocking. */
export type TokenState = State | "blocking";

/** A square under WSGI, a disc under ASGI, a ring for a WebSocket. */
export type Shape = "square" | "disc" | "ring";

/** A request on the stage at one moment. */
export interface Token {
    /** Of its trace. */
    id: string;
    trace: Trace;
    number: number;
    place: Place;
    state: TokenState;
    /** Its client left before the answer was complete. */
    left: boolean;
    /** Its worker died. */
    died: boolean;
    segment: Segment;
    /** How long it has been in its segment. */
    waited: number;
    shape: Shape;
    /** Of a WebSocket: how many messages have begun. */
    messages: number;
}

/** A request that holds a worker or a loop. */
export interface Holder {
    id: string;
    number: number;
}

/** The sign of the server itself: its workers or its loop. */
export interface Gateway {
    kind: "worker" | "loop";
    state: "free" | "held" | "busy" | "blocked";
    held: Holder[];
    /** Since when the loop has been running the one that holds it. */
    since: number | null;
    /** Whether a loop was ever seen: one that was not does not turn. */
    seen?: boolean;
}

export interface Counts {
    waiting: number;
    running: number;
    awaiting: number;
    answered: number;
    failed: number;
    left: number;
    died: number;
    here: number;
}

/** One server at one moment. */
export interface SceneRow {
    server: Server;
    places: Record<Place, Token[]>;
    tokens: Token[];
    total: number;
    proxied: boolean;
    counts: Counts;
    /** Whether anything tells how many wait before Python, if only the kernel. */
    isQueueKnown: boolean;
    /** Whether requests tell how long they waited there: a client of ours, a proxy, or a header. */
    isQueueTold: boolean;
    /** The measured length of the kernel's accept queue. */
    measured: number | null;
    gateway: Gateway;
    /** How many tokens of the run before stood in each place. */
    ghost?: Ghost | null;
    /** The server is not up now. */
    down?: boolean;
}

export type Ghost = Partial<Record<Place, number>>;

/** What was done in the view's place: other services asked, the view, templates rendered after it, or anything else. */
export type Doing = "calls" | "view" | "templates" | "application";

/** A line of the account: how long a request was in a place and state. */
export interface AccountLine {
    place: Place | "unaccounted";
    state: State;
    /** Null outside the view's place. */
    doing: Doing | null;
    ns: number;
}

/** A segment with the sentence that says it. */
export interface TranscriptStep extends Segment {
    sentence: string;
}

/** What was handed over between server and application. */
export interface ConversationLine {
    by: "server" | "application";
    words: string;
    note: string;
    when: "said" | "now" | "later";
}

export type Texture = "running" | "awaiting" | "parked" | "open" | "blocking";

/** A stretch of a lane. */
export interface Bar extends Interval {
    texture: Texture;
    number: number | undefined;
    text: string;
    trace: Trace;
    span: Span;
    /** In a lane that several share: which of its thin rows, from 0. */
    row?: number;
    holdsLoop?: boolean;
}

/** A tick where a piece of a streamed answer left. */
export interface Chunk {
    at: number;
    trace: Trace;
    span: Span;
    row?: number;
}

/** A message of a WebSocket. */
export interface Dart extends Interval {
    inwards: boolean;
    trace: Trace;
    span: Span;
    row: number;
}

export type LaneKind =
    | "worker"
    | "loop"
    | "thread"
    | "threads"
    | "sessions"
    | "lag"
    | "backlog"
    | "awaiting"
    | "pool";

/** Something that works or fills up over time. */
export interface Lane {
    id: string;
    server: string;
    interface: Interface;
    kind: LaneKind;
    label: string;
    bars: Bar[];
    chunks: Chunk[];
    /** How many thin rows share it. */
    rows?: number;
    darts?: Dart[];
    /** Of a step curve, with its highest value. */
    steps?: Step[];
    most?: number;
    /** Of a backlog: what the kernel counted. */
    inner?: Step[];
    /** Of a loop: the bars in which somebody held it for long. */
    blocked?: Bar[];
    /** Of a loop: the requests that live on it. */
    traces?: Trace[];
    /** Ids of the lanes that it took in. */
    members?: string[];
}

/** A hop between a loop and a thread; `above` and `below` are ids of lanes. */
export interface Arc {
    from: number;
    started: number;
    returned: number;
    back: number;
    cost: number;
    reason: string;
    above: string;
    below: string;
    trace: Trace;
    span: Span;
}

/** A take as lanes. */
export interface LaneModel {
    lanes: Lane[];
    arcs: Arc[];
    traces: Trace[];
}

export interface Point {
    x: number;
    y: number;
}

export interface Box extends Point {
    w: number;
    h: number;
}

/** Where the tokens of a place stand: a point for each or, when they are too many, one for all. */
export interface Slots {
    size: number;
    points?: Point[];
    stack?: Point;
}
