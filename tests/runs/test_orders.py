"""An order is read from a form, or refused in one sentence that names the field, what came and what is expected."""

import pytest

from dashboard.fleet.nginx.routes import ROUTES
from dashboard.runs.orders import CLASS_MEMBER, PRESENTER, Order, OrderError, parse_order
from dashboard.runs.request_spec import RequestSpec
from dashboard.runs.target import Target

KNOWN = ("gunicorn-sync", "uvicorn")


def order(servers: tuple[str, ...] = ("uvicorn",), quota: object = PRESENTER, **fields: str) -> Order:
    return parse_order(servers, {"scenario": "wait", **fields}, KNOWN, quota)  # type: ignore[arg-type]


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


@pytest.mark.parametrize("leave", ["0", "-1", "nan", "x", "31"])
def test_a_time_to_leave_out_of_range_is_refused(leave: str) -> None:
    with pytest.raises(OrderError, match=r"\(leave\) is .* above 0 and at most 30"):
        order(leave=leave)


def test_a_client_stays_unless_told_to_leave() -> None:
    assert (order().leave, order(leave="0.5").leave) == (None, 0.5)


@pytest.mark.parametrize("protocol", ["1.0", "3", "h2", "HTTP/2", "2.0"])
def test_a_protocol_that_we_do_not_speak_is_refused(protocol: str) -> None:
    with pytest.raises(OrderError, match=r"\(protocol\) is .*: expected 1.1 or 2\."):
        order(protocol=protocol)


def test_http_1_1_is_spoken_unless_said_otherwise() -> None:
    assert (order().protocol, order(protocol=" 2 ").protocol) == ("1.1", "2")


def test_the_time_of_an_upload_is_the_client_s_and_not_the_view_s() -> None:
    slow = order(scenario="upload", seconds="0.5")
    spec = RequestSpec(slow, "run", "uvicorn", 1, Target("127.0.0.1", 80))
    assert (spec.path, spec.method, slow.work_s) == ("/upload/", "POST", 0.5)


def test_an_unknown_server_is_refused_with_those_that_exist() -> None:
    with pytest.raises(OrderError, match="has no servers of its own"):
        parse_order(["uvicorn"], {}, (), PRESENTER)
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
    assert order(count="100", concurrency="20", quota=CLASS_MEMBER).count == 100
    with pytest.raises(OrderError, match="from 1 to 20"):
        order(count="100", concurrency="21", quota=CLASS_MEMBER)
    assert order(count="100", quota=CLASS_MEMBER).concurrency == 20


def test_a_chat_is_a_websocket_whatever_version_of_http_is_left_out() -> None:
    assert order(scenario="chat").protocol == order(scenario="chat", protocol="1.1").protocol == "websocket"
    assert order(scenario="chat-sync").path == "/ws/chat-sync/"
    with pytest.raises(OrderError, match=r"chat is a WebSocket .* \(protocol\) out"):
        order(scenario="chat", protocol="2")


def test_a_room_is_no_larger_than_makes_sense() -> None:
    with pytest.raises(OrderError, match=r"\(count\) is '101': expected a whole number from 1 to 100"):
        order(scenario="chat", count="101")


def test_a_way_through_a_proxy_is_chosen_by_name_and_none_goes_straight() -> None:
    assert order(via="nginx-http10").route == ROUTES["nginx-http10"]
    assert order(via=" ").route is None
    with pytest.raises(
        OrderError, match=r"no way through \(via\) 'http://evil': leave it out, or choose from nginx, "
    ):
        order(via="http://evil")
