"""The dashboard's own requests: the fleet asks each server whether it is ready, and the probes see that, too.

They are known by their trace ids, which only the fleet makes, and are kept off the stage where spans come in.
"""

import secrets

OWN_TRACE_PREFIX = "6761746573636f70"
"""How the ids begin: "gatescop" in hexadecimal, half of a trace id."""


def new_own_trace_id() -> str:
    """An id, in 32 hexadecimal digits, for a request that nobody shall see."""
    return OWN_TRACE_PREFIX + secrets.token_hex(8)


def is_own(trace_id: str) -> bool:
    """Whether a trace is one of the dashboard's own requests."""
    return trace_id.startswith(OWN_TRACE_PREFIX)
