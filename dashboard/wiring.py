"""Connects the parts and does nothing else: what the runner and the fleet report goes to the hub and the database."""

import asyncio
from typing import Any

from dashboard.fleet.backlog import BacklogMeter
from dashboard.fleet.current import fleet
from dashboard.lessons.models import Run
from dashboard.lessons.runner import Runner
from dashboard.live.hub import hub
from dashboard.panels import fleet_html, run_html

GATHER_CHANGES_S = 0.1
"""The fleet changes in bursts (a state, a pid, log lines); the panel is rendered once for each burst."""


def _show_run(run: dict[str, Any]) -> None:
    hub.fragment("run", run_html(run))


async def _keep_run(run: dict[str, Any]) -> None:
    _show_run(run)
    await Run.of_json(run).asave(force_insert=True)


class _FleetPanel:
    """Renders the fleet's panel for all viewers, a moment after the fleet changed."""

    def __init__(self) -> None:
        self._due = False

    def changed(self) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(GATHER_CHANGES_S, self._show)

    def _show(self) -> None:
        self._due = False
        hub.fragment("fleet", fleet_html())


def _ports() -> dict[str, int]:
    return {name: fleet.place.port_of(fleet.entry(name)) for name in fleet.states()}


runner = Runner(arrived=hub.arrived, trace=hub.store.trace, progress=_show_run, finished=_keep_run)
fleet.on_change.append(_FleetPanel().changed)
fleet.on_change.append(BacklogMeter(_ports, lambda: hub.watched, hub.measured).wake)
fleet.on_passage.append(hub.arrived)
