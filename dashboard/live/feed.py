"""What one viewer still has to be sent: a state machine over the hub's store, without any input or output of its own.

                 next_piece() is None
FILLING ──────────────────────────────────▶ LEVEL
   ▲ ▲                                       │ │
   │ └── start_over(): a frame was lost ─────┘ │ fall_behind(): the window is full
   │                                           ▼
   └──── start_over(): there is room again ─ BEHIND
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from dashboard.live import frames
from dashboard.live.frames import HubStatus
from dashboard.live.messages import SpansArrived
from dashboard.traces.span import SpanKey
from dashboard.traces.store import StoredSpan, TraceStore


class Phase(Enum):
    """How far a viewer has got."""

    FILLING = auto()
    """It is sent the parts of a snapshot, then what changed since that was begun."""
    LEVEL = auto()
    """It has all that the hub published, and is passed each frame."""
    BEHIND = auto()
    """It is sent nothing; what it misses is counted."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The body of a frame, and the revision that the viewer has reached with it."""

    body: str
    revision: int


class Feed:
    """The state of one viewer.

    Only keys of spans are remembered, so a viewer that stops reading holds no spans in memory.
    """

    def __init__(self, store: TraceStore, status: Callable[[], HubStatus], frame_bytes: int) -> None:
        self._store = store
        self._status = status
        self._frame_bytes = frame_bytes
        self._parts: deque[list[SpanKey]] = deque()
        self._part_count = 0
        self._position = 0
        self.phase = Phase.FILLING
        self.missed = 0

    @property
    def is_outdated(self) -> bool:
        """Whether the viewer counts as level although the store has more."""
        return self.phase is Phase.LEVEL and self._position < self._store.revision

    def start_over(self) -> None:
        """Begin with a snapshot of all there is; an empty one has one part, too."""
        pieces = frames.split(self._store.since(0), self._frame_bytes)
        self._parts = deque([stored.span.key for stored in piece] for piece in pieces)
        if not self._parts:
            self._parts.append([])
        self._part_count = len(self._parts)
        self._position = self._store.revision
        self.phase = Phase.FILLING

    def next_piece(self) -> Piece | None:
        """Return what to send while FILLING; None when that is all: the viewer is LEVEL then."""
        if self._parts:
            return Piece(self._encode_part(), self._position)
        news = self._store.since(self._position)
        if not news:
            self.phase = Phase.LEVEL
            return None
        piece = next(frames.split(news, self._frame_bytes))
        return Piece(frames.encode_body(piece, {}), piece[-1].revision)

    def advance(self, piece: Piece) -> None:
        """Note that the viewer was sent this piece."""
        self._position = max(self._position, piece.revision)
        if self._parts:
            self._parts.popleft()
            if not self._parts:
                self.missed = 0

    def lost_before(self, frame: SpansArrived) -> bool:
        """Return whether the layer lost a frame between the last one and this one."""
        return self.phase is Phase.LEVEL and frame["since"] > self._position

    def wants(self, frame: SpansArrived) -> bool:
        """Return whether to pass this frame on: it is news, or a heartbeat."""
        return self.phase is Phase.LEVEL and (frame["revision"] > self._position or not frame["count"])

    def fall_behind(self, count: int) -> None:
        """Stop sending, since there is no room for a frame of `count` spans."""
        self.phase = Phase.BEHIND
        self.missed += count

    def _encode_part(self) -> str:
        number = self._part_count - len(self._parts) + 1
        members = {
            "snapshot": "true",
            "part": str(number),
            "parts": str(self._part_count),
            "missed": str(self.missed),
            **self._status().members(),
        }
        return frames.encode_body(self._present(self._parts[0]), members)

    def _present(self, keys: list[SpanKey]) -> list[StoredSpan]:
        """Return the newest versions of what is still stored; what was evicted meanwhile is left out."""
        found = (self._store.get(key) for key in keys)
        return [stored for stored in found if stored]
