"""WebKitGTK's own small browser, by WebDriver, on a screen that nobody sees."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains, Remote
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.engines.engine import KEYS, until
from tests.engines.household import household

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
SCREEN_SIZE = "2000x1400x24"
NO_TOOLBAR = """
* { border: 0; font-size: 1px; margin: 0; min-height: 0; min-width: 0; padding: 0 }
image { -gtk-icon-source: none }
"""
"""A style for GTK: the browser's toolbar would keep its window wider than a telephone."""
CALL = """
const [text, done] = arguments;
const call = FUNCTION;
(async () => call(...JSON.parse(text)))().then(
  (value) => done({ value: JSON.stringify(value) ?? "null" }),
  (error) => done({ error: String(error) }),
);
"""
LISTEN = (Path(__file__).parent / "complaints.js").read_text()
HEARD = "() => (window.complaints ?? []).splice(0)"


class WebKit:
    """One window. See `Engine`.

    The driver tells nothing of the console, so the page is listened to from within, once it has loaded. Violations of
    its policy are kept by the browser until then; what else it said while it loaded is not known.
    """

    def __init__(self, driver: Remote) -> None:
        self._driver = driver
        self._heard: list[str] = []

    def goto(self, url: str) -> None:
        self._collect()
        self._driver.get(url)
        self.evaluate(LISTEN)

    def size(self, width: int, height: int) -> None:
        window = self._driver.get_window_size()
        inner_width, inner_height = self.evaluate("() => [innerWidth, innerHeight]")
        self._driver.set_window_size(window["width"] + width - inner_width, window["height"] + height - inner_height)
        until(self, "(...size) => innerWidth === size[0] && innerHeight === size[1]", width, height)

    def evaluate(self, function: str, *arguments: Any) -> Any:
        answer = self._driver.execute_async_script(CALL.replace("FUNCTION", function), json.dumps(arguments))
        assert "error" not in answer, answer["error"]
        return json.loads(answer["value"])

    def click(self, selector: str) -> None:
        self._driver.find_element(By.CSS_SELECTOR, selector).click()

    def press(self, key: str) -> None:
        ActionChains(self._driver).send_keys(KEYS.get(key, key)).perform()

    def complaints(self) -> list[str]:
        self._collect()
        heard, self._heard = self._heard, []
        return heard

    def _collect(self) -> None:
        self._heard += self.evaluate(HEARD)


@contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """Start it and end it afterwards; everything that it keeps is in this folder."""
    style = folder / "config" / "gtk-3.0" / "gtk.css"
    style.parent.mkdir(parents=True)
    style.write_text(NO_TOOLBAR)
    options = Options()
    options.add_argument("--automation")
    with household(folder) as environment, _screen(environment) as display:
        # Where there is no graphics card its compositor stops giving frames to a page that asks for them.
        drawn = {"GDK_BACKEND": "x11", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
        inside = {**environment, **drawn, "DISPLAY": display, "NO_AT_BRIDGE": "1"}
        service = Service(shutil.which(DRIVER), env=inside)
        service.start()
        try:
            connection = RemoteConnection(client_config=ClientConfig(service.service_url))
            with Remote(connection, options=options) as driver:
                yield WebKit(driver)
        finally:
            service.stop()


@contextmanager
def _screen(environment: dict[str, str]) -> Iterator[str]:
    """Start an X server and give the name of its display, which it chooses itself among those that are free."""
    reading, writing = os.pipe()
    command = [SCREEN, "-displayfd", str(writing), "-screen", "0", SCREEN_SIZE, "-nolisten", "tcp"]
    with subprocess.Popen(command, env=environment, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                number = told.readline().strip()
            assert number, f"{SCREEN} did not start"
            yield f":{number}"
        finally:
            process.terminate()
