"""nginx in front: what it is told, what it answers itself, and what keeps it from starting."""

import os
import socket
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from dashboard.fleet import certificate
from dashboard.fleet.entry import program_path
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.nginx.routes import ROUTES
from dashboard.fleet.preparation import upstreams
from dashboard.fleet.processes import privilege
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from tests.fleet.helpers import processes_of, wait_until

NGINX = next(entry for entry in SERVERS if entry.name == "nginx")
UVICORN = next(entry for entry in SERVERS if entry.name == "uvicorn")
MakeFleet = Callable[..., Fleet]


def _block(way: str, server: str, protocol: str = "http") -> str:
    """The server block of one way to one server."""
    upstream = nginx.Upstream(server, 3, protocol)  # type: ignore[arg-type]  # one of the two, in a parameter
    text = nginx.render_configuration(nginx.NginxContext((1, 2), [upstream], []))
    (block,) = [one for one in text.split("server {") if f"server_name {ROUTES[way].host(server)};" in one]
    return block


def test_the_file_is_as_it_always_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nginx, "_connections", lambda: 4096)
    behind = [nginx.Upstream("uwsgi", 8115, "uwsgi"), nginx.Upstream("uvicorn", 8105)]
    logs = ["127.0.0.1:8514", "dashboard-2:8514"]
    context = nginx.NginxContext((8108, 8113), behind, logs, resolvers=["10.0.0.1", "[::1]"])
    assert nginx.render_configuration(context) == Path(__file__).with_name("expected.conf").read_text()


def test_without_receivers_of_its_logs_it_keeps_none() -> None:
    text = nginx.render_configuration(nginx.NginxContext((1, 2), [], []))
    assert text.count("access_log off;") == 2
    assert "syslog" not in text
    assert "resolver" not in text


def test_what_is_shown_of_a_way_is_what_nginx_is_told() -> None:
    for name, way in ROUTES.items():
        shown = [line.strip() for line in nginx.render_location(way).split("\n")[1:-1]]
        told = [line.strip() for line in _block(name, "uvicorn").split("\n")]
        assert set(shown) <= set(told)


def test_every_way_to_every_server_has_a_host_name_of_its_own(layout: FleetLayout) -> None:
    hosts = [way.host(one.name) for way in ROUTES.values() for one in upstreams(layout)]
    assert len(set(hosts)) == len(hosts)
    text = nginx.render_configuration(nginx.NginxContext((1, 2), upstreams(layout), []))
    assert all(text.count(f"server_name {host};") == 1 for host in hosts)


def test_the_queue_begins_where_nginx_hands_over() -> None:
    assert "proxy_set_header X-Request-Start t=${msec};" in _block("nginx", "uvicorn")
    assert "uwsgi_param HTTP_X_REQUEST_START t=${msec};" in _block("nginx", "uwsgi", "uwsgi")


def test_uwsgi_is_spoken_to_in_its_own_protocol(layout: FleetLayout) -> None:
    (uwsgi,) = [one for one in upstreams(layout) if one.protocol == "uwsgi"]
    assert uwsgi == nginx.Upstream("uwsgi", layout.port + 115, "uwsgi")
    block = _block("nginx", "uwsgi", "uwsgi")
    assert "set $gatescope_upstream 127.0.0.1:3;" in block
    assert "uwsgi_pass $gatescope_upstream;" in block


@pytest.mark.parametrize(
    ("way", "line", "there"),
    [
        ("nginx", "proxy_set_header Upgrade $http_upgrade;", True),
        ("nginx-no-upgrade", "proxy_set_header Upgrade $http_upgrade;", False),
        ("nginx", "proxy_http_version 1.1;", True),
        ("nginx-http10", "proxy_http_version 1.0;", True),
        ("nginx", "proxy_buffering off;", False),
        ("nginx-unbuffered", "proxy_buffering off;", True),
        ("nginx-unbuffered", "proxy_request_buffering off;", True),
        ("nginx-impatient", "proxy_read_timeout 1s;", True),
        ("nginx-h2", "listen 127.0.0.1:2;", True),
        ("nginx", "listen 127.0.0.1:1;", True),
    ],
)
def test_each_way_differs_in_what_it_teaches(way: str, line: str, there: bool) -> None:
    assert (line in _block(way, "uvicorn")) is there


def test_a_way_knows_its_host_and_its_url() -> None:
    assert ROUTES["nginx"].url("uvicorn", (8108, 8113)) == "http://uvicorn.localhost:8108"
    assert ROUTES["nginx-http10"].host("mod_wsgi") == "mod-wsgi.http10.localhost"
    assert ROUTES["nginx-h2"].url("uvicorn", (8108, 8113)) == "https://uvicorn.h2.localhost:8113"


async def test_it_runs_in_a_data_folder_with_any_name_and_leaves_no_temporary_file(
    make_fleet: MakeFleet, layout: FleetLayout
) -> None:
    data = layout.data / 'it\'s a "data" ${folder}; {'
    data.mkdir()
    fleet = make_fleet()
    fleet.use(replace(layout, data=data))
    state = await fleet.start("nginx")
    assert state.state == "running", state
    await fleet.stop("nginx")
    assert wait_until(lambda: not processes_of(data), 10)
    left = {str(path.relative_to(data / "nginx")) for path in (data / "nginx").rglob("*") if path.is_file()}
    assert left == {"nginx.conf", certificate.CERTIFICATE, certificate.KEY}


async def test_it_never_runs_as_root(make_fleet: MakeFleet) -> None:
    state = await make_fleet().start("nginx")
    assert state.state == "running", state
    runs_as = psutil.Process(state.pid).uids()
    expected = os.geteuid() or privilege.NOBODY
    assert {runs_as.real, runs_as.effective, runs_as.saved} == {expected}


def test_an_ordinary_user_without_any_privilege_can_run_it(layout: FleetLayout, tmp_path: Path) -> None:
    nginx.write_configuration(tmp_path, nginx.NginxContext(layout.ports_of(NGINX), upstreams(layout), []))
    user = os.geteuid() or privilege.NOBODY
    become = [] if os.geteuid() else ["setpriv", f"--reuid={user}", "--clear-groups"]
    for path in (tmp_path, *tmp_path.iterdir()):
        os.chown(path, user, -1)
    command = [
        *become,
        str(program_path("nginx")),
        "-e",
        "stderr",
        "-p",
        "./",
        "-c",
        nginx.CONFIGURATION,
        "-t",
    ]
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "test is successful" in tested.stderr
    assert {path.stat().st_uid for path in tmp_path.iterdir()} == {user}


async def test_each_way_leads_to_the_server_of_its_name_with_a_certificate_that_can_be_checked(
    make_fleet: MakeFleet, layout: FleetLayout
) -> None:
    fleet = make_fleet()
    for name in ("nginx", "uvicorn"):
        assert (await fleet.start(name)).state == "running"
    trust = ssl.create_default_context(cafile=str(layout.folder_of(NGINX) / certificate.CERTIFICATE))
    ports = layout.ports_of(NGINX)
    async with httpx.AsyncClient(trust_env=False, verify=trust) as client:
        for way in ROUTES.values():
            url = f"{'https' if way.tls else 'http'}://127.0.0.1:{ports[1] if way.tls else ports[0]}/hello/"
            host = way.host("uvicorn")
            answer = await client.get(url, headers={"host": host}, extensions={"sni_hostname": host})
            assert (answer.status_code, answer.text) == (200, "Hello.\n"), way
        other = await client.get(f"http://127.0.0.1:{ports[0]}/hello/")
        assert (other.status_code, "expected SERVER.localhost" in other.text) == (404, True)


async def test_a_configuration_that_nginx_refuses_is_its_own_sentence(
    make_fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nginx, "LARGEST_BODY", "a lot")
    fleet = make_fleet()
    state = await fleet.start("nginx")
    assert state.state == "failed"
    assert state.reason.startswith("nginx in front refuses its configuration: ")
    assert 'invalid number of arguments in "client_max_body_size" directive' in state.reason
    assert (await fleet.start("uvicorn")).state == "running"


async def test_a_certificate_that_cannot_be_written_is_one_sentence(
    make_fleet: MakeFleet, layout: FleetLayout
) -> None:
    (layout.data / "nginx" / certificate.KEY).mkdir(parents=True)
    state = await make_fleet().start("nginx")
    assert state.state == "failed"
    assert state.reason == (
        f"{layout.data}/nginx/{certificate.KEY} cannot be written (Is a directory): make room, or name another "
        "folder with GATESCOPE_DATA."
    )


async def test_its_second_port_taken_is_a_named_error(make_fleet: MakeFleet, layout: FleetLayout) -> None:
    taken = layout.ports_of(NGINX)[1]
    with socket.create_server(("127.0.0.1", taken)):
        state = await make_fleet().start("nginx")
    assert state.state == "failed"
    assert state.reason.startswith(f"Port {taken} is taken by ")
