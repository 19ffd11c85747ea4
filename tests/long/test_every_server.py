"""Every server that people run Django on behaves as without the instrument, and nothing of its last moment is lost.

The tests of a server share three lives of it: without the instrument, with it in the project's settings, and started
by `gatescope run`.
"""

import pytest

from tests.long.lives import ASKED, BURST, Instrumented, life_of, live
from tests.long.servers import SERVERS

ARRIVED = 0.99
"""The share of the requests before SIGTERM of which the end has to arrive."""
LATER_S = 3.0
"""How much later than without the instrument a server may have ended."""
TRIES = {"uwsgi processes": 5}
"""Lives after which a loss counts, where it is not always in our hands.

A worker of uWSGI that is interrupted while it executes Python loses what it was about to say, be it its own log line
or ours (plugins/python/python_plugin.c, uwsgi_python_atexit; `probes.delivery.uwsgi_exit`).
"""


INSTRUMENTED: tuple[Instrumented, ...] = ("settings", "run")

by_whom = pytest.mark.parametrize("instrumented", INSTRUMENTED)


@by_whom
@pytest.mark.parametrize("name", SERVERS)
def test_the_answers_are_those_without_the_instrument(name: str, instrumented: Instrumented) -> None:
    with_it, without = life_of(name, instrumented), life_of(name, "")
    assert with_it.answers == without.answers
    assert with_it.burst == without.burst
    assert {answer.status for answer in without.burst} == {200}


@by_whom
@pytest.mark.parametrize("name", SERVERS)
def test_every_request_is_seen_to_its_true_end(name: str, instrumented: Instrumented) -> None:
    seen = life_of(name, instrumented).seen
    assert len(seen) == len(ASKED)
    answered = sorted(answer.status for answer in life_of(name, instrumented).answers)
    # An application that raises sets no status: what its server answers then is 500.
    assert sorted(span.attributes.get("http.response.status_code", 500) for span in seen) == answered
    assert [span.name for span in seen if "gatescope.died" in span.attributes] == []


@by_whom
@pytest.mark.parametrize("name", SERVERS)
def test_what_ended_before_sigterm_arrives(name: str, instrumented: Instrumented) -> None:
    # The stage `response`: an application may go on after its answer, and be ended together with its server.
    arrived = life_of(name, instrumented).ended
    for _ in range(TRIES.get(name, 1) - 1):
        if arrived >= ARRIVED * BURST:
            break
        arrived = live(SERVERS[name], instrumented).ended
    assert arrived >= ARRIVED * BURST


@by_whom
@pytest.mark.parametrize("name", SERVERS)
def test_the_server_ends_as_without_the_instrument(name: str, instrumented: Instrumented) -> None:
    with_it, without = life_of(name, instrumented), life_of(name, "")
    assert with_it.status == without.status
    assert with_it.ending_s <= without.ending_s + LATER_S


@by_whom
@pytest.mark.parametrize("name", SERVERS)
def test_the_instrument_complains_of_nothing(name: str, instrumented: Instrumented) -> None:
    lines = life_of(name, instrumented).log.splitlines()
    assert [line for line in lines if "atescope" in line and "are shown at" not in line] == []
    assert [line for line in lines if "is not shown" in line] == []
