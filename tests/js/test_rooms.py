"""The rooms of static/js: imports go down only, never up and never in a circle, and no folder is crowded."""

import posixpath
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
IMPORT = re.compile(r'^(?:import|export)\b[^"\';]*?\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"', re.MULTILINE)
FLOORS = ({"lib"}, {"model"}, {"scene"}, {"time"}, {"draw"}, {"panels"}, {"player"}, {"lesson"}, {"pages"})
"""From the bottom up: a room imports from its own and from lower floors."""
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MOST_FILES = 40


def imports(root: Path) -> dict[str, list[str]]:
    """Return what each module below `root` imports, by path: {"draw/token.js": ["lib/dom.js"]}."""
    return {
        str(file.relative_to(root)): [
            posixpath.normpath(posixpath.join(posixpath.dirname(str(file.relative_to(root))), one or other))
            for one, other in IMPORT.findall(file.read_text())
        ]
        for file in root.rglob("*.js")
    }


def upward(modules: dict[str, list[str]]) -> Iterator[str]:
    """Yield what a module imports from a higher room, or from another one on its own floor."""
    for module, needed in modules.items():
        room = module.split("/")[0]
        for other in (path.split("/")[0] for path in needed):
            if other != room and FLOOR[other] >= FLOOR[room]:
                yield f"{module} ({room}) imports from {other}"


def test_no_room_imports_from_a_higher_one() -> None:
    assert list(upward(imports(SCRIPTS))) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(imports(SCRIPTS)).prepare()


def test_every_import_is_a_file_of_a_room() -> None:
    modules = imports(SCRIPTS)
    assert {path.split("/")[0] for path in modules} == set(FLOOR)
    assert {needed for all_needed in modules.values() for needed in all_needed} <= set(modules)


def test_no_room_is_crowded() -> None:
    for folder in (path for path in SCRIPTS.rglob("*") if path.is_dir()):
        assert len([file for file in folder.iterdir() if file.is_file()]) <= MOST_FILES, folder


@pytest.mark.parametrize(
    "line", ['import { a } from "../panels/b.js";', 'import "../panels/b.js";', 'export { a } from "../panels/b.js";']
)
def test_an_upward_import_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a.js").write_text(f"// A module.\n\n{line}\n")
    assert list(upward(imports(tmp_path))) == ["model/a.js (model) imports from panels"]
