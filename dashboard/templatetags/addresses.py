"""A filter for sentences that name a page: `{{ message|link_pages }}` makes links of our pages' addresses."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
PAGE = re.compile(r"(?<![\w/.&;])/(lessons|recordings|compare|race|words|choose|review)(?![\w/-])")
"""An address in a sentence; one with more behind it may be what somebody asked for."""


@register.filter
def link_pages(text: object) -> SafeString:
    """Return a sentence as HTML in which the addresses of our pages are links. The text is escaped."""
    escaped = conditional_escape(str(text))
    return mark_safe(PAGE.sub(r'<a href="\g<0>">\g<0></a>', escaped))  # noqa: S308 -- only links of ours are added
