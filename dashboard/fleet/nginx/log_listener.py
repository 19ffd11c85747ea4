"""Listens to nginx: receives its logs by syslog, a datagram for each line, and passes them on as spans.

By UDP and not through a Unix socket: Linux queues ten datagrams on the latter (net.unix.max_dgram_qlen), and a burst
has a thousand. What the kernel had to drop is counted, like a line that cannot be read.
"""

import asyncio
import secrets
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Self

from dashboard.fleet.nginx.access_log import BrokenAnswer, ProxiedRequest, read
from dashboard.traces.internal import is_internal
from dashboard.traces.losses import Losses
from dashboard.traces.span import Span

RECEIVE_BYTES = 4 * 1024 * 1024
"""The receive buffer that we ask for: enough for five thousand lines, unless net.core.rmem_max allows less."""
MOST_BROKEN_ANSWERS = 1_000
"""Broken answers whose request has not been logged yet; beyond this number the oldest are forgotten."""

# Of the kernel's linux/sock_diag.h; Python's socket module does not name them. Since Linux 4.12.
_SO_MEMINFO = 55
_MEMINFO = struct.Struct("=9I")
_MEMINFO_DROPS = 8

Address = tuple[str, int]
"""Host and port."""
ANY_PORT_HERE: Address = ("127.0.0.1", 0)
Report = Callable[[Sequence[Span], Sequence[Losses]], None]


class LogListener(asyncio.DatagramProtocol):
    """Receives the logs of one nginx. `report` gets the span of each request, and how many lines were lost."""

    def __init__(self, server: str, report: Report, receiver: socket.socket) -> None:
        self._server = server
        self._report = report
        self._receiver = receiver
        self._instance = secrets.token_hex(8)
        self._unread = 0
        self._lost = 0
        self._broken_answers: dict[str, BrokenAnswer] = {}
        self._transport: asyncio.BaseTransport | None = None
        self.port: int = receiver.getsockname()[1]

    @classmethod
    async def listen(
        cls, server: str, report: Report, address: Address = ANY_PORT_HERE, receive_bytes: int = RECEIVE_BYTES
    ) -> Self:
        """Listen at `address`, by default on a free port of the loopback interface. Raises OSError.

        Anyone who can reach the port is trusted: listen for an nginx elsewhere only on a network of your own.
        """
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
            receiver.bind(address)
        except OSError:
            receiver.close()
            raise
        receiver.setblocking(False)
        log = cls(server, report, receiver)
        log._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: log, sock=receiver)
        return log

    def close(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, _sender: object) -> None:
        """Take one line. The kernel drops lines only while others are queued, so the last one reveals all drops."""
        try:
            self._take(read(data))
        except (ValueError, KeyError, OverflowError):
            self._unread += 1
        self._report_losses()

    def _take(self, line: ProxiedRequest | BrokenAnswer | None) -> None:
        match line:
            case BrokenAnswer():
                self._broken_answers[line.connection] = line
                if len(self._broken_answers) > MOST_BROKEN_ANSWERS:
                    del self._broken_answers[next(iter(self._broken_answers))]
            case ProxiedRequest():
                broken = self._broken_answers.pop(line.connection, None)
                self._pass_on(line.broken_by(broken) if broken else line)

    def _pass_on(self, request: ProxiedRequest) -> None:
        if request.span is not None and not is_internal(request.span.trace_id):
            self._report([request.span], [])

    def _report_losses(self) -> None:
        lost = self._unread + count_dropped(self._receiver)
        if lost > self._lost:
            self._lost = lost
            self._report([], [Losses(self._server, self._instance, dropped_spans=lost)])


def count_dropped(receiver: socket.socket) -> int:
    """Return how many datagrams the kernel has dropped since the socket was made; 0 where it does not tell."""
    if sys.platform != "linux":
        return 0
    try:
        memory: tuple[int, ...] = _MEMINFO.unpack(receiver.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))
    except (OSError, struct.error):
        return 0
    return memory[_MEMINFO_DROPS]
