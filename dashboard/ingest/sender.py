"""Who sent the spans of a message: what its resource and its scopes say."""

from dataclasses import dataclass, field, replace

from dashboard.traces.attributes import (
    COUNTED_REQUESTS,
    DROPPED_SPANS,
    HOST,
    PID_NAMESPACE,
    PROCESS_ID,
    REDUCED_REQUESTS,
    SERVICE_INSTANCE,
    SERVICE_NAME,
    SIGN_OF_LIFE,
)
from dashboard.traces.liveness import Heartbeat, Host
from dashboard.traces.losses import Losses
from dashboard.traces.source import ResourceDescription, ScopeDescription, Source, source_of
from dashboard.traces.values import Attributes, AttributeValue, Values, to_plain

UNKNOWN_SERVER = "unknown_service"
INHERITED = (PROCESS_ID, SERVICE_INSTANCE)
"""Attributes of the resource that decide a span's lane; spans of other instruments do not carry them themselves."""
COUNTERS = (DROPPED_SPANS, REDUCED_REQUESTS, COUNTED_REQUESTS)
MESSAGES = {*COUNTERS, SIGN_OF_LIFE}
"""Attributes of the resource that our probes tell the dashboard: they change, and describe nothing."""
LONGEST_INTERVAL_S = 60
"""Heartbeat intervals longer than this are ignored."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The server's name, what its process dropped, that it is alive, and all that it says of itself."""

    server: str = UNKNOWN_SERVER
    inherited: Attributes = field(default_factory=dict)
    losses: Losses | None = None
    heartbeat: Heartbeat | None = None
    """None when the sender does not identify its process."""
    resource: ResourceDescription = field(default_factory=ResourceDescription)
    source: Source | None = None
    """That of the scope whose spans are being read; None until it is known."""

    def in_scope(self, scope: ScopeDescription) -> "Sender":
        """Return the sender of the spans of a scope."""
        return replace(self, source=source_of(self.resource, scope))


def read_sender(values: Values, dropped_attributes: int = 0, schema_url: str = "") -> Sender:
    """Return the sender that an OTLP resource describes."""
    attributes = {name: to_plain(value) for name, value in values.items()}
    server = str(attributes.get(SERVICE_NAME) or UNKNOWN_SERVER)
    described = {name: value for name, value in values.items() if name not in MESSAGES}
    return Sender(
        server=server,
        inherited={name: attributes[name] for name in INHERITED if name in attributes},
        losses=_losses(server, attributes),
        heartbeat=_heartbeat(attributes),
        resource=ResourceDescription(described, dropped_attributes, schema_url),
    )


def _losses(server: str, attributes: dict[str, AttributeValue]) -> Losses | None:
    counts = [attributes.get(name) for name in COUNTERS]
    if not any(isinstance(count, int) for count in counts):
        return None
    instance = str(attributes.get(SERVICE_INSTANCE) or attributes.get(PROCESS_ID) or "")
    return Losses(server, instance, *(count if isinstance(count, int) else 0 for count in counts))


def _heartbeat(attributes: dict[str, AttributeValue]) -> Heartbeat | None:
    instance, pid = attributes.get(SERVICE_INSTANCE), attributes.get(PROCESS_ID)
    if not isinstance(instance, str) or not isinstance(pid, int):
        return None
    host = Host(str(attributes.get(HOST, "")), str(attributes.get(PID_NAMESPACE, "")))
    interval_s = attributes.get(SIGN_OF_LIFE)
    if not isinstance(interval_s, int) or not 0 < interval_s <= LONGEST_INTERVAL_S:
        interval_s = 0
    return Heartbeat(instance, pid, host, interval_s)
