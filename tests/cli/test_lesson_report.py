"""What an attempt found, as the terminal and the report say it."""

from io import StringIO

from django.core.management.base import OutputWrapper
from msgspec.structs import replace

from dashboard.cli.lesson_report import format_report, show_attempt
from dashboard.cli.terminal import Terminal
from dashboard.lessons.lesson import Proof
from tests.lessons.made import attempt, figure, lesson, surroundings

LAST = Proof(label="last", fire="one", server="uvicorn", figure="last", expected=1.0, bound="at most")
THREADS = Proof(label="threads", fire="one", server="uvicorn", figure="threads", expected=4.0)
ATTEMPT = attempt(
    lesson(prove=(LAST, THREADS), number=1),
    [
        figure(LAST, measured=1.5, values=(1.25, 1.75), holds=False),
        figure(THREADS, unit="threads", measured=None, values=(None,), holds=False),
    ],
    title="The queue",
    reasons=("The machine was busy.",),
    surroundings=surroundings(at="now", load=3.1, python="3.11"),
)


def test_the_terminal_shows_what_is_off_and_why() -> None:
    output = StringIO()
    show_attempt(Terminal(OutputWrapper(output)), ATTEMPT)
    lines = [" ".join(line.split()) for line in output.getvalue().splitlines()]
    assert lines == [
        "Lesson 1, The queue: DIFFERS",
        "figure expected measured",
        "OFF last at most 1.00 s 1.50 s (1.25 s to 1.75 s)",
        "OFF threads 4 threads –",
        "The machine was busy.",
    ]


def test_the_report_counts_what_holds_and_names_the_machine() -> None:
    failed = replace(ATTEMPT, error="nginx is missing.", surroundings=None)
    text = format_report([ATTEMPT, replace(ATTEMPT, holds=True), failed])
    assert "1 of 3 lessons hold." in text
    assert "now, Linux, 2 cores, load 3.1, Python 3.11." in text
    assert "| last | at most 1.00 s | 1.50 s (1.25 s to 1.75 s) | off |" in text
    assert "could not be carried out\n\nnginx is missing." in text
