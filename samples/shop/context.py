"""What every page of the shop knows: its departments, for the menu."""

from django.db.models import QuerySet
from django.http import HttpRequest

from samples.shop.models import Category


def departments(request: HttpRequest) -> dict[str, QuerySet[Category] | str]:
    """Add `departments`, which only pages that show them fetch, and the `currency` of prices."""
    return {
        "departments": Category.objects.all(),
        "currency": request.META.get("shop.currency", "€"),
    }
