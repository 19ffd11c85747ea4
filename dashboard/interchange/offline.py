"""A recording as one HTML file that plays without a server and without a network: the page of a recorded film with
its style sheets, its modules and the film itself in it.

The file forbids itself everything else: its policy names its one script and its one style sheet by their digests, so
no string of a span can become code, and nothing is ever fetched.
"""

import base64
import hashlib
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static

from dashboard.interchange.js_bundle import bundle
from dashboard.lib.template_context import template_context
from dashboard.recordings.recorded_stage import RecordedStage

TEMPLATE = "recordings/recording.html"
ENTRY = "pages/recording"
STYLE = re.compile(r'[ \t]*<link rel="stylesheet"\s+href="([^"]+)">\n?')
SCRIPT = re.compile(r'[ \t]*<script type="module"\s+src="[^"]+"></script>\n?')
ICON = re.compile(r'(?<=<link rel="icon" href=")[^"]+(?=")')
CHARSET = '<meta charset="utf-8">\n'


class OfflineError(Exception):
    """The page needs something that cannot be put into a file; the message says what."""


def offline_html(stage: RecordedStage, film: str) -> str:
    """Return the file. `film` is the JSON of the stage's film, in ASCII. Not on an event loop."""
    page = str(render_to_string(TEMPLATE, template_context(stage)))
    style = "\n".join(_source(address) for address in STYLE.findall(page))
    script = bundle(ENTRY, lambda path: _source(static(f"js/{path}.js")))
    page = ICON.sub(lambda found: _data_url(found[0]), SCRIPT.sub("", STYLE.sub("", page)))
    if static("") in page or static("") in style:
        raise OfflineError(f"{TEMPLATE} or its style refers to {static('')}, which a file cannot load.")
    page = _replace_once(
        page, CHARSET, f'{CHARSET}<meta http-equiv="Content-Security-Policy" content="{_policy(script, style)}">\n'
    )
    page = _replace_once(page, "</head>", f"<style>{style}</style>\n</head>")
    # Last: the film may contain any text, also what the replacements look for.
    data = f'<script type="application/json" id="film">{_inert(film)}</script>'
    return _replace_once(page, "</body>", f'{data}\n<script type="module">{script}</script>\n</body>')


def _policy(script: str, style: str) -> str:
    """Allow nothing but these two, and pictures that are part of them."""
    return (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert(json_text: str) -> str:
    """Return JSON that cannot end the element that contains it: in JSON, a "<" is always within a string."""
    return json_text.replace("<", "\\u003c")


def _replace_once(page: str, place: str, replacement: str) -> str:
    if page.count(place) != 1:
        raise OfflineError(f"Expected {place.strip()!r} once in {TEMPLATE}, found it {page.count(place)} times.")
    before, _, after = page.partition(place)
    return f"{before}{replacement}{after}"


def _data_url(address: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(_source(address).encode()).decode()}"


def _source(address: str) -> str:
    """Return the text of one of our static files, by its address on the page."""
    path = finders.find(address.removeprefix(static("")))
    if not isinstance(path, str):
        raise OfflineError(f"{TEMPLATE} refers to {address}, which is not a static file.")
    return Path(path).read_text(encoding="utf-8")
