"""The table of scenarios: what can be fired at a server of the fleet, by name.

The runner takes the path from here, never from a client; the samples answer under the same names.
"""

from dataclasses import dataclass

ANSWER_WITHIN_S = 10.0
"""How long one request may take beyond the time its scenario asks for, in seconds."""

QUICK_ANSWER_S = 0.02
"""What even the quickest request may take of a server that is busy with a thousand of them, in seconds."""

LONGEST_RUN_S = 600.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request. `seconds` is the default of the time knob; None where the scenario has none."""

    name: str
    title: str
    about: str
    seconds: float | None = None
    fails: bool = False
    """The sample answers 500 on purpose, so an error is the expected outcome."""
    calls: tuple[str, ...] = ()
    """Servers of the fleet that the sample's view calls; they are started before it is fired."""

    def path(self, seconds: float | None) -> str:
        """Path and query on the sample site; `seconds` overrides the default of the time knob."""
        if self.seconds is None:
            return f"/{self.name}/"
        return f"/{self.name}/?seconds={self.seconds if seconds is None else seconds:g}"

    def timeout_s(self, seconds: float | None, count: int) -> float:
        """The longest a request may take, in seconds: on a one-at-a-time server the last waits for all before it."""
        asked = (self.seconds if seconds is None else seconds) or 0.0
        return min(ANSWER_WITHIN_S + (asked + QUICK_ANSWER_S) * count, LONGEST_RUN_S)


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("hello", "hello", "Answers at once: only the way there and back."),
        Scenario("wait", "wait, sync view", "A sync view sleeps: time.sleep(1).", seconds=1.0),
        Scenario("wait-async", "wait, async view", "An async view awaits: await asyncio.sleep(1).", seconds=1.0),
        Scenario(
            "wait-blocking",
            "wait, async view that blocks",
            "An async view calls time.sleep(1) and holds the event loop.",
            seconds=1.0,
        ),
        Scenario("cpu", "cpu, sync view", "A sync view computes for a second.", seconds=1.0),
        Scenario("query", "query, sync ORM", "Several queries; the database works for a second.", seconds=1.0),
        Scenario("query-async", "query, async ORM", "The same queries from an async view.", seconds=1.0),
        Scenario(
            "gather",
            "gather, parallel calls",
            "An async view awaits four calls and a query at once.",
            seconds=0.2,
            calls=("upstream",),
        ),
        Scenario(
            "sequence",
            "sequence, the same calls one by one",
            "An async view awaits the same calls and the query one after another.",
            seconds=0.2,
            calls=("upstream",),
        ),
        Scenario("template", "template, a page", "Products from the database through templates."),
        Scenario("error", "error, a view that raises", "The view raises and Django answers 500.", fails=True),
    )
}
