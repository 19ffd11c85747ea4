"""What the dashboard takes of a request before its application sees it: how long a body may be, and what it is told.

The limits themselves are those of the rooms that read the bodies.
"""

from collections.abc import Sequence

from dashboard.access.origin import Origin
from dashboard.access.permissions import PAGES
from dashboard.access.roles import NOT_PRESENTER, Access
from dashboard.ingest import response
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import too_large
from dashboard.ingest.response import Encoding, Response
from dashboard.interchange.limits import FORM_BYTES, ImportLimits
from dashboard.interchange.refusal import file_too_large
from dashboard.live.limits import MESSAGE_BYTES, ViewerLimits
from dashboard.server.daphne import BodyRule, Headers, Refusal
from dashboard.server.viewer_socket import MessageRule

KIB = 1024
TRACES_PATH = b"/v1/traces"
IMPORT_PATH = b"/recordings/import"
PAGE_BODY_BYTES = 256 * KIB
"""The longest body of anything but spans and imports; our forms are a few hundred bytes."""


class DashboardPolicy:
    """The dashboard's `RequestPolicy`."""

    message_bytes = MESSAGE_BYTES

    def __init__(self, access: Access, viewers: ViewerLimits | None = None) -> None:
        self._access = access
        limits = viewers or ViewerLimits()
        self.message_rule = MessageRule(
            per_s=limits.client_messages_per_s,
            burst=limits.client_burst,
            dropped=limits.client_dropped,
            bytes_per_s=limits.client_bytes_per_s,
            burst_bytes=limits.client_burst_bytes,
        )

    def body_rule(self, path: bytes, headers: Headers) -> BodyRule:
        """Return what the body of a request to this path may be, and how a longer one is refused."""
        if path == TRACES_PATH:
            return _otlp_rule(IngestLimits().wire_bytes, headers)
        if path != IMPORT_PATH:
            return _otlp_rule(PAGE_BODY_BYTES, headers)
        if not PAGES["recording-import"].allows(self._access.role({"headers": headers}), "POST"):
            return BodyRule(PAGE_BODY_BYTES, lambda: _refuse_import(403, NOT_PRESENTER))
        longest = ImportLimits().file_bytes
        reason = file_too_large(longest)
        return BodyRule(longest + FORM_BYTES, lambda: _refuse_import(reason.status, reason.message), on_disk=True)

    def is_readable(self, origins: Sequence[bytes]) -> bool:
        """Return whether these Origin headers are none or a single well-formed one."""
        # Several headers would become one before the application sees them.
        return len(origins) <= 1 and all(Origin.parse(origin.decode("latin-1")) for origin in origins)


def _otlp_rule(longest: int, headers: Headers) -> BodyRule:
    """Return a rule whose refusal is in the encoding of the request, as senders of spans expect it."""

    def refuse() -> Refusal:
        content_type = next((value.decode("latin-1") for name, value in headers if name == b"content-type"), "")
        reason = too_large(f"more than {longest} bytes in one request")
        return _as_refusal(response.refusal(Encoding.from_content_type(content_type), reason))

    return BodyRule(longest, refuse)


def _refuse_import(status: int, sentence: str) -> Refusal:
    return _as_refusal(response.error(status, sentence))


def _as_refusal(told: Response) -> Refusal:
    return Refusal(told.status, told.headers, told.body)
