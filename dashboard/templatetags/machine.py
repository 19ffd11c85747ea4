"""Say what something was measured on."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def join_versions(versions: Mapping[str, str]) -> str:
    """Return names with their versions as one list: "django 5.2, uvicorn 0.40"."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())
