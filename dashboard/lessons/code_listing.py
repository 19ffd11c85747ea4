"""The code of a lesson as it is shown: the lines themselves, and where two listings are twins, those that differ."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from dashboard.fleet.entry import ROOT
from dashboard.lessons.lesson import Code, Lesson
from dashboard.lessons.validation import read_definitions

TWINS = 2
ALIKE = 0.5
"""Two listings are twins when so large a share of their lines is the same."""
FOR_THE_CHECKER = re.compile(r"\s*# type: ignore.*$")
"""What is written for the type checker says nothing to a reader."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `differs` when its twin has another in its place."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One function or class."""

    name: str
    file: str
    about: str
    lines: tuple[Line, ...]


def listings(lesson: Lesson) -> tuple[Listing, ...]:
    """The listings of a lesson, in its order."""
    texts = [_text(code) for code in lesson.code]
    marked = different(*texts) if len(texts) == TWINS else [set[int]() for _ in texts]
    return tuple(
        Listing(code.name, code.file, code.about, tuple(Line(line, i in numbers) for i, line in enumerate(lines)))
        for code, lines, numbers in zip(lesson.code, texts, marked, strict=True)
    )


def different(one: list[str], other: list[str]) -> list[set[int]]:
    """The positions in each at which they differ, but for the line that names them; none when they are no twins."""
    matcher = SequenceMatcher(None, [line.strip() for line in one], [line.strip() for line in other], autojunk=False)
    found: list[set[int]] = [set(), set()]
    if matcher.ratio() < ALIKE:
        return found
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            found[0] |= {i for i in range(start, end) if not _names(one[i])}
            found[1] |= {i for i in range(other_start, other_end) if not _names(other[i])}
    return found


def _text(code: Code) -> list[str]:
    return [FOR_THE_CHECKER.sub("", line) for line in read_definitions(ROOT / code.file)[code.name].splitlines()]


def _names(line: str) -> bool:
    return not line.strip() or line.startswith(("def ", "async def ", "class ", "@"))
