"""The fleet's panel: the same partial renders the page's first picture of it and every change."""

from typing import Any

from django.template.loader import render_to_string

from dashboard.fleet.current import fleet


def server_rows() -> list[dict[str, Any]]:
    """One row per server of the table: what it is, why it is there and how it is doing."""
    return [
        {
            "name": state.name,
            "title": state.title,
            "interface": state.interface,
            "why": fleet.entry(state.name).why,
            "state": state.state,
            "reason": state.reason,
            "url": state.url,
            "pid": state.pid,
            "command": " ".join(state.command),
            "log_lines": list(state.log_lines),
            "remote": state.remote,
            "on_demand": fleet.entry(state.name).on_demand,
        }
        for state in fleet.states().values()
    ]


def fleet_html() -> str:
    """The fleet panel as a fragment that htmx puts in place of the one on the page."""
    return render_to_string("stage/_fleet.html", {"servers": server_rows(), "oob": True})
