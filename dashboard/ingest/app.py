"""POST /v1/traces: the OTLP/HTTP receiver as an ASGI callable, from a request to the hub.

No Django view: that would make a thread per request. Nothing here trusts the sender.
https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

import asyncio
import time

from dashboard.ingest import answer
from dashboard.ingest.answer import Answer, Encoding
from dashboard.ingest.body import CODINGS, SenderLeftError, inflate, read
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.protobuf import read_protobuf
from dashboard.ingest.refusal import RefusedError
from dashboard.ingest.spans import Batch
from dashboard.live.hub import Hub, hub
from dashboard.traces.internal import is_own
from dashboard.types import Receive, Scope, Send

SPANS_AT_ONCE = 500
"""Spans handed to the hub before the loop gets a turn: about 10 ms of work."""
READERS = {Encoding.PROTOBUF: read_protobuf, Encoding.JSON: read_json}


class Ingest:
    """The receiver. One for all requests: it holds only how many of them are being worked on."""

    def __init__(self, target: Hub | None = None, limits: IngestLimits | None = None) -> None:
        self._hub = target or hub
        self._limits = limits or IngestLimits()
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        encoding = Encoding.of(headers.get(b"content-type", ""))
        self._waiting += 1
        try:
            reply = await self._answer(scope["method"], encoding, headers, receive)
        except RefusedError as reason:
            reply = answer.refusal(encoding, reason)
        except SenderLeftError:
            return
        finally:
            self._waiting -= 1
        await _send(send, reply)

    async def _answer(
        self, method: str, encoding: Encoding | None, headers: dict[bytes, str], receive: Receive
    ) -> Answer:
        if method != "POST":
            raise RefusedError(405, f"expected POST, got {method}", ((b"allow", b"POST"),))
        if encoding is None:
            expected = " or ".join(known.value for known in Encoding)
            raise RefusedError(415, f"expected Content-Type {expected}, got {headers.get(b'content-type', 'none')!r}")
        coding = _coding(headers.get(b"content-encoding", ""))
        if self._waiting > self._limits.waiting:
            wait = b"%d" % self._limits.retry_after_s
            raise RefusedError(503, "too many requests are waiting to be read", ((b"retry-after", wait),))
        body = await read(receive, self._limits)
        batch = await self._decoded(body, encoding, coding)
        await self._hand_over(batch)
        return answer.success(encoding, batch.rejected, batch.reason)

    async def _decoded(self, body: bytes, encoding: Encoding, coding: str) -> Batch:
        received_ns = time.time_ns()
        if coding or len(body) > self._limits.inline_bytes:
            return await asyncio.to_thread(self._decode, body, encoding, coding, received_ns)
        return self._decode(body, encoding, coding, received_ns)

    def _decode(self, body: bytes, encoding: Encoding, coding: str, received_ns: int) -> Batch:
        plain = inflate(body, coding, self._limits) if coding else body
        return READERS[encoding](plain, self._limits, received_ns)

    async def _hand_over(self, batch: Batch) -> None:
        if batch.losses or batch.signs:
            self._hub.arrived([], batch.losses, batch.signs)
        spans = [span for span in batch.spans if not is_own(span.trace_id)]
        for first in range(0, len(spans), SPANS_AT_ONCE):
            self._hub.arrived(spans[first : first + SPANS_AT_ONCE])
            await asyncio.sleep(0)


def _coding(content_encoding: str) -> str:
    """The name of the body's coding, "" for none. Raises RefusedError for one that we cannot undo."""
    name = content_encoding.strip().lower()
    if name in {"", "identity"}:
        return ""
    if name not in CODINGS:
        raise RefusedError(415, f"expected Content-Encoding {' or '.join(CODINGS)} or none, got {content_encoding!r}")
    return name


async def _send(send: Send, reply: Answer) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)})
    await send({"type": "http.response.body", "body": reply.body})


ingest = Ingest()
"""The receiver of this process."""
