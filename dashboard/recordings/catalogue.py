"""The list of recordings: searching in it, deleting from it and taking that back.

To delete is to mark: the film stays until `limits.undo_s` have passed, or its room is needed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.recordings import storage
from dashboard.recordings.models import DELETED, EVICTED, RecordedTrace, Recording

PAGE = 50
MOST_WORDS = 10
MOST_PAGES = 999_999
SHORTEST_ID = 6
"""So many digits of a trace's or a run's id are looked for as one."""
STATUSES = {"": "all", "ok": "all answered", "failed": "with failures"}


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for. Empty fields leave nothing out; `problem` says what could not be understood."""

    text: str = ""
    server: str = ""
    scenario: str = ""
    status: str = ""
    shortest_s: float | None = None
    longest_s: float | None = None
    page: int = 1
    problem: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    """The fields as they came, for the form to show them again."""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Search":
        """Read a form's fields; a number that is none is said and otherwise ignored."""
        typed = {name: fields.get(name, "").strip()[:200] for name in FIELDS}
        bounds = {name: _seconds(typed[name]) for name in ("shortest", "longest")}
        wrong = [typed[name] for name, value in bounds.items() if typed[name] and value is None]
        return cls(
            text=typed["text"].lower().replace("\x00", ""),
            server=typed["server"].replace("\x00", ""),
            scenario=typed["scenario"].replace("\x00", ""),
            status=typed["status"] if typed["status"] in STATUSES else "",
            shortest_s=bounds["shortest"],
            longest_s=bounds["longest"],
            page=_page(fields.get("page", "")),
            problem=f"{wrong[0]!r} is no duration: expected seconds, such as 0.5." if wrong else "",
            typed=typed,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return any(self.typed.values())


FIELDS = ("text", "server", "scenario", "status", "shortest", "longest")


def found(search: Search) -> QuerySet[Recording]:
    """The recordings that a search finds, newest first, without their films."""
    recordings = Recording.objects.filter(gone="").defer("film", "text")
    for word in search.text.split()[:MOST_WORDS]:
        recordings = recordings.filter(_has(word))
    if search.server:
        recordings = recordings.filter(Exists(_traces().filter(server=search.server)))
    if search.scenario:
        recordings = recordings.filter(scenario=search.scenario)
    if search.status:
        recordings = recordings.filter(failed=0) if search.status == "ok" else recordings.filter(failed__gt=0)
    if search.shortest_s is not None:
        recordings = recordings.filter(duration_s__gte=search.shortest_s)
    if search.longest_s is not None:
        recordings = recordings.filter(duration_s__lte=search.longest_s)
    return recordings


def choices() -> dict[str, list[str]]:
    """What there is to choose from in the filters: the servers and scenarios of what is kept."""
    kept = Recording.objects.filter(gone="")
    servers = RecordedTrace.objects.filter(recording__in=kept).exclude(server="")
    return {
        "servers": sorted(servers.values_list("server", flat=True).distinct()),
        "scenarios": sorted(kept.exclude(scenario="").values_list("scenario", flat=True).distinct().order_by()),
    }


def evicted() -> int:
    """How many films went because newer ones needed their room, as far as that is remembered."""
    return Recording.objects.filter(gone=EVICTED).count()


def holding(trace_id: str) -> QuerySet[Recording]:
    """The recordings with this trace in them, those that are kept before those that were deleted, newest first."""
    return Recording.objects.filter(traces__trace_id=trace_id).defer("film", "text").order_by("gone", "-created_at")


def delete(recording_id: str) -> Recording | None:
    """Delete one, so that it can be taken back for a while. None when there is none to delete."""
    Recording.objects.filter(pk=recording_id, gone="").update(gone=DELETED, gone_at=timezone.now())
    storage.make_room()
    return Recording.objects.filter(pk=recording_id, gone=DELETED).defer("film").first()


def clear() -> tuple[int, datetime]:
    """Delete all. Returns how many those were, and the moment, by which `restore_cleared` knows them."""
    now = timezone.now()
    number = Recording.objects.filter(gone="").update(gone=DELETED, gone_at=now)
    storage.make_room()
    return number, now


def restore(recording_id: str) -> Recording | None:
    """Take a deletion back. None when it is too late, or there was none."""
    _returnable().filter(pk=recording_id).update(gone="", gone_at=None)
    return Recording.objects.filter(pk=recording_id, gone="").defer("film").first()


def restore_cleared(moment: datetime) -> int:
    """Take back what was deleted at this moment. Returns how many came back."""
    return _returnable().filter(gone_at=moment).update(gone="", gone_at=None)


def _returnable() -> QuerySet[Recording]:
    since = timezone.now() - timedelta(seconds=storage.limits.undo_s)
    return Recording.objects.filter(gone=DELETED, gone_at__gte=since).exclude(film=None)


def _traces() -> QuerySet[RecordedTrace]:
    return RecordedTrace.objects.filter(recording=OuterRef("pk"))


def _has(word: str) -> Q:
    wanted = Q(text__contains=word)
    if len(word) >= SHORTEST_ID:
        wanted |= Q(pk__startswith=word) | Q(Exists(_traces().filter(trace_id__startswith=word)))
    return wanted


def _seconds(text: str) -> float | None:
    """A duration in seconds; None for anything else."""
    try:
        value = float(text.replace(",", ".").removesuffix("s")) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return None
    return value if 0 <= value < math.inf else None


def _page(text: str) -> int:
    try:
        return whole_number(text, most=MOST_PAGES)
    except WholeNumberError:
        return 1


def form(search: Search) -> dict[str, Any]:
    """What the filter form shows."""
    return {"search": search, "statuses": STATUSES, **choices()}
