"""A load generator of one page: N keep-alive connections that ask again as soon as they were answered.

It is light on purpose; on two cores a richer client would be what is measured.
"""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What one burst of load saw."""

    requests: int
    seconds: float
    failures: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


async def load(port: int, path: str, *, connections: int, seconds: float) -> Load:
    """Ask for `path` on 127.0.0.1 for so long. Answers other than 200 are failures."""
    begun = time.perf_counter()
    deadline = begun + seconds
    counts = await asyncio.gather(*(_ask_until(deadline, port, path) for _ in range(connections)))
    return Load(
        requests=sum(done for done, _ in counts),
        seconds=time.perf_counter() - begun,
        failures=sum(failed for _, failed in counts),
    )


async def _ask_until(deadline: float, port: int, path: str) -> tuple[int, int]:
    done = failed = 0
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    while time.perf_counter() < deadline:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while time.perf_counter() < deadline:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
                done += 1
                failed += not head.startswith(b"HTTP/1.1 200")
        except (asyncio.IncompleteReadError, ConnectionError):
            # The server closed a kept-alive connection: open another, as a browser would.
            continue
        finally:
            writer.close()
    return done, failed


def _length(head: bytes) -> int:
    """The body's length. Raises ValueError when the answer does not say it: the samples' pages always do."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"no Content-Length in {head[:200]!r}")
