"""The fleet over HTTP: its states for scripts, and its panel."""

from dataclasses import replace

import pytest
from django.test import AsyncClient

from dashboard.fleet.panel import render_panel
from dashboard.services import fleet

JSON = {"accept": "application/json"}
ROW = {
    *("name", "title", "interface", "why", "state", "reason", "url", "pid", "command", "log_lines"),
    *("remote", "on_demand"),
}


async def test_health_has_the_state_of_each_server() -> None:
    health = (await AsyncClient().get("/healthz")).json()
    assert health["status"] == "ok"
    assert list(health["servers"]) == list(fleet.states())
    assert set(health["servers"]["uvicorn"]) == {"interface", "state", "url", "reason"}


async def test_without_a_role_health_says_no_more_than_that_all_is_well(viewer: AsyncClient) -> None:
    health = (await AsyncClient().get("/healthz")).json()
    assert set(health) == {"status", "version", "servers"}
    assert {frozenset(server) for server in health["servers"].values()} == {frozenset({"state"})}
    members = (await viewer.get("/healthz")).json()
    assert {server["reason"] for server in members["servers"].values()} == {""}


async def test_what_tells_of_the_machine_is_the_presenters(
    viewer: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = replace(
        fleet.state("uvicorn"),
        state="failed",
        reason="Port 8105 is taken by psql (pid 7: psql -W hunter2).",
        pid=4711,
        command=("/opt/secret/bin/uvicorn", "--uds", "/srv/secret/sock"),
        log_lines=("the secret log",),
    )
    monkeypatch.setattr(fleet, "states", lambda: {"uvicorn": state})
    for path, accept in (
        ("/fleet", "application/json"),
        ("/fleet", "text/html"),
        ("/", "text/html"),
        ("/healthz", ""),
    ):
        shown = (await viewer.get(path, headers={"accept": accept})).content.decode()
        assert "uvicorn" in shown
        assert not [word for word in ("secret", "hunter2", "4711") if word in shown], path
    viewer.cookies.clear()
    key = {"authorization": "Bearer the-presenters-token"}
    shown = (await viewer.get("/fleet", headers={"accept": "text/html", **key})).content.decode()
    assert all(word in shown for word in ("/opt/secret/bin/uvicorn", "hunter2", "4711", "the secret log"))
    for for_presenter in (True, False):
        assert ("secret" in render_panel(fleet, presenter=for_presenter)) is for_presenter


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("/opt/v/bin/python3", "-m", "uvicorn", "a.b:app"), "python3 -m uvicorn a.b:app"),
        (("nginx", "-c", "/srv/x/nginx.conf", "-g", "pid /run/n/x.pid;"), "nginx -c nginx.conf -g pid x.pid;"),
        (("g", "--bind=unix:/srv/x/y.sock", "--chdir=/srv/x/y"), "g --bind=unix:y.sock --chdir=y"),
        (("c", "http://127.0.0.1:8000/v1/traces", "a/b/c"), "c http://127.0.0.1:8000/v1/traces a/b/c"),
    ],
)
def test_a_command_line_is_shown_without_where_things_are(command: tuple[str, ...], shown: str) -> None:
    assert replace(fleet.state("uvicorn"), command=command).public_command == shown


async def test_scripts_get_the_rows_of_the_panel() -> None:
    (uvicorn,) = [
        row for row in (await AsyncClient().get("/fleet", headers=JSON)).json()["servers"] if row["name"] == "uvicorn"
    ]
    assert set(uvicorn) == ROW
    assert (uvicorn["interface"], uvicorn["pid"], uvicorn["log_lines"]) == ("asgi", None, [])
    assert "-m uvicorn" in uvicorn["command"]


async def test_the_page_gets_a_section_for_each_server() -> None:
    page = (await AsyncClient().get("/fleet", headers={"accept": "text/html"})).content.decode()
    assert page.count("<section") == len(fleet.states())


async def test_an_unknown_command_or_server_is_one_sentence() -> None:
    unknown = await AsyncClient().post("/fleet/uvicorn/explode", headers=JSON)
    assert (unknown.status_code, unknown.json()["error"]) == (
        404,
        "There is no command 'explode': use start, stop, restart or kill-worker.",
    )
    nobody = await AsyncClient().post("/fleet/nobody/start", headers=JSON)
    assert nobody.status_code == 404
    assert nobody.json()["error"].startswith("There is no server 'nobody': choose from gunicorn-sync, ")


async def test_there_is_no_worker_to_kill_in_a_stopped_server() -> None:
    refused = await AsyncClient().post("/fleet/gunicorn-sync/kill-worker", headers=JSON)
    assert refused.status_code == 409
    assert refused.json()["error"] == "gunicorn-sync is stopped: it has no worker to kill."
