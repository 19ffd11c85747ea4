"""Explains words where they stand: `{{ text|worded }}` marks them, `{% word_notes %}` brings their meanings.

A page that uses the filter ends with the tag and loads `css/pages/glossary.css` and `js/pages/glossary.js`. Without the
script a word opens by click, tap and keyboard all the same: the browser's own popovers do that. Not within links,
buttons and labels, which must hold no button.
"""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.glossary.glossary import Piece, glossary

register = template.Library()


@register.filter
def worded(text: object) -> SafeString:
    """A plain text as HTML, with a button around the first occurrence of each known word. It escapes the text."""
    return format_html_join("", "{}", ((_marked(piece),) for piece in glossary().pieces(str(text))))


@register.inclusion_tag("pages/_word_notes.html")
def word_notes() -> dict[str, Any]:
    """The meanings, once for each page: closed until a word is hovered over, focused or tapped."""
    return {"words": glossary().words}


def _marked(piece: Piece) -> str:
    if piece.word is None:
        return piece.text
    return format_html(
        '<button type="button" class="word" popovertarget="{}">{}</button>', piece.word.anchor, piece.text
    )
