"""The table of servers: one entry each, with its command line and the reason why it stands in the lessons.

The supervisor starts what is written here and the page prints it, so what a class reads is what runs.
"""

from dashboard.fleet import apache, certificate, nginx, privilege
from dashboard.fleet.entry import Needs, ServerEntry

WSGI_APP = "samples.wsgi:application"
ASGI_APP = "samples.asgi:application"
UPSTREAM = "upstream"
"""The server that the shop's views call."""


def _wheel(module: str, distribution: str = "") -> Needs:
    return Needs(module=module, install=f"python -m pip install {distribution or module}")


def _apache(threads: int) -> tuple[str, ...]:
    return (
        *(*privilege.as_ordinary_user(), "{program}", "-DFOREGROUND", "-C", f"Define THREADS {threads}"),
        *("-f", f"{{folder}}/{apache.CONFIGURATION}"),
    )


_MOD_WSGI = Needs(program="apache2", install=apache.INSTALL, beyond=apache.absence)


def _gunicorn(worker_class: str, *options: str, timeout_s: int = 300) -> tuple[str, ...]:
    """A command line of Gunicorn. The timeout is usually far above the longest lesson, the grace below the
    supervisor's three seconds, and without a control socket nothing is left on the disk.
    """
    return (
        *("{python}", "-m", "gunicorn", "--bind", "{host}:{port}", "--workers", "1"),
        *("--timeout", str(timeout_s), "--graceful-timeout", "2", "--no-control-socket"),
        *("--worker-class", worker_class, *options),
    )


_GTHREAD = ("gthread", "--threads", "4", "--keep-alive", "2")
_ASGI = ("asgi", "--asgi-loop", "asyncio", "--keep-alive", "5")
SHORT_TIMEOUT_S = 2
"""Of the entries that show what Gunicorn's worker timeout does."""

_TLS_CERTIFICATE = f"{{tls}}/{certificate.CERTIFICATE}"
_TLS_KEY = f"{{tls}}/{certificate.KEY}"

_UVICORN = (
    *("{python}", "-m", "uvicorn", "--host", "{host}", "--port", "{port}", "--workers", "1"),
    *("--loop", "asyncio", "--timeout-graceful-shutdown", "2", "--timeout-keep-alive", "5"),
    *("--no-access-log", "--no-use-colors"),
)
# What the samples in other frameworks answer: they have no database and no templates.
_PLAIN_SCENARIOS = ("hello", "wait", "wait-async", "wait-blocking", "cpu", "error")

SERVERS: tuple[ServerEntry, ...] = (
    ServerEntry(
        name="gunicorn-sync",
        title="Gunicorn, 1 sync worker",
        interface="wsgi",
        port_offset=0,
        why="One process that serves one request at a time: everybody else waits in the kernel's backlog.",
        needs=_wheel("gunicorn"),
        command=(*_gunicorn("sync"), WSGI_APP),
    ),
    ServerEntry(
        name="gunicorn-gthread",
        title="Gunicorn, 1 worker with 4 threads",
        interface="wsgi",
        port_offset=1,
        why="Four threads are four tills: ten customers are served in three waves.",
        needs=_wheel("gunicorn"),
        command=(*_gunicorn(*_GTHREAD), WSGI_APP),
    ),
    ServerEntry(
        name="uwsgi",
        title="uWSGI, 1 process",
        interface="wsgi",
        port_offset=2,
        why="A server written in C that calls the same WSGI function: another program, the same queue.",
        needs=_wheel("pyuwsgi"),
        # Without die-on-term SIGTERM means reload; without enable-threads the probes' thread never runs.
        command=(
            *("{python}", "{scripts}/uwsgi", "--http-socket", "{host}:{port}"),
            *("--uwsgi-socket", "{host}:{more_ports[0]}", "--pythonpath", ".", "--module", WSGI_APP, "--need-app"),
            *("--master", "--processes", "1", "--enable-threads", "--die-on-term", "--no-orphans"),
            *("--worker-reload-mercy", "2", "--disable-logging"),
        ),
        more_port_offsets=(15,),
        speaks_uwsgi=True,
    ),
    ServerEntry(
        name="mod_wsgi",
        title="Apache with mod_wsgi, 1 thread",
        interface="wsgi",
        port_offset=3,
        why="WSGI inside a web server, the way many universities and companies have run Django for years.",
        needs=_MOD_WSGI,
        command=_apache(threads=1),
        configured_by="apache",
    ),
    ServerEntry(
        name="mod_wsgi-threads",
        title="Apache with mod_wsgi, 4 threads",
        interface="wsgi",
        port_offset=9,
        why="The same web server with four threads: who waits is a matter of settings, not of programs.",
        needs=_MOD_WSGI,
        command=_apache(threads=4),
        configured_by="apache",
    ),
    ServerEntry(
        name="daphne",
        title="Daphne, 1 event loop",
        interface="asgi",
        port_offset=4,
        why="The first ASGI server, Django's own, on top of Twisted.",
        needs=_wheel("daphne"),
        # The access log goes nowhere, yet the start and the errors stay in the log.
        command=(
            *("{python}", "-m", "daphne", "--bind", "{host}", "--port", "{port}"),
            *("--access-log", "/dev/null", "--application-close-timeout", "2", ASGI_APP),
        ),
    ),
    ServerEntry(
        name="uvicorn",
        title="Uvicorn, 1 event loop",
        interface="asgi",
        port_offset=5,
        why="One event loop holds many requests at once, as long as none of them blocks it.",
        needs=_wheel("uvicorn"),
        command=(*_UVICORN, ASGI_APP),
    ),
    ServerEntry(
        name="hypercorn",
        title="Hypercorn, 1 event loop",
        interface="asgi",
        port_offset=6,
        why="The ASGI server that also speaks HTTP/2 in clear text.",
        needs=_wheel("hypercorn"),
        # No workers means: serve in this very process, as Uvicorn and Daphne do.
        command=(
            *("{python}", "-m", "hypercorn", "--bind", "{host}:{port}", "--workers", "0"),
            *("--worker-class", "asyncio", "--graceful-timeout", "2", "--keep-alive", "5", ASGI_APP),
        ),
    ),
    ServerEntry(
        name="gunicorn-asgi",
        title="Gunicorn, 1 ASGI worker",
        interface="asgi",
        port_offset=7,
        why="The same Gunicorn as above with another worker class: the interface makes the difference.",
        needs=_wheel("gunicorn"),
        command=(*_gunicorn(*_ASGI), ASGI_APP),
    ),
    ServerEntry(
        name="nginx",
        title="nginx in front",
        interface="proxy",
        port_offset=8,
        why="A proxy absorbs slow clients, and it may delay streams.",
        needs=Needs(program="nginx", install=nginx.INSTALL, beyond=privilege.absence),
        command=(
            *(*privilege.as_ordinary_user(), "{program}"),
            *("-e", "stderr", "-p", "./", "-c", nginx.CONFIGURATION),
        ),
        more_port_offsets=(13,),
        configured_by="nginx",
    ),
    ServerEntry(
        name="fastapi",
        title="FastAPI, on Uvicorn",
        interface="asgi",
        port_offset=10,
        why="Another framework behind the same interface: its sync functions share a pool of 40 threads.",
        needs=_wheel("fastapi"),
        command=(*_UVICORN, "samples.fastapi_app:application"),
        scenarios=_PLAIN_SCENARIOS,
        on_demand=True,
    ),
    ServerEntry(
        name="starlette",
        title="Starlette, on Uvicorn",
        interface="asgi",
        port_offset=11,
        why="The toolkit under FastAPI: little more than routes between the interface and the function.",
        needs=_wheel("starlette"),
        command=(*_UVICORN, "samples.starlette_app:application"),
        scenarios=_PLAIN_SCENARIOS,
        on_demand=True,
    ),
    ServerEntry(
        name="flask",
        title="Flask, on Gunicorn with 4 threads",
        interface="wsgi",
        port_offset=12,
        why="Another framework behind WSGI: the four tills are the server's, whoever wrote the view.",
        needs=_wheel("flask", "flask[async]"),
        command=(
            *_gunicorn(*_GTHREAD),
            "samples.flask_app:application",
        ),
        scenarios=_PLAIN_SCENARIOS,
        on_demand=True,
    ),
    ServerEntry(
        name=UPSTREAM,
        title="Upstream, a service on Uvicorn",
        interface="asgi",
        port_offset=14,
        why="The service that the shop calls: each call waits for it, one by one or all at once.",
        needs=_wheel("uvicorn"),
        command=(*_UVICORN, "samples.upstream:application"),
        scenarios=("hello",),
        on_demand=True,
    ),
    ServerEntry(
        name="gunicorn-sync-timeout",
        title="Gunicorn, sync, timeout 2 s",
        interface="wsgi",
        port_offset=16,
        why="A sync worker that is busy for longer than the timeout is killed, and its request with it.",
        needs=_wheel("gunicorn"),
        on_demand=True,
        command=(*_gunicorn("sync", timeout_s=SHORT_TIMEOUT_S), WSGI_APP),
    ),
    ServerEntry(
        name="gunicorn-gthread-timeout",
        title="Gunicorn, 4 threads, timeout 2 s",
        interface="wsgi",
        port_offset=17,
        why="The timeout watches the worker's main thread, not its requests: a long one is answered.",
        needs=_wheel("gunicorn"),
        on_demand=True,
        command=(*_gunicorn(*_GTHREAD, timeout_s=SHORT_TIMEOUT_S), WSGI_APP),
    ),
    ServerEntry(
        name="gunicorn-asgi-timeout",
        title="Gunicorn, ASGI, timeout 2 s",
        interface="asgi",
        port_offset=18,
        why="The timeout watches the event loop, which is free while a request waits: a long one is answered.",
        needs=_wheel("gunicorn"),
        on_demand=True,
        command=(*_gunicorn(*_ASGI, timeout_s=SHORT_TIMEOUT_S), ASGI_APP),
    ),
    ServerEntry(
        name="daphne-tls",
        title="Daphne, over TLS",
        interface="asgi",
        port_offset=19,
        why="Daphne speaks HTTP/2, but only over TLS, where both sides agree on it before the first request.",
        needs=_wheel("daphne"),
        on_demand=True,
        tls=True,
        command=(
            *("{python}", "-m", "daphne", "--access-log", "/dev/null", "--application-close-timeout", "2"),
            *("--endpoint", f"ssl:{{port}}:interface={{host}}:privateKey={_TLS_KEY}:certKey={_TLS_CERTIFICATE}"),
            ASGI_APP,
        ),
    ),
    ServerEntry(
        name="gunicorn-asgi-tls",
        title="Gunicorn, ASGI, over TLS",
        interface="asgi",
        port_offset=20,
        why="Gunicorn's ASGI worker speaks HTTP/2 over TLS once it is told to.",
        needs=_wheel("gunicorn"),
        on_demand=True,
        tls=True,
        command=(
            *(*_gunicorn(*_ASGI), "--certfile", _TLS_CERTIFICATE, "--keyfile", _TLS_KEY),
            *("--http-protocols", "h2,h1", ASGI_APP),
        ),
    ),
)

HIGHEST_PORT_OFFSET = max(offset for entry in SERVERS for offset in entry.ports_from(entry.port_offset))
