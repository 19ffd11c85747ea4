"""The lifespan passes through as it is, and its end sends what is left."""

import asyncio
import time

import pytest

from probes import lifespan
from probes.asgi import ASGIProbe
from probes.tracing import Instrument
from probes.types import ASGIApp, Message, Receive, Scope, Send
from tests.probes.observed_request import observed_request
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")

STARTUP = {"type": "lifespan.startup"}
SHUTDOWN = {"type": "lifespan.shutdown"}


async def live(app: ASGIApp, *, stop_after_s: float = 0.0) -> list[str]:
    """Do what a server does during one lifespan, and return what the application answered."""
    messages: asyncio.Queue[Message] = asyncio.Queue()
    answers: list[str] = []
    messages.put_nowait(dict(STARTUP))

    async def send(message: Message) -> None:
        answers.append(message["type"])
        if message["type"] == "lifespan.startup.complete":
            await asyncio.sleep(stop_after_s)
            messages.put_nowait(dict(SHUTDOWN))

    await asyncio.wait_for(app({"type": "lifespan", "asgi": {"version": "3.0"}}, messages.get, send), 10)
    return answers


async def living(scope: Scope, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("only http")


async def returning(scope: Scope, receive: Receive, send: Send) -> None:
    return


async def leaving_after_startup(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})


async def returning_unanswered(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()


async def outcome(app: ASGIApp) -> tuple[list[str], object]:
    """Return what an application told the server that starts it, and how it ended: its error or its return value."""
    messages = [dict(STARTUP), dict(SHUTDOWN)]
    answers: list[str] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        answers.append(message["type"])

    try:
        return answers, await app({"type": "lifespan"}, receive, send)  # type: ignore[func-returns-value]
    except Exception as error:  # noqa: BLE001 - the server's view of it
        return answers, repr(error)


@pytest.mark.parametrize("app", [living, refusing, returning, leaving_after_startup, returning_unanswered])
async def test_the_server_sees_of_a_lifespan_what_it_sees_without_us(app: ASGIApp) -> None:
    assert await outcome(ASGIProbe(app)) == await outcome(app)


async def test_a_startup_that_failed_stays_failed() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    assert await live(ASGIProbe(failing)) == ["lifespan.startup.failed"]


async def test_an_application_that_breaks_in_its_startup_breaks_as_before() -> None:
    async def breaking(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        await live(ASGIProbe(breaking))


async def test_the_end_waits_until_everything_was_sent(receiver: Receiver) -> None:
    receiver.behaviour.answer_after_s = 0.1
    for _ in range(20):
        with observed_request():
            pass
    await live(ASGIProbe(living))
    assert len(receiver.ended("server")) == 20


async def test_the_loop_goes_on_while_the_end_waits(receiver: Receiver) -> None:
    receiver.behaviour.answer_after_s = 0.3
    with observed_request():
        pass
    ticks: list[float] = []

    async def heart() -> None:
        while True:
            ticks.append(time.monotonic())
            await asyncio.sleep(0.01)

    beating = asyncio.create_task(heart())
    await live(ASGIProbe(living))
    beating.cancel()
    assert len(ticks) > 10


async def test_a_receiver_that_hangs_delays_the_end_by_little(receiver: Receiver) -> None:
    receiver.behaviour.hanging = True
    with observed_request():
        pass
    begun = time.monotonic()
    await live(ASGIProbe(living))
    assert time.monotonic() - begun < 3


async def test_a_broken_flush_does_not_break_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising() -> Instrument:
        raise RuntimeError("broken instrument")

    monkeypatch.setattr(lifespan, "instrument", raising)
    assert "lifespan.shutdown.complete" in await live(ASGIProbe(living))
    assert "broken instrument" in caplog.text
