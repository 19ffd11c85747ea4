"""Beyond loopback: nobody without a key, a viewer looks and fires a little, the presenter does everything."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import AsyncClient, RequestFactory

from dashboard.access import roles as module
from dashboard.access.roles import COOKIE, AccessGuard, Keys, Role, _code_of, access, require_presenter, role
from dashboard.access.throttle import Brake
from dashboard.fleet.entry import ROOT
from dashboard.types import Scope

KEYS = Keys("the-presenters-token", "K7M4QX")
PRINT_THE_TOKEN = "from dashboard.access.roles import access; print(access.keys.token)"
JSON = {"accept": "application/json"}


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard is reachable from other machines."""
    monkeypatch.setattr(access, "keys", KEYS)
    monkeypatch.setattr(access, "brake", Brake())


@pytest.fixture
def client_with(guarded: None) -> Callable[[Role], AsyncClient]:
    """Makes a browser that has joined in a role."""

    def make(role: Role) -> AsyncClient:
        client = AsyncClient()
        if role:
            client.cookies[COOKIE] = KEYS.cookie(role)
        return client

    return make


def test_on_loopback_everybody_is_the_presenter() -> None:
    assert access.keys is None
    assert role(RequestFactory().get("/")) == "presenter"


async def test_on_loopback_pages_need_no_key() -> None:
    assert (await AsyncClient().get("/fleet", headers=JSON)).status_code == 200


@pytest.mark.parametrize("path", ["/", "/fleet", "/runs/1", "/traces/1", "/no-such-page"])
async def test_without_a_key_every_page_is_one_sentence(
    path: str, client_with: Callable[[Role], AsyncClient]
) -> None:
    response = await client_with("").get(path, headers=JSON)
    assert response.status_code == 403
    assert response.json()["error"].startswith("Open http://testserver/join and enter the join code")


@pytest.mark.parametrize("path", ["/runs", "/runs/1/stop", "/fleet/uvicorn/stop"])
async def test_without_a_key_nothing_can_be_changed(path: str, client_with: Callable[[Role], AsyncClient]) -> None:
    assert (await client_with("").post(path, headers=JSON)).status_code == 403


async def test_health_needs_no_key(client_with: Callable[[Role], AsyncClient]) -> None:
    assert (await client_with("").get("/healthz")).status_code == 200


async def test_a_viewer_may_look_but_not_stop_a_server(client_with: Callable[[Role], AsyncClient]) -> None:
    client = client_with("viewer")
    assert (await client.get("/fleet", headers=JSON)).status_code == 200
    response = await client.post("/fleet/uvicorn/stop", headers=JSON)
    assert response.status_code == 403
    assert response.json()["error"] == "Only the presenter may do this."


@pytest.mark.parametrize(("role", "offered"), [("viewer", False), ("presenter", True)])
async def test_only_who_may_keep_a_take_is_offered_to(
    role: Role, offered: bool, client_with: Callable[[Role], AsyncClient]
) -> None:
    page = await client_with(role).get("/", headers={"accept": "text/html"})
    assert (b"Keep this take" in page.content) is offered


async def test_the_presenter_may_stop_a_server(client_with: Callable[[Role], AsyncClient]) -> None:
    assert (await client_with("presenter").post("/fleet/uvicorn/stop", headers=JSON)).status_code == 200


@pytest.mark.parametrize(
    ("role", "count", "refusal"),
    [("viewer", 101, "from 1 to 100"), ("presenter", 1001, "from 1 to 1,000")],
)
async def test_each_role_fires_no_more_than_it_may(
    role: Role, count: int, refusal: str, client_with: Callable[[Role], AsyncClient]
) -> None:
    order = {"server": "uvicorn", "scenario": "hello", "count": str(count)}
    response = await client_with(role).post("/runs", order, headers=JSON)
    assert response.status_code == 400
    assert refusal in response.json()["error"]


@pytest.mark.parametrize(
    ("code", "granted"),
    [("the-presenters-token", "presenter"), ("K7M4QX", "viewer"), (" k7m-4qx ", "viewer")],
)
async def test_a_key_becomes_a_cookie(code: str, granted: Role, client_with: Callable[[Role], AsyncClient]) -> None:
    client = client_with("")
    response = await client.get("/join", {"code": code})
    assert (response.status_code, response["location"]) == (302, "/")
    assert KEYS.role_of_cookie(client.cookies[COOKIE].value) == granted
    assert client.cookies[COOKIE]["httponly"]
    assert (await client.get("/fleet", headers=JSON)).status_code == 200


async def test_the_join_page_asks_for_the_code(client_with: Callable[[Role], AsyncClient]) -> None:
    response = await client_with("").get("/join")
    assert response.status_code == 200
    assert b'name="code"' in response.content


@pytest.mark.parametrize("code", ["WRONG1", "the-presenters-toke", "é" * 6, "x" * 10_000])
async def test_a_wrong_code_gets_no_cookie(code: str, client_with: Callable[[Role], AsyncClient]) -> None:
    client = client_with("")
    response = await client.get("/join", {"code": code})
    assert response.status_code == 403
    assert COOKIE not in client.cookies
    assert "This is not the join code" in response.content.decode()


async def test_too_many_wrong_codes_slow_down_everybody(client_with: Callable[[Role], AsyncClient]) -> None:
    for _ in range(Brake.FREE_WRONG_TRIES):
        response = await client_with("").get("/join", {"code": "WRONG1"})
    assert access.brake.is_on()
    assert "Too many wrong codes" in response.content.decode()


async def test_the_join_page_itself_costs_no_try(client_with: Callable[[Role], AsyncClient]) -> None:
    for _ in range(Brake.FREE_WRONG_TRIES):
        await client_with("").get("/join")
    assert not access.brake.is_on()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: "", id="empty"),
        pytest.param(lambda: "presenter", id="unsigned"),
        pytest.param(lambda: "presenter:1abc:xyz", id="wrongly signed"),
        pytest.param(lambda: Keys("other", "other").cookie("presenter"), id="signed with other keys"),
    ],
)
async def test_a_cookie_that_was_not_made_here_opens_nothing(
    make: Callable[[], str], client_with: Callable[[Role], AsyncClient]
) -> None:
    client = client_with("")
    client.cookies[COOKIE] = make()
    assert (await client.get("/fleet", headers=JSON)).status_code == 403


async def test_a_script_brings_the_token_in_a_header(client_with: Callable[[Role], AsyncClient]) -> None:
    headers = JSON | {"authorization": "Bearer the-presenters-token"}
    assert (await client_with("").get("/fleet", headers=headers)).status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer wrong", "Bearer K7M4QX", "Basic dTpw", "the-presenters-token"])
async def test_a_script_with_anything_else_is_refused(
    authorization: str, client_with: Callable[[Role], AsyncClient]
) -> None:
    headers = JSON | {"authorization": authorization}
    assert (await client_with("").get("/fleet", headers=headers)).status_code == 403


def test_only_the_presenter_passes_require_presenter(guarded: None) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = KEYS.cookie("viewer")
    request.META["HTTP_COOKIE"] = f"{COOKIE}={KEYS.cookie('viewer')}"
    with pytest.raises(PermissionDenied):
        require_presenter(request)


def test_keys_can_be_chosen_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_TOKEN", "mine")
    monkeypatch.setenv("GATESCOPE_JOIN_CODE", "class-7b")
    assert Keys.made() == Keys("mine", "CLASS7B")


def test_a_token_in_the_environment_guards_every_command(tmp_path: Path) -> None:
    environment = {**os.environ, "GATESCOPE_TOKEN": "mine", "GATESCOPE_DATA": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", PRINT_THE_TOKEN],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert told.stdout.strip() == "mine", told.stderr


def test_dashboards_with_one_token_agree_on_the_join_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATESCOPE_JOIN_CODE", raising=False)
    monkeypatch.setenv("GATESCOPE_TOKEN", "mine")
    assert Keys.made() == Keys.made()
    monkeypatch.setenv("GATESCOPE_TOKEN", "yours")
    assert Keys.made().join_code != _code_of("mine")


def test_made_keys_are_random(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATESCOPE_TOKEN", raising=False)
    monkeypatch.delenv("GATESCOPE_JOIN_CODE", raising=False)
    made = [Keys.made() for _ in range(50)]
    assert len({keys.token for keys in made}) == len({keys.join_code for keys in made}) == 50
    assert all(set(keys.join_code) <= set(module.JOIN_CODE_LETTERS) for keys in made)


async def _through_the_guard(scope: dict[str, Any]) -> list[Any]:
    """What the client is sent; the guarded application says only that it was reached."""
    sent: list[Any] = []

    async def application(_scope: Scope, _receive: Any, send: Any) -> None:
        await send("reached")

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await AccessGuard(application)(scope, receive, send)
    return sent


def _scope(kind: str, client: str, **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "client": [client, 5000], "server": ["192.0.2.7", 8000], "headers": pairs}


async def test_a_socket_without_a_cookie_is_closed_before_it_opens(guarded: None) -> None:
    assert await _through_the_guard(_scope("websocket", "127.0.0.1")) == [{"type": "websocket.close"}]


async def test_a_socket_with_a_viewers_cookie_opens(guarded: None) -> None:
    scope = _scope("websocket", "192.0.2.8", cookie=f"a=b; {COOKIE}={KEYS.cookie('viewer')}")
    assert await _through_the_guard(scope) == ["reached"]


@pytest.mark.parametrize("client", ["127.0.0.1", "192.0.2.7"])
async def test_spans_from_this_machine_need_no_token(client: str, guarded: None) -> None:
    assert await _through_the_guard(_scope("http", client)) == ["reached"]


async def test_spans_from_another_machine_need_the_token(guarded: None) -> None:
    start, body = await _through_the_guard(_scope("http", "192.0.2.8"))
    assert start["status"] == 403
    assert b"Authorization: Bearer" in body["body"]
    scope = _scope("http", "192.0.2.8", authorization="Bearer the-presenters-token")
    assert await _through_the_guard(scope) == ["reached"]


async def test_spans_that_came_through_a_proxy_are_not_from_this_machine(guarded: None) -> None:
    start, _ = await _through_the_guard(_scope("http", "127.0.0.1", x_forwarded_for="198.51.100.1"))
    assert start["status"] == 403


async def test_on_loopback_sockets_and_spans_need_nothing() -> None:
    assert await _through_the_guard(_scope("websocket", "127.0.0.1")) == ["reached"]
    assert await _through_the_guard(_scope("http", "127.0.0.1")) == ["reached"]
