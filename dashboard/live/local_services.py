"""On which ports of this machine the observed services listen, as their processes show it.

A process says its id, and its heartbeat whether that is one of this machine's; who listens is asked of the kernel. A
worker that listens on nothing has its socket from its parent, if that is the same program: one that was started by
something else that listens, such as systemd, has nothing to do with those sockets.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import psutil

from dashboard.traces.attributes import SERVICE_INSTANCE
from dashboard.traces.span import Span

MOST_SERVICES = 64
"""Services followed at once; as many as the page tells apart."""
MOST_PROCESSES = 16
"""Processes of one service that are looked at, the newest."""


class LocalServices:
    """The newest processes of each service that sends spans. `local_pid` is as of `LivenessTracker`."""

    def __init__(self, local_pid: Callable[[str], int | None], is_ours: Callable[[str], bool]) -> None:
        self._local_pid = local_pid
        self._is_ours = is_ours
        self._instances: dict[str, dict[str, None]] = {}

    def note(self, spans: Iterable[Span]) -> None:
        """Note who sends; services that are ours, and those beyond `MOST_SERVICES`, are left out."""
        for server, instance in {(span.server, span.attributes.get(SERVICE_INSTANCE)) for span in spans}:
            if not isinstance(instance, str) or not server or self._is_ours(server):
                continue
            if server not in self._instances and len(self._instances) >= MOST_SERVICES:
                continue
            known = self._instances.setdefault(server, {})
            known.pop(instance, None)
            known[instance] = None
            if len(known) > MOST_PROCESSES:
                del known[next(iter(known))]

    def ports(self) -> Mapping[str, set[int]]:
        """Return the ports that each service listens on, by name, now. Takes about a millisecond a process."""
        found: dict[str, set[int]] = {}
        for server, instances in list(self._instances.items()):
            pids = {pid for instance in list(instances) if (pid := self._local_pid(instance)) is not None}
            ports = {port for pid in pids for port in listening_ports(pid)}
            if ports:
                found[server] = ports
        return found


def listening_ports(pid: int) -> set[int]:
    """Return the TCP ports that a process listens on, else those of its master; none where neither can be seen."""
    with suppress(psutil.Error, OSError, ValueError):
        process = psutil.Process(pid)
        if ports := _ports_of(process):
            return ports
        parent = process.parent()
        if parent is not None and parent.exe() == process.exe():
            return _ports_of(parent)
    return set()


def _ports_of(process: psutil.Process) -> set[int]:
    connections = process.net_connections(kind="tcp")
    return {one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN}
