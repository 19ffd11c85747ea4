"""Text files that are made from a template next to the module that fills it in, such as a server's configuration.

The language is that of Django's templates, without their escaping for HTML.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.template import Context, Engine, Template

_ENGINE = Engine(autoescape=False)


def render_file(path: Path, values: Mapping[str, object]) -> str:
    """Return the text of the template at `path`, with `values` filled in."""
    rendered = _load(path).render(Context(values, autoescape=False))
    # What a template renders counts as safe HTML, and this is not even escaped: with a plain str added it is plain.
    return rendered + ""


@cache
def _load(path: Path) -> Template:
    return _ENGINE.from_string(path.read_text())
