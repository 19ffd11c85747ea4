"""The house stays tidy: no folder that nobody takes in at a glance, no line that nobody reads."""

import subprocess
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES_IN_A_FOLDER = 40
MODULES_AT_THE_TOP = 8
LINE_LENGTH = 118
READ_BY_PEOPLE = {".py", ".js", ".mjs", ".css", ".html", ".toml", ".yml"}
PROSE_IN_TOML = {PurePosixPath("dashboard/glossary/words.toml"), PurePosixPath("dashboard/comparison/table.toml")}


@pytest.fixture(scope="module")
def ours() -> list[PurePosixPath]:
    """Every file of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [PurePosixPath(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_folder_has_too_many_files(ours: list[PurePosixPath]) -> None:
    counts = Counter(file.parent for file in ours)
    assert {str(folder): count for folder, count in counts.items() if count > FILES_IN_A_FOLDER} == {}


def test_few_modules_stand_at_the_top_of_the_dashboard(ours: list[PurePosixPath]) -> None:
    top = [file.name for file in ours if file.parent == PurePosixPath("dashboard") and file.suffix == ".py"]
    assert len(top) <= MODULES_AT_THE_TOP, sorted(top)


def test_every_line_can_be_read(ours: list[PurePosixPath]) -> None:
    long = [
        f"{file}:{number} has {len(line)} characters"
        for file in ours
        if file.suffix in READ_BY_PEOPLE and not is_prose(file) and file.parent.name != "migrations"
        for number, line in enumerate((ROOT / file).read_text().splitlines(), start=1)
        if len(line) > LINE_LENGTH
    ]
    assert long == []


def is_prose(file: PurePosixPath) -> bool:
    """Texts in TOML are paragraphs, one line each, so that a lesson's words can be read and compared as such."""
    return file in PROSE_IN_TOML or file.parent == PurePosixPath("dashboard/lessons/course")
