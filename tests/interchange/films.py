"""Films for tests: spans of every sort, as ingest would have let them in, drawn from a seed."""

from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from dashboard.traces.span import Span, SpanEvent
from tests.support.spans import SECOND_NS, START_NS

STAGES = ["", "client", "proxy", "queue", "server", "view", "query", "message", "crossing"]
TEXTS = [
    "</script><script>alert(1)</script>", "\u2028\u2029", "\x00", "]]>", "<!--", "\U0001f680", "é" * 2_000, "", "\\",
    "view", "GET /hello", "NaN", "\x7f\ufeff\ufffd", '{"a": 1}',
]  # fmt: skip
NUMBERS = [0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1, 0.0, -0.5, 1.0, 1e300, 5e-324, True, False]
SESSION = "5b8efff798038103d269b633813fc60c/eee19b7ec3c1b174"

few = settings(max_examples=40, deadline=None)
"""For properties of whole films: each is large."""


def film_of(seed: int) -> list[Span]:
    """Up to twelve spans of three traces: with cycles, duplicates, skewed clocks and hostile strings."""
    random = Random(seed)
    return [_span(random) for _ in range(random.randrange(13))]


films = st.integers(0, 2**32).map(film_of)


def _span(random: Random) -> Span:
    """What its attributes say of its stage is what it says itself, or nothing."""
    attributes = _attributes(random)
    start_ns = START_NS + random.randrange(3 * SECOND_NS)
    return Span(
        trace_id=f"{random.randint(1, 3):032x}",
        span_id=f"{random.randint(1, 9):016x}",
        parent_id=random.choice([None, f"{random.randint(1, 9):016x}"]),
        name=random.choice(TEXTS),
        stage=attributes.get("gatescope.stage") or random.choice(STAGES),
        server=random.choice(TEXTS) or "uvicorn",
        start_ns=start_ns,
        end_ns=random.choice([None, start_ns, START_NS + random.randrange(3 * SECOND_NS)]),
        status=random.choice(["unset", "ok", "error"]),
        attributes=attributes,
        events=tuple(_event(random) for _ in range(random.randrange(3))),
        received_ns=random.randrange(2**62),
    )


def _attributes(random: Random) -> dict[str, Any]:
    told = {
        "gatescope.stage": random.choice(STAGES[1:]),
        "service.instance.id": random.choice(TEXTS),
        "process.pid": random.choice([1, 7, 2**31, -1, "7"]),
        "thread.id": random.choice([70, 71, -1, 2**40, "70"]),
        "gatescope.loop": random.randint(1, 2),
        "gatescope.slices": [random.randrange(SECOND_NS) for _ in range(random.randrange(7))],
        "otel.status_description": random.choice([*TEXTS, 7]),
        "gatescope.session": random.choice([SESSION, "none"]),
        "gatescope.crossing.direction": random.choice(["to_thread", "to_loop"]),
        "gatescope.crossing.started_ns": START_NS - random.randrange(SECOND_NS),
        "gatescope.crossing.returned_ns": START_NS + random.randrange(SECOND_NS),
        "gatescope.crossing.thread.id": random.choice([70, 71]),
    }
    about = {name: value for name, value in told.items() if random.random() < 0.5}
    return about | {random.choice(TEXTS)[:40]: _value(random) for _ in range(random.randrange(4))}


def _value(random: Random) -> Any:
    scalar = random.choice([*TEXTS, *NUMBERS])
    return random.choice([scalar, scalar, [scalar, [random.choice(NUMBERS)]], []])


def _event(random: Random) -> SpanEvent:
    return SpanEvent(random.choice(TEXTS), START_NS + random.randrange(SECOND_NS), {"a": random.choice(TEXTS)})
