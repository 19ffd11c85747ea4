"""The semantic conventions of yesterday by the names of today: the one table from which foreign spans are understood.

OpenTelemetry renamed the attributes of HTTP in 2023 and those of databases in 2025, and instruments write the old
names to this day. A span keeps what it was sent with; what the page reads is added, and marked as derived, so that
an export leaves it out again.
https://opentelemetry.io/docs/specs/semconv/non-normative/http-migration/ and …/db-migration/
"""

from collections.abc import Callable, Mapping

from dashboard.traces.attributes import (
    CODE_FILE,
    CODE_LINE,
    DB_QUERY,
    DB_SYSTEM,
    DB_SYSTEM_BEFORE,
    FUNCTION,
    METHOD,
    PROTOCOL_NAME,
    PROTOCOL_VERSION,
    SERVER_ADDRESS,
    STATUS,
    URL,
    URL_PATH,
    URL_QUERY,
)
from dashboard.traces.values import Attributes, AttributeValue

RENAMED = {
    "http.method": METHOD,
    "http.status_code": STATUS,
    "http.url": URL,
    "http.scheme": "url.scheme",
    "http.user_agent": "user_agent.original",
    "http.client_ip": "client.address",
    "http.host": SERVER_ADDRESS,
    "http.server_name": SERVER_ADDRESS,
    "net.host.name": SERVER_ADDRESS,
    "net.peer.name": SERVER_ADDRESS,
    "net.host.port": "server.port",
    "net.peer.port": "server.port",
    "net.protocol.name": PROTOCOL_NAME,
    "net.protocol.version": PROTOCOL_VERSION,
    "net.app.protocol.version": PROTOCOL_VERSION,
    DB_SYSTEM_BEFORE: DB_SYSTEM,
    "db.statement": DB_QUERY,
    "db.name": "db.namespace",
    "db.operation": "db.operation.name",
    "db.sql.table": "db.collection.name",
    "db.mongodb.collection": "db.collection.name",
    "db.cassandra.table": "db.collection.name",
    "code.filepath": CODE_FILE,
    "code.lineno": CODE_LINE,
}
"""The old name and the new one; where several have the same, the first counts."""
TARGET, FLAVOR, OLD_FUNCTION, OLD_NAMESPACE = "http.target", "http.flavor", "code.function", "code.namespace"
PEER_OF_SERVER = {"net.peer.name", "net.peer.port"}
"""On the span of a server these are the client's."""
MOST_DIGITS = 9
STATUS_TEXT = {STATUS, CODE_LINE}
"""Numbers that some instruments write as text."""


def _from_target(target: AttributeValue) -> Attributes:
    """Divide the request's target into path and query."""
    path, _, query = str(target).partition("?")
    return {URL_PATH: path, URL_QUERY: query} if query else {URL_PATH: path}


def _from_flavor(flavor: AttributeValue) -> Attributes:
    """Return the version without what the old convention put around it: "2.0" is "2", SPDY and QUIC are names."""
    text = str(flavor)
    if text in {"SPDY", "QUIC"}:
        return {PROTOCOL_NAME: text.lower()}
    return {PROTOCOL_VERSION: {"2.0": "2", "3.0": "3"}.get(text, text)}


DIVIDED: Mapping[str, Callable[[AttributeValue], Attributes]] = {TARGET: _from_target, FLAVOR: _from_flavor}
OLD = frozenset(RENAMED) | frozenset(DIVIDED) | {OLD_FUNCTION}


def of_today(attributes: Attributes, *, is_server: bool) -> dict[str, AttributeValue]:
    """Return what the span says by the names of today and does not say already; {} for most spans."""
    old = OLD.intersection(attributes)
    if not old:
        return {}
    found: dict[str, AttributeValue] = {}
    for name, new in RENAMED.items():
        if name in old and new not in attributes and not (is_server and name in PEER_OF_SERVER):
            found.setdefault(new, _number(attributes[name]) if new in STATUS_TEXT else attributes[name])
    for name in old & DIVIDED.keys():
        for new, value in DIVIDED[name](attributes[name]).items():
            if new not in attributes:
                found.setdefault(new, value)
    if OLD_FUNCTION in old and FUNCTION not in attributes:
        namespace = attributes.get(OLD_NAMESPACE)
        function = str(attributes[OLD_FUNCTION])
        found[FUNCTION] = f"{namespace}.{function}" if namespace else function
    return found


def _number(value: AttributeValue) -> AttributeValue:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS
    return int(value) if is_number and isinstance(value, str) else value
