"""The picture survives what happens to connections: reload, loss, silence, gaps."""

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from tests.browser.stage_page import StagePage

SERVICE_RESTART = 1012
TRY_AGAIN_LATER = 1013


@dataclass
class Wire:
    """Stands between page and dashboard and can cut, lose and hold back what passes, or add what it `says`."""

    accepts: bool = True
    lose_next: bool = False
    silent: bool = False
    says: dict[str, Any] = field(default_factory=dict)
    sockets: list[WebSocketRoute] = field(default_factory=list)

    async def serve(self, socket: WebSocketRoute) -> None:
        """Take one connection of the page."""
        if not self.accepts:
            await socket.close(code=TRY_AGAIN_LATER)
            return
        self.sockets.append(socket)
        server = socket.connect_to_server()
        server.on_message(lambda message: self._pass_on(socket, message))
        # What was held back must not reach a page that has given this connection up.
        self.silent = False

    def _pass_on(self, socket: WebSocketRoute, message: str | bytes) -> None:
        if self.silent and socket is self.sockets[0]:
            return
        if message[:1] != "{":  # a fragment of the page, not a frame
            socket.send(message)
            return
        if self.lose_next and not json.loads(message).get("snapshot"):
            self.lose_next = False
            return
        if not self.says:
            socket.send(message)
            return
        socket.send(json.dumps(json.loads(message) | self.says))


async def wired(stage: StagePage) -> Wire:
    wire = Wire()
    await stage.page.route_web_socket("**/live", wire.serve)
    return wire


async def test_a_reload_shows_the_same_picture(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 3)
    await stage.run_is_over()
    await stage.page.wait_for_timeout(500)
    before = await stage.places()
    await stage.page.reload()
    await stage.is_live()

    await expect(stage.tokens(1, "client")).to_have_count(3)
    assert await stage.places() == before
    await expect(stage.page.locator('.result[data-server="uvicorn"]')).to_be_visible()


async def test_a_lost_connection_is_said_and_comes_back_by_itself(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    wire.accepts = False
    await wire.sockets[0].close(code=SERVICE_RESTART)

    await expect(stage.page.locator("#connection")).to_be_visible()
    await expect(stage.page.locator("#connected-word")).to_have_text("disconnected")
    wire.accepts = True
    await stage.is_live()
    await expect(stage.page.locator("#connection")).to_be_hidden()


async def test_connect_now_does_not_wait(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    wire.accepts = False
    # Nothing but the button connects within this test.
    await stage.page.evaluate("() => { htmx.config.wsReconnectDelay = () => 3_600_000; }")
    await wire.sockets[0].close(code=SERVICE_RESTART)
    await expect(stage.page.locator("#connection")).to_be_visible()
    wire.accepts = True
    await stage.page.get_by_role("button", name="Connect now").click()

    await stage.is_live()


async def test_what_happened_meanwhile_is_there_after_reconnecting(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    known = int(await stage.data("requests"))
    wire.accepts = False
    await wire.sockets[0].close(code=SERVICE_RESTART)
    stage.demo.run(["uvicorn"], "hello", count=2)
    wire.accepts = True

    await stage.is_live()
    # At least: the first picture may have been read while its last parts were still on the way.
    await stage.until("requests", lambda requests: requests >= known + 2)


async def test_a_gap_in_the_numbers_is_mended_with_a_new_snapshot(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    known = int(await stage.data("requests"))
    wire.lose_next = True
    await stage.until("gaps", lambda gaps: gaps >= 1)
    stage.demo.run(["uvicorn"], "hello", count=1)

    await stage.until("requests", lambda requests: requests >= known + 1)


async def test_silence_is_noticed_and_mended(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    wire.silent = True

    await stage.until("gaps", lambda gaps: gaps >= 1)
    await stage.is_live()
    assert len(wire.sockets) >= 2


async def test_a_close_that_htmx_takes_for_final_is_not(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    await wire.sockets[0].close(code=4408)

    await expect(stage.page.locator("#connected")).to_have_attribute("data-state", "open", timeout=30_000)
    await stage.page.wait_for_timeout(100)
    assert len(wire.sockets) == 2


async def test_what_the_dashboard_says_of_itself_is_shown_until_it_is_over(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    said = stage.page.locator("#notice")
    await expect(said).to_be_hidden()
    wire.says = {"notice": "Redis at redis://<b>x</b> does not answer since 12:00."}
    await expect(said).to_be_visible()
    await expect(said).to_have_text("Redis at redis://<b>x</b> does not answer since 12:00.")
    wire.says = {"notice": ""}

    await expect(said).to_be_hidden()


async def test_what_is_missing_from_the_picture_is_said_in_words(stage: StagePage) -> None:
    wire = await wired(stage)
    await stage.open()
    await stage.fire("wait", 2)
    losses = {"reduced_requests": 15, "counted_requests": 1, "dropped_spans": 2}
    wire.says = {"losses": {"uvicorn": losses, "elsewhere": losses}, "missed": 0}

    said = stage.page.locator("#losses")
    await expect(said).to_contain_text("Uvicorn, 1 event loop: 15 requests shown without details")
    await expect(said).to_contain_text("1 request only counted")
    await expect(said).to_contain_text("2 spans lost on the way")
    await expect(said).not_to_contain_text("elsewhere")
    await stage.run_is_over()
