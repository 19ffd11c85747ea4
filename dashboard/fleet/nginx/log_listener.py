"""Listens to nginx: its log comes by the protocol of syslog, a datagram for each line, and goes on as spans.

By UDP and not through a Unix socket: Linux holds ten datagrams of the latter (net.unix.max_dgram_qlen), and a burst
has a thousand. What the kernel has no room for is counted, like a line that cannot be read.
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
"""Asked of the kernel for lines that wait to be read: five thousand, unless net.core.rmem_max allows fewer."""
MOST_BROKEN_ANSWERS = 1_000
"""Breaches whose passage has not come yet; beyond that the oldest are forgotten."""

# Of the kernel's linux/sock_diag.h; Python's socket module does not name them. Since Linux 4.12.
_SO_MEMINFO = 55
_MEMINFO = struct.Struct("=9I")
_MEMINFO_DROPS = 8

Address = tuple[str, int]
"""Host and port."""
ANY_PORT_HERE: Address = ("127.0.0.1", 0)
Report = Callable[[Sequence[Span], Sequence[Losses]], None]


class LogListener(asyncio.DatagramProtocol):
    """`passed` gets the span of each line, and how many lines were lost."""

    def __init__(self, server: str, passed: Report, receiver: socket.socket) -> None:
        self._server = server
        self._passed = passed
        self._receiver = receiver
        self._instance = secrets.token_hex(8)
        self._unread = 0
        self._lost = 0
        self._broken_answers: dict[str, BrokenAnswer] = {}
        self._transport: asyncio.BaseTransport | None = None
        self.port: int = receiver.getsockname()[1]

    @classmethod
    async def listen(
        cls, server: str, passed: Report, address: Address = ANY_PORT_HERE, receive_bytes: int = RECEIVE_BYTES
    ) -> Self:
        """Listen on a free port of this machine alone, or where it is said. Raises OSError.

        Whoever reaches the port is believed: listen for an nginx elsewhere only on a network of our own.
        """
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
            receiver.bind(address)
        except OSError:
            receiver.close()
            raise
        receiver.setblocking(False)
        log = cls(server, passed, receiver)
        log._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: log, sock=receiver)
        return log

    def close(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, _sender: object) -> None:
        """Take one line. The kernel drops only while others wait, so after the last of them all drops are known."""
        try:
            self._take(read(data))
        except (ValueError, KeyError, TypeError, OverflowError):
            self._unread += 1
        self._tell_losses()

    def _take(self, told: ProxiedRequest | BrokenAnswer | None) -> None:
        match told:
            case BrokenAnswer():
                self._broken_answers[told.connection] = told
                if len(self._broken_answers) > MOST_BROKEN_ANSWERS:
                    del self._broken_answers[next(iter(self._broken_answers))]
            case ProxiedRequest():
                broken = self._broken_answers.pop(told.connection, None)
                self._pass_on(told.broken_by(broken) if broken else told)

    def _pass_on(self, request: ProxiedRequest) -> None:
        if request.span is not None and not is_internal(request.span.trace_id):
            self._passed([request.span], [])

    def _tell_losses(self) -> None:
        lost = self._unread + dropped(self._receiver)
        if lost > self._lost:
            self._lost = lost
            self._passed([], [Losses(self._server, self._instance, dropped_spans=lost)])


def dropped(receiver: socket.socket) -> int:
    """Datagrams that the kernel had no room for, since the socket was made; 0 where it does not tell."""
    if sys.platform != "linux":
        return 0
    try:
        told: tuple[int, ...] = _MEMINFO.unpack(receiver.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))
    except (OSError, struct.error):
        return 0
    return told[_MEMINFO_DROPS]
