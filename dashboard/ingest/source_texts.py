"""Puts source code back into spans: a process sends the text of a function once, later spans name it by its key.

The key is made of the text, so what is found under it is the right text, whichever process sent it. What is missing
is left out, and its sender is told: it sends the same spans again, with their texts.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from dashboard.traces.attributes import CODE, CODE_ID
from dashboard.traces.span import Span

MIB = 1024 * 1024
KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class JoinedSpans:
    """Spans with their texts, and how many lack theirs."""

    spans: list[Span]
    missing: int


class SourceTexts:
    """The texts that arrived, by key: bounded, and the one that was used longest ago goes first."""

    def __init__(self, limit: int = 8 * MIB) -> None:
        self._limit = limit
        self._texts: dict[str, str] = {}
        self._bytes = 0

    def join(self, spans: Iterable[Span]) -> JoinedSpans:
        """Keep the texts of these spans, and put texts into those that only name them."""
        joined = [self._join(span) if CODE_ID in span.attributes else span for span in spans]
        return JoinedSpans(joined, sum(CODE_ID in span.attributes for span in joined))

    def _join(self, span: Span) -> Span:
        key = span.attributes.get(CODE_ID)
        if not isinstance(key, str):
            return span
        text = span.attributes.get(CODE)
        if isinstance(text, str):
            self._keep(key, text)
        else:
            text = self._find(key)
        if text is None:
            return span
        attributes = {name: value for name, value in span.attributes.items() if name != CODE_ID}
        return replace(span, attributes={**attributes, CODE: text})

    def _find(self, key: str) -> str | None:
        text = self._texts.pop(key, None)
        if text is not None:
            self._texts[key] = text
        return text

    def _keep(self, key: str, text: str) -> None:
        if key in self._texts or text_key(text) != key:  # a text that was cut on its way is not what its key says
            return
        self._texts[key] = text
        self._bytes += _footprint(text)
        while self._bytes > self._limit:
            oldest = self._texts.pop(next(iter(self._texts)))
            self._bytes -= _footprint(oldest)


def text_key(text: str) -> str:
    """Return the key under which the probes send a text (`probes/delivery/source_texts.py`)."""
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]


def _footprint(text: str) -> int:
    return 4 * len(text) + 256
