"""The named numbers of the live stream: how often, how large, how long to wait. Seconds and bytes."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
MESSAGE_BYTES = 1 * MIB
"""Daphne and Autobahn refuse a WebSocket frame above this."""


@dataclass(frozen=True, slots=True)
class HubLimits:
    """What the hub keeps to."""

    frame_gap_s: float = 0.033
    """At least this long between two frames."""
    heartbeat_s: float = 0.8
    """At most this long without a frame."""
    frame_bytes: int = 256 * KIB
    """Frames are split at this size. A single larger span (ingest bounds it below 1 MiB) has a frame of its
    own.
    """
    lives_s: float = 0.2
    """How often it is looked whether the processes with open spans still live; a look costs about 50 µs a process."""
    viewers: int = 200
    """Viewers at once; each may cost 2 MiB when it stops reading. The next one is refused until somebody leaves."""
    retry_s: float = 0.5
    """Between two attempts to reach Redis."""
    answer_s: float = 2.0
    """How long Redis may take to answer, and how long a hub may not hear itself through it."""


@dataclass(frozen=True, slots=True)
class ViewerLimits:
    """What a viewer is granted before frames are dropped and replaced by a snapshot."""

    unacked_bytes: int = 1 * MIB
    unacked_frames: int = 256
    silence_s: float = 30.0
    """Without an acknowledgement for this long the socket is closed."""
    hub_silence_s: float = 1.5
    """Without a frame from the hub for this long the viewer joins again."""
    watch_s: float = 0.25
    """How often both silences are looked at."""
    client_message_bytes: int = 1 * KIB
    """An acknowledgement is 20 bytes; whoever sends more is not our page."""
