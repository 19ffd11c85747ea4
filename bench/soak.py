"""Everything at once for a quarter of an hour, and what each process then holds: `make soak`.

All servers are fired at all the time, viewers come and go, some without a farewell. Every few seconds each process is
looked at: memory, open files, threads and, in the dashboard, tasks of its event loop. What rises from quarter to
quarter of the time, after a third to warm up, by more than chance explains, is a leak, and the exit status is 1.
SOAK_MINUTES makes it shorter or longer.
"""

import logging
import os
import random
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil
from websockets import ConnectionClosed, Origin
from websockets.sync.client import connect

from dashboard.fleet.entry import OBSERVED, ServerEntry
from dashboard.fleet.processes.server_process import GUARD
from dashboard.fleet.table import SERVERS
from tests.support.demo import Gatescope, gatescope

MINUTES = 15.0
LOOK_EVERY_S = 5.0
WARM_UP = 1 / 3
QUARTERS = 4
VIEWERS, FIRING = 6, 2
STAYS_S = 6.0
COUNT, AT_ONCE = 20, 5
TRACES_KEPT = 2_000
TLS_CONNECTIONS = 1_000
"""Until so many a server that speaks TLS grows, with the instrument and without."""
FILLING_RUN = 200
"""Requests of one run of those that fill: a busy machine is to end it in time."""
ALLOWED = {"MiB": 6.0, "files": 4.0, "threads": 4.0, "tasks": 8.0}
"""What may be added from the first to the last quarter: pools and caches fill, and memory comes in pieces."""
SCENARIOS = ("hello", "query", "wait", "template", "error", "stream")
SOCKET_SCENARIOS = ("chat", "announce")


@dataclass
class Series:
    """What one process held, look by look."""

    name: str
    seen: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in ALLOWED})
    at_s: list[float] = field(default_factory=list)

    def note(self, at_s: float, values: dict[str, float]) -> None:
        """Add one look."""
        self.at_s.append(at_s)
        for kind, value in values.items():
            self.seen[kind].append(value)

    def slope_per_hour(self, kind: str) -> float:
        """The slope of the line through what was seen after the warm-up."""
        values = self._warm(self.seen[kind])
        times = self._warm(self.at_s)[: len(values)]
        if len(values) < QUARTERS or len(set(times)) < 2:  # noqa: PLR2004 -- two points make a line
            return 0.0
        return 3600 * statistics.linear_regression(times, values).slope

    def rises(self, kind: str) -> bool:
        """Whether it rose in each quarter, and by more than is allowed in all."""
        values = self._warm(self.seen[kind])
        if len(values) < 2 * QUARTERS:
            return False
        size = len(values) / QUARTERS
        parts = [values[round(n * size) : round((n + 1) * size)] for n in range(QUARTERS)]
        medians = [statistics.median(part) for part in parts]
        steadily = all(before < after for before, after in pairwise(medians))
        return steadily and medians[-1] - medians[0] > ALLOWED[kind]

    def _warm(self, values: Sequence[float]) -> Sequence[float]:
        return values[round(len(self.at_s) * WARM_UP) :]


class Soak:
    """One soak of a running demo."""

    def __init__(self, demo: Gatescope, tasks: Path, seconds: float) -> None:
        self._demo = demo
        self._tasks = tasks
        self._seconds = seconds
        self._began = self._until = 0.0
        self._series: dict[int, Series] = {}
        self.runs = self.visits = 0
        self.complaints: list[str] = []

    def go(self) -> list[Series]:
        """Fire, watch and look until the time is over; return what was seen of the processes that lasted."""
        self._fill()
        self._began = time.monotonic()
        self._until = self._began + self._seconds
        work = [self._fire] * FIRING + [self._visit] * VIEWERS
        workers = [threading.Thread(target=self._until_over, args=(one,), daemon=True) for one in work]
        for worker in workers:
            worker.start()
        while not self._is_over():
            time.sleep(LOOK_EVERY_S)
            self._look()
        for worker in workers:
            worker.join(60)
        looks = max(len(series.at_s) for series in self._series.values())
        return [series for series in self._series.values() if len(series.at_s) > looks / 2]

    def _fill(self) -> None:
        """Have every server started and what is kept of traces full, or both would look like leaks."""
        for entry in _observed():
            self._demo.run([entry.name], "hello", count=AT_ONCE, concurrency=AT_ONCE)
            if entry.tls:
                self._use(entry.name, TLS_CONNECTIONS)
        self._use("gunicorn-gthread", TRACES_KEPT)

    def _use(self, name: str, requests: int) -> None:
        for _ in range(requests // FILLING_RUN):
            self._demo.run([name], "hello", count=FILLING_RUN, concurrency=AT_ONCE)

    def _is_over(self) -> bool:
        return time.monotonic() > self._until

    def _until_over(self, work: Callable[[], None]) -> None:
        while not self._is_over():
            try:
                work()
            except Exception as error:  # noqa: BLE001 -- it is counted, and the soak goes on
                self.complaints.append(f"{type(error).__name__}: {error}"[:300])
                time.sleep(1)

    def _fire(self) -> None:
        entry = random.choice(_observed())
        wanted = SCENARIOS if entry.interface == "wsgi" or entry.scenarios else SCENARIOS + SOCKET_SCENARIOS
        scenario = random.choice([one for one in wanted if entry.answers(one)])
        self._demo.run([entry.name], scenario, count=COUNT, concurrency=AT_ONCE, seconds=0.05)
        self.runs += 1

    def _visit(self) -> None:
        """Watch for a few seconds as a page does, then leave: half the time without a word."""
        origin = Origin(self._demo.url)
        stay_until = time.monotonic() + random.uniform(0.1, STAYS_S)
        with connect(f"{self._demo.url.replace('http', 'ws')}/live", origin=origin, max_size=None) as viewer:
            with suppress(TimeoutError, ConnectionClosed):
                while time.monotonic() < stay_until:
                    text = viewer.recv(timeout=1)
                    if isinstance(text, str) and text.startswith("{"):
                        sequence = text.partition('"seq":')[2].partition(",")[0].strip()
                        viewer.send(f'{{"ack": {sequence}}}')
            if random.random() < 1 / 2:
                viewer.socket.shutdown(socket.SHUT_RDWR)
        self.visits += 1

    def _look(self) -> None:
        at_s = time.monotonic() - self._began
        for pid, name, process in self._processes():
            with suppress(psutil.Error):
                values = {
                    "MiB": process.memory_info().rss / 2**20,
                    "files": float(process.num_fds()),
                    "threads": float(process.num_threads()),
                }
                if pid == self._demo.process.pid and (tasks := self._count_tasks()):
                    values["tasks"] = tasks
                self._series.setdefault(pid, Series(name)).note(at_s, values)

    def _processes(self) -> Iterator[tuple[int, str, psutil.Process]]:
        """Yield the dashboard, what it started, and whose each is: a guard's environment names its server."""
        dashboard = psutil.Process(self._demo.process.pid)
        yield dashboard.pid, "dashboard", dashboard
        for child in dashboard.children():
            with suppress(psutil.Error):
                if str(GUARD) not in child.cmdline():
                    yield child.pid, child.name(), child
                    continue
                server = child.environ().get("OTEL_SERVICE_NAME", "?")
                yield child.pid, f"{server}: guard", child
                for below in child.children(recursive=True):
                    kind = "guard" if str(GUARD) in below.cmdline() else "server"
                    yield below.pid, f"{server}: {kind}", below

    def _count_tasks(self) -> float:
        self._tasks.unlink(missing_ok=True)
        self._demo.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + LOOK_EVERY_S
        while time.monotonic() < deadline:
            with suppress(FileNotFoundError, ValueError):
                return float(self._tasks.read_text())
            time.sleep(0.02)
        return 0.0


def _observed() -> list[ServerEntry]:
    return [entry for entry in SERVERS if entry.interface in OBSERVED and not entry.why_missing()]


def main() -> int:
    """Soak, print the table, and return the exit status."""
    # It reports as errors of its own that we leave without a farewell.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    seconds = 60 * float(os.environ.get("SOAK_MINUTES") or MINUTES)
    with tempfile.TemporaryDirectory(prefix="gatescope-soak-", ignore_cleanup_errors=True) as folder:
        tasks = Path(folder) / "tasks"
        os.environ["GATESCOPE_TASKS_FILE"] = str(tasks)
        with gatescope(Path(folder) / "data", program=("-m", "bench.counted_demo")) as demo:
            soak = Soak(demo, tasks, seconds)
            print(f"Soaking for {seconds / 60:g} minutes ...", flush=True)
            lasted = soak.go()
    return report(soak, lasted)


def report(soak: Soak, lasted: list[Series]) -> int:
    """Print what each process held at the end and the slope of each, and return 1 where one rises steadily."""
    print(f"{soak.runs} runs of {COUNT} requests, {soak.visits} visits, {len(soak.complaints)} complaints")
    for complaint in soak.complaints[:10]:
        print(f"  {complaint}")
    print(f"{'process':<34}" + "".join(f"{kind:>10}{'per hour':>10}" for kind in ALLOWED))
    leaks = []
    for series in sorted(lasted, key=lambda one: one.name):
        line = f"{series.name:<34}"
        for kind, values in series.seen.items():
            if not values:
                line += f"{'–':>10}{'':>10}"
                continue
            rises = series.rises(kind)
            line += f"{values[-1]:>10.1f}{series.slope_per_hour(kind):>+9.1f}{'!' if rises else ' '}"
            leaks += [f"{series.name}: {kind}"] if rises else []
        print(line)
    print(f"Rising steadily: {', '.join(leaks)}" if leaks else "Nothing rises steadily.")
    return 1 if leaks or not soak.runs else 0


if __name__ == "__main__":
    sys.exit(main())
