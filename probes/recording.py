"""One recorded request and its stages: the objects behind every call in `probes.stages`.

A `Stage` is a span that is open; its `RequestRecord` holds the caps and counts of the request it is
part of. Nothing here raises into the application.
"""

import os
import traceback
from collections.abc import Mapping, Sequence
from time import perf_counter_ns, time_ns
from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span
from opentelemetry.trace import Link, Status, StatusCode, set_span_in_context

from . import attributes
from .failsafe import harmless
from .stage_kinds import StageKind
from .tracing import instrument

if TYPE_CHECKING:
    from .lines import Lines
    from .protocol_log import ProtocolLog
    from .timed_awaitable import Slices

Value = str | bool | int | float | Sequence[str] | Sequence[bool] | Sequence[int] | Sequence[float]
Attributes = Mapping[str, Value]

SPANS_A_REQUEST = 200
"""Spans one request may make; later ones are only counted."""
ERROR_CHARACTERS = 1_024
"""Longest description of an error in a span's status."""


class RequestRecord:
    """What the instrument knows about one request; owned by that request alone."""

    __slots__ = ("finished", "mark", "overhead_ns", "reduced", "server", "spans", "spans_cut")

    def __init__(self, mark: object, *, reduced: bool = False) -> None:
        self.mark = mark
        """An object that belongs to this request alone, by which a second probe recognises it."""
        self.reduced = reduced
        """True when the process is over its budget: only the `server` span is kept."""
        self.server: Stage = NO_STAGE
        self.spans = 0
        self.spans_cut = 0
        self.overhead_ns = 0
        """Time spent inside the instrument for this request, so far."""
        self.finished = False

    def takes_another_span(self) -> bool:
        """Say whether one more stage may be opened, and count it as cut when the cap forbids it."""
        if self.reduced or self.finished:
            return False
        if self.spans >= SPANS_A_REQUEST:
            self.spans_cut += 1
            return False
        return True


class Stage:
    """One opened stage; the object to describe and to close it. Without a span it does nothing."""

    __slots__ = (
        *("__weakref__", "_changes", "_ended", "context", "conversation", "lines", "record", "slices", "span"),
        "start_ns",
    )

    def __init__(self, span: Span | None, record: RequestRecord | None, start_ns: int) -> None:
        self.span = span
        self.record = record
        self.start_ns = start_ns
        self.slices: Slices | None = None
        self.conversation: ProtocolLog | None = None
        self.lines: Lines | None = None
        self.context = Context() if span is None else set_span_in_context(span, Context())
        self._ended = span is None
        self._changes = 0

    @property
    def recording(self) -> bool:
        """True while the stage is open and its span is kept."""
        return not self._ended

    @harmless(None)
    def set(self, key: str, value: Value) -> None:
        """Add or replace an attribute; it is sent when the stage closes."""
        if self.span is not None and not self._ended:
            self.span.set_attribute(key, clean(value))

    @harmless(None)
    def update(self, described: Attributes) -> None:
        """Add or replace several attributes at once."""
        if self.span is not None and not self._ended:
            self.span.set_attributes(cleaned(described))

    def set_live(self, key: str, value: Value) -> None:
        """Like `set`, and the open span is sent again within a tick so that viewers see it now."""
        self.set(key, value)
        self._changes += 1
        self.watch()

    @harmless(None)
    def watch(self) -> None:
        """Have the sender look at the open stage every tick and send it again when it changed."""
        if self.span is not None and not self._ended:
            instrument().live.watch(self.span, self)

    @harmless(None)
    def fail(self, kind: str) -> None:
        """Mark the stage as failed without an exception, ``kind`` saying why (``error.type``)."""
        if self.span is not None and not self._ended:
            self.span.set_attribute(attributes.ERROR_TYPE, kind)
            self.span.set_status(Status(StatusCode.ERROR))

    @harmless(None)
    def client_left(self) -> None:
        """Mark the stage as one whose client left before its answer was complete."""
        self.fail("client_disconnected")
        self.set_live(attributes.CLIENT_LEFT, time_ns())

    @harmless(None)
    def close(self, error: BaseException | None = None, end_ns: int | None = None) -> None:
        """End the stage (once; later calls do nothing), with the error that ended it, if any."""
        if self.span is None or self._ended:
            return
        begun = perf_counter_ns()
        self._ended = True
        try:
            self._describe_end(error)
        finally:
            end_ns = time_ns() if end_ns is None else end_ns
            self.span.end(max(end_ns, self.start_ns))
        self.spent(begun)

    def spent(self, begun_ns: int) -> None:
        """Add the time since ``begun_ns`` (``perf_counter_ns``) to the request's overhead."""
        if self.record is not None:
            self.record.overhead_ns += perf_counter_ns() - begun_ns

    def signature(self) -> tuple[int, str, int, int]:
        """Return a value that changes whenever viewers should see the open span anew."""
        return (
            self._changes,
            "" if self.slices is None else self.slices.state,
            0 if self.conversation is None else self.conversation.changes,
            0 if self.lines is None else self.lines.changes,
        )

    def live_attributes(self) -> dict[str, Value]:
        """Return what is only known so far while the stage is open: what was said, which lines and slices ran."""
        return {
            **({} if self.conversation is None else self.conversation.attributes()),
            **({} if self.lines is None else self.lines.attributes()),
            **({} if self.slices is None else _state(self.slices)),
        }

    @harmless(None)
    def _describe_end(self, error: BaseException | None) -> None:
        if self.span is None:
            return
        if self.slices is not None:
            self.span.set_attribute(attributes.SLICES, self.slices.flat)
            if self.slices.merged:
                self.span.set_attribute(attributes.SLICES_MERGED, self.slices.merged)
        if self.conversation is not None:
            self.span.set_attributes(self.conversation.attributes(final=True))
        if self.lines is not None:
            self.lines.ended = True
            self.span.set_attributes(self.lines.attributes())
        if error is not None:
            _describe_error(self.span, error)


NO_STAGE = Stage(None, None, 0)
"""Stands in where nothing is recorded."""


def start_stage(
    record: RequestRecord,
    kind: StageKind,
    name: str,
    described: Attributes | None,
    *,
    context: Context,
    start_ns: int | None = None,
    links: Sequence[Link] = (),
) -> Stage:
    """Start the span of a stage below the span in ``context``, whatever the caps say."""
    start_ns = time_ns() if start_ns is None else start_ns
    about: dict[str, Value] = {attributes.STAGE: kind.name}
    if described:
        about.update(cleaned(described))
    span = instrument().tracer.start_span(
        clean_text(name), context, kind.span_kind, about, links, start_time=start_ns, record_exception=False
    )
    record.spans += 1
    return Stage(span if isinstance(span, Span) else None, record, start_ns)


def _state(slices: "Slices") -> dict[str, Value]:
    return {
        attributes.STATE: slices.state,
        attributes.STATE_SINCE: slices.since_ns,
        attributes.SLICES: tuple(slices.flat),
        attributes.SLICES_MERGED: slices.merged,
    }


def cleaned(described: Attributes) -> dict[str, Value]:
    """Return a copy of ``described`` with text that UTF-8 can carry."""
    return {key: clean(value) for key, value in described.items()}


def clean(value: Value) -> Value:
    """Return ``value`` with text that UTF-8 can carry."""
    return clean_text(value) if isinstance(value, str) and not value.isascii() else value


def clean_text(text: str) -> str:
    """Return ``text`` without lone surrogates, which would make a whole message undeliverable."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _describe_error(span: Span, error: BaseException) -> None:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    message = clean_text(str(error))
    span.set_attribute(attributes.ERROR_TYPE, kind)
    description = f"{kind}: {message}"[:ERROR_CHARACTERS]
    if _is_end_of_worker(error):
        span.set_attribute(attributes.DIED, True)
        description = f"died with worker {os.getpid()} after {(time_ns() - (span.start_time or 0)) / 1e9:.1f} s"
    span.set_status(Status(StatusCode.ERROR, description))
    span.add_event("exception", {attributes.EXCEPTION_TYPE: kind, attributes.EXCEPTION_MESSAGE: message})


def _is_end_of_worker(error: BaseException) -> bool:
    """Whether the server ends this process in the middle of the request: Gunicorn's worker timeout raises SystemExit
    out of a signal handler, wherever the application is. An application that calls ``sys.exit()`` is something else.
    """
    if not isinstance(error, SystemExit):
        return False
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and str(frames[-1].f_globals.get("__name__")).partition(".")[0] == "gunicorn"
