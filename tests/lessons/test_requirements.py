"""A lesson whose server is missing says which, how to get it, and what can be done instead."""

from dataclasses import replace

import pytest

from dashboard.fleet.current import fleet
from dashboard.fleet.state import ServerState
from dashboard.lessons import requirements
from dashboard.lessons.lesson import Firing
from tests.lessons.made import lesson


@pytest.fixture
def without_nginx(monkeypatch: pytest.MonkeyPatch) -> None:
    states: dict[str, ServerState] = {name: replace(state, state="stopped") for name, state in fleet.states().items()}
    states["nginx"] = replace(states["nginx"], state="missing", reason="To install it: apt-get install nginx")
    monkeypatch.setattr(fleet, "states", lambda: states)
    elsewhere = lesson(number=7)
    monkeypatch.setattr(requirements, "course", lambda: (elsewhere,))


@pytest.mark.usefixtures("without_nginx")
def test_a_way_through_a_proxy_that_is_not_installed_is_named() -> None:
    behind = lesson(fire=(Firing(name="one", servers=("uvicorn",), scenario="hello", via="nginx"),))
    assert requirements.describe_obstacles(behind) == (
        "nginx is missing. To install it: apt-get install nginx "
        "These lessons can be carried out instead: 7 (A lesson)."
    )


@pytest.mark.usefixtures("without_nginx")
def test_a_server_that_is_stopped_is_no_obstacle() -> None:
    assert requirements.describe_obstacles(lesson()) == ""


def test_a_view_s_service_is_needed_as_well() -> None:
    gather = lesson(fire=(Firing(name="one", servers=("uvicorn",), scenario="gather"),))
    assert requirements.required_servers(gather) == ("uvicorn", "upstream")
