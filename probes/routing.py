"""What a framework's own router found, where it is public: in the scope or in the environ.

Starlette and FastAPI put `route` and `endpoint` into the scope; Flask's request, which Werkzeug puts into the environ
until the response is sent, has a `url_rule`. Both probes look when the response begins. Inside Django the stages know
more, and earlier.
"""

from collections.abc import Mapping
from typing import Any

from . import attributes
from .source import UNKNOWN_CODE, describe_code
from .types import Attributes
from .values import FixedAttributes


def route_in_scope(scope: Mapping[str, Any]) -> Attributes:
    """Return the route of an ASGI request, if its framework names it."""
    route, mount = scope.get("route"), scope.get("root_path")
    # Of a mount that leads to a foreign application only its path is known, which the root path ends with already.
    return _describe("" if hasattr(route, "routes") else getattr(route, "path", None), mount)


def endpoint_in_scope(scope: Mapping[str, Any]) -> FixedAttributes:
    """Return the endpoint of an ASGI request and its source, if its framework names it."""
    endpoint = scope.get("endpoint")
    is_named = getattr(endpoint, "__module__", None) and getattr(endpoint, "__qualname__", None)
    return describe_code(endpoint) if is_named else UNKNOWN_CODE


def route_in_environ(environ: Mapping[str, Any]) -> Attributes:
    """Return the route of a WSGI request, if its framework names it."""
    rule = getattr(getattr(environ.get("werkzeug.request"), "url_rule", None), "rule", None)
    return _describe(rule, environ.get("SCRIPT_NAME"))


def below_mount(mount: object, route: str) -> str:
    """Return ``route`` with the path at which its application is mounted, as the semantic conventions want it."""
    root = mount.rstrip("/") if isinstance(mount, str) else ""
    return f"{root}{'' if not root or not route or route.startswith('/') else '/'}{route}"


def _describe(route: object, mount: object) -> Attributes:
    return {attributes.ROUTE: below_mount(mount, route)} if isinstance(route, str) else {}
