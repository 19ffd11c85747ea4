"""The body of a request, read and inflated within limits: before anything is decoded."""

import zlib

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import malformed, too_large
from dashboard.types import Receive

CODINGS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""How zlib calls the framing of each Content-Encoding. OTLP asks for gzip; the stock Python exporter knows both."""


class SenderLeftError(Exception):
    """The sender went away before its body was complete; nobody is left to answer."""


async def read(receive: Receive, limits: IngestLimits) -> bytes:
    """The body as sent. Raises RefusedError (413) as soon as it is too long, whatever the server let through."""
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
    """The body inflated, counted while inflating. Raises RefusedError: 413 when too long, 400 when it is not so
    coded.
    """
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
