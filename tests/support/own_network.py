"""A network of this thread's own (Linux, as root): its ports are nobody else's, so that defaults can be tested."""

import ctypes
import fcntl
import os
import socket
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.fleet.ports import why_taken

CLONE_NEWNET = 0x4000_0000  # linux/sched.h
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1  # linux/sockios.h, linux/if.h
THIS_THREAD = "/proc/thread-self/ns/net"
LOCK = Path(tempfile.gettempdir()) / "gatescope-tests-otlp-ports.lock"


@contextmanager
def ports_alone(*ports: int) -> Iterator[bool]:
    """Have these ports to oneself, if that can be had: in a network of one's own, or else by a lock among tests.

    What is started inside, threads and processes, is in that network as well. Yields whether it worked.
    """
    with _own_network() as has_own:
        if has_own:
            yield True
            return
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield not any(why_taken("127.0.0.1", port) for port in ports)


@contextmanager
def _own_network() -> Iterator[bool]:
    """Move this thread to a network with nothing but a loopback interface. Yields whether that is allowed."""
    if not os.path.exists(THIS_THREAD):
        yield False
        return
    with open(THIS_THREAD, "rb") as before:
        if _libc.unshare(CLONE_NEWNET):
            yield False
            return
        try:
            _raise_loopback()
            yield True
        finally:
            if _libc.setns(before.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "cannot return to the network")


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


_libc = ctypes.CDLL(None, use_errno=True)
