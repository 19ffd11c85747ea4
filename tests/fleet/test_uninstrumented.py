"""A second process of a server differs from it in its ports, and in that nothing observes it."""

import pytest

from dashboard.fleet.entry import OBSERVED, ServerEntry
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.table import SERVERS
from dashboard.fleet.uninstrumented import uninstrumented_twin

LAYOUT = FleetLayout()
ENTRIES = [entry for entry in SERVERS if entry.interface in OBSERVED]
PORT = 45_678


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_its_command_names_the_application_without_its_probe(entry: ServerEntry) -> None:
    twin = uninstrumented_twin(entry, PORT, LAYOUT)
    changed = [(one, other) for one, other in zip(entry.command, twin.command, strict=True) if one != other]
    is_django = not any(word.endswith(":application") for word in entry.command) or any(
        "samples.wsgi" in word or "samples.asgi" in word for word in entry.command
    )
    assert [other.endswith(":app") for _, other in changed] == ([] if is_django else [True])


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_it_listens_on_ports_of_its_own(entry: ServerEntry) -> None:
    ports = LAYOUT.ports_of(uninstrumented_twin(entry, PORT, LAYOUT))
    assert ports[0] == PORT
    assert len(set(ports)) == len(LAYOUT.ports_of(entry))
    assert not set(ports) & set(LAYOUT.ports_of(entry))


def test_a_django_project_is_given_the_same_settings_without_the_instrument() -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "uvicorn-lean")
    environment = LAYOUT.environment_of(uninstrumented_twin(entry, PORT, LAYOUT), "tag")
    assert environment["DJANGO_SETTINGS_MODULE"] == "samples.uninstrumented"
    assert environment["SAMPLES_SETTINGS"] == "samples.lean.settings"


def test_the_settings_without_the_instrument_have_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLES_SETTINGS", "samples.lean.settings")
    from importlib import import_module, reload

    from samples.lean import settings as watched

    bare = reload(import_module("samples.uninstrumented"))
    names = [name for name in vars(watched) if name.isupper() and name != "INSTALLED_APPS"]
    assert {name: getattr(bare, name) for name in names} == {name: getattr(watched, name) for name in names}
    assert bare.INSTALLED_APPS == [app for app in watched.INSTALLED_APPS if app != "probes.django"]
