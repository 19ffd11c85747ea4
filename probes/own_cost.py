"""What the instrument takes of a request on the application's own threads, worked out of what was timed.

The clock is read inside a stage's opening and closing alone, since readings cost as well. The wrappers around them,
the coroutines driven step by step and what all of it does to caches cost a multiple of that, which differs between
the interfaces and hardly between machines: `bench.cost` measures it and prints what is told beside it.
"""

from . import attributes
from .recording import Stage

TIMES_TIMED = {"wsgi": 2.3, "asgi": 3.2}
"""The added CPU of a request's threads as a multiple of what was timed, by interface (`bench.cost`)."""


def own_cost(timed_ns: int, server: Stage) -> int:
    """Return what was taken of the request of this `server` stage while so much of it was timed."""
    interface = (server.attributes or {}).get(attributes.INTERFACE)
    return round(timed_ns * TIMES_TIMED["wsgi" if interface == "wsgi" else "asgi"])
