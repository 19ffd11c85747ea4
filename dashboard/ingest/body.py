"""Reads and inflates the body of a request within limits, before anything is decoded."""

import zlib

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import malformed, too_large
from dashboard.types import Receive

CODINGS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""zlib's `wbits` for each Content-Encoding. OTLP requires gzip; the stock Python exporter offers both."""


class SenderLeftError(Exception):
    """The sender disconnected before its body was complete; there is nobody left to answer."""


async def read_body(receive: Receive, limits: IngestLimits) -> bytes:
    """Return the body as sent. Raise RequestRefusedError (413) as soon as it is too long."""
    pieces: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderLeftError
        piece = message.get("body", b"")
        size += len(piece)
        if size > limits.wire_bytes:
            raise too_large(f"more than {limits.wire_bytes} bytes in one request")
        pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces)


def inflate(body: bytes, coding: str, limits: IngestLimits) -> bytes:
    """Return the body inflated. Raise RequestRefusedError: 413 once it is too long, 400 if it is not so coded."""
    pieces: list[bytes] = []
    left = limits.inflated_bytes
    while body:
        inflater = zlib.decompressobj(CODINGS[coding])
        try:
            piece = inflater.decompress(body, left + 1)
        except zlib.error as error:
            raise malformed(f"the body is not {coding} ({error})") from error
        left -= len(piece)
        if left < 0:
            raise too_large(f"more than {limits.inflated_bytes} bytes when inflated")
        if not inflater.eof:
            raise malformed(f"the {coding} body ends early")
        pieces.append(piece)
        body = inflater.unused_data  # a gzip file may have several members (RFC 1952 §2.2)
    return b"".join(pieces)
