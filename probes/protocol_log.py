"""What server and application said to each other in one call, in the words of their interface, and when.

WSGI: `environ`, `read`, `start_response`, `piece`, `StopIteration`, `file`, `write`, `close`. ASGI: `scope`, then the
types of the messages; `receive` while the application waits for one. The probes record it; it is part of the `server`
stage, open or ended. Sizes only, no content.
"""

from time import perf_counter_ns, time_ns

from . import attributes
from .failsafe import harmless
from .types import Value
from .values import clean_text

FIRST_KEPT = 104
LAST_KEPT = 24
"""Of a long log the first and last events are kept and the others counted, so that each list fits an attribute."""
IN_PROGRESS = -1


class ProtocolEvent:
    """One step of the protocol, finished or in progress; ``what`` implies whether server or application takes it."""

    __slots__ = ("_begun", "at_ns", "more", "size", "took_ns", "what")

    def __init__(self, what: str, at_ns: int, begun: int) -> None:
        self.what = what
        self.at_ns = at_ns
        self.took_ns = IN_PROGRESS
        self.size = 0
        self.more = False
        self._begun = begun

    def end(self) -> int:
        """Mark the event as finished; return how many ns it took."""
        if self.took_ns == IN_PROGRESS:
            self.took_ns = perf_counter_ns() - self._begun
        return self.took_ns


class ProtocolLog:
    """The protocol events of one call of an application; owned by that call."""

    __slots__ = ("_dropped", "_events", "_origin", "is_kept", "revision")

    def __init__(self, start_ns: int, *, is_kept: bool) -> None:
        self.is_kept = is_kept
        """False when events are timed for the caller but not kept."""
        self.revision = 0
        self._events: list[ProtocolEvent] = []
        self._dropped = 0
        # Offsets are measured with the clock that never jumps, from the moment at which the span began.
        self._origin = perf_counter_ns() - (time_ns() - start_ns)

    def begin(self, what: str, size: int = 0, more: bool = False) -> ProtocolEvent:
        """Record that an event begins; the caller ends it with `end`."""
        begun = perf_counter_ns()
        event = ProtocolEvent(what, begun - self._origin, begun)
        event.size, event.more = size, more
        if self.is_kept:
            self._keep(event)
        return event

    def end(self, event: ProtocolEvent, what: str = "", size: int = 0, more: bool = False) -> int:
        """Record that an event ended, and what it was if that is known only now; return how many ns it took."""
        took_ns = event.end()
        event.what = what or event.what
        event.size = size or event.size
        event.more = more or event.more
        self.revision += 1
        return took_ns

    def record(self, what: str, size: int = 0, took_ns: int = 0) -> None:
        """Record an event that ends now and took ``took_ns``."""
        event = self.begin(what, size)
        event.at_ns -= took_ns
        event.took_ns = took_ns

    def finish(self) -> None:
        """End what is in progress."""
        for event in self._events:
            if event.took_ns == IN_PROGRESS:
                event.end()

    def attributes(self, *, final: bool) -> dict[str, Value]:
        """Return the events so far."""
        events = self._events.copy()
        described: dict[str, Value] = {
            attributes.CONVERSATION: [clean_text(event.what) for event in events],
            attributes.CONVERSATION_AT: [event.at_ns for event in events],
            attributes.CONVERSATION_TOOK: [event.took_ns for event in events],
            attributes.CONVERSATION_SIZE: [event.size for event in events],
            attributes.CONVERSATION_MORE: [event.more for event in events],
        }
        if self._dropped:
            described[attributes.CONVERSATION_LEFT_OUT] = self._dropped
        return described

    @harmless(None)
    def _keep(self, event: ProtocolEvent) -> None:
        self._events.append(event)
        self.revision += 1
        if len(self._events) > FIRST_KEPT + LAST_KEPT:
            del self._events[FIRST_KEPT]
            self._dropped += 1


@harmless(0)
def size_of(content: object) -> int:
    """Return the number of bytes in what was read or written: a chunk, a list of lines, or the number itself."""
    if isinstance(content, list):
        return sum(map(len, content))
    return content if isinstance(content, int) else len(content)  # type: ignore[arg-type]  # bytes of some kind
