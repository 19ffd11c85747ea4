"""The entries of the table that wait for their first order, to save memory: other frameworks, and variants of the
servers in `table` that differ in one thing.
"""

from dataclasses import replace
from functools import partial

from dashboard.fleet import chat_redis
from dashboard.fleet.commands import (
    ASGI,
    ASGI_APP,
    DAPHNE,
    GTHREAD,
    REDIS,
    SHORT_TIMEOUT_S,
    TLS_CERTIFICATE,
    TLS_KEY,
    UVICORN,
    WSGI_APP,
    gunicorn,
    wheel,
)
from dashboard.fleet.entry import ServerEntry

UPSTREAM = "upstream"
"""The server that the shop's views call."""
CHAT_REDIS = "chat-redis"
"""The store through which the chats of several servers are one room."""
PLAIN_SCENARIOS = ("hello", "wait", "wait-async", "wait-blocking", "cpu", "error")
"""What the samples in other frameworks answer: they have no database and no templates."""

_server = partial(ServerEntry, on_demand=True)

ON_DEMAND: tuple[ServerEntry, ...] = (
    _server(
        name="fastapi",
        title="FastAPI, on Uvicorn",
        interface="asgi",
        port_offset=10,
        why="Another framework behind the same interface: its sync functions share a pool of 40 threads.",
        needs=wheel("fastapi"),
        command=(*UVICORN, "samples.fastapi_app:application"),
        scenarios=PLAIN_SCENARIOS,
    ),
    _server(
        name="starlette",
        title="Starlette, on Uvicorn",
        interface="asgi",
        port_offset=11,
        why="The toolkit under FastAPI: little more than routes between the interface and the function.",
        needs=wheel("starlette"),
        command=(*UVICORN, "samples.starlette_app:application"),
        scenarios=PLAIN_SCENARIOS,
    ),
    _server(
        name="flask",
        title="Flask, on Gunicorn with 4 threads",
        interface="wsgi",
        port_offset=12,
        why="Another framework behind WSGI: the four tills are the server's, whoever wrote the view.",
        needs=wheel("flask", "flask[async]"),
        command=(
            *gunicorn(*GTHREAD),
            "samples.flask_app:application",
        ),
        scenarios=PLAIN_SCENARIOS,
    ),
    _server(
        name=UPSTREAM,
        title="Upstream, a service on Uvicorn",
        interface="asgi",
        port_offset=14,
        why="The service that the shop calls: each call waits for it, one by one or all at once.",
        needs=wheel("uvicorn"),
        command=(*UVICORN, "samples.upstream:application"),
        scenarios=("hello",),
    ),
    _server(
        name="gunicorn-sync-timeout",
        title="Gunicorn, sync, timeout 2 s",
        interface="wsgi",
        port_offset=16,
        why="A sync worker that is busy for longer than the timeout is killed, and its request with it.",
        needs=wheel("gunicorn"),
        command=(*gunicorn("sync", timeout_s=SHORT_TIMEOUT_S), WSGI_APP),
    ),
    _server(
        name="gunicorn-gthread-timeout",
        title="Gunicorn, 4 threads, timeout 2 s",
        interface="wsgi",
        port_offset=17,
        why="The timeout watches the worker's main thread, not its requests: a long one is answered.",
        needs=wheel("gunicorn"),
        command=(*gunicorn(*GTHREAD, timeout_s=SHORT_TIMEOUT_S), WSGI_APP),
    ),
    _server(
        name="gunicorn-asgi-timeout",
        title="Gunicorn, ASGI, timeout 2 s",
        interface="asgi",
        port_offset=18,
        why="The timeout watches the event loop, which is free while a request waits: a long one is answered.",
        needs=wheel("gunicorn"),
        command=(*gunicorn(*ASGI, timeout_s=SHORT_TIMEOUT_S), ASGI_APP),
    ),
    _server(
        name="daphne-tls",
        title="Daphne, over TLS",
        interface="asgi",
        port_offset=19,
        why="Daphne speaks HTTP/2, but only over TLS, where both sides agree on it before the first request.",
        needs=wheel("daphne"),
        tls=True,
        command=(
            *(*DAPHNE, "--endpoint"),
            f"ssl:{{port}}:interface={{host}}:privateKey={TLS_KEY}:certKey={TLS_CERTIFICATE}",
            ASGI_APP,
        ),
    ),
    _server(
        name="gunicorn-asgi-tls",
        title="Gunicorn, ASGI, over TLS",
        interface="asgi",
        port_offset=20,
        why="Gunicorn's ASGI worker speaks HTTP/2 over TLS once it is configured to.",
        needs=wheel("gunicorn"),
        tls=True,
        command=(
            *(*gunicorn(*ASGI), "--certfile", TLS_CERTIFICATE, "--keyfile", TLS_KEY),
            *("--http-protocols", "h2,h1", ASGI_APP),
        ),
    ),
    _server(
        name="gunicorn-sync-workers",
        title="Gunicorn, 2 sync workers",
        interface="wsgi",
        port_offset=21,
        why="Two processes compute on two processors at once, which four threads of one process cannot.",
        needs=wheel("gunicorn"),
        command=(*gunicorn("sync", workers=2), WSGI_APP),
    ),
    _server(
        name="uvicorn-lean",
        title="Uvicorn, nothing sync",
        interface="asgi",
        port_offset=22,
        why="Without sync middlewares and sync receivers of signals no waiting request keeps a thread.",
        needs=wheel("uvicorn"),
        settings="samples.lean.settings",
        command=(*UVICORN, ASGI_APP),
    ),
    _server(
        name="uvicorn-lean-sync",
        title="Uvicorn, 1 sync middleware",
        interface="asgi",
        port_offset=23,
        why="One sync middleware is enough: each request keeps a thread again, for as long as it lasts.",
        needs=wheel("uvicorn"),
        settings="samples.lean.sync_settings",
        command=(*UVICORN, ASGI_APP),
    ),
    _server(
        name=CHAT_REDIS,
        title="Redis, for the chat",
        interface="store",
        port_offset=24,
        why="What is said on one server reaches the phones on another only if something stands between the two.",
        needs=REDIS,
        command=("{program}", chat_redis.CONFIGURATION_PATH),
        configured_by="redis",
        runs_as=chat_redis.USER,
    ),
    _server(
        name="daphne-redis",
        title="Daphne, chat through Redis",
        interface="asgi",
        port_offset=25,
        why="One of two servers whose phones sit in the same room: a message passes through Redis to all.",
        needs=replace(wheel("daphne"), beyond=REDIS.why_absent),
        beside=(CHAT_REDIS,),
        command=(*DAPHNE, "--bind", "{host}", "--port", "{port}", ASGI_APP),
    ),
    _server(
        name="uvicorn-redis",
        title="Uvicorn, chat through Redis",
        interface="asgi",
        port_offset=26,
        why="The other of the two, another program: the room is in Redis, so it does not matter.",
        needs=replace(wheel("uvicorn"), beyond=REDIS.why_absent),
        beside=(CHAT_REDIS,),
        command=(*UVICORN, ASGI_APP),
    ),
)
