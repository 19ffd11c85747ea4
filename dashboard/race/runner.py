"""Runs races, one at a time: their steps for the queue, and the memory of their servers meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from dashboard.fleet.processes.memory import Footprint, find_footprints
from dashboard.fleet.supervisor import Fleet
from dashboard.measuring.queue import MeasuringQueue, QueueRunner, State, Step
from dashboard.measuring.steps import Keep, fire, measuring
from dashboard.race.race import NAME, Race
from dashboard.runs.exclusive import Exclusive
from dashboard.runs.machine import read_surroundings
from dashboard.runs.orders import Order
from dashboard.runs.runner import Runner

SUBJECT = "A race"
"""What is being measured, as the beginning of a sentence."""
LOOK_EVERY_S = 0.2
OVERHEAD_S = 1.0


class RaceRunner:
    """Runs races as measuring queues. What one measured is kept at its end."""

    def __init__(
        self, fleet: Fleet, runner: Runner, queue_runner: QueueRunner, keep: Keep, exclusive: Exclusive
    ) -> None:
        self._fleet = fleet
        self._runner = runner
        self._queue_runner = queue_runner
        self._keep = keep
        self._exclusive = exclusive
        self.newest: Race | None = None
        """The race in progress, or the last one since the dashboard was started."""

    @property
    def queue(self) -> MeasuringQueue | None:
        """The queue of the race in progress."""
        current = self._queue_runner.current
        return current if current and current.kind == NAME else None

    def state_of(self, race_id: str) -> State:
        """Return the state of a race; every race that is not the newest queue has ended."""
        queue = self._queue_runner.newest
        return queue.state if queue and queue.id == race_id else "done"

    def start(self, race: Race, orders: Sequence[Order]) -> None:
        """Begin, with one order for all its servers or one for each. Raise BusyError."""

        async def finish() -> None:
            if race.entries:
                await self._keep(race.id, NAME, race.result())

        steps = [
            Step(", ".join(order.servers), order.all_served_s + OVERHEAD_S, partial(self._carry_out, race, order))
            for order in orders
        ]
        self._queue_runner.start(
            MeasuringQueue(kind=NAME, title="Race", subject=SUBJECT, steps=steps, finish=finish, id=race.id)
        )
        self.newest = race

    async def stop(self) -> bool:
        """End the race now, and return whether one was in progress."""
        return bool(self.queue and await self._queue_runner.stop())

    async def _carry_out(self, race: Race, order: Order) -> None:
        async with measuring(self._exclusive, SUBJECT):
            if race.surroundings is None:
                race.surroundings = await asyncio.to_thread(read_surroundings, self._fleet, tuple(race.runners))
            async with _watch_memory(self._process_ids(order.servers)) as held:
                run = await fire(self._fleet, self._runner, order)
        race.add_run(run, {name: footprint.peak_bytes for name, footprint in held.items() if footprint.peak_bytes})

    def _process_ids(self, servers: Sequence[str]) -> dict[str, int]:
        return {name: pid for name in servers if (pid := self._fleet.state(name).pid)}


@asynccontextmanager
async def _watch_memory(pids: Mapping[str, int]) -> AsyncIterator[dict[str, Footprint]]:
    """Look at what these processes, by the name of their server, hold again and again, and once more at the end."""
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
