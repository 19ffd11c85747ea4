"""The `response` stage of one request: the body on its way out.

The probes report each chunk that was sent and how long the server took to accept it; nothing is sent from here. When
each chunk left is in the `protocol_log`.
"""

from asyncio import CancelledError
from time import perf_counter_ns

from . import attributes
from .failsafe import harmless
from .recording import NO_STAGE, Stage
from .stage_kinds import StageKind
from .stages import open_stage
from .types import Value

DEPARTURES = {"ClientDisconnected", "ClientDisconnect"}
"""Errors of servers that are no `OSError` and say that the client has left, such as Waitress's."""

NOT_STARTED = "response_not_started"
"""The ``error.type`` of a request whose application sent no status."""
NOT_COMPLETED = "response_not_completed"
"""The ``error.type`` of a request whose application began an answer and did not end it."""

RESPONSE = StageKind("response")
"""The body being produced and sent."""


class Response:
    """What is known about one response; owned by the request it answers."""

    __slots__ = (
        *("_begun", "_bytes", "_chunks", "_chunks_after_leaving", "_client_left", "_counted"),
        *("_sending_ns", "_server", "stage", "status"),
    )

    def __init__(self, server: Stage) -> None:
        self.status: int | None = None
        self.stage = NO_STAGE
        self._server = server
        self._begun = 0
        self._chunks = 0
        self._bytes = 0
        self._sending_ns = 0
        self._counted = True
        self._client_left = False
        self._chunks_after_leaving = 0

    def note_status(self, status: int | None) -> None:
        """Note the status that the server accepted; viewers see it while the body is under way."""
        self.status = status
        if status is not None:
            self._server.set(attributes.STATUS, status)

    @harmless(None)
    def begin(self) -> None:
        """Open the stage, unless it is open."""
        if not self._begun:
            self._begun = perf_counter_ns()
            self.stage = open_stage(RESPONSE, RESPONSE.name, parent=self._server)

    @harmless(None)
    def note_error(self, error: BaseException) -> None:
        """Mark the response, and its request, as failed with ``error``."""
        self.stage.note_error(error)
        self._server.note_error(error)

    @harmless(None)
    def note_unanswered(self, reason: str) -> None:
        """Mark the request as one whose application never began or never completed its answer, unless it failed."""
        if self._server.failure is None:
            self.stage.fail(reason)
            self._server.fail(reason)

    @harmless(None)
    def add_chunk(self, size: int, sending_ns: int) -> None:
        """Count a chunk of the body that the server took ``sending_ns`` to accept, until now."""
        self._chunks += 1
        self._bytes += size
        self._sending_ns += sending_ns
        self._chunks_after_leaving += self._client_left

    def note_complete(self) -> None:
        """Note that the server has all of the body."""
        if self._server.record is not None:
            self._server.record.answered = True

    def stop_counting(self) -> None:
        """Leave out the counts: the server sends a file by itself, so chunks and bytes are unknown here."""
        self._counted = False

    def mark_client_left(self) -> None:
        """Mark the request as one whose client left; chunks that follow are sent in vain."""
        self._client_left = True
        self._server.mark_client_left()

    @harmless(None)
    def end(self, error: BaseException | None = None) -> None:
        """Close the stage; once, later calls do nothing."""
        if not self.stage.recording:
            return
        if self._counted:
            self.stage.update(self._sums())
        self.stage.close(error)

    def _sums(self) -> dict[str, Value]:
        sums: dict[str, Value] = {
            attributes.CHUNKS: self._chunks,
            attributes.BYTES: self._bytes,
            attributes.SENDING: self._sending_ns,
            attributes.PRODUCING: perf_counter_ns() - self._begun - self._sending_ns,
        }
        if self._chunks_after_leaving:
            sums[attributes.CHUNKS_AFTER_LEAVING] = self._chunks_after_leaving
        return sums


def is_departure(problem: BaseException) -> bool:
    """Return whether the server's ``problem`` says that its client has left; every other one is a failure."""
    return isinstance(problem, OSError | GeneratorExit | CancelledError) or type(problem).__name__ in DEPARTURES
