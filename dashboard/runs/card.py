"""The result card of a run: the same partial renders the first picture of the page and every change."""

from django.template.loader import render_to_string

from dashboard.runs.results import RunResult


def run_html(run: RunResult, *, can_stop: bool = True) -> str:
    """Render the result panel of one run as it stands, as an out-of-band fragment; with the button that stops it for
    those who can.
    """
    template = "stage/_run_change.html" if can_stop else "stage/_run.html"
    return render_to_string(template, {"run": run, "oob": True})
