"""The code of a lesson as it is shown; where two listings are twins, the lines that differ are marked."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from dashboard.lessons.lesson import Code, Lesson
from dashboard.lessons.validation import read_definitions
from dashboard.lib.installation import ROOT

TWINS = 2
ALIKE = 0.5
"""Two listings are twins if at least this share of their lines is the same."""
TYPE_CHECKER_COMMENT = re.compile(r"\s*# type: ignore.*$")
"""It means nothing to a reader of the lesson."""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line; `differs` if its twin has another in its place."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class CodeListing:
    """One function or class."""

    name: str
    file: str
    about: str
    lines: tuple[CodeLine, ...]


def list_code(lesson: Lesson) -> tuple[CodeListing, ...]:
    """Return the listings of a lesson, in its order."""
    texts = [_read_lines(code) for code in lesson.code]
    differing = find_differences(*texts) if len(texts) == TWINS else [set[int]() for _ in texts]
    return tuple(
        CodeListing(
            name=code.name,
            file=code.file,
            about=code.about,
            lines=tuple(CodeLine(line, differs=position in marked) for position, line in enumerate(lines)),
        )
        for code, lines, marked in zip(lesson.code, texts, differing, strict=True)
    )


def find_differences(one: list[str], other: list[str]) -> list[set[int]]:
    """Return the positions in each at which twins differ, other than in their names; none if they are not twins."""
    matcher = SequenceMatcher(None, [line.strip() for line in one], [line.strip() for line in other], autojunk=False)
    found: list[set[int]] = [set(), set()]
    if matcher.ratio() < ALIKE:
        return found
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            found[0] |= {i for i in range(start, end) if not _is_name_or_blank(one[i])}
            found[1] |= {i for i in range(other_start, other_end) if not _is_name_or_blank(other[i])}
    return found


def _read_lines(code: Code) -> list[str]:
    return [TYPE_CHECKER_COMMENT.sub("", line) for line in read_definitions(ROOT / code.file)[code.name].splitlines()]


def _is_name_or_blank(line: str) -> bool:
    return not line.strip() or line.startswith(("def ", "async def ", "class ", "@"))
