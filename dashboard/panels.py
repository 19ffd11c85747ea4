"""The partials that page and socket share: the same template renders the first picture and every change of it."""

from typing import Any

from django.template.loader import render_to_string

from dashboard.fleet.current import fleet
from dashboard.fleet.table import SERVERS


def server_rows() -> list[dict[str, Any]]:
    """One row per server of the table: what it is, why it is there and how it is doing."""
    states = fleet.states()
    return [
        {
            "name": entry.name,
            "title": entry.title,
            "interface": entry.interface,
            "why": entry.why,
            "on_demand": entry.on_demand,
            "state": states[entry.name].state,
            "reason": states[entry.name].reason,
            "url": states[entry.name].url,
            "pid": states[entry.name].pid,
            "command": " ".join(states[entry.name].command),
            "log_lines": list(states[entry.name].log_lines),
        }
        for entry in SERVERS
    ]


def fleet_html() -> str:
    """The fleet panel as a fragment that htmx puts in place of the one on the page."""
    return render_to_string("_fleet.html", {"servers": server_rows(), "oob": True})


def run_html(run: dict[str, Any]) -> str:
    """The result panel of one run as it stands, and the button that stops it, as such fragments."""
    return render_to_string("_run_change.html", {"run": run, "oob": True})
