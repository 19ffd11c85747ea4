"""Which keys a dashboard has: chosen in the environment, kept, or drawn."""

import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard.access.keys import (
    COOKIE_AGE_S,
    JOIN_CODE_LETTERS,
    SHORTEST_KEY,
    STRANGER,
    Keys,
    Visitor,
    derive_join_code,
    new_member,
)

TOKEN = "a-token-of-the-presenter"
VARIABLES = ("GATESCOPE_TOKEN", "GATESCOPE_SEND_KEY", "GATESCOPE_JOIN_CODE")


@pytest.fixture(autouse=True)
def _nothing_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_keys_can_be_chosen_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATESCOPE_TOKEN", TOKEN)
    monkeypatch.setenv("GATESCOPE_JOIN_CODE", "class-7b")
    monkeypatch.setenv("GATESCOPE_SEND_KEY", "a-key-for-sending")
    assert Keys.from_environment(tmp_path) == Keys(TOKEN, "CLASS7B", "a-key-for-sending")
    assert not list(tmp_path.iterdir())


def test_dashboards_with_one_token_agree_on_the_join_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATESCOPE_TOKEN", TOKEN)
    assert Keys.from_environment(tmp_path) == Keys.from_environment(tmp_path)
    monkeypatch.setenv("GATESCOPE_TOKEN", "another-token-of-theirs")
    assert Keys.from_environment(tmp_path).join_code != derive_join_code(TOKEN)


def test_drawn_keys_are_random(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(50)]
    for folder in folders:
        folder.mkdir()
    made = [Keys.from_environment(folder) for folder in folders]
    assert len({keys.token for keys in made}) == len({keys.join_code for keys in made}) == 50
    assert all(set(keys.join_code) <= set(JOIN_CODE_LETTERS) for keys in made)


def test_the_key_for_sending_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    key = Keys.from_environment(tmp_path).send_key
    kept = tmp_path / "send_key"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (key, 0o600)
    assert Keys.from_environment(tmp_path).send_key == key
    assert len(key) >= SHORTEST_KEY


def test_the_keys_of_the_day_outlive_a_restart_and_not_the_day(tmp_path: Path) -> None:
    morning = Keys.from_environment(tmp_path)
    cookie = morning.cookie(new_member())
    kept = tmp_path / "presenter_token"
    assert kept.stat().st_mode & 0o777 == 0o600
    noon = Keys.from_environment(tmp_path)
    assert (noon.token, noon.join_code) == (morning.token, morning.join_code)
    assert noon.visitor_of_cookie(cookie).role == "member"
    yesterday = time.time() - COOKIE_AGE_S - 1
    os.utime(kept, (yesterday, yesterday))
    tomorrow = Keys.from_environment(tmp_path)
    assert tomorrow.token != morning.token
    assert tomorrow.send_key == morning.send_key
    assert tomorrow.visitor_of_cookie(cookie) == STRANGER


@pytest.mark.parametrize("name", ["GATESCOPE_TOKEN", "GATESCOPE_SEND_KEY"])
def test_a_key_that_could_be_guessed_is_refused_and_not_said(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, "x" * (SHORTEST_KEY - 1))
    with pytest.raises(ImproperlyConfigured, match=f"^{name} has 15 characters: expected at least 16") as refused:
        Keys.from_environment(tmp_path)
    assert "xxx" not in str(refused.value)
    monkeypatch.setenv(name, "x" * SHORTEST_KEY)
    Keys.from_environment(tmp_path)


def test_one_secret_cannot_be_two_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATESCOPE_TOKEN", TOKEN)
    monkeypatch.setenv("GATESCOPE_SEND_KEY", TOKEN)
    with pytest.raises(ImproperlyConfigured, match="choose two"):
        Keys.from_environment(tmp_path)


@pytest.mark.parametrize("code", ["-", "a b", "!!!!!!"])
def test_a_join_code_of_hardly_anything_is_refused(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GATESCOPE_JOIN_CODE", code)
    with pytest.raises(ImproperlyConfigured, match="GATESCOPE_JOIN_CODE"):
        Keys.from_environment(tmp_path)


def test_a_cookie_tells_members_apart_and_says_nothing_else() -> None:
    keys = Keys(TOKEN, "K7M4QX", "a-key-for-sending")
    one, other = new_member(), new_member()
    assert one.id != other.id
    assert keys.visitor_of_cookie(keys.cookie(one)) == one
    assert keys.visitor_of_cookie(keys.cookie(Visitor("presenter"))) == Visitor("presenter")


@pytest.mark.parametrize("signed", ["viewer", "member", "member.", ""])
def test_a_cookie_that_names_no_member_is_nobodys(signed: str) -> None:
    keys = Keys(TOKEN, "K7M4QX", "a-key-for-sending")
    assert keys.visitor_of_cookie(keys._signer().sign(signed)) == STRANGER
