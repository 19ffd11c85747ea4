"""The stage `call`: a request that the observed application makes to another service.

Works with every HTTP client, since it only provides headers: with them the other service continues the trace.
"""

from contextvars import ContextVar
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from . import attributes
from .failsafe import harmless
from .light_span import LightSpan
from .recording import NO_STAGE
from .stage_kinds import StageKind
from .stages import current_request, current_stage, open_stage
from .types import Attributes

CALL = StageKind("call", SpanKind.CLIENT)
"""A request that the application makes to another service."""

FIRST_CLIENT_ERROR = 400

_PROPAGATOR = TraceContextTextMapPropagator()
_inside_a_call: ContextVar[bool] = ContextVar("gatescope_inside_a_call", default=False)


class outgoing_call:  # noqa: N801 - read as a statement: with outgoing_call("GET", url) as call
    """Open a stage around a request: send `headers` with it and pass the status of the response to `set_status`.

    The request's exceptions pass through. Inside a call another one does nothing: a client that sits on another
    client makes one request. ``route`` is the template of the URL's path, where the application knows it.
    """

    def __init__(self, method: str, url: str, route: str | None = None) -> None:
        self.headers: dict[str, str] = {}
        self._method = method
        self._url = url
        self._route = route
        self._counts = False
        self._opened = NO_STAGE

    def __enter__(self) -> Self:
        # Not made current: what the client does inside is its own business, and concurrent calls have one parent.
        if _inside_a_call.get():
            return self
        self._counts = True
        _inside_a_call.set(True)
        if current_request() is not None:
            self._opened = open_stage(CALL, self._method, _describe(self._method, self._url, self._route))
            # A call of which no stage is kept continues the trace nevertheless.
            inject(self.headers, self._opened if self._opened.recording else current_stage())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._counts:
            _inside_a_call.set(False)
        self._opened.close(error)

    def set_status(self, status: int) -> None:
        """Record the status of the response; by convention an error of the other service is one of the call."""
        if not status:
            return
        self._opened.set(attributes.STATUS, status)
        if status >= FIRST_CLIENT_ERROR:
            self._opened.fail(str(status))


@harmless(None)
def inject(carrier: dict[str, str], inside: LightSpan) -> None:
    """Add the place of ``inside`` in its trace to ``carrier``; nothing when it has none."""
    _PROPAGATOR.inject(carrier, inside.context)


@harmless(None)
def _describe(method: str, url: str, route: str | None) -> Attributes | None:
    parts = urlsplit(url)
    # Without query and user: both may contain secrets.
    plain = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
    described = {attributes.METHOD: method, attributes.URL: plain, attributes.SERVER_ADDRESS: str(parts.hostname)}
    if route is not None:
        described[attributes.URL_TEMPLATE] = route
    return described
