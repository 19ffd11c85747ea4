"""What measuring queues consist of: a lesson, or one run of a chart, as a step."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from dashboard.comparison.series import Chart, ChartMeasurement
from dashboard.fleet.entry import OBSERVED
from dashboard.fleet.supervisor import Fleet
from dashboard.lessons.attempt_runner import AttemptRunner
from dashboard.lessons.lesson import Firing, Lesson
from dashboard.lessons.requirements import unmet_requirements
from dashboard.measuring.queue import MeasuringQueue, Skipped, Step, StepError
from dashboard.runs.exclusive import BusyError, Exclusive
from dashboard.runs.machine import read_surroundings
from dashboard.runs.orders import PRESENTER, Order, OrderError, parse_order
from dashboard.runs.prepare import IncompatibleOrderError, ServerNotUpError, ensure_servers_up, known_servers
from dashboard.runs.results import RunResult
from dashboard.runs.runner import Runner
from dashboard.runs.scenarios import SCENARIOS

POLL_EVERY_S = 0.2
QUIET_WITHIN_S = 120.0
"""How long a step waits for what others fire, which would distort it."""
OVERHEAD_S = 1.0
"""What a firing takes in addition to its requests."""

Keep = Callable[[str, str, object], Awaitable[None]]
"""Keeps a result under an id and the name of a chart or "race"."""


def queue_lessons(
    fleet: Fleet, attempt_runner: AttemptRunner, lessons: Sequence[Lesson], exclusive: Exclusive
) -> MeasuringQueue:
    """Return a queue of every lesson that can be carried out here, in their order, and why the others cannot."""
    unmet = {lesson.number: unmet_requirements(fleet, lesson) for lesson in lessons}
    return MeasuringQueue(
        kind="lessons",
        title="Measure all",
        subject="Every lesson",
        steps=[
            Step(
                _title(lesson), expected_s(fleet, lesson), partial(_measure_lesson, attempt_runner, lesson, exclusive)
            )
            for lesson in lessons
            if not unmet[lesson.number]
        ],
        skipped=[
            Skipped(_title(lesson), " ".join(unmet[lesson.number])) for lesson in lessons if unmet[lesson.number]
        ],
    )


def queue_chart(fleet: Fleet, chart: Chart, runner: Runner, keep: Keep, exclusive: Exclusive) -> MeasuringQueue:
    """Return a queue of every point of a chart at every running server. What was measured is kept in any case."""
    measurement = ChartMeasurement(chart, running_servers(fleet))

    async def finish() -> None:
        if result := measurement.result():
            await keep(queue.id, chart.name, result)

    queue = MeasuringQueue(
        kind=f"chart-{chart.name}",
        title=chart.title,
        subject=f"“{chart.title}”",
        steps=list(_chart_steps(fleet, measurement, runner, exclusive)),
        skipped=[Skipped(name, f"It is {state}.") for name, state in idle_servers(fleet).items()],
        finish=finish,
    )
    return queue


def running_servers(fleet: Fleet) -> dict[str, str]:
    """Return the interfaces of all servers that are running and answer every scenario, by name."""
    return {
        name: state.interface
        for name, state in fleet.states().items()
        if state.interface in OBSERVED and state.state == "running" and not fleet.entry(name).on_demand
    }


def idle_servers(fleet: Fleet) -> dict[str, str]:
    """Return the states of those that could be running and are not."""
    return {
        name: state.state
        for name, state in fleet.states().items()
        if state.interface in OBSERVED and state.state != "running" and not fleet.entry(name).on_demand
    }


def expected_s(fleet: Fleet, lesson: Lesson) -> float:
    """Return about how long a lesson takes: all at once if every server has a loop, else one by one."""
    return sum(_firing_s(fleet, firing) + OVERHEAD_S for firing in lesson.fire if not firing.beside)


async def wait_until_quiet(exclusive: Exclusive) -> None:
    """Wait until nobody else measures and all servers have settled. Raise StepError when that takes too long."""
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + QUIET_WITHIN_S
    while why := exclusive.obstacle():
        if loop.time() > deadline_s:
            raise StepError(why)
        await asyncio.sleep(POLL_EVERY_S)


@asynccontextmanager
async def measuring(exclusive: Exclusive, subject: str) -> AsyncIterator[None]:
    """Wait until nobody else measures, and keep others from it until the step has ended. Raise StepError."""
    await wait_until_quiet(exclusive)
    claim = exclusive.claim(subject)
    try:
        yield
    finally:
        exclusive.release(claim)


async def fire(fleet: Fleet, runner: Runner, order: Order) -> RunResult:
    """Carry one order out and return the finished run; when cancelled, stop it. Raise StepError."""
    try:
        run = runner.start(order, await ensure_servers_up(fleet, order))
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


def make_order(fleet: Fleet, servers: Sequence[str], form: Mapping[str, str]) -> Order:
    """Return the order of a form at these servers. Raise OrderError."""
    return parse_order(servers, form, known_servers(fleet), PRESENTER)


def _title(lesson: Lesson) -> str:
    return f"lesson {lesson.number}, {lesson.title}"


def _firing_s(fleet: Fleet, firing: Firing) -> float:
    scenario = SCENARIOS[firing.scenario]
    states = fleet.states()
    if all(states[name].interface == "asgi" for name in firing.servers if name in states):
        return scenario.seconds_or_default(firing.seconds)
    return scenario.all_served_s(firing.seconds, firing.count)


async def _measure_lesson(attempt_runner: AttemptRunner, lesson: Lesson, exclusive: Exclusive) -> None:
    await wait_until_quiet(exclusive)
    try:
        attempt = attempt_runner.start(lesson)
    except BusyError as error:
        raise StepError(str(error)) from error
    try:
        if attempt.job:
            await attempt.job.wait()
    except asyncio.CancelledError:
        await attempt_runner.stop(attempt.id)
        raise
    if attempt.state != "done":
        raise StepError(attempt.error or "It was stopped.")


def _chart_steps(fleet: Fleet, measurement: ChartMeasurement, runner: Runner, exclusive: Exclusive) -> Iterator[Step]:
    for server, interface in measurement.servers.items():
        for position, point in enumerate(measurement.chart.points):
            step = partial(_measure_point, fleet, measurement, server, position, runner=runner, exclusive=exclusive)
            yield Step(f"{server}, {measurement.chart.axis}: {point.label}", point.expected_s(interface), step)


async def _measure_point(
    fleet: Fleet, measurement: ChartMeasurement, server: str, position: int, *, runner: Runner, exclusive: Exclusive
) -> None:
    async with measuring(exclusive, f"“{measurement.chart.title}”"):
        if measurement.surroundings is None:
            measurement.surroundings = await asyncio.to_thread(read_surroundings, fleet, tuple(measurement.servers))
        order = make_order(fleet, [server], measurement.chart.points[position].form)
        measurement.add_run(server, position, await fire(fleet, runner, order))
