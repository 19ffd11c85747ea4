"""What a framework's own router found, where it is public: in the scope or in the environ.

Starlette and FastAPI put `route` and `endpoint` into the scope; Flask's request, which Werkzeug puts into the environ
until the response is sent, has a `url_rule`. Both probes look when the response begins. Inside Django the stages know
more, and earlier.
"""

from collections.abc import Mapping
from typing import Any

from . import attributes
from .source import source_of
from .types import Attributes


def route_in_scope(scope: Mapping[str, Any]) -> Attributes:
    """Return route and endpoint of an ASGI request, as far as its framework names them."""
    endpoint = scope.get("endpoint")
    module, name = getattr(endpoint, "__module__", None), getattr(endpoint, "__qualname__", None)
    if not (module and name):
        return _describe(getattr(scope.get("route"), "path", None), None)
    return {**_describe(getattr(scope.get("route"), "path", None), f"{module}.{name}"), **source_of(endpoint)}


def route_in_environ(environ: Mapping[str, Any]) -> Attributes:
    """Return the route of a WSGI request, if its framework names it."""
    return _describe(getattr(getattr(environ.get("werkzeug.request"), "url_rule", None), "rule", None), None)


def _describe(route: object, function: str | None) -> Attributes:
    found = {attributes.ROUTE: route, attributes.FUNCTION: function}
    return {name: value for name, value in found.items() if isinstance(value, str)}
