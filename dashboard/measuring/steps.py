"""What the comparison's queues consist of: a lesson, or one run of a chart, as a step of a sweep."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from dashboard.comparison.series import Chart, Series
from dashboard.fleet.current import fleet
from dashboard.fleet.entry import OBSERVED
from dashboard.lessons.attempt_runner import BusyError, Laboratory
from dashboard.lessons.lesson import Firing, Lesson
from dashboard.lessons.requirements import obstacles
from dashboard.measuring.queue import Step, StepError, Sweep, Trouble
from dashboard.runs.machine import surroundings
from dashboard.runs.orders import PRESENTER, Order, OrderError, parse_order
from dashboard.runs.prepare import IncompatibleOrderError, ServerNotUpError, ensure_servers_up, known_servers
from dashboard.runs.results import RunResult
from dashboard.runs.runner import Runner
from dashboard.runs.scenarios import SCENARIOS

LOOK_EVERY_S = 0.2
QUIET_WITHIN_S = 120.0
"""A step waits so long for what others fire, which would be measured as well."""
OVERHEAD_S = 1.0
"""What a firing takes beside its requests."""

Keep = Callable[[str, str, dict[str, Any]], Awaitable[None]]


def all_lessons(laboratory: Laboratory, course: Sequence[Lesson], busy: Callable[[], str]) -> Sweep:
    """Every lesson that can be carried out here, in its order; what hinders the others is said."""
    hindrances = {lesson.number: obstacles(lesson) for lesson in course}
    return Sweep(
        kind="lessons",
        title="Measure all",
        steps=[
            Step(_name(lesson), expected_s(lesson), partial(_lesson, laboratory, lesson, busy))
            for lesson in course
            if not hindrances[lesson.number]
        ],
        skipped=[
            Trouble(_name(lesson), " ".join(hindrances[lesson.number]))
            for lesson in course
            if hindrances[lesson.number]
        ],
    )


def one_chart(chart: Chart, runner: Runner, keep: Keep, busy: Callable[[], str]) -> Sweep:
    """Every point of a chart at every server that is up. What was measured is kept, also when it is stopped."""
    servers = running()
    series = Series(chart, servers)

    async def finish() -> None:
        if series.is_begun:
            await keep(sweep.id, chart.name, series.as_json())

    sweep = Sweep(
        kind=f"chart-{chart.name}",
        title=chart.title,
        steps=list(_steps(series, runner, busy)),
        skipped=[Trouble(name, f"It is {state}.") for name, state in not_running().items()],
        finish=finish,
    )
    return sweep


def running() -> dict[str, str]:
    """The interfaces of all servers that are up and answer every scenario, by name."""
    return {
        name: state.interface
        for name, state in fleet.states().items()
        if state.interface in OBSERVED and state.state == "running" and not fleet.entry(name).on_demand
    }


def not_running() -> dict[str, str]:
    """The states of those that could be up and are not."""
    return {
        name: state.state
        for name, state in fleet.states().items()
        if state.interface in OBSERVED and state.state != "running" and not fleet.entry(name).on_demand
    }


def expected_s(lesson: Lesson) -> float:
    """About how long a lesson takes, in seconds: all at once where every server has a loop, else one by one."""
    return sum(_firing_s(firing) + OVERHEAD_S for firing in lesson.fire if not firing.beside)


async def quiet(busy: Callable[[], str]) -> None:
    """Wait until nobody else fires and all servers have settled. Raises StepError when they do not end."""
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + QUIET_WITHIN_S
    while why := busy():
        if loop.time() > deadline_s:
            raise StepError(why)
        await asyncio.sleep(LOOK_EVERY_S)


async def fired(runner: Runner, order: Order) -> RunResult:
    """Carry one order out and return the finished run; a cancelled one is stopped. Raises StepError."""
    try:
        run = runner.start(order, await ensure_servers_up(order))
    except (ServerNotUpError, IncompatibleOrderError, OrderError) as error:
        raise StepError(str(error)) from error
    try:
        result = await run.wait()
    except asyncio.CancelledError:
        await runner.stop(run.id)
        raise
    if result.note:
        raise StepError(f"Its run was {result.note}.")
    return result


def order_for(servers: Sequence[str], form: Mapping[str, str]) -> Order:
    """The order of a form at these servers. Raises OrderError."""
    return parse_order(servers, form, known_servers(), PRESENTER)


def _name(lesson: Lesson) -> str:
    return f"lesson {lesson.number}, {lesson.title}"


def _firing_s(firing: Firing) -> float:
    scenario = SCENARIOS[firing.scenario]
    states = fleet.states()
    if all(states[name].interface == "asgi" for name in firing.servers if name in states):
        return scenario.seconds_or_default(firing.seconds)
    return scenario.all_served_s(firing.seconds, firing.count)


async def _lesson(laboratory: Laboratory, lesson: Lesson, busy: Callable[[], str]) -> None:
    await quiet(busy)
    try:
        attempt = laboratory.start(lesson)
    except BusyError as error:
        raise StepError(str(error)) from error
    try:
        if attempt.task:
            await asyncio.wait({attempt.task})
    except asyncio.CancelledError:
        await laboratory.stop(attempt.id)
        raise
    if attempt.state != "done":
        raise StepError(attempt.error or "It was stopped.")


def _steps(series: Series, runner: Runner, busy: Callable[[], str]) -> Iterator[Step]:
    for server, interface in series.servers.items():
        for position, point in enumerate(series.chart.points):
            step = partial(_point, series, server, position, runner, busy)
            yield Step(f"{server}, {series.chart.axis}: {point.label}", point.expected_s(interface), step)


async def _point(series: Series, server: str, position: int, runner: Runner, busy: Callable[[], str]) -> None:
    await quiet(busy)
    if not series.surroundings:
        series.surroundings = await asyncio.to_thread(surroundings, tuple(series.servers))
    order = order_for([server], series.chart.points[position].form)
    series.note(server, position, await fired(runner, order))
