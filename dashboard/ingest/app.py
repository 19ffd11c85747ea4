"""The OTLP receiver, from a body to the hub, and its HTTP half as an ASGI callable; `grpc_receiver.py` is the other.

Not a Django view, which would cost a thread per request. Nothing here trusts the sender.
https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dashboard.access.sending import sender_of
from dashboard.ingest import response
from dashboard.ingest.body import CODINGS, SenderLeftError, inflate, read_body
from dashboard.ingest.decoder import Decoder
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.logs import read_logs
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.protobuf import read_protobuf
from dashboard.ingest.refusal import RequestRefusedError
from dashboard.ingest.response import Encoding, Receipt, Response
from dashboard.ingest.signals import SIGNALS, Signal
from dashboard.ingest.source_texts import SourceTexts
from dashboard.ingest.spans import SpanBatch
from dashboard.live.hub import Hub
from dashboard.traces.internal import is_internal
from dashboard.types import Receive, Scope, Send

SPANS_AT_ONCE = 500
"""Spans handed to the hub before the loop gets a turn: a few milliseconds of work."""
TRACE_READERS: Mapping[Encoding, Callable[[bytes, IngestLimits, int], SpanBatch]] = {
    Encoding.PROTOBUF: read_protobuf,
    Encoding.JSON: read_json,
}
NOT_KEPT = "A program sends logs or metrics as well: they are accepted and not kept, for Gatescope shows traces."
SAID_FOR_S = 60.0
Headers: TypeAlias = Mapping[bytes, str]


class Ingest:
    """The receiver. One instance serves all requests: it knows what is in progress, and the texts of spans."""

    def __init__(self, hub: Hub, limits: IngestLimits | None = None) -> None:
        self._hub = hub
        self.limits = limits or IngestLimits()
        self.decoder = Decoder(self.limits)
        self._texts = SourceTexts()
        self._handing_over = asyncio.Lock()
        self._has_said = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request over HTTP."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        encoding = Encoding.from_content_type(headers.get(b"content-type", ""))
        try:
            reply = await self._handle(scope, encoding, headers, receive)
        except RequestRefusedError as reason:
            reply = response.refusal(encoding, reason)
        except SenderLeftError:
            return
        await _send(send, reply)

    async def take(self, body: bytes, signal: Signal, encoding: Encoding, coding: str, sender: str) -> Receipt:
        """Decode a body and hand its spans to the hub, as those of `sender` (`access.sending.sender_of`).

        Raise RequestRefusedError for what cannot be taken.
        """
        if signal is Signal.METRICS:
            self._say_what_is_not_kept()
            return Receipt()  # Nothing of them is kept, so nothing is read.
        received_ns = time.time_ns()

        def decode() -> SpanBatch:
            plain = inflate(body, coding, self.limits) if coding else body
            if signal is Signal.LOGS:
                return read_logs(plain, encoding, self.limits, received_ns)
            return TRACE_READERS[encoding](plain, self.limits, received_ns)

        async with self.decoder.place(len(body)):
            is_small = len(body) <= self.limits.inline_bytes and not coding
            batch = decode() if is_small else await self.decoder.run(decode)
            if signal is Signal.LOGS and not batch.spans:
                self._say_what_is_not_kept()
            return Receipt(batch.rejected, batch.reason, await self._hand_over(batch, sender))

    async def _handle(self, scope: Scope, encoding: Encoding | None, headers: Headers, receive: Receive) -> Response:
        signal = SIGNALS.get(scope["path"])
        if signal is None:
            raise RequestRefusedError(404, f"expected one of {', '.join(SIGNALS)}")
        if scope["method"] != "POST":
            raise RequestRefusedError(405, f"expected POST, got {scope['method']}", ((b"allow", b"POST"),))
        if encoding is None:
            expected = " or ".join(known.value for known in Encoding)
            got = headers.get(b"content-type", "none")
            raise RequestRefusedError(415, f"expected Content-Type {expected}, got {got!r}")
        coding = _content_coding(headers.get(b"content-encoding", ""))
        body = await read_body(receive, self.limits)
        return response.success(encoding, await self.take(body, signal, encoding, coding, sender_of(scope)))

    def _say_what_is_not_kept(self) -> None:
        """Say it on the page once, for a while: it is no fault."""
        if not self._has_said:
            self._has_said = True
            self._hub.show_notice("signals", NOT_KEPT)
            loop = asyncio.get_running_loop()
            loop.call_later(SAID_FOR_S, self._hub.show_notice, "signals", "")

    async def _hand_over(self, batch: SpanBatch, sender: str) -> int:
        """Give the hub what arrived, one batch at a time; return how many spans lack their source text."""
        if batch.losses or batch.heartbeats:
            self._hub.receive([], batch.losses, batch.heartbeats, sender=sender)
        spans = [span for span in batch.spans if not is_internal(span.trace_id)]
        missing = 0
        async with self._handing_over:
            for first in range(0, len(spans), SPANS_AT_ONCE):
                joined = self._texts.join(spans[first : first + SPANS_AT_ONCE])
                missing += joined.missing
                self._hub.receive(joined.spans, sender=sender)
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
