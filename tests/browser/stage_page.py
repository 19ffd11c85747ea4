"""The stage as a user meets it: what can be done there and what can be read off it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import ConsoleMessage, Page, expect

from tests.support.demo import Gatescope

LIVE_WITHIN_MS = 30_000
RUN_WITHIN_MS = 40_000
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class StagePage:
    """One open stage. `forgiven` names what the browser itself complains of when a test breaks the connection."""

    page: Page
    demo: Gatescope
    forgiven: tuple[str, ...] = ()
    _heard: list[str] = field(default_factory=list)

    async def watch(self) -> None:
        """Listen to everything the page complains of."""
        await self.page.add_init_script(REPORT_VIOLATIONS)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self._heard.append(f"page error: {error}"))

    def complaints(self) -> list[str]:
        """What was complained of and not forgiven."""
        return [text for text in self._heard if not any(part in text for part in self.forgiven)]

    async def open(self, query: str = "") -> None:
        """Open the page and wait until it is live."""
        await self.page.goto(f"{self.demo.url}/{query}")
        await self.is_live()

    async def is_live(self) -> None:
        """Wait until the socket is open and the first picture was received."""
        await expect(self.page.locator("#connected")).to_have_attribute("data-state", "open", timeout=LIVE_WITHIN_MS)
        await self.until("frames", lambda frames: frames > 0)

    async def fire(self, scenario: str, count: int) -> None:
        """Fire `count` requests at once and wait until the page knows of every one of them."""
        await self.page.select_option("[name=scenario]", scenario)
        await self.page.fill("[name=count]", str(count))
        known = int(await self.data("requests"))
        async with self.page.expect_response("**/runs") as answered:
            await self.page.get_by_role("button", name="Fire").click()
        # A page that has just opened may still be told of the run before.
        fired = (await (await answered.value).all_headers())["location"].rpartition("/")[2]
        await expect(self.page.locator("#run")).to_have_attribute("data-run", fired)
        await self.until("requests", lambda requests: requests >= known + 2 * count)

    async def run_is_over(self) -> None:
        """Wait for the dashboard's last word on the run, and for the last token to come home."""
        await expect(self.page.locator("#run")).to_have_attribute("data-state", "done", timeout=RUN_WITHIN_MS)
        await expect(self.page.locator("[data-do=replay]")).to_be_enabled(timeout=RUN_WITHIN_MS)

    async def data(self, name: str) -> str:
        """What the stage says of itself for scripts: mode, time, speed, requests, frames, gaps."""
        return await self.page.locator("#stage").get_attribute(f"data-{name}") or ""

    async def until(self, name: str, condition: Callable[[int], bool], within_s: float = 30.0) -> None:
        """Wait until a number that the stage says of itself meets a condition.

        Not Playwright's wait_for_function: that evaluates a string, which the page's policy forbids.
        """
        async with asyncio.timeout(within_s):
            while not condition(int(await self.data(name))):
                await asyncio.sleep(0.02)

    async def drawn(self) -> None:
        """Wait until what was ordered last is on the screen."""
        await self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    async def has(self, name: str, value: str) -> None:
        """Wait until the stage says so."""
        await expect(self.page.locator("#stage")).to_have_attribute(f"data-{name}", value)

    def tokens(self, row: int, place: str = "") -> Any:
        """The tokens of a row, or those in one of its places; those inside a stack included."""
        where = f'[data-place="{place}"]' if place else ""
        return self.page.locator(f'.row[data-row="{row}"] [data-trace]{where}')

    async def places(self) -> list[str]:
        """Where each token stands: "trace place state" in order of trace."""
        return sorted(
            await self.page.eval_on_selector_all(
                "[data-trace]", "(all) => all.map((one) => Object.values(one.dataset).join(' '))"
            )
        )

    def post_span(self, **fields: Any) -> None:
        """Send one OTLP/JSON span of `uvicorn` to the dashboard, as any program could."""
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "uvicorn"}}]}
        body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [fields]}]}]}
        answer = self.demo.http.post(
            "/v1/traces", content=json.dumps(body), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 200, answer.text

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._heard.append(f"console {message.type}: {message.text}")
