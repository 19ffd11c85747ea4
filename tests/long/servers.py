"""Every server that people run Django on, with the command that starts it."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

BIN = Path(sys.executable).parent
WSGI = "tests.long.project.wsgi:application"
ASGI = "tests.long.project.asgi:application"
PLAIN = "tests.long.project.plain:application"

GUNICORN = ("gunicorn", "--bind=127.0.0.1:{port}", "--log-level=error", "--no-control-socket")
UVICORN = ("uvicorn", "--port={port}", "--log-level=warning")
HYPERCORN = ("hypercorn", "--bind=127.0.0.1:{port}", "--log-level=ERROR")
GRANIAN = ("granian", "--port={port}", "--log-level=error", "--workers=2")
UWSGI = (
    *("pyuwsgi", "--http-socket=127.0.0.1:{port}", "--master", "--die-on-term", "--disable-logging"),
    *(f"--home={sys.prefix}", f"--module={WSGI}"),
)
RUNSERVER = ("python", "-m", "django", "runserver", "{port}")
WITH_DAPHNE = {"TESTED_DAPHNE": "1"}


@dataclass(frozen=True, slots=True)
class Server:
    """How one server is started."""

    command: tuple[str, ...]
    """The program, of this environment, and its arguments; ``{port}`` stands for the port."""
    environment: dict[str, str] = field(default_factory=dict)

    def command_line(self, port: int) -> list[str]:
        """Return the command that serves at ``port``."""
        program, *arguments = self.command
        return [str(BIN / program), *(argument.format(port=port) for argument in arguments)]


SERVERS = {
    "gunicorn sync": Server((*GUNICORN, "--workers=2", WSGI)),
    "gunicorn sync preloaded": Server((*GUNICORN, "--workers=2", "--preload", WSGI)),
    "gunicorn gthread": Server((*GUNICORN, "--threads=4", WSGI)),
    "gunicorn gevent": Server((*GUNICORN, "--worker-class=gevent", "--workers=2", WSGI)),
    # Observed or not, it now and then waits for the whole of its graceful timeout, 30 seconds by default.
    "gunicorn gevent preloaded": Server(
        (*GUNICORN, "--worker-class=gevent", "--workers=2", "--preload", "--graceful-timeout=2", WSGI)
    ),
    "gunicorn asgi": Server((*GUNICORN, "--worker-class=asgi", ASGI)),
    "gunicorn uvicorn worker": Server((*GUNICORN, "--worker-class=uvicorn.workers.UvicornWorker", ASGI)),
    "uvicorn": Server((*UVICORN, ASGI)),
    "uvicorn workers": Server((*UVICORN, "--workers=2", ASGI)),
    "uvicorn wsgi": Server((*UVICORN, "--interface=wsgi", WSGI)),
    "daphne": Server(("daphne", "--port={port}", "--verbosity=0", ASGI)),
    "hypercorn": Server((*HYPERCORN, "--workers=2", ASGI)),
    "hypercorn wsgi": Server((*HYPERCORN, WSGI)),
    "hypercorn trio": Server((*HYPERCORN, "--worker-class=trio", PLAIN)),
    "granian wsgi": Server((*GRANIAN, "--interface=wsgi", "--blocking-threads=4", WSGI)),
    "granian asgi": Server((*GRANIAN, "--interface=asgi", ASGI)),
    "waitress": Server(("waitress-serve", "--listen=127.0.0.1:{port}", WSGI)),
    "cheroot": Server(("cheroot", "--bind=127.0.0.1:{port}", WSGI)),
    "uwsgi processes": Server((*UWSGI, "--processes=2", "--enable-threads")),
    "uwsgi threads": Server((*UWSGI, "--threads=4")),
    "uwsgi gevent": Server((*UWSGI, "--gevent=20", "--gevent-monkey-patch", "--enable-threads")),
    "uwsgi gevent early": Server((*UWSGI, "--gevent=20", "--gevent-early-monkey-patch", "--enable-threads")),
    "runserver": Server(RUNSERVER),
    "runserver --noreload": Server((*RUNSERVER, "--noreload")),
    "runserver of daphne": Server(RUNSERVER, WITH_DAPHNE),
    "runserver of daphne --noreload": Server((*RUNSERVER, "--noreload"), WITH_DAPHNE),
}
