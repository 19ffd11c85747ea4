"""Carries lessons out: orders are made ready and fired in turn or beside each other, and attempts are followed.

One attempt at a time: two would distort each other.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping

from msgspec.structs import replace

from dashboard.fleet.supervisor import Fleet
from dashboard.lessons.attempt import MOST_ROUNDS, Attempt
from dashboard.lessons.lesson import Firing, Lesson
from dashboard.lessons.results import AttemptResult
from dashboard.lessons.variation import VariedLesson
from dashboard.lib.job import Job
from dashboard.lib.not_kept import log_not_kept
from dashboard.runs.exclusive import Claim, Exclusive
from dashboard.runs.machine import read_surroundings
from dashboard.runs.orders import PRESENTER, Order, OrderError, parse_order
from dashboard.runs.prepare import (
    IncompatibleOrderError,
    ServerNotUpError,
    Start,
    ensure_servers_up,
    ensure_uninstrumented_up,
    known_servers,
)
from dashboard.runs.runner import ActiveRun, Runner
from dashboard.runs.target import Target

logger = logging.getLogger(__name__)

ATTEMPTS_KEPT = 50
"""Finished attempts that can be looked at; what they measured is kept longer, see `storage`."""
DRY_S = 0.1
"""The duration of a dry run's requests, in seconds."""


class AttemptRunner:
    """Owns the attempts. `keep` is called with each that was carried out to its end.

    `leftover_s` returns how long servers will still be busy with a stopped run.
    """

    def __init__(
        self,
        fleet: Fleet,
        runner: Runner,
        exclusive: Exclusive,
        keep: Callable[[AttemptResult], Awaitable[None]],
        leftover_s: Callable[[Collection[str]], float] = lambda _: 0.0,
    ) -> None:
        self._fleet = fleet
        self._runner = runner
        self._exclusive = exclusive
        self._keep = keep
        self._leftover_s = leftover_s
        self._known: OrderedDict[str, Attempt] = OrderedDict()
        self.current: Attempt | None = None

    def start(self, lesson: Lesson, repeat: int = 1, *, dry: bool = False) -> Attempt:
        """Begin an attempt and return at once.

        Raise BusyError while something else is in progress, ValueError if `repeat` is out of range.
        """
        if not 1 <= repeat <= MOST_ROUNDS:
            raise ValueError(f"The rounds (repeat) are {repeat}: expected a whole number from 1 to {MOST_ROUNDS}.")
        claim = self._exclusive.claim(f"Lesson {lesson.slug}")
        attempt = self.current = Attempt(lesson, repeat, dry=dry)
        self._known[attempt.id] = attempt
        while len(self._known) > ATTEMPTS_KEPT:
            self._known.popitem(last=False)
        attempt.job = Job(self._carry_out(attempt, claim), f"lesson {lesson.slug}")
        return attempt

    def find(self, attempt_id: str) -> AttemptResult | None:
        """Return an attempt as it stands; None if it is no longer known."""
        attempt = self._known.get(attempt_id)
        return attempt.result() if attempt else None

    def newest(self, lesson: Lesson) -> AttemptResult | None:
        """Return the newest attempt at this very lesson, or variation, that is known."""
        known = (attempt for attempt in reversed(self._known.values()) if attempt.lesson.slug == lesson.slug)
        attempt = next(known, None)
        return attempt.result() if attempt else None

    async def stop(self, attempt_id: str) -> AttemptResult | None:
        """End an attempt now and return it; None if it is not in progress."""
        attempt = self._known.get(attempt_id)
        if attempt is None or attempt.job is None or attempt is not self.current:
            return None
        await attempt.job.stop()
        return attempt.result()

    async def _carry_out(self, attempt: Attempt, claim: Claim) -> None:
        try:
            await self._measure(attempt)
            attempt.state = "done"
        except asyncio.CancelledError:
            attempt.state = "stopped"
        except (ServerNotUpError, IncompatibleOrderError, OrderError) as error:
            attempt.state, attempt.error = "failed", str(error)
        except Exception:
            logger.exception("lesson %s failed", attempt.lesson.number)
            attempt.state, attempt.error = "failed", "It failed in the dashboard; the dashboard's log says why."
        finally:
            attempt.firing = None
            self.current = None
            self._exclusive.release(claim)
        if attempt.state == "done" and not attempt.dry and not isinstance(attempt.lesson, VariedLesson):
            await self._keep_result(attempt)

    async def _keep_result(self, attempt: Attempt) -> None:
        """Keep what was measured. The next may begin meanwhile: this takes time and disturbs no measurement."""
        try:
            await self._keep(attempt.result())
        except Exception as error:  # noqa: BLE001 - whatever it is, the attempt stays in memory
            log_not_kept(logger, f"what lesson {attempt.lesson.number} measured", error)

    async def _measure(self, attempt: Attempt) -> None:
        orders = {firing.name: _make_order(self._fleet, firing, dry=attempt.dry) for firing in attempt.lesson.fire}
        # A server that starts in the middle would disturb the others.
        for order in orders.values():
            await ensure_servers_up(self._fleet, order, Start.STOPPED)
            await self._ensure_uninstrumented_up(order)
        attempt.surroundings = await asyncio.to_thread(read_surroundings, self._fleet, attempt.lesson.servers)
        attempt.leftover_s = self._leftover_s(attempt.lesson.servers)
        for _ in range(attempt.repeat):
            attempt.rounds.append({})
            await self._carry_out_round(attempt, orders)

    async def _carry_out_round(self, attempt: Attempt, orders: Mapping[str, Order]) -> None:
        """Carry every firing out once: those beside each other together, these groups in turn."""
        active: dict[str, ActiveRun] = {}
        loop = asyncio.get_running_loop()
        begun_s: dict[str, float] = {}
        try:
            for firing in attempt.lesson.fire:
                if firing.beside:
                    await asyncio.sleep(max(0.0, begun_s[firing.beside] + firing.after_s - loop.time()))
                else:
                    await self._gather_results(attempt, active)
                order = orders[firing.name]
                run = await self._start_run(order, attempt.lesson.number)
                active[firing.name], begun_s[firing.name] = run, loop.time()
                attempt.firing = firing
                attempt.under_way.append(run.id)
                self._notice_others(attempt)
            await self._gather_results(attempt, active)
        finally:
            # Something is left only when something went wrong.
            for run in active.values():
                await self._runner.stop(run.id)
            attempt.under_way.clear()

    async def _start_run(self, order: Order, lesson: int) -> ActiveRun:
        targets = await ensure_servers_up(self._fleet, order, Start.STOPPED)
        bare = await self._ensure_uninstrumented_up(order)
        return self._runner.start(order, targets, bare, lesson=lesson)

    async def _ensure_uninstrumented_up(self, order: Order) -> Mapping[str, Target]:
        return await ensure_uninstrumented_up(self._fleet, order, self._runner.compared_servers())

    async def _gather_results(self, attempt: Attempt, active: dict[str, ActiveRun]) -> None:
        """Wait for these runs and note what they measured. Raise OrderError if one was stopped."""
        for name, run in list(active.items()):
            result = await run.wait()
            self._notice_others(attempt)
            attempt.under_way.remove(run.id)
            del active[name]
            attempt.rounds[-1][name] = result
            if result.note:
                raise OrderError(f"A run of the lesson was {result.note}, so there is no result: fire again.")

    def _notice_others(self, attempt: Attempt) -> None:
        attempt.disturbed |= bool(self._runner.under_way() - set(attempt.under_way))


def _make_order(fleet: Fleet, firing: Firing, *, dry: bool) -> Order:
    """Return the order of a firing, or of its dry run. Raise OrderError if this fleet lacks one of its servers."""
    known = known_servers(fleet)
    if absent := [server for server in firing.servers if server not in known]:
        raise OrderError(f"Not part of this fleet: {', '.join(absent)}. It has {', '.join(known)}.")
    order = parse_order(firing.servers, firing.form, known, PRESENTER)
    if not dry:
        return order
    short_s = None if order.kind.seconds is None else DRY_S
    return replace(order, count=1, concurrency=1, seconds=short_s, leave=None)
