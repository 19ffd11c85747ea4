"""The table of servers: one entry each, with its command line and the reason why it is part of the lessons.

The supervisor starts what is written here and the page prints it, so what a class reads is what runs. Servers that
wait for their first order are in `on_demand`.
"""

from dashboard.fleet.commands import (
    ASGI,
    ASGI_APP,
    DAPHNE,
    GTHREAD,
    MOD_WSGI,
    UVICORN,
    WSGI_APP,
    apache,
    gunicorn,
    wheel,
)
from dashboard.fleet.entry import Needs, ServerEntry
from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.on_demand import ON_DEMAND
from dashboard.fleet.processes import privilege

STARTED_AT_ONCE: tuple[ServerEntry, ...] = (
    ServerEntry(
        name="gunicorn-sync",
        title="Gunicorn, 1 sync worker",
        interface="wsgi",
        port_offset=0,
        why="One process that serves one request at a time: all others wait in the kernel's backlog.",
        needs=wheel("gunicorn"),
        command=(*gunicorn("sync"), WSGI_APP),
    ),
    ServerEntry(
        name="gunicorn-gthread",
        title="Gunicorn, 1 worker with 4 threads",
        interface="wsgi",
        port_offset=1,
        why="Four threads are four tills: ten customers are served in three waves.",
        needs=wheel("gunicorn"),
        command=(*gunicorn(*GTHREAD), WSGI_APP),
    ),
    ServerEntry(
        name="uwsgi",
        title="uWSGI, 1 process",
        interface="wsgi",
        port_offset=2,
        why="A server written in C that calls the same WSGI function: another program, the same queue.",
        needs=wheel("pyuwsgi"),
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
        needs=MOD_WSGI,
        command=apache(threads=1),
        configured_by="apache",
        runs_as="nobody",
    ),
    ServerEntry(
        name="mod_wsgi-threads",
        title="Apache with mod_wsgi, 4 threads",
        interface="wsgi",
        port_offset=9,
        why="The same web server with four threads: who waits is a matter of settings, not of programs.",
        needs=MOD_WSGI,
        command=apache(threads=4),
        configured_by="apache",
        runs_as="nobody",
    ),
    ServerEntry(
        name="daphne",
        title="Daphne, 1 event loop",
        interface="asgi",
        port_offset=4,
        why="The first ASGI server, Django's own, on top of Twisted.",
        needs=wheel("daphne"),
        command=(*DAPHNE, "--bind", "{host}", "--port", "{port}", ASGI_APP),
    ),
    ServerEntry(
        name="uvicorn",
        title="Uvicorn, 1 event loop",
        interface="asgi",
        port_offset=5,
        why="One event loop holds many requests that await; sync views run in threads beside it.",
        needs=wheel("uvicorn"),
        command=(*UVICORN, ASGI_APP),
    ),
    ServerEntry(
        name="hypercorn",
        title="Hypercorn, 1 event loop",
        interface="asgi",
        port_offset=6,
        why="An ASGI server that takes HTTP/2 in clear text without being told to.",
        needs=wheel("hypercorn"),
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
        needs=wheel("gunicorn"),
        command=(*gunicorn(*ASGI), ASGI_APP),
    ),
    ServerEntry(
        name="nginx",
        title="nginx in front",
        interface="proxy",
        port_offset=8,
        why="A proxy takes slow clients off the servers behind it, and it may hold back streams.",
        needs=Needs(program="nginx", install=nginx.INSTALL, beyond=privilege.why_absent),
        command=(*("{program}", "-e", "stderr", "-p", "./", "-c", nginx.CONFIGURATION),),
        more_port_offsets=(13,),
        configured_by="nginx",
        runs_as="nobody",
    ),
)

SERVERS = (*STARTED_AT_ONCE, *ON_DEMAND)

HIGHEST_PORT_OFFSET = max(offset for entry in SERVERS for offset in entry.ports_from(entry.port_offset))
