"""What a framework's own router found, where it says so in public: in the scope, or in the environ.

Starlette and FastAPI put `route` and `endpoint` into the scope; Flask's request, which Werkzeug puts into the
environ until the response is sent, has a `url_rule`. Both probes ask when the response begins. Django tells
`probes.django` more, and earlier.
"""

from collections.abc import Mapping
from typing import Any

from . import attributes
from .recording import Attributes
from .source import source_of


def found_in_scope(scope: Mapping[str, Any]) -> Attributes:
    """Return route and endpoint of an ASGI request, as far as its framework says them."""
    endpoint = scope.get("endpoint")
    module, name = getattr(endpoint, "__module__", None), getattr(endpoint, "__qualname__", None)
    if not (module and name):
        return _told(getattr(scope.get("route"), "path", None), None)
    return {**_told(getattr(scope.get("route"), "path", None), f"{module}.{name}"), **source_of(endpoint)}


def found_in_environ(environ: Mapping[str, Any]) -> Attributes:
    """Return the route of a WSGI request, as far as its framework says it."""
    return _told(getattr(getattr(environ.get("werkzeug.request"), "url_rule", None), "rule", None), None)


def _told(route: object, function: str | None) -> Attributes:
    said = {attributes.ROUTE: route, attributes.FUNCTION: function}
    return {name: value for name, value in said.items() if isinstance(value, str)}
