"""docker-compose.yml, read without an engine: what it says agrees with the table of servers and with itself."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboard.env import addresses, remote_servers
from dashboard.fleet.on_demand import CHAT_REDIS
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load(Path(ROOT, "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
HOSTS = {entry.name: entry.name.replace("_", "-") for entry in SERVERS}
"""The service of each server. Its name is a host's, too, in which Django and Apache allow no underscore."""
OBSERVED = [entry.name for entry in SERVERS if entry.interface != "proxy"]
DASHBOARDS = ["dashboard-1", "dashboard-2"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "gatescope"]


@pytest.mark.parametrize("name", HOSTS)
def test_every_server_of_the_table_serves_itself_in_a_container_of_its_own(name: str) -> None:
    command = ["python", "manage.py", "serve", name, "--host", "0.0.0.0"]
    assert SERVICES[HOSTS[name]]["command"] == command


@pytest.mark.parametrize("name", [name for name in OBSERVED if name != CHAT_REDIS])
def test_every_server_is_addressed_by_its_service_and_sends_its_spans_to_the_dashboards(name: str) -> None:
    environment = SERVICES[HOSTS[name]]["environment"]
    assert environment["ALLOWED_HOSTS"] == HOSTS[name]
    assert environment["GATESCOPE_ENDPOINT"] == "http://front:8484/v1/traces"
    # What takes them is there first.
    assert SERVICES[HOSTS[name]]["depends_on"] == {"front": {"condition": "service_healthy"}}


@pytest.mark.parametrize("name", OBSERVED)
def test_no_server_is_handed_the_presenters_token(name: str) -> None:
    environment = SERVICES[HOSTS[name]]["environment"]
    assert "GATESCOPE_TOKEN" not in environment
    assert environment.get("GATESCOPE_SEND_KEY", "${GATESCOPE_SEND_KEY:-}") == "${GATESCOPE_SEND_KEY:-}"
    assert "GATESCOPE_SEND_KEY" in environment or "GATESCOPE_ENDPOINT" not in environment


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_dashboards_take_spans_under_the_name_by_which_servers_address_them(name: str) -> None:
    assert SERVICES[name]["environment"]["ALLOWED_HOSTS"].startswith("front,")


@pytest.mark.parametrize("service", [*DASHBOARDS, "nginx"])
def test_dashboards_and_nginx_look_for_every_server_where_it_is(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATESCOPE_SERVERS", SERVICES[service]["environment"]["GATESCOPE_SERVERS"])
    schemes = {entry.name: entry.scheme for entry in SERVERS}
    assert remote_servers() == {name: f"{schemes[name]}://{host}:8000" for name, host in HOSTS.items()}


def test_nginx_tells_both_dashboards_what_it_measured_where_they_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TO", SERVICES["nginx"]["environment"]["GATESCOPE_ACCESS_LOG_TO"])
    listening = {SERVICES[name]["environment"]["GATESCOPE_ACCESS_LOG"] for name in DASHBOARDS}
    assert addresses("TO") == [(name, 8514) for name in DASHBOARDS]
    assert listening == {"0.0.0.0:8514"}


def test_nothing_is_published_but_the_proxy_and_that_on_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"front": ["${GATESCOPE_HOST:-127.0.0.1}:${GATESCOPE_PORT:-${PORT:-8484}}:8484"]}


def test_only_the_dashboards_reach_the_stores() -> None:
    assert COMPOSE["networks"]["storage"]["internal"]
    members = {name for name, service in SERVICES.items() if "storage" in service["networks"]}
    assert members == {*DASHBOARDS, "redis", "postgres"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_and_waits_for_healthy_ones(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    for other, wanted in SERVICES[name].get("depends_on", {}).items():
        assert (other in SERVICES, wanted["condition"]) == (True, "service_healthy")


@pytest.mark.parametrize("name", SERVICES)
def test_containers_may_do_little(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["read_only"]
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


def test_the_image_runs_as_nobody_and_holds_no_secret() -> None:
    lines = Path(ROOT, "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER gatescope"]
    assert not [line for line in lines if "TOKEN" in line or "SECRET" in line]


def test_the_proxy_knows_both_dashboards() -> None:
    configuration = Path(ROOT, "deploy", "nginx.conf").read_text()
    for name in DASHBOARDS:
        assert f" {name}:8484;" in configuration


def test_nothing_is_kept_but_the_dashboards_key_and_the_database() -> None:
    assert "VOLUME" not in Path(ROOT, "Dockerfile").read_text()
    volumes = {name: service["volumes"] for name, service in SERVICES.items() if "volumes" in service}
    assert set(volumes) == {*DASHBOARDS, "front", "postgres"}
    for name in set(OURS) - set(DASHBOARDS):
        assert [mount for mount in SERVICES[name]["tmpfs"] if mount.startswith("/data:uid=10001,")]


def test_the_database_is_ready_when_it_answers_where_it_is_asked() -> None:
    assert "--host" in SERVICES["postgres"]["healthcheck"]["test"]


def test_the_chats_servers_and_its_redis_know_one_password() -> None:
    urls = {
        SERVICES[name]["environment"]["SAMPLES_REDIS_URL"] for name in (CHAT_REDIS, "daphne-redis", "uvicorn-redis")
    }
    (url,) = urls
    assert "@chat-redis:8000" in url


def test_the_image_holds_the_programs_that_pip_does_not_bring() -> None:
    text = Path(ROOT, "Dockerfile").read_text()
    for entry in SERVERS:
        for package in entry.needs.install.removeprefix("apt-get install ").split() if entry.needs.program else ():
            assert f" {package} " in text
