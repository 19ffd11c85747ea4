"""The OTLP receiver's gRPC half: the three Export methods on gRPC's asyncio server.

Every call is taken as a stream of which one message is read. That way our code runs as soon as the headers are here:
whoever may not send is refused before a body is read, and bodies have a deadline and a bound over all.
https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias
from urllib.parse import unquote

# What strangers send to the port is not for our terminal; gRPC reads this when it is imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from dashboard.access.sending import sender_of
from dashboard.ingest.app import Ingest
from dashboard.ingest.refusal import RequestRefusedError, malformed, overloaded
from dashboard.ingest.response import Encoding
from dashboard.ingest.signals import Signal
from dashboard.types import Scope

GZIP = b"\x1f\x8b"
"""How gzip begins (RFC 1952, 2.3.1). No protobuf message does: wire type 7 does not exist."""
IDENTITY_AND_GZIP = 1 << 0 | 1 << 2
"""A bit for each grpc_compression_algorithm: none, deflate, gzip."""
STATUS_DETAILS = "grpc-status-details-bin"
END_WITHIN_S = 1.0

Context: TypeAlias = "grpc.aio.ServicerContext[bytes, bytes]"
WhyRefused = Callable[[Scope], str]
"""Why the sender of these headers, as an ASGI scope has them, may not send; "" when it may."""


class GrpcReceiver:
    """A server on one address. Call everything on the loop that the receiver lives on."""

    def __init__(self, ingest: Ingest, why_refused: WhyRefused) -> None:
        self._ingest = ingest
        self._why_refused = why_refused
        self._calls = 0
        self._bodies = asyncio.Semaphore(ingest.limits.grpc_bodies)
        self._server: grpc.aio.Server | None = None
        self._host = ""

    async def start(self, host: str, port: int) -> None:
        """Listen. Raise RuntimeError when that is not possible."""
        limits = self._ingest.limits
        self._host = host
        server = grpc.aio.server(
            options=[
                ("grpc.so_reuseport", 0),
                ("grpc.max_receive_message_length", limits.wire_bytes),
                # gRPC would inflate without a bound; the decoder does it with one.
                ("grpc.per_message_decompression", 0),
                ("grpc.compression_enabled_algorithms_bitset", IDENTITY_AND_GZIP),
            ]
        )
        handlers = [self._handler_of(signal) for signal in Signal]
        server.add_generic_rpc_handlers(handlers)
        server.add_insecure_port(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        await server.start()
        self._server = server

    async def stop(self) -> None:
        """End the calls in progress and stop listening."""
        if self._server:
            await self._server.stop(END_WITHIN_S)

    def _handler_of(self, signal: Signal) -> grpc.GenericRpcHandler:
        async def export(_requests: Any, context: Context) -> bytes:
            try:
                return await self._export(signal, context)
            except RequestRefusedError as reason:
                await _abort(context, reason)

        # Without (de)serializers both are bytes.
        method: grpc.RpcMethodHandler[bytes, bytes] = grpc.stream_unary_rpc_method_handler(export)
        return grpc.method_handlers_generic_handler(signal.grpc_service, {"Export": method})

    async def _export(self, signal: Signal, context: Context) -> bytes:
        scope = self._scope_of(context)
        if sentence := self._why_refused(scope):
            raise RequestRefusedError(403, sentence)
        if self._calls >= self._ingest.limits.grpc_calls or self._ingest.decoder.is_full:
            raise overloaded(self._ingest.limits.retry_after_s)
        self._calls += 1
        try:
            body = await self._read(context)
            coding = "gzip" if body.startswith(GZIP) else ""
            receipt = await self._ingest.take(body, signal, Encoding.PROTOBUF, coding, sender_of(scope))
        finally:
            self._calls -= 1
        return receipt.encode()

    async def _read(self, context: Context) -> bytes:
        """Return the body, compressed if it was sent so."""
        limit_s = self._ingest.limits.grpc_body_s
        try:
            async with asyncio.timeout(limit_s), self._bodies:
                body = await context.read()
        except TimeoutError as error:
            raise RequestRefusedError(408, f"the message was not here within {limit_s:g} s") from error
        if isinstance(body, bytes):
            return body
        # Either there was none, or gRPC itself has refused it: then its own reason is what the sender gets.
        raise malformed("expected one message")

    def _scope_of(self, context: Context) -> Scope:
        """Return what an ASGI server would say of the sender."""
        metadata = context.invocation_metadata() or ()
        headers = [(name.encode(), value.encode() if isinstance(value, str) else value) for name, value in metadata]
        return {"type": "http", "headers": headers, "client": _address(context.peer()), "server": (self._host, None)}


def _address(peer: str) -> tuple[str, int]:
    """Return host and port of gRPC's name for a peer, such as ``ipv6:%5B::1%5D:4317``."""
    host, _, port = unquote(peer).partition(":")[2].rpartition(":")
    return host.strip("[]"), int(port) if port.isdecimal() else 0


async def _abort(context: Context, reason: RequestRefusedError) -> NoReturn:
    """Refuse as gRPC's code; what may be sent again says when (OTLP/gRPC, section "Failures")."""
    code = next(code for code in grpc.StatusCode if code.value[0] == reason.code)
    trailers: tuple[tuple[str, bytes], ...] = ()
    if reason.retry_after_s:
        details = AnyMessage()
        details.Pack(RetryInfo(retry_delay=Duration(seconds=reason.retry_after_s)))
        status = Status(code=reason.code, message=reason.message, details=[details])
        trailers = ((STATUS_DETAILS, status.SerializeToString()),)
    await context.abort(code, reason.message, trailers)
