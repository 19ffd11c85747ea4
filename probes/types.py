"""The vocabulary of the two gateway interfaces, named once.

WSGI's names are those of PEP 3333, ASGI's three callables those of the ASGI 3 specification.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Environ = dict[str, Any]
Write = Callable[[bytes], object]
StartResponse = Callable[..., Write]
"""``(status, headers)`` or ``(status, headers, exc_info)``."""
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
