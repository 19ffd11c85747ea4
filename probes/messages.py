"""The messages of one WebSocket session: each is a trace of its own, linked to the session.

A flood sheds detail: beyond a rate, and beyond the budget of the process, messages are only counted on their session.
No content is recorded, only direction, kind and size.
"""

import time

from opentelemetry.trace import Link, SpanKind

from . import attributes
from .budget import TokenBucket
from .failsafe import harmless
from .ids import new_trace_id
from .recording import NO_STAGE, RequestRecord, Stage, start_stage
from .stage_kinds import StageKind
from .tracing import instrument
from .types import Message, Value

RECEIVED_MESSAGE = StageKind("message", SpanKind.CONSUMER)
SENT_MESSAGE = StageKind("message", SpanKind.PRODUCER)

RECORDED_A_SECOND = 20
"""Messages of one session that get a trace of their own, per second; four seconds' worth may come at once."""

STAGE_KINDS = {"in": RECEIVED_MESSAGE, "out": SENT_MESSAGE}
"""The kind of a message's stage, by its direction."""


class Messages:
    """The messages of one session: counts of each direction, and a stage for each message that is recorded."""

    __slots__ = ("_bytes", "_counts", "_handling", "_rate", "_session", "_unrecorded", "record")

    def __init__(self, request_token: object) -> None:
        self.record = RequestRecord(request_token)
        """What the messages cost; apart from the session's record, whose spans count against another cap."""
        self._session = NO_STAGE
        self._handling = NO_STAGE
        self._rate = TokenBucket(RECORDED_A_SECOND, time.monotonic())
        self._counts = {"in": 0, "out": 0}
        self._bytes = {"in": 0, "out": 0}
        self._unrecorded = 0

    def link_to(self, session: Stage) -> None:
        """Link the messages that follow to ``session``."""
        self._session = session

    @harmless(None)
    def begin_handling(self, message: Message) -> None:
        """Record a message that the application received; it is being handled until the next one is asked for."""
        self._handling = self._open("in", message)

    def end_handling(self) -> None:
        """Close the message that is being handled, if any."""
        self._handling.close()

    @harmless(NO_STAGE)
    def open_sent(self, message: Message) -> Stage:
        """Return the stage of a message that the application sends; the caller closes it."""
        return self._open("out", message)

    def summarize(self) -> dict[str, Value]:
        """Return the attributes of the session that describe its messages."""
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
        kind, size = measure_payload(message)
        self._counts[direction] += 1
        self._bytes[direction] += size
        if not self._session.recording or not self._is_admitted():
            self._unrecorded += 1
            return NO_STAGE
        session = self._session
        described: dict[str, Value] = {
            attributes.SESSION: f"{session.trace_id.hex()}/{session.span_id.hex()}",
            attributes.MESSAGE_DIRECTION: direction,
            attributes.MESSAGE_KIND: kind,
            attributes.MESSAGE_BYTES: size,
        }
        stage_kind = STAGE_KINDS[direction]
        opened = start_stage(self.record, stage_kind, f"message {direction}", described, trace_id=new_trace_id())
        opened.links = (Link(session.span_context),)
        return opened

    def _is_admitted(self) -> bool:
        exporter = instrument().live.exporter
        return (
            self._rate.take(1, time.monotonic())
            and exporter.sender.is_delivering()
            and exporter.budget.admit_message()
        )


def measure_payload(message: Message) -> tuple[str, int]:
    """Return kind and size in bytes of a message's content."""
    data = message.get("bytes")
    if data is not None:
        return "binary", len(data)
    text = message.get("text") or ""
    return "text", len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
