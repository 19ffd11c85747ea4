"""Our ES modules as one script: for a page that has no server to fetch them from. Pure.

Each module becomes a function that returns what it exports, placed after those that it imports. This understands the
two forms that our modules have, `import { a, b as c } from "../room/x.js"` and `export` before a declaration, and
refuses all others: a script is either right or not made.
"""

import posixpath
import re
from collections.abc import Callable, Sequence

IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"(\.{1,2}/[\w./-]+)\.js";[ \t]*\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function\*? ?|class |const |let )(\w+)", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b.*|\bimport\s*\(.*|\bimport\.meta\b.*", re.MULTILINE)
ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)

Read = Callable[[str], str]
"""Returns the source of a module by its path in `static/js`, without the ".js"."""


class BundleError(Exception):
    """A module has a form that cannot be put into one script; the message says which and where."""


def bundle(entries: Sequence[str], read: Read) -> str:
    """Return the script that does what these modules do, one after the other, for an inline `<script type="module">`.

    Only the last of them may wait at its top level.
    """
    bundled: dict[str, str] = {}
    for entry in entries:
        _add(entry, read, bundled, (), is_last=entry == entries[-1])
    script = "\n".join(bundled.values())
    if found := ENDS_SCRIPT.search(script):
        raise BundleError(f"{found[0]!r} in a module would end the script that it is put into")
    return script


def _add(path: str, read: Read, bundled: dict[str, str], above: tuple[str, ...], *, is_last: bool = False) -> None:
    """Append a module, after all that it imports. The last one needs no function around it: nobody imports it."""
    if path in above:
        raise BundleError(f"modules import each other in a circle: {' → '.join([*above, path])}")
    if path in bundled:
        return
    source = read(path)
    for _, address in IMPORT.findall(source):
        _add(_resolve(address, path), read, bundled, (*above, path))
    bundled[path] = _rewrite(path, source) if is_last else _wrap(path, source)


def _wrap(path: str, source: str) -> str:
    exported = ", ".join(found[2] for found in EXPORT.finditer(source))
    return f"const {_variable(path)} = (() => {{\n{_rewrite(path, source)}\nreturn {{ {exported} }};\n}})();"


def _rewrite(path: str, source: str) -> str:
    """Turn imports into constants and remove the word `export`."""
    body = EXPORT.sub(r"\1\2", IMPORT.sub(lambda found: _constant(found[1], _resolve(found[2], path)), source))
    if left := LEFT_OVER.search(body):
        raise BundleError(f"{path}.js has an import or export of another form: {left[0]!r}")
    return body


def _constant(names: str, path: str) -> str:
    """Write an import as a constant: `{ a, b as c }` is `{ a, b: c }` there."""
    taken = re.sub(r"\s+as\s+", ": ", names)
    return f"const {{{taken}}} = {_variable(path)};\n"


def _resolve(address: str, importer: str) -> str:
    """Return the path of what a module imports: "../lib/dom" in "draw/token" is "lib/dom"."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), address))
    if path.startswith(".."):
        raise BundleError(f"{importer}.js imports {address!r}, which is outside of static/js")
    return path


def _variable(path: str) -> str:
    return f"module_{path.replace('-', '_').replace('/', '__')}"
