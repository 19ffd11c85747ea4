"""What an attempt found, as the terminal and the report say it."""

from dashboard.cli.lesson_report import report, table

ATTEMPT = {
    "lesson": 1,
    "title": "The queue",
    "holds": False,
    "error": "",
    "figures": [
        {"label": "last", "bound": "at most", "expected": 1.0, "unit": "s", "measured": 1.5, "values": [1.25, 1.75],
         "holds": False},
        {"label": "threads", "bound": "about", "expected": 4.0, "unit": "threads", "measured": None, "values": [None],
         "holds": False},
    ],
    "reasons": ["The machine was busy."],
    "surroundings": {"at": "now", "system": "Linux", "cores": 2, "load": 3.1, "python": "3.11", "versions": {}},
}  # fmt: skip


def test_the_table_says_what_is_off_and_why() -> None:
    lines = table(ATTEMPT).splitlines()
    assert lines[0] == "Lesson 1, The queue: DIFFERS"
    assert " ".join(lines[1].split()) == "OFF last expected at most 1 s measured 1.5 s (1.25 s to 1.75 s)"
    assert lines[2].endswith("measured –")
    assert lines[3].strip() == "The machine was busy."


def test_the_report_counts_what_holds_and_names_the_machine() -> None:
    text = report([ATTEMPT, ATTEMPT | {"holds": True}, ATTEMPT | {"error": "nginx is missing.", "surroundings": {}}])
    assert "1 of 3 lessons hold." in text
    assert "now, Linux, 2 cores, load 3.1, Python 3.11." in text
    assert "| last | at most 1 s | 1.5 s (1.25 s to 1.75 s) | off |" in text
    assert "could not be carried out\n\nnginx is missing." in text
