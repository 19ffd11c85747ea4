"""No secret of an address is printed, however malformed the address is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.lib.public_url import public_url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:secret@host:6379/0", "redis://…@host:6379/0"),
        ("redis://:sec/ret@host:6379/0", "redis://…@host:6379/0"),
        ("redis://user:sec@ret@host", "redis://…@host"),
        ("redis://:sec#ret?x@host/0", "redis://…@host/0"),
        ("redis://host/0?password=secret", "redis://host/0?…"),
        ("uvicorn=http://user:secret@host:1", "uvicorn=http://…@host:1"),
        ("cannot connect to postgres://u:secret@h/db now", "cannot connect to postgres://…@h/db now"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("mail me@example", "mail me@example"),
    ],
)
def test_what_is_before_the_host_and_after_the_path_stays_out(text: str, shown: str) -> None:
    assert public_url(text) == shown


@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1))
def test_no_password_gets_through(password: str) -> None:
    assert public_url(f"redis://user:{password}@host:6379/0") == "redis://…@host:6379/0"
