"""The supervisor with servers that misbehave: crash, hang, find their port taken, are asked for twice."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.fleet.entry import Needs
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.managed_server import Timeouts
from dashboard.fleet.supervisor import Fleet, UnknownServerError
from dashboard.fleet.table import SERVERS
from tests.fleet.helpers import QUICK_BACK_OFF_S, python_entry, state_when
from tests.support.programs import here

QUICK = Timeouts(back_off_s=QUICK_BACK_OFF_S, term_s=0.5)
ANSWERS = (
    "from http.server import BaseHTTPRequestHandler as B, HTTPServer as S\n"
    "B.do_GET = lambda self: (self.send_response(204), self.end_headers())\n"
    "S(('127.0.0.1', {port}), B).serve_forever()"
)
CRASHES = "print('a reason on port {port}'); raise SystemExit(3)"
HANGS = "import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(600)"

MakeFleet = Callable[..., Fleet]


async def test_a_started_server_runs_and_a_stopped_one_does_not(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)])
    assert fleet.state("tried").state == "stopped"
    running = await fleet.start("tried")
    assert running.state == "running"
    assert running.pid is not None
    stopped = await fleet.stop("tried")
    assert stopped.state == "stopped"
    assert stopped.pid is None


async def test_starting_a_running_server_changes_nothing(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)])
    first, second = await asyncio.gather(fleet.start("tried"), fleet.start("tried"))
    assert first.pid == second.pid == (await fleet.start("tried")).pid


async def test_a_restarted_server_is_another_process(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)])
    first = await fleet.start("tried")
    second = await fleet.restart("tried")
    assert second.state == "running"
    assert second.pid != first.pid


async def test_an_unknown_name_is_refused_with_the_names_there_are(make_fleet: MakeFleet) -> None:
    with pytest.raises(UnknownServerError, match=r"no server called 'apache'. Choose from: gunicorn-sync, "):
        await make_fleet().start("apache")


async def test_a_missing_server_stays_missing_and_says_why(make_fleet: MakeFleet) -> None:
    needs = Needs(program="no-such-program", install="apt-get install no-such-program")
    fleet = make_fleet([replace(python_entry(ANSWERS), needs=needs)])
    for state in (await fleet.start("tried"), await fleet.stop("tried")):
        assert state.state == "missing"
        assert "apt-get install no-such-program" in state.reason


async def test_a_crashed_server_comes_back(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)], timeouts=QUICK)
    first = await fleet.start("tried")
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    again = await state_when(fleet, "tried", lambda state: state.pid not in {first.pid, None})
    again = await state_when(fleet, "tried", lambda state: state.state == "running")
    assert again.restarts == 1


async def test_a_server_that_crashes_every_time_has_failed_after_five_restarts(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(CRASHES)], timeouts=QUICK)
    state = await fleet.start("tried")
    state = await state_when(fleet, "tried", lambda state: state.state == "failed")
    assert state.restarts == len(QUICK_BACK_OFF_S)
    assert "exited with status 3" in state.reason
    assert [line for line in state.log_lines if line.startswith("a reason")] == [state.log_lines[0]] * 6


async def test_a_failed_server_can_be_started_again(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(CRASHES)], timeouts=Timeouts(back_off_s=()))
    assert (await fleet.start("tried")).state == "failed"
    assert (await fleet.start("tried")).state == "failed"
    assert len(fleet.state("tried").log_lines) == 2


async def test_a_server_that_never_answers_has_failed(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(HANGS)], timeouts=Timeouts(ready_s=0.5, back_off_s=(), term_s=0.5))
    state = await fleet.start("tried")
    assert state.state == "failed"
    assert "did not answer within 0.5 s" in state.reason


async def test_a_server_that_starts_for_ever_can_be_stopped(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(HANGS)])
    starting = asyncio.create_task(fleet.start("tried"))
    await state_when(fleet, "tried", lambda state: state.pid is not None)
    assert (await fleet.stop("tried")).state == "stopped"
    assert (await starting).state == "stopped"


async def test_a_taken_port_is_a_named_error_at_once_and_the_others_start(
    make_fleet: MakeFleet, layout: FleetLayout
) -> None:
    fleet = make_fleet()
    with socket.create_server(("127.0.0.1", layout.port_of(fleet.entry("uvicorn")))):
        began = time.monotonic()
        taken = await fleet.start("uvicorn")
        assert time.monotonic() - began < 10
        assert taken.state == "failed"
        assert f"pid {os.getpid()}" in taken.reason
        assert (await fleet.start("hypercorn")).state == "running"


async def test_a_program_that_cannot_be_run_has_failed(make_fleet: MakeFleet) -> None:
    broken = python_entry("")
    object.__setattr__(broken, "command", ("/no/such/program",))
    state = await make_fleet([broken]).start("tried")
    assert state.state == "failed"
    assert "/no/such/program cannot be run" in state.reason


async def test_a_caller_that_goes_away_does_not_stop_the_stopping(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)])
    await fleet.start("tried")
    stopping = asyncio.create_task(fleet.stop("tried"))
    await asyncio.sleep(0)
    stopping.cancel()
    assert (await fleet.stop("tried")).state == "stopped"


async def test_every_change_is_announced(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)])
    seen: list[str] = []
    fleet.on_change.append(lambda: seen.append(fleet.state("tried").state))
    await fleet.start("tried")
    await fleet.stop("tried")
    assert list(dict.fromkeys(seen)) == ["starting", "running", "stopped"]


async def test_a_listener_that_fails_does_not_stop_the_fleet(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)])

    def fail() -> None:
        raise ZeroDivisionError

    fleet.on_change.append(fail)
    assert (await fleet.start("tried")).state == "running"
    assert (await fleet.stop("tried")).state == "stopped"


async def test_the_two_servers_of_the_first_page_are_started_first(make_fleet: MakeFleet) -> None:
    assert make_fleet().in_order(["daphne", "uvicorn", "uwsgi", "gunicorn-sync"])[:2] == [
        "uvicorn",
        "gunicorn-sync",
    ]


async def test_a_fleet_does_not_move_once_it_was_started(make_fleet: MakeFleet) -> None:
    fleet = make_fleet([python_entry(ANSWERS)])
    await fleet.start("tried")
    with pytest.raises(RuntimeError, match="cannot move"):
        fleet.use(FleetLayout())


async def test_a_server_that_is_stopped_while_it_waits_for_its_turn_stays_stopped(
    make_fleet: Callable[..., Fleet],
) -> None:
    fleet = make_fleet(places=1)
    starting = fleet.start_all(["uvicorn", "daphne"])
    first = asyncio.ensure_future(anext(starting))
    await state_when(fleet, "uvicorn", lambda state: state.pid is not None)
    assert fleet.state("daphne").state == "starting"
    await fleet.stop("daphne")
    states = [await first, *[state async for state in starting]]
    assert {state.name: state.state for state in states} == {"uvicorn": "running", "daphne": "stopped"}


async def test_servers_start_beside_each_other(make_fleet: MakeFleet) -> None:
    # Each answers only when the other has been started, too.
    meets = "import socket, time\nwhile socket.socket().connect_ex(('127.0.0.1', {port} + OTHER)): time.sleep(0.05)\n"
    opens = "import socket; early = socket.create_server(('127.0.0.1', {port} + 10))\n"
    one = python_entry(opens + meets.replace("OTHER", "11") + ANSWERS, "one")
    other = replace(python_entry(opens + meets.replace("OTHER", "9") + ANSWERS, "other"), port_offset=1)
    fleet = make_fleet([one, other], places=2)
    assert [state.state async for state in fleet.start_all(["one", "other"])] == ["running"] * 2


@pytest.mark.parametrize(("bad", "place_s"), [(CRASHES, 60.0), (HANGS, 0.2)], ids=["crashes", "hangs"])
async def test_a_bad_server_delays_nobody(bad: str, place_s: float, make_fleet: MakeFleet) -> None:
    bad_ones = [replace(python_entry(bad, f"bad-{n}"), port_offset=n) for n in range(2)]
    good_ones = [replace(python_entry(ANSWERS, f"good-{n}"), port_offset=n) for n in range(2, 5)]
    # It would take a minute and more until a bad one has failed for good.
    fleet = make_fleet([*bad_ones, *good_ones], Timeouts(back_off_s=(60.0,), place_s=place_s, term_s=0.2), places=2)
    starting = fleet.start_all([entry.name for entry in (*bad_ones, *good_ones)])
    up = [(await anext(starting)).name for _ in good_ones]
    assert sorted(up) == [entry.name for entry in good_ones]
    assert {fleet.state(entry.name).state for entry in bad_ones} == {"starting"}
    await starting.aclose()


async def test_a_server_whose_application_answers_500_has_failed(
    make_fleet: MakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.fleet.readiness.BROKEN_AFTER_S", 0.2)
    state = await make_fleet([python_entry(ANSWERS.replace("204", "500"))]).start("tried")
    assert state.state == "failed"
    assert "It answers 500 to /hello/: its application does not work" in state.reason


@pytest.mark.parametrize("name", [*here(["mod_wsgi", "uwsgi"]), "gunicorn-gthread", "uvicorn", "hypercorn"])
async def test_a_server_whose_application_cannot_be_imported_has_failed(name: str, make_fleet: MakeFleet) -> None:
    entry = next(entry for entry in SERVERS if entry.name == name)
    fleet = make_fleet([replace(entry, settings="no_such_settings")], Timeouts(back_off_s=()))
    state = await fleet.start(name)
    assert state.state == "failed"
    assert state.reason


async def test_a_failure_that_nobody_thought_of_is_a_failed_server(
    make_fleet: Callable[..., Fleet], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise LookupError("nobody thought of this")

    monkeypatch.setattr("dashboard.fleet.ports.why_taken", broken)
    state = await make_fleet().start("uvicorn")
    assert (state.state, "see the dashboard's log" in state.reason) == ("failed", True)
