"""The list of recordings: searching it, deleting from it and undoing that.

A deletion is a mark: the film stays until `limits.undo_s` have passed, or its room is needed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dashboard.lib.offer import Offer
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.recordings import limits
from dashboard.recordings.draft import clean_title, title_line
from dashboard.recordings.eviction import make_room
from dashboard.recordings.models import DELETED, EVICTED, RecordedTrace, Recording

PAGE_SIZE = 50
MOST_WORDS = 10
MOST_PAGES = 999_999
SHORTEST_ID = 6
"""Words of at least this many characters are also searched for as the beginning of a trace's or a run's id."""
MOST_LESSON = 32_767
"""The largest number that the column holds."""
STATUSES = {"": "all", "ok": "all answered", "failed": "with failures"}
MOST_CHOICES = 200
"""Servers and scenarios that a filter offers; the search for text finds the others, too."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search. Empty fields exclude nothing; `problem` says what could not be understood."""

    text: str = ""
    server: str = ""
    scenario: str = ""
    lesson: int | None = None
    pinned: bool = False
    status: str = ""
    shortest_s: float | None = None
    longest_s: float | None = None
    page: int = 1
    problem: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    """The fields as typed, for the form to show again."""

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> "Search":
        """Read a form's fields; an invalid number is reported and ignored."""
        typed = {name: fields.get(name, "").strip()[:200] for name in FIELDS}
        bounds = {name: _parse_seconds(typed[name]) for name in ("shortest", "longest")}
        wrong = [typed[name] for name, value in bounds.items() if typed[name] and value is None]
        return cls(
            text=typed["text"].lower().replace("\x00", ""),
            server=typed["server"].replace("\x00", ""),
            scenario=typed["scenario"].replace("\x00", ""),
            lesson=_parse_lesson(typed["lesson"]),
            pinned=bool(typed["pinned"]),
            status=typed["status"] if typed["status"] in STATUSES else "",
            shortest_s=bounds["shortest"],
            longest_s=bounds["longest"],
            page=_parse_page(fields.get("page", "")),
            problem=f"{abridge(wrong[0])} is not a duration: expected seconds, such as 0.5." if wrong else "",
            typed=typed,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it excludes anything."""
        return any(self.typed.values())


FIELDS = ("text", "server", "scenario", "lesson", "pinned", "status", "shortest", "longest")


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters offer: the servers, scenarios and lessons of what is kept."""

    servers: Offer[str]
    scenarios: Offer[str]
    lessons: list[int]


def find(search: Search) -> QuerySet[Recording]:
    """Return the recordings that match, newest first, without their films."""
    recordings = Recording.objects.filter(gone="").defer("film", "text")
    for word in search.text.split()[:MOST_WORDS]:
        recordings = recordings.filter(_contains(word))
    if search.server:
        recordings = recordings.filter(Exists(_traces().filter(server=search.server)))
    if search.scenario:
        recordings = recordings.filter(scenario=search.scenario)
    if search.lesson is not None:
        recordings = recordings.filter(lesson=search.lesson)
    if search.pinned:
        recordings = recordings.filter(kept=True)
    if search.status:
        recordings = recordings.filter(failed=0) if search.status == "ok" else recordings.filter(failed__gt=0)
    if search.shortest_s is not None:
        recordings = recordings.filter(duration_s__gte=search.shortest_s)
    if search.longest_s is not None:
        recordings = recordings.filter(duration_s__lte=search.longest_s)
    return recordings


def filter_choices() -> FilterChoices:
    """Return what there is to choose from in the filters."""
    kept = Recording.objects.filter(gone="")
    servers = RecordedTrace.objects.filter(recording__in=kept).exclude(server="")
    return FilterChoices(
        servers=_offer(servers, "server"),
        scenarios=_offer(kept.exclude(scenario=""), "scenario"),
        lessons=sorted({lesson for lesson in kept.values_list("lesson", flat=True) if lesson is not None}),
    )


def _offer(rows: QuerySet[Any], column: str) -> Offer[str]:
    """Offer the different values of a column."""
    values = rows.values_list(column, flat=True).distinct().order_by(column)
    first = list(values[: MOST_CHOICES + 1])
    others = values.count() - MOST_CHOICES if len(first) > MOST_CHOICES else 0
    return Offer(first[:MOST_CHOICES], others)


def count_evicted() -> int:
    """Count the films that made room for newer ones, as far as they are remembered."""
    return Recording.objects.filter(gone=EVICTED).count()


def find_by_trace(trace_id: str) -> QuerySet[Recording]:
    """Return the recordings that contain this trace, kept ones before deleted ones, newest first."""
    return Recording.objects.filter(traces__trace_id=trace_id).defer("film", "text").order_by("gone", "-created_at")


def delete(recording_id: str) -> Recording | None:
    """Delete one, so that this can be undone for a while. Return None when there is none to delete."""
    Recording.objects.filter(pk=recording_id, gone="").update(gone=DELETED, gone_at=timezone.now())
    make_room()
    return Recording.objects.filter(pk=recording_id, gone=DELETED).defer("film").first()


def keep(recording_id: str, *, kept: bool) -> Recording | None:
    """Keep a recording, or let it come and go with the others. Return None when there is none."""
    Recording.objects.filter(pk=recording_id, gone="").update(kept=kept)
    make_room()
    return Recording.objects.filter(pk=recording_id, gone="").defer("film").first()


def rename(recording_id: str, title: str) -> Recording | None:
    """Give a recording another name. Raise ValueError for an empty one; return None when there is no recording."""
    wanted = clean_title(title)
    if not wanted:
        raise ValueError("A recording needs a name: expected a few words, such as “my safe one”.")
    recording = Recording.objects.filter(pk=recording_id, gone="").defer("film").first()
    if recording:
        recording.title = wanted
        recording.text = "\n".join([title_line(wanted), recording.text.partition("\n")[2]])
        recording.save(update_fields=["title", "text"])
    return recording


def clear() -> tuple[int, datetime]:
    """Delete all. Return how many those were, and the moment, by which `restore_cleared` finds them."""
    now = timezone.now()
    number = Recording.objects.filter(gone="").update(gone=DELETED, gone_at=now)
    make_room()
    return number, now


def restore(recording_id: str) -> Recording | None:
    """Undo a deletion. Return None when it is too late, or there was none."""
    _restorable().filter(pk=recording_id).update(gone="", gone_at=None)
    return Recording.objects.filter(pk=recording_id, gone="").defer("film").first()


def restore_cleared(moment: datetime) -> int:
    """Undo the deletion of what was cleared at this moment. Return how many came back."""
    return _restorable().filter(gone_at=moment).update(gone="", gone_at=None)


def _restorable() -> QuerySet[Recording]:
    since = timezone.now() - timedelta(seconds=limits.LIMITS.undo_s)
    return Recording.objects.filter(gone=DELETED, gone_at__gte=since).exclude(film=None)


def _traces() -> QuerySet[RecordedTrace]:
    return RecordedTrace.objects.filter(recording=OuterRef("pk"))


def _contains(word: str) -> Q:
    wanted = Q(text__contains=word)
    if len(word) >= SHORTEST_ID:
        wanted |= Q(pk__startswith=word) | Q(Exists(_traces().filter(trace_id__startswith=word)))
    return wanted


def _parse_seconds(text: str) -> float | None:
    """Return a duration in seconds; None if the text is not one."""
    try:
        value = float(text.replace(",", ".").removesuffix("s")) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return None
    return value if 0 <= value < math.inf else None


def _parse_lesson(text: str) -> int | None:
    """Return a lesson's number; None, which excludes nothing, for any other text."""
    try:
        return whole_number(text, least=0, most=MOST_LESSON)
    except WholeNumberError:
        return None


def _parse_page(text: str) -> int:
    try:
        return whole_number(text, most=MOST_PAGES)
    except WholeNumberError:
        return 1
