"""One recorded request and its stages: the objects behind every call in `stages`.

A `Stage` is a span that is open; its `RequestRecord` holds the caps and counts of the request it is
part of; its live parts record what changes while it is open. Nothing here raises into the application.

The first stage of a request has the identity of a span of the OpenTelemetry SDK (`server_stage`).
"""

import os
import traceback
from contextvars import ContextVar, Token
from time import perf_counter_ns, time_ns
from types import TracebackType
from typing import Protocol, Self

from opentelemetry.trace import SpanContext, TraceFlags, TraceState

from . import attributes
from .arrival import Arrival  # noqa: TC001 - beside the others
from .delivery.outbox import Outbox  # noqa: TC001 - said of an attribute
from .failsafe import harmless, report
from .identity import Identity, current_identity
from .ids import new_span_id
from .light_span import LightSpan, LivePart, SpanEvent
from .stage_kinds import SERVER, StageKind
from .tracing import instrument
from .types import Attributes, Value
from .values import (
    ATTRIBUTES_A_SPAN,
    EVENTS_A_SPAN,
    NOTHING_FIXED,
    FixedAttributes,
    clean,
    clean_attributes,
    clean_text,
)

SPANS_A_REQUEST = 200
"""Spans one request may make; later ones are only counted."""
SHORT_NAME = 128
"""Names up to here are plain enough not to be cleaned, if they are ASCII."""
SAMPLED = TraceFlags(TraceFlags.SAMPLED)
ERROR_CHARACTERS = 1_024
"""Longest description of an error in a span's status."""


class RequestRecord:
    """What the instrument knows about one request; owned by that request alone."""

    __slots__ = (
        *("answered", "asked", "cut", "finished", "outbox", "overhead_ns", "process_id", "reduced", "request_token"),
        *("reserved_trace_id", "server", "spans", "spans_cut", "trace_flags", "trace_state"),
    )

    def __init__(self, request_token: object, *, reduced: bool = False) -> None:
        self.request_token = request_token
        """An object that belongs to this request alone, by which an inner probe recognises it."""
        self.asked: Arrival | None = None
        """The request as it came, until its answer begins: a probe behind an adapter recognises it by that."""
        self.answered = False
        """True once server and application had said all of the answer to each other: it cannot die any more."""
        self.trace_state: TraceState | None = None
        """What the vendors on the way here have written into ``tracestate``."""
        self.trace_flags = SAMPLED
        """As the caller sent them, for whoever continues the trace: we record either way, and decide for no other."""
        self.reduced = reduced
        """True when the process is over its budget: only the `server` span is kept."""
        self.reserved_trace_id = 0
        """The id of this trace until the project's own OpenTelemetry begins one; 0 when it has, or has none."""
        self.server: Stage = NO_STAGE
        self.spans = 0
        self.spans_cut = 0
        self.cut: dict[StageKind, list[int]] = {}
        """How many stages of each kind were cut, and how long they took together in ns."""
        self.overhead_ns = 0
        """Time spent inside the instrument for this request, so far."""
        self.finished = False
        self.follow_process()

    def follow_process(self) -> None:
        """Send what follows from the calling process: from a child, when the application forks inside a request."""
        self.process_id = os.getpid()
        self.outbox: Outbox = instrument().live.exporter.outbox

    def admit_span(self) -> bool:
        """Return whether one more stage may be opened; count it as cut when the cap forbids it."""
        if self.reduced or self.finished:
            return False
        if self.spans >= SPANS_A_REQUEST:
            self.spans_cut += 1
            return False
        return True

    def describe_cut(self) -> dict[str, Value]:
        """Return number and time of what was cut, by kind."""
        described: dict[str, Value] = {attributes.SPANS_CUT: self.spans_cut} if self.spans_cut else {}
        for kind, (count, took_ns) in list(self.cut.items()):
            described[f"{attributes.SPANS_CUT}.{kind.name}"] = count
            described[f"{attributes.SPANS_CUT_TIME}.{kind.name}"] = took_ns
        return described


class Layer(Protocol):
    """A middleware that calls the next layer."""

    def enter_inner(self) -> None:
        """Note that the next layer is entered."""

    def leave_inner(self) -> None:
        """Note that the next layer has returned."""


class Stage(LightSpan):
    """One opened stage; the object to describe and to close it. Without a span it does nothing.

    As a context manager it is the current stage inside its block, and closes at its end.
    """

    layer: "Layer | None" = None
    """The middleware that is being called, if what is opened inside of this stage may be its next layer."""
    _before: "Token[Stage] | None" = None

    def __init__(  # noqa: PLR0917 - by position because that is faster
        self,
        record: RequestRecord | None,
        kind: StageKind,
        name: str,
        start_ns: int,
        trace_id: bytes = b"",
        span_id: bytes = b"",
        parent_id: bytes = b"",
        opened_by: Identity | None = None,
        fixed: FixedAttributes = NOTHING_FIXED,
    ) -> None:
        # As `LightSpan` does it: calling that costs as much as all of this.
        self.record = record
        self.kind = kind
        self.name = name
        self.start_ns = start_ns
        self.trace_id = trace_id
        self.span_id = self.inner_id = span_id
        self.parent_id = parent_id
        self.opened_by = opened_by
        self.fixed = fixed

    def __enter__(self) -> Self:
        if not self.end_ns:
            self._before = CURRENT.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        before = self._before
        if before is not None:
            self._before = None
            leave(before)
        self.close(error)

    @property
    def span_context(self) -> SpanContext:
        """The span's identity, with the flags and the ``tracestate`` that its request came with."""
        context, record = super().span_context, self.record
        if record is None:
            return context
        return SpanContext(
            context.trace_id, context.span_id, context.is_remote, record.trace_flags, record.trace_state
        )

    @property
    def recording(self) -> bool:
        """True while the stage is open and its span is kept."""
        return not self.end_ns

    # The wall of `failsafe` stands inside these: a function around them costs as much as what they do.

    def set(self, key: str, value: Value) -> None:
        """Add or replace an attribute; it is sent when the stage closes."""
        self.update({key: value})

    def update(self, described: Attributes) -> None:
        """Add or replace several attributes at once."""
        if not self.end_ns:
            try:
                self._store(described)
            except Exception as problem:  # noqa: BLE001 - the wall
                report(problem)

    def set_live(self, key: str, value: Value) -> None:
        """Like `set`, and the open span is sent again within a tick so that viewers see it now."""
        self._changes += 1
        self.update({key: value})

    def describe(self, fixed: FixedAttributes) -> None:
        """Add attributes that never change, such as source code, which is then not read here."""
        if fixed and not self.end_ns:
            self.fixed = fixed

    def attach(self, part: LivePart) -> None:
        """Send what ``part`` records with the stage, while it is open and when it ends."""
        if not self.end_ns:
            self._parts += (part,)

    def fail(self, kind: str) -> None:
        """Mark the stage as failed without an exception, ``kind`` saying why (``error.type``)."""
        if not self.end_ns:
            self.update({attributes.ERROR_TYPE: kind})
            self.failure = ""

    @harmless(None)
    def note_error(self, error: BaseException) -> None:
        """Mark the stage as failed with ``error`` and leave it open; nothing of the error is kept but its text."""
        if not self.end_ns:
            self._describe_error(error)

    def mark_client_left(self) -> None:
        """Mark the stage as one whose client left before the response was complete."""
        self.fail("client_disconnected")
        self.set_live(attributes.CLIENT_LEFT, time_ns())

    def close(self, error: BaseException | None = None, end_ns: int | None = None) -> None:
        """End the stage (once; later calls do nothing), with the error that ended it, if any."""
        if self.end_ns:
            return
        begun = perf_counter_ns()
        now_ns = time_ns() if end_ns is None else end_ns
        self.end_ns = now_ns if now_ns > self.start_ns else max(self.start_ns, 1)
        try:
            if self._parts or error is not None:
                self._finish(error)
            self._hand_over()
        except Exception as problem:  # noqa: BLE001 - the wall
            report(problem)
        if self.record is not None:
            self.record.overhead_ns += perf_counter_ns() - begun

    def add_overhead(self, begun_ns: int) -> None:
        """Add the time since ``begun_ns`` (``perf_counter_ns``) to the request's overhead."""
        if self.record is not None:
            self.record.overhead_ns += perf_counter_ns() - begun_ns

    def _store(self, described: Attributes) -> None:
        kept = self.attributes
        if kept is None:
            kept = self.attributes = {}
        for key, value in described.items():
            if len(kept) < ATTRIBUTES_A_SPAN or key in kept:
                kept[key] = value if type(value) is int else clean(value)
            else:
                self.dropped_attributes += 1

    def _add_event(self, name: str, described: Attributes) -> None:
        if len(self.events) < EVENTS_A_SPAN:
            self.events += (SpanEvent(name, time_ns(), clean_attributes(described)),)
        else:
            self.dropped_events += 1

    def _hand_over(self) -> None:
        if self.record is not None:
            self.record.outbox.add_ended(self)

    @harmless(None)
    def _finish(self, error: BaseException | None) -> None:
        for part in self._parts:
            part.finish()
        if error is not None:
            self._describe_error(error)

    def _describe_error(self, error: BaseException) -> None:
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        message = clean_text(str(error))
        self._store({attributes.ERROR_TYPE: kind})
        description = f"{kind}: {message}"[:ERROR_CHARACTERS]
        if _is_worker_exit(error) and not (self.record is not None and self.record.answered):
            self._store({attributes.DIED: True})
            description = f"died with worker {os.getpid()} after {(time_ns() - self.start_ns) / 1e9:.1f} s"
        self.failure = description
        self._add_event("exception", {attributes.EXCEPTION_TYPE: kind, attributes.EXCEPTION_MESSAGE: message})


class CutStage(Stage):
    """A stage beyond the cap: no span, but its request knows how many there were of its kind and for how long."""

    def __init__(self, record: RequestRecord, kind: StageKind) -> None:
        super().__init__(record, kind, "", 0)
        self.end_ns = 1
        self._tally = record.cut.setdefault(kind, [0, 0])
        self._tally[0] += 1
        self._began_ns = perf_counter_ns()

    def close(self, error: BaseException | None = None, end_ns: int | None = None) -> None:
        """Add its time, once."""
        if self._began_ns:
            self._tally[1] += perf_counter_ns() - self._began_ns
            self._began_ns = 0


def without_span(record: RequestRecord | None, start_ns: int) -> Stage:
    """Return a stage of which nothing is recorded."""
    stage = Stage(record, SERVER, "", start_ns)
    stage.end_ns = max(start_ns, 1)
    return stage


NO_STAGE = without_span(None, 0)
"""Stands in where nothing is recorded."""

CURRENT: ContextVar[Stage] = ContextVar("gatescope_stage", default=NO_STAGE)
"""The innermost stage that the calling code is inside of."""


def leave(before: Token[Stage]) -> None:
    """Make the stage current again that was so before ``before`` was made."""
    try:
        CURRENT.reset(before)
    except ValueError:  # a generator that ends in another context than the one it began in
        stage = before.old_value
        CURRENT.set(NO_STAGE if stage is Token.MISSING else stage)


def start_stage(
    record: RequestRecord,
    kind: StageKind,
    name: str,
    described: Attributes | None = None,
    *,
    trace_id: bytes,
    parent_id: bytes = b"",
    fixed: FixedAttributes = NOTHING_FIXED,
    start_ns: int | None = None,
    make: type[Stage] = Stage,
) -> Stage:
    """Start a stage as a child of ``parent_id``, regardless of the caps. Without one it begins a trace."""
    who = current_identity()
    if who.process_id != record.process_id:
        record.follow_process()
    now_ns = time_ns() if start_ns is None else start_ns
    shown = name if len(name) <= SHORT_NAME and name.isascii() else clean_text(name)
    opened = make(record, kind, shown, now_ns, trace_id, new_span_id(), parent_id, who, fixed)
    if described:
        opened.attributes = clean_attributes(described)
    record.spans += 1
    record.outbox.add_open(opened)
    return opened


def _is_worker_exit(error: BaseException) -> bool:
    """Return whether the server is ending this process in the middle of the request.

    Gunicorn's worker timeout raises SystemExit from a signal handler, wherever the application is. An application
    that calls ``sys.exit()`` is something else.
    """
    if not isinstance(error, SystemExit):
        return False
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and str(frames[-1].f_globals.get("__name__")).partition(".")[0] == "gunicorn"
