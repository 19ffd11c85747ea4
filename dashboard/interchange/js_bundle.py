"""Our ES modules as one script: for a page that has no server to fetch them from. Pure.

Each module becomes a function that gives what it exports; they stand in the order in which they need each other. This
understands the two forms that our modules have, `import { a, b as c } from "./x.js"` and `export` before a
declaration, and refuses all others, so that a script is either right or not made.
"""

import re
from collections.abc import Callable

IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"\./([\w-]+)\.js";[ \t]*\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function\*? ?|class |const |let )(\w+)", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b.*|\bimport\s*\(.*|\bimport\.meta\b.*", re.MULTILINE)
ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)

Read = Callable[[str], str]
"""The source of a module by its name, without the ".js"."""


class BundleError(Exception):
    """A module has a form that cannot be put into one script; the message says which and where."""


def bundle(entry: str, read: Read) -> str:
    """The script that does what the module `entry` does, for an inline `<script type="module">`."""
    made: dict[str, str] = {}
    _add(entry, read, made, ())
    script = "\n".join(made.values())
    if found := ENDS_SCRIPT.search(script):
        raise BundleError(f"{found[0]!r} in a module would end the script that it is put into")
    return script


def _add(name: str, read: Read, made: dict[str, str], above: tuple[str, ...]) -> None:
    """Put a module behind all that it needs."""
    if name in above:
        raise BundleError(f"modules need each other in a circle: {' → '.join([*above, name])}")
    if name in made:
        return
    source = read(name)
    for needed in IMPORT.findall(source):
        _add(needed[1], read, made, (*above, name))
    made[name] = _wrapped(name, source) if above else _rewritten(name, source)


def _wrapped(name: str, source: str) -> str:
    exported = ", ".join(found[2] for found in EXPORT.finditer(source))
    return f"const {_variable(name)} = (() => {{\n{_rewritten(name, source)}\nreturn {{ {exported} }};\n}})();"


def _rewritten(name: str, source: str) -> str:
    body = EXPORT.sub(r"\1\2", IMPORT.sub(_taken, source))
    if left := LEFT_OVER.search(body):
        raise BundleError(f"{name}.js has an import or export of another form: {left[0]!r}")
    return body


def _taken(found: re.Match[str]) -> str:
    """An import as a constant: `{ a, b as c }` is `{ a, b: c }` there."""
    names = re.sub(r"\s+as\s+", ": ", found[1])
    return f"const {{{names}}} = {_variable(found[2])};\n"


def _variable(name: str) -> str:
    return f"module_{name.replace('-', '_')}"
