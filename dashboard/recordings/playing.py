"""What the page that plays a recorded film is rendered with; the file that plays without a network has the same."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.recordings.models import Recording
from dashboard.runs.orders import FIELDS, PROTOCOLS
from dashboard.runs.results import RunResult

ROWS = 2
"""So many servers are on the stage at once; a film of more has the others in the rows' choosers."""


def context(recording: Recording, run: RunResult | None, *, offline: bool = False) -> dict[str, Any]:
    """`run` is the run whose film this is: its figures stand in the rows."""
    return {
        "recording": recording,
        "recorded": True,
        "offline": offline,
        "servers": recording.servers,
        "rows": [(place, server["name"]) for place, server in enumerate(recording.servers[:ROWS], 1)],
        "run": run,
        "film_url": "" if offline else reverse("recording-film", args=[recording.pk]),
        "fire_again": fire_again(run) if run else "",
    }


def fire_again(run: RunResult) -> str:
    """The address of the stage with its form as this run was fired."""
    fields = [("server", name) for name in run.servers]
    usual = {"concurrency": run.count, "protocol": PROTOCOLS[0]}
    order = {name: getattr(run, name) for name in FIELDS}
    fields += [(name, str(value)) for name, value in order.items() if value not in {None, "", usual.get(name)}]
    return f"/?{urlencode(fields)}"
