"""The choice: from a reader's answers to the servers that shall run, with their workers and threads. Pure."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dashboard.advice.questions import Answers

Interface: TypeAlias = Literal["wsgi", "asgi"]
Program: TypeAlias = Literal["gunicorn", "uvicorn"]

AT_ONCE = {"few": 10, "dozens": 100, "hundreds": 1_000, "thousands": 5_000}
"""Requests that are inside at the same time, by the answer `traffic`."""
CROWD = frozenset({"hundreds", "thousands"})
THREADS = {"waiting": (4, 32), "mixed": (2, 8), "computing": (2, 2)}
"""The fewest and the most threads of a worker, by the answer `work`: the more a request computes, the less a further
thread brings, because of the GIL."""
PORT = 8000


@dataclass(frozen=True, slots=True)
class Server:
    """One server that shall run."""

    name: str
    """Of its unit or container: `web` when it is the only one, else `pages` or `live`."""
    interface: Interface
    program: Program
    port: int
    workers: int
    threads: int = 0
    """Of each worker; 0 where an event loop takes the place of threads."""

    @property
    def at_once(self) -> int:
        """Requests that can be inside at the same time; 0 where only memory bounds them."""
        return self.workers * self.threads


@dataclass(frozen=True, slots=True)
class Plan:
    """What shall run: one server, or one for pages and one for what stays open."""

    servers: tuple[Server, ...]

    @property
    def hybrid(self) -> bool:
        """Whether pages and what stays open have a server each."""
        return len(self.servers) > 1

    @property
    def interface(self) -> Literal["wsgi", "asgi", "hybrid"]:
        """In one word."""
        return "hybrid" if self.hybrid else self.servers[0].interface

    @property
    def pages(self) -> Server:
        """The server of ordinary requests."""
        return self.servers[0]

    @property
    def live(self) -> Server:
        """The server of what stays open."""
        return self.servers[-1]


def plan(answers: Answers) -> Plan:
    """The servers for a project."""
    if _hybrid(answers):
        # Connections that wait cost an event loop next to nothing, so half of the cores will do for them.
        live = _asgi(answers, "live", max(1, answers.cores // 2))
        return Plan((_wsgi(answers, "pages"), live))
    return Plan((_asgi(answers, "web", answers.cores) if _all_async(answers) else _wsgi(answers, "web"),))


def _hybrid(answers: Answers) -> bool:
    """Sync code keeps its threads, and what stays open gets an event loop. A platform has one door only."""
    held = answers.live != "none" and answers.hosting != "platform"
    return held and (answers.code == "sync" or (answers.code == "mixed" and answers.middleware == "sync"))


def _all_async(answers: Answers) -> bool:
    """Whether everything shall be served by event loops."""
    if answers.live != "none" or answers.code == "async":
        return True
    # What waits is held either way; a thread for each request is bearable when it waits, and dear when it computes.
    bearable = answers.work == "waiting" or (answers.work == "mixed" and answers.middleware == "async")
    return answers.code == "mixed" and answers.traffic in CROWD and bearable


def _wsgi(answers: Answers, name: str) -> Server:
    fewest, most = THREADS[answers.work]
    wanted = math.ceil(AT_ONCE[answers.traffic] / answers.cores)
    return Server(name, "wsgi", "gunicorn", PORT, answers.cores, max(fewest, min(most, wanted)))


def _asgi(answers: Answers, name: str, workers: int) -> Server:
    # Each container has its own network, and so the same port.
    port = PORT + 1 if name == "live" and answers.hosting == "vm" else PORT
    return Server(name, "asgi", "gunicorn" if answers.hosting == "vm" else "uvicorn", port, workers)
