"""What preflight says of this machine."""

import os
import time
from types import SimpleNamespace

import pytest

from dashboard.cli import preflight
from dashboard.cli.preflight import check_clock, check_cores, check_machine, check_ports
from dashboard.fleet.layout import FleetLayout


@pytest.mark.parametrize(
    ("cores", "fine", "said"),
    [(4, True, "4."), (1, False, "1: lessons are written for 2, so expect figures that are off.")],
)
def test_one_core_is_too_few(monkeypatch: pytest.MonkeyPatch, cores: int, fine: bool, said: str) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    check = check_cores()
    assert (check.fine, check.said) == (fine, said)


def test_a_clock_that_is_being_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wall_s = iter((100.0, 105.0))
    steady_s = iter((0.0, 0.2))
    clocks = SimpleNamespace(
        time=lambda: next(wall_s),
        monotonic=lambda: next(steady_s),
        sleep=lambda seconds: None,
        get_clock_info=time.get_clock_info,
    )
    monkeypatch.setattr(preflight, "time", clocks)
    check = check_clock()
    assert not check.fine
    assert "5.000 s passed on it in 0.200 s: is it being set?" in check.said


def test_ports_are_checked_only_if_no_dashboard_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "CLOCK_WATCHED_S", 0.01)
    monkeypatch.setattr(preflight, "taken_ports", lambda layout: [])
    names = [
        [check.name for check in check_machine(FleetLayout(), is_running=is_running)] for is_running in (True, False)
    ]
    assert ["ports" in found for found in names] == [False, True]


def test_a_port_that_is_taken_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "taken_ports", lambda layout: [8105])
    check = check_ports(FleetLayout())
    assert not check.fine
    assert check.said.endswith("Choose another with PORT.")
