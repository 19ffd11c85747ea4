"""A lesson's file is read whole or refused with the file, the field, what was expected and what came."""

from pathlib import Path

import pytest
from django.core.checks import run_checks

from dashboard.lessons import loader
from dashboard.lessons.loader import course, load_course, load_lesson
from dashboard.lib.toml_file import TomlFileError

WHOLE = (Path(__file__).parent / "whole.toml").read_text()


def changed(folder: Path, old: str, new: str) -> Path:
    """The first lesson's file with one thing changed."""
    assert old in WHOLE
    file = folder / "01-queue.toml"
    file.write_text(WHOLE.replace(old, new, 1))
    return file


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('chapter = "Waiting"\n', "", "missing required field `chapter`"),
        ("number = 1\n", 'number = "one"\n', "Expected `int`, got `str` - at `number`"),
        ("number = 1\n", "number = -1\n", "number: expected 0 or above, but -1 came"),
        ('title = "', 'titel = "', "unknown field `titel`"),
        ('scenario = "wait"\ncount = 10', "count = 10", "missing required field `scenario` - at `fire[0]`"),
        ('scenario = "wait"\ncount = 10', 'scenario = "sing"\ncount = 10', "There is no scenario 'sing'"),
        ('servers = ["gunicorn-sync", "uvicorn"]', 'servers = ["apache"]', "There is no server 'apache'"),
        ("count = 10", "count = 0", "(count) is '0'"),
        ('figure = "last"', 'figure = "latest"', "prove[0].figure: expected one of last, first,"),
        ('fire = "ten"', 'fire = "nine"', "prove[0].fire: expected one of ten, but 'nine' came"),
        ('server = "gunicorn-sync"', 'server = "daphne"', "prove[0].server: expected one of gunicorn-sync, uvicorn"),
        ("most = 15", "most = 0", "predict.most: expected more than least (0), but 0.0 came"),
        (
            'proof = "last answer',
            'proof = "lost answer',
            "predict.proof: expected one of last answer, one",
        ),
        ('kind = "number"', 'kind = "riddle"', "Invalid enum value 'riddle' - at `predict.kind`"),
        ('boxes = ["client",', 'boxes = ["till",', "boxes[0]: expected one of client,"),
        ('name = "wait"\nabout', 'name = "wail"\nabout', "code[0].name: expected a function or class of samples/"),
        (
            'file = "samples/scenarios.py"',
            'file = "../secret.py"',
            "code[0].file: expected a file of this",
        ),
        ("expected = 10.0", "expected = nan", "prove[0].expected: expected a number, but nan came"),
        ("most = 15", "most = inf", "predict.most: expected a number, but inf came"),
        ('file = "samples/scenarios.py"', r'file = "a\u0000b"', "code[0].file: expected a file of this"),
        ('title = "The queue: 10 – 3 – 1"', 'title = " "', "title: expected some text"),
        ("number = 1", "number = = 1", "expected a file in TOML"),
        ('moral = "There is a line."', 'moral = ""', "moral: expected some text"),
        ('answer = "Twice as long."', 'answer = ""', "vary[0].answer: expected some text"),
        (
            "least = 0\nmost = 30",
            "least = 30\nmost = 30",
            "vary[0].most: expected more than least (30), but 30.0 came",
        ),
        (
            'figure = "last"\nexpected = 20.0',
            'figure = "lost"\nexpected = 20.0',
            "vary[0].figure: expected one of last",
        ),
        ("right = true", "right = false", "ask[0].replies: expected exactly one that is right"),
        ('answer = "There is one worker."', 'answer = ""', "ask[0].replies[1].answer: expected some text"),
        ('see = "Stop the film."', 'see = ""', "notes: expected at least 2 for the lecturer"),
    ],
)
def test_what_is_wrong_is_said_with_file_field_and_expectation(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = changed(tmp_path, old, new)
    with pytest.raises(TomlFileError) as refused:
        load_lesson(file)
    assert str(file) in str(refused.value)
    assert said in str(refused.value)


def test_two_lessons_of_one_number_are_refused(tmp_path: Path) -> None:
    (tmp_path / "01-a.toml").write_text(WHOLE)
    (tmp_path / "02-b.toml").write_text(WHOLE)
    with pytest.raises(TomlFileError, match=r"02-b\.toml: number: expected one that no other lesson has, but 1"):
        load_course(tmp_path)


def test_a_new_lesson_is_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "01-a.toml").write_text(WHOLE)
    (tmp_path / "40-b.toml").write_text(WHOLE.replace("number = 1\n", "number = 40\n", 1))
    assert [lesson.number for lesson in load_course(tmp_path)] == [1, 40]


def test_a_wrong_file_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = changed(tmp_path, "number = 1\n", "")
    monkeypatch.setattr(loader, "FOLDER", tmp_path)
    course.cache_clear()
    try:
        (error,) = run_checks()
    finally:
        course.cache_clear()
    assert error.is_serious()
    assert str(file) in error.msg
    assert "missing required field `number`" in error.msg
