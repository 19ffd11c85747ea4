"""Runs Django's own tests without the instrument and with it, and compares: `make django-suite`.

The tests come with the source of the Django that is installed here, which pip fetches into a temporary folder.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
SUITES = ("asgi", "wsgi", "handlers", "middleware", "servers", "signals", "async", "middleware_exceptions")
TOTAL = re.compile(r"^Ran (\d+) tests?", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both ways; return 0 when each test has the same result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", default=list(SUITES), help="folders of Django's tests")
    suites = parser.parse_args(arguments).suites
    with tempfile.TemporaryDirectory(prefix="gatescope-django-") as folder:
        tests = _fetch_tests(Path(folder))
        without = _run(tests, suites, observed=False)
        observed = _run(tests, suites, observed=True)
    counts = ", ".join(f"{count} {word}" for word, count in Counter(observed.values()).most_common())
    print(f"Django {django.__version__}: {len(without)} tests without the instrument, {len(observed)} with it.")
    print(f"With it: {counts}.")
    different = [name for name in sorted({*without, *observed}) if without.get(name) != observed.get(name)]
    for name in different:
        print(f"  {name}: {without.get(name, 'missing')} without, {observed.get(name, 'missing')} with")
    print("Every result is the same." if not different else f"{len(different)} results differ.")
    return 1 if different or not without else 0


def _fetch_tests(folder: Path) -> Path:
    """Fetch the source of the installed Django; return the folder of its tests."""
    wanted = f"Django=={django.__version__}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "django", wanted]
    subprocess.run([*pip, "--dest", str(folder)], check=True)  # noqa: S603 - our own words
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        source.extractall(folder, filter="data")
    (tests,) = folder.glob("*/tests")
    return tests


def _run(tests: Path, suites: Sequence[str], *, observed: bool) -> dict[str, str]:
    """Return the result of each test by its name."""
    main_program = tests / "observed_runtests.py"
    # What `runtests.py` does when it is the main program, with one app more.
    source = (tests / "runtests.py").read_text()
    if observed:
        source = source.replace("ALWAYS_INSTALLED_APPS = [", 'ALWAYS_INSTALLED_APPS = ["probes.django",', 1)
    results = tests / "results.json"
    main_program.write_text(f"import result_recorder\n\nresult_recorder.record({str(results)!r})\n{source}")
    finished = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, str(main_program), "--verbosity=2", "--parallel=1", "--noinput", *suites],
        cwd=tests,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(tests.parent), str(ROOT), str(ROOT / "scripts"))),
            "GATESCOPE_ENDPOINT": "http://127.0.0.1:9/v1/traces",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if not TOTAL.search(finished.stderr):
        sys.exit(f"Django's tests did not run:\n{finished.stderr[-4_000:]}")
    found: dict[str, str] = json.loads(results.read_text())
    return found


if __name__ == "__main__":
    sys.exit(main())
