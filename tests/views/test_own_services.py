"""The page for firing at services of one's own: only at those that are here, and only from this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import AsyncClient

from dashboard.access.keys import PRESENTER, Keys
from dashboard.services import access

HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}


async def test_without_a_service_it_says_how_to_start_one() -> None:
    answer = await AsyncClient().get("/services", headers=HTML)
    assert answer.status_code == 200
    assert "gatescope run -- python manage.py runserver" in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"service": "nobody"}, 404, "does not listen here"),
        ({"service": "nobody", "port": "6379"}, 404, "does not listen here"),
        ({"target": "http://elsewhere/"}, 400, "expected one that begins with a slash"),
    ],
)
async def test_nothing_else_can_be_reached(form: dict[str, str], status: int, sentence: str) -> None:
    answer = await AsyncClient().post("/services", form, headers=JSON)
    assert answer.status_code == status
    assert sentence in answer.json()["error"]


async def test_a_dashboard_that_others_can_reach_fires_at_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(access, "keys", Keys.from_environment(tmp_path))
    monkeypatch.setattr(access, "visitor", lambda _source: PRESENTER)
    answer = await AsyncClient().post("/services", {"service": "shop"}, headers=JSON)
    assert answer.status_code == 409
    assert "only this machine can reach" in answer.json()["error"]
