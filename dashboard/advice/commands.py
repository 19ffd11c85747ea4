"""The command line of a server, as a list of words: on a machine, in a container, on a platform."""

from dashboard.advice.plan import PlannedServer

INSTALLS = {
    "gunicorn": "pip install gunicorn",
    "uvicorn": "pip install 'uvicorn[standard]'",
}
PLATFORM_PORT = "$PORT"
LONGER_THAN_PROXIES_S = 75
"""Platforms' proxies keep idle connections for up to a minute; we must not be the first to close them."""
GRACEFUL_STOP_S = 30


def build_command(server: PlannedServer, project: str, hosting: str) -> list[str]:
    """Return the words that start the server. On a platform one of them holds `$PORT`, for a shell to fill in."""
    host = "127.0.0.1" if hosting == "vm" else "0.0.0.0"  # noqa: S104 - a container's own network
    port = PLATFORM_PORT if hosting == "platform" else str(server.port)
    application = f"{project}.{server.interface}:application"
    if server.program == "uvicorn":
        return _uvicorn(server, application, host, port, hosting)
    return _gunicorn(server, application, f"{host}:{port}", hosting)


def to_shell_line(words: list[str]) -> str:
    """Return the words as one line for a shell, which fills in `$PORT`."""
    return " ".join(f"'{word}'" if "*" in word else word for word in words)


def _gunicorn(server: PlannedServer, application: str, bind: str, hosting: str) -> list[str]:
    kind = ["gthread", "--threads", str(server.threads)] if server.interface == "wsgi" else ["asgi"]
    return [
        *("gunicorn", application, "--bind", bind, "--workers", str(server.workers), "--worker-class", *kind),
        # Two Gunicorns of one user would share the control socket, and www-data has no home directory for it.
        "--no-control-socket",
        # A worker proves that it is alive by touching a file, which a container's disk may delay.
        *([] if hosting == "vm" else ["--worker-tmp-dir", "/dev/shm"]),  # noqa: S108 - where Gunicorn wants it
        *(["--keep-alive", str(LONGER_THAN_PROXIES_S)] if hosting == "platform" else []),
    ]


def _uvicorn(server: PlannedServer, application: str, host: str, port: str, hosting: str) -> list[str]:
    return [
        *("uvicorn", application, "--host", host, "--port", port, "--workers", str(server.workers)),
        # Only the proxy can reach it, so its headers about client and scheme are trusted.
        *("--forwarded-allow-ips", "*", "--timeout-graceful-shutdown", str(GRACEFUL_STOP_S)),
        *(["--timeout-keep-alive", str(LONGER_THAN_PROXIES_S)] if hosting == "platform" else []),
    ]
