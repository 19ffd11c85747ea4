"""Keeps what was measured, a bounded number of times per lesson, chart and race, and returns the newest."""

import msgspec
from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import OuterRef, Subquery

from dashboard.lessons.models import Measurement, Series
from dashboard.lessons.results import AttemptResult, to_json

KEPT_PER_LESSON = 20
KEPT_SERIES = 20
"""Of each chart, and of races."""


async def keep_attempt(attempt: AttemptResult) -> None:
    """Keep an attempt that is done; the oldest of its lesson make room."""
    await sync_to_async(_keep_attempt)(attempt)


def newest_measurements() -> dict[int, Measurement]:
    """Return the newest measurement of each lesson that was measured here."""
    latest = Measurement.objects.filter(lesson=OuterRef("lesson")).values("pk")[:1]
    return {measurement.lesson: measurement for measurement in Measurement.objects.filter(pk=Subquery(latest))}


async def keep_series(series_id: str, name: str, result: object) -> None:
    """Keep what a chart or a race measured, as JSON; the oldest of its name make room."""
    await sync_to_async(_keep_series)(series_id, name, result)


def newest_series(name: str) -> Series | None:
    """Return the newest of a chart, or the newest race, if there is one."""
    return Series.objects.filter(name=name).first()


def newest_chart(name: str) -> Series | None:
    """Return the newest of a chart that was measured as a whole, else the newest: a cancelled one hides none."""
    return Series.objects.filter(name=name, data__whole=True).first() or newest_series(name)


@transaction.atomic
def _keep_series(series_id: str, name: str, result: object) -> None:
    Series.objects.create(id=series_id, name=name, data=msgspec.to_builtins(result))
    old = Series.objects.filter(name=name).values_list("id", flat=True)[KEPT_SERIES:]
    Series.objects.filter(id__in=list(old)).delete()


@transaction.atomic
def _keep_attempt(attempt: AttemptResult) -> None:
    Measurement.objects.create(id=attempt.id, lesson=attempt.lesson, holds=bool(attempt.holds), data=to_json(attempt))
    old = Measurement.objects.filter(lesson=attempt.lesson).values_list("id", flat=True)[KEPT_PER_LESSON:]
    Measurement.objects.filter(id__in=list(old)).delete()
