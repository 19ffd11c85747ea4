"""Whether a request may send spans: the one rule of every receiver, whatever its port and protocol.

Three things let spans in: they come from this machine, they bring a key, or the dashboard is not guarded. Whoever
brings no key must also address us by a name that is ours: a page in somebody's browser could otherwise send spans to
a dashboard on loopback through a name that it had pointed there (DNS rebinding).
"""

import hashlib
import ipaddress

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from dashboard.access.addresses import same_machine
from dashboard.access.headers import bearer_token, header
from dashboard.access.roles import Access
from dashboard.types import Scope

SENDER_HEADER = "x-gatescope-sender"
"""A random number by which our probes say that two connections are of one process. It is shown to nobody."""
LONGEST_SENDER = 200

NO_KEY = (
    "Spans from another machine need the key for sending: Authorization: Bearer KEY. On the sender that is "
    "GATESCOPE_SEND_KEY; the dashboard keeps its own in its data folder, as send_key."
)
WRONG_HOST = (
    "Spans are not taken under that name (Host): use an IP address or localhost, add the name to the dashboard's "
    "ALLOWED_HOSTS, or send the key of a guarded one."
)


def why_refused(access: Access, scope: Scope) -> str:
    """Say in one sentence why spans of this request are not taken; return "" when they are.

    Of the scope it reads `headers`, `client` and `server`, so a receiver that is no ASGI application can make one.
    """
    if access.may_send(scope):
        return ""
    if access.keys is not None and not _is_local(scope):
        return NO_KEY
    return "" if _is_our_name(header(scope, "host")) else WRONG_HOST


def sender_of(scope: Scope) -> str:
    """Return a name for who sends, which tells nothing: by their own number, else by key and connection.

    Behind a proxy a connection is the proxy's, so there it is the address that the proxy names.
    """
    if own := header(scope, SENDER_HEADER)[:LONGEST_SENDER]:
        parts = ["own", own]
    elif forwarded := header(scope, "x-forwarded-for") or header(scope, "forwarded"):
        parts = ["forwarded", bearer_token(scope), forwarded]
    else:
        host, port = scope.get("client") or ("", 0)
        parts = ["connection", bearer_token(scope), str(host), str(port)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _is_local(scope: Scope) -> bool:
    """Return whether the sender runs on this machine; behind a proxy every sender would seem to."""
    if header(scope, "x-forwarded-for") or header(scope, "forwarded"):
        return False
    client, server = scope.get("client") or ("",), scope.get("server") or ("",)
    return same_machine(client[0], server[0])


def _is_our_name(host: str) -> bool:
    """Return whether a Host header is a loopback name, an IP address, or one of ALLOWED_HOSTS.

    One that is missing passes: no browser leaves it out.
    """
    if not host:
        return True
    name, _ = split_domain_port(host.lower())
    if not name:
        return False
    return name.endswith(".localhost") or _is_address(name) or validate_host(name, settings.ALLOWED_HOSTS)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
