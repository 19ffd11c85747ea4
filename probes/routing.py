"""What a framework's own router found, where it is public: in the scope or in the environ.

Starlette and FastAPI put `route` and `endpoint` into the scope; Flask's request, which Werkzeug puts into the environ
until the response is sent, has a `url_rule`. Both probes look when the response begins. Inside Django the stages know
more, and earlier. The `server` stage is named after its method and route, by the method alone until that is known
(https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name).
"""

from collections.abc import Mapping
from typing import Any

from . import attributes
from .recording import Stage
from .source import UNKNOWN_CODE, describe_code
from .values import FixedAttributes, clean_text


def note_route(server: Stage, route: str | None) -> None:
    """Give a `server` stage its route, if that is known, and the name that goes with it."""
    if route is None:
        return
    server.set(attributes.ROUTE, route)
    method = (server.attributes or {}).get(attributes.METHOD)
    if method and server.recording:
        server.name = clean_text(f"{method} {route}")


def route_in_scope(scope: Mapping[str, Any]) -> str | None:
    """Return the route of an ASGI request, if its framework names it."""
    route, mount = scope.get("route"), scope.get("root_path")
    # Of a mount that leads to a foreign application only its path is known, which the root path ends with already.
    # Starlette says that it is the route; FastAPI names none, but both keep where the mounts began.
    is_mount = hasattr(route, "routes") if route is not None else scope.get("app_root_path", mount) != mount
    return _below_mount(mount, "" if is_mount else getattr(route, "path", None))


def endpoint_in_scope(scope: Mapping[str, Any]) -> FixedAttributes:
    """Return the endpoint of an ASGI request and its source, if its framework names it."""
    endpoint = scope.get("endpoint")
    is_named = getattr(endpoint, "__module__", None) and getattr(endpoint, "__qualname__", None)
    return describe_code(endpoint) if is_named else UNKNOWN_CODE


def route_in_environ(environ: Mapping[str, Any]) -> str | None:
    """Return the route of a WSGI request, if its framework names it."""
    rule = getattr(getattr(environ.get("werkzeug.request"), "url_rule", None), "rule", None)
    return _below_mount(environ.get("SCRIPT_NAME"), rule)


def below_mount(mount: object, route: str) -> str:
    """Return ``route`` with the path at which its application is mounted, as the semantic conventions want it."""
    root = mount.rstrip("/") if isinstance(mount, str) else ""
    return f"{root}{'' if not root or not route or route.startswith('/') else '/'}{route}"


def _below_mount(mount: object, route: object) -> str | None:
    return below_mount(mount, route) if isinstance(route, str) else None
