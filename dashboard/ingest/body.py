"""Reads and inflates the body of a request within limits, before anything is decoded."""

import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import malformed, too_large
from dashboard.lib.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
from dashboard.types import Receive

WINDOW_LOG = 23
"""zstd's window of 8 MiB, which every decoder should support and need not exceed (RFC 8878, 3.1.1.1.2)."""


class Inflater(Protocol):
    """What zlib's and zstd's decompressors have in common: one member or frame, inflated up to a length."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""

    @property
    def unused_data(self) -> bytes:
        """What came after its end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return at most so many bytes."""


def _zlib(wbits: int) -> Callable[[], Inflater]:
    return lambda: zlib.decompressobj(wbits)


def _zstd() -> Inflater:
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: WINDOW_LOG})


CODINGS: Mapping[str, Callable[[], Inflater]] = {
    "gzip": _zlib(16 + zlib.MAX_WBITS),
    "deflate": _zlib(zlib.MAX_WBITS),
    "zstd": _zstd,
}
"""By Content-Encoding. OTLP requires gzip; the Collector's exporters offer all three."""


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
        inflater = CODINGS[coding]()
        try:
            piece = inflater.decompress(body, left + 1)
        except (zlib.error, ZstdError) as error:
            raise malformed(f"the body is not {coding} ({error})") from error
        left -= len(piece)
        if left < 0:
            raise too_large(f"more than {limits.inflated_bytes} bytes when inflated")
        if not inflater.eof:
            raise malformed(f"the {coding} body ends early")
        pieces.append(piece)
        body = inflater.unused_data  # a gzip file may have several members (RFC 1952 §2.2), zstd several frames
    return b"".join(pieces)
