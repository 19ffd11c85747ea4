"""What every page of the shop knows: its departments, for the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.shop.models import Category

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


def departments(request: HttpRequest) -> dict[str, QuerySet[Category] | str]:
    """Context processor: `departments`, read only by pages that show them, and the `currency` of prices."""
    return {
        "departments": Category.objects.all(),
        "currency": request.META.get("shop.currency", "€"),
    }
