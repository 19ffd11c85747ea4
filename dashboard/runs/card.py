"""The result card of a run: the same partial renders the first picture of the page and every change."""

from typing import Any

from django.template.loader import render_to_string


def run_html(run: dict[str, Any]) -> str:
    """The result panel of one run as it stands, and the button that stops it, as such fragments."""
    return render_to_string("stage/_run_change.html", {"run": run, "oob": True})
