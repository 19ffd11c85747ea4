"""The table says the truth about each server."""

import sys

import pytest

from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.table import SERVERS

CONTRACT = {
    "gunicorn-sync": 0,
    "gunicorn-gthread": 1,
    "uwsgi": 2,
    "mod_wsgi": 3,
    "daphne": 4,
    "uvicorn": 5,
    "hypercorn": 6,
    "gunicorn-asgi": 7,
}


def test_every_server_of_the_contract_has_its_port() -> None:
    offsets = {entry.name: entry.port_offset for entry in SERVERS}
    assert {name: offsets[name] for name in CONTRACT} == CONTRACT


def test_no_two_servers_share_a_name_or_a_port() -> None:
    offsets = [offset for entry in SERVERS for offset in entry.ports_from(entry.port_offset)]
    assert len({entry.name for entry in SERVERS}) == len(SERVERS)
    assert len(set(offsets)) == len(offsets)


@pytest.mark.parametrize("entry", SERVERS, ids=lambda entry: entry.name)
def test_every_server_has_one_sentence_that_says_what_it_teaches(entry: ServerEntry) -> None:
    assert entry.why.endswith(".")
    assert entry.why.count(".") == 1


def test_commands_use_this_interpreter_and_not_the_path() -> None:
    for entry in SERVERS:
        if entry.needs.module:
            assert entry.command_on(4711)[0] == sys.executable
            assert "4711" in " ".join(entry.command_on(4711))


def test_every_server_can_be_started_where_the_tests_run() -> None:
    assert {entry.name: entry.why_missing() for entry in SERVERS if entry.why_missing()} == {}
