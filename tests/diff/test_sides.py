"""The two sides of a comparison, as they are asked for and taken out of films."""

import pytest

from dashboard.diff.sides import SideError, SideRef, label_sides, merge_sides, take_side
from dashboard.recordings.film import FilmJson
from tests.support.spans import SECOND_NS, START_NS, make_span


def film(*names: str, trace: int = 1, start_ns: int = START_NS) -> FilmJson:
    """A film with one request at each server."""
    spans = [
        make_span(1, trace + n, stage="client", server=name, start_ns=start_ns, end_ns=start_ns + SECOND_NS)
        for n, name in enumerate(names)
    ]
    return {
        "spans": [span.as_json() for span in spans],
        "run": None,
        "servers": [{"name": name, "title": f"{name.title()}, 1 loop", "interface": "asgi"} for name in names],
        "backlog": {names[0]: [(start_ns, 3)]},
    }


def test_a_choice_is_a_recording_and_perhaps_a_server() -> None:
    assert SideRef.parse("abc") == SideRef("abc")
    assert SideRef.parse("abc:uvicorn") == SideRef("abc", "uvicorn")


def test_a_missing_side_is_asked_for() -> None:
    with pytest.raises(SideError, match="two sides"):
        SideRef.parse("")


def test_only_the_requests_that_were_fired_at_the_server_are_taken() -> None:
    one = take_side(SideRef("abc", "daphne"), "wait × 10", film("uvicorn", "daphne"))
    assert [trace[0].server for trace in one.side.traces] == ["daphne"]


def test_without_a_name_the_first_server_is_taken_that_is_not_on_the_other_side() -> None:
    both = film("uvicorn", "daphne")
    assert take_side(SideRef("abc"), "wait", both).ref.server == "uvicorn"
    assert take_side(SideRef("abc"), "wait", both, besides="uvicorn").ref.server == "daphne"
    assert take_side(SideRef("abc"), "wait", both, besides="daphne").ref.server == "uvicorn"


@pytest.mark.parametrize(("server", "besides"), [("nobody", ""), ("", "uvicorn")])
def test_a_server_that_is_not_in_the_film_is_refused_by_name(server: str, besides: str) -> None:
    with pytest.raises(SideError, match=r"wait has no (nobody|second server): it has uvicorn"):
        take_side(SideRef("abc", server), "wait", film("uvicorn"), besides)


def test_together_they_are_a_film_of_two_rows_on_one_clock() -> None:
    a = take_side(SideRef("abc"), "wait", film("uvicorn"))
    b = take_side(SideRef("def"), "wait", film("uvicorn", trace=5, start_ns=START_NS + 60 * SECOND_NS))
    both = merge_sides(a, b)
    assert [(span["server"], span["start_ns"]) for span in both["spans"]] == [("a", START_NS), ("b", START_NS)]
    assert [(server["name"], server["title"]) for server in both["servers"]] == [
        ("a", "Uvicorn, wait"),
        ("b", "Uvicorn, wait"),
    ]
    assert both["backlog"]["b"] == [(START_NS, 3)]


def test_the_same_requests_on_both_sides_are_refused() -> None:
    one = take_side(SideRef("abc"), "wait", film("uvicorn"))
    with pytest.raises(SideError, match="the same requests"):
        merge_sides(one, one)


@pytest.mark.parametrize(
    ("servers", "titles", "labels"),
    [
        (("uvicorn", "daphne"), ("wait", "wait"), ["Uvicorn", "Daphne"]),
        (("uvicorn", "uvicorn"), ("wait", "cpu"), ["Uvicorn with wait", "Uvicorn with cpu"]),
        (("uvicorn", "uvicorn"), ("wait", "wait"), ["Uvicorn (A)", "Uvicorn (B)"]),
    ],
)
def test_sides_are_called_by_the_shortest_names_that_tell_them_apart(
    servers: tuple[str, str], titles: tuple[str, str], labels: list[str]
) -> None:
    sides = [take_side(SideRef("abc"), title, film(name)) for name, title in zip(servers, titles, strict=True)]
    assert [one.side.label for one in label_sides(*sides)] == labels


def test_messages_of_a_websocket_go_with_their_session() -> None:
    recorded = film("uvicorn")
    session = f"{recorded['spans'][0]['trace_id']}/{1:016x}"
    message = make_span(9, 9, stage="message", attributes={"gatescope.session": session})
    recorded["spans"].append(message.as_json())
    assert len(take_side(SideRef("abc"), "chat", recorded).side.traces) == 2
