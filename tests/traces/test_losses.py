"""The sums of what the observed processes shed."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.losses import LONGEST_NAME, OTHERS, Losses, LossLedger


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


def test_servers_beyond_the_limit_are_summed_under_one_name_and_the_newest_are_told_apart() -> None:
    ledger = LossLedger(limit=1_000, servers=5)
    ledger.record(Losses(f"s{number}", "a:1", dropped_spans=1) for number in range(50))
    sums = ledger.by_server()
    assert sorted(sums) == ["", "s45", "s46", "s47", "s48", "s49"]
    assert sums[OTHERS]["dropped_spans"] == 45


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 9)), max_size=200))
def test_rows_and_names_are_bounded_and_nothing_is_lost_from_the_sum(reports: list[tuple[int, int, int]]) -> None:
    ledger = LossLedger(limit=10, servers=5)
    total = 0
    for place, (server, instance, dropped) in enumerate(reports):
        # Each process is another one, so that its counter adds to the sum.
        ledger.record([Losses(f"{server}" * 500, f"{instance}:{place}", dropped_spans=dropped)])
        total += dropped
        assert len(ledger.entries()) <= 10 + 5 + 1
        assert len(ledger.by_server()) <= 5 + 1
    assert sum(row["dropped_spans"] for row in ledger.by_server().values()) == total
    assert all(len(name) <= LONGEST_NAME for name in ledger.by_server())
