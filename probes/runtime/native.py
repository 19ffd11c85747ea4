"""The threads, locks and sockets of the system, also where gevent has put its own in their place.

The sender is a thread of the system on every server. A greenlet in its stead would stand still while the application
computes, would be charged with the application's CPU time, and would be gone when the application is about to end.
gevent may have patched before this package was imported or may do so later: everything is looked up when it is used.
"""

import importlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from queue import Empty
from typing import Any


def original(module: str, name: str) -> Any:
    """Return what ``module`` called ``name`` before gevent replaced it, or what it calls so now."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None:
        return getattr(importlib.import_module(module), name)
    return monkey.get_original(module, name)


class Bell:
    """Wakes a thread that waits for it.

    Not an Event: its inner lock is not re-entrant, and a signal handler or a garbage collection may ring while the
    same thread is ringing.
    """

    def __init__(self) -> None:
        self._rings = original("queue", "SimpleQueue")()

    def ring(self) -> None:
        """End the `wait` of now or of next time."""
        if self._rings.empty():
            self._rings.put(None)

    def wait(self, seconds: float | None = None) -> bool:
        """Return when it rang, at the latest after ``seconds``; say whether it rang."""
        try:
            self._rings.get(timeout=seconds)
        except Empty:
            return False
        self.silence()
        return True

    def silence(self) -> None:
        """Forget that it rang."""
        while not self._rings.empty():
            self._rings.get_nowait()


def start_daemon(run: Callable[[], object], name: str) -> None:
    """Call ``run`` in a thread of its own, which keeps no process alive."""
    start = original("_thread", "start_new_thread")
    if start is importlib.import_module("_thread").start_new_thread:
        threading.Thread(target=run, name=name, daemon=True).start()
    else:
        start(run, ())  # `Thread` would make a greenlet


def connect(host: str, port: int, timeout_s: float, *, secure: bool) -> socket.socket:
    """Return a connected socket, through TLS if ``secure``. Raises OSError."""
    plain = _connect(host, port, timeout_s)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _tls_context().wrap_socket(plain, server_hostname=host) if secure else plain
    except BaseException:
        plain.close()
        raise


def _connect(host: str, port: int, timeout_s: float) -> socket.socket:
    """Do what `socket.create_connection` does, which would make sockets of gevent."""
    problem = OSError(f"no address is known for {host}")
    for family, kind, protocol, _, address in original("socket", "getaddrinfo")(host, port, 0, socket.SOCK_STREAM):
        opened: socket.socket = original("socket", "socket")(family, kind, protocol)
        try:
            opened.settimeout(timeout_s)
            opened.connect(address)
        except OSError as error:
            opened.close()
            problem = error
        else:
            return opened
    raise problem


def _tls_context() -> ssl.SSLContext:
    made = original("ssl", "SSLContext")
    if made is ssl.SSLContext:
        return ssl.create_default_context()
    context: ssl.SSLContext = made(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context
