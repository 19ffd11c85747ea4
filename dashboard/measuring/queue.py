"""A queue of measurements, carried out one after another: how far it is, how long it will last, and its end. Pure.

What a step does is given to it. What was measured before a queue is stopped is kept.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from dashboard.lib.job import Job
from dashboard.runs.exclusive import Claim, Exclusive

logger = logging.getLogger(__name__)

State = Literal["running", "done", "stopped"]
MINUTE_S = 60.0
ROUNDED_TO_S = 10.0


class StepError(Exception):
    """A step could not be carried out; the message says why. The queue goes on with the next."""


@dataclass(frozen=True, slots=True)
class Step:
    """One measurement. `carry_out` may raise StepError; when it is cancelled it ends what it fires."""

    title: str
    expected_s: float
    """About how long it lasts, in seconds; the other steps of its queue correct it."""
    carry_out: Callable[[], Awaitable[None]]


class Skipped(Struct, frozen=True):
    """What was not measured, and why."""

    title: str
    why: str


class QueueProgress(Struct, frozen=True, kw_only=True):
    """How far a queue is, as pages and scripts see it."""

    id: str
    kind: str
    title: str
    state: State
    steps: int
    ended: int
    """How many steps have ended."""
    measured: int
    """How many of them measured something."""
    step: str
    """The title of the step in progress."""
    left_s: float
    left: str
    """The same in words."""
    skipped: tuple[Skipped, ...]


@dataclass(slots=True, eq=False, kw_only=True)
class MeasuringQueue:
    """A queue while it is carried out, and afterwards. `finish` is called at its end, however it ended."""

    kind: str
    """What it is for, such as "lessons" or "race"."""
    title: str
    subject: str
    """What is being measured, as the beginning of a sentence."""
    steps: Sequence[Step]
    skipped: Sequence[Skipped] = ()
    """What could not begin here, known beforehand."""
    finish: Callable[[], Awaitable[None]] | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "running"
    ended: int = 0
    """How many steps have ended."""
    failed: list[Skipped] = field(default_factory=list)
    """Steps that could not be carried out."""
    began_s: float = field(default_factory=time.monotonic)
    """When it or its present step began, on the monotonic clock."""
    spent_s: float = 0.0
    """What the steps that have ended took."""
    job: Job | None = None

    @property
    def step(self) -> Step | None:
        """The step in progress."""
        return self.steps[self.ended] if self.state == "running" and self.ended < len(self.steps) else None

    def left_s(self, now_s: float) -> float:
        """Return about how long it will go on: what is expected of its steps, corrected by those that ended."""
        if self.step is None:
            return 0.0
        foreseen_s = sum(step.expected_s for step in self.steps[: self.ended])
        pace = self.spent_s / foreseen_s if foreseen_s else 1.0
        ahead_s = sum(step.expected_s for step in self.steps[self.ended + 1 :])
        return max(self.step.expected_s * pace - (now_s - self.began_s), 0.0) + ahead_s * pace

    def progress(self) -> QueueProgress:
        """Return how far it is."""
        left_s = self.left_s(time.monotonic())
        return QueueProgress(
            id=self.id,
            kind=self.kind,
            title=self.title,
            state=self.state,
            steps=len(self.steps),
            ended=self.ended,
            measured=self.ended - len(self.failed),
            step=self.step.title if self.step else "",
            left_s=round(left_s, 1),
            left=describe_left(left_s) if self.step else "",
            skipped=(*self.skipped, *self.failed),
        )


class QueueRunner:
    """Carries out one queue at a time, since two would distort each other."""

    def __init__(self, exclusive: Exclusive) -> None:
        self._exclusive = exclusive
        self.newest: MeasuringQueue | None = None

    @property
    def current(self) -> MeasuringQueue | None:
        """The queue in progress."""
        return self.newest if self.newest and self.newest.state == "running" else None

    def start(self, queue: MeasuringQueue) -> MeasuringQueue:
        """Begin and return at once. Raise BusyError."""
        claim = self._exclusive.claim(queue.subject, is_queue=True)
        self.newest = queue
        queue.job = Job(self._carry_out(queue, claim), f"queue {queue.kind}")
        return queue

    async def stop(self) -> MeasuringQueue | None:
        """End the queue in progress now and return it; None if there is none."""
        queue = self.current
        if queue is None or queue.job is None:
            return None
        await queue.job.stop()
        return queue

    async def _carry_out(self, queue: MeasuringQueue, claim: Claim) -> None:
        state: State = "done"
        try:
            for step in queue.steps:
                queue.began_s = time.monotonic()
                await _carry_out_step(queue, step)
                queue.spent_s += time.monotonic() - queue.began_s
                queue.ended += 1
        except asyncio.CancelledError:
            state = "stopped"
        finally:
            await _finish(queue)
            queue.state = state
            self._exclusive.release(claim)


async def _carry_out_step(queue: MeasuringQueue, step: Step) -> None:
    try:
        await step.carry_out()
    except StepError as error:
        queue.failed.append(Skipped(step.title, str(error)))
    except Exception:
        logger.exception("%s could not be measured", step.title)
        queue.failed.append(Skipped(step.title, "It failed in the dashboard; the dashboard's log says why."))


async def _finish(queue: MeasuringQueue) -> None:
    if queue.finish is None:
        return
    try:
        await queue.finish()
    except Exception:
        logger.exception("the end of %s failed", queue.title)
        queue.failed.append(Skipped(queue.title, "It could not be saved; see the dashboard's log."))


def describe_left(left_s: float) -> str:
    """Return how long it will go on, no more exactly than it is known."""
    if left_s < MINUTE_S:
        return f"about {max(round(left_s / ROUNDED_TO_S), 1) * ROUNDED_TO_S:.0f} s left"
    return f"about {round(left_s / MINUTE_S)} min left"
