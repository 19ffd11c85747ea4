"""Runs the tests: most of them four at once, those that compare times one by one.

With arguments it is plain pytest: `scripts/run_tests.py tests/fleet -x`; `--long` alone runs what takes long, those
that wait and measure it three at once. What failed is asked once more, alone: a machine of two cores is a noisy
place. What passed only then is named at the end, and kept.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
PYTEST = (sys.executable, "-m", "pytest")
SHARED_OUT = ("--dist", "loadscope", "--no-loadscope-reorder")
LEFT_OUT = "--ignore=tests/engines"
"""What `make browsers` runs."""
Group: TypeAlias = tuple[str, tuple[str, ...]]
"""Marks, and how the tests that have them are run."""
GROUPS: tuple[Group, ...] = (
    ("not long and not alone", ("--numprocesses", "4", *SHARED_OUT)),
    ("not long and alone", ()),
)
LONG_GROUPS: tuple[Group, ...] = (
    ("long and not alone and not few", ("--numprocesses", "2", "--dist", "loadscope")),
    ("long and few", ("--numprocesses", "3", *SHARED_OUT)),
    ("long and alone", ()),
)
ONCE_MORE = ("--last-failed", "--last-failed-no-failures", "none")
FAILURES = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
SECOND_TRY = ROOT / "var" / "second-try.txt"
TESTS_FAILED = 1
"""The exit status of pytest that says so; whatever is above it says that pytest itself did not get through."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the tests of one group."""

    passed: int
    failed: frozenset[str]
    second_try: frozenset[str]


def main(arguments: list[str]) -> int:
    """Run what is asked for. Returns the exit status."""
    os.chdir(ROOT)
    is_long = arguments == ["--long"]
    if arguments and not is_long:
        return subprocess.call([*PYTEST, *arguments])  # noqa: S603 -- our own command
    outcomes = [run_group(marks, options) for marks, options in (LONG_GROUPS if is_long else GROUPS)]
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(len(outcome.failed) for outcome in outcomes)
    second_try = sorted(frozenset[str]().union(*(outcome.second_try for outcome in outcomes)))
    if second_try:
        keep(second_try)
        print(f"\nPassed only on the second try, and noted in {SECOND_TRY.relative_to(ROOT)}:")
        print(*second_try, sep="\n")
    print(f"\n{passed} passed, {failed} failed")
    return TESTS_FAILED if failed else 0


def run_group(marks: str, options: Iterable[str]) -> Outcome:
    """Run the tests with these marks, and those that fail once more, one by one."""
    FAILURES.unlink(missing_ok=True)
    passed = ask(marks, *options)
    first = failures()
    if not first:
        return Outcome(passed, first, first)
    passed += ask(marks, *ONCE_MORE)
    failed = failures()
    return Outcome(passed, failed, first - failed)


def ask(marks: str, *options: str) -> int:
    """Run pytest and return how many tests passed. Exits when pytest did not get through."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [*PYTEST, LEFT_OUT, "-m", marks, "--junit-xml", report.name, *options]
        status = subprocess.call(command)  # noqa: S603 -- our own command
        if status > TESTS_FAILED:
            sys.exit(status)
        suite = ET.parse(report.name).getroot()[0]  # noqa: S314 -- pytest has just written it
    tests, *others = (int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped"))
    return tests - sum(others)


def failures() -> frozenset[str]:
    """The tests of this group that failed when they were run last, as pytest's cache knows them."""
    return frozenset(json.loads(FAILURES.read_text())) if FAILURES.exists() else frozenset()


def keep(names: Iterable[str]) -> None:
    """Add them to the list, with the time and the commit."""
    describe = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(describe, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    SECOND_TRY.parent.mkdir(exist_ok=True)
    with SECOND_TRY.open("a") as file:
        file.writelines(f"{datetime.now(UTC):%Y-%m-%d %H:%M} {commit} {name}\n" for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
