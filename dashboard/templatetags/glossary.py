"""Explain terms where they are mentioned: `{{ text|mark_terms }}` marks them, `{% term_definitions %}` defines them.

A page that uses the filter ends with the tag and loads `css/pages/glossary.css` and `js/pages/glossary.js`. Without
the script a definition still opens by click, tap and keyboard: the browser's own popovers do that. Do not use the
filter inside links, buttons and labels, which may not contain a button.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.glossary.glossary import Term, TextPart, glossary

register = template.Library()


@register.filter
def mark_terms(text: object) -> SafeString:
    """Return plain text as HTML with a button around the first mention of each term. The text is escaped."""
    return format_html_join("", "{}", ((_as_html(part),) for part in glossary().split(str(text))))


@register.inclusion_tag("pages/_term_definitions.html")
def term_definitions() -> dict[str, tuple[Term, ...]]:
    """Render all definitions, once per page: closed until a term is hovered over, focused or tapped."""
    return {"terms": glossary().terms}


def _as_html(part: TextPart) -> str:
    if part.term is None:
        return part.text
    return format_html(
        '<button type="button" class="word" popovertarget="{}">{}</button>', part.term.anchor, part.text
    )
