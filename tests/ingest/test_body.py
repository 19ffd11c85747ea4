"""Bodies are inflated within limits."""

import gzip
import tracemalloc
import zlib

import pytest

from dashboard.ingest.body import inflate
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import RequestRefusedError

LIMITS = IngestLimits()


def test_gzip_is_inflated() -> None:
    assert inflate(gzip.compress(b"spans"), "gzip", LIMITS) == b"spans"


def test_deflate_is_inflated() -> None:
    assert inflate(zlib.compress(b"spans"), "deflate", LIMITS) == b"spans"


def test_a_gzip_of_several_members_is_inflated() -> None:
    assert inflate(gzip.compress(b"sp") + gzip.compress(b"ans"), "gzip", LIMITS) == b"spans"


def test_a_bomb_is_refused_while_it_inflates() -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024))
    tracemalloc.start()
    with pytest.raises(RequestRefusedError) as refused:
        inflate(bomb, "gzip", LIMITS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.status == 413
    assert peak < 3 * LIMITS.inflated_bytes


@pytest.mark.parametrize(
    "body",
    [b"not gzip", gzip.compress(b"spans", mtime=0)[:-1], gzip.compress(b"x", mtime=0) + b"?", zlib.compress(b"x")],
    ids=["plain", "cut short", "followed by something", "zlib"],
)
def test_what_is_no_gzip_is_refused_with_400(body: bytes) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        inflate(body, "gzip", LIMITS)
    assert refused.value.status == 400
