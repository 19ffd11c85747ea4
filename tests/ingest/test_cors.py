"""Which pages may send, and what their browsers are told."""

import pytest

from dashboard.ingest.cors import CorsGuard
from dashboard.live.hub import Hub
from dashboard.types import Message, Scope
from tests.ingest.conftest import Receiver
from tests.ingest.requests import json_body, json_span

NAMED = "https://shop.example"


class Page:
    """What a browser gets for a page of an origin."""

    def __init__(self, receiver: Receiver) -> None:
        self._app = CorsGuard(receiver.app, [NAMED])

    async def ask(self, method: str, origin: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str]]:
        answer: dict[str, Message] = {}
        pairs = [(b"origin", origin.encode())] if origin else []
        pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope: Scope = {"type": "http", "method": method, "path": "/v1/traces", "headers": pairs}

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            answer[message["type"]] = message

        await self._app(scope, receive, send)
        start = answer["http.response.start"]
        return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}

    async def preflight(self, origin: str, names: str = "content-type", **more: str) -> tuple[int, dict[str, str]]:
        more |= {"access_control_request_method": "POST", "access_control_request_headers": names}
        return await self.ask("OPTIONS", origin, b"", **more)


@pytest.fixture
def page(receiver: Receiver) -> Page:
    return Page(receiver)


OURS = ["http://localhost:3000", "http://127.0.0.1:5173", "https://[::1]:8443", "http://shop.localhost:3000", NAMED]
OTHERS = ["https://evil.example", "http://localhost.evil.example", "https://shop.example:8443", "null", "bogus", ""]


@pytest.mark.parametrize("origin", OURS)
async def test_a_preflight_of_this_machine_or_a_named_origin_is_answered(page: Page, origin: str) -> None:
    status, headers = await page.preflight(origin)
    assert status == 204
    assert headers["access-control-allow-origin"] == origin
    assert headers["access-control-allow-methods"] == "POST"
    assert headers["access-control-allow-headers"] == "content-type"
    assert headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", OTHERS)
async def test_a_preflight_from_anywhere_else_is_refused_without_a_header(page: Page, origin: str) -> None:
    status, headers = await page.preflight(origin)
    assert status == 403
    assert not [name for name in headers if name.startswith("access-control-")]


async def test_a_span_of_an_allowed_page_is_taken_and_the_page_may_read_the_answer(page: Page, hub: Hub) -> None:
    status, headers = await page.ask("POST", OURS[0], json_body(json_span()), content_type="application/json")
    assert (status, headers["access-control-allow-origin"]) == (200, OURS[0])
    assert hub.store.counts().spans == 1


async def test_an_error_can_be_read_by_the_page_as_well(page: Page) -> None:
    status, headers = await page.ask("POST", OURS[0], b"{", content_type="application/json")
    assert (status, headers["access-control-allow-origin"]) == (400, OURS[0])
    assert headers["access-control-expose-headers"] == "retry-after"


async def test_a_program_without_an_origin_sees_no_difference(page: Page) -> None:
    status, headers = await page.ask("POST", "", json_body(json_span()), content_type="application/json")
    assert status == 200
    assert not [name for name in headers if name.startswith("access-control-")]


async def test_the_headers_that_a_page_was_configured_to_send_are_allowed(page: Page) -> None:
    _, headers = await page.preflight(OURS[0], "content-type,x-team")
    assert headers["access-control-allow-headers"] == "content-type,x-team"


@pytest.mark.parametrize("names", ["x\r\nset-cookie: a=b", "x" * 5_000, "*, (", ""])
async def test_odd_names_are_not_repeated(page: Page, names: str) -> None:
    _, headers = await page.preflight(OURS[0], names)
    assert headers["access-control-allow-headers"] == "authorization, content-encoding, content-type"


async def test_a_public_page_that_was_named_may_reach_a_private_address(page: Page) -> None:
    _, headers = await page.preflight(NAMED, access_control_request_private_network="true")
    assert headers["access-control-allow-private-network"] == "true"
    _, headers = await page.preflight(NAMED)
    assert "access-control-allow-private-network" not in headers


async def test_options_without_a_question_is_a_wrong_method(page: Page) -> None:
    status, _ = await page.ask("OPTIONS", OURS[0], content_type="application/json")
    assert status == 405
