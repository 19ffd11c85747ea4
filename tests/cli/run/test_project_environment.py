"""What the environment of the project's command is made of."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dashboard.cli.run.project_environment import HOOK, libraries_folder, project_environment, project_path

OURS = Path(sys.prefix, "bin")


def test_the_hook_stands_before_what_the_user_has_on_the_path() -> None:
    given = {"PYTHONPATH": "/mine", "PATH": "/bin"}
    assert project_environment(given, "shop", "http://x")["PYTHONPATH"] == f"{HOOK}{os.pathsep}/mine"
    assert project_environment({"PYTHONPATH": ""}, "shop", "http://x")["PYTHONPATH"] == str(HOOK)


def test_an_endpoint_of_the_users_stays() -> None:
    given = {"GATESCOPE_ENDPOINT": "http://elsewhere/v1/traces"}
    assert project_environment(given, "shop", "http://x") | given == project_environment(given, "shop", "http://x")
    assert project_environment({}, "shop", "http://x")["GATESCOPE_ENDPOINT"] == "http://x/v1/traces"


def test_our_own_programs_give_way_to_those_of_an_active_environment() -> None:
    path = os.pathsep.join((str(OURS), "/usr/bin"))
    assert project_path({"PATH": path, "VIRTUAL_ENV": "/projects"}) == "/usr/bin"
    assert project_path({"PATH": path, "VIRTUAL_ENV": sys.prefix}) == path
    assert project_path({"PATH": path}) == path


def test_the_hook_and_the_libraries_are_where_it_says() -> None:
    assert [file.name for file in HOOK.iterdir() if file.suffix == ".py"] == ["sitecustomize.py"]
    assert (libraries_folder() / "opentelemetry" / "sdk").is_dir()
