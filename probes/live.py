"""The live export: the outbox, into which each span is put when it opens and when it ends, and its sender.

Both are created lazily in the process that first needs them and again after a fork, which is noticed by the process
id: uWSGI's fork runs no fork hooks.
"""

import asyncio
import os
from asyncio import _get_running_loop
from dataclasses import dataclass

from opentelemetry.sdk.resources import Resource

from .budget import Budget
from .delivery.flush_budget import FLUSH_S, FlushBudget
from .delivery.last_moment import call_all, call_at_the_end, forget, leave_sigterm_to_the_system
from .delivery.outbox import Outbox
from .delivery.sender import Sender
from .delivery.uwsgi_exit import expect_exit
from .failsafe import harmless
from .lines import sample_lines
from .settings import Settings

POLL_S = 0.01


@dataclass(frozen=True, slots=True)
class Exporter:
    """Everything with which one process sends its spans."""

    outbox: Outbox
    sender: Sender
    budget: Budget


class LiveExport:
    """Sends open and ended spans to ``settings.endpoint``; it never blocks and never raises."""

    def __init__(self, settings: Settings, resource: Resource) -> None:
        self._settings = settings
        self._resource = resource
        self._exporters: dict[int, Exporter] = {}
        self._flush_budget = FlushBudget()
        call_at_the_end(self.force_flush)

    @property
    def exporter(self) -> Exporter:
        """The exporter of this process, created when it is first needed."""
        exporter = self._exporters.get(os.getpid())
        return self._start_exporter() if exporter is None else exporter

    @harmless(False)
    def force_flush(self, timeout_millis: int = int(FLUSH_S * 1000)) -> bool:
        """Send what ended, waiting at most ``timeout_millis`` and no more than is left of the budget for one end.

        Return True when nothing is left.
        """
        exporter = self._exporters.get(os.getpid())
        if exporter is None:
            return True
        with self._flush_budget.spend(timeout_millis / 1000) as seconds:
            if seconds:
                exporter.sender.flush(seconds)
        return not exporter.outbox.backlog()

    @harmless(None)
    def shutdown(self) -> None:
        """Send what ended and end the sender's thread."""
        forget(self.force_flush)
        exporter = self._exporters.get(os.getpid())
        if exporter is not None:
            self.force_flush()
            exporter.sender.stop()

    async def flush_without_blocking(self) -> None:
        """Do what `force_flush` does on the sender's thread, while the event loop goes on."""
        exporter = self._exporters.get(os.getpid())
        if exporter is None:
            return
        if _get_running_loop() is None:  # a loop that is not asyncio's
            self.force_flush()
            return
        exporter.sender.hurry()
        with self._flush_budget.spend() as seconds:
            # Polling needs none of the loop's own machinery, which is not thread-safe.
            for _ in range(int(seconds / POLL_S)):
                if exporter.sender.is_idle():
                    return
                await asyncio.sleep(POLL_S)

    def _start_exporter(self) -> Exporter:
        outbox = Outbox(self._settings.queue_size)
        sender = Sender(outbox, self._settings, self._resource, before_batch=sample_lines)
        new = Exporter(outbox, sender, Budget(self._settings.budget))
        # setdefault is atomic: when two threads of a new process come here, one of them starts the sender.
        exporter = self._exporters.setdefault(os.getpid(), new)
        if exporter is new:
            for pid in [pid for pid in self._exporters if pid != os.getpid()]:
                self._exporters.pop(pid, None)
            exporter.sender.start()
            leave_sigterm_to_the_system()
            expect_exit(call_all)
        return exporter
