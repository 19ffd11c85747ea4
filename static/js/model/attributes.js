// @ts-check
// The name of every attribute that the page reads, named once; `types.d.ts` says what each of them holds.
// `probes/attributes.py` and `dashboard/traces/attributes.py` call them the same, and a test holds the three
// together.

// The process and who runs a span.
export const PROCESS_ID = "process.pid";
export const THREAD_ID = "thread.id";
export const THREAD_NAME = "thread.name";
export const LOOP = "gatescope.loop";
export const DIED = "gatescope.died";
export const END_NOT_TOLD = "gatescope.end_not_told";
export const ERROR_TYPE = "error.type";
export const EXCEPTION_TYPE = "exception.type";
export const EXCEPTION_MESSAGE = "exception.message";

// The request.
export const INTERFACE = "gatescope.interface";
export const METHOD = "http.request.method";
export const PATH = "url.path";
export const URL_FULL = "url.full";
export const PROTOCOL_NAME = "network.protocol.name";
export const PROTOCOL_VERSION = "network.protocol.version";
export const STATUS = "http.response.status_code";
export const ROUTE = "http.route";
export const SERVER_ADDRESS = "server.address";
export const SPANS = "gatescope.spans";
export const SPANS_CUT = "gatescope.spans_cut";
/** Followed by a stage, as SPANS_CUT may be: how long those of one kind took together. */
export const SPANS_CUT_TIME = "gatescope.spans_cut_ns";
export const OVERHEAD = "gatescope.overhead_ns";
export const SENDER_CPU = "gatescope.sender_ns";
export const REDUCED = "gatescope.reduced";

// What the client that fires says of its request.
export const RUN = "gatescope.run";
export const INDEX = "gatescope.index";
export const SCENARIO = "gatescope.scenario";
export const VIA = "gatescope.via";
export const CLIENT_CONNECTED = "gatescope.client.connected_ns";
export const CLIENT_SENT = "gatescope.client.sent_ns";
export const CLIENT_LEFT_AT = "gatescope.client.left_ns";

// The code that executes, and when its coroutine did.
export const FUNCTION = "code.function.name";
export const CODE_FILE = "code.file.path";
export const CODE_LINE = "code.line.number";
export const CODE = "gatescope.code";
export const CODE_ID = "gatescope.code.id";
export const CODE_LINES = "gatescope.code.lines";
export const SLICES = "gatescope.slices";
export const SLICES_MERGED = "gatescope.slices_merged";
export const STATE = "gatescope.state";
export const STATE_SINCE = "gatescope.state_since_ns";

// What server and application said to each other: lists of the same length.
export const CONVERSATION = "gatescope.conversation";
export const CONVERSATION_AT = "gatescope.conversation.at_ns";
export const CONVERSATION_TOOK = "gatescope.conversation.took_ns";
export const CONVERSATION_SIZE = "gatescope.conversation.size";
export const CONVERSATION_MORE = "gatescope.conversation.more";
export const CONVERSATION_LEFT_OUT = "gatescope.conversation.left_out";

// A hop between event loop and thread.
export const CROSSING_DIRECTION = "gatescope.crossing.direction";
export const CROSSING_REASON = "gatescope.crossing.reason";
export const CROSSING_FUNCTION = "gatescope.crossing.function";
export const CROSSING_STARTED = "gatescope.crossing.started_ns";
export const CROSSING_RETURNED = "gatescope.crossing.returned_ns";
export const CROSSING_WAITED = "gatescope.crossing.waited_ns";
export const CROSSING_RAN = "gatescope.crossing.ran_ns";
export const CROSSING_BACK = "gatescope.crossing.back_ns";
export const CROSSING_THREAD_ID = "gatescope.crossing.thread.id";
export const CROSSING_THREAD_NAME = "gatescope.crossing.thread.name";

// Queries.
export const DB_QUERY = "db.query.text";
export const QUERY_KIND = "gatescope.query.kind";

// A WebSocket's session and its messages.
export const SESSION = "gatescope.session";
export const SESSION_RECEIVED = "gatescope.session.received";
export const SESSION_SENT = "gatescope.session.sent";
export const SESSION_UNRECORDED = "gatescope.session.unrecorded";
export const MESSAGE_DIRECTION = "gatescope.message.direction";
export const MESSAGE_KIND = "gatescope.message.kind";
export const MESSAGE_BYTES = "gatescope.message.bytes";
