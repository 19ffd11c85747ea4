"""Passes finished spans on to another OTLP backend, such as Jaeger, Tempo or a Collector: GATESCOPE_FORWARD=URL.

They go as they came, as OTLP/JSON over HTTP, by the writer of exported files. The SDK's exporter takes its own
`ReadableSpan` alone, which has no place for all that a span of another program may say. The stage never waits: what
the backend does not take fast enough is dropped, the oldest first, and counted.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

import httpx

from dashboard.access.addresses import is_loopback
from dashboard.interchange.otlp import request_json
from dashboard.traces.span import Span

PATH = "/v1/traces"
RETRYABLE = frozenset({429, 502, 503, 504})
"""The same may be sent again later (https://opentelemetry.io/docs/specs/otlp/#failures-1)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ForwardingLimits:
    """How much may wait, and for how long. Seconds."""

    waiting: int = 20_000
    """Spans; beyond it the oldest are dropped."""
    batch: int = 500
    gather_s: float = 0.5
    """How long to wait for more spans after the first."""
    answer_s: float = 10.0
    retry_s: float = 2.0
    longest_retry_s: float = 30.0


def forwards_to_itself(url: str, ports: Collection[int]) -> bool:
    """Return whether a URL leads to one of these ports of this machine."""
    if not url:
        return False
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return port in ports and is_loopback(parts.hostname or "")


class Forwarder:
    """Sends to one backend. `notify` takes a sentence for the page, "" when all is well. Lives on one loop."""

    def __init__(self, url: str, notify: Callable[[str], None], limits: ForwardingLimits | None = None) -> None:
        self.url = url if url.endswith(PATH) else url.rstrip("/") + PATH
        self._notify = notify
        self._limits = limits or ForwardingLimits()
        self._waiting: deque[Span] = deque()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.forwarded = 0
        self.dropped = 0

    def offer(self, spans: Iterable[Span]) -> None:
        """Queue those that have ended. Call it on the loop."""
        self._waiting.extend(span for span in spans if span.certain)
        while len(self._waiting) > self._limits.waiting:
            self._waiting.popleft()
            self.dropped += 1
        if self._waiting:
            self._news.set()
            if self._task is None or self._task.done():
                self._task = asyncio.get_running_loop().create_task(self._run(), name="forwarder")

    async def stop(self) -> None:
        """End sending; what waits is lost."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=self._limits.answer_s) as http:
            while True:
                await self._news.wait()
                await asyncio.sleep(self._limits.gather_s)
                self._news.clear()
                while self._waiting:
                    await self._send_batch(http)

    async def _send_batch(self, http: httpx.AsyncClient) -> None:
        batch = list(islice(self._waiting, self._limits.batch))
        for _ in batch:
            self._waiting.popleft()
        body = await asyncio.to_thread(request_json, batch)
        problem = await self._deliver(http, body.encode())
        if problem:
            self.dropped += len(batch)
            self._tell(problem)
        else:
            self.forwarded += len(batch)
            self._tell("")

    async def _deliver(self, http: httpx.AsyncClient, body: bytes) -> str:
        """Send until it is taken or refused for good. Return why it was refused, "" if it was taken."""
        pause_s = self._limits.retry_s
        while True:
            try:
                answer = await http.post(self.url, content=body, headers={"content-type": "application/json"})
            except httpx.HTTPError as error:
                self._tell(f"does not answer ({type(error).__name__})")
            else:
                if answer.is_success:
                    return ""
                if answer.status_code not in RETRYABLE:
                    return f"refuses spans ({answer.status_code})"
                self._tell(f"asks to wait ({answer.status_code})")
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self._limits.longest_retry_s)

    def _tell(self, problem: str) -> None:
        lost = f" Not passed on so far: {self.dropped:,}." if self.dropped else ""
        sentence = f"{self.url}, where spans are passed on to, {problem}.{lost}" if problem else ""
        if problem:
            logger.debug(sentence)
        self._notify(sentence)
