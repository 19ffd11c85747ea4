"""An environment that knows nothing of Gatescope, shared by the tests in here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.own_environment import OwnEnvironment, make_environment


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> OwnEnvironment:
    return make_environment(tmp_path_factory.mktemp("own") / "env", "django", "flask", "gunicorn", "uvicorn")


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("started")
    subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", str(folder)], check=True)
    return folder


@pytest.fixture
def site(started: Path, tmp_path: Path) -> Path:
    """The folder of a project of one's own, as `django-admin startproject` makes it."""
    return Path(shutil.copytree(started, tmp_path / "site"))
