"""The command line of a server, as a list of words: on a machine, in a container, on a platform."""

from dashboard.advice.plan import Server

INSTALLS = {
    "gunicorn": "pip install gunicorn",
    "uvicorn": "pip install 'uvicorn[standard]'",
}
PLATFORM_PORT = "$PORT"
LONGER_THAN_PROXIES_S = 75
"""Proxies of platforms keep idle connections for up to a minute; who closes first must not be us."""
LEAVE_WITHIN_S = 30


def command(server: Server, project: str, hosting: str) -> list[str]:
    """What starts the server, program first. On a platform one word holds `$PORT`, for a shell to fill in."""
    host = "127.0.0.1" if hosting == "vm" else "0.0.0.0"  # noqa: S104 - a container's own network
    port = PLATFORM_PORT if hosting == "platform" else str(server.port)
    application = f"{project}.{server.interface}:application"
    if server.program == "uvicorn":
        return _uvicorn(server, application, host, port, hosting)
    return _gunicorn(server, application, f"{host}:{port}", hosting)


def shell_line(words: list[str]) -> str:
    """The same as one line for a shell, `$PORT` left to it."""
    return " ".join(f"'{word}'" if "*" in word else word for word in words)


def _gunicorn(server: Server, application: str, bind: str, hosting: str) -> list[str]:
    kind = ["gthread", "--threads", str(server.threads)] if server.interface == "wsgi" else ["asgi"]
    return [
        *("gunicorn", application, "--bind", bind, "--workers", str(server.workers), "--worker-class", *kind),
        # Two Gunicorns of one user would share the control socket, and www-data has no home for it.
        "--no-control-socket",
        # A worker shows that it lives by touching a file, which a container's disk may delay.
        *([] if hosting == "vm" else ["--worker-tmp-dir", "/dev/shm"]),  # noqa: S108 - where Gunicorn wants it
        *(["--keep-alive", str(LONGER_THAN_PROXIES_S)] if hosting == "platform" else []),
    ]


def _uvicorn(server: Server, application: str, host: str, port: str, hosting: str) -> list[str]:
    return [
        *("uvicorn", application, "--host", host, "--port", port, "--workers", str(server.workers)),
        # Only the proxy can reach it, so what that says of client and scheme is believed.
        *("--forwarded-allow-ips", "*", "--timeout-graceful-shutdown", str(LEAVE_WITHIN_S)),
        *(["--timeout-keep-alive", str(LONGER_THAN_PROXIES_S)] if hosting == "platform" else []),
    ]
