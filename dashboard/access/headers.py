"""Headers of a request, alike for Django's request and for the ASGI scope that never reaches Django."""

from django.http import HttpRequest

from dashboard.types import Scope

Source = HttpRequest | Scope


def header(source: Source, name: str) -> str:
    """Return a header's value, empty when it is absent; repeated headers are joined as HTTP says."""
    if isinstance(source, HttpRequest):
        return source.headers.get(name, "")
    values = [value.decode("latin-1") for header, value in source["headers"] if header.lower() == name.encode()]
    return ("; " if name == "cookie" else ", ").join(values)


def bearer_token(source: Source) -> str:
    """Return the token of an `Authorization: Bearer` header; empty when there is none."""
    scheme, _, token = header(source, "authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
