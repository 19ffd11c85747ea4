"""Attribute names of spans that the dashboard reads or writes, named once.

Where the OpenTelemetry semantic conventions have a name it is theirs; ours begin with ``gatescope.``. The probes have
a list of their own, and so has the page (`static/js/model/attributes.js`): what they share is the wire, and a test
holds the three together.
"""

# The process, on the resource.
SERVICE_NAME = "service.name"
SERVICE_INSTANCE = "service.instance.id"
HOST = "host.name"
PID_NAMESPACE = "gatescope.pid_namespace"
SIGN_OF_LIFE = "gatescope.sign_of_life_s"
DROPPED_SPANS = "gatescope.dropped_spans"
REDUCED_REQUESTS = "gatescope.reduced_requests"
COUNTED_REQUESTS = "gatescope.counted_requests"

# Every span: what it is, and who runs it.
STAGE = "gatescope.stage"
PROCESS_ID = "process.pid"
THREAD_ID = "thread.id"
THREAD_NAME = "thread.name"
LOOP = "gatescope.loop"
DIED = "gatescope.died"
"""True on a span that the dashboard ended because its process had died."""
OPEN = "gatescope.open"
"""True on a span that was still open when it was exported."""
ERROR_TYPE = "error.type"
EXCEPTION_TYPE = "exception.type"
EXCEPTION_MESSAGE = "exception.message"
STATUS_DESCRIPTION = "otel.status_description"

# What the dashboard cut off to keep to its limits.
CUT_ATTRIBUTES = "gatescope.cut.attributes"
CUT_VALUES = "gatescope.cut.values"
CUT_EVENTS = "gatescope.cut.events"

# The request.
METHOD = "http.request.method"
ROUTE = "http.route"
SERVER_ADDRESS = "server.address"
STATUS = "http.response.status_code"
PROTOCOL_NAME = "network.protocol.name"
PROTOCOL_VERSION = "network.protocol.version"
URL = "url.full"
URL_PATH = "url.path"
INTERFACE = "gatescope.interface"
SPANS = "gatescope.spans"
SPANS_CUT = "gatescope.spans_cut"
OVERHEAD = "gatescope.overhead_ns"
REDUCED = "gatescope.reduced"

# Queries.
DB_SYSTEM = "db.system.name"
DB_SYSTEM_BEFORE = "db.system"
"""As it was called before the semantic conventions of databases were stable."""
DB_QUERY = "db.query.text"
QUERY_KIND = "gatescope.query.kind"

# The code that executes.
FUNCTION = "code.function.name"
CODE_FILE = "code.file.path"
CODE_LINE = "code.line.number"
CODE = "gatescope.code"
CODE_LINES = "gatescope.code.lines"
MODE = "gatescope.mode"
"""Whether a view is sync or async."""

# What a proxy measured, on `proxy`, which the dashboard makes of the proxy's log. Times are in seconds.
PROXY_UPSTREAM = "gatescope.proxy.upstream"
PROXY_UPSTREAM_STATUS = "gatescope.proxy.upstream_status"
PROXY_REQUEST_S = "gatescope.proxy.request_s"
PROXY_CONNECT_S = "gatescope.proxy.connect_s"
PROXY_HEADER_S = "gatescope.proxy.header_s"
PROXY_RESPONSE_S = "gatescope.proxy.response_s"

# What server and application said to each other, on `server`: lists of the same length.
CONVERSATION = "gatescope.conversation"
CONVERSATION_AT = "gatescope.conversation.at_ns"
CONVERSATION_TOOK = "gatescope.conversation.took_ns"
CONVERSATION_SIZE = "gatescope.conversation.size"
CONVERSATION_MORE = "gatescope.conversation.more"
CONVERSATION_LEFT_OUT = "gatescope.conversation.left_out"

# When a coroutine ran: starts and lengths by turns.
SLICES = "gatescope.slices"
SLICES_MERGED = "gatescope.slices_merged"
STATE = "gatescope.state"
STATE_SINCE = "gatescope.state_since_ns"

# A hop between a loop and a thread, on `crossing`.
CROSSING_DIRECTION = "gatescope.crossing.direction"
CROSSING_REASON = "gatescope.crossing.reason"
CROSSING_FUNCTION = "gatescope.crossing.function"
CROSSING_WAITED = "gatescope.crossing.waited_ns"
CROSSING_BACK = "gatescope.crossing.back_ns"
CROSSING_THREAD_ID = "gatescope.crossing.thread.id"
CROSSING_THREAD_NAME = "gatescope.crossing.thread.name"
CROSSING_LOOP = "gatescope.crossing.loop"
CROSSING_STARTED = "gatescope.crossing.started_ns"
CROSSING_RETURNED = "gatescope.crossing.returned_ns"
CROSSING_RAN = "gatescope.crossing.ran_ns"

# A WebSocket: how it was used, on `session`, and its messages, each a trace of its own.
SESSION = "gatescope.session"
"""On `message`: the session it belongs to, as ``trace id/span id``."""
SESSION_RECEIVED = "gatescope.session.received"
SESSION_SENT = "gatescope.session.sent"
SESSION_UNRECORDED = "gatescope.session.unrecorded"
MESSAGE_DIRECTION = "gatescope.message.direction"
MESSAGE_KIND = "gatescope.message.kind"
MESSAGE_BYTES = "gatescope.message.bytes"

# The request that the dashboard fired, on `client`, the one stage that it writes itself.
RUN = "gatescope.run"
INDEX = "gatescope.index"
SCENARIO = "gatescope.scenario"
VIA = "gatescope.via"
CONNECTION = "gatescope.client.connection"
"""The client's end of it, `address:port`."""
STREAM_ID = "gatescope.client.stream_id"
"""Of HTTP/2."""
CONNECTED = "gatescope.client.connected_ns"
HANDSHAKE = "gatescope.client.handshake_ns"
"""When the WebSocket was open."""
SENT = "gatescope.client.sent_ns"
"""When the whole request was sent."""
SENDING = "gatescope.client.sending_ns"
"""How long the body took to be sent."""
FIRST_BYTE = "gatescope.client.first_byte_ns"
LAST_BYTE = "gatescope.client.last_byte_ns"
CHUNKS = "gatescope.client.chunks_ns"
"""When chunks of the answer's body arrived, ns after the start of the span."""
CHUNKS_CUT = "gatescope.client.chunks_cut"
"""How many more there were than are listed."""
SAID = "gatescope.client.said_ns"
"""When the client said something over its WebSocket."""
HEARD = "gatescope.client.heard_ns"
"""When it heard what was said in its room."""
BEATS = "gatescope.client.beats"
LARGEST_GAP = "gatescope.client.largest_gap_ns"
"""The longest silence between two beats of a heartbeat."""
SLOW = "gatescope.client.slow"
"""True on the phone that reads nothing for a while."""
LEFT = "gatescope.client.left_ns"
"""When the client left on purpose."""
CLOSED = "gatescope.client.closed_ns"
"""When the WebSocket was closed."""
