"""Which line of a function is being executed, without a tracing hook.

For a coroutine it is the line at which it gave control back to the loop, read at that moment. Code that keeps running
is sampled by the sender's thread once per tick: a line is seen when it takes longer than that.
"""

import itertools
import sys
import weakref
from collections.abc import Collection
from time import time_ns
from types import CodeType, FrameType
from typing import Any

from . import attributes
from .failsafe import harmless
from .runtime.native import original
from .timed_awaitable import RUNNING, Slices
from .types import Value

CHANGES_KEPT = 100
"""Lines recorded one after the other; later ones are counted."""
FRAMES_SEARCHED = 64
FOLLOWED_AT_ONCE = 64
"""Functions that are sampled; with more in flight the lines of the others are not seen while they run."""

_followed: "weakref.WeakValueDictionary[int, Lines]" = weakref.WeakValueDictionary()
_numbers = itertools.count()


class Lines:
    """The lines of one call, as a flat list of offset (ns after ``origin_ns``) and line number."""

    __slots__ = (
        "__weakref__",
        "_codes",
        "_ended",
        "_last",
        "_number",
        "_origin_ns",
        "_thread",
        "flat",
        "missed",
        "revision",
        "slices",
    )

    def __init__(self, codes: Collection[CodeType], origin_ns: int) -> None:
        self._codes = codes
        self._origin_ns = origin_ns
        self._thread = original("_thread", "get_ident")()
        self.slices: Slices | None = None
        """The slices of a coroutine: of the many calls of a function on one thread at most one is running."""
        self._last = 0
        self.flat: list[int] = []
        self.missed = 0
        self.revision = 0
        self._ended = False
        self._number = next(_numbers)
        if len(_followed) < FOLLOWED_AT_ONCE:
            _followed[self._number] = self

    @property
    def thread(self) -> int | None:
        """The thread that is executing the function, or None."""
        is_waiting = self._ended or (self.slices is not None and self.slices.state != RUNNING)
        return None if is_waiting else self._thread

    @harmless(None)
    def note_suspension(self, coroutine: Any) -> None:
        """Note where ``coroutine``, or what it awaits, gave control back to the loop."""
        for _ in range(FRAMES_SEARCHED):
            if coroutine is None:
                return
            if getattr(coroutine, "cr_code", None) in self._codes:
                self._note(coroutine.cr_frame, time_ns() if self.slices is None else self.slices.since_ns)
                return
            coroutine = getattr(coroutine, "cr_await", None)

    def note_frame(self, frame: FrameType | None) -> None:
        """Note which line the function is at in the call stack that ends in ``frame``."""
        for _ in range(FRAMES_SEARCHED):
            if frame is None:
                return
            if frame.f_code in self._codes:
                self._note(frame, time_ns())
                return
            frame = frame.f_back

    def finish(self) -> None:
        """End the sampling, and leave the place to another: a stage that has ended may wait long to be sent."""
        self._ended = True
        _followed.pop(self._number, None)

    def attributes(self, *, final: bool) -> dict[str, Value]:
        """Return the lines seen so far, {} if there are none."""
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
        self.revision += 1


@harmless(None)
def sample_lines() -> None:
    """Note the current line of every followed function that is running; called by the sender's thread every tick."""
    followed = [lines for reference in _followed.valuerefs() if (lines := reference()) and lines.thread]
    if not followed:
        return
    frames = sys._current_frames()  # noqa: SLF001 - the documented way to see where other threads are
    for lines in followed:
        lines.note_frame(frames.get(lines.thread or 0))
