"""The fleet's panel: the same partial renders the page's first picture of it and every change."""

from dataclasses import dataclass, replace

from django.template.loader import render_to_string

from dashboard.fleet.entry import Interface
from dashboard.fleet.state import StateName
from dashboard.fleet.supervisor import Fleet


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One server of the table: what it is, why it is there and how it is doing."""

    name: str
    title: str
    interface: Interface
    why: str
    state: StateName
    reason: str
    url: str
    pid: int | None
    command: str
    log_lines: list[str]
    remote: bool
    on_demand: bool


def server_rows(fleet: Fleet, *, presenter: bool) -> list[ServerRow]:
    """Return a row for each server, in the table's order.

    What tells of the machine is the presenter's: command lines, process ids, logs, and reasons, which may name any of
    these, also of programs that are none of ours.
    """
    rows = _rows(fleet)
    return rows if presenter else [replace(row, reason="", pid=None, command="", log_lines=[]) for row in rows]


def _rows(fleet: Fleet) -> list[ServerRow]:
    return [
        ServerRow(
            name=state.name,
            title=state.title,
            interface=state.interface,
            why=fleet.entry(state.name).why,
            state=state.state,
            reason=state.reason,
            url=state.url,
            pid=state.pid,
            command=" ".join(state.command),
            log_lines=list(state.log_lines),
            remote=state.remote,
            on_demand=fleet.entry(state.name).on_demand,
        )
        for state in fleet.states().values()
    ]


def render_panel(fleet: Fleet, *, presenter: bool) -> str:
    """Render the panel as a fragment that htmx puts in place of the one on the page."""
    context = {"servers": server_rows(fleet, presenter=presenter), "presenter": presenter, "oob": True}
    return render_to_string("stage/_fleet.html", context)
