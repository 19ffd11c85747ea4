"""Prints the frames that a viewer of a running dashboard gets, one JSON text a line: scripts/frames.py [URL]

It acknowledges each frame as the page does, and leaves out the HTML fragments that htmx would take.
"""

import asyncio
import json
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

LARGEST_FRAME = 2 * 1024 * 1024


async def print_frames(url: str) -> None:
    """Print every frame until the dashboard closes the socket."""
    live = url.replace("http", "ws", 1).rstrip("/") + "/live"
    async with connect(live, origin=Origin(url.rstrip("/")), max_size=LARGEST_FRAME) as socket:
        async for message in socket:
            if str(message).startswith("{"):
                print(message, flush=True)
                await socket.send(json.dumps({"ack": json.loads(message)["seq"]}))


if __name__ == "__main__":
    try:
        asyncio.run(print_frames(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8484"))
    except KeyboardInterrupt:
        pass
    except (OSError, ConnectionClosed) as error:
        sys.exit(f"No frames: {error}. Is the dashboard running there?")
