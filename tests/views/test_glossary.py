"""The glossary as a page, and as a list for scripts."""

from django.test import Client

from dashboard.glossary.glossary import glossary


def test_the_page_has_every_term_under_its_group() -> None:
    page = Client().get("/words", headers={"accept": "text/html"}).content.decode()
    assert all(f"<dfn>{term.term}</dfn>" in page for term in glossary().terms)
    assert all(group in page for group in glossary().groups())


def test_scripts_get_a_list() -> None:
    words = Client().get("/words", headers={"accept": "application/json"}).json()["words"]
    assert [word["term"] for word in words] == [term.term for term in glossary().terms]
    assert words[0].keys() == {"term", "group", "meaning", "title", "url"}
