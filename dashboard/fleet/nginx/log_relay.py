"""Starts the process that passes nginx's log on where nginx itself could not; see `log_relay_process`."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard.fleet.nginx.log_listener import ANY_PORT_HERE, RECEIVE_BYTES, Address

PROGRAM = Path(__file__).with_name("log_relay_process.py")


def start_relay(targets: Sequence[Address]) -> Address:
    """Return where nginx has to send its log so that it reaches the targets. Raises OSError.

    The relay ends with this process, also when that has become nginx.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        receiver.bind(ANY_PORT_HERE)
        host, port = receiver.getsockname()
        subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable,
                "-I",
                "-S",
                str(PROGRAM),
                str(os.getpid()),
                *(f"{host}:{port}" for host, port in targets),
            ],
            stdin=receiver.fileno(),
            env={},
            # A Ctrl-C is for nginx.
            start_new_session=True,
        )
    return host, port
