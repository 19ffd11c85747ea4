"""Keeps the database within its limits: the oldest films are emptied, and leave a stub that says so."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from dashboard.recordings import limits
from dashboard.recordings.models import EVICTED, RecordedTrace, Recording
from dashboard.runs.models import Run


def make_room() -> None:
    """Empty the films whose deletion can no longer be undone, and the oldest while there are too many or too much."""
    most = limits.LIMITS
    with transaction.atomic():
        empty(_with_film().filter(gone_at__lt=timezone.now() - timedelta(seconds=most.undo_s)), "")
        while surplus := _surplus():
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


def _surplus() -> QuerySet[Recording] | None:
    """Return the next film to go: the one deleted longest ago, else the oldest; None when all may stay."""
    held = _with_film().aggregate(number=Count("pk"), size=Sum("bytes"))
    if held["number"] <= limits.LIMITS.recordings and (held["size"] or 0) <= limits.LIMITS.bytes:
        return None
    deleted = _with_film().exclude(gone="").order_by("gone_at").values_list("pk", flat=True).first()
    oldest = deleted or _with_film().order_by("created_at", "pk").values_list("pk", flat=True).first()
    return Recording.objects.filter(pk=oldest)


def _with_film() -> QuerySet[Recording]:
    return Recording.objects.filter(~Q(film=None))
