"""Runs one program so that nothing it ever started outlives it, or outlives the process that wanted it.

    supervisor ── outer guard ── inner guard ── program ── its workers, and whatever detached itself from them

On Linux both guards are subreapers (prctl(2), PR_SET_CHILD_SUBREAPER): a process whose parent has ended becomes the
child of the nearest guard above it, whatever session, process group, title or environment it gave itself. So whoever
is left of supervisor, outer and inner guard can end all the rest, and the program itself is sent SIGTERM when its
guard is gone (PR_SET_PDEATHSIG). Elsewhere the guards end the program's process group, and `process_tag` finds the
others.

Run as `python -I -S guard.py GRACE_S COMMAND...`, with a socket to the supervisor as standard input: it carries the
program's process id, or what kept it from being run, and its end is the order to end. Standard library alone, and as
little of it as possible: there is one for every server.
"""

import ctypes
import errno
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

LIFELINE = 0
"""The file descriptor of the socket to the supervisor."""
TAG_VARIABLE, GUARDED_TAG_VARIABLE = "GATESCOPE_FLEET", "GATESCOPE_GUARDED_FLEET"
"""The fleet's tag for the program, and how it travels here: a guard itself must not be ended by its tag."""
CANNOT_RUN = 127
MARGIN_S = 1.0
"""How long the outer guard waits for the inner one beyond the grace."""
KILL_AGAIN_S = 0.05
ORDERS_TO_END = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
INHERITED = (*ORDERS_TO_END, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ)
"""Signals that this program or Python itself handles otherwise than a fresh process: reset for who inherits them."""

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def main(grace_s: float, command: list[str]) -> None:
    """Run the command under two guards; end as it ended."""
    if tag := os.environ.pop(GUARDED_TAG_VARIABLE, ""):
        os.environ[TAG_VARIABLE] = tag
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    outer = _Guard(grace_s + MARGIN_S, asks=False)
    _end_like(outer.keep(lambda: _fork(lambda: _be_inner_guard(grace_s, command))))


def _be_inner_guard(grace_s: float, command: list[str]) -> None:
    _end_like(_Guard(grace_s, asks=True).keep(lambda: _start(command)))


class _Guard:
    """One guard: becomes a subreaper, keeps what `start` starts, and returns when no descendant is left.

    When told to end it sends SIGTERM (if `asks`), and after the grace SIGKILL.
    """

    def __init__(self, grace_s: float, *, asks: bool) -> None:
        self._grace_s = grace_s
        self._asks = asks
        self._kill_at: float | None = None
        self._told = False

    def keep(self, start: Callable[[], int]) -> int:
        """Return how the process that `start` made has ended, as `Popen.returncode` says it."""
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        waking, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else _nonblocking_pipe()
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in ORDERS_TO_END:
            signal.signal(number, self._be_told)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._child = start()
        status: int | None = None
        poll = select.poll()
        poll.register(waking, select.POLLIN)
        poll.register(LIFELINE, select.POLLIN)
        while True:
            ended, any_left = _reap()
            if self._child in ended:
                status = ended[self._child]
            if not any_left:
                return CANNOT_RUN if status is None else status
            self._end_what_is_due(child_is_gone=status is not None)
            for descriptor, _ in poll.poll(self._wait_ms()):
                if descriptor == waking:
                    os.read(waking, 4096)
                elif _has_ended(LIFELINE):
                    self._told = True
                    poll.unregister(LIFELINE)

    def _be_told(self, *_: object) -> None:
        self._told = True

    def _end_what_is_due(self, *, child_is_gone: bool) -> None:
        now = time.monotonic()
        if self._kill_at is None and (self._told or child_is_gone):
            self._kill_at = now + self._grace_s
            if self._asks or child_is_gone:
                self._signal_all(signal.SIGTERM)
        elif self._kill_at is not None and now >= self._kill_at:
            self._signal_all(signal.SIGKILL)

    def _wait_ms(self) -> float | None:
        if self._kill_at is None:
            return None
        return 1000 * max(KILL_AGAIN_S, self._kill_at - time.monotonic())

    def _signal_all(self, number: int) -> None:
        found = _descendants()
        for pid in found:
            _send(os.kill, pid, number)
        if not found:  # a system without /proc
            _send(os.killpg, self._child, number)


def _has_ended(lifeline: int) -> bool:
    try:
        return not os.read(lifeline, 4096)
    except ConnectionError:  # the supervisor was killed before it had read which process this is
        return True


def _send(kill: Callable[[int, int], None], pid: int, number: int) -> None:
    with suppress(OSError):  # it has ended
        kill(pid, number)


def _reap() -> tuple[dict[int, int], bool]:
    """Return how those children ended that have, by process id, and whether there are others."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended, False
        if not pid:
            return ended, True
        ended[pid] = os.waitstatus_to_exitcode(status)


def _descendants() -> list[int]:
    """List the processes below this one, parents first."""
    children: dict[int, list[int]] = {}
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                # After the name, which may hold anything: state, parent (proc_pid_stat(5)).
                parent = int(file.read().rpartition(b")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    level = children.get(os.getpid(), [])
    while level:
        found += level
        level = [child for pid in level for child in children.get(pid, [])]
    return found


def _fork(work: Callable[[], None]) -> int:
    """Return the process id of a child that does the work. It is sent SIGTERM when this process ends."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        for number in INHERITED:
            signal.signal(number, signal.SIG_DFL)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == parent:
            work()
    finally:
        os._exit(CANNOT_RUN)


def _start(command: list[str]) -> int:
    """Start the program in a session of its own and tell the supervisor its process id, or why it cannot be run."""
    reading, writing = os.pipe()  # closed by a successful exec
    pid = _fork(lambda: _execute(command, writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as failure:
        number = failure.read()
    with suppress(OSError):  # the supervisor is gone, which the next look at the socket shows
        os.write(LIFELINE, (b"!" + number if number else str(pid).encode()) + b"\n")
    return pid


def _execute(command: list[str], failed: int) -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), LIFELINE)
    try:
        os.execvp(command[0], command)  # noqa: S606 -- the server's own command line
    except OSError as error:
        os.write(failed, str(error.errno or errno.ENOEXEC).encode())


def _nonblocking_pipe() -> tuple[int, int]:
    reading, writing = os.pipe()
    for descriptor in (reading, writing):
        os.set_blocking(descriptor, False)
    return reading, writing


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_like(status: int) -> None:
    """End this process as another one has ended."""
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status if status >= 0 else CANNOT_RUN)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
