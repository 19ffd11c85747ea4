"""The result card of a run: the same partial renders the first picture of the page and every change."""

from django.template.loader import render_to_string

from dashboard.runs.results import RunResult


def run_html(run: RunResult) -> str:
    """Render the result panel of one run as it stands and the button that stops it, as out-of-band fragments."""
    return render_to_string("stage/_run_change.html", {"run": run, "oob": True})
