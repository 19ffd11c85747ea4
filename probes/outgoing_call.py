"""The stage `call`: a request that the observed application makes to another service.

Works with every HTTP client, since it only provides headers: with them the other service continues the trace.
"""

from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from . import attributes
from .failsafe import harmless
from .recording import Stage
from .stage_kinds import StageKind
from .stages import current_request, open_stage
from .types import Attributes

CALL = StageKind("call", SpanKind.CLIENT)
"""A request that the application makes to another service."""

FIRST_CLIENT_ERROR = 400

_PROPAGATOR = TraceContextTextMapPropagator()


class outgoing_call:  # noqa: N801 - read as a statement: with outgoing_call("GET", url) as call
    """Open a stage around a request: send `headers` with it and pass the status of the response to `set_status`.

    The request's exceptions pass through.
    """

    def __init__(self, method: str, url: str) -> None:
        self.headers: dict[str, str] = {}
        self._method = method
        self._url = url
        self._opened: Stage | None = None

    def __enter__(self) -> Self:
        # Not made current: what the client does inside is its own business, and concurrent calls have one parent.
        self._opened = open_stage(CALL, self._method, _describe(self._method, self._url))
        self._inject(self._opened)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            self._opened.close(error)

    def set_status(self, status: int) -> None:
        """Record the status of the response; by convention an error of the other service is one of the call."""
        if self._opened is None:
            return
        self._opened.set(attributes.STATUS, status)
        if status >= FIRST_CLIENT_ERROR:
            self._opened.fail(str(status))

    @harmless(None)
    def _inject(self, opened: Stage) -> None:
        # Where no stage is kept the call continues the request itself.
        record = current_request()
        caller = record.server if record is not None and not opened.span_id else opened
        _PROPAGATOR.inject(self.headers, caller.context)


@harmless(None)
def _describe(method: str, url: str) -> Attributes | None:
    parts = urlsplit(url)
    # Without query and user: both may contain secrets.
    plain = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
    return {attributes.METHOD: method, attributes.URL: plain, attributes.SERVER_ADDRESS: str(parts.hostname)}
