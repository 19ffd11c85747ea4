"""Connects the parts and does nothing else: what the runner and the fleet report goes to the hub and the database."""

from typing import Any

from dashboard.fleet.current import fleet
from dashboard.lessons.models import Run
from dashboard.lessons.runner import Runner
from dashboard.live.hub import hub
from dashboard.views.panels import fleet_html, run_html


def _show_run(run: dict[str, Any]) -> None:
    hub.fragment("run", run_html(run))


async def _keep_run(run: dict[str, Any]) -> None:
    _show_run(run)
    await Run.objects.acreate(**run)


def _show_fleet() -> None:
    hub.fragment("fleet", fleet_html())


runner = Runner(
    arrived=hub.arrived,
    trace=hub.store.trace,
    progress=_show_run,
    finished=_keep_run,
)
fleet.on_change.append(_show_fleet)
