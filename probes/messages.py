"""The messages of one WebSocket session: each is a trace of its own, linked to the session.

A flood sheds detail: beyond a rate, and beyond the budget of the process, messages are only counted on their session.
No content is recorded, only direction, kind and size.
"""

import time

from opentelemetry.context import Context
from opentelemetry.trace import Link, format_span_id, format_trace_id

from . import attributes
from .budget import TokenBucket
from .failsafe import harmless
from .recording import NO_STAGE, RequestRecord, Stage, Value, start_stage
from .stage_kinds import RECEIVED_MESSAGE, SENT_MESSAGE
from .tracing import instrument
from .types import Message

RECORDED_A_SECOND = 20
"""Messages of one session that get a trace of their own, per second; four seconds' worth may come at once."""


class Messages:
    """Counts what goes each way and opens the stage `message` for what is recorded."""

    __slots__ = ("_allowance", "_being_handled", "_bytes", "_counts", "_session", "_unrecorded", "record")

    def __init__(self, mark: object) -> None:
        self.record = RequestRecord(mark)
        """What the messages cost; apart from the session's, whose spans are counted against another cap."""
        self._session = NO_STAGE
        self._being_handled = NO_STAGE
        self._allowance = TokenBucket(RECORDED_A_SECOND, time.monotonic())
        self._counts = {"in": 0, "out": 0}
        self._bytes = {"in": 0, "out": 0}
        self._unrecorded = 0

    def belong_to(self, session: Stage) -> None:
        """Link the messages that come from now on to ``session``."""
        self._session = session

    @harmless(None)
    def arrived(self, message: Message) -> None:
        """Take note of a message that the application got: it is handled until it asks for the next."""
        self._being_handled = self._open("in", message)

    def handled(self) -> None:
        """The application asks for the next message, or the session is over."""
        self._being_handled.close()

    @harmless(NO_STAGE)
    def leaving(self, message: Message) -> Stage:
        """Return the stage of a message that the application sends; whoever sends it closes the stage."""
        return self._open("out", message)

    def counts(self) -> dict[str, Value]:
        """Return what the session says about its messages."""
        counts: dict[str, Value] = {
            attributes.SESSION_RECEIVED: self._counts["in"],
            attributes.SESSION_SENT: self._counts["out"],
            attributes.SESSION_RECEIVED_BYTES: self._bytes["in"],
            attributes.SESSION_SENT_BYTES: self._bytes["out"],
        }
        if self._unrecorded:
            counts[attributes.SESSION_UNRECORDED] = self._unrecorded
        return counts

    def _open(self, direction: str, message: Message) -> Stage:
        kind, size = payload(message)
        self._counts[direction] += 1
        self._bytes[direction] += size
        if self._session.span is None or not self._session.recording or not self._admitted():
            self._unrecorded += 1
            return NO_STAGE
        session = self._session.span.get_span_context()
        described: dict[str, Value] = {
            attributes.SESSION: f"{format_trace_id(session.trace_id)}/{format_span_id(session.span_id)}",
            attributes.MESSAGE_DIRECTION: direction,
            attributes.MESSAGE_KIND: kind,
            attributes.MESSAGE_BYTES: size,
        }
        return start_stage(
            self.record,
            RECEIVED_MESSAGE if direction == "in" else SENT_MESSAGE,
            f"message {direction}",
            described,
            context=Context(),
            links=(Link(session),),
        )

    def _admitted(self) -> bool:
        exporter = instrument().live.exporter
        return (
            self._allowance.take(1, time.monotonic())
            and exporter.sender.someone_listens()
            and exporter.budget.admit_message()
        )


def payload(message: Message) -> tuple[str, int]:
    """Return kind and size in bytes of a message's content."""
    data = message.get("bytes")
    if data is not None:
        return "binary", len(data)
    text = message.get("text") or ""
    return "text", len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
