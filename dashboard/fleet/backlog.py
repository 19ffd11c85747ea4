"""The accept queue of each server's listening socket, as the Linux kernel counts it: connections that are complete,
often with their request sent, and that the server has not accepted yet.

/proc/net/tcp and tcp6 have a line per socket. For one that listens (state 0A) `rx_queue` is the kernel's
`sk_ack_backlog`, the present length of its accept queue, in hexadecimal (Linux net/ipv4/tcp_ipv4.c, get_tcp4_sock,
and net/ipv6/tcp_ipv6.c, get_tcp6_sock). `tx_queue` is 0 there: the queue's limit is only in netlink's answer, which
`ss -ltn` shows as Send-Q; its Recv-Q is this same number. Listening sockets come first in the file.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

SAMPLE_EVERY_S = 0.15
FIND_EVERY_SAMPLES = 10
"""A program of somebody else's that begins to listen is found after this many samples, at the latest."""
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENING = "0A"
LOCAL, STATE, QUEUES = 1, 3, 4
"""Columns of a line: address:port, state, tx_queue:rx_queue; all in hexadecimal."""

logger = logging.getLogger(__name__)


def parse_accept_queues(lines: Iterable[str], ports: Collection[int]) -> dict[int, int]:
    """Return the length of the accept queue by port, from the lines of one such table. Sockets of one port add up.

    Raises ValueError or IndexError for lines of anything else.
    """
    found: dict[int, int] = {}
    for line in islice(lines, 1, None):
        fields = line.split()
        if fields[STATE] != LISTENING:
            break
        port = int(fields[LOCAL].rpartition(":")[2], 16)
        if port in ports:
            found[port] = found.get(port, 0) + int(fields[QUEUES].partition(":")[2], 16)
    return found


def read_accept_queues(ports: Collection[int]) -> dict[int, int] | None:
    """Return the accept queues on this machine now; None where the system does not tell. Costs about 0.1 ms."""
    found: dict[int, int] = {}
    readable = False
    for table in TABLES:
        with suppress(OSError, ValueError, IndexError), table.open() as lines:
            for port, length in parse_accept_queues(lines, ports).items():
                found[port] = found.get(port, 0) + length
            readable = True
    return found if readable else None


class BacklogMeter:
    """Reads the accept queues several times a second, while somebody is watching.

    `ports` returns the ports of each server by name; `find_ports` those of programs that are none of ours, which
    takes a while, so it is called in a thread and less often. `is_watched` says whether anybody is watching, and
    `report` gets the lengths by name. It starts when `wake` is called for the first time, on the event loop.
    """

    def __init__(
        self,
        ports: Callable[[], Mapping[str, Collection[int]]],
        is_watched: Callable[[], bool],
        report: Callable[[dict[str, int]], None],
        find_ports: Callable[[], Mapping[str, Collection[int]]] = dict,
    ) -> None:
        self._ports = ports
        self._find_ports = find_ports
        self._is_watched = is_watched
        self._report = report
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Start measuring, unless that has been done."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._measure_forever(), name="backlog")

    async def _measure_forever(self) -> None:
        found: Mapping[str, Collection[int]] = {}
        for number in count():
            await asyncio.sleep(SAMPLE_EVERY_S)
            if not self._is_watched():
                continue
            if number % FIND_EVERY_SAMPLES == 0:
                found = await asyncio.to_thread(self._find_ports)
            ports = {**found, **self._ports()}
            lengths = read_accept_queues({port for those in ports.values() for port in those})
            if lengths is None:
                logger.info("The kernel's accept queues cannot be read here; the page derives them.")
                return
            listening = {name: [lengths[port] for port in those if port in lengths] for name, those in ports.items()}
            self._report({name: sum(queues) for name, queues in listening.items() if queues})
