"""An order to fire at a service of one's own names no host, and is refused in one sentence."""

from __future__ import annotations

import pytest

from dashboard.runs.own_order import OwnOrder, OwnOrderError, parse_own_order


def test_an_order_is_read_from_a_form() -> None:
    form = {"method": "post", "target": "/books/?page=2", "body": "{}", "content_type": "application/json"}
    read = parse_own_order({**form, "count": "20", "concurrency": "5"})
    assert read == OwnOrder("POST", "/books/?page=2", "{}", "application/json", 20, 5)
    assert parse_own_order({}) == OwnOrder()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("target", "http://elsewhere/", "expected one that begins with a slash"),
        ("target", "//elsewhere/", "expected one that begins with a slash"),
        ("target", "/a b", "expected one that begins with a slash"),
        ("target", "/\r\nHost: elsewhere", "expected one that begins with a slash"),
        ("method", "GET /", "expected a word such as GET"),
        ("content_type", "text/plain\r\nx: y", "expected one such as application/json"),
        ("body", "x" * 70_000, "expected 65,536 at most"),
        ("count", "1001", "expected a whole number from 1 to 1,000"),
        ("concurrency", "0", "expected a whole number from 1 to 100"),
    ],
)
def test_what_cannot_be_sent_is_refused(name: str, value: str, sentence: str) -> None:
    with pytest.raises(OwnOrderError, match=sentence):
        parse_own_order({name: value})
