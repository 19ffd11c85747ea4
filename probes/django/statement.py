"""What a statement is called: its operation and the first table that it names.

A statement is read word by word, so that no keyword inside a comment, a literal or a function counts. Where the table
is not certain the operation stands alone. Names are kept, since an application sends the same statements again.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

CHARACTERS_READ = 8_192
"""A table that is named later is not found."""
NAME_CHARACTERS = 255
NESTED = 32
"""Statements inside each other that are looked into."""
SHORT = 2_048
SHORT_REMEMBERED = 1_024
LONG_REMEMBERED = 64
NO_STATEMENT = "QUERY"

TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|(?:^|(?<=\n))[ \t]*\#(?![>\#])[^\n]*)
    | (?P<comment>/\*)
    | (?P<value>[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z)
        |(?:[nNbBxX]|[uU]&)?'(?:[^']|'')*(?:'|\Z)
        |\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)
        |%\(\w+\)s|%s|(?<!:):\w+|\$\d+|0[xX][0-9a-fA-F]+|\d[\d.]*(?:[eE][+-]?\d+)?)
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*(?:"|\Z)|`(?:[^`]|``)*(?:`|\Z)|(?<![\w\])"`])\[(?:[^\]]|\]\])*\])
    | (?P<word>[@\#]{0,2}[^\W\d][\w$\#@]*)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
COMMENT_EDGE = re.compile(r"/\*|\*/")

STATEMENTS = {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE"}
"""What may follow the common table expressions of WITH."""
BEFORE_TABLE = {
    "SELECT": "FROM",
    "DELETE": "FROM",
    "CREATE": "TABLE",
    "DROP": "TABLE",
    "ALTER": "TABLE",
}
"""The word after which the table of an operation stands."""
NAMED_NEXT = {"INSERT", "REPLACE", "UPDATE", "MERGE", "TRUNCATE", "LOCK", "COPY", "TABLE"}
"""Operations whose table stands right after them, but for words of `MODIFIERS`."""
MODIFIERS = {
    *(
        "INTO",
        "TABLE",
        "TABLES",
        "ONLY",
        "IF",
        "NOT",
        "EXISTS",
        "OR",
        "ABORT",
        "FAIL",
        "IGNORE",
        "REPLACE",
        "ROLLBACK",
    ),
    *("LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "OVERWRITE", "LATERAL"),
}
"""Words between an operation and its table."""
SET_OPERATIONS = {"UNION", "ALL", "INTERSECT", "EXCEPT", "MINUS"}
OF_AN_EXPLAIN = {"ANALYZE", "VERBOSE", "QUERY", "PLAN", "FOR", "EXTENDED", "PARTITIONS", "FORMAT"}


class _Token(NamedTuple):
    kind: str
    text: str
    key: str
    """The word in capitals, or the sign; "" for what can be no keyword."""


END = _Token("end", "", "")


def summarize(sql: str, vendor: str = "") -> str:
    """Return the operation and the first table of a statement, as OpenTelemetry names its spans.

    ``vendor`` is Django's name of the database: in MySQL a backslash escapes a quote.
    """
    read = sql[:CHARACTERS_READ]
    escapes = vendor == "mysql" and "\\" in read
    return (_summarize_short if len(read) <= SHORT else _summarize_long)(read, escapes)


def statement_text(sql: Any, connection: Any = None) -> str:
    """Return the text of what a driver takes for a statement: text, bytes, or an object composed of parts.

    Values that were composed into it are not part of what is returned.
    """
    if isinstance(sql, str):
        return str(sql)
    if isinstance(sql, bytes | bytearray | memoryview):
        return bytes(sql[:CHARACTERS_READ]).decode(errors="replace")
    if isinstance(sql, Iterable):
        return "".join(_part_text(part, connection) for part in sql)
    return _part_text(sql, connection) if hasattr(sql, "as_string") else str(sql)


def _part_text(part: Any, connection: Any) -> str:
    """Return the text of one part of a composed statement, of which psycopg has several kinds."""
    if isinstance(part, str):
        return part
    if hasattr(part, "as_string") and type(part).__name__ != "Literal":
        return statement_text(part, connection) if isinstance(part, Iterable) else str(part.as_string(connection))
    return "%s"


def _summarize(sql: str, escapes: bool) -> str:
    if escapes:
        sql = re.sub(r"\\.", "__", sql, flags=re.DOTALL)
    return _Reader(list(_tokens(sql))).summary()[:NAME_CHARACTERS]


_summarize_short = functools.lru_cache(SHORT_REMEMBERED)(_summarize)
_summarize_long = functools.lru_cache(LONG_REMEMBERED)(_summarize)


def _tokens(sql: str) -> Iterator[_Token]:
    at = 0
    while match := TOKEN.match(sql, at):
        kind = match.lastgroup or "sign"
        at = match.end()
        if kind == "comment":
            at = _end_of_comment(sql, at)
        elif kind != "space":
            # A named group inside a value is not what matched.
            text, can_be_keyword = match[0], kind in {"word", "sign"}
            yield _Token("value" if kind == "tag" else kind, text, text.upper() if can_be_keyword else "")


def _end_of_comment(sql: str, begun: int) -> int:
    """Return where a comment ends; PostgreSQL nests them, MySQL does not, and then the first end counts."""
    depth = 1
    first_end = 0
    for edge in COMMENT_EDGE.finditer(sql, begun):
        depth += 1 if edge[0] == "/*" else -1
        if edge[0] == "*/":
            first_end = first_end or edge.end()
        if not depth:
            return edge.end()
    return first_end or len(sql)


class _Reader:
    """Reads the tokens of one statement from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._nested = 0
        self._common: dict[str, int] = {}
        """Names of common table expressions, with where their statements begin."""

    def summary(self) -> str:
        while self._peek().key in {"(", ";"}:
            self._at += 1
        if self._peek() is END:
            return NO_STATEMENT
        verb, table = self._read_statement()
        return f"{verb} {table}" if table else verb

    def _read_statement(self) -> tuple[str, str]:
        """Return the operation and the table of the statement that begins here."""
        while self._peek().key == "(":
            self._at += 1
        verb = self._take().key
        self._nested += 1
        if self._nested > NESTED or not verb.isidentifier():
            return NO_STATEMENT, ""
        if verb == "WITH":
            verb = self._skip_common_tables()
        if verb == "EXPLAIN":
            return verb, self._table_of_explained()
        return verb, self._table_of(verb)

    def _table_of(self, verb: str) -> str:
        if verb in NAMED_NEXT:
            return self._read_target()
        if verb == "CREATE" and self._is_index():
            return self._read_name() if self._skip_to("ON") else ""
        before = BEFORE_TABLE.get(verb)
        if not before or not self._skip_to(before):
            return ""
        return self._read_source() if before == "FROM" else self._read_target()

    def _table_of_explained(self) -> str:
        if self._peek().key == "(":
            self._skip_parentheses()
        while self._peek().key in OF_AN_EXPLAIN:
            if self._take().key == "FORMAT" and self._peek().key == "=":
                self._at += 2
        return self._read_statement()[1] if self._peek() is not END else ""

    def _is_index(self) -> bool:
        return any(token.key == "INDEX" for token in self._tokens[self._at : self._at + 2])

    def _read_target(self) -> str:
        """Return the table that is changed; a list of columns may follow it."""
        self._skip_modifiers()
        return self._read_name() if self._peek().key != "(" else ""

    def _read_source(self) -> str:
        """Return the first table after FROM; inside a subquery, its first."""
        while True:
            self._skip_modifiers()
            if self._peek().key != "(":
                break
            self._at += 1
        if self._peek().key in {"SELECT", "WITH"}:
            return self._read_statement()[1]
        name = self._read_name()
        if self._peek().key == "(":  # a function, whose result is no table
            return ""
        begins = self._common.pop(name.upper(), None)
        if begins is None:
            return name
        self._at = begins
        return self._read_statement()[1]

    def _skip_modifiers(self) -> None:
        while self._peek().key in MODIFIERS:
            self._at += 1

    def _skip_common_tables(self) -> str:
        """Note the names after WITH; return the operation that they are for."""
        if self._peek().key == "RECURSIVE":
            self._at += 1
        while (token := self._take()) is not END:
            if token.key in STATEMENTS:
                return token.key
            if self._peek().key == "(" and token.key not in {"AS", "MATERIALIZED"}:  # the names of its columns
                self._skip_parentheses()
            if self._peek().key != "AS":
                continue
            self._at += 1
            while self._peek().key in {"NOT", "MATERIALIZED"}:
                self._at += 1
            self._common[_unquote(token).upper()] = self._at + 1
            self._skip_parentheses()
        return "WITH"

    def _skip_parentheses(self) -> None:
        depth = 0
        while (token := self._take()) is not END:
            depth += (token.key == "(") - (token.key == ")")
            if depth <= 0:
                return

    def _skip_to(self, word: str) -> bool:
        """Go beyond ``word`` where it stands in this statement itself; False if it does not."""
        depth, last = 0, ""
        while (token := self._take()) is not END:
            key = token.key
            if key == word and not depth and last not in {"DISTINCT", "."}:
                return True
            if key == ";" and not depth:
                return False
            # A parenthesis that was opened before the statement has ended: the rest is the other half of a UNION.
            opened = key == "(" and not (depth == 0 and last in SET_OPERATIONS)
            depth, last = max(depth + opened - (key == ")"), 0), key
        return False

    def _read_name(self) -> str:
        """Return the name that begins here, with the schemas before it; "" if none does."""
        name = ""
        while self._peek().kind in {"word", "quoted"}:
            name += _unquote(self._take())
            while self._peek().key == ".":
                name += self._take().text
            if not name.endswith("."):
                break
        return name.rstrip(".")

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else END

    def _take(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token


def _unquote(token: _Token) -> str:
    if token.kind != "quoted":
        return token.text
    text = token.text[token.text.index('"') :] if token.text[0] in "uU" else token.text
    closing = text[-1]
    return text[1:-1].replace(closing * 2, closing)
