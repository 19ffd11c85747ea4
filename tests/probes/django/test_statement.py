"""A statement is called by its operation and its first table, whatever stands before, between and inside."""

from __future__ import annotations

import pytest

from probes.django.statement import CHARACTERS_READ, NAME_CHARACTERS, statement_text, summarize

NAMES = [
    ("/* app='shop' */ SELECT 1", "SELECT"),
    ("-- name: Get :one\nSELECT id FROM foo", "SELECT foo"),
    ("/* nothing */", "QUERY"),
    ('(SELECT "a" FROM "t1") UNION (SELECT "a" FROM "t2")', "SELECT t1"),
    ('SELECT "x" FROM "public"."orders"', "SELECT public.orders"),
    ("SELECT 'sent from home' AS t FROM \"letter\"", "SELECT letter"),
    ('SELECT SUBSTRING("n" FROM 1 FOR 3) FROM "q"', "SELECT q"),
    ('SELECT TRIM(LEADING \'x\' FROM "name") FROM "person"', "SELECT person"),
    ('SELECT "id" FROM "order items"', "SELECT order items"),
    ('SELECT "a" FROM "shop_product" WHERE 1', "SELECT shop_product"),
    ("select 1", "SELECT"),
    ("INSERT INTO `t` VALUES (1)", "INSERT t"),
    ("UPDATE t SET a = 1", "UPDATE t"),
    ("  BEGIN", "BEGIN"),
    ("", "QUERY"),
    ("WITH x AS (SELECT * FROM orders) SELECT * FROM x", "SELECT orders"),
    ("WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t WHERE n < 9) SELECT sum(n) FROM t", "SELECT"),
    (
        "WITH a AS (SELECT 1 FROM b), c AS NOT MATERIALIZED (SELECT 2 FROM d) INSERT INTO e SELECT * FROM a",
        "INSERT e",
    ),
    ("WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a", "SELECT b"),
    ("WITH a AS (SELECT 1) UPDATE t SET x=1", "UPDATE t"),
    ("MERGE INTO stock AS s USING d ON 1", "MERGE stock"),
    ("MERGE stock USING d ON 1", "MERGE stock"),
    ("DELETE FROM ONLY t WHERE 1", "DELETE t"),
    ("UPDATE ONLY t SET a=1", "UPDATE t"),
    ("INSERT OR IGNORE INTO t(a) VALUES(1)", "INSERT t"),
    ("INSERT IGNORE INTO t VALUES (1)", "INSERT t"),
    ("REPLACE INTO t VALUES (1)", "REPLACE t"),
    ("/* a /* nested */ FROM z */ SELECT * FROM t", "SELECT t"),
    ("/* a /* b */ SELECT 1 FROM t", "SELECT t"),
    ("SELECT [a] FROM [dbo].[Order Items] o", "SELECT dbo.Order Items"),
    ("SELECT [from] FROM [t]", "SELECT t"),
    ("SELECT ARRAY[1,2] FROM t", "SELECT t"),
    ("SELECT a[1] FROM t", "SELECT t"),
    ("SELECT a FROM db..t", "SELECT db..t"),
    ("SELECT * FROM `s`.`t` x", "SELECT s.t"),
    ('SELECT 1 FROM "we""ird"', 'SELECT we"ird'),
    ("SELECT $$ from x $$ FROM t", "SELECT t"),
    ("SELECT $a$ it's from $b$ x $a$ FROM t", "SELECT t"),
    ("SELECT $1 FROM t", "SELECT t"),
    ("DO $$ BEGIN UPDATE t SET a=1; END $$", "DO"),
    ("EXPLAIN SELECT * FROM t", "EXPLAIN t"),
    ("EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM t", "EXPLAIN t"),
    ("EXPLAIN QUERY PLAN SELECT * FROM t", "EXPLAIN t"),
    ("EXPLAIN FORMAT=JSON SELECT * FROM t", "EXPLAIN t"),
    ("EXPLAIN FORMAT=TREE SELECT 1", "EXPLAIN"),
    ('SAVEPOINT "s123_x1"', "SAVEPOINT"),
    ('RELEASE SAVEPOINT "s1"', "RELEASE"),
    ('ROLLBACK TO SAVEPOINT "s1"', "ROLLBACK"),
    ("COMMIT;", "COMMIT"),
    (";; SELECT 1 FROM t;", "SELECT t"),
    ("SELECT 1; DELETE FROM t", "SELECT"),
    ("PRAGMA foreign_keys = ON", "PRAGMA"),
    ("CALL proc(1)", "CALL"),
    ('SELECT COUNT(*) FROM (SELECT DISTINCT "a"."b" FROM "shop_order" "a") subquery', "SELECT shop_order"),
    ("SELECT (SELECT max(x) FROM b) FROM a", "SELECT a"),
    ("SELECT a IS DISTINCT FROM b FROM t", "SELECT t"),
    ("SELECT EXTRACT(YEAR FROM d) FROM (SELECT EXTRACT(DAY FROM e) AS d FROM u) s", "SELECT u"),
    ("SELECT * FROM generate_series(1,10)", "SELECT"),
    ("SELECT * FROM (VALUES (1),(2)) v", "SELECT"),
    ("SELECT * FROM (t1 JOIN t2 ON 1)", "SELECT t1"),
    ("CREATE TABLE IF NOT EXISTS t (n)", "CREATE t"),
    ("CREATE TEMPORARY TABLE t (n)", "CREATE t"),
    ("CREATE UNIQUE INDEX i ON t (a)", "CREATE t"),
    ("CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE t"),
    ("DROP TABLE IF EXISTS t", "DROP t"),
    ("ALTER TABLE ONLY t ADD x", "ALTER t"),
    ("TRUNCATE t", "TRUNCATE t"),
    ("TRUNCATE TABLE t, u", "TRUNCATE t"),
    ("CREATE VIEW v AS SELECT 1 FROM t", "CREATE"),
    ("DROP INDEX i", "DROP"),
    ("COPY t (a) FROM STDIN", "COPY t"),
    ("COPY (SELECT 1 FROM t) TO STDOUT", "COPY"),
    ("SHOW TABLES FROM db", "SHOW"),
    ("LOCK TABLE t IN SHARE MODE", "LOCK t"),
    ("SELECT %(from)s, %s FROM t", "SELECT t"),
    ("SELECT :from FROM t", "SELECT t"),
    ("SELECT a::text FROM t", "SELECT t"),
    ("# hi FROM x\nSELECT a FROM t", "SELECT t"),
    ("SELECT a #> b FROM t", "SELECT t"),
    ("SELECT a FROM #temp", "SELECT #temp"),
    ("SELECT E'it\\'s from x' FROM t", "SELECT t"),
    ("SELECT 'it''s FROM x' FROM t", "SELECT t"),
    ("SELECT 'unclosed FROM x", "SELECT"),
    ('SELECT "unclosed FROM t', "SELECT"),
    ("UPDATE t SET a = (SELECT 1 FROM u)", "UPDATE t"),
    ("SELECT * FROM t FOR UPDATE", "SELECT t"),
    ("DELETE TOP (10) FROM t", "DELETE t"),
    ("(((SELECT 1 FROM t)))", "SELECT t"),
    ("SELECT a.from FROM t", "SELECT t"),
    ("VALUES (1)", "VALUES"),
    ("SELECT * FROM ONLY (t)", "SELECT t"),
    ("SELECT * FROM a, LATERAL (SELECT 1) b", "SELECT a"),
    ("SELECT\n\t*\nFROM\n\tt", "SELECT t"),
    ("SELECT*FROM t", "SELECT t"),
    ("SELECT 1FROM t", "SELECT t"),
    ("SELECT * FROM tëst", "SELECT tëst"),
    ("SELECT/**/1/**/FROM/**/t", "SELECT t"),
    ("(SELECT 1) UNION (SELECT 2 FROM t)", "SELECT t"),
    ('SELECT * FROM "a"."b"."c"', "SELECT a.b.c"),
    ("%s", "QUERY"),
]


@pytest.mark.parametrize(("sql", "name"), NAMES)
def test_statement_is_named_by_operation_and_first_table(sql: str, name: str) -> None:
    assert summarize(sql) == name


def test_backslash_escapes_a_quote_in_mysql_alone() -> None:
    sql = "SELECT 'it\\'s FROM x' FROM t"
    assert summarize(sql, "mysql") == "SELECT t"
    assert summarize("SELECT '\\' FROM t", "postgresql") == "SELECT t"


@pytest.mark.parametrize(
    "part", ["(", "/*", "'", "$a$", '"', "WITH ", "SELECT * FROM (", "EXPLAIN ", "a.", "[", "-- \n"]
)
def test_endless_statement_has_a_short_name(part: str) -> None:
    assert len(summarize("SELECT " + part * CHARACTERS_READ)) <= NAME_CHARACTERS
    assert len(summarize(part * CHARACTERS_READ)) <= NAME_CHARACTERS


class Composable:
    """One part of a statement, as psycopg's: it turns itself into text for a connection."""

    def __init__(self, text: str) -> None:
        self.text = text

    def as_string(self, context: object) -> str:
        return self.text


class Literal(Composable):
    """A value that the application composed into its statement, as psycopg's."""


class Composed(list[object]):
    """Parts in a row, as psycopg's."""

    def as_string(self, context: object) -> str:
        return "".join(str(part) for part in self)


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        (b"SELECT a FROM t", "SELECT a FROM t"),
        (bytearray(b"SELECT \xff FROM t"), "SELECT \ufffd FROM t"),
        (Composable("SELECT a FROM t"), "SELECT a FROM t"),
        (Composed([Composable("SELECT a FROM "), Composed([Composable('"t"')])]), 'SELECT a FROM "t"'),
    ],
)
def test_statement_in_any_form_has_its_text(sql: object, text: str) -> None:
    assert statement_text(sql) == text


def test_value_that_was_composed_into_a_statement_is_not_shown() -> None:
    sql = Composed([Composable("SELECT 1 FROM t WHERE a = "), Literal("'secret'")])
    assert statement_text(sql) == "SELECT 1 FROM t WHERE a = %s"
