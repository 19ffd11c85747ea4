"""An order to fire at somebody's own service: what the presenter typed, read once.

It names no host: requests go to a port of this machine that the service's processes are seen to listen on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number

METHOD = re.compile(r"[A-Za-z]{1,20}")
TARGET = re.compile(r"/[!-~]{0,2000}")
"""A path with its query in printable ASCII: whatever else is in it has to be percent-encoded (RFC 9112, 3.2.1)."""
CONTENT_TYPE = re.compile(r"[!-~ ]{0,200}")
LONGEST_BODY = 65_536
MOST_REQUESTS = 1_000
MOST_AT_ONCE = 100


class OwnOrderError(ValueError):
    """The order cannot be read; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """What to ask of a service, and how often."""

    method: str = "GET"
    target: str = "/"
    """Path and query."""
    body: str = ""
    content_type: str = ""
    count: int = 1
    concurrency: int = 1
    """How many requests are under way at once."""


def parse_own_order(form: Mapping[str, str]) -> OwnOrder:
    """Return the order in a form. Raises OwnOrderError."""
    method = form.get("method", "").strip() or "GET"
    target = form.get("target", "").strip() or "/"
    content_type = form.get("content_type", "").strip()
    body = form.get("body", "")
    if not METHOD.fullmatch(method):
        raise OwnOrderError(f"The method is {abridge(method)}: expected a word such as GET, HEAD or POST.")
    if not TARGET.fullmatch(target) or target.startswith("//"):
        raise OwnOrderError(
            f"The path is {abridge(target)}: expected one that begins with a slash, such as /books/?page=2."
        )
    if not CONTENT_TYPE.fullmatch(content_type):
        raise OwnOrderError(f"The content type is {abridge(content_type)}: expected one such as application/json.")
    if len(body.encode()) > LONGEST_BODY:
        raise OwnOrderError(f"The body has {len(body.encode()):,} bytes: expected {LONGEST_BODY:,} at most.")
    count = _number("count", form.get("count", ""), MOST_REQUESTS)
    concurrency = _number("number at once", form.get("concurrency", ""), MOST_AT_ONCE)
    return OwnOrder(method.upper(), target, body, content_type, count, concurrency)


def _number(name: str, text: str, most: int) -> int:
    try:
        return whole_number(text or "1", most=most)
    except WholeNumberError as error:
        raise OwnOrderError(f"The {name} is {error}") from error
