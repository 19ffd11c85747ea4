"""Passes nginx's log lines on to receivers whose names it looks up again and again.

nginx itself looks up a receiver's name when it starts, does not start where the name is unknown, and sends for ever
to the address that it found: a dashboard that is started later, or again, would hear nothing.

Run as `python -I -S log_relay_process.py PARENT HOST:PORT...`, with the UDP socket that nginx sends to as standard
input. It ends with the process PARENT, which becomes nginx. Standard library alone.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

NAMES_LAST_S = 2.0
"""How long an address is used before its name is looked up again."""
LOOK_AT_PARENT_S = 1.0
LONGEST_LINE = 65_535


class Target:
    """A receiver, and the address that its name had when it was last known."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self.address: tuple[str, int] | None = None

    def look_up(self) -> None:
        """Take the address that the name has now; keep the last one while nobody knows the name."""
        with suppress(OSError):
            found = socket.getaddrinfo(self._host, self._port, socket.AF_INET, socket.SOCK_DGRAM)
            self.address = (str(found[0][4][0]), self._port)

    def keep_looking_up(self) -> None:
        """Look it up for ever, in a thread of its own: a name server may take its time."""
        while True:
            self.look_up()
            time.sleep(NAMES_LAST_S)


def relay(receiver: socket.socket, targets: Sequence[Target], parent: int) -> None:
    """Send each line to every target whose address is known, until this process has another parent."""
    receiver.settimeout(LOOK_AT_PARENT_S)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        while os.getppid() == parent:
            with suppress(TimeoutError):
                line = receiver.recv(LONGEST_LINE)
                for address in filter(None, (target.address for target in targets)):
                    with suppress(OSError):  # away, or not reachable now
                        sender.sendto(line, address)


def main(parent: int, addresses: Sequence[str]) -> None:
    """Relay from standard input."""
    targets = [Target(host, int(port)) for host, _, port in (address.rpartition(":") for address in addresses)]
    for target in targets:
        threading.Thread(target=target.keep_looking_up, daemon=True).start()
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as receiver:
        relay(receiver, targets, parent)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
