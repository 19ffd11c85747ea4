"""Kills one worker process of a server, for the lesson about what dies with it."""

from collections.abc import Collection

import psutil


class NoWorkerError(Exception):
    """There is no worker to kill; the message says why in one sentence."""


def kill_one(server: int, busy: Collection[int]) -> int:
    """Kill one worker of the server with this process id, preferably a `busy` one, and return its process id.

    A server with a single process is its own worker. Raises NoWorkerError.
    """
    try:
        worker = _choose(_workers(psutil.Process(server)), busy)
        worker.kill()
    except psutil.NoSuchProcess:
        raise NoWorkerError(f"Process {server} has already ended: there is no worker to kill.") from None
    except psutil.AccessDenied as error:
        raise NoWorkerError(f"Process {error.pid} belongs to another user and cannot be killed from here.") from None
    return worker.pid


def _workers(server: psutil.Process) -> list[psutil.Process]:
    """Return the descendants of a server, or the server itself when it has none."""
    below = [process for process in server.children(recursive=True) if process.status() != psutil.STATUS_ZOMBIE]
    return below or [server]


def _choose(workers: list[psutil.Process], busy: Collection[int]) -> psutil.Process:
    return next((worker for worker in workers if worker.pid in busy), workers[0])
