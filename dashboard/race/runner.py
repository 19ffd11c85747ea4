"""Runs races, one at a time: their steps for the queue, and the memory of their servers while they run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from dashboard.fleet.current import fleet
from dashboard.fleet.processes.memory import Footprint, find_footprints
from dashboard.measuring.queue import Step, Sweep, Sweeper
from dashboard.measuring.steps import Keep, fired, quiet
from dashboard.race.race import NAME, Race
from dashboard.runs.machine import surroundings
from dashboard.runs.orders import Order
from dashboard.runs.runner import Runner

LOOK_EVERY_S = 0.2
OVERHEAD_S = 1.0


class Track:
    """Where races are run, by way of the queue. What one measured is kept at its end."""

    def __init__(self, runner: Runner, sweeper: Sweeper, keep: Keep, busy: Callable[[], str]) -> None:
        self._runner = runner
        self._sweeper = sweeper
        self._keep = keep
        self._busy = busy
        self.newest: Race | None = None
        """The race that is under way, or the last one since the start."""

    @property
    def sweep(self) -> Sweep | None:
        """The queue of the race that is under way."""
        current = self._sweeper.current
        return current if current and current.kind == NAME else None

    def state_of(self, race: Race) -> str:
        """Running, done or stopped."""
        sweep = self._sweeper.newest
        return sweep.state if sweep and sweep.id == race.id else "done"

    def start(self, race: Race, orders: Sequence[Order]) -> None:
        """Begin, with one order for all its servers or one for each. Raises UnderWayError."""

        async def finish() -> None:
            if race.cards:
                await self._keep(race.id, NAME, race.as_json())

        steps = [
            Step(", ".join(order.servers), order.all_served_s + OVERHEAD_S, partial(self._lap, race, order))
            for order in orders
        ]
        self._sweeper.start(Sweep(kind=NAME, title="Race", steps=steps, finish=finish, id=race.id))
        self.newest = race

    async def stop(self) -> bool:
        """End the race now; whether one was under way."""
        return bool(self.sweep and await self._sweeper.stop())

    async def _lap(self, race: Race, order: Order) -> None:
        await quiet(self._busy)
        if not race.surroundings:
            race.surroundings = await asyncio.to_thread(surroundings, tuple(race.runners))
        async with _memory(order.servers) as held:
            run = await fired(self._runner, order)
        race.note(run, {name: footprint.peak_bytes for name, footprint in held.items() if footprint.peak_bytes})


@asynccontextmanager
async def _memory(servers: Sequence[str]) -> AsyncIterator[dict[str, Footprint]]:
    """What these servers hold is looked at until the end, also at the end itself."""
    pids = {name: pid for name in servers if (pid := fleet.state(name).pid)}
    found = await asyncio.to_thread(find_footprints, pids)
    watching = asyncio.create_task(_watch(found))
    try:
        yield found
    finally:
        watching.cancel()
        for footprint in found.values():
            footprint.measure()


async def _watch(found: dict[str, Footprint]) -> None:
    while True:
        for footprint in found.values():
            footprint.measure()
        await asyncio.sleep(LOOK_EVERY_S)
