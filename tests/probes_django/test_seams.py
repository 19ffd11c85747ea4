"""Functions are replaced once, put back exactly, and a missing one is only mentioned."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from probes.django import seams
from probes.django.install import SEAMS, install, uninstall
from probes.django.seams import Seam

if TYPE_CHECKING:
    import pytest


def originals() -> list[Any]:
    found = []
    for seam in SEAMS:
        owner, name = seams._find(seam.where)
        found.append(vars(owner)[name])
    return found


def test_every_seam_exists_in_this_django() -> None:
    assert all(callable(original) for original in originals())


def test_uninstall_leaves_django_and_asgiref_as_they_were() -> None:
    before = originals()
    install()
    during = originals()
    uninstall()
    assert not set(before) & set(during)
    assert originals() == before


def test_second_install_changes_nothing(instrument: None) -> None:
    once = originals()
    install()
    assert originals() == once


def test_missing_seam_is_logged_once_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    gone = Seam("view", "django.core.handlers.base:BaseHandler.of_the_future", lambda original: original)
    nowhere = Seam("view", "django.no_such_module:anything", lambda original: original)
    with caplog.at_level(logging.WARNING, logger="gatescope"):
        seams.wrap([gone, nowhere])
        seams.wrap([gone, nowhere])
    assert len(caplog.messages) == 2
    assert "does not have django.core.handlers.base:BaseHandler.of_the_future" in caplog.messages[0]
    assert caplog.messages[0].startswith("django ")
    assert "'view' is not shown" in caplog.messages[0]
