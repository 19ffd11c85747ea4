"""Runs a race: its steps for the queue, and the memory of its servers while they run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from dashboard.course.measuring import Keep, fired, quiet
from dashboard.course.race import NAME, Race
from dashboard.course.surroundings import surroundings
from dashboard.course.sweep import Step, Sweep
from dashboard.fleet.current import fleet
from dashboard.fleet.memory import Footprint
from dashboard.lessons.orders import Order
from dashboard.lessons.runner import Runner

LOOK_EVERY_S = 0.2
OVERHEAD_S = 1.0


def race_sweep(
    race: Race, orders: Sequence[Order], runner: Runner, keep: Keep, hindrance: Callable[[], str]
) -> Sweep:
    """The queue of a race: one order for all its servers, or one for each. What it measured is kept at its end."""

    async def finish() -> None:
        if race.cards:
            await keep(race.id, NAME, race.as_json())

    steps = [
        Step(", ".join(order.servers), order.all_served_s + OVERHEAD_S, partial(_lap, race, order, runner, hindrance))
        for order in orders
    ]
    return Sweep(kind=NAME, title="Race", steps=steps, finish=finish, id=race.id)


async def _lap(race: Race, order: Order, runner: Runner, hindrance: Callable[[], str]) -> None:
    await quiet(hindrance)
    if not race.surroundings:
        race.surroundings = await asyncio.to_thread(surroundings, tuple(race.runners))
    async with _memory(order.servers) as footprints:
        run = await fired(runner, order)
    race.note(run, {name: footprint.peak_bytes for name, footprint in footprints.items() if footprint.peak_bytes})


@asynccontextmanager
async def _memory(servers: Sequence[str]) -> AsyncIterator[dict[str, Footprint]]:
    """What these servers hold is looked at until the end, also at the end itself."""
    pids = {name: pid for name in servers if (pid := fleet.state(name).pid)}
    footprints = await asyncio.to_thread(lambda: {name: Footprint(pid) for name, pid in pids.items()})
    watching = asyncio.create_task(_watch(footprints))
    try:
        yield footprints
    finally:
        watching.cancel()
        for footprint in footprints.values():
            footprint.look()


async def _watch(footprints: dict[str, Footprint]) -> None:
    while True:
        for footprint in footprints.values():
            footprint.look()
        await asyncio.sleep(LOOK_EVERY_S)
