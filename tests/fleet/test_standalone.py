"""What a server that runs by itself is given: a configuration for where it listens and for what is around it."""

from pathlib import Path

import pytest

from dashboard.fleet import apache, certificate, standalone
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.standalone import Neighbours, parse_resolvers, prepare_alone
from dashboard.fleet.table import SERVERS

ENTRIES = {entry.name: entry for entry in SERVERS}
NOBODY = Neighbours({}, [])
FLEET = Neighbours(
    {"uwsgi": "http://uwsgi:8000", "uvicorn": "http://uvicorn:8000", "daphne-tls": "https://daphne-tls:8000"},
    [("dashboard-1", 8514), ("dashboard-2", 8514)],
)


def _laid_out(name: str, data: Path, neighbours: Neighbours = NOBODY) -> str:
    prepare_alone(ENTRIES[name], "0.0.0.0", 8000, data, neighbours)
    return (data / name / {"nginx": nginx.CONFIGURATION}.get(name, apache.CONFIGURATION)).read_text()


def test_apache_listens_where_it_is_told(tmp_path: Path) -> None:
    assert "\nListen 0.0.0.0:8000\n" in _laid_out("mod_wsgi", tmp_path)


def test_a_server_with_tls_has_its_certificate(tmp_path: Path) -> None:
    prepare_alone(ENTRIES["daphne-tls"], "0.0.0.0", 8000, tmp_path, NOBODY)
    assert (tmp_path / "tls" / certificate.CERTIFICATE).exists()


def test_any_other_server_needs_nothing(tmp_path: Path) -> None:
    prepare_alone(ENTRIES["uvicorn"], "0.0.0.0", 8000, tmp_path, NOBODY)
    assert not [*tmp_path.iterdir()]


def test_nginx_stands_in_front_of_the_servers_where_they_are(tmp_path: Path) -> None:
    text = _laid_out("nginx", tmp_path, FLEET)
    assert "listen 0.0.0.0:8000;" in text
    assert "listen 0.0.0.0:8005 ssl http2 default_server;" in text
    assert "set $gatescope_upstream uvicorn:8000;" in text
    # Its second port, where it speaks its own protocol.
    assert "set $gatescope_upstream uwsgi:8013;" in text
    assert "daphne-tls" not in text


def test_every_dashboard_gets_a_copy_of_nginxs_log(tmp_path: Path) -> None:
    text = _laid_out("nginx", tmp_path, FLEET)
    for name in ("dashboard-1", "dashboard-2"):
        assert text.count(f"access_log syslog:server={name}:8514,") == 1


def test_nginx_asks_the_systems_name_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standalone, "RESOLVERS", tmp_path / "resolv.conf")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.11\n")
    assert "resolver 127.0.0.11 valid=5s;" in _laid_out("nginx", tmp_path, FLEET)


def test_name_servers_are_named_as_nginx_wants_them() -> None:
    lines = ["# made by hand", "", "search example.org", "nameserver", "nameserver 127.0.0.11", "nameserver fd00::1"]
    assert parse_resolvers([*lines, "nameserver fe80::1%eth0"]) == ["127.0.0.11", "[fd00::1]"]


def test_nginx_in_front_of_nobody_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="say where they are with GATESCOPE_SERVERS"):
        _laid_out("nginx", tmp_path)
