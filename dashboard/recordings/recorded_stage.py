"""What the stage of a recorded film is rendered with, on a page and in the file that plays without a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.recordings.models import RecordedServer, Recording
from dashboard.runs.orders import FIELDS, PROTOCOLS
from dashboard.runs.results import RunResult

ROWS = 12
"""How many servers are on the stage at once at most; the rows' choosers offer the others."""


@dataclass(frozen=True, kw_only=True)
class RecordedStage:
    """The context of `recordings/recording.html`."""

    recording: Recording
    recorded: bool = True
    offline: bool = False
    servers: Sequence[RecordedServer]
    rows: Sequence[tuple[int, str]]
    """(place, server) of the rows on the stage."""
    run: RunResult | None
    """The run whose film this is: its figures are in the rows."""
    film_url: str
    """Empty if the film is in the page itself."""
    fire_again: str
    """Address of the stage with its form filled in as for this run; "" without one."""
    exports: Sequence[tuple[str, str]] = ()
    """(address, description) of each format in which the film can be exported."""


def build_stage(
    recording: Recording, run: RunResult | None, *, exports: Sequence[tuple[str, str]] = (), offline: bool = False
) -> RecordedStage:
    """Return the context for a recording, which is that of `run` if there was one."""
    servers: Sequence[RecordedServer] = recording.servers
    return RecordedStage(
        recording=recording,
        offline=offline,
        servers=servers,
        rows=[(place, server["name"]) for place, server in enumerate(servers[:ROWS], 1)],
        run=run,
        film_url="" if offline else reverse("recording-film", args=[recording.pk]),
        fire_again=fire_again_url(run) if run else "",
        exports=exports,
    )


def fire_again_url(run: RunResult) -> str:
    """Return the address of the stage with its form filled in as for this run."""
    fields = [("server", name) for name in run.servers]
    defaults = {"concurrency": run.count, "protocol": PROTOCOLS[0]}
    order = {name: getattr(run, name) for name in FIELDS}
    order["uninstrumented"] = "on" if run.uninstrumented else ""
    fields += [(name, str(value)) for name, value in order.items() if value not in {None, "", defaults.get(name)}]
    return f"/?{urlencode(fields)}"
