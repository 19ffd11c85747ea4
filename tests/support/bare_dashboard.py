"""A dashboard without pages in a process of its own: receiver and viewers behind the real server.

Run as a program it is that process: `python -m tests.support.bare_dashboard PORT`. It prints "ready" when it listens
and "clean" when it has ended as it should.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from websockets.typing import Origin

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
END_WITHIN_S = 15


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> Origin:
        """Where its pages would be, which is the origin of its viewers."""
        return Origin(f"http://127.0.0.1:{self.port}")

    @property
    def live(self) -> str:
        """Where its viewers connect."""
        return f"ws://127.0.0.1:{self.port}/live"

    def memory(self) -> int:
        """Resident bytes."""
        rss: int = psutil.Process(self.process.pid).memory_info().rss
        return rss


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Served]:
    """A server until the end of the block. Fails when it does not end cleanly and silently."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.bare_dashboard", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GATESCOPE_DATA": str(data), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Served(port, _ready(process))
            process.terminate()
            printed, complaints = process.communicate(timeout=END_WITHIN_S)
            assert (process.returncode, printed) == (0, "clean\n"), complaints
            assert "Traceback" not in complaints, complaints
        finally:
            process.kill()


def _ready(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout
    assert process.stdout.readline() == "ready\n", process.communicate(timeout=END_WITHIN_S)
    return process


def main(port: int) -> None:
    """Serve until told to end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    import django

    django.setup()
    from channels.routing import ProtocolTypeRouter, URLRouter
    from django.urls import path

    from dashboard.access.origin import OriginGuard
    from dashboard.access.roles import Access
    from dashboard.ingest.app import Ingest
    from dashboard.live.consumer import Viewer
    from dashboard.live.hub import Hub
    from dashboard.server.daphne import serve
    from dashboard.server.policy import DashboardPolicy

    # Channels routes ASGI callables by what Django types as views.
    hub = Hub()
    ingest = Ingest(hub)
    takes_spans: Any = ingest
    application = ProtocolTypeRouter(
        {
            "http": URLRouter([path("v1/traces", takes_spans), path("other", takes_spans)]),
            "websocket": OriginGuard(URLRouter([path("live", Viewer.as_asgi(source=hub))])),
        }
    )
    serve(application, "127.0.0.1", port, lambda: print("ready", flush=True), DashboardPolicy(Access(), ingest))
    print("clean", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
