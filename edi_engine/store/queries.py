"""Statements on one connection, rows as plain tuples.

SQL is written once with "?" for values and translated to the driver's own mark. It must not hold
a question mark or a percent sign otherwise.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, count
from typing import Any, NamedTuple, TypeAlias

import msgspec

from edi_engine.store.backends import DriverConnection

__all__ = ["DriverRow", "Queries", "Row", "TableLayout", "Value", "day_of", "json_of"]

Value: TypeAlias = int | str | bytes | None
"""What a row holds for the driver: days are ISO text."""

Row: TypeAlias = tuple[Value, ...]
"""A row to write."""

DriverRow: TypeAlias = tuple[Any, ...]
"""A row as the driver gives it; the functions that unpack it give each value its type."""

_STREAMS = count(1)
_KEYS_PER_STATEMENT = 500
_MARKS = {size: ",".join("?" * size) for size in (1, 20, 100, 250, _KEYS_PER_STATEMENT)}
"""The numbers of keys that statements are made for, and their marks."""
_VALUES_PER_STATEMENT = (2_048, 256)
"""Rows are sent to SQLite several to a statement, as many as there are for: measured a third (rows
of 28 columns) to 55 % (of 7 columns) faster than one by one. More values gain nothing."""

_CONSTANTS: dict[Value, str] = {None: "NULL", 0: "0", "": "''"}
"""How the statement says what a column holds in row after row."""


class TableLayout(NamedTuple):
    """Columns of a table in order, and those of its primary key."""

    columns: tuple[str, ...]
    key: tuple[str, ...]


_JSON = msgspec.json.Encoder()
_LAYOUTS: dict[str, TableLayout] = {}


class Queries:
    """Reading and writing rows as plain tuples on the connection's open transaction."""

    def __init__(self, connection: DriverConnection, dialect: str) -> None:
        self.connection = connection
        self.is_sqlite = dialect == "sqlite"

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[DriverRow]:
        """All rows of a query."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(self._marked(sql), values)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def row(self, sql: str, values: Sequence[object] = ()) -> DriverRow | None:
        """The first row of a query, or None."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(self._marked(sql), values)
            found = cursor.fetchone()
            return None if found is None else tuple(found)
        finally:
            cursor.close()

    def stream(
        self, sql: str, values: Sequence[object] = (), *, rows_per_fetch: int = 2000
    ) -> Iterator[DriverRow]:
        """Rows of a query one by one, in bounded memory."""
        # A named cursor makes PostgreSQL keep the result; SQLite steps through it anyway.
        named: dict[str, str] = {} if self.is_sqlite else {"name": f"stream_{next(_STREAMS)}"}
        cursor = self.connection.cursor(**named)
        try:
            cursor.execute(self._marked(sql), values)
            while found := cursor.fetchmany(rows_per_fetch):
                yield from found
        finally:
            cursor.close()

    def rows_in(self, sql: str, keys: Iterable[int | str], *more: object) -> Iterator[DriverRow]:
        """Rows of a query whose text has "{keys}" once, for keys of any number.

        `more` are values for marks after the keys. Rows come statement by statement in the order
        of the keys given.
        """
        return chain.from_iterable(
            self.rows(statement, (*part, *more)) for statement, part in _by_keys(sql, keys)
        )

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one changing statement; how many rows it changed."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(self._marked(sql), values)
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def run_in(self, sql: str, keys: Iterable[int | str], *more: object) -> None:
        """Run a changing statement whose text has "{keys}" once, for keys of any number.

        One statement for hundreds of keys: measured four times faster than one for each.
        """
        for statement, part in _by_keys(sql, keys):
            self.run(statement, (*part, *more))

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one changing statement for each of the rows."""
        if not rows:
            return
        cursor = self.connection.cursor()
        try:
            cursor.executemany(self._marked(sql), rows)
        finally:
            cursor.close()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows whose values stand in the order of the table's columns."""
        if not rows:
            return
        if self.is_sqlite:
            self.insert_values(table, list(chain.from_iterable(rows)))
        else:
            columns = self._known_layout(table).columns
            marks = ("?",) * len(columns)
            self.run_many(_insert_statement(table, columns, marks, 1), rows)

    def insert_values(self, table: str, values: list[Value]) -> None:
        """Insert rows, given as the values of one row after the other.

        Without a tuple per row this is the fastest way to write the most numerous rows.
        """
        self._insert_blocks(table, values, "")

    def replace(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows, or overwrite those with the same primary key."""
        if not rows:
            return
        layout = self._known_layout(table)
        rest = [name for name in layout.columns if name not in layout.key]
        change = ", ".join(f"{name} = excluded.{name}" for name in rest)
        action = f"DO UPDATE SET {change}" if rest else "DO NOTHING"
        values = list(chain.from_iterable(rows))
        self._insert_blocks(table, values, f" ON CONFLICT ({', '.join(layout.key)}) {action}")

    def columns(self, table: str) -> tuple[str, ...]:
        """Column names of a table in order, as this database has them; empty for no table."""
        return self.layout(table).columns

    def layout(self, table: str) -> TableLayout:
        """Column names and primary key of a table, as this database has them."""
        rows = self.rows(_LAYOUT_SQL if self.is_sqlite else _POSTGRES_LAYOUT_SQL, (table,))
        keyed = sorted((place, name) for name, place in rows if place)
        return TableLayout(tuple(row[0] for row in rows), tuple(name for _, name in keyed))

    def _known_layout(self, table: str) -> TableLayout:
        """The layout, asked for once: it is the same in every database of one version."""
        found = _LAYOUTS.get(table)
        if found is None:
            found = _LAYOUTS[table] = self.layout(table)
        return found

    def _insert_blocks(self, table: str, values: list[Value], on_conflict: str) -> None:
        """Insert rows several to a statement, where the database gains by it, then the rest."""
        columns = self._known_layout(table).columns
        marks = ("?",) * len(columns)
        rows_counts = [1]
        if self.is_sqlite and len(values) >= _VALUES_PER_STATEMENT[-1]:
            marks, values = _written_out(len(columns), values)
            width = marks.count("?")
            rows_counts = [*(max(size // width, 1) for size in _VALUES_PER_STATEMENT), 1]
        start = 0
        for rows_count in rows_counts:
            block = marks.count("?") * rows_count
            stop = len(values) - (len(values) - start) % block
            self.run_many(
                _insert_statement(table, columns, marks, rows_count) + on_conflict,
                [values[first : first + block] for first in range(start, stop, block)],
            )
            start = stop

    def _marked(self, sql: str) -> str:
        return sql if self.is_sqlite else sql.replace("?", "%s")


_LAYOUT_SQL = "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid"

_POSTGRES_LAYOUT_SQL = """
SELECT a.attname, coalesce(array_position(i.indkey::int[], a.attnum::int) + 1, 0)
FROM pg_attribute a
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


def _by_keys(sql: str, keys: Iterable[int | str]) -> Iterator[tuple[str, list[int | str]]]:
    """The statement with marks in place of "{keys}", and the keys for it, each key once."""
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _KEYS_PER_STATEMENT):
        part = wanted[start : start + _KEYS_PER_STATEMENT]
        # Padding to one length keeps the statement the same, so it is prepared once.
        size = next(size for size in _MARKS if size >= len(part))
        part += [part[-1]] * (size - len(part))
        yield sql.replace("{keys}", _MARKS[size]), part


def _written_out(width: int, values: list[Value]) -> tuple[tuple[str, ...], list[Value]]:
    """A mark or constant for each column of the rows, and the values for the marks.

    A column that is NULL, zero or empty in every row is written into the statement: handing over a
    None takes SQLite's driver nine times as long as a number, and an empty text as long as any.
    Most tables have such columns, the quantities of adjustments for one.
    """
    rows_count = len(values) // width
    marks = ["?"] * width
    kept, kept_width = values, width
    for index in range(width - 1, -1, -1):
        value = values[index]
        if value or values[index - width]:
            continue  # the first row or the last has something
        constant = _CONSTANTS.get(value)
        if constant is not None and values[index::width].count(value) == rows_count:
            kept = values.copy() if kept is values else kept
            del kept[index::kept_width]
            kept_width -= 1
            marks[index] = constant
    return tuple(marks), kept


@lru_cache(maxsize=200)
def _insert_statement(
    table: str, columns: tuple[str, ...], marks: tuple[str, ...], rows_count: int
) -> str:
    row = f"({', '.join(marks)})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows_count)}"


@lru_cache(maxsize=20_000)
def day_of(value: object) -> date | None:
    """A day as either driver gives it: ISO text, a date, or None."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def json_of(value: object) -> str:
    """JSON text of a record or a tuple of records; keys in field order, so equal means equal."""
    if value == ():  # of most lists there is nothing in most rows
        return "[]"
    return _JSON.encode(value).decode()
