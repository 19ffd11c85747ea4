"""Terms are marked in a text, which is escaped."""

from dashboard.templatetags.glossary import mark_terms


def test_a_text_is_escaped_around_and_within_its_words() -> None:
    html = mark_terms('<script>alert("scope")</script> & HTTP/2')

    assert "<script>" not in html
    assert '&lt;script&gt;alert(&quot;<button type="button" class="word" popovertarget="word-scope">scope' in html
    assert html.endswith('&amp; <button type="button" class="word" popovertarget="word-http-2">HTTP/2</button>')
