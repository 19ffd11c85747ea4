"""The choice: from a reader's answers to the servers to run, with their workers and threads. Pure."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dashboard.advice.questions import Answers

Interface: TypeAlias = Literal["wsgi", "asgi"]
Program: TypeAlias = Literal["gunicorn", "uvicorn"]

AT_ONCE = {"few": 10, "dozens": 100, "hundreds": 1_000, "thousands": 5_000}
"""Requests in progress at the same time, by the answer `traffic`."""
CROWD = frozenset({"hundreds", "thousands"})
THREADS = {"waiting": (4, 32), "mixed": (2, 8), "computing": (2, 2)}
"""The fewest and the most threads of a worker, by the answer `work`: the more a request computes, the less another
thread helps, because of the GIL.
"""
PORT = 8000


@dataclass(frozen=True, slots=True)
class PlannedServer:
    """One server to run."""

    name: str
    """Name of its unit or container: `web` if it is the only one, else `pages` or `live`."""
    interface: Interface
    program: Program
    port: int
    workers: int
    threads: int = 0
    """Threads per worker; 0 if it has an event loop instead."""

    @property
    def at_once(self) -> int:
        """Requests that can be in progress at the same time; 0 if only memory limits them."""
        return self.workers * self.threads


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: one server, or one for pages and one for what stays open."""

    servers: tuple[PlannedServer, ...]

    @property
    def hybrid(self) -> bool:
        """Whether pages and what stays open have a server each."""
        return len(self.servers) > 1

    @property
    def interface(self) -> Literal["wsgi", "asgi", "hybrid"]:
        """The interface, in one word."""
        return "hybrid" if self.hybrid else self.servers[0].interface

    @property
    def pages(self) -> PlannedServer:
        """The server of ordinary requests."""
        return self.servers[0]

    @property
    def live(self) -> PlannedServer:
        """The server of what stays open."""
        return self.servers[-1]


def plan_servers(answers: Answers) -> Plan:
    """Plan the servers for a project."""
    if _hybrid(answers):
        # Waiting connections cost an event loop next to nothing, so half of the cores are enough for them.
        live = _asgi(answers, "live", max(1, answers.cores // 2))
        return Plan((_wsgi(answers, "pages"), live))
    return Plan((_asgi(answers, "web", answers.cores) if _all_async(answers) else _wsgi(answers, "web"),))


def _hybrid(answers: Answers) -> bool:
    """Return whether sync code keeps its threads and what stays open gets an event loop. Platforms run one server."""
    held = answers.live != "none" and answers.hosting != "platform"
    return held and (answers.code == "sync" or (answers.code == "mixed" and answers.middleware == "sync"))


def _all_async(answers: Answers) -> bool:
    """Return whether event loops should serve everything."""
    if answers.live != "none" or answers.code == "async":
        return True
    # Under ASGI each sync view takes a thread: acceptable while requests wait, expensive while they compute.
    bearable = answers.work == "waiting" or (answers.work == "mixed" and answers.middleware == "async")
    return answers.code == "mixed" and answers.traffic in CROWD and bearable


def _wsgi(answers: Answers, name: str) -> PlannedServer:
    fewest, most = THREADS[answers.work]
    wanted = math.ceil(AT_ONCE[answers.traffic] / answers.cores)
    return PlannedServer(name, "wsgi", "gunicorn", PORT, answers.cores, max(fewest, min(most, wanted)))


def _asgi(answers: Answers, name: str, workers: int) -> PlannedServer:
    # Each container has its own network, and so the same port.
    port = PORT + 1 if name == "live" and answers.hosting == "vm" else PORT
    return PlannedServer(name, "asgi", "gunicorn" if answers.hosting == "vm" else "uvicorn", port, workers)
