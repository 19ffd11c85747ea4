"""What the command lines of the table share: each program with the options that all its entries have."""

from dashboard.fleet import apache, certificate
from dashboard.fleet.entry import Needs
from dashboard.fleet.processes import privilege

WSGI_APP = "samples.wsgi:application"
ASGI_APP = "samples.asgi:application"


def wheel(module: str, distribution: str = "") -> Needs:
    """A Python package; `distribution` is what pip calls it, where that differs."""
    return Needs(module=module, install=f"python -m pip install {distribution or module}")


def apache_with(threads: int) -> tuple[str, ...]:
    """A command line of Apache, whose configuration lies in the server's folder."""
    return (
        *(*privilege.as_ordinary_user(), "{program}", "-DFOREGROUND", "-C", f"Define THREADS {threads}"),
        *("-f", f"{{folder}}/{apache.CONFIGURATION}"),
    )


MOD_WSGI = Needs(program="apache2", install=apache.INSTALL, beyond=apache.why_absent)


def gunicorn(worker_class: str, *options: str, timeout_s: int = 300, workers: int = 1) -> tuple[str, ...]:
    """A command line of Gunicorn. The timeout is usually far above the longest lesson, the grace below the
    supervisor's three seconds, and without a control socket nothing is left on the disk.
    """
    return (
        *("{python}", "-m", "gunicorn", "--bind", "{host}:{port}", "--workers", str(workers)),
        *("--timeout", str(timeout_s), "--graceful-timeout", "2", "--no-control-socket"),
        *("--worker-class", worker_class, *options),
    )


GTHREAD = ("gthread", "--threads", "4", "--keep-alive", "2")
ASGI = ("asgi", "--asgi-loop", "asyncio", "--keep-alive", "5")
SHORT_TIMEOUT_S = 2
"""Of the entries that show what Gunicorn's worker timeout does."""

TLS_CERTIFICATE = f"{{tls}}/{certificate.CERTIFICATE}"
TLS_KEY = f"{{tls}}/{certificate.KEY}"

DAPHNE = ("{python}", "-m", "daphne", "--access-log", "/dev/null", "--application-close-timeout", "2")
"""The access log goes nowhere, yet the start and the errors stay in the log."""

REDIS = Needs(program="redis-server", install="apt-get install redis-server")

UVICORN = (
    *("{python}", "-m", "uvicorn", "--host", "{host}", "--port", "{port}", "--workers", "1"),
    *("--loop", "asyncio", "--timeout-graceful-shutdown", "2", "--timeout-keep-alive", "5"),
    *("--no-access-log", "--no-use-colors"),
)
