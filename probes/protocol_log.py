"""What server and application said to each other in one call, in the words of their interface, and when.

WSGI: `environ`, `read`, `start_response`, `piece`, `StopIteration`, `file`, `write`, `close`. ASGI: `scope`, then the
types of the messages; `receive` while the application waits for one. Told by the probes; kept on the `server` stage,
open or ended. Sizes only, no content.
"""

from time import perf_counter_ns, time_ns
from typing import TYPE_CHECKING

from . import attributes
from .failsafe import harmless

if TYPE_CHECKING:
    from .recording import RequestRecord, Value

FIRST_KEPT = 104
LAST_KEPT = 24
"""Of a long conversation the first and the last are kept, the others counted: so that every one of the lists below
fits into an attribute."""
GOES_ON = -1


class ProtocolEvent:
    """One thing that was said, or is being said: by whom follows from what it is."""

    __slots__ = ("_begun", "at_ns", "more", "size", "took_ns", "what")

    def __init__(self, what: str, at_ns: int, begun: int) -> None:
        self.what = what
        self.at_ns = at_ns
        self.took_ns = GOES_ON
        self.size = 0
        self.more = False
        self._begun = begun

    def end(self) -> int:
        """Note that it was said; return how many ns it took."""
        if self.took_ns == GOES_ON:
            self.took_ns = perf_counter_ns() - self._begun
        return self.took_ns


class ProtocolLog:
    """Everything said in one call of an application; owned by that call."""

    __slots__ = ("_is_kept", "_kept", "_left_out", "_origin", "changes")

    def __init__(self, record: "RequestRecord") -> None:
        server = record.server
        self._kept: list[ProtocolEvent] = []
        self._left_out = 0
        # Offsets are counted by the clock that never jumps, from the moment that the span began.
        self._origin = perf_counter_ns() - (time_ns() - server.start_ns)
        self.changes = 0
        """Grows with everything that viewers should see."""
        self._is_kept = server.recording and not record.reduced
        if self._is_kept:
            server.conversation = self
            server.watch()

    def begins(self, what: str, size: int = 0, more: bool = False) -> ProtocolEvent:
        """Note that something is being said, or waited for; whoever says it tells the end with `ends`."""
        begun = perf_counter_ns()
        said = ProtocolEvent(what, begun - self._origin, begun)
        said.size, said.more = size, more
        if self._is_kept:
            self._keep(said)
        return said

    def ends(self, said: ProtocolEvent, what: str = "", size: int = 0, more: bool = False) -> int:
        """Note that it was said, and what it was if that is only known now; return how many ns it took."""
        took_ns = said.end()
        said.what = what or said.what
        said.size = size or said.size
        said.more = more or said.more
        self.changes += 1
        return took_ns

    def had(self, what: str, size: int = 0, took_ns: int = 0) -> None:
        """Note something that was said just now, and took ``took_ns``."""
        said = self.begins(what, size)
        said.at_ns -= took_ns
        said.took_ns = took_ns

    def attributes(self, *, final: bool = False) -> "dict[str, Value]":
        """Return what was said so far; nothing goes on any more when it is ``final``."""
        kept = self._kept.copy()
        if final:
            for said in kept:
                said.end()
        described: dict[str, Value] = {
            attributes.CONVERSATION: [said.what for said in kept],
            attributes.CONVERSATION_AT: [said.at_ns for said in kept],
            attributes.CONVERSATION_TOOK: [said.took_ns for said in kept],
            attributes.CONVERSATION_SIZE: [said.size for said in kept],
            attributes.CONVERSATION_MORE: [said.more for said in kept],
        }
        if self._left_out:
            described[attributes.CONVERSATION_LEFT_OUT] = self._left_out
        return described

    @harmless(None)
    def _keep(self, said: ProtocolEvent) -> None:
        self._kept.append(said)
        self.changes += 1
        if len(self._kept) > FIRST_KEPT + LAST_KEPT:
            del self._kept[FIRST_KEPT]
            self._left_out += 1


@harmless(0)
def size_of(content: object) -> int:
    """Return the bytes of what was read or written: of a piece, of lines, or the number that was put elsewhere."""
    if isinstance(content, list):
        return sum(map(len, content))
    return content if isinstance(content, int) else len(content)  # type: ignore[arg-type]  # bytes of some kind
