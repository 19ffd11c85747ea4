"""Which keys a dashboard has: chosen in the environment, or made."""

import pytest

from dashboard.access.keys import JOIN_CODE_LETTERS, Keys, derive_join_code


def test_keys_can_be_chosen_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_TOKEN", "mine")
    monkeypatch.setenv("GATESCOPE_JOIN_CODE", "class-7b")
    assert Keys.from_environment() == Keys("mine", "CLASS7B")


def test_dashboards_with_one_token_agree_on_the_join_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATESCOPE_JOIN_CODE", raising=False)
    monkeypatch.setenv("GATESCOPE_TOKEN", "mine")
    assert Keys.from_environment() == Keys.from_environment()
    monkeypatch.setenv("GATESCOPE_TOKEN", "yours")
    assert Keys.from_environment().join_code != derive_join_code("mine")


def test_made_keys_are_random(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATESCOPE_TOKEN", raising=False)
    monkeypatch.delenv("GATESCOPE_JOIN_CODE", raising=False)
    made = [Keys.from_environment() for _ in range(50)]
    assert len({keys.token for keys in made}) == len({keys.join_code for keys in made}) == 50
    assert all(set(keys.join_code) <= set(JOIN_CODE_LETTERS) for keys in made)
