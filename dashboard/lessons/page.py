"""What a lesson's page says in addition to the lesson's own texts: firings in words, and commands to type."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.fleet.nginx.routes import ROUTES
from dashboard.fleet.supervisor import Fleet
from dashboard.lessons.lesson import Firing, Lesson
from dashboard.lessons.shell_commands import ShellCommand, shell_commands
from dashboard.lessons.variation import VariedLesson
from dashboard.runs.prepare import PROXY
from dashboard.runs.scenarios import SCENARIOS


@dataclass(frozen=True, slots=True)
class FiredServer:
    """A server as a firing names it."""

    title: str
    interface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringPlan:
    """One firing in words: what, how often, where."""

    name: str
    what: str
    at_once: str
    """Empty if all are fired at once."""
    servers: tuple[FiredServer, ...]
    via: str
    beside: str


@dataclass(frozen=True, slots=True)
class FiringCommands:
    """What to type instead of one firing."""

    firing: Firing
    commands: tuple[ShellCommand, ...]


def plan_firing(fleet: Fleet, firing: Firing) -> FiringPlan:
    """Describe one firing."""
    at_once = firing.concurrency
    return FiringPlan(
        name=firing.name,
        what=f"{firing.count} × {SCENARIOS[firing.scenario].title}",
        at_once=f", {at_once} at once" if at_once and at_once < firing.count else "",
        servers=tuple(_fired_server(fleet, name) for name in firing.servers),
        via=ROUTES[firing.via].title if firing.via else "",
        beside=firing.beside,
    )


def list_commands(fleet: Fleet, firing: Firing) -> FiringCommands:
    """Return what to type instead of one firing."""
    return FiringCommands(firing, shell_commands(firing, _urls(fleet, firing)))


def neighbours(lesson: Lesson, lessons: tuple[Lesson, ...]) -> tuple[Lesson | None, Lesson | None]:
    """Return the lesson before and the lesson after. A variation comes out of its lesson and leads back to it."""
    if isinstance(lesson, VariedLesson):
        return lesson.of, lesson.of
    position = lessons.index(lesson)
    return (
        lessons[position - 1] if position else None,
        lessons[position + 1] if position + 1 < len(lessons) else None,
    )


def _fired_server(fleet: Fleet, name: str) -> FiredServer:
    state = fleet.states().get(name)
    return FiredServer(state.title, state.interface) if state else FiredServer(name)


def _urls(fleet: Fleet, firing: Firing) -> Mapping[str, str]:
    """Return where each server is reached by the route that the firing takes."""
    states = fleet.states()
    known = [name for name in firing.servers if name in states]
    if not firing.via:
        return {name: states[name].url for name in known}
    if PROXY not in states:
        return {}
    ports = fleet.layout.ports_of(fleet.entry(PROXY))
    return {name: ROUTES[firing.via].url(name, ports) for name in known}
