"""Filters for the texts of lessons: their emphasis, their code and the terms of the glossary."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from dashboard.lib.installation import command_line
from dashboard.templatetags.glossary import mark_terms

register = template.Library()
TERM_AND_PUNCTUATION = re.compile(r"((?:<em>|<code>)?<button[^>]*>[^<]*</button>(?:</em>|</code>)?)([.,;:!?)]+)")
"""A browser may break a line after a button, but never between a term and the punctuation that follows it."""
MARKS = re.compile(r"`([^`]+)`|\*([^*\s](?:[^*]*[^*\s])?)\*")
"""`code` and *emphasis*, as in Markdown."""


register.simple_tag(command_line)


@register.filter
def paragraphs(text: str) -> SafeString:
    """Return a text as HTML paragraphs with markup and terms; empty lines separate them. The text is escaped."""
    parts = re.split(r"\n\s*\n", text.strip())
    return format_html_join("\n", "<p>{}</p>", ((markup_and_terms(part),) for part in parts))


@register.filter
def plain_paragraphs(text: str) -> SafeString:
    """Return a text as HTML paragraphs without terms, for paper: nothing opens there. The text is escaped."""
    parts = re.split(r"\n\s*\n", text.strip())
    return format_html_join("\n", "<p>{}</p>", ((markup(part),) for part in parts))


@register.filter
def markup_and_terms(text: str) -> SafeString:
    """Return one line of a text as HTML, with its markup and its terms marked. The text is escaped."""
    # Terms first, since a sentence explains each once; the result is escaped.
    return mark_safe(  # noqa: S308 -- only an element is put around what was escaped
        TERM_AND_PUNCTUATION.sub(r'<span class="kept">\1\2</span>', _render_marks(mark_terms(" ".join(text.split()))))
    )


@register.filter
def markup(text: str) -> SafeString:
    """Return one line of a text as HTML with its markup alone, for where a button may not be. The text is escaped."""
    return _render_marks(format_html("{}", " ".join(text.split())))


def _render_marks(escaped: SafeString) -> SafeString:
    return mark_safe(MARKS.sub(_as_element, escaped))  # noqa: S308 -- escaped above; only two elements are added


def _as_element(found: re.Match[str]) -> str:
    return f"<code>{found[1]}</code>" if found[1] else f"<em>{found[2]}</em>"
