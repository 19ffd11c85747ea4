"""docker-compose.yml, read without an engine: what it says agrees with the table of servers and with itself."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard.environment import remote_servers
from dashboard.fleet.entry import ROOT
from dashboard.fleet.table import SERVERS

COMPOSE: dict[str, Any] = yaml.safe_load(Path(ROOT, "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OBSERVED = [entry.name for entry in SERVERS if not entry.configured_by and not entry.tls]
OURS = [name for name, service in SERVICES.items() if service["image"] == "gatescope"]


@pytest.mark.parametrize("name", OBSERVED)
def test_every_server_of_the_table_serves_itself_in_a_container_of_its_own(name: str) -> None:
    service = SERVICES[name]
    assert service["command"] == ["python", "manage.py", "serve", name, "--host", "0.0.0.0"]
    assert service["environment"]["ALLOWED_HOSTS"] == name
    assert service["environment"]["GATESCOPE_ENDPOINT"] == "http://nginx:8000/v1/traces"


@pytest.mark.parametrize("dashboard", ["dashboard-1", "dashboard-2"])
def test_both_dashboards_look_for_every_server_where_it_is(dashboard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_SERVERS", SERVICES[dashboard]["environment"]["GATESCOPE_SERVERS"])
    assert remote_servers() == {name: f"http://{name}:8000" for name in OBSERVED}


def test_nothing_is_published_but_the_proxy_and_that_on_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"nginx": ["${HOST:-127.0.0.1}:${PORT:-8000}:8000"]}


def test_only_the_dashboards_reach_the_stores() -> None:
    assert COMPOSE["networks"]["storage"]["internal"]
    members = {name for name, service in SERVICES.items() if "storage" in service["networks"]}
    assert members == {"dashboard-1", "dashboard-2", "redis", "postgres"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_and_waits_for_healthy_ones(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    for other, wanted in SERVICES[name].get("depends_on", {}).items():
        assert (other in SERVICES, wanted) == (True, {"condition": "service_healthy"})


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_do_little(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["read_only"]
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


def test_the_image_runs_as_nobody_and_holds_no_secret() -> None:
    lines = Path(ROOT, "Dockerfile").read_text().splitlines()
    assert "USER gatescope" in lines
    assert not [line for line in lines if "TOKEN" in line or "SECRET" in line]


def test_the_proxy_knows_both_dashboards() -> None:
    configuration = Path(ROOT, "deploy", "nginx.conf").read_text()
    for name in ("dashboard-1", "dashboard-2"):
        assert f"server {name}:8000;" in configuration
