"""Nobody does what is not theirs: the table of roles, walked for every URL, socket, receiver and role.

What the table allows is tried without its consequences: behind the real middleware stands an application that only
says that it was reached.
"""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from channels.testing import WebsocketCommunicator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory
from django.urls import URLPattern, reverse

from dashboard import asgi, urls
from dashboard.access.keys import PRESENTER, Keys, new_member
from dashboard.access.middleware import make_access_middleware
from dashboard.access.permissions import PAGES, RECEIVERS, SAFE_METHODS, SOCKETS, Role
from dashboard.access.roles import COOKIE, Access
from dashboard.access.throttle import LoginThrottle
from dashboard.services import access

KEYS = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")
ROLES: tuple[Role, ...] = get_args(Role)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "BREW")
ELSEWHERE = ["198.51.100.7", 5000]


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "keys", KEYS)
    monkeypatch.setattr(access, "throttle", LoginThrottle())


def credentials(role: Role) -> dict[str, str]:
    """Return the headers of somebody in this role."""
    match role:
        case "presenter":
            return {"cookie": f"{COOKIE}={KEYS.cookie(PRESENTER)}"}
        case "member":
            return {"cookie": f"{COOKIE}={KEYS.cookie(new_member())}"}
        case "sender":
            return {"authorization": f"Bearer {KEYS.send_key}"}
        case _:
            return {}


def patterns() -> Iterator[URLPattern]:
    """Every URL of the dashboard. One that includes others would need a walk into it."""
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern), pattern
        yield pattern


def path_of(pattern: URLPattern) -> str:
    """Return an address of this URL."""
    return reverse(str(pattern.name), kwargs=dict.fromkeys(pattern.pattern.converters, "1"))


async def is_reached(path: str, method: str, headers: dict[str, str]) -> bool:
    """Whether a request gets past the middleware."""

    async def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = AsyncRequestFactory().generic(method, path)
    request.META |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    try:
        await make_access_middleware(Access(KEYS))(page)(request)
    except PermissionDenied:
        return False
    return True


def test_every_url_has_its_line_in_the_table_and_every_line_a_url() -> None:
    assert {pattern.name for pattern in patterns()} == set(PAGES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("pattern", list(patterns()), ids=lambda pattern: str(pattern.name))
async def test_a_url_opens_for_the_roles_of_its_line_alone(pattern: URLPattern, role: Role) -> None:
    rule = PAGES[str(pattern.name)]
    for method in METHODS:
        allowed = rule.look if method in SAFE_METHODS or not rule.act else rule.act
        assert await is_reached(path_of(pattern), method, credentials(role)) is (role in allowed), method


@pytest.mark.parametrize("pattern", list(patterns()), ids=lambda pattern: str(pattern.name))
async def test_whoever_acts_has_to_be_of_the_class_and_a_stranger_sees_only_that_it_is_well(
    pattern: URLPattern,
) -> None:
    rule = PAGES[str(pattern.name)]
    assert rule.act <= {"presenter", "member"}
    assert "presenter" in rule.look
    assert ("" in rule.look) is (pattern.name == "healthz")


@pytest.mark.parametrize("role", ROLES)
async def test_where_nothing_is_a_member_hears_so_and_nobody_else_hears_anything(role: Role) -> None:
    assert await is_reached("/no-such-page", "GET", credentials(role)) is (role in {"presenter", "member"})
    assert await is_reached("/no-such-page", "POST", credentials(role)) is (role == "presenter")


def test_the_middleware_stands_in_front_of_every_page(settings: Any) -> None:
    before = settings.MIDDLEWARE[: settings.MIDDLEWARE.index("dashboard.services.access_middleware")]
    # These add headers to answers and read nothing.
    assert before == ["django.middleware.security.SecurityMiddleware", "csp.middleware.CSPMiddleware"]


def test_every_socket_and_every_receiver_has_its_line_in_the_table() -> None:
    assert {route.pattern._route for route in asgi.sockets if hasattr(route.pattern, "_route")} == set(SOCKETS)
    assert {route.pattern._route for route in asgi.http if hasattr(route.pattern, "_route")} == set(RECEIVERS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", [*SOCKETS, "no-such-socket", "live/more"])
async def test_a_socket_opens_for_the_roles_of_its_line_alone(path: str, role: Role) -> None:
    own = [(b"host", b"127.0.0.1:8000"), (b"origin", b"http://127.0.0.1:8000")]
    headers = [(name.encode(), value.encode()) for name, value in credentials(role).items()]
    viewer = WebsocketCommunicator(asgi.application, f"/{path}", headers=[*own, *headers])
    connected, _ = await viewer.connect()
    assert connected is (role in SOCKETS.get(path, ()))
    await viewer.disconnect()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", RECEIVERS)
async def test_a_receiver_takes_spans_from_elsewhere_by_key_alone(path: str, role: Role) -> None:
    headers = credentials(role)
    if role == "presenter":
        # Programs bring keys; a cookie is a person's, and a page could be made to send with it.
        assert await _status(path, headers) == 403
        headers = {"authorization": f"Bearer {KEYS.token}"}
    assert await _status(path, headers) == (200 if role in RECEIVERS[path] else 403)


async def _status(path: str, headers: dict[str, str]) -> int:
    """Send nothing, from another machine."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}"}

    async def send(message: Any) -> None:
        sent.append(message)

    own = {"content-type": "application/json", "host": "127.0.0.1:8000", **headers}
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/{path}",
        "raw_path": f"/{path}".encode(),
        "query_string": b"",
        "client": ELSEWHERE,
        "server": ["127.0.0.1", 8000],
        "headers": [(name.encode(), value.encode()) for name, value in own.items()],
    }
    await asgi.application(scope, receive, send)
    return int(sent[0]["status"])
