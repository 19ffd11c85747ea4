"""What a lesson's page says in addition to the lesson's own texts."""

from dashboard.fleet.supervisor import Fleet
from dashboard.lessons.lesson import Firing
from dashboard.lessons.loader import course
from dashboard.lessons.page import list_commands, neighbours, plan_firing
from dashboard.lessons.variation import vary_lesson


def firing(**fields: object) -> Firing:
    return Firing(**{"name": "one", "servers": ("uvicorn",), "scenario": "wait", **fields})  # type: ignore[arg-type]


def test_a_firing_is_described_by_what_how_often_and_where() -> None:
    plan = plan_firing(Fleet(), firing(count=20, concurrency=5, via="nginx"))
    assert (plan.what, plan.at_once, plan.via) == ("20 × wait, sync view", ", 5 at once", "nginx")
    assert [(server.title, server.interface) for server in plan.servers] == [("Uvicorn, 1 event loop", "asgi")]


def test_all_at_once_needs_no_words() -> None:
    assert plan_firing(Fleet(), firing(count=5, concurrency=5)).at_once == ""


def test_a_variation_leads_back_to_its_lesson() -> None:
    lesson = course()[1]
    assert neighbours(vary_lesson(lesson, 0), course()) == (lesson, lesson)


def test_commands_reach_a_server_by_the_route_that_the_firing_takes() -> None:
    (direct, curl, *_) = list_commands(Fleet(), firing()).commands
    assert direct.command == "python manage.py fire uvicorn wait"
    assert "/wait/?seconds=1" in curl.command
    (_, behind, *_) = list_commands(Fleet(), firing(via="nginx")).commands
    assert "uvicorn" in behind.command
    assert behind.command != curl.command


def test_the_first_lesson_has_none_before_it_and_the_last_none_after() -> None:
    first, second, *_, last = lessons = course()
    assert neighbours(first, lessons) == (None, second)
    assert neighbours(last, lessons)[1] is None
