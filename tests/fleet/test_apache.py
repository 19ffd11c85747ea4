"""Apache with mod_wsgi: what it is told, what keeps it from being used, and what the application sees of it."""

import shutil
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from dashboard.fleet import apache
from dashboard.fleet.entry import Needs
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT
from tests.fleet.helpers import processes_of, wait_until

MOD_WSGI = next(entry for entry in SERVERS if entry.name == "mod_wsgi")
OTHER_PYTHON = f"3.{sys.version_info.minor + 1}"


def test_a_module_that_is_not_there_is_named_with_its_command(tmp_path: Path) -> None:
    assert apache.why_absent(tmp_path) == (
        f"Apache's module mod_wsgi is not installed ({tmp_path}/mod_wsgi.so is not there). "
        "To install it: apt-get install apache2 libapache2-mod-wsgi-py3"
    )


def test_a_module_for_another_python_says_what_is_expected_and_what_is_here(tmp_path: Path) -> None:
    (tmp_path / "mod_wsgi.so").write_bytes(b"\0libpython%s.so.1.0\0" % OTHER_PYTHON.encode())
    reason = apache.why_absent(tmp_path)
    assert (
        f"embeds Python {OTHER_PYTHON}, but this environment is made with Python 3.{sys.version_info.minor}" in reason
    )
    assert "PYTHON=/usr/bin/python3" in reason


def test_a_program_that_is_there_may_still_be_unfit() -> None:
    assert Needs(program="sh", install="", beyond=lambda: "It is too old.").why_absent() == "It is too old."


def test_a_user_without_the_systems_folders_on_the_path_has_apache_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    apache2 = shutil.which("apache2", path="/usr/sbin:/usr/local/sbin")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert MOD_WSGI.why_missing() == ""
    assert apache2 in MOD_WSGI.command_on(4711)


def test_the_file_is_as_it_always_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_path", "/env/{}".format)
    text = apache.render_configuration(Path("/data/mod_wsgi"), 8103, Path('/srv/my "shop"'))
    assert text == Path(__file__).with_name("expected_apache.conf").read_text()


@pytest.mark.parametrize("name", ["line\nbreak", "${HOME}"])
def test_a_folder_that_apache_cannot_be_told_of_is_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="move it to a folder with a plainer name"):
        apache.render_configuration(tmp_path / name, 4711, ROOT)


def test_a_project_in_a_folder_with_a_colon_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="a folder with a colon"):
        apache.render_configuration(tmp_path, 4711, Path("/srv/a:b"))


async def test_it_serves_from_a_data_folder_with_any_name_that_is_its_owners_alone(
    make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    data = layout.data / ('it\'s a "data" \\ folder ' + "of a long name " * 6)
    data.mkdir(mode=0o700)
    fleet = make_fleet()
    fleet.use(replace(layout, data=data))
    state = await fleet.start("mod_wsgi")
    assert state.state == "running", state
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{state.url}/hello/")).text == "Hello.\n"
    await fleet.stop("mod_wsgi")
    assert wait_until(lambda: not processes_of(data), 10)
    assert [path.name for path in (data / "mod_wsgi").iterdir()] == ["apache.conf"]


async def test_what_a_killed_apache_left_does_not_keep_the_next_from_starting(
    make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    folder = layout.data / "mod_wsgi"
    folder.mkdir()
    (folder / "apache.pid").write_text("1\n")
    (folder / "wsgi.1.0.1.sock").write_text("")
    assert (await make_fleet().start("mod_wsgi")).state == "running"
    assert not (folder / "wsgi.1.0.1.sock").exists()


async def test_a_configuration_that_cannot_be_written_is_one_sentence_and_the_rest_runs(
    make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    (layout.data / "mod_wsgi").write_text("a file where the folder should be")
    fleet = make_fleet()
    failed = await fleet.start("mod_wsgi")
    assert failed.state == "failed"
    assert failed.reason.startswith(f"{layout.data}/mod_wsgi cannot be written (File exists)")
    assert (await fleet.start("mod_wsgi-threads")).state == "running"
