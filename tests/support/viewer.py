"""A viewer as the page is one: it keeps a model of the spans, acknowledges each frame and notes what it was told."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Model:
    """What a viewer knows after the frames it was sent."""

    spans: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)
    snapshots: int = 0
    missed: int = 0
    notice: str = ""
    losses: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    largest: int = 0

    def take(self, text: str) -> int | None:
        """Apply a message. Returns the number to acknowledge, None for a fragment."""
        self.largest = max(self.largest, len(text))
        if text.startswith("<"):
            self.fragments.append(text)
            return None
        frame = json.loads(text)
        if frame.get("snapshot") and frame["part"] == 1:
            self.snapshots += 1
            self.missed += frame["missed"]
            self.spans.clear()
        for span in frame["spans"]:
            self.spans[span["trace_id"], span["span_id"]] = span
        self.notice = frame.get("notice", self.notice)
        self.losses = frame.get("losses", self.losses)
        self.seqs.append(frame["seq"])
        seq: int = frame["seq"]
        return seq


async def watch(socket: Any, model: Model) -> None:
    """Read and acknowledge until cancelled or closed. `socket` is a `websockets` connection."""
    async for text in socket:
        seq = model.take(text)
        if seq is not None:
            await socket.send(json.dumps({"ack": seq}))


async def until(condition: Any, within_s: float = 20.0) -> None:
    """Wait for a condition. Raises TimeoutError when it does not come true."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.02)
