"""A real redis-server for tests, which can be killed and started again empty."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.support.ports import free_port


class Redis:
    """A redis-server that keeps nothing on disk, on one port however often it is started."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._options = options
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its URL for REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and return when it listens; it holds nothing."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: apt-get install redis-server"
        options = ["--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [program, *options, "--bind", "127.0.0.1", *self._options], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError("redis-server does not listen")

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        assert self._process
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it as the kernel does when there is no memory left."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
