"""A server of the table that is not installed says how to get it, and all run where their applications are."""

from dashboard.fleet.entry import Needs
from dashboard.lib.installation import ROOT


def test_an_absent_package_is_named_with_its_command() -> None:
    needs = Needs(module="no_such_server", install="python -m pip install no-such-server")
    assert needs.why_absent() == (
        "The Python package no_such_server is not installed. To install it: python -m pip install no-such-server"
    )


def test_an_absent_program_is_named_with_its_command() -> None:
    needs = Needs(program="no-such-program", install="apt-get install no-such-program")
    assert "The program no-such-program is not installed" in needs.why_absent()


def test_servers_run_where_the_samples_can_be_imported() -> None:
    assert (ROOT / "samples" / "wsgi.py").exists()
