"""The sums of what the observed processes shed."""

from dashboard.traces.losses import Losses, LossLedger


def test_processes_of_one_server_are_summed() -> None:
    ledger = LossLedger()
    ledger.record(
        [Losses("uwsgi", "a:1", dropped_spans=3), Losses("uwsgi", "a:2", dropped_spans=4, reduced_requests=1)]
    )
    assert ledger.by_server() == {"uwsgi": {"dropped_spans": 7, "reduced_requests": 1, "counted_requests": 0}}


def test_a_report_that_comes_late_changes_nothing() -> None:
    ledger = LossLedger()
    assert ledger.record([Losses("uwsgi", "a:1", counted_requests=5)])
    assert not ledger.record([Losses("uwsgi", "a:1", counted_requests=2)])
    assert ledger.by_server()["uwsgi"]["counted_requests"] == 5


def test_a_report_of_nothing_is_no_change() -> None:
    assert not LossLedger().record([Losses("uwsgi", "a:1")])


def test_processes_that_are_gone_stay_in_the_sum_while_memory_is_bounded() -> None:
    ledger = LossLedger(limit=3)
    ledger.record(Losses("uwsgi", f"a:{pid}", dropped_spans=1) for pid in range(50))
    assert ledger.by_server()["uwsgi"]["dropped_spans"] == 50
    assert len(ledger.entries()) == 4


def test_another_process_reaches_the_same_sums() -> None:
    ledger, other = LossLedger(limit=2), LossLedger()
    ledger.record(Losses(f"s{pid % 2}", f"a:{pid}", dropped_spans=pid) for pid in range(9))
    other.record(ledger.entries())
    assert other.by_server() == ledger.by_server()
