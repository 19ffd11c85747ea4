"""The table of scenarios: what can be fired at a server of the fleet, by name.

The runner takes the path from here, never from a client; the samples answer under the same names.
"""

from dataclasses import dataclass

ANSWER_WITHIN_S = 10.0
"""How long one request may take beyond the time its scenario asks for."""

QUICK_ANSWER_S = 0.02
"""How long even the quickest request may keep a server that is busy with a thousand of them."""

LONGEST_RUN_S = 600.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request. `seconds` is the default of the time knob; None if it has no knob."""

    name: str
    title: str
    about: str
    seconds: float | None = None
    fails: bool = False
    """Whether the sample answers 500 on purpose."""
    websocket: bool = False
    """Whether the client opens a WebSocket and says something; the time of the knob goes into the message."""
    most: int = 1_000
    """The most requests per run that make sense."""
    body_bytes: int = 0
    """Bytes that the (slow) client POSTs, spread over the time of the knob."""
    together: bool = False
    """Whether the requests of a run wait for each other, so that all have to be fired at once."""
    calls: tuple[str, ...] = ()
    """Servers of the fleet that the sample's view calls; they are started before it is fired."""

    def seconds_or_default(self, seconds: float | None) -> float:
        """Return what the time knob is set to: `seconds`, or its default; 0 if there is no knob."""
        return (self.seconds if seconds is None else seconds) or 0.0

    def path(self, seconds: float | None) -> str:
        """Return path and query on the sample site; `seconds` overrides the default of the time knob."""
        if self.websocket:
            return f"/ws/{self.name}/"
        if self.seconds is None or self.body_bytes:
            return f"/{self.name}/"
        return f"/{self.name}/?seconds={self.seconds_or_default(seconds):g}"

    def timeout_s(self, seconds: float | None, count: int) -> float:
        """Return the longest a request may take: on a one-at-a-time server the last waits for all before it."""
        return min(ANSWER_WITHIN_S + self.all_served_s(seconds, count), LONGEST_RUN_S)

    def all_served_s(self, seconds: float | None, count: int) -> float:
        """Return how long `count` requests keep a server that takes one at a time."""
        return (self.seconds_or_default(seconds) + QUICK_ANSWER_S) * count


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("hello", "hello", "Answers at once: just the round trip."),
        Scenario("wait", "wait, sync view", "A sync view sleeps: time.sleep(1).", seconds=1.0),
        Scenario("wait-async", "wait, async view", "An async view awaits: await asyncio.sleep(1).", seconds=1.0),
        Scenario(
            "wait-blocking",
            "wait, blocking async",
            "An async view calls time.sleep(1) and holds the event loop.",
            seconds=1.0,
        ),
        Scenario("cpu", "cpu, sync view", "A sync view computes for a second.", seconds=1.0),
        Scenario("cpu-async", "cpu, async view", "An async view computes and holds the event loop.", seconds=1.0),
        Scenario("query", "query, sync ORM", "Several queries; the database works for a second.", seconds=1.0),
        Scenario("query-async", "query, async ORM", "The same queries from an async view.", seconds=1.0),
        Scenario(
            "orm-sensitive",
            "ORM, one thread",
            "Five queries at once, through the ORM's single thread.",
            seconds=0.2,
        ),
        Scenario(
            "orm-threads",
            "ORM, any thread",
            "Five queries at once, each with its own thread and connection.",
            seconds=0.2,
        ),
        Scenario("orm-native", "async driver", "Five queries at once, by an asynchronous driver.", seconds=0.2),
        Scenario(
            "gather",
            "gather, parallel calls",
            "An async view awaits four calls and a query at once.",
            seconds=0.2,
            calls=("upstream",),
        ),
        Scenario(
            "sequence",
            "sequence, one by one",
            "An async view awaits the same calls and the query one after another.",
            seconds=0.2,
            calls=("upstream",),
        ),
        Scenario("template", "template, a page", "Products from the database through templates."),
        Scenario("error", "error, the view raises", "The view raises and Django answers 500.", fails=True),
        Scenario("stream", "stream, sync view", "A sync generator yields five chunks in 2 s.", seconds=2.0),
        Scenario("stream-async", "stream, async view", "An async generator does the same.", seconds=2.0),
        Scenario("notifications", "notifications, SSE", "Five server-sent events in 2 s.", seconds=2.0),
        Scenario(
            "upload",
            "upload, slow client",
            "The client sends 64 KiB in pieces; it takes 3 s.",
            seconds=3.0,
            body_bytes=64 * 1024,
        ),
        # In a room of N members who all speak N × N messages are sent.
        Scenario(
            "chat",
            "chat, async consumer",
            "WebSocket: await asyncio.sleep(1), then everyone in the room is told.",
            seconds=1.0,
            websocket=True,
            most=100,
        ),
        Scenario(
            "chat-sync",
            "chat, sync consumer",
            "WebSocket: time.sleep(1) in the one thread that all sync consumers share.",
            seconds=1.0,
            websocket=True,
            most=100,
        ),
        Scenario(
            "heartbeat",
            "heartbeat, 20 Hz",
            "WebSocket: a beat every 50 ms; what holds the event loop is a gap.",
            seconds=3.0,
            websocket=True,
            most=100,
        ),
        Scenario(
            "announce",
            "announce, to phones",
            "WebSocket: all sit in one room, one speaks, a slow phone reads nothing for 2 s.",
            seconds=2.0,
            websocket=True,
            most=100,
            together=True,
        ),
        Scenario("work", "work, sync view", "A sync view works in ten steps of 0.2 s.", seconds=2.0),
        Scenario("work-async", "work, async view", "An async view works in ten steps of 0.2 s.", seconds=2.0),
    )
}
