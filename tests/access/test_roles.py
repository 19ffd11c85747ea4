"""On loopback everybody is the presenter; beyond it whoever has the key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from dashboard.access.keys import Keys
from dashboard.access.roles import COOKIE, Access
from dashboard.fleet.entry import ROOT

PRINT_THE_TOKEN = "from dashboard.services import access; print(access.keys.token)"


def test_only_the_presenter_passes_require_presenter() -> None:
    keys = Keys("the-presenters-token", "K7M4QX")
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = keys.cookie("viewer")
    request.META["HTTP_COOKIE"] = f"{COOKIE}={keys.cookie('viewer')}"
    with pytest.raises(PermissionDenied):
        Access(keys).require_presenter(request)


def test_on_loopback_everybody_is_the_presenter() -> None:
    assert Access().role(RequestFactory().get("/")) == "presenter"


def test_a_token_in_the_environment_guards_every_command(tmp_path: Path) -> None:
    environment = {**os.environ, "GATESCOPE_TOKEN": "mine", "GATESCOPE_DATA": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", PRINT_THE_TOKEN],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert told.stdout.strip() == "mine", told.stderr
