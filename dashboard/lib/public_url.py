"""Addresses for messages: user, password and options stay out of all that is printed, and … stands for them."""

import re

_SECRETS = re.compile(r"(?P<scheme>[a-zA-Z][\w+.-]*://)\S*@")
"""A password may hold what ends a host's name in a URL, so whatever stands before the last @ goes."""
_OPTIONS = re.compile(r"(?P<address>[a-zA-Z][\w+.-]*://[^\s?#]*)[?#]\S*")


def public_url(text: str) -> str:
    """Return the text with each address in it reduced to what everybody may read, whether it is a URL or not."""
    return _OPTIONS.sub(r"\g<address>?…", _SECRETS.sub(r"\g<scheme>…@", text))
