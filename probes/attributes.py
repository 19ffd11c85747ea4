"""Every attribute name the probes write, named once.

Where the OpenTelemetry semantic conventions have a name it is theirs
(https://opentelemetry.io/docs/specs/semconv/); ours begin with ``gatescope.``.
"""

# The process, on the resource.
SERVICE_NAME = "service.name"
SERVICE_INSTANCE = "service.instance.id"
DROPPED_SPANS = "gatescope.dropped_spans"
REDUCED_REQUESTS = "gatescope.reduced_requests"
COUNTED_REQUESTS = "gatescope.counted_requests"

# Every span: what it is and who runs it.
STAGE = "gatescope.stage"
PROCESS_ID = "process.pid"
THREAD_ID = "thread.id"
THREAD_NAME = "thread.name"
LOOP = "gatescope.loop"
ERROR_TYPE = "error.type"
EXCEPTION_TYPE = "exception.type"
EXCEPTION_MESSAGE = "exception.message"

# The request, on `server`.
INTERFACE = "gatescope.interface"
METHOD = "http.request.method"
PATH = "url.path"
QUERY = "url.query"
SCHEME = "url.scheme"
PROTOCOL_VERSION = "network.protocol.version"
STATUS = "http.response.status_code"
ROUTE = "http.route"
SPANS = "gatescope.spans"
SPANS_CUT = "gatescope.spans_cut"
OVERHEAD = "gatescope.overhead_ns"
REDUCED = "gatescope.reduced"

# The wait before the application, on `queue`.
QUEUE_SOURCE = "gatescope.queue.source"
QUEUE_ACCEPTED = "gatescope.queue.accepted_ns"
QUEUE_QUEUED = "gatescope.queue.queued_ns"

# The body being sent, on `response`.
CHUNKS = "gatescope.response.chunks"
BYTES = "gatescope.response.bytes"
SENDING = "gatescope.response.sending_ns"
PRODUCING = "gatescope.response.producing_ns"

# When a coroutine ran, on `server` under ASGI and on async `view`.
SLICES = "gatescope.slices"
SLICES_MERGED = "gatescope.slices_merged"
STATE = "gatescope.state"
STATE_SINCE = "gatescope.state_since_ns"
