"""What a lesson requires of the fleet, and which lessons can be carried out instead."""

from collections.abc import Sequence

from dashboard.fleet.supervisor import Fleet
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.runs.prepare import PROXY
from dashboard.runs.scenarios import SCENARIOS

MOST_ALTERNATIVES = 3
NO_SECOND_PROCESS = (
    "It measures processes without the instrument as well, which cannot be started where the servers run elsewhere."
)


def required_servers(lesson: Lesson) -> tuple[str, ...]:
    """Return every server that must be there: those fired at, those that views call, and the proxy."""
    called = [name for firing in lesson.fire for name in SCENARIOS[firing.scenario].calls]
    return tuple(dict.fromkeys((*lesson.servers, *called, *([PROXY] if lesson.ways else ()))))


def unmet_requirements(fleet: Fleet, lesson: Lesson) -> tuple[str, ...]:
    """Return one sentence per server that is not part of this fleet, or not installed; none if it can begin.

    A server that is stopped is not an obstacle: the lesson starts it.
    """
    states = fleet.states()
    required = required_servers(lesson)
    absent = [f"{name} is not part of this fleet." for name in required if name not in states]
    missing = [name for name in required if name in states and states[name].state == "missing"]
    compares = fleet.is_remote and any(firing.uninstrumented for firing in lesson.fire)
    return (
        *absent,
        *(f"{name} is missing. {states[name].reason}" for name in missing),
        *([NO_SECOND_PROCESS] if compares else []),
    )


def describe_obstacles(fleet: Fleet, lesson: Lesson) -> str:
    """Return why the lesson cannot be carried out, and what can be done instead; "" if it can."""
    unmet = unmet_requirements(fleet, lesson)
    if not unmet:
        return ""
    others = ", ".join(f"{other.number} ({other.title})" for other in find_alternatives(fleet, lesson, course()))
    return " ".join(unmet) + (f" These lessons can be carried out instead: {others}." if others else "")


def find_alternatives(fleet: Fleet, lesson: Lesson, lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Return lessons that can begin here, those of the same chapter first."""
    possible = [other for other in lessons if other.number != lesson.number and not unmet_requirements(fleet, other)]
    return tuple(sorted(possible, key=lambda other: other.chapter != lesson.chapter)[:MOST_ALTERNATIVES])
