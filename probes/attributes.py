"""Every attribute name the probes write, named once.

Where the OpenTelemetry semantic conventions have a name it is theirs
(https://opentelemetry.io/docs/specs/semconv/); ours begin with ``gatescope.``.
"""

# The process, on the resource.
SERVICE_NAME = "service.name"
SERVICE_INSTANCE = "service.instance.id"
HOST = "host.name"
PID_NAMESPACE = "gatescope.pid_namespace"
HEARTBEAT = "gatescope.sign_of_life_s"
"""Seconds within which a process with open spans sends at least one message."""
DROPPED_SPANS = "gatescope.dropped_spans"
REDUCED_REQUESTS = "gatescope.reduced_requests"
COUNTED_REQUESTS = "gatescope.counted_requests"

# Every span: what it is and who runs it.
STAGE = "gatescope.stage"
PROCESS_ID = "process.pid"
THREAD_ID = "thread.id"
THREAD_NAME = "thread.name"
LOOP = "gatescope.loop"
"""Number of the event loop or of gevent's hub that it ran on, unique in the process."""
DIED = "gatescope.died"
ERROR_TYPE = "error.type"
EXCEPTION_TYPE = "exception.type"
EXCEPTION_MESSAGE = "exception.message"

# The request, on `server`.
INTERFACE = "gatescope.interface"
METHOD = "http.request.method"
PATH = "url.path"
QUERY = "url.query"
SCHEME = "url.scheme"
PROTOCOL_NAME = "network.protocol.name"
PROTOCOL_VERSION = "network.protocol.version"
STATUS = "http.response.status_code"
ROUTE = "http.route"
FUNCTION = "code.function.name"
SPANS = "gatescope.spans"
SPANS_CUT = "gatescope.spans_cut"
"""Stages beyond the cap; with ``.query`` and so on, those of one kind."""
SPANS_CUT_TIME = "gatescope.spans_cut_ns"
"""With ``.query`` and so on: how long those of one kind took together."""
OVERHEAD = "gatescope.overhead_ns"
SENDER_CPU = "gatescope.sender_ns"
"""What the sender's thread takes for a request, on its `server` span."""
REDUCED = "gatescope.reduced"
RECEIVING = "gatescope.receive_ns"
"""Time for which the application waited for the body of its request."""
CLIENT_LEFT = "gatescope.client_left_ns"
"""When the server learned that its client had left before the response was complete, unix ns."""

# The protocol log, on `server`: lists of the same length.
CONVERSATION = "gatescope.conversation"
"""What happened, in the words of the interface: `environ`, `start_response`… or `scope`, `http.request`…"""
CONVERSATION_AT = "gatescope.conversation.at_ns"
"""When each began, ns after the start of the span."""
CONVERSATION_TOOK = "gatescope.conversation.took_ns"
"""How long each took: the application to wait for a message, the server to accept a chunk; -1 while in progress."""
CONVERSATION_SIZE = "gatescope.conversation.size"
"""Bytes of each; for the start of a response, the number of its headers."""
CONVERSATION_MORE = "gatescope.conversation.more"
"""Whether each announced that more follows (`more_body`)."""
CONVERSATION_LEFT_OUT = "gatescope.conversation.left_out"
"""How many are missing from the middle of the lists."""

# The wait before the application, on `queue`.
QUEUE_SOURCE = "gatescope.queue.source"
QUEUE_ACCEPTED = "gatescope.queue.accepted_ns"
QUEUE_QUEUED = "gatescope.queue.queued_ns"

# The body being produced and sent, on `response`.
CHUNKS = "gatescope.response.chunks"
BYTES = "gatescope.response.bytes"
SENDING = "gatescope.response.sending_ns"
PRODUCING = "gatescope.response.producing_ns"
CHUNKS_AFTER_LEAVING = "gatescope.response.chunks_after_leaving"
"""Chunks that were produced although the server knew that the client had left."""

# How a WebSocket was used, on `session`; on `server` when that is all that is kept.
SESSION_CODE = "gatescope.session.code"
SESSION_REASON = "gatescope.session.reason"
SESSION_CLOSED_BY = "gatescope.session.closed_by"
SESSION_RECEIVED = "gatescope.session.received"
SESSION_SENT = "gatescope.session.sent"
SESSION_RECEIVED_BYTES = "gatescope.session.received_bytes"
SESSION_SENT_BYTES = "gatescope.session.sent_bytes"
SESSION_UNRECORDED = "gatescope.session.unrecorded"

# One message of a session, on `message`.
SESSION = "gatescope.session"
"""The session it belongs to, as ``trace id/span id``; the span also has it as a link."""
MESSAGE_DIRECTION = "gatescope.message.direction"
MESSAGE_KIND = "gatescope.message.kind"
MESSAGE_BYTES = "gatescope.message.bytes"

# The code that executes, on `view` and `middleware`; for a consumer or an endpoint on `server`.
CODE_FILE = "code.file.path"
"""From the outermost package on."""
CODE_LINE = "code.line.number"
CODE = "gatescope.code"
CODE_ID = "gatescope.code.id"
"""The first 32 hexadecimal digits of the text's SHA-256. Only one span a function carries the text itself."""
CODE_LINES = "gatescope.code.lines"
"""Two numbers for each line that was executing: when (ns after the start of the span), and which line."""
CODE_LINES_MISSED = "gatescope.code.lines_missed"

# Inside Django, on `middleware` and `view`.
MODE = "gatescope.mode"
"""sync or async"""
PHASE = "gatescope.phase"
"""Where an open middleware is: in, inner (the next callable runs) or out."""
IN = "gatescope.in_ns"
"""Time until the middleware called the next callable."""
OUT = "gatescope.out_ns"
"""Time after it had the answer."""

# A statement, on `query`.
DB_SYSTEM = "db.system.name"
DB_QUERY = "db.query.text"
QUERY_KIND = "gatescope.query.kind"

# A hop between an event loop and a thread, on `crossing`.
CROSSING_DIRECTION = "gatescope.crossing.direction"
CROSSING_REASON = "gatescope.crossing.reason"
CROSSING_FUNCTION = "gatescope.crossing.function"
CROSSING_STARTED = "gatescope.crossing.started_ns"
CROSSING_RETURNED = "gatescope.crossing.returned_ns"
CROSSING_WAITED = "gatescope.crossing.waited_ns"
CROSSING_RAN = "gatescope.crossing.ran_ns"
CROSSING_BACK = "gatescope.crossing.back_ns"
CROSSING_THREAD_ID = "gatescope.crossing.thread.id"
CROSSING_THREAD_NAME = "gatescope.crossing.thread.name"
CROSSING_NEW_LOOP = "gatescope.crossing.new_loop"
CROSSING_LOOP = "gatescope.crossing.loop"

# The receivers that are called, on `signal`.
RECEIVERS = "gatescope.signal.receivers"
SYNC_RECEIVERS = "gatescope.signal.sync"
ASYNC_RECEIVERS = "gatescope.signal.async"

# A request to another service, on `call`.
URL = "url.full"
URL_TEMPLATE = "url.template"

# A task, on `send` and `task`.
MESSAGING_SYSTEM = "messaging.system"
MESSAGE_ID = "messaging.message.id"
TASK_TRACE = "gatescope.task.trace"
"""On `send`: the id of the trace that the task will be, when it cannot be this one."""
TASK_STATE = "gatescope.task.state"
TASK_RETRY_REASON = "gatescope.task.retry_reason"
RETRIES = "gatescope.task.retries"
SERVER_ADDRESS = "server.address"

# When a coroutine or a greenlet ran, on `server` under ASGI and gevent, and on async `view`.
SLICES = "gatescope.slices"
SLICES_MERGED = "gatescope.slices_merged"
STATE = "gatescope.state"
STATE_SINCE = "gatescope.state_since_ns"
