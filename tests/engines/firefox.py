"""Firefox by WebDriver BiDi, which it speaks itself: neither a driver program nor a bridge stands between."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.engines.engine import KEYS
from tests.engines.household import household

PROGRAM = "firefox-esr"
LISTENS_WITHIN_S = 60.0
ANSWERS_WITHIN_S = 60.0
FAILED = 400
"""The least HTTP status that is a complaint."""
CALL = """async (text) => {
  const call = FUNCTION;
  return JSON.stringify(await call(...JSON.parse(text)));
}"""
MIDDLE = """(selector) => {
  const element = document.querySelector(selector);
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  const { left, top, width, height } = element.getBoundingClientRect();
  return [Math.round(left + width / 2), Math.round(top + height / 2)];
}"""


class Firefox:
    """One tab. See `Engine`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self._heard: list[str] = []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded", "network.responseCompleted"])
        # The tab that is open at the start never gets the focus when there is no screen.
        self._tab = self._ask("browsingContext.create", type="tab")["context"]

    def goto(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def size(self, width: int, height: int) -> None:
        self._ask("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height})

    def evaluate(self, function: str, *arguments: Any) -> Any:
        answer = self._ask(
            "script.callFunction",
            functionDeclaration=CALL.replace("FUNCTION", function),
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self._tab},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"].get("value", "null"))

    def click(self, selector: str) -> None:
        x, y = self.evaluate(MIDDLE, selector)
        move = {"type": "pointerMove", "x": x, "y": y}
        pressing = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "actions": [move, *pressing]})

    def press(self, key: str) -> None:
        value = KEYS.get(key, key)
        self._act(
            {
                "type": "key",
                "id": "keys",
                "actions": [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")],
            }
        )

    def complaints(self) -> list[str]:
        self._ask("session.status")
        heard, self._heard = self._heard, []
        return heard

    def _act(self, source: dict[str, Any]) -> None:
        self._ask("input.performActions", context=self._tab, actions=[source])

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come in between are noted."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=ANSWERS_WITHIN_S))
            if message.get("id") == self._number:
                assert message["type"] == "success", f"{method}: {message['message']}"
                result: dict[str, Any] = message["result"]
                return result
            self._note(message["method"], message["params"])

    def _note(self, event: str, about: dict[str, Any]) -> None:
        if event == "log.entryAdded" and about["level"] in {"error", "warn"}:
            self._heard.append(f"{about['type']} {about['level']}: {about['text']}")
        elif (
            event == "network.responseCompleted" and not about["navigation"] and about["response"]["status"] >= FAILED
        ):
            self._heard.append(f"status of {about['response']['status']}: {about['response']['url']}")


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Start it without a window and end it afterwards; everything that it keeps is in this folder."""
    profile = folder / "profile"
    profile.mkdir()
    command = [PROGRAM, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with (
        household(folder) as environment,
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
    ):
        try:
            with connect(_address(profile, process), max_size=None, proxy=None) as socket:
                yield Firefox(socket)
        finally:
            process.terminate()


def _address(profile: Path, process: "subprocess.Popen[bytes]") -> str:
    """Return where it listens, which it writes into its profile."""
    written = profile / "WebDriverBiDiServer.json"
    deadline = time.monotonic() + LISTENS_WITHIN_S
    while not (written.exists() and written.stat().st_size):
        assert process.poll() is None, f"{PROGRAM} ended with {process.returncode}"
        assert time.monotonic() < deadline, f"{PROGRAM} does not listen within {LISTENS_WITHIN_S:g} s"
        time.sleep(0.1)
    server = json.loads(written.read_text())
    return f"ws://{server['ws_host']}:{server['ws_port']}/session"
