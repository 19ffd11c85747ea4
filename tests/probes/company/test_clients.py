"""Each HTTP client's calls are one stage each and carry the trace; nothing else about them changes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

from tests.probes.observed_request import TRACEPARENT, observed_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from probes.tracing import Instrument
    from tests.probes.receiver import Receiver


def ask_requests(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    with requests.Session() as session:
        answer = session.get(url, headers=headers)
        return answer.status_code, answer.content


def ask_urllib3(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", url, headers=headers)
        return answer.status, answer.data


def ask_httpx(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    answer = httpx.get(url, headers=headers, follow_redirects=True, trust_env=False)
    return answer.status_code, answer.content


def ask_async_httpx(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    async def ask() -> tuple[int, bytes]:
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as client:
            answer = await client.get(url, headers=headers)
            return answer.status_code, answer.content

    return asyncio.run(ask())


def ask_aiohttp(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    async def ask() -> tuple[int, bytes]:
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            return answer.status, await answer.read()

    return asyncio.run(ask())


def ask_urllib(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


CLIENTS = [ask_requests, ask_urllib3, ask_httpx, ask_async_httpx, ask_aiohttp, ask_urllib]


@pytest.fixture(params=CLIENTS, ids=lambda ask: ask.__name__)
def ask(request: pytest.FixtureRequest) -> Callable[[str, dict[str, str]], tuple[int, bytes]]:
    chosen: Callable[[str, dict[str, str]], tuple[int, bytes]] = request.param
    return chosen


def sent(body: bytes, name: str) -> list[str]:
    return [value for key, value in json.loads(body) if key == name]


def test_a_call_is_one_stage_and_the_service_continues_it(
    ask: Any, service: str, instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request():
        status, body = ask(f"{service}/?token=secret", {})
    made = receiver.one("call")
    assert status == 200
    assert sent(body, "traceparent") == [f"00-{made.trace_id}-{made.span_id}-01"]
    assert made.parent_id == receiver.one("server").span_id
    assert made.attributes["http.request.method"] == "GET"
    assert made.attributes["url.full"] == f"{service}/"
    assert made.attributes["http.response.status_code"] == 200


def test_a_traceparent_of_the_application_is_left_alone(ask: Any, service: str, instrument: Instrument) -> None:
    with observed_request():
        _, body = ask(service, {"Traceparent": TRACEPARENT})
    assert sent(body, "traceparent") == [TRACEPARENT]


def test_outside_a_request_nothing_is_added(ask: Any, service: str, instrument: Instrument) -> None:
    _, body = ask(service, {})
    assert sent(body, "traceparent") == []


def test_an_error_of_the_service_is_the_calls(
    ask: Any, service: str, instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request():
        status, _ = ask(f"{service}/broken", {})
    assert status == 503
    assert receiver.one("call").attributes["error.type"] == "503"


def test_a_redirect_is_followed_as_before(ask: Any, service: str, instrument: Instrument) -> None:
    with observed_request():
        status, body = ask(f"{service}/away", {})
    assert status == 200
    assert len(sent(body, "traceparent")) == 1


def test_nobody_who_listens_is_the_applications_own_error(
    ask: Any, service: str, instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request(), pytest.raises(Exception) as refused:  # noqa: PT011 - each client has its own
        ask("http://127.0.0.1:9/", {})
    assert type(refused.value).__module__.partition(".")[0] in {"requests", "urllib3", "httpx", "aiohttp", "urllib"}
    receiver.until(lambda: receiver.ended("server"))
    assert all("error.type" in span.attributes for span in receiver.ended("call"))
    assert receiver.ended("call")


def test_a_client_that_a_view_imports_is_observed() -> None:
    program = """
import sys
from probes.wsgi import WSGIProbe
def app(environ, start_response):
    assert "httpx" not in sys.modules
    import httpx
    answer = httpx.Client(transport=httpx.MockTransport(
        lambda request: httpx.Response(200, text=request.headers.get("traceparent", "none")))).get("http://a/")
    start_response("200 OK", [])
    return [answer.text.encode()]
body = WSGIProbe(app)({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda *a, **k: None)
print(b"".join(body).decode()); body.close()
import httpx
assert type(httpx.__spec__.loader).__name__ == "SourceFileLoader"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert done.stdout.startswith("00-"), done.stderr
