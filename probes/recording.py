"""One recorded request and its stages: the objects behind every call in `stages`.

A `Stage` is a span that is open; its `RequestRecord` holds the caps and counts of the request it is
part of; its live parts record what changes while it is open. Nothing here raises into the application.
"""

import os
import traceback
from collections.abc import Hashable, Sequence
from time import perf_counter_ns, time_ns
from typing import Protocol

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span
from opentelemetry.trace import Link, Status, StatusCode, set_span_in_context

from . import attributes
from .failsafe import harmless
from .stage_kinds import StageKind
from .tracing import instrument
from .types import Attributes, Value

SPANS_A_REQUEST = 200
"""Spans one request may make; later ones are only counted."""
ERROR_CHARACTERS = 1_024
"""Longest description of an error in a span's status."""


class LivePart(Protocol):
    """Something about a stage that changes while the stage is open, and is sent each time it did."""

    @property
    def revision(self) -> Hashable:
        """A value that differs whenever viewers should see the change."""

    def attributes(self, *, final: bool) -> dict[str, Value]:
        """Return what is known so far; ``final`` says that the stage ends."""


class RequestRecord:
    """What the instrument knows about one request; owned by that request alone."""

    __slots__ = ("finished", "overhead_ns", "reduced", "request_token", "server", "spans", "spans_cut")

    def __init__(self, request_token: object, *, reduced: bool = False) -> None:
        self.request_token = request_token
        """An object that belongs to this request alone, by which an inner probe recognises it."""
        self.reduced = reduced
        """True when the process is over its budget: only the `server` span is kept."""
        self.server: Stage = NO_STAGE
        self.spans = 0
        self.spans_cut = 0
        self.overhead_ns = 0
        """Time spent inside the instrument for this request, so far."""
        self.finished = False

    def admit_span(self) -> bool:
        """Return whether one more stage may be opened; count it as cut when the cap forbids it."""
        if self.reduced or self.finished:
            return False
        if self.spans >= SPANS_A_REQUEST:
            self.spans_cut += 1
            return False
        return True


class Stage:
    """One opened stage; the object to describe and to close it. Without a span it does nothing."""

    __slots__ = ("__weakref__", "_changes", "_ended", "_parts", "context", "record", "span", "start_ns")

    def __init__(self, span: Span | None, record: RequestRecord | None, start_ns: int) -> None:
        self.span = span
        self.record = record
        self.start_ns = start_ns
        self.context = Context() if span is None else set_span_in_context(span, Context())
        self._ended = span is None
        self._changes = 0
        self._parts: tuple[LivePart, ...] = ()

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
            self.span.set_attributes(clean_attributes(described))

    def set_live(self, key: str, value: Value) -> None:
        """Like `set`, and the open span is sent again within a tick so that viewers see it now."""
        self.set(key, value)
        self._changes += 1
        self.watch()

    def attach(self, part: LivePart) -> None:
        """Send what ``part`` records with the stage, while it is open and when it ends."""
        if not self._ended:
            self._parts += (part,)
            self.watch()

    @harmless(None)
    def watch(self) -> None:
        """Have the sender check the open stage every tick and send it again when it changed."""
        if self.span is not None and not self._ended:
            instrument().live.watch(self.span, self)

    @harmless(None)
    def fail(self, kind: str) -> None:
        """Mark the stage as failed without an exception, ``kind`` saying why (``error.type``)."""
        if self.span is not None and not self._ended:
            self.span.set_attribute(attributes.ERROR_TYPE, kind)
            self.span.set_status(Status(StatusCode.ERROR))

    @harmless(None)
    def mark_client_left(self) -> None:
        """Mark the stage as one whose client left before the response was complete."""
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
        self.add_overhead(begun)

    def add_overhead(self, begun_ns: int) -> None:
        """Add the time since ``begun_ns`` (``perf_counter_ns``) to the request's overhead."""
        if self.record is not None:
            self.record.overhead_ns += perf_counter_ns() - begun_ns

    def revision(self) -> Hashable:
        """Return a value that differs whenever viewers should see the open span again."""
        return self._changes, *[part.revision for part in self._parts]

    def live_attributes(self) -> dict[str, Value]:
        """Return what the live parts know so far."""
        described: dict[str, Value] = {}
        for part in self._parts:
            described.update(part.attributes(final=False))
        return described

    @harmless(None)
    def _describe_end(self, error: BaseException | None) -> None:
        if self.span is None:
            return
        for part in self._parts:
            self.span.set_attributes(part.attributes(final=True))
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
    """Start the span of a stage as a child of the span in ``context``, regardless of the caps."""
    start_ns = time_ns() if start_ns is None else start_ns
    about: dict[str, Value] = {attributes.STAGE: kind.name}
    if described:
        about.update(clean_attributes(described))
    span = instrument().tracer.start_span(
        clean_text(name), context, kind.span_kind, about, links, start_time=start_ns, record_exception=False
    )
    record.spans += 1
    return Stage(span if isinstance(span, Span) else None, record, start_ns)


def clean_attributes(described: Attributes) -> dict[str, Value]:
    """Return a copy of ``described`` with text that UTF-8 can encode."""
    return {key: clean(value) for key, value in described.items()}


def clean(value: Value) -> Value:
    """Return ``value``; if it is text, as text that UTF-8 can encode."""
    return clean_text(value) if isinstance(value, str) and not value.isascii() else value


def clean_text(text: str) -> str:
    """Return ``text`` without lone surrogates, which would make a whole message undeliverable."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _describe_error(span: Span, error: BaseException) -> None:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    message = clean_text(str(error))
    span.set_attribute(attributes.ERROR_TYPE, kind)
    description = f"{kind}: {message}"[:ERROR_CHARACTERS]
    if _is_worker_exit(error):
        span.set_attribute(attributes.DIED, True)
        description = f"died with worker {os.getpid()} after {(time_ns() - (span.start_time or 0)) / 1e9:.1f} s"
    span.set_status(Status(StatusCode.ERROR, description))
    span.add_event("exception", {attributes.EXCEPTION_TYPE: kind, attributes.EXCEPTION_MESSAGE: message})


def _is_worker_exit(error: BaseException) -> bool:
    """Return whether the server is ending this process in the middle of the request.

    Gunicorn's worker timeout raises SystemExit from a signal handler, wherever the application is. An application
    that calls ``sys.exit()`` is something else.
    """
    if not isinstance(error, SystemExit):
        return False
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and str(frames[-1].f_globals.get("__name__")).partition(".")[0] == "gunicorn"
