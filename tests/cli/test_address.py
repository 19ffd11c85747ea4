"""Where commands look for a dashboard: PORT, which may be a project's, is read by `demo` alone."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard.cli.address import usual_url
from dashboard.management.commands.demo import Command


def test_the_port_of_a_project_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "3000")
    assert usual_url() == "http://127.0.0.1:8484"
    assert Command.default_port() == "3000"
    monkeypatch.setenv("GATESCOPE_PORT", "9000")
    monkeypatch.setenv("GATESCOPE_HOST", "::")
    assert usual_url() == "http://[::1]:9000"
    assert Command.default_port() == "9000"


def test_a_port_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_PORT", "x")
    with pytest.raises(ImproperlyConfigured, match="GATESCOPE_PORT is 'x': expected a whole number"):
        usual_url()
