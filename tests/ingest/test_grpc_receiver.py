"""The receiver over gRPC: taken, refused and bounded as over HTTP, in gRPC's own words."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

from dashboard.access.keys import Keys
from dashboard.access.roles import Access
from dashboard.access.sending import why_refused
from dashboard.ingest.app import Ingest
from dashboard.ingest.grpc_receiver import GrpcReceiver
from dashboard.ingest.limits import MIB, IngestLimits
from dashboard.live.hub import Hub
from tests.ingest.requests import TRACE_ID, proto_body, proto_request
from tests.support.ports import free_port

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
TOKEN = "the-presenters-token"


class Served:
    """A receiver that listens, and its address."""

    def __init__(self, hub: Hub, limits: IngestLimits | None = None, access: Access | None = None) -> None:
        guard = access or Access()
        self.ingest = Ingest(hub, limits)
        self.receiver = GrpcReceiver(self.ingest, lambda scope: why_refused(guard, scope))
        self.address = f"127.0.0.1:{free_port()}"

    async def __aenter__(self) -> Self:
        host, _, port = self.address.partition(":")
        await self.receiver.start(host, int(port))
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.receiver.stop()


@pytest.fixture
async def served(hub: Hub) -> AsyncIterator[Served]:
    async with Served(hub) as one:
        yield one


def client(stub: Callable[[grpc.aio.Channel], Any], channel: grpc.aio.Channel) -> Any:
    """A generated client, which has no types."""
    return stub(channel)


async def export(served: Served, body: bytes, *metadata: tuple[str, str], zipped: bool = False) -> bytes:
    """Send a message as it is."""
    compression = grpc.Compression.Gzip if zipped else grpc.Compression.NoCompression
    async with grpc.aio.insecure_channel(served.address, compression=compression) as channel:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(EXPORT)
        return await call(body, timeout=20, metadata=metadata)


@pytest.mark.parametrize("zipped", [False, True])
async def test_spans_are_taken_plain_and_compressed(served: Served, hub: Hub, zipped: bool) -> None:
    assert await export(served, proto_body(300), zipped=zipped) == b""
    assert len(hub.store.trace(TRACE_ID.lower())) == 300


async def test_the_generated_client_is_understood(served: Served, hub: Hub) -> None:
    request = proto_request(2)
    request.resource_spans[0].scope_spans[0].spans[1].span_id = b"short"
    async with grpc.aio.insecure_channel(served.address) as channel:
        answer = await client(TraceServiceStub, channel).Export(request)
    assert isinstance(answer, ExportTraceServiceResponse)
    assert answer.partial_success.rejected_spans == 1
    assert hub.store.counts().spans == 1


async def test_logs_and_metrics_are_accepted_and_not_kept(served: Served, hub: Hub) -> None:
    logs, metrics = ExportLogsServiceRequest(), ExportMetricsServiceRequest()
    logs.resource_logs.add().scope_logs.add().log_records.add(severity_text="INFO")
    metrics.resource_metrics.add().scope_metrics.add().metrics.add(name="requests")
    async with grpc.aio.insecure_channel(served.address) as channel:
        assert not (await client(LogsServiceStub, channel).Export(logs)).HasField("partial_success")
        assert not (await client(MetricsServiceStub, channel).Export(metrics)).HasField("partial_success")
    assert hub.store.counts().spans == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"\xff\xff", grpc.StatusCode.INVALID_ARGUMENT),
        (b"\x1f\x8bnot gzip", grpc.StatusCode.INVALID_ARGUMENT),
        (bytes(5 * MIB), grpc.StatusCode.RESOURCE_EXHAUSTED),
    ],
)
async def test_what_cannot_be_taken_is_refused(served: Served, body: bytes, code: grpc.StatusCode) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await export(served, body)
    assert refused.value.code() is code
    assert await export(served, proto_body()) == b""


async def test_a_bomb_is_refused_by_its_inflated_length(hub: Hub) -> None:
    async with Served(hub, IngestLimits(inflated_bytes=10_000)) as served:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await export(served, bytes(1_000_000), zipped=True)
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "10000 bytes when inflated" in str(refused.value.details())


async def test_an_unknown_method_is_unimplemented(served: Served) -> None:
    async with grpc.aio.insecure_channel(served.address) as channel:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"{EXPORT}More")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(b"")
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_an_overload_is_unavailable_and_says_when_to_come_again(hub: Hub) -> None:
    async with Served(hub, IngestLimits(waiting_bytes=0, retry_after_s=3)) as served:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await export(served, proto_body())
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    trailers = dict(refused.value.trailing_metadata())
    retry = RetryInfo()
    Status.FromString(bytes(trailers["grpc-status-details-bin"])).details[0].Unpack(retry)
    assert retry.retry_delay.seconds == 3


async def test_a_message_that_never_comes_has_a_deadline_and_gives_its_place_back(hub: Hub) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        await asyncio.sleep(60)
        yield b""

    async with Served(hub, IngestLimits(grpc_body_s=0.5, grpc_bodies=1)) as served:
        async with grpc.aio.insecure_channel(served.address) as channel:
            call: grpc.aio.StreamUnaryMultiCallable[bytes, bytes] = channel.stream_unary(EXPORT)
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call(nothing(), timeout=30)
        assert refused.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert "was not here within 0.5 s" in str(refused.value.details())
        assert await export(served, proto_body()) == b""


async def test_a_sender_that_leaves_gives_its_place_back(hub: Hub) -> None:
    async with Served(hub, IngestLimits(grpc_bodies=1)) as served:
        channel = grpc.aio.insecure_channel(served.address)
        start: grpc.aio.StreamUnaryMultiCallable[bytes, bytes] = channel.stream_unary(EXPORT)
        call = start(timeout=30)
        await call.wait_for_connection()
        call.cancel()
        await channel.close()
        assert await export(served, proto_body()) == b""


async def test_from_elsewhere_a_key_is_needed_before_a_message_is_read(hub: Hub) -> None:
    elsewhere = ("x-forwarded-for", "192.0.2.7")
    async with Served(hub, access=Access(Keys(TOKEN, "K7M4QX", "the-key-for-sending"))) as served:
        for key in ((), (("authorization", "Bearer wrong"),)):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await export(served, proto_body(), elsewhere, *key)
            assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
        assert hub.store.counts().spans == 0
        await export(served, proto_body(), elsewhere, ("authorization", f"Bearer {TOKEN}"))
    assert hub.store.counts().spans == 1


async def test_a_taken_port_is_an_error(served: Served, hub: Hub) -> None:
    with pytest.raises(RuntimeError):
        await GrpcReceiver(Ingest(hub), lambda _scope: "").start("127.0.0.1", int(served.address.split(":")[1]))
