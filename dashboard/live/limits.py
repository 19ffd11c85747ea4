"""The limits of the live stream: how often, how large, how long to wait. Seconds and bytes."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
MESSAGE_BYTES = 1 * MIB
"""Daphne and Autobahn refuse a WebSocket frame above this."""


@dataclass(frozen=True, slots=True)
class HubLimits:
    """The limits of the hub."""

    frame_gap_s: float = 0.033
    """Least time between two frames."""
    heartbeat_s: float = 0.8
    """Longest time without a frame."""
    frame_bytes: int = 256 * KIB
    """Frames are split at this size. A single larger span (ingest bounds it below 1 MiB) has a frame of its own."""
    liveness_check_s: float = 0.2
    """How often to check that processes with open spans are alive; costs about 50 µs per process."""
    viewers: int = 200
    """Viewers at once; each may cost 2 MiB when it stops reading. Further ones are refused until one leaves."""
    viewers_each: int = 8
    """Of one browser of a class member."""
    presenter_viewers: int = 24
    """Further places that only the presenter gets."""
    retry_s: float = 0.5
    """Between two attempts to reach Redis."""
    answer_s: float = 2.0
    """How long Redis may take to answer, and how long a hub may go without hearing itself through it."""


@dataclass(frozen=True, slots=True)
class ViewerLimits:
    """The limits of a viewer. When its window is full, frames are dropped and later replaced by a snapshot."""

    unacked_bytes: int = 1 * MIB
    unacked_frames: int = 256
    silence_s: float = 30.0
    """Without an acknowledgement for this long, the socket is closed."""
    hub_silence_s: float = 1.5
    """Without a frame from the hub for this long, the viewer joins again."""
    watch_s: float = 0.25
    """How often to check for both kinds of silence."""
    client_message_bytes: int = 1 * KIB
    """An acknowledgement has 20 bytes; a client that sends more is not our page."""
    client_messages_per_s: float = 100.0
    """Three times as many as there are frames to acknowledge."""
    client_burst: int = 512
    """Messages at once: a page that was asleep acknowledges all that is unacknowledged."""
    client_dropped: int = 1_000
    """Messages beyond that are dropped unread; after so many the socket is closed."""
    client_bytes_per_s: float = 16.0 * KIB
    client_burst_bytes: int = 64 * KIB
