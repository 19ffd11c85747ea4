"""The shop answers every scenario that the dashboard can fire, and nothing that it cannot."""

import os
import subprocess
import sys

import pytest

from dashboard.lib.installation import ROOT
from dashboard.runs.scenarios import SCENARIOS

PRINT_PATHS = """
import django
django.setup()
from samples.chat.routing import websocket_urlpatterns
from samples.urls import urlpatterns
print(*(one.pattern for one in urlpatterns if getattr(one, "name", "")))
print(*(one.pattern for one in websocket_urlpatterns))
"""


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """The paths of the scenarios, over HTTP and over WebSockets; the samples have settings of their own."""
    data = str(tmp_path_factory.mktemp("data"))
    told = subprocess.run(
        [sys.executable, "-c", PRINT_PATHS],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "samples.settings", "GATESCOPE_DATA": data},
        capture_output=True,
        text=True,
        check=True,
    )
    return [set(line.split()) for line in told.stdout.splitlines()]


@pytest.mark.parametrize(("position", "websocket"), [(0, False), (1, True)], ids=["HTTP", "WebSocket"])
def test_every_scenario_has_a_path_and_every_path_a_scenario(
    paths: list[set[str]], position: int, websocket: bool
) -> None:
    wanted = {one.path(None).partition("?")[0][1:] for one in SCENARIOS.values() if one.websocket is websocket}
    assert paths[position] == wanted
