"""The one line in INSTALLED_APPS is enough: Django's handlers are observed from their call to the last byte."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from probes.asgi import ASGIProbe
from probes.wsgi import WSGIProbe
from tests.probes.django.in_process import SITE, collect


def serve_wsgi(application: Any, path: str) -> tuple[str, bytes]:
    """Do what a WSGI server does with one GET request; return status and body."""
    started = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    body = application(environ | {"wsgi.input": io.BytesIO()}, lambda status, headers: started.append(status))
    try:
        return started[0], b"".join(body)
    finally:
        body.close()


async def serve_asgi(application: Any, path: str) -> tuple[int, bytes]:
    """Do what an ASGI server does with one GET request; return status and body."""
    asked = [{"type": "http.request", "body": b"", "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return asked.pop() if asked else await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b""}
    await application(scope | {"headers": [(b"host", b"localhost")]}, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    ("path", "answer"), [("/hello/", b"hello"), ("/stream/", b"one two"), ("/templated/", b"1 page")]
)
@override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"])
def test_wsgi_handler_is_observed_and_answers_as_ever(instrument: None, path: str, answer: bytes) -> None:
    trace = collect()
    assert serve_wsgi(WSGIHandler(), path) == ("200 OK", answer)
    assert trace.one("server")["gatescope.interface"] == "wsgi"
    assert trace.parent(trace.one("response")) is trace.one("server")


@pytest.mark.parametrize(
    ("path", "answer"), [("/hello/", b"hello"), ("/stream-async/", b"one two"), ("/template-response/", b"later")]
)
async def test_asgi_handler_is_observed_and_answers_as_ever(instrument: None, path: str, answer: bytes) -> None:
    with override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"]):
        trace = collect()
        assert await serve_asgi(ASGIHandler(), path) == (200, answer)
    assert trace.one("server")["gatescope.interface"] == "asgi"
    assert trace.parent(trace.one("response")) is trace.one("server")


@override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"])
def test_wrapping_the_application_too_observes_it_once(instrument: None) -> None:
    trace = collect()
    serve_wsgi(WSGIProbe(WSGIHandler()), "/hello/")
    assert len(trace.all("server")) == len(trace.all("view")) == 1


async def test_wrapping_the_asgi_application_too_observes_it_once(instrument: None) -> None:
    with override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"]):
        trace = collect()
        handler: Any = ASGIHandler()
        await serve_asgi(ASGIProbe(handler), "/hello/")
    assert len(trace.all("server")) == len(trace.all("view")) == 1


async def test_sync_body_under_asgi_is_fetched_in_a_thread(instrument: None) -> None:
    with override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"]):
        trace = collect()
        with pytest.warns(Warning, match="synchronous iterators"):
            assert (await serve_asgi(ASGIHandler(), "/stream/"))[1] == b"one two"
    assert "streaming body" in {span["gatescope.crossing.reason"] for span in trace.all("crossing")}


@override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"])
def test_async_body_under_wsgi_is_fetched_on_a_loop(instrument: None) -> None:
    trace = collect()
    with pytest.warns(Warning, match="asynchronous iterators"):
        assert serve_wsgi(WSGIHandler(), "/stream-async/")[1] == b"one two"
    assert "streaming body" in {span["gatescope.crossing.reason"] for span in trace.all("crossing")}


def test_servers_still_recognise_an_asgi_3_application(instrument: None) -> None:
    assert iscoroutinefunction(ASGIHandler().__call__)
