"""Makes unittest write what came of each test to a file, as JSON. `django_suite` has Django's tests import it.

What a test prints stands between its name and its result in unittest's own output, which therefore cannot be read.
"""

import atexit
import json
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAID = {
    "addSuccess": "ok",
    "addError": "error",
    "addFailure": "failure",
    "addSkip": "skipped",
    "addExpectedFailure": "expected failure",
    "addUnexpectedSuccess": "unexpected success",
}
"""What each method of a `unittest.TestResult` says of a test; the last that is said counts."""

_results: dict[str, str] = {}


def record(file: str) -> None:
    """Record from now on, and write the file when the process ends."""
    for name, word in SAID.items():
        setattr(unittest.TextTestResult, name, _recording(getattr(unittest.TextTestResult, name), word))
    results: Any = unittest.TextTestResult
    results.addSubTest = _recording_subtest(results.addSubTest)
    atexit.register(lambda: Path(file).write_text(json.dumps(_results)))


def _recording(method: Callable[..., Any], word: str) -> Callable[..., Any]:
    def wrapper(self: Any, test: Any, *details: Any) -> Any:
        _results[test.id()] = word
        return method(self, test, *details)

    return wrapper


def _recording_subtest(method: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(self: Any, test: Any, subtest: Any, error: Any) -> Any:
        if error is not None:
            _results[subtest.id()] = "failure in a part"
        return method(self, test, subtest, error)

    return wrapper
