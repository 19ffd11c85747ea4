"""What the receiver answers: OTLP/HTTP's status codes, and errors in the request's encoding."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from dashboard.ingest.app import NOT_KEPT, SPANS_AT_ONCE
from dashboard.lib import zstd
from dashboard.live.hub import Hub
from dashboard.types import Message
from tests.ingest.conftest import Receiver
from tests.ingest.requests import TRACE_ID, json_body, json_span, proto_body, proto_request, zipped

JSON = "application/json"


def kept(hub: Hub) -> int:
    return hub.store.counts().spans


async def test_protobuf_is_taken_and_answered_in_protobuf(receiver: Receiver, hub: Hub) -> None:
    reply = await receiver.post(proto_body(3))
    assert (reply.status, reply.headers["content-type"]) == (200, "application/x-protobuf")
    assert not ExportTraceServiceResponse.FromString(reply.body).HasField("partial_success")
    assert len(hub.store.trace(TRACE_ID.lower())) == 3


async def test_json_is_taken_and_answered_in_json(receiver: Receiver, hub: Hub) -> None:
    reply = await receiver.post(json_body(json_span()), kind="application/json; charset=utf-8")
    assert (reply.status, reply.headers["content-type"], json.loads(reply.body)) == (200, JSON, {})
    assert kept(hub) == 1


async def test_gzip_is_taken(receiver: Receiver, hub: Hub) -> None:
    assert (await receiver.post(zipped(proto_body(2)), encoding="gzip")).status == 200
    assert kept(hub) == 2


async def test_a_body_may_come_in_pieces(receiver: Receiver, hub: Hub) -> None:
    body = proto_body(2)
    assert (await receiver.post(body[:7], body[7:20], body[20:])).status == 200
    assert kept(hub) == 2


async def test_an_empty_request_is_a_success(receiver: Receiver) -> None:
    assert (await receiver.post(b"")).status == 200


async def test_rejected_spans_are_counted_in_a_partial_success(receiver: Receiver, hub: Hub) -> None:
    request = proto_request(3)
    request.resource_spans[0].scope_spans[0].spans[1].span_id = b"short"
    reply = await receiver.post(request.SerializeToString())
    partial = ExportTraceServiceResponse.FromString(reply.body).partial_success
    assert (reply.status, partial.rejected_spans) == (200, 1)
    assert partial.error_message == "a span id must be 8 bytes and not all zero"
    assert kept(hub) == 2


async def test_a_partial_success_in_json_counts_with_a_string(receiver: Receiver) -> None:
    reply = await receiver.post(json_body(json_span(), json_span(traceId="0" * 32)), kind=JSON)
    assert json.loads(reply.body)["partialSuccess"]["rejectedSpans"] == "1"


async def test_an_error_is_a_status_in_protobuf(receiver: Receiver) -> None:
    reply = await receiver.post(b"\xff\xff")
    status = Status.FromString(reply.body)
    assert (reply.status, status.code, reply.headers["content-type"]) == (400, 3, "application/x-protobuf")
    assert "malformed" in status.message


async def test_an_error_is_a_status_in_json(receiver: Receiver) -> None:
    reply = await receiver.post(b"{", kind=JSON)
    assert (reply.status, json.loads(reply.body)["code"], reply.headers["content-type"]) == (400, 3, JSON)


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
async def test_another_method_is_answered_405(receiver: Receiver, method: str) -> None:
    reply = await receiver.post(method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
async def test_another_content_type_is_answered_415(receiver: Receiver, kind: str) -> None:
    assert (await receiver.post(b"{}", kind=kind)).status == 415


async def test_another_content_encoding_is_answered_415(receiver: Receiver) -> None:
    assert (await receiver.post(b"{}", encoding="br")).status == 415


async def test_a_gzip_header_without_gzip_is_answered_400(receiver: Receiver) -> None:
    assert (await receiver.post(proto_body(), encoding="gzip")).status == 400


async def test_too_many_bytes_are_answered_413(strict: Receiver) -> None:
    assert (await strict.post(b"x" * 1_500, b"x" * 1_500)).status == 413


async def test_too_many_inflated_bytes_are_answered_413(strict: Receiver) -> None:
    assert (await strict.post(zipped(bytes(100_000)), encoding="gzip")).status == 413


async def test_too_many_spans_are_answered_413_and_none_is_kept(strict: Receiver, hub: Hub) -> None:
    assert (await strict.post(zipped(proto_body(11)), encoding="gzip")).status == 413
    assert kept(hub) == 0


async def test_an_overload_is_answered_503_with_the_time_to_wait(strict: Receiver) -> None:
    # Each counts for at least 1 KiB, and there is room for 2,000 bytes.
    replies = await asyncio.gather(*(strict.post(zipped(proto_body(5)), encoding="gzip") for _ in range(9)))
    refused = [reply for reply in replies if reply.status == 503]
    assert len(refused) == 7
    assert {reply.headers["retry-after"] for reply in refused} == {"1"}
    assert (await strict.post(proto_body())).status == 200


@pytest.mark.parametrize("path", ["/v1/logs", "/v1/metrics"])
@pytest.mark.parametrize(("kind", "answer"), [(JSON, b"{}"), ("application/x-protobuf", b"")])
async def test_logs_and_metrics_are_accepted_and_not_kept(
    receiver: Receiver, hub: Hub, path: str, kind: str, answer: bytes
) -> None:
    reply = await receiver.post(proto_body() if kind != JSON else b"{}", kind=kind, path=path)
    assert (reply.status, reply.headers["content-type"], reply.body) == (200, kind, answer)
    assert kept(hub) == 0


async def test_that_metrics_are_not_kept_is_said_once(receiver: Receiver, hub: Hub) -> None:
    await receiver.post(b"", path="/v1/metrics")
    assert hub.notice == NOT_KEPT
    hub.show_notice("signals", "")
    await receiver.post(b"", path="/v1/metrics")
    assert hub.notice == ""


async def test_another_path_is_answered_404(receiver: Receiver) -> None:
    assert (await receiver.post(proto_body(), path="/v1/profiles")).status == 404


async def test_zstd_is_taken(receiver: Receiver, hub: Hub) -> None:
    assert (await receiver.post(zstd.compress(proto_body(2)), encoding="zstd")).status == 200
    assert kept(hub) == 2


async def test_a_sender_that_goes_away_is_not_answered(receiver: Receiver) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"content-type", JSON.encode())]
    scope = {"type": "http", "method": "POST", "path": "/v1/traces", "headers": headers}
    await receiver.app(scope, receive, send)


async def test_losses_without_spans_are_taken(receiver: Receiver, hub: Hub) -> None:
    request = proto_request(0)
    attribute = request.resource_spans[0].resource.attributes.add(key="gatescope.dropped_spans")
    attribute.value.int_value = 12
    await receiver.post(request.SerializeToString())
    assert hub.ledger.by_server()["my.service"]["dropped_spans"] == 12


async def test_a_large_request_does_not_hold_the_loop(
    receiver: Receiver, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = proto_body(10_000, trace_state="x" * 300)
    turn = 0
    taken: list[tuple[int, int]] = []

    def receive(spans: Any, *reports: Any, **sender: Any) -> None:
        taken.append((len(spans), turn))
        taking(spans, *reports, **sender)

    async def tick() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    taking = hub.receive
    monkeypatch.setattr(hub, "receive", receive)
    decoders: list[threading.Thread] = []
    run = receiver.app.decoder.run

    async def running(work: Callable[[], Any]) -> Any:
        def noting() -> Any:
            decoders.append(threading.current_thread())
            return work()

        return await run(noting)

    monkeypatch.setattr(receiver.app.decoder, "run", running)
    ticking = asyncio.create_task(tick())
    assert (await receiver.post(body)).status == 200
    ticking.cancel()
    # Read beside the loop, then handed over in pieces between which the loop had its turn.
    assert decoders
    assert threading.main_thread() not in decoders
    assert max(count for count, _ in taken) <= SPANS_AT_ONCE
    assert len({turn for _, turn in taken}) == len(taken) == 10_000 / SPANS_AT_ONCE
    # One trace: its limit applies, and what is over it is counted.
    assert hub.store.counts().spans + hub.store.cut_spans == 10_000
