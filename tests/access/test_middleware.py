"""Beyond loopback: nobody without a key, a viewer looks and fires a little, the presenter does everything."""

from collections.abc import Callable

import pytest
from django.test import AsyncClient

from dashboard.access.keys import PRESENTER, Keys
from dashboard.access.permissions import Role
from dashboard.access.roles import COOKIE
from dashboard.access.throttle import LoginThrottle
from dashboard.services import access
from tests.access.conftest import KEYS

JSON = {"accept": "application/json"}


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


async def test_a_member_may_look_but_not_stop_a_server(client_with: Callable[[Role], AsyncClient]) -> None:
    client = client_with("member")
    assert (await client.get("/fleet", headers=JSON)).status_code == 200
    response = await client.post("/fleet/uvicorn/stop", headers=JSON)
    assert response.status_code == 403
    assert response.json()["error"] == "Only the presenter may do this."


@pytest.mark.parametrize(("role", "offered"), [("member", False), ("presenter", True)])
async def test_only_who_may_keep_a_take_is_offered_to(
    role: Role, offered: bool, client_with: Callable[[Role], AsyncClient]
) -> None:
    page = await client_with(role).get("/", headers={"accept": "text/html"})
    assert (b"Keep this take" in page.content) is offered


async def test_the_presenter_may_stop_a_server(client_with: Callable[[Role], AsyncClient]) -> None:
    assert (await client_with("presenter").post("/fleet/uvicorn/stop", headers=JSON)).status_code == 200


@pytest.mark.parametrize(
    ("role", "count", "refusal"),
    [("member", 101, "from 1 to 100"), ("presenter", 1001, "from 1 to 1,000")],
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
    [("the-presenters-token", "presenter"), ("K7M4QX", "member"), (" k7m-4qx ", "member")],
)
async def test_a_key_becomes_a_cookie(
    code: str, granted: Role, guarded: Keys, client_with: Callable[[Role], AsyncClient]
) -> None:
    client = client_with("")
    response = await client.get("/join", {"code": code})
    assert (response.status_code, response["location"]) == (302, "/")
    assert guarded.visitor_of_cookie(client.cookies[COOKIE].value).role == granted
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
    assert "That is not the join code" in response.content.decode()


async def test_too_many_wrong_codes_slow_down_everybody(client_with: Callable[[Role], AsyncClient]) -> None:
    for _ in range(LoginThrottle.FREE_FAILURES):
        response = await client_with("").get("/join", {"code": "WRONG1"})
    assert access.throttle.is_active()
    assert (response.status_code, response["retry-after"]) == (429, "1")
    assert "Too many wrong codes" in response.content.decode()


async def test_the_presenters_link_never_waits_while_others_guess(
    client_with: Callable[[Role], AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access.throttle, "acquire", None)
    response = await client_with("").get("/join", {"code": "the-presenters-token"})
    assert response.status_code == 302


async def test_a_member_who_joins_again_stays_the_same(client_with: Callable[[Role], AsyncClient]) -> None:
    client, other = client_with(""), client_with("")
    ids = []
    for browser in (client, client, other):
        await browser.get("/join", {"code": "K7M4QX"})
        ids.append(KEYS.visitor_of_cookie(browser.cookies[COOKIE].value).id)
    assert ids[0] == ids[1] != ids[2]


async def test_the_join_page_itself_costs_no_try(client_with: Callable[[Role], AsyncClient]) -> None:
    for _ in range(LoginThrottle.FREE_FAILURES):
        await client_with("").get("/join")
    assert not access.throttle.is_active()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: "", id="empty"),
        pytest.param(lambda: "presenter", id="unsigned"),
        pytest.param(lambda: "presenter:1abc:xyz", id="wrongly signed"),
        pytest.param(lambda: Keys("other", "other", "other").cookie(PRESENTER), id="signed with other keys"),
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
