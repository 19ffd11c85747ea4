"""The glossary as a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.glossary.glossary import glossary
from dashboard.views.answers import answer


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """GET /words: all terms by group; for scripts a list of them."""
    terms = glossary()
    data = [
        {"term": one.term, "group": one.group, "meaning": one.meaning, "title": one.title, "url": one.url}
        for one in terms.terms
    ]
    return answer(request, "pages/glossary.html", {"groups": terms.groups()}, data={"words": data})
