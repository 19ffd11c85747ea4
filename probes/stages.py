"""Opens and closes the stages of the request that the calling code is handling.

Called by the probes and by everything in `django/`; the stages go to the outbox.
Outside an observed request, or when the request has used up its spans, every call does nothing.
"""

from collections.abc import Awaitable
from contextvars import ContextVar, Token
from time import perf_counter_ns
from types import TracebackType
from typing import TypeVar

from .failsafe import harmless
from .lines import Lines
from .recording import NO_STAGE, CutStage, RequestRecord, Stage, start_stage
from .stage_kinds import StageKind
from .timed_awaitable import Slices, TimedAwaitable
from .types import Attributes
from .values import NOTHING_FIXED, FixedAttributes

T = TypeVar("T")

_current: ContextVar[Stage] = ContextVar("gatescope_stage", default=NO_STAGE)


def current_request() -> RequestRecord | None:
    """Return the record of the request that the calling code is handling, or None."""
    return _current.get().record


def current_stage() -> Stage:
    """Return the stage that the calling code is in; one of which nothing is recorded outside an observed request."""
    return _current.get()


def is_recording() -> bool:
    """Return whether stages opened here are recorded: inside an observed request that the budget has not reduced."""
    record = _current.get().record
    return record is not None and not record.reduced


@harmless(NO_STAGE)
def open_stage(
    kind: StageKind,
    name: str,
    described: Attributes | None = None,
    start_ns: int | None = None,
    parent: Stage | None = None,
    *,
    fixed: FixedAttributes = NOTHING_FIXED,
) -> Stage:
    """Open a stage inside ``parent`` (default: the current one); the caller closes it.

    ``start_ns`` is unix time in ns, default now. ``fixed`` are attributes that it has each time it is opened.
    """
    inside_of = _current.get() if parent is None else parent
    record = inside_of.record
    if record is None:
        return NO_STAGE
    if not record.admit_span():
        return NO_STAGE if record.reduced or record.finished else CutStage(record, kind)
    begun = perf_counter_ns()
    opened = start_stage(
        record,
        kind,
        name,
        described,
        trace_id=inside_of.trace_id,
        parent_id=inside_of.inner_id,
        fixed=fixed,
        start_ns=start_ns,
    )
    record.overhead_ns += perf_counter_ns() - begun
    return opened


class stage:  # noqa: N801 - read as a statement: with stage(VIEW, name)
    """Open a stage around a block and make it the current one; the block's exceptions pass through."""

    __slots__ = ("_described", "_fixed", "_kind", "_name", "_opened", "_token")

    def __init__(
        self,
        kind: StageKind,
        name: str,
        described: Attributes | None = None,
        fixed: FixedAttributes = NOTHING_FIXED,
    ) -> None:
        self._kind = kind
        self._name = name
        self._described = described
        self._fixed = fixed
        self._opened = NO_STAGE
        self._token: Token[Stage] | None = None

    def __enter__(self) -> Stage:
        self._opened = open_stage(self._kind, self._name, self._described, fixed=self._fixed)
        if self._opened.recording:
            self._token = _current.set(self._opened)
        return self._opened

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            leave(self._token)
        self._opened.close(error)


def enter(opened: Stage) -> Token[Stage]:
    """Make ``opened`` the current stage until `leave` is called with what this returns."""
    return _current.set(opened)


def leave(token: Token[Stage]) -> None:
    """Make the stage that was current before `enter` current again."""
    try:
        _current.reset(token)
    except ValueError:  # a generator that ends in another context than the one it began in
        before = token.old_value
        _current.set(NO_STAGE if before is Token.MISSING else before)


def time_awaitable(awaitable: Awaitable[T], opened: Stage, lines: Lines | None = None) -> Awaitable[T]:
    """Return an awaitable that does the same and records on ``opened`` when it ran: await it at once.

    ``lines`` are those of the coroutine's function, from `source.follow_lines`.
    """
    if not opened.recording or not hasattr(awaitable, "__await__"):
        return awaitable  # what cannot be awaited has to fail as it would without us
    slices = Slices(opened.start_ns)
    opened.attach(slices)
    if lines is None:
        return TimedAwaitable(awaitable, slices)
    lines.slices = slices
    return TimedAwaitable(awaitable, slices, lines.note_suspension)
