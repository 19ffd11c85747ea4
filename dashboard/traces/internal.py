"""The dashboard's own requests: the fleet's readiness checks, which the probes observe like any other request.

They are recognised by their trace ids, which only the fleet generates, and are dropped on ingest.
"""

import secrets

INTERNAL_TRACE_PREFIX = "6761746573636f70"
"""The first half of their ids: "gatescop" in hexadecimal."""


def new_internal_trace_id() -> str:
    """Return a trace id, 32 hexadecimal digits, for a request that is not shown."""
    return INTERNAL_TRACE_PREFIX + secrets.token_hex(8)


def is_internal(trace_id: str) -> bool:
    """Return whether a trace is one of the dashboard's own requests."""
    return trace_id.startswith(INTERNAL_TRACE_PREFIX)
