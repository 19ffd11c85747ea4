"""What a test asks of a browser, whichever engine is behind it."""

import time
from typing import Any, Protocol

WITHIN_S = 30.0
LOOK_EVERY_S = 0.05
KEYS = {
    "Enter": "\ue006",
    "Escape": "\ue00c",
    "Space": " ",
    "PageUp": "\ue00e",
    "PageDown": "\ue00f",
    "ArrowRight": "\ue014",
}
"""The code points of WebDriver for keys that type nothing."""


class Engine(Protocol):
    """One window of a browser."""

    def goto(self, url: str) -> None:
        """Open a page and return when it has loaded, whatever its status."""

    def size(self, width: int, height: int) -> None:
        """Give the page this many CSS pixels."""

    def evaluate(self, function: str, *arguments: Any) -> Any:
        """Call a JavaScript function with these arguments and return what its promise resolves to."""

    def click(self, selector: str) -> None:
        """Click the middle of the first element that matches."""

    def press(self, key: str) -> None:
        """Press and release a key, named as in `KEYS` or by what it types."""

    def complaints(self) -> list[str]:
        """Return what went wrong in pages since the last call, as their console and their policy say it."""


def until(engine: Engine, condition: str, *arguments: Any, within_s: float = WITHIN_S) -> None:
    """Wait until a JavaScript function returns something true. Raises TimeoutError when it does not."""
    deadline = time.monotonic() + within_s
    while not engine.evaluate(condition, *arguments):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s:g} s: {condition} {arguments}")
        time.sleep(LOOK_EVERY_S)
