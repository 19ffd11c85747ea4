"""Typed values travel between our own functions; loose dicts are for JSON that leaves the house."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[2]
LOOSE = {f"{kind}[str, {value}]" for kind in ("dict", "Mapping") for value in ("Any", "object")}
FEWER_THAN = 20

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Module:
    """One module, and its names for loose dicts."""

    name: str
    path: Path
    tree: ast.Module
    aliases: set[str] = field(default_factory=set)


def test_few_functions_of_the_dashboard_take_or_return_a_loose_dict() -> None:
    found = list(loose_functions(dashboard_modules()))
    assert len(found) < FEWER_THAN, (
        f"{len(found)} functions have dict[str, Any], Mapping[str, Any] or an alias of one in their signature; fewer "
        f"than {FEWER_THAN} may. Pass a dataclass, a msgspec.Struct or a TypedDict instead:\n" + "\n".join(found)
    )


def test_aliases_nested_types_and_imported_names_count_and_typed_dicts_do_not() -> None:
    first = module("first", "Form: TypeAlias = dict[str, Any]\nForms = list[Form]\ndef build() -> Forms: ...\n")
    second = module(
        "second",
        "from first import Form as F\n"
        "async def read(form: F | None = None) -> None: ...\n"
        "class Reader:\n    def look(self, *, form: 'Mapping[str, object]') -> None: ...\n"
        "def name(names: dict[str, str], form: OtherForm) -> 'Form': ...\n",
    )
    assert [line.split()[-1] for line in loose_functions([first, second])] == ["build", "read", "look"]


def dashboard_modules() -> list[Module]:
    return [
        Module(".".join(path.relative_to(ROOT).with_suffix("").parts), path, ast.parse(path.read_text("utf-8")))
        for path in sorted((ROOT / "dashboard").rglob("*.py"))
    ]


def module(name: str, source: str) -> Module:
    return Module(name, ROOT / f"{name}.py", ast.parse(source))


def loose_functions(modules: Iterable[Module]) -> Iterator[str]:
    """Yield `file:line name` of each function with a loose dict in its signature."""
    modules = list(modules)
    find_aliases(modules)
    for one in modules:
        for node in ast.walk(one.tree):
            if isinstance(node, Function) and any(is_loose(part, one.aliases) for part in signature(node)):
                yield f"{one.path.relative_to(ROOT)}:{node.lineno} {node.name}"


def find_aliases(modules: list[Module]) -> None:
    """Fill in each module's names for types with a loose dict in them, aliases of aliases and imported ones too."""
    by_name = {one.name: one for one in modules}
    while sum(add_aliases(one, by_name) for one in modules):
        pass


def add_aliases(one: Module, by_name: dict[str, Module]) -> bool:
    """Add what follows from the aliases known so far. Return whether there was anything."""
    before = len(one.aliases)
    for node in one.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp() | ast.Name() as value):
                one.aliases |= {name} if is_loose(value, one.aliases) else set()
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if "Alias" in ast.unparse(
                node.annotation
            ):
                one.aliases |= {name} if is_loose(value, one.aliases) else set()
            case ast.ImportFrom(module=str(source), names=names) if source in by_name:
                known = by_name[source].aliases
                one.aliases |= {imported.asname or imported.name for imported in names if imported.name in known}
    return len(one.aliases) > before


def signature(function: Function) -> Iterator[ast.expr]:
    """Yield the annotations of the parameters and of what is returned."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    yield from (one.annotation for one in every if one and one.annotation)
    if function.returns:
        yield function.returns


def is_loose(annotation: ast.expr, aliases: set[str]) -> bool:
    """Return whether there is a loose dict, or an alias of one, anywhere in an annotation."""
    for node in ast.walk(annotation):
        match node:
            case ast.Subscript() if ast.unparse(node) in LOOSE:
                return True
            case ast.Name(id=name) if name in aliases:
                return True
            case ast.Constant(value=str(quoted)) if is_loose(parse_quoted(quoted), aliases):
                return True
    return False


def parse_quoted(text: str) -> ast.expr:
    """Return the type that a string annotation names; the words of a `Literal` name none."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return ast.Constant(None)
