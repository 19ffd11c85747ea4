"""Secrets in a query string are hidden, everything else stays as it was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.redaction import LONGEST, redact_query


@pytest.mark.parametrize(
    "name",
    [
        *(
            "token",
            "key",
            "password",
            "passwd",
            "secret",
            "sig",
            "signature",
            "auth",
            "TOKEN",
            "access_token",
            "apikey",
        ),
        *("api-key", "client_secret", "X-Amz-Signature", "userPassword", "authToken", "user[password]", "%74oken"),
    ],
)
def test_the_value_of_a_secret_is_hidden(name: str) -> None:
    assert redact_query(f"a=1&{name}=s3cret&b=2") == f"a=1&{name}=REDACTED&b=2"


@pytest.mark.parametrize(
    "query",
    ["", "a=1", "author=me&design=x&page=2", "q=token", "flag&other", "a=%20&b=+;c=d", "token", "token=", "="],
)
def test_other_queries_stay_as_they_are(query: str) -> None:
    assert redact_query(query) == query


def test_every_repetition_is_hidden() -> None:
    assert redact_query("token=a;token=b&token=c=d") == "token=REDACTED;token=REDACTED&token=REDACTED"


def test_a_long_query_is_cut() -> None:
    assert len(redact_query("a=" + "x" * 10 * LONGEST)) == LONGEST


@given(st.text(max_size=200))
def test_a_password_never_survives(text: str) -> None:
    assert "hunter2" not in redact_query(f"password=hunter2&{text}")
