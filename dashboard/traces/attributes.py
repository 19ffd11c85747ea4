"""Attribute names of spans that the dashboard reads or writes, named once.

Where the OpenTelemetry semantic conventions have a name it is theirs; ours begin with ``gatescope.``. The probes have
a list of their own: what the two share is the wire.
"""

# Every span: who runs it.
PROCESS_ID = "process.pid"
THREAD_NAME = "thread.name"
LOOP = "gatescope.loop"
ERROR_TYPE = "error.type"

# The request.
METHOD = "http.request.method"
STATUS = "http.response.status_code"
PROTOCOL_NAME = "network.protocol.name"
PROTOCOL_VERSION = "network.protocol.version"
URL = "url.full"
URL_PATH = "url.path"
INTERFACE = "gatescope.interface"

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
CONVERSATION_SIZE = "gatescope.conversation.size"

# When a coroutine ran: starts and lengths by turns.
SLICES = "gatescope.slices"
SLICES_MERGED = "gatescope.slices_merged"

# A hop between a loop and a thread, on `crossing`.
CROSSING_REASON = "gatescope.crossing.reason"
CROSSING_THREAD_NAME = "gatescope.crossing.thread.name"
CROSSING_LOOP = "gatescope.crossing.loop"
CROSSING_STARTED = "gatescope.crossing.started_ns"
CROSSING_RETURNED = "gatescope.crossing.returned_ns"
CROSSING_RAN = "gatescope.crossing.ran_ns"

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
