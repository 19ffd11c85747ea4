"""What the command lines of the table have in common: each program with the options that all its entries share."""

from dashboard.fleet import certificate
from dashboard.fleet.apache import CONFIGURATION, INSTALL, why_absent
from dashboard.fleet.entry import Needs
from dashboard.fleet.processes import privilege

WSGI_APP = "samples.wsgi:application"
ASGI_APP = "samples.asgi:application"


def wheel(module: str, distribution: str = "") -> Needs:
    """Return the need for a Python package; `distribution` is its name for pip, where that differs."""
    return Needs(module=module, install=f"python -m pip install {distribution or module}")


def apache(threads: int) -> tuple[str, ...]:
    """Return a command line of Apache, whose configuration is in the server's folder."""
    return ("{program}", "-DFOREGROUND", "-C", f"Define THREADS {threads}", "-f", f"{{folder}}/{CONFIGURATION}")


MOD_WSGI = Needs(program="apache2", install=INSTALL, beyond=why_absent)


def gunicorn(worker_class: str, *options: str, timeout_s: int = 300, workers: int = 1) -> tuple[str, ...]:
    """Return a command line of Gunicorn.

    The timeout is usually far above the longest lesson, the graceful one below the supervisor's three seconds.
    Without a control socket nothing is left on the disk.
    """
    return (
        *("{python}", "-m", "gunicorn", "--bind", "{host}:{port}", "--workers", str(workers)),
        *("--timeout", str(timeout_s), "--graceful-timeout", "2", "--no-control-socket"),
        *("--worker-class", worker_class, *options),
    )


GTHREAD = ("gthread", "--threads", "4", "--keep-alive", "2")
ASGI = ("asgi", "--asgi-loop", "asyncio", "--keep-alive", "5")
SHORT_TIMEOUT_S = 2
"""For the entries that show what Gunicorn's worker timeout does."""

TLS_CERTIFICATE = f"{{tls}}/{certificate.CERTIFICATE}"
TLS_KEY = f"{{tls}}/{certificate.KEY}"

DAPHNE = ("{python}", "-m", "daphne", "--access-log", "/dev/null", "--application-close-timeout", "2")
"""Without an access log; the start and errors are still logged."""

REDIS = Needs(program="redis-server", install="apt-get install redis-server", beyond=privilege.why_absent)

UVICORN = (
    *("{python}", "-m", "uvicorn", "--host", "{host}", "--port", "{port}", "--workers", "1"),
    *("--loop", "asyncio", "--timeout-graceful-shutdown", "2", "--timeout-keep-alive", "5"),
    *("--no-access-log", "--no-use-colors"),
)
