"""When the greenlet of a request ran: gevent's hub runs one at a time, as an event loop does its coroutines.

greenlet calls a function at each switch, if it is asked to: here as long as a greenlet of the thread has a request.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any

from ..failsafe import harmless
from ..timed_awaitable import RUNNING, Slices
from .loops import hub_of_gevent
from .native import original

Trace = Callable[[str, Any], object]
SWITCHES = {"switch", "throw"}


class GreenletSlices(Slices):
    """When one greenlet ran; it runs now."""

    __slots__ = ("_greenlet", "_tracer")

    def __init__(self, origin_ns: int, greenlet: Any, tracer: Tracer) -> None:
        super().__init__(origin_ns)
        self._greenlet = weakref.ref(greenlet)
        self._tracer = tracer
        self.begin()
        tracer.follow(greenlet, self)

    def finish(self) -> None:
        """End the slice that is being recorded: what the greenlet goes on with is no part of the stage."""
        if self.state == RUNNING:
            self.end()
        self._tracer.leave(self._greenlet())


class Tracer:
    """What greenlet calls at the switches of one thread."""

    def __init__(self) -> None:
        self._followed: weakref.WeakKeyDictionary[Any, GreenletSlices] = weakref.WeakKeyDictionary()
        self._before: Trace | None = None
        self._installed = False

    def __call__(self, event: str, switched: Any) -> None:
        """Note a switch, and tell whoever wanted to know before us."""
        if event in SWITCHES and self._followed:
            self._note(*switched)
        if self._before is not None:
            self._before(event, switched)

    def follow(self, greenlet: Any, slices: GreenletSlices) -> None:
        """Record in ``slices`` when ``greenlet``, which is running, runs."""
        self._followed[greenlet] = slices
        library = sys.modules["greenlet"]
        if not self._installed:
            self._before = library.settrace(self)
            self._installed = True

    def leave(self, greenlet: Any) -> None:
        """Record no more of ``greenlet``; the last one takes the function away, unless another stands before it."""
        if greenlet is not None:
            self._followed.pop(greenlet, None)
        library = sys.modules["greenlet"]
        if not self._followed and self._installed and library.gettrace() is self:
            library.settrace(self._before)
            self._before, self._installed = None, False

    @harmless(None)
    def _note(self, origin: Any, target: Any) -> None:
        stopped, started = self._followed.get(origin), self._followed.get(target)
        if stopped is not None and stopped.state == RUNNING:
            stopped.end()
        if started is not None:
            started.begin()


class _Memory(original("threading", "local")):  # type: ignore[misc]  # of the system's threads, under gevent as well
    tracer: Tracer | None = None


_memory = _Memory()


@harmless(None)
def slices_of_greenlet(origin_ns: int) -> GreenletSlices | None:
    """Return when the calling greenlet runs, from ``origin_ns`` on; None outside of gevent's greenlets."""
    if "gevent.hub" not in sys.modules or hub_of_gevent() is None:
        return None
    tracer = _memory.tracer
    if tracer is None:
        tracer = _memory.tracer = Tracer()
    return GreenletSlices(origin_ns, sys.modules["greenlet"].getcurrent(), tracer)
