"""The live span processor: hands each span over twice, when it opens and when it ends.

Stands between the OpenTelemetry SDK, which calls it on the application's threads, and the sender.
The outbox and the sender are made lazily in the process that first needs them and made again
after a fork, which is noticed by the process id: uWSGI's fork runs no fork hooks.
"""

import asyncio
import atexit
import os
from asyncio import _get_running_loop
from dataclasses import dataclass

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from probes import attributes
from probes.budget import Budget
from probes.failsafe import harmless
from probes.outbox import Outbox, Watched
from probes.sender import Sender
from probes.settings import Settings

FLUSH_S = 1.5
"""Longest time a process waits at its end for what it has not sent yet; uWSGI rounds it up to seconds."""
POLL_S = 0.01


@dataclass(frozen=True, slots=True)
class Post:
    """What one process sends with."""

    outbox: Outbox
    sender: Sender
    budget: Budget


class LiveSpanProcessor(SpanProcessor):
    """Sends open and ended spans to ``settings.endpoint``; never blocks and never raises."""

    def __init__(self, settings: Settings, resource: Resource) -> None:
        self._settings = settings
        self._service_name = str(resource.attributes.get(attributes.SERVICE_NAME, ""))
        self._posts: dict[int, Post] = {}
        atexit.register(self.force_flush)

    @property
    def post(self) -> Post:
        """What this process sends with, made when it is first needed."""
        post = self._posts.get(os.getpid())
        return self._open_post() if post is None else post

    @harmless(None)
    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Take over a span that began."""
        self.post.outbox.opened(span)

    @harmless(None)
    def on_end(self, span: ReadableSpan) -> None:
        """Take over a span that ended."""
        self.post.outbox.ended(span)

    @harmless(None)
    def watch(self, span: Span, stage: Watched) -> None:
        """Sample ``stage`` every tick while ``span`` is open."""
        self.post.outbox.watch(span, stage)

    @harmless(False)
    def force_flush(self, timeout_millis: int = int(FLUSH_S * 1000)) -> bool:
        """Send what ended, waiting at most ``timeout_millis``; return True when nothing is left."""
        post = self._posts.get(os.getpid())
        if post is None:
            return True
        post.sender.flush(timeout_millis / 1000)
        return not post.outbox.backlog()

    @harmless(None)
    def shutdown(self) -> None:
        """Send what ended and end the sender's thread."""
        atexit.unregister(self.force_flush)
        post = self._posts.get(os.getpid())
        if post is not None:
            self.force_flush()
            post.sender.stop()

    async def flush_beside_the_loop(self) -> None:
        """Like `force_flush`, but the sender's thread does it while the event loop goes on."""
        post = self._posts.get(os.getpid())
        if post is None:
            return
        if _get_running_loop() is None:  # a loop that is not asyncio's
            self.force_flush()
            return
        post.sender.hurry()
        # Asking again and again needs nothing from the loop's own, not thread-safe, machinery.
        for _ in range(int(FLUSH_S / POLL_S)):
            if post.sender.settled():
                return
            await asyncio.sleep(POLL_S)

    def _open_post(self) -> Post:
        outbox = Outbox(self._settings.queue_size)
        new = Post(outbox, Sender(outbox, self._settings, self._service_name), Budget(self._settings.budget))
        # setdefault is atomic: when two threads of a new process come here, one of them starts the sender.
        post = self._posts.setdefault(os.getpid(), new)
        if post is new:
            for pid in [pid for pid in self._posts if pid != os.getpid()]:
                self._posts.pop(pid, None)
            post.sender.start()
        return post
