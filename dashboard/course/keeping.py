"""Keeps what was measured, a bounded number of times per lesson, and gives the newest back."""

from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction

from dashboard.course.models import Measurement

KEPT_A_LESSON = 20


async def keep(attempt: dict[str, Any]) -> None:
    """Keep an attempt that is done; the oldest of its lesson make room."""
    await sync_to_async(_keep)(attempt)


def newest() -> dict[int, Measurement]:
    """The newest measurement of each lesson that was measured here."""
    found: dict[int, Measurement] = {}
    for measurement in Measurement.objects.order_by("created_at", "id"):
        found[measurement.lesson] = measurement
    return found


@transaction.atomic
def _keep(attempt: dict[str, Any]) -> None:
    lesson = attempt["lesson"]
    Measurement.objects.create(id=attempt["id"], lesson=lesson, holds=attempt["holds"], data=attempt)
    old = Measurement.objects.filter(lesson=lesson).values_list("id", flat=True)[KEPT_A_LESSON:]
    Measurement.objects.filter(id__in=list(old)).delete()
