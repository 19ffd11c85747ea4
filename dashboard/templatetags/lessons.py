"""What templates of lessons need: texts with their emphasis, code and words of the glossary."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from dashboard.templatetags.words import worded

register = template.Library()
WORD_AND_STOP = re.compile(r"((?:<em>|<code>)?<button[^>]*>[^<]*</button>(?:</em>|</code>)?)([.,;:!?)]+)")
"""A browser may break a line after a button: never between a word and its stop."""
MARKS = re.compile(r"`([^`]+)`|\*([^*\s](?:[^*]*[^*\s])?)\*")
"""`code` and *emphasis*, as in Markdown."""


@register.filter
def paragraphs(text: str) -> SafeString:
    """A lesson's text as HTML: paragraphs between empty lines, marks, words explained. It escapes the text."""
    return format_html_join("\n", "<p>{}</p>", ((marked(part),) for part in re.split(r"\n\s*\n", text.strip())))


@register.filter
def marked(text: str) -> SafeString:
    """One line of a lesson's text as HTML, its words explained."""
    # Words are found first, since a sentence explains each once; what comes out of that is escaped.
    return mark_safe(  # noqa: S308 -- only an element is put around what was escaped
        WORD_AND_STOP.sub(r'<span class="kept">\1\2</span>', _marked(worded(" ".join(text.split()))))
    )


@register.filter
def plain(text: str) -> SafeString:
    """The same without explanations, for where there may be no button within."""
    return _marked(format_html("{}", " ".join(text.split())))


def _marked(escaped: SafeString) -> SafeString:
    return mark_safe(MARKS.sub(_element, escaped))  # noqa: S308 -- escaped above; only two elements are added


def _element(found: re.Match[str]) -> str:
    return f"<code>{found[1]}</code>" if found[1] else f"<em>{found[2]}</em>"
