"""Runs the tests of the probes on each Python that is here, with each Django that it can run: `make matrix`.

Each Python gets an environment of its own in `var/matrix`, with what the tests need; Django is changed in it. What
failed is asked once more, alone: a machine of two cores is a noisy place.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "matrix"
LOCK = ROOT / "requirements-dev.lock"
OLDEST = (3, 11)
DJANGOS = {"5.2": "Django~=5.2.0", "6.0": "Django~=6.0.0", "newest": "Django"}
TESTS = ("tests/probes", "--numprocesses", "2", "--dist", "loadscope", "--quiet")
ABOUT = "import sys, sysconfig as c; print(*sys.version_info[:2], 't' if c.get_config_var('Py_GIL_DISABLED') else '')"
TESTS_FAILED = 1
"""The exit status of pytest that says so; whatever is above it says that pytest itself did not get through."""


@dataclass(frozen=True, slots=True)
class Python:
    """One interpreter of this machine."""

    name: str
    """"3.13", "3.14t" for a free-threaded one."""
    path: Path

    @property
    def environment(self) -> Path:
        """The folder of its environment."""
        return FOLDER / f"python{self.name}"

    @property
    def executable(self) -> str:
        """The interpreter of that environment."""
        return str(self.environment / "bin" / "python")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the tests on one Python with one Django."""

    python: str
    django: str
    passed: bool
    said: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print a table; return 0 when everything passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pythons", nargs="*", help='versions such as "3.13" (default: all that are here)')
    parser.add_argument("--django", action="append", choices=DJANGOS, help="default: all")
    asked = parser.parse_args(arguments)
    found = [python for python in find_pythons() if not asked.pythons or python.name in asked.pythons]
    results = [result for python in found for result in run(python, asked.django or list(DJANGOS))]
    print(f"\n{'Python':8}{'Django':10}")
    for result in results:
        print(f"{result.python:8}{result.django:10}{result.said}")
    return 0 if results and all(result.passed for result in results) else 1


def find_pythons() -> list[Python]:
    """Return one interpreter of each version, oldest first; shims that refuse to run are none."""
    folders = [*map(Path, os.environ.get("PATH", "").split(os.pathsep)), *Path.home().glob(".pyenv/versions/*/bin")]
    found: dict[tuple[int, int, str], Python] = {}
    for path in (file for folder in folders for file in folder.glob("python3*")):
        if re.fullmatch(r"python3(\.\d+t?)?", path.name):
            done = subprocess.run([path, "-c", ABOUT], capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode == 0:
                major, minor, *threads = done.stdout.split()
                version = int(major), int(minor), "".join(threads)
                found.setdefault(version, Python(f"{major}.{minor}{version[2]}", path))
    return [found[version] for version in sorted(found) if version[:2] >= OLDEST]


def run(python: Python, wanted: Sequence[str]) -> Iterator[Result]:
    """Run the tests on one Python, once with each Django that it can have."""
    if not prepare(python):
        yield Result(python.name, "-", passed=False, said="what the tests need could not be installed")
        return
    tried: set[str] = set()
    for name in wanted:
        version = install_django(python, DJANGOS[name])
        if version is not None and version not in tried:
            tried.add(version)
            print(f"Python {python.name} with Django {version} ...", flush=True)
            yield test(python, version)


def prepare(python: Python) -> bool:
    """Bring the environment to the state of the lock; return False where a package has nothing for this Python."""
    mark = python.environment / "installed"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return True
    print(f"Making the environment of Python {python.name} ...", flush=True)
    subprocess.run([python.path, "-m", "venv", "--clear", python.environment], check=True)  # noqa: S603
    if _pip(python, "install", "--requirement", str(LOCK)):
        mark.write_text(wanted)
    return mark.exists()


def install_django(python: Python, wanted: str) -> str | None:
    """Install a Django; return its version, None where there is none for this Python."""
    if not _pip(python, "install", "--upgrade", "--no-deps", wanted):
        return None
    ask = [python.executable, "-c", "import django; print(django.__version__)"]
    return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def test(python: Python, django: str) -> Result:
    """Run the tests; what they said is kept in a file."""
    log = FOLDER / f"python{python.name}-django{django}.log"
    cache = ("-o", f"cache_dir={log.with_suffix('.cache')}")
    with log.open("w") as output:
        first = _pytest(python, [*TESTS, *cache], output.fileno())
        again = [TESTS[0], "--quiet", *cache, "--last-failed", "--last-failed-no-failures", "none"]
        passed = first == 0 or (first == TESTS_FAILED and _pytest(python, again, output.fileno()) == 0)
    lines = [line for line in log.read_text().splitlines() if re.search(r"\d+ (passed|failed|error)", line)]
    said = ", then alone: ".join(line.strip("= ") for line in lines) or "pytest did not get through"
    return Result(python.name, django, passed, said if passed else f"{said} ({log.relative_to(ROOT)})")


def _pytest(python: Python, arguments: Sequence[str], output: int) -> int:
    command = [python.executable, "-m", "pytest", *arguments]
    return subprocess.call(command, cwd=ROOT, stdout=output, stderr=output)  # noqa: S603


def _pip(python: Python, *arguments: str) -> bool:
    command = [python.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        print(f"  {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'pip failed'}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
