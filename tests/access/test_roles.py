"""On loopback everybody is the presenter; beyond it whoever has the key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import RequestFactory

from dashboard.access.keys import PRESENTER, new_member
from dashboard.access.roles import COOKIE, Access
from dashboard.lib.installation import ROOT
from tests.access.conftest import KEYS

TOKEN = "a-token-of-the-presenter"
PRINT_THE_TOKEN = "from dashboard.services import access; print(access.keys.token)"


def _request(cookie: str = "", bearer: str = "") -> HttpRequest:
    headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
    return RequestFactory().get("/", headers=headers | ({"authorization": f"Bearer {bearer}"} if bearer else {}))


def test_a_member_owns_what_is_theirs_and_the_presenter_everything() -> None:
    one, other = new_member(), new_member()
    access = Access(KEYS)
    access.require_owner(_request(KEYS.cookie(one)), one.id)
    access.require_owner(_request(KEYS.cookie(PRESENTER)), one.id)
    for cookie, owner in ((KEYS.cookie(other), one.id), (KEYS.cookie(one), ""), ("", "")):
        with pytest.raises(PermissionDenied):
            access.require_owner(_request(cookie), owner)


def test_of_a_key_and_a_cookie_the_one_that_allows_more_counts() -> None:
    access, member = Access(KEYS), KEYS.cookie(new_member())
    assert access.role(_request(member, KEYS.token)) == "presenter"
    assert access.role(_request(member, KEYS.send_key)) == "member"
    assert access.role(_request(member, "wrong")) == "member"
    assert access.role(_request(bearer=KEYS.send_key)) == "sender"
    assert access.role(_request(bearer=KEYS.join_code)) == ""


def test_a_cookie_sends_nothing() -> None:
    access = Access(KEYS)
    assert not access.may_send(_request(KEYS.cookie(new_member())))
    assert not access.may_send(_request(KEYS.cookie(PRESENTER)))


def test_on_loopback_everybody_is_the_presenter() -> None:
    assert Access().role(RequestFactory().get("/")) == "presenter"


def test_a_token_in_the_environment_guards_every_command(tmp_path: Path) -> None:
    environment = {**os.environ, "GATESCOPE_TOKEN": TOKEN, "GATESCOPE_DATA": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", PRINT_THE_TOKEN],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert told.stdout.strip() == TOKEN, told.stderr


def test_a_token_that_could_be_guessed_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={**os.environ, "GATESCOPE_TOKEN": "class2026", "GATESCOPE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert told.returncode == 2
    assert told.stderr.startswith("GATESCOPE_TOKEN has 9 characters: expected at least 16")
    assert len(told.stderr.splitlines()) == 1
