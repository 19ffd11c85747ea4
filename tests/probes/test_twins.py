"""`wsgi.py` and `asgi.py` are twins: the same sections in the same order, so that their diff explains ASGI."""

import ast
from pathlib import Path

from probes import asgi, wsgi

TRANSLATED = {"WSGIProbe": "ASGIProbe", "start_response": "send"}
"""What WSGI names otherwise; all else that both have bears the same name."""

ONLY_WSGI = {
    "ObservedRequest._observe_input",  # ASGI receives the body as messages, through `receive`
    "_number_of_headers",  # ASGI counts those of a message in `asgi_call`
    "_status_code",  # ASGI has it as a number
}
ONLY_ASGI = {
    "ObservedRequest.receive",
    "ObservedRequest._note_received",
    "ObservedRequest._note_left",  # WSGI learns it when the body is closed (`wsgi_body`)
    "ObservedRequest._note_send_failed",
    "ObservedRequest._note_unanswered",
    "ObservedRequest._note_sending",  # a message at a time; WSGI hands over the body as a whole (`wsgi_body`)
    "ObservedRequest._note_sent",
    "ObservedRequest._completes",
    "OBSERVERS",  # one callable serves requests, WebSockets
    "_is_lifespan",  # and the life of the process
    "_headers",  # a list of pairs, where an environ is a mapping
}


def outline(module: object) -> list[str]:
    """Return the names of what a module defines, in order, with the methods of its classes."""
    tree = ast.parse(Path(str(vars(module)["__file__"])).read_text())
    return [name for node in tree.body for name in names(node)]


def names(node: ast.AST, prefix: str = "") -> list[str]:
    match node:
        case ast.ClassDef(name=name, body=body):
            name = TRANSLATED.get(name, name)
            return [name, *(inner for child in body for inner in names(child, f"{name}."))]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [prefix + TRANSLATED.get(name, name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [prefix + name]
    return []


def test_both_have_the_same_sections_in_the_same_order() -> None:
    shared = [name for name in outline(wsgi) if name not in ONLY_WSGI]
    assert shared == [name for name in outline(asgi) if name not in ONLY_ASGI]
    assert len(shared) > 10


def test_what_only_one_of_them_has_is_listed_here() -> None:
    assert set(outline(wsgi)) - set(outline(asgi)) == ONLY_WSGI
    assert set(outline(asgi)) - set(outline(wsgi)) == ONLY_ASGI
