"""Functions are replaced once, put back exactly, and a missing one is only mentioned."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from probes import patches
from probes.django.install import PATCHES, install, uninstall
from probes.patches import Patch
from probes.stage_kinds import VIEW

if TYPE_CHECKING:
    import pytest


def originals() -> list[Any]:
    found = []
    for patch in PATCHES:
        owner, name = patches._find(patch.target)
        found.append(vars(owner)[name])
    return found


def test_every_patched_function_exists_in_this_django() -> None:
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


def test_missing_function_is_logged_once_and_skipped(caplog: pytest.LogCaptureFixture) -> None:
    gone = Patch(VIEW, "django.core.handlers.base:BaseHandler.of_the_future", lambda original: original)
    nowhere = Patch(VIEW, "django.no_such_module:anything", lambda original: original)
    with caplog.at_level(logging.WARNING, logger="gatescope"):
        patches.apply([gone, nowhere])
        patches.apply([gone, nowhere])
    assert len(caplog.messages) == 2
    assert "does not have django.core.handlers.base:BaseHandler.of_the_future" in caplog.messages[0]
    assert caplog.messages[0].startswith("django ")
    assert "'view' is not shown" in caplog.messages[0]
