"""What keeps a lesson from being carried out here, and what can be done instead."""

from collections.abc import Sequence

from dashboard.fleet.current import fleet
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.runs.prepare import PROXY
from dashboard.runs.scenarios import SCENARIOS

ALTERNATIVES = 3


def needs(lesson: Lesson) -> tuple[str, ...]:
    """Every server that must be there: those fired at, those that views call, and the proxy."""
    called = [name for firing in lesson.fire for name in SCENARIOS[firing.scenario].calls]
    return tuple(dict.fromkeys((*lesson.servers, *called, *([PROXY] if lesson.ways else ()))))


def obstacles(lesson: Lesson) -> tuple[str, ...]:
    """One sentence per server that is not part of this fleet, or not installed; empty when it can begin.

    A server that is stopped is none: the lesson starts it.
    """
    states = fleet.states()
    absent = [f"{name} is no part of this fleet." for name in needs(lesson) if name not in states]
    return (*absent, *(f"{name} is missing. {states[name].reason}" for name in needs(lesson) if _missing(name)))


def hindered(lesson: Lesson) -> str:
    """What keeps the lesson from being carried out, and what can be done instead; "" when nothing does."""
    hindrances = obstacles(lesson)
    if not hindrances:
        return ""
    others = ", ".join(f"{other.number} ({other.title})" for other in instead(lesson, course()))
    return " ".join(hindrances) + (f" Meanwhile these lessons can be carried out: {others}." if others else "")


def instead(lesson: Lesson, lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Lessons that can begin here, those of the same chapter first."""
    possible = [other for other in lessons if other.number != lesson.number and not obstacles(other)]
    return tuple(sorted(possible, key=lambda other: other.chapter != lesson.chapter)[:ALTERNATIVES])


def _missing(name: str) -> bool:
    states = fleet.states()
    return name in states and states[name].state == "missing"
