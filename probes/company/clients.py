"""The stage `call` of the HTTP clients that applications use, each patched where one message leaves.

A redirect or a retry is a call of its own under urllib3 (and requests, which sits on it), httpx and urllib; under
aiohttp all hops of a request are one. Inside a call no other is counted (`outgoing_call`).
"""

import copy
import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from ..failsafe import harmless
from ..outgoing_call import CALL, outgoing_call
from ..patches import Patch
from ..stages import current_request

DEFAULT_PORTS = {"http": 80, "https": 443}


def observe_urllib3(make_request: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `HTTPConnectionPool._make_request`, which sends one message and returns the head of its response."""

    @functools.wraps(make_request)
    def wrapper(self: Any, conn: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if current_request() is None:
            return make_request(self, conn, method, url, *args, **kwargs)
        with outgoing_call(method, _url_of_pool(self, url)) as call:
            if not args:  # one of the two forms of `headers`: urllib3 itself names it
                kwargs["headers"] = _merged(kwargs.get("headers"), call)
            response = make_request(self, conn, method, url, *args, **kwargs)
            call.set_status(_number(response, "status"))
            return response

    return wrapper


def observe_httpx(send: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Client._send_single_request`."""

    @functools.wraps(send)
    def wrapper(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if current_request() is None:
            return send(self, request, *args, **kwargs)
        with outgoing_call(str(request.method), _text(request.url)) as call:
            _add_to(request.headers, call)
            response = send(self, request, *args, **kwargs)
            call.set_status(_number(response, "status_code"))
            return response

    return wrapper


def observe_async_httpx(send: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `AsyncClient._send_single_request`."""

    @functools.wraps(send)
    async def wrapper(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if current_request() is None:
            return await send(self, request, *args, **kwargs)
        with outgoing_call(str(request.method), _text(request.url)) as call:
            _add_to(request.headers, call)
            response = await send(self, request, *args, **kwargs)
            call.set_status(_number(response, "status_code"))
            return response

    return wrapper


def observe_aiohttp(request: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `ClientSession._request`."""

    @functools.wraps(request)
    async def wrapper(self: Any, method: str, str_or_url: Any, **kwargs: Any) -> Any:
        if current_request() is None:
            return await request(self, method, str_or_url, **kwargs)
        with outgoing_call(str(method).upper(), _aiohttp_url(self, str_or_url)) as call:
            if not _has_traceparent(self.headers):
                kwargs["headers"] = _merged(kwargs.get("headers"), call)
            response = await request(self, method, str_or_url, **kwargs)
            call.set_status(_number(response, "status"))
            return response

    return wrapper


def observe_urllib(do_open: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `AbstractHTTPHandler.do_open` of `urllib.request`."""

    @functools.wraps(do_open)
    def wrapper(self: Any, http_class: Any, req: Any, **kwargs: Any) -> Any:
        if current_request() is None:
            return do_open(self, http_class, req, **kwargs)
        with outgoing_call(str(req.get_method()), _text(req.full_url)) as call:
            given = _urllib_headers(req)
            if not _has_traceparent(given):
                # Not on `req`, which belongs to the application and may be sent again.
                req = _copy_with_headers(req, call) or req
            response = do_open(self, http_class, req, **kwargs)
            call.set_status(_number(response, "status"))
            return response

    return wrapper


PATCHES = {
    "urllib3.connectionpool": (
        Patch(CALL, "urllib3.connectionpool:HTTPConnectionPool._make_request", observe_urllib3),
    ),
    "httpx": (
        Patch(CALL, "httpx:Client._send_single_request", observe_httpx),
        Patch(CALL, "httpx:AsyncClient._send_single_request", observe_async_httpx),
    ),
    "aiohttp": (Patch(CALL, "aiohttp:ClientSession._request", observe_aiohttp),),
    "urllib.request": (Patch(CALL, "urllib.request:AbstractHTTPHandler.do_open", observe_urllib),),
}
"""What is patched, by the module after whose import it is."""


@harmless("")
def _url_of_pool(pool: Any, path: str) -> str:
    if "://" in path:  # through a proxy
        return path
    port = "" if pool.port in {None, DEFAULT_PORTS.get(pool.scheme)} else f":{pool.port}"
    return f"{pool.scheme}://{pool.host}{port}{path}"


@harmless("")
def _aiohttp_url(session: Any, url: Any) -> str:
    return str(session._build_url(url))  # noqa: SLF001 - joins it to the session's base URL


@harmless("")
def _text(url: Any) -> str:
    return str(url)


@harmless(0)
def _number(response: Any, name: str) -> int:
    return int(getattr(response, name))


def _has_traceparent(headers: Any) -> bool:
    return any(_name(name) == "traceparent" for name in headers or ())


def _name(name: object) -> str:
    text = name.decode("latin-1") if isinstance(name, bytes) else str(name)
    return text.lower()


def _merged(given: Any, call: outgoing_call) -> Any:
    """Return the headers with those of the call; ``given`` itself when the application has set its own."""
    return given if not call.headers else _merge(given, call) or given


@harmless(None)
def _merge(given: Any, call: outgoing_call) -> Any:
    if given is None:
        return dict(call.headers)
    if isinstance(given, Mapping):
        if _has_traceparent(given):
            return None
        merged = given.copy() if hasattr(given, "copy") else dict(given)
        for name, value in _missing(given, call):
            merged[name] = value
        return merged
    pairs = list(given) if isinstance(given, Iterable) else []
    if _has_traceparent(name for name, _ in pairs):
        return pairs
    return [*pairs, *_missing([name for name, _ in pairs], call)]


@harmless(None)
def _add_to(headers: Any, call: outgoing_call) -> None:
    if not _has_traceparent(headers):
        for name, value in _missing(headers, call):
            headers[name] = value


def _missing(given: Iterable[Any], call: outgoing_call) -> list[tuple[str, str]]:
    names = {_name(name) for name in given}
    return [(name, value) for name, value in call.headers.items() if name not in names]


def _urllib_headers(req: Any) -> list[str]:
    return [*req.headers, *req.unredirected_hdrs]


@harmless(None)
def _copy_with_headers(req: Any, call: outgoing_call) -> Any:
    copied = copy.copy(req)
    copied.unredirected_hdrs = {**req.unredirected_hdrs, **dict(_missing(_urllib_headers(req), call))}
    return copied
