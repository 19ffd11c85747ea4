"""A lesson whose server is missing says which, how to get it, and what can be done instead."""

from dataclasses import replace

import pytest

from dashboard.fleet.state import ServerState
from dashboard.fleet.supervisor import Fleet
from dashboard.lessons import requirements
from dashboard.lessons.lesson import Firing
from tests.lessons.made import lesson


@pytest.fixture
def fleet_without_nginx(monkeypatch: pytest.MonkeyPatch) -> Fleet:
    fleet = Fleet()
    states: dict[str, ServerState] = {name: replace(state, state="stopped") for name, state in fleet.states().items()}
    states["nginx"] = replace(states["nginx"], state="missing", reason="To install it: apt-get install nginx")
    monkeypatch.setattr(fleet, "states", lambda: states)
    elsewhere = lesson(number=7)
    monkeypatch.setattr(requirements, "course", lambda: (elsewhere,))
    return fleet


def test_a_way_through_a_proxy_that_is_not_installed_is_named(fleet_without_nginx: Fleet) -> None:
    behind = lesson(fire=(Firing(name="one", servers=("uvicorn",), scenario="hello", via="nginx"),))
    assert requirements.describe_obstacles(fleet_without_nginx, behind) == (
        "nginx is missing. To install it: apt-get install nginx "
        "These lessons can be carried out instead: 7 (A lesson)."
    )


def test_a_server_that_is_stopped_is_no_obstacle(fleet_without_nginx: Fleet) -> None:
    assert requirements.describe_obstacles(fleet_without_nginx, lesson()) == ""


def test_a_view_s_service_is_needed_as_well() -> None:
    gather = lesson(fire=(Firing(name="one", servers=("uvicorn",), scenario="gather"),))
    assert requirements.required_servers(gather) == ("uvicorn", "upstream")
