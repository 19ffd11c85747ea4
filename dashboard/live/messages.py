"""The messages that travel through channel layers: hub to viewers within a process, hub to hub through Redis.

Channels calls the method that a message's `type` names, with "_" for ".".
"""

from typing import Literal, NotRequired, TypedDict


class LayerMessage(TypedDict):
    """What every message has."""

    type: str


class SpansArrived(TypedDict):
    """A frame for the viewers: it covers the store's revisions after `since` up to `revision`."""

    type: Literal["spans.arrived"]
    hub: str
    since: int
    revision: int
    count: int
    """How many spans are in it."""
    body: str
    """As of `frames.encode_body`."""


class FragmentChanged(TypedDict):
    """A fragment of the page changed; the hub holds its newest text."""

    type: Literal["fragment.changed"]
    hub: str
    name: str


class PeerBatch(TypedDict):
    """Spans, counters and heartbeats for other hubs, each list as JSON text.

    JSON within the message: the text exists already, so no serializer walks through the spans again.
    """

    type: Literal["spans.arrived", "spans.replayed"]
    hub: str
    reply: str
    """The channel of the hub that sent it."""
    number: NotRequired[int]
    """Of consecutive batches to all; a replay to one hub has none."""
    spans: str
    owners: NotRequired[str]
    """Who opened those of them that belong to fired requests; a dashboard of an older version says nothing of it."""
    sources: NotRequired[str]
    """Where the spans come from, by the keys that they name."""
    losses: str
    heartbeats: str


class SnapshotWanted(TypedDict):
    """A hub asks others for all that they hold."""

    type: Literal["snapshot.wanted"]
    hub: str
    reply: str
