"""Keeps what was measured, a bounded number of times per lesson, chart and race, and gives the newest back."""

from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import OuterRef, Subquery

from dashboard.lessons.models import Measurement, Series

KEPT_A_LESSON = 20
KEPT_SERIES = 20
"""Of each chart, and of races."""


async def keep(attempt: dict[str, Any]) -> None:
    """Keep an attempt that is done; the oldest of its lesson make room."""
    await sync_to_async(_keep)(attempt)


def newest() -> dict[int, Measurement]:
    """The newest measurement of each lesson that was measured here."""
    latest = Measurement.objects.filter(lesson=OuterRef("lesson")).values("pk")[:1]
    return {measurement.lesson: measurement for measurement in Measurement.objects.filter(pk=Subquery(latest))}


async def keep_series(series_id: str, name: str, data: dict[str, Any]) -> None:
    """Keep what a chart or a race measured; the oldest of its name make room."""
    await sync_to_async(_keep_series)(series_id, name, data)


def newest_series(name: str) -> Series | None:
    """The newest of a chart, or the newest race; None when there is none."""
    return Series.objects.filter(name=name).first()


def newest_chart(name: str) -> Series | None:
    """The newest of a chart that was measured as a whole, else the newest: a cancelled one hides no whole one."""
    return Series.objects.filter(name=name, data__whole=True).first() or newest_series(name)


@transaction.atomic
def _keep_series(series_id: str, name: str, data: dict[str, Any]) -> None:
    Series.objects.create(id=series_id, name=name, data=data)
    old = Series.objects.filter(name=name).values_list("id", flat=True)[KEPT_SERIES:]
    Series.objects.filter(id__in=list(old)).delete()


@transaction.atomic
def _keep(attempt: dict[str, Any]) -> None:
    lesson = attempt["lesson"]
    Measurement.objects.create(id=attempt["id"], lesson=lesson, holds=attempt["holds"], data=attempt)
    old = Measurement.objects.filter(lesson=lesson).values_list("id", flat=True)[KEPT_A_LESSON:]
    Measurement.objects.filter(id__in=list(old)).delete()
