"""A WebSocket on the stage: a ring that stays in the view while its session is open, or an X with a status."""

from playwright.async_api import expect

from tests.browser.stage_page import StagePage

WSGI, ASGI = 1, 2
MOST_STEPS = 60


async def test_sockets_are_rings_in_the_view_and_refused_by_a_wsgi_server(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("chat", 2)
    await stage.run_is_over()
    # Six messages or so went both ways, yet the stage has the two requests of each row and no more.
    await expect(stage.tokens(ASGI, "client")).to_have_count(2)
    await expect(stage.tokens(WSGI)).to_have_count(2)
    await expect(stage.page.locator(".row[data-row='1']").get_by_text("2 × 404")).to_be_visible()

    await step_back_to(stage, "2 sessions")
    await expect(stage.tokens(ASGI, "view").locator(".token-ring")).to_have_count(2)

    await stage.tokens(WSGI).first.click()
    await expect(stage.page.locator("#inspector .story")).to_contain_text("was refused with status 404")


async def step_back_to(stage: StagePage, caption: str) -> None:
    """Step back by events until the ASGI row says so."""
    shown = stage.page.locator(".row[data-row='2']").get_by_text(caption)
    for _ in range(MOST_STEPS):
        if await shown.is_visible():
            return
        await stage.page.keyboard.press("ArrowLeft")
    raise AssertionError(f"{caption!r} was never shown")
