"""A queue of measurements, carried out one after another: how far it is, how long it will last, and its end. Pure.

What a step does is given to it. What was measured before a queue is stopped stays.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

logger = logging.getLogger(__name__)

State = Literal["running", "done", "stopped"]
MINUTE_S = 60.0
ROUNDED_TO_S = 10.0


class StepError(Exception):
    """A step could not be carried out; the message says why. The queue goes on with the next."""


class UnderWayError(Exception):
    """Something is being measured already; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One measurement. `carry_out` may raise StepError; when it is cancelled it ends what it fires."""

    title: str
    expected_s: float
    """About how long it lasts, in seconds; the others of its queue correct it."""
    carry_out: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was not measured, and why."""

    title: str
    why: str


@dataclass(slots=True, eq=False)
class Sweep:
    """A queue while it is carried out, and afterwards. `finish` is called at its end, however it ended."""

    kind: str
    """What it is for, such as "lessons" or "race"."""
    title: str
    steps: Sequence[Step]
    skipped: Sequence[Trouble] = ()
    """What could not begin here, known beforehand."""
    finish: Callable[[], Awaitable[None]] | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "running"
    ended: int = 0
    """So many steps have ended."""
    troubles: list[Trouble] = field(default_factory=list)
    began_s: float = field(default_factory=time.monotonic)
    """On the monotonic clock, when it or its present step began."""
    spent_s: float = 0.0
    """What the steps that have ended took."""
    task: asyncio.Task[None] | None = None

    @property
    def step(self) -> Step | None:
        """What is being measured."""
        return self.steps[self.ended] if self.state == "running" and self.ended < len(self.steps) else None

    def left_s(self, now_s: float) -> float:
        """About how long it will go on, in seconds: what is expected of its steps, corrected by those that ended."""
        if self.step is None:
            return 0.0
        foreseen_s = sum(step.expected_s for step in self.steps[: self.ended])
        pace = self.spent_s / foreseen_s if foreseen_s else 1.0
        ahead_s = sum(step.expected_s for step in self.steps[self.ended + 1 :])
        return max(self.step.expected_s * pace - (now_s - self.began_s), 0.0) + ahead_s * pace

    def as_json(self) -> dict[str, Any]:
        """For scripts and pages."""
        left_s = self.left_s(time.monotonic())
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "state": self.state,
            "steps": len(self.steps),
            "ended": self.ended,
            "measured": self.ended - len(self.troubles),
            "step": self.step.title if self.step else "",
            "left_s": round(left_s, 1),
            "left": in_words(left_s) if self.step else "",
            "skipped": [{"title": one.title, "why": one.why} for one in (*self.skipped, *self.troubles)],
        }


class Sweeper:
    """Owns the queue: one at a time, since two would measure each other.

    `hindrance` says in one sentence why nothing can begin now; empty when nothing is in the way.
    """

    def __init__(self, hindrance: Callable[[], str]) -> None:
        self._hindrance = hindrance
        self.newest: Sweep | None = None

    @property
    def current(self) -> Sweep | None:
        """What is under way."""
        return self.newest if self.newest and self.newest.state == "running" else None

    def start(self, sweep: Sweep) -> Sweep:
        """Begin and return at once. Raises UnderWayError."""
        if self.current:
            raise UnderWayError(
                f"“{self.current.title}” is under way, and two at once would measure each other: "
                "wait for its end, or cancel it."
            )
        if hindrance := self._hindrance():
            raise UnderWayError(hindrance)
        self.newest = sweep
        sweep.task = asyncio.create_task(_carry_out(sweep), name=f"queue {sweep.kind}")
        return sweep

    async def stop(self) -> Sweep | None:
        """End what is under way now; None when nothing is."""
        sweep = self.current
        if sweep is None or sweep.task is None:
            return None
        # A task that is cancelled before its first step never reaches its end.
        await asyncio.sleep(0)
        sweep.task.cancel()
        with suppress(asyncio.CancelledError):
            await sweep.task
        return sweep


async def _carry_out(sweep: Sweep) -> None:
    state: State = "done"
    try:
        for step in sweep.steps:
            sweep.began_s = time.monotonic()
            await _step(sweep, step)
            sweep.spent_s += time.monotonic() - sweep.began_s
            sweep.ended += 1
    except asyncio.CancelledError:
        state = "stopped"
    finally:
        await _finished(sweep)
        sweep.state = state


async def _step(sweep: Sweep, step: Step) -> None:
    try:
        await step.carry_out()
    except StepError as error:
        sweep.troubles.append(Trouble(step.title, str(error)))
    except Exception:
        logger.exception("%s could not be measured", step.title)
        sweep.troubles.append(Trouble(step.title, "It failed in the dashboard, whose log says why."))


async def _finished(sweep: Sweep) -> None:
    if sweep.finish is None:
        return
    try:
        await sweep.finish()
    except Exception:
        logger.exception("the end of %s failed", sweep.title)
        sweep.troubles.append(Trouble(sweep.title, "It could not be kept; the dashboard's log says why."))


def in_words(left_s: float) -> str:
    """How long it will go on, no more exact than it is known."""
    if left_s < MINUTE_S:
        return f"about {max(round(left_s / ROUNDED_TO_S), 1) * ROUNDED_TO_S:.0f} s left"
    return f"about {round(left_s / MINUTE_S)} min left"
