"""Ports, addresses and the environment that a server is given."""

from pathlib import Path

import pytest

from dashboard.fleet.layout import HIGHEST_DASHBOARD_PORT, FleetLayout
from dashboard.fleet.table import SERVERS

UVICORN = next(entry for entry in SERVERS if entry.name == "uvicorn")


def test_a_server_stands_a_hundred_ports_above_the_dashboard() -> None:
    assert FleetLayout(port=8000).url_of(UVICORN) == "http://127.0.0.1:8105"


def test_the_highest_dashboard_port_leaves_room_for_every_server() -> None:
    layout = FleetLayout(port=HIGHEST_DASHBOARD_PORT)
    assert max(port for entry in SERVERS for port in layout.ports_of(entry)) == 65_535


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8484"),
        ("0.0.0.0", "http://127.0.0.1:8484"),
        ("::", "http://[::1]:8484"),
        ("::1", "http://[::1]:8484"),
        ("192.0.2.7", "http://192.0.2.7:8484"),
    ],
)
def test_servers_reach_the_dashboard_wherever_it_listens(host: str, url: str) -> None:
    assert FleetLayout(host).dashboard_url == url


def test_a_server_is_told_its_name_its_dashboard_and_its_fleet(tmp_path: Path) -> None:
    environment = FleetLayout(port=9000, data=tmp_path).environment_of(UVICORN, "tag")
    assert environment["OTEL_SERVICE_NAME"] == "uvicorn"
    assert environment["GATESCOPE_ENDPOINT"] == "http://127.0.0.1:9000/v1/traces"
    assert environment["GATESCOPE_DATA"] == str(tmp_path / "samples")
    assert environment["GATESCOPE_FLEET"] == "tag"
    assert environment["DJANGO_SETTINGS_MODULE"] == "samples.settings"


@pytest.mark.parametrize("name", ["WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "UVICORN_WORKERS", "UWSGI_PROCESSES"])
def test_settings_that_contradict_the_table_are_not_inherited(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "4")
    assert name not in FleetLayout().environment_of(UVICORN, "tag")


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "GATESCOPE_TOKEN", "GATESCOPE_JOIN_CODE"]
)
def test_the_dashboards_secrets_stay_with_the_dashboard(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "secret")
    assert name not in FleetLayout().environment_of(UVICORN, "tag")


def test_the_key_for_sending_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_SEND_KEY", "the-key-for-sending")
    assert FleetLayout().environment_of(UVICORN, "tag")["GATESCOPE_SEND_KEY"] == "the-key-for-sending"
