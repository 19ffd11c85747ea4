"""Keeps the database within its limits: the oldest films are emptied, and leave a stub that says so.

What somebody kept and what was recorded by itself have a budget each, and neither makes room for the other: a class
that fires all term pushes out nothing that the presenter kept.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from dashboard.recordings import limits
from dashboard.recordings.limits import Budget
from dashboard.recordings.models import EVICTED, RecordedTrace, Recording
from dashboard.runs.models import Run


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a budget is used."""

    recordings: int
    bytes: int
    budget: Budget

    def has_room_for(self, size: int) -> bool:
        """Return whether a film of `size` bytes still fits."""
        return self.recordings < self.budget.recordings and self.bytes + size <= self.budget.bytes


def held(*, kept: bool) -> Held:
    """Return what is shown of the recordings that were kept, or of those that were recorded by themselves."""
    found = _with_film(kept=kept).filter(gone="").aggregate(number=Count("pk"), size=Sum("bytes"))
    return Held(found["number"], found["size"] or 0, limits.LIMITS.budget(kept=kept))


def make_room() -> None:
    """Empty the films whose deletion can no longer be undone, and the oldest while there are too many or too much."""
    most = limits.LIMITS
    with transaction.atomic():
        empty(_with_film().filter(gone_at__lt=timezone.now() - timedelta(seconds=most.undo_s)), "")
        for kept in (False, True):
            while surplus := _surplus(kept=kept):
                empty(surplus, EVICTED)
        stubs = Recording.objects.filter(film=None).order_by("-gone_at").values("pk")[most.stubs :]
        Recording.objects.filter(pk__in=[row["pk"] for row in stubs]).delete()


def empty(recordings: QuerySet[Recording], reason: str) -> None:
    """Leave only stubs of these recordings. `reason` applies to those that had not been deleted."""
    ids = list(recordings.values_list("pk", flat=True))
    RecordedTrace.objects.filter(recording__in=ids).delete()
    Run.objects.filter(pk__in=ids).delete()
    stubs = Recording.objects.filter(pk__in=ids)
    stubs.filter(gone="").update(gone=reason, gone_at=timezone.now())
    stubs.update(film=None, bytes=0, text="")


def _surplus(*, kept: bool) -> QuerySet[Recording] | None:
    """Return the next film of a budget to go: the one deleted longest ago, else the oldest; None if all may stay."""
    budget = limits.LIMITS.budget(kept=kept)
    films = _with_film(kept=kept)
    total = films.aggregate(number=Count("pk"), size=Sum("bytes"))
    if total["number"] <= budget.recordings and (total["size"] or 0) <= budget.bytes:
        return None
    deleted = films.exclude(gone="").order_by("gone_at").values_list("pk", flat=True).first()
    oldest = deleted or films.order_by("created_at", "pk").values_list("pk", flat=True).first()
    return Recording.objects.filter(pk=oldest)


def _with_film(*, kept: bool | None = None) -> QuerySet[Recording]:
    films = Recording.objects.filter(~Q(film=None))
    return films if kept is None else films.filter(kept=kept)
