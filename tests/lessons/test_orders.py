"""An order is read from a form, or refused in one sentence that names the field, what came and what is expected."""

import pytest

from dashboard.fleet.ways import WAYS
from dashboard.lessons.orders import CLASS_MEMBER, PRESENTER, Order, OrderError, parse_order

KNOWN = ("gunicorn-sync", "uvicorn")


def order(servers: tuple[str, ...] = ("uvicorn",), allowance: object = PRESENTER, **fields: str) -> Order:
    return parse_order(servers, {"scenario": "wait", **fields}, KNOWN, allowance)  # type: ignore[arg-type]


def test_all_requests_are_fired_at_once_unless_said_otherwise() -> None:
    assert order(count="10").concurrency == 10


def test_a_server_named_twice_is_fired_at_once() -> None:
    assert order(("uvicorn", "gunicorn-sync", "uvicorn")).servers == ("uvicorn", "gunicorn-sync")


def test_the_path_comes_from_the_table_and_carries_the_seconds() -> None:
    assert order(seconds="0.5").path == "/wait/?seconds=0.5"
    assert order(scenario="hello", seconds="0.5").path == "/hello/"


def test_the_last_of_many_waiting_requests_is_given_the_time_of_all_before_it() -> None:
    assert order(count="10", seconds="1").timeout_s > 20


@pytest.mark.parametrize("count", ["0", "-1", "1000000000", "x", "1.5", "1e3", "٣", " ", "9" * 5000])
def test_a_count_that_is_no_number_in_range_is_refused(count: str) -> None:
    if not count.strip():
        assert order(count=count).count == 1
        return
    with pytest.raises(OrderError, match=r"count\) is .* a whole number from 1 to 1,000"):
        order(count=count)


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "x", "31", "1e999", "1_0", "٣"])
def test_seconds_out_of_range_are_refused(seconds: str) -> None:
    with pytest.raises(OrderError, match=r"time \(seconds\) is .* above 0 and at most 30"):
        order(seconds=seconds)


def test_an_unknown_server_is_refused_with_those_that_exist() -> None:
    with pytest.raises(OrderError, match="no server 'apache': choose from gunicorn-sync, uvicorn"):
        order(("apache",))


def test_no_server_at_all_is_refused() -> None:
    with pytest.raises(OrderError, match="No server was named"):
        order(("", " "))


def test_an_unknown_scenario_is_refused_with_those_that_exist() -> None:
    with pytest.raises(OrderError, match="no scenario '/etc/passwd': choose from hello, wait"):
        order(scenario="/etc/passwd")


def test_a_long_wrong_name_is_cut_in_the_sentence() -> None:
    with pytest.raises(OrderError) as refused:
        order(("x" * 10_000,))
    assert len(str(refused.value)) < 150


def test_a_class_member_may_fire_less_than_the_presenter() -> None:
    assert order(count="100", concurrency="20", allowance=CLASS_MEMBER).count == 100
    with pytest.raises(OrderError, match="from 1 to 20"):
        order(count="100", concurrency="21", allowance=CLASS_MEMBER)
    assert order(count="100", allowance=CLASS_MEMBER).concurrency == 20


def test_a_way_through_a_proxy_is_chosen_by_name_and_none_goes_straight() -> None:
    assert order(via="nginx-http10").via == WAYS["nginx-http10"]
    assert order(via=" ").via is None
    with pytest.raises(
        OrderError, match=r"no way through \(via\) 'http://evil': leave it out, or choose from nginx, "
    ):
        order(via="http://evil")
