"""One vocabulary: what the probes write, the dashboard reads and the page shows has one name everywhere."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest

import probes.attributes
from dashboard.traces import attributes, stages
from probes.stage_kinds import StageKind

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "static" / "js"
PAGE = (SCRIPTS / "model" / "attributes.js").read_text()
LITERAL = re.compile(
    r"""["']((?:gatescope|process|thread|code|http|url|db|network|server|exception|error|service|host)"""
    r"""\.[a-z_]+(?:\.[a-z_]+)*)["']"""
)
OWN = ("gatescope.client.", "gatescope.proxy.", "gatescope.cut.")
"""What only the dashboard writes: about its requests, nginx and what it cut off."""
ALSO_OWN = {
    *("gatescope.run", "gatescope.index", "gatescope.scenario", "gatescope.via", "gatescope.open"),
    *("gatescope.end_not_told", "gatescope.conflicts", "gatescope.film"),
}


def names_of(module: ModuleType) -> dict[str, str]:
    return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}


def page_names() -> dict[str, str]:
    return dict(re.findall(r'^export const ([A-Z_]+) = "([^"]+)";$', PAGE, re.MULTILINE))


PROBES = set(names_of(probes.attributes).values())
DASHBOARD = names_of(attributes)


def test_the_page_reads_only_what_the_dashboard_knows() -> None:
    assert page_names()
    assert set(page_names().values()) <= set(DASHBOARD.values())


def test_the_dashboard_reads_only_what_the_probes_or_itself_write() -> None:
    ours = {name for name in DASHBOARD.values() if name.startswith("gatescope.")}
    assert {name for name in ours if not name.startswith(OWN)} - ALSO_OWN <= PROBES


@pytest.mark.parametrize("known", [DASHBOARD, page_names()], ids=["dashboard", "page"])
def test_no_attribute_is_named_twice(known: dict[str, str]) -> None:
    assert len(set(known.values())) == len(known)


@pytest.mark.parametrize(
    ("folder", "home"), [("dashboard", "traces/attributes.py"), ("static/js", "model/attributes.js")]
)
def test_an_attribute_is_spelt_in_the_list_alone(folder: str, home: str) -> None:
    known = set(DASHBOARD.values())
    for file in (ROOT / folder).rglob("*.*"):
        if file.suffix not in {".py", ".js"} or file == ROOT / folder / home:
            continue
        assert not known & set(LITERAL.findall(file.read_text())), file.relative_to(ROOT)


def test_every_stage_that_the_probes_open_is_in_the_table() -> None:
    modules = [import_module(found.name) for found in walk_packages(probes.__path__, "probes.")]
    opened = {kind.name for module in modules for kind in vars(module).values() if isinstance(kind, StageKind)}
    assert {"server", "query", "call"} <= opened
    assert opened <= set(stages.STAGES)


def test_a_stage_that_we_do_not_know_is_one_of_other_instruments() -> None:
    assert stages.stage_named("constructor") == stages.STAGES[""]
    assert stages.stage_named("query").kind == "client"
    assert stages.stage_named("middleware").reason == "in middleware"
