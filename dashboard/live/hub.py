"""Collects what arrived and publishes at most one frame every 33 ms: between ingest and runner, and the viewers.

The viewers of a process are always fed through its in-memory channel layer; Redis only carries batches between the
hubs of several processes (`peers.py`). Each process therefore holds the whole picture, and its viewers notice nothing
but a notice when Redis goes away: Channels would end every socket whose `receive()` from Redis fails.

A frame says which revisions of the store it covers. That is its sequence number on the layer: a consumer whose
position is below `since` knows that the layer lost something.
"""

import asyncio
import contextlib
import dataclasses
import functools
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ParamSpec

from channels.layers import channel_layers, get_channel_layer
from django.conf import settings
from msgspec.structs import replace

from dashboard.access.keys import Visitor
from dashboard.live import frames
from dashboard.live.frames import HubStatus, Members
from dashboard.live.limits import MESSAGE_BYTES, HubLimits
from dashboard.live.messages import FragmentChanged, SpansArrived
from dashboard.live.peers import PeerLink
from dashboard.live.places import Places
from dashboard.live.processes import is_running, this_host
from dashboard.traces.attributes import CONFLICTS, RUN
from dashboard.traces.liveness import Heartbeat, LivenessTracker
from dashboard.traces.losses import Losses, LossLedger
from dashboard.traces.ownership import OURS, Ownership
from dashboard.traces.span import Span
from dashboard.traces.store import StoredSpan, TraceStore

VIEWERS = "live"
"""The Channels group of all viewers of this process."""
HUBS = "hubs"
"""The alias of the channel layer between processes, in CHANNEL_LAYERS when REDIS_URL is set."""

P = ParamSpec("P")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of the page, as the presenter sees it and as the class does."""

    html: str
    for_class: str
    owner: str = ""
    """The class member who sees it as the presenter does, since it is about what is theirs."""

    def shown_to(self, visitor: Visitor) -> str:
        """Return it as somebody sees it."""
        is_theirs = bool(visitor.id) and visitor.id == self.owner
        return self.html if visitor.is_presenter or is_theirs else self.for_class


class Hub:
    """One per process. Starts on the server's loop when it is first used there, since Daphne has no lifespan.

    `receive` and `show_fragment` may be called from any thread; from elsewhere they are handed to the hub's loop.
    """

    def __init__(self, store: TraceStore | None = None, limits: HubLimits | None = None) -> None:
        self.id = uuid.uuid4().hex
        self.store = store or TraceStore()
        self.ledger = LossLedger()
        self.ownership = Ownership()
        self._conflicts_told = 0
        self.liveness = LivenessTracker(this_host(), is_running)
        self.limits = limits or HubLimits()
        self.fragments: dict[str, Fragment] = {}
        self._notices: dict[str, str] = {}
        self.on_changed: list[Callable[[list[Span]], object]] = []
        """Called on the hub's loop with the spans that a sender's message changed."""
        self.backlog: dict[str, int] = {}
        self.places = Places(self.limits)
        self._changed_fragments: set[str] = set()
        self._published = 0
        self._told: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._link: PeerLink | None = None

    def receive(
        self,
        spans: Iterable[Span],
        losses: Iterable[Losses] = (),
        heartbeats: Iterable[Heartbeat] = (),
        *,
        sender: str = OURS,
    ) -> None:
        """Take in spans, in any state and order, and the counters and heartbeats of their senders.

        `sender` is who sends them, as of `access.sending.sender_of`; what this process itself observes has none.
        """
        self._on_loop(self._receive, [*spans], [*losses], [*heartbeats], sender)

    def show_fragment(self, name: str, html: str, for_class: str = "", owner: str = "") -> None:
        """Show an HTML fragment (`hx-swap-oob`) to all viewers, also to those that connect later.

        `for_class` is what members of the class see in its place, if that is something else, all but its `owner`. The
        latest of a name counts. Raise ValueError for what is not a fragment or too large for a WebSocket frame.
        """
        fragment = Fragment(html.strip(), for_class.strip() or html.strip(), owner)
        for text in (fragment.html, fragment.for_class):
            if not text.startswith("<") or len(text.encode()) >= MESSAGE_BYTES:
                raise ValueError(f"fragment {name!r}: expected HTML below {MESSAGE_BYTES} bytes that starts with '<'")
        self._on_loop(self._change_fragment, name, fragment)

    def show_backlog(self, backlog: dict[str, int]) -> None:
        """Show how long the kernel's accept queues are, by server. Call it on the hub's loop."""
        if backlog != self.backlog:
            self.backlog = backlog
            self._news.set()

    async def start(self) -> None:
        """Publish from the running loop. Do nothing when it already does."""
        self._bind(asyncio.get_running_loop())

    async def stop(self) -> None:
        """End publishing; what was received stays. For tests: a process's hub ends with its loop."""
        tasks, self._tasks, self._loop, self._link = self._tasks, set(), None, None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def admit(self, viewer: object, visitor: Visitor) -> bool:
        """Give a viewer a place until it leaves. Return False when there is none for this visitor."""
        why = self.places.take(viewer, visitor)
        if why:
            logger.warning("A viewer was refused: %s", why)
        return not why

    @property
    def watched(self) -> bool:
        """Whether there is a viewer."""
        return bool(self.places)

    def leave(self, viewer: object) -> None:
        """Take a viewer's place back."""
        self.places.give_back(viewer)

    def status(self) -> HubStatus:
        """Return what frames say besides spans."""
        return HubStatus(
            self.store.counts(), self.ledger.by_server(), self.notice, self.ownership.conflicts, self.backlog
        )

    def _on_loop(self, act: Callable[P, None], *arguments: P.args, **options: P.kwargs) -> None:
        running = _running_loop()
        if self._loop and self._loop.is_running() and running is not self._loop:
            self._loop.call_soon_threadsafe(functools.partial(act, *arguments, **options))
            return
        if running:
            self._bind(running)
        act(*arguments, **options)

    def _bind(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is loop:
            if all(not task.done() for task in self._tasks):
                return
            for task in self._tasks:
                task.cancel()
        self._loop = loop
        self._news = asyncio.Event()
        self._news.set()  # something may have arrived before there was a loop
        self._tasks = {
            loop.create_task(self._publish_forever(), name="hub"),
            loop.create_task(self._check_liveness_forever(), name="hub-liveness"),
        }
        if HUBS in channel_layers.configs:
            self._link = PeerLink(
                self.id,
                self.store,
                self.ledger,
                self.liveness,
                self.limits,
                ownership=self.ownership,
                absorb=self._absorb,
                notify=functools.partial(self.show_notice, "redis"),
            )
            link = self._link.run(get_channel_layer(HUBS), settings.REDIS_URL)
            self._tasks.add(loop.create_task(link, name="hub-peers"))

    def _receive(
        self, spans: list[Span], losses: list[Losses], heartbeats: list[Heartbeat], sender: str = OURS
    ) -> None:
        now_ns = time.time_ns()
        stamped = [
            span if span.received_ns else replace(span, received_ns=now_ns + place)
            for place, span in enumerate(spans)
        ]
        changed = self.store.absorb(self._believed(stamped, sender))
        for listener in self.on_changed if changed else ():
            listener(changed)
        counted = self.ledger.record(losses)
        self.liveness.record((dataclasses.replace(one, sender=sender) for one in heartbeats), time.monotonic())
        if self._link and (changed or counted):
            self._link.offer(span.key for span in changed)
        if changed or counted or self.ownership.conflicts != self._conflicts_told:
            self._conflicts_told = self.ownership.conflicts
            self._news.set()

    def _believed(self, spans: Iterable[Span], sender: str) -> Iterator[Span]:
        """Yield what is believed of a sender; in place of the rest, the span as it stands, marked as contested."""
        is_fired = self.ownership.is_fired
        for span in spans:
            if sender == OURS and span.stage == "client" and RUN in span.attributes:
                self.ownership.fire(span)
            if not is_fired(span.trace_id):
                yield span
            elif self.ownership.admits(span, sender):
                yield self._marked(span)
            elif (stored := self.store.get(span.key)) and not stored.span.certain:
                yield self._marked(replace(stored.span, received_ns=span.received_ns))

    def _marked(self, span: Span) -> Span:
        conflicts = self.ownership.conflicts_of(span.key)
        return replace(span, attributes={**span.attributes, CONFLICTS: conflicts}) if conflicts else span

    def _absorb(self, spans: list[Span], losses: list[Losses], heartbeats: list[Heartbeat]) -> None:
        """Take in what another dashboard sends."""
        self.store.absorb(spans)
        self.ledger.record(losses)
        self.liveness.record(heartbeats, time.monotonic())
        self._news.set()

    def _change_fragment(self, name: str, fragment: Fragment) -> None:
        if self.fragments.get(name) != fragment:
            self.fragments[name] = fragment
            self._changed_fragments.add(name)
            self._news.set()

    @property
    def notice(self) -> str:
        """All notices in a row; "" when all is well."""
        return " ".join(filter(None, self._notices.values()))

    def show_notice(self, subject: str, sentence: str) -> None:
        """Show a sentence about a subject in place of the former one; "" when there is nothing to say about it."""
        if self._notices.get(subject, "") != sentence:
            self._notices[subject] = sentence
            self._news.set()

    async def _publish_forever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):  # nothing arrived: the frame is a heartbeat
                async with asyncio.timeout(self.limits.heartbeat_s):
                    await self._news.wait()
            self._news.clear()
            try:
                await self._publish()
            except Exception:
                logger.exception("A frame could not be published; viewers get its spans as a snapshot")
            await asyncio.sleep(self.limits.frame_gap_s)

    async def _check_liveness_forever(self) -> None:
        """End the spans of dead processes. Another dashboard may do the same; all keep the newest such end."""
        while True:
            await asyncio.sleep(self.limits.liveness_check_s)
            try:
                orphans = self.store.open_spans()
                ended = self.liveness.end_orphans(orphans, self.store.trace, time.monotonic(), time.time_ns())
                self._receive(ended, [], [])
            except Exception:
                logger.exception("Could not check whether the observed processes are alive")

    async def _publish(self) -> None:
        if not self.watched:
            # Nobody would get the frame, and encoding it costs what spans a second cost: newcomers get a snapshot.
            self._published = self.store.revision
            self._changed_fragments.clear()
            return
        members = {name: text for name, text in self.status().members().items() if self._told.get(name) != text}
        self._told.update(members)
        pieces = list(frames.split(self.store.since(self._published), self.limits.frame_bytes))
        for piece in pieces or [[]]:
            await self._publish_frame(piece, members)
            members = {}
        changed, self._changed_fragments = self._changed_fragments, set()
        for name in sorted(changed):
            await self._send({"type": "fragment.changed", "hub": self.id, "name": name})

    async def _publish_frame(self, piece: list[StoredSpan], members: Members) -> None:
        since = self._published
        if piece:
            self._published = piece[-1].revision
        await self._send(
            {
                "type": "spans.arrived",
                "hub": self.id,
                "since": since,
                "revision": self._published,
                "count": len(piece),
                "body": frames.encode_body(piece, members),
            }
        )

    async def _send(self, message: SpansArrived | FragmentChanged) -> None:
        await get_channel_layer().group_send(VIEWERS, message)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
