"""The fleet over HTTP: its states for scripts, and its panel."""

from django.test import AsyncClient

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
