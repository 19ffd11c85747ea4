"""Carries lessons out: orders are made ready and fired in turn or beside each other, and attempts are followed.

One attempt at a time: two would measure each other.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from dashboard.lessons.attempt import MOST_ROUNDS, Attempt
from dashboard.lessons.lesson import Firing, Lesson
from dashboard.runs.machine import surroundings
from dashboard.runs.orders import PRESENTER, Order, OrderError, parse_order
from dashboard.runs.prepare import IncompatibleOrderError, ServerNotUpError, ensure_servers_up, known_servers
from dashboard.runs.runner import ActiveRun, Runner

logger = logging.getLogger(__name__)

ATTEMPTS_KEPT = 50
"""Finished attempts that can be looked at; what they measured is kept longer, see `keeping`."""
DRY_S = 0.1
"""What the time knob of a dry run's requests is set to, in seconds."""


class BusyError(Exception):
    """Somebody measures already; the message says what and what to do."""


class Laboratory:
    """Owns the attempts. `finished` is called with the JSON of each that was carried out to its end.

    `unsettled_s` says for how long servers still work for a run that was stopped.
    """

    def __init__(
        self,
        runner: Runner,
        finished: Callable[[dict[str, Any]], Awaitable[None]],
        unsettled_s: Callable[[Collection[str]], float] = lambda _: 0.0,
    ) -> None:
        self._runner = runner
        self._finished = finished
        self._unsettled_s = unsettled_s
        self._known: OrderedDict[str, Attempt] = OrderedDict()
        self.current: Attempt | None = None

    def start(self, lesson: Lesson, repeat: int = 1, *, dry: bool = False) -> Attempt:
        """Begin an attempt and return at once.

        Raises BusyError while something is under way, ValueError for a `repeat` that is none.
        """
        if not 1 <= repeat <= MOST_ROUNDS:
            raise ValueError(f"The rounds (repeat) are {repeat}: expected a whole number from 1 to {MOST_ROUNDS}.")
        if self.current:
            raise BusyError(
                f"Lesson {self.current.lesson.number} is being measured, and two at once would measure each other: "
                "wait for its end, or stop it."
            )
        if self._runner.under_way():
            raise BusyError("A run is under way and would be measured as well: wait for its end, or stop it.")
        attempt = self.current = Attempt(lesson, repeat, dry=dry)
        self._known[attempt.id] = attempt
        while len(self._known) > ATTEMPTS_KEPT:
            self._known.popitem(last=False)
        attempt.task = asyncio.create_task(self._carry_out(attempt), name=f"lesson {lesson.number}")
        return attempt

    def look(self, attempt_id: str) -> dict[str, Any] | None:
        """An attempt as it stands; None when it is not known any more."""
        attempt = self._known.get(attempt_id)
        return attempt.as_json() if attempt else None

    async def stop(self, attempt_id: str) -> dict[str, Any] | None:
        """End an attempt now; None when it is not under way."""
        attempt = self._known.get(attempt_id)
        if attempt is None or attempt.task is None or attempt is not self.current:
            return None
        # A task that is cancelled before its first step never reaches its end.
        await asyncio.sleep(0)
        attempt.task.cancel()
        with suppress(asyncio.CancelledError):
            await attempt.task
        return attempt.as_json()

    async def _carry_out(self, attempt: Attempt) -> None:
        try:
            await self._measure(attempt)
            attempt.state = "done"
        except asyncio.CancelledError:
            attempt.state = "stopped"
        except (ServerNotUpError, IncompatibleOrderError, OrderError) as error:
            attempt.state, attempt.error = "failed", str(error)
        except Exception:
            logger.exception("lesson %s failed", attempt.lesson.number)
            attempt.state, attempt.error = "failed", "It failed in the dashboard, whose log says why."
        finally:
            attempt.firing = None
            self.current = None
        if attempt.state == "done" and not attempt.dry:
            await self._keep(attempt)

    async def _keep(self, attempt: Attempt) -> None:
        """The next may begin meanwhile: this takes time and disturbs no measurement."""
        try:
            await self._finished(attempt.as_json())
        except Exception:
            logger.exception("what lesson %s measured could not be kept", attempt.lesson.number)

    async def _measure(self, attempt: Attempt) -> None:
        orders = {firing.name: _order(firing, dry=attempt.dry) for firing in attempt.lesson.fire}
        # A server that is started in the middle would cost the others their quiet.
        for order in orders.values():
            await ensure_servers_up(order, start_stopped=True)
        attempt.surroundings = await asyncio.to_thread(surroundings, attempt.lesson.servers)
        attempt.unsettled_s = self._unsettled_s(attempt.lesson.servers)
        for _ in range(attempt.repeat):
            attempt.rounds.append({})
            await self._round(attempt, orders)

    async def _round(self, attempt: Attempt, orders: dict[str, Order]) -> None:
        """Every firing once: those that stand beside each other together, these groups in turn."""
        active: dict[str, ActiveRun] = {}
        loop = asyncio.get_running_loop()
        begun_s: dict[str, float] = {}
        try:
            for firing in attempt.lesson.fire:
                if firing.beside:
                    await asyncio.sleep(max(0.0, begun_s[firing.beside] + firing.after_s - loop.time()))
                else:
                    await self._gathered(attempt, active)
                order = orders[firing.name]
                run = self._runner.start(order, await ensure_servers_up(order, start_stopped=True))
                active[firing.name], begun_s[firing.name] = run, loop.time()
                attempt.firing = firing
                attempt.under_way.append(run.id)
                self._notice_others(attempt)
            await self._gathered(attempt, active)
        finally:
            # Only when something went wrong is anything left.
            for run in active.values():
                await self._runner.stop(run.id)
            attempt.under_way.clear()

    async def _gathered(self, attempt: Attempt, active: dict[str, ActiveRun]) -> None:
        """Wait for these runs and take down what they measured. Raises OrderError when somebody stopped one."""
        for name, run in list(active.items()):
            result = await run.wait()
            self._notice_others(attempt)
            attempt.under_way.remove(run.id)
            del active[name]
            attempt.rounds[-1][name] = result
            if result.note:
                raise OrderError(f"A run of the lesson was {result.note}, so nothing can be said: fire again.")

    def _notice_others(self, attempt: Attempt) -> None:
        attempt.others |= bool(self._runner.under_way() - set(attempt.under_way))


def _order(firing: Firing, *, dry: bool) -> Order:
    """The order of a firing, or of its dry run. Raises OrderError when this fleet lacks a server of it."""
    known = known_servers()
    if absent := [server for server in firing.servers if server not in known]:
        raise OrderError(f"{', '.join(absent)}: no part of this fleet, which has {', '.join(known)}.")
    order = parse_order(firing.servers, firing.form, known, PRESENTER)
    if not dry:
        return order
    short_s = None if order.kind.seconds is None else DRY_S
    return replace(order, count=1, concurrency=1, seconds=short_s, leave=None)
