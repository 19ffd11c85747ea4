"""The developer learns once whether the spans arrive, and nothing is sent to the observed application itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from probes.asgi import ASGIProbe
from probes.delivery.delivery_notice import DeliveryNotice
from probes.settings import read_settings
from probes.tracing import Instrument
from probes.wsgi import WSGIProbe
from tests.probes import asgi_client, wsgi_client
from tests.probes.receiver import Receiver

ADDRESS = "http://127.0.0.1:8484/v1/traces"
OWN = {"HTTP_HOST": "127.0.0.1:8701", "PATH_INFO": "/v1/traces", "REQUEST_METHOD": "POST"}
SENDER = "X-Gatescope-Sender"

Install = Callable[..., Instrument]


@pytest.fixture
def notice(caplog: pytest.LogCaptureFixture) -> DeliveryNotice:
    caplog.set_level(logging.INFO, "gatescope")
    return DeliveryNotice("my-shop", ADDRESS)


def test_the_first_message_that_arrives_is_told_and_no_other(
    notice: DeliveryNotice, caplog: pytest.LogCaptureFixture
) -> None:
    notice.delivered()
    notice.delivered()
    (line,) = caplog.messages
    assert "my-shop" in line
    assert line.endswith(ADDRESS.removesuffix("/v1/traces"))


def test_a_refusal_is_told_once_until_messages_are_taken_again(
    notice: DeliveryNotice, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        notice.refused(403, b"the key is wrong")
    notice.delivered()
    notice.refused(404, b"<h1>Not Found</h1>")
    first, _, second = caplog.messages
    assert "403" in first
    assert "the key is wrong" in first
    assert "GATESCOPE_ENDPOINT" in second
    assert "<h1>" not in second


def test_where_no_logging_is_set_up_the_line_is_on_standard_error(
    notice: DeliveryNotice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.Logger, "hasHandlers", lambda _self: False)
    notice.delivered()
    assert ADDRESS.removesuffix("/v1/traces") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("http://127.0.0.1:8484", "http://127.0.0.1:8484/v1/traces"),
        ("http://127.0.0.1:8484/", "http://127.0.0.1:8484/v1/traces"),
        ("http://host/v1/traces", "http://host/v1/traces"),
        ("http://host/collector/v1/traces?key=1", "http://host/collector/v1/traces?key=1"),
    ],
)
def test_an_endpoint_without_a_path_gets_that_of_traces(given: str, meant: str) -> None:
    assert read_settings({"GATESCOPE_ENDPOINT": given}).endpoint == meant


def test_a_message_to_the_application_itself_is_not_observed_and_the_last_one(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    live = install(endpoint="http://127.0.0.1:8701/v1/traces").live
    answer = wsgi_client.serve(WSGIProbe(wsgi_client.echo), HTTP_X_GATESCOPE_SENDER="a1", **OWN)
    assert answer
    assert live.exporter.outbox.backlog() == 0
    assert not live.exporter.sender.is_delivering()
    assert "is served by" in caplog.text
    wsgi_client.serve(WSGIProbe(wsgi_client.echo))
    assert live.exporter.outbox.losses.counted_requests == 1
    begun = time.monotonic()
    live.shutdown()
    assert time.monotonic() - begun < 1


async def test_a_message_of_another_probe_is_not_observed_either(install: Install, receiver: Receiver) -> None:
    instrument = install(endpoint=receiver.endpoint)
    headers = [(b"host", b"127.0.0.1:8701"), (SENDER.lower().encode(), b"a1")]
    scope: Any = {**asgi_client.http(path="/v1/traces"), "method": "POST", "headers": headers}
    await asgi_client.serve(ASGIProbe(asgi_client.hello), scope)
    assert instrument.live.exporter.sender.is_delivering()
    await asgi_client.serve(ASGIProbe(asgi_client.hello), asgi_client.http())
    assert receiver.one("server").attributes["url.path"] == asgi_client.http()["path"]
