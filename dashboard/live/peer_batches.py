"""The bookkeeping of batches between hubs: what is still to be sent, and which of the others' were lost. Pure."""

from collections.abc import Iterable

from dashboard.live import frames
from dashboard.traces.span import SpanKey
from dashboard.traces.store import StoredSpan, TraceStore

MOST_PEERS = 100
"""Hubs whose numbers are remembered; beyond that the one heard longest ago is forgotten."""


class BatchQueue:
    """The keys of spans that other hubs have not been sent, in order and each once."""

    def __init__(self, store: TraceStore, batch_bytes: int) -> None:
        self._store = store
        self._batch_bytes = batch_bytes
        self._keys: dict[SpanKey, None] = {}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def add(self, keys: Iterable[SpanKey]) -> None:
        """Queue these spans; their newest versions are sent."""
        self._keys.update(dict.fromkeys(keys))

    def replace(self, keys: Iterable[SpanKey]) -> None:
        """Queue these spans and no others."""
        self._keys = dict.fromkeys(keys)

    def take(self) -> list[StoredSpan]:
        """Take the next bounded batch off the queue; [] when nothing of it is stored any more."""
        known = (self._store.get(key) for key in self._keys)
        batch = next(frames.split((stored for stored in known if stored), self._batch_bytes), [])
        if not batch:
            self._keys.clear()
            return batch
        last = batch[-1].span.key
        for key in list(self._keys):
            del self._keys[key]
            if key == last:
                break
        return batch


class GapDetector:
    """The number of the last batch of each hub."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def is_gap(self, hub: str, number: int) -> bool:
        """Record a batch. Return whether one before it is missing; the first of a hub follows on anything."""
        expected = self._numbers.pop(hub, number - 1) + 1
        self._numbers[hub] = number
        if len(self._numbers) > MOST_PEERS:
            del self._numbers[next(iter(self._numbers))]
        return number != expected
