"""Opens and closes the stages of the request that the calling code is handling.

Called by the probes and by everything in `django/`; the stages go to the outbox.
Outside an observed request, or when the request has used up its spans, every call does nothing.
"""

from collections.abc import Awaitable
from contextvars import Token
from time import perf_counter_ns
from typing import TypeVar

from .failsafe import report
from .lines import Lines
from .recording import CURRENT, NO_STAGE, CutStage, RequestRecord, Stage, leave, start_stage
from .runtime.greenlets import slices_of_greenlet
from .stage_kinds import StageKind
from .timed_awaitable import Slices, TimedAwaitable
from .types import Attributes
from .values import NOTHING_FIXED, FixedAttributes

__all__ = (
    "current_request",
    "current_stage",
    "enter",
    "follow_greenlet",
    "is_recording",
    "leave",
    "open_stage",
    "stage",
    "time_awaitable",
)

T = TypeVar("T")

current_stage = CURRENT.get
"""Return the innermost stage that the calling code is inside of, `NO_STAGE` when there is none."""


def current_request() -> RequestRecord | None:
    """Return the record of the request that the calling code is handling, or None."""
    return CURRENT.get().record


def is_recording() -> bool:
    """Return whether stages opened here are recorded: inside an observed request that the budget has not reduced."""
    record = CURRENT.get().record
    return record is not None and not record.reduced


def open_stage(
    kind: StageKind,
    name: str,
    described: Attributes | None = None,
    fixed: FixedAttributes = NOTHING_FIXED,
    *,
    start_ns: int | None = None,
    parent: Stage | None = None,
    make: type[Stage] = Stage,
) -> Stage:
    """Open a stage inside ``parent`` (default: the current one); the caller closes it, or uses it in ``with``.

    ``start_ns`` is unix time in ns, default now. ``fixed`` are attributes that it has each time it is opened.
    """
    inside_of = CURRENT.get() if parent is None else parent
    record = inside_of.record
    if record is None:
        return NO_STAGE
    if not record.admit_span():
        return NO_STAGE if record.reduced or record.finished else CutStage(record, kind)
    begun = perf_counter_ns()
    try:
        opened = start_stage(
            record,
            kind,
            name,
            described,
            trace_id=inside_of.trace_id,
            parent_id=inside_of.inner_id,
            fixed=fixed,
            start_ns=start_ns,
            make=make,
        )
    except Exception as problem:  # noqa: BLE001 - the wall of `failsafe`, without a function around this one
        report(problem)
        return NO_STAGE
    record.overhead_ns += perf_counter_ns() - begun
    return opened


stage = open_stage
"""The same, read as a statement: ``with stage(VIEW, name) as opened``."""


def enter(opened: Stage) -> Token[Stage]:
    """Make ``opened`` the current stage until `leave` is called with what this returns."""
    return CURRENT.set(opened)


def follow_greenlet(opened: Stage) -> None:
    """Record on ``opened`` when the calling greenlet runs, if it is one of gevent's, until the stage ends."""
    slices = slices_of_greenlet(opened.start_ns) if opened.recording else None
    if slices is not None:
        opened.attach(slices)


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
