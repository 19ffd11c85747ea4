"""POST /v1/traces: the OTLP/HTTP receiver as an ASGI callable, from a request to the hub.

Not a Django view, which would cost a thread per request. Nothing here trusts the sender.
https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

import asyncio
import time

from dashboard.ingest import response
from dashboard.ingest.body import CODINGS, SenderLeftError, inflate, read_body
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.protobuf import read_protobuf
from dashboard.ingest.refusal import RequestRefusedError
from dashboard.ingest.response import Encoding, Response
from dashboard.ingest.source_texts import SourceTexts
from dashboard.ingest.spans import SpanBatch
from dashboard.live.hub import Hub
from dashboard.traces.internal import is_internal
from dashboard.types import Receive, Scope, Send

SPANS_AT_ONCE = 500
"""Spans handed to the hub before the loop gets a turn: about 10 ms of work."""
READERS = {Encoding.PROTOBUF: read_protobuf, Encoding.JSON: read_json}


class Ingest:
    """The receiver. One instance serves all requests: it knows how many are in progress, and the texts of spans."""

    def __init__(self, hub: Hub, limits: IngestLimits | None = None) -> None:
        self._hub = hub
        self._limits = limits or IngestLimits()
        self._waiting = 0
        self._texts = SourceTexts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        encoding = Encoding.from_content_type(headers.get(b"content-type", ""))
        self._waiting += 1
        try:
            reply = await self._handle(scope["method"], encoding, headers, receive)
        except RequestRefusedError as reason:
            reply = response.refusal(encoding, reason)
        except SenderLeftError:
            return
        finally:
            self._waiting -= 1
        await _send(send, reply)

    async def _handle(
        self, method: str, encoding: Encoding | None, headers: dict[bytes, str], receive: Receive
    ) -> Response:
        if method != "POST":
            raise RequestRefusedError(405, f"expected POST, got {method}", ((b"allow", b"POST"),))
        if encoding is None:
            expected = " or ".join(known.value for known in Encoding)
            got = headers.get(b"content-type", "none")
            raise RequestRefusedError(415, f"expected Content-Type {expected}, got {got!r}")
        coding = _content_coding(headers.get(b"content-encoding", ""))
        if self._waiting > self._limits.waiting:
            wait = b"%d" % self._limits.retry_after_s
            raise RequestRefusedError(503, "too many requests are waiting to be read", ((b"retry-after", wait),))
        body = await read_body(receive, self._limits)
        batch = await self._decode_off_loop(body, encoding, coding)
        missing = await self._hand_over(batch)
        return response.success(encoding, batch.rejected, batch.reason, missing)

    async def _decode_off_loop(self, body: bytes, encoding: Encoding, coding: str) -> SpanBatch:
        """Decode in a thread, unless the body is so small that the hop would cost more."""
        received_ns = time.time_ns()
        if coding or len(body) > self._limits.inline_bytes:
            return await asyncio.to_thread(self._decode, body, encoding, coding, received_ns)
        return self._decode(body, encoding, coding, received_ns)

    def _decode(self, body: bytes, encoding: Encoding, coding: str, received_ns: int) -> SpanBatch:
        plain = inflate(body, coding, self._limits) if coding else body
        return READERS[encoding](plain, self._limits, received_ns)

    async def _hand_over(self, batch: SpanBatch) -> int:
        """Give the hub what arrived; return how many spans lack their source text."""
        if batch.losses or batch.heartbeats:
            self._hub.receive([], batch.losses, batch.heartbeats)
        spans = [span for span in batch.spans if not is_internal(span.trace_id)]
        missing = 0
        for first in range(0, len(spans), SPANS_AT_ONCE):
            joined = self._texts.join(spans[first : first + SPANS_AT_ONCE])
            missing += joined.missing
            self._hub.receive(joined.spans)
            await asyncio.sleep(0)
        return missing


def _content_coding(header: str) -> str:
    """Return the name of the body's coding, "" for none. Raise RequestRefusedError for one we cannot decode."""
    name = header.strip().lower()
    if name in {"", "identity"}:
        return ""
    if name not in CODINGS:
        raise RequestRefusedError(415, f"expected Content-Encoding {' or '.join(CODINGS)} or none, got {header!r}")
    return name


async def _send(send: Send, reply: Response) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)})
    await send({"type": "http.response.body", "body": reply.body})
