"""Which line of a function is being executed, without a tracing hook.

Of a coroutine it is the line at which it gave the loop back, read when it does. Of what runs on, the sender's thread
looks every tick: a line is seen when it takes longer than that.
"""

import itertools
import sys
import threading
import weakref
from collections.abc import Collection
from time import time_ns
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from . import attributes
from .failsafe import harmless
from .timed_awaitable import RUNNING, Slices

if TYPE_CHECKING:
    from .recording import Value

CHANGES_KEPT = 100
"""Lines recorded one after the other; later ones are counted."""
FRAMES_SEARCHED = 64
FOLLOWED_AT_ONCE = 64
"""Functions that a tick looks at; with more in flight the others' lines are not seen while they run."""

_followed: "weakref.WeakValueDictionary[int, Lines]" = weakref.WeakValueDictionary()
_numbers = itertools.count()


class Lines:
    """The lines of one call, as a flat list of offset (ns after ``origin_ns``) and line number."""

    __slots__ = (
        "__weakref__",
        "_codes",
        "_last",
        "_origin_ns",
        "_thread",
        "changes",
        "ended",
        "flat",
        "missed",
        "slices",
    )

    def __init__(self, codes: Collection[CodeType], origin_ns: int) -> None:
        self._codes = codes
        self._origin_ns = origin_ns
        self._thread = threading.get_ident()
        self.slices: Slices | None = None
        """Of a coroutine: many calls of one function may be under way on its thread, and one of them runs."""
        self._last = 0
        self.flat: list[int] = []
        self.missed = 0
        self.changes = 0
        self.ended = False
        if len(_followed) < FOLLOWED_AT_ONCE:
            _followed[next(_numbers)] = self

    @property
    def thread(self) -> int | None:
        """The thread that executes the function now; None when none does."""
        waits = self.ended or (self.slices is not None and self.slices.state != RUNNING)
        return None if waits else self._thread

    @harmless(None)
    def suspended(self, coroutine: Any) -> None:
        """Note where ``coroutine``, or what it awaits, gave back the loop."""
        for _ in range(FRAMES_SEARCHED):
            if coroutine is None:
                return
            if getattr(coroutine, "cr_code", None) in self._codes:
                self._note(coroutine.cr_frame, time_ns() if self.slices is None else self.slices.since_ns)
                return
            coroutine = getattr(coroutine, "cr_await", None)

    def seen(self, frame: FrameType | None) -> None:
        """Note where the function stands in the calls that end in ``frame``."""
        for _ in range(FRAMES_SEARCHED):
            if frame is None:
                return
            if frame.f_code in self._codes:
                self._note(frame, time_ns())
                return
            frame = frame.f_back

    def attributes(self) -> "dict[str, Value]":
        """Return what was seen so far; nothing when nothing was."""
        described: dict[str, Value] = {attributes.CODE_LINES: tuple(self.flat)} if self.flat else {}
        if self.missed:
            described[attributes.CODE_LINES_MISSED] = self.missed
        return described

    def _note(self, frame: FrameType | None, now_ns: int) -> None:
        line = None if frame is None else frame.f_lineno
        if line is None or line == self._last:
            return
        self._last = line
        if len(self.flat) >= 2 * CHANGES_KEPT:
            self.missed += 1
            return
        self.flat += (max(now_ns - self._origin_ns, 0), line)
        self.changes += 1


@harmless(None)
def look() -> None:
    """Note the line of every function that is being executed; for the sender's thread, once a tick."""
    followed = [lines for reference in _followed.valuerefs() if (lines := reference()) and lines.thread]
    if not followed:
        return
    frames = sys._current_frames()  # noqa: SLF001 - the documented way to see where the other threads stand
    for lines in followed:
        lines.seen(frames.get(lines.thread or 0))
