"""A lecture: lessons in the order in which they are given, and how long each takes. Pure.

In an address it is a list of lessons, `?list=1,3,5,10`, or the name of one of ours, `?list=45-minutes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dashboard.lessons.lesson import Lesson

MINUTES = 7
"""What a lesson takes with a class that guesses aloud, where nothing else is known."""
MOST_ENTRIES = 40
OURS = {
    "45-minutes": ("45 minutes", (("0", 3), ("1", 12), ("3", 8), ("5", 5), ("10", 7), ("15", 6))),
}
"""By name in addresses: title, and (lesson, minutes). They leave some minutes for questions."""


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """A lesson of a lecture, and from which minute to which it is given."""

    lesson: Lesson
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Playlist:
    """`text` is how it stands in an address; `unknown` are the parts of it that are not lessons."""

    text: str
    title: str
    entries: tuple[PlaylistEntry, ...]
    unknown: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """How long all of it takes."""
        return self.entries[-1].ends if self.entries else 0

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Its lessons, in order."""
        return tuple(entry.lesson for entry in self.entries)

    @property
    def problem(self) -> str:
        """One sentence about what is wrong with it; empty when nothing is."""
        if not self.unknown:
            return "" if self.entries else "This list has no lesson: write their numbers, such as 1,3,5."
        names = ", ".join(f"“{name}”" for name in self.unknown)
        verb = "is not a lesson" if len(self.unknown) == 1 else "are not lessons"
        rest = "The lecture goes on without." if self.entries else "Write the numbers of lessons, such as 1,3,5."
        return f"{names} {verb}. {rest}"

    @property
    def query(self) -> str:
        """What its lessons have in their addresses."""
        return f"?{urlencode({'list': self.text})}"

    def entry(self, lesson: Lesson) -> PlaylistEntry | None:
        """Return the entry of a lesson; None when it is not in the list."""
        return next((entry for entry in self.entries if entry.lesson.slug == lesson.slug), None)


def read_playlist(text: str, lessons: Sequence[Lesson]) -> Playlist:
    """Return the lecture that an address names. What is not a lesson is left out, and kept as `unknown`."""
    known = {lesson.slug: lesson for lesson in lessons}
    if text in OURS:
        title, planned = OURS[text]
        return _make(text, title, [(known[slug], minutes) for slug, minutes in planned if slug in known], ())
    found: dict[int, Lesson] = {}
    unknown = []
    for part in [part.strip() for part in text.split(",") if part.strip()][:MOST_ENTRIES]:
        if lesson := known.get(part):
            found[lesson.number] = lesson
        else:
            unknown.append(part[:20])
    address = ",".join(str(number) for number in found)
    title = f"Lessons {', '.join(str(number) for number in found)}" if found else "An empty list"
    return _make(address, title, [(lesson, MINUTES) for lesson in found.values()], tuple(unknown))


def _make(text: str, title: str, planned: Sequence[tuple[Lesson, int]], unknown: tuple[str, ...]) -> Playlist:
    entries = []
    begins = 0
    for lesson, minutes in planned:
        entries.append(PlaylistEntry(lesson, begins, begins + minutes))
        begins += minutes
    return Playlist(text, title, tuple(entries), unknown)
