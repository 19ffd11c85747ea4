"""Ports: whether one can be listened on, and if not, which program holds it."""

import errno
import socket

import psutil

from dashboard.lib.printable import printable


def why_taken(host: str, port: int) -> str:
    """Say in one sentence why nobody can listen on `port` of `host` now; return "" when it is possible.

    A host that is not this machine's is a reason like a port that is taken.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            # As every server does: connections that are still closing do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is taken by {holder(port)}."
        return f"Cannot listen on {host}, port {port}: {error.strerror or error}."
    except UnicodeError:
        return f"Cannot listen on {host}, port {port}: this is not a host name."
    return ""


def holder(port: int) -> str:
    """Name the program that listens on `port`, for people to read."""
    try:
        listening = [
            connection.pid
            for connection in psutil.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
        ]
        for pid in filter(None, listening):
            process = psutil.Process(pid)
            return f"{printable(process.name())} (pid {pid}: {_shorten(printable(' '.join(process.cmdline())))})"
    except psutil.Error:
        # Only the owner or root may ask; on macOS only root.
        return "another program"
    return "another user's program" if listening else "another program"


def _shorten(command: str, characters: int = 80) -> str:
    return command if len(command) <= characters else command[: characters - 1] + "…"
