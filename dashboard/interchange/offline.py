"""A page as one HTML file that works without a server and without a network: with its style sheets, its modules and
its data in it.

The file forbids itself everything else: its policy names its one script and its one style sheet by their digests, so
no string of a span can become code, and nothing is ever fetched.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static

from dashboard.interchange.js_bundle import bundle
from dashboard.lib.template_context import DataclassInstance, template_context

STYLE = re.compile(r'[ \t]*<link rel="stylesheet"\s+href="([^"]+)">\n?')
SCRIPT = re.compile(r'[ \t]*<script type="module"\s+src="([^"]+)"[^>]*></script>\n?')
ICON = re.compile(r'(?<=<link rel="icon" href=")[^"]+(?=")')
CHARSET = '<meta charset="utf-8">\n'


class OfflineError(Exception):
    """The page needs something that cannot be put into a file; the message says what."""


@dataclass(frozen=True, slots=True)
class OfflinePage:
    """A page without its links to style sheets and modules, and these as one style sheet and one script."""

    template: str
    html: str
    style: str
    script: str

    @property
    def classic_script(self) -> str:
        """The script for `as_linked`: a browser loads no module from a disk."""
        return f'"use strict";\n(async () => {{\n{self.script}\n}})();\n'

    def as_one_file(self, data: Mapping[str, str]) -> str:
        """Return the file. `data` is JSON in ASCII, by the id of the element that holds it."""
        page = self._with_policy(f"script-src {_digest(self.script)}; style-src {_digest(self.style)}")
        page = self._replace_once(page, "</head>", f"<style>{self.style}</style>\n</head>")
        return self._with_data(page, data, f'<script type="module">{self.script}</script>')

    def as_linked(self, data: Mapping[str, str], *, style: str, script: str) -> str:
        """Return the page with links to its style sheet and its script, which others in its folder share."""
        page = self._with_policy("script-src 'self'; style-src 'self'")
        page = self._replace_once(page, "</head>", f'<link rel="stylesheet" href="{style}">\n</head>')
        return self._with_data(page, data, f'<script defer src="{script}"></script>')

    def _with_policy(self, sources: str) -> str:
        """Allow nothing but these, and pictures that are part of the page or of its style."""
        policy = f"default-src 'none'; {sources}; img-src data:; base-uri 'none'; form-action 'none'"
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        return self._replace_once(self.html, CHARSET, f"{CHARSET}{meta}")

    def _with_data(self, page: str, data: Mapping[str, str], script: str) -> str:
        """Put data and script at the end. Last: data may contain any text, also what the replacements look for."""
        elements = [
            f'<script type="application/json" id="{key}">{_inert(text)}</script>' for key, text in data.items()
        ]
        return self._replace_once(page, "</body>", "\n".join([*elements, script, "</body>"]))

    def _replace_once(self, page: str, place: str, replacement: str) -> str:
        if page.count(place) != 1:
            raise OfflineError(
                f"Expected {place.strip()!r} once in {self.template}, found it {page.count(place)} times."
            )
        before, _, after = page.partition(place)
        return f"{before}{replacement}{after}"


def render_offline(template: str, context: DataclassInstance) -> OfflinePage:
    """Render a page to be taken away. Not on an event loop."""
    page = str(render_to_string(template, template_context(context)))
    style = "\n".join(_source(address) for address in STYLE.findall(page))
    script = bundle([_module(address) for address in SCRIPT.findall(page)], _read_module)
    html = ICON.sub(lambda found: _data_url(found[0]), SCRIPT.sub("", STYLE.sub("", page)))
    if static("") in html or static("") in style:
        raise OfflineError(f"{template} or its style refers to {static('')}, which a file cannot load.")
    return OfflinePage(template, html, style, script)


def _module(address: str) -> str:
    """Return the path of a module in `static/js`, by its address on the page."""
    return address.removeprefix(static("js/")).removesuffix(".js")


def _read_module(path: str) -> str:
    return _source(static(f"js/{path}.js"))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert(json_text: str) -> str:
    """Return JSON that cannot end the element that contains it: in JSON, a "<" is always within a string."""
    return json_text.replace("<", "\\u003c")


def _data_url(address: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(_source(address).encode()).decode()}"


def _source(address: str) -> str:
    """Return the text of one of our static files, by its address on the page."""
    path = finders.find(address.removeprefix(static("")))
    if not isinstance(path, str):
        raise OfflineError(f"The page refers to {address}, which is not a static file.")
    return Path(path).read_text(encoding="utf-8")
