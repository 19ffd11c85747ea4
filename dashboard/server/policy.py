"""What the dashboard takes of a request before its application sees it: how long a body may be, and what it is told.

The limits themselves are those of the rooms that read the bodies.
"""

from collections.abc import Sequence

from dashboard.access.headers import header
from dashboard.access.origin import Origin
from dashboard.access.permissions import PAGES
from dashboard.access.roles import NOT_PRESENTER, Access
from dashboard.access.sending import why_refused
from dashboard.ingest import response
from dashboard.ingest.app import Ingest
from dashboard.ingest.refusal import RequestRefusedError, overloaded, too_large
from dashboard.ingest.response import Encoding, Response
from dashboard.ingest.signals import SIGNALS
from dashboard.interchange.limits import FORM_BYTES, ImportLimits
from dashboard.interchange.refusal import file_too_large
from dashboard.live.limits import MESSAGE_BYTES, ViewerLimits
from dashboard.server.daphne import BodyRule, Refusal
from dashboard.server.viewer_socket import MessageRule
from dashboard.types import Scope

KIB = 1024
IMPORT_PATH = "/recordings/import"
PAGE_BODY_BYTES = 256 * KIB
"""The longest body of anything but spans and imports; our forms are a few hundred bytes."""
NO_ROLE = "Nobody may send this without a key."


class DashboardPolicy:
    """The dashboard's `RequestPolicy`."""

    message_bytes = MESSAGE_BYTES

    def __init__(self, access: Access, ingest: Ingest, viewers: ViewerLimits | None = None) -> None:
        self._access = access
        self._ingest = ingest
        limits = viewers or ViewerLimits()
        self.message_rule = MessageRule(
            per_s=limits.client_messages_per_s,
            burst=limits.client_burst,
            dropped=limits.client_dropped,
            bytes_per_s=limits.client_bytes_per_s,
            burst_bytes=limits.client_burst_bytes,
        )

    def body_rule(self, scope: Scope) -> BodyRule:
        """Return what the body of a request may be; of one that is refused whatever it is, nothing is taken."""
        if scope["path"] in SIGNALS:
            return self._signal_rule(scope)
        if scope["path"] == IMPORT_PATH:
            return self._import_rule(scope)
        if not self._access.role(scope):
            return BodyRule(0, lambda: _refuse(403, NO_ROLE))
        return BodyRule(PAGE_BODY_BYTES, lambda: _refuse_otlp(scope, _too_long(PAGE_BODY_BYTES)))

    def is_readable(self, origins: Sequence[bytes]) -> bool:
        """Return whether these Origin headers are none or a single well-formed one."""
        # Several headers would become one before the application sees them.
        return len(origins) <= 1 and all(Origin.parse(origin.decode("latin-1")) for origin in origins)

    def _signal_rule(self, scope: Scope) -> BodyRule:
        """Return a rule whose refusals are in the encoding of the request, as senders expect it."""
        limits = self._ingest.limits
        if sentence := why_refused(self._access, scope):
            return BodyRule(0, lambda: _refuse(403, sentence))
        if self._ingest.decoder.is_full:
            return BodyRule(0, lambda: _refuse_otlp(scope, overloaded(limits.retry_after_s)))
        return BodyRule(limits.wire_bytes, lambda: _refuse_otlp(scope, _too_long(limits.wire_bytes)))

    def _import_rule(self, scope: Scope) -> BodyRule:
        if not PAGES["recording-import"].allows(self._access.role(scope), "POST"):
            return BodyRule(0, lambda: _refuse(403, NOT_PRESENTER))
        longest = ImportLimits().file_bytes
        reason = file_too_large(longest)
        return BodyRule(longest + FORM_BYTES, lambda: _refuse(reason.status, reason.message), on_disk=True)


def _too_long(longest: int) -> RequestRefusedError:
    return too_large(f"more than {longest} bytes in one request")


def _refuse_otlp(scope: Scope, reason: RequestRefusedError) -> Refusal:
    return _as_refusal(response.refusal(Encoding.from_content_type(header(scope, "content-type")), reason))


def _refuse(status: int, sentence: str) -> Refusal:
    return _as_refusal(response.error(status, sentence))


def _as_refusal(told: Response) -> Refusal:
    return Refusal(told.status, told.headers, told.body)
