"""Rows sent in bulk are the rows that are there, however many and whatever their columns hold."""

from itertools import chain
from random import Random

import pytest

from edi_engine.store import Store
from edi_engine.store.queries import Row, Value

_NULLABLE = (1, 2, 12, 13)
_NUMBERS = (5, 7, 8)
_WIDTH = 14
"""Columns of findings, which need no parent: file, set and the two sides may be NULL."""


def _column(random: Random, index: int, rows_count: int) -> list[Value]:
    """Values of one column: the same nothing in every row, in some, in the middle, or in none."""
    nothing: Value = None if index in _NULLABLE else 0 if index in _NUMBERS else ""
    something: Value = random.randint(1, 9) if index in _NULLABLE + _NUMBERS else "text"
    if index in {1, 2}:
        something = None  # what they name would have to be there
    kind = random.choice(("nothing", "some", "middle", "something"))
    if kind in {"nothing", "something"}:
        return [nothing if kind == "nothing" else something] * rows_count
    if kind == "middle":
        inner = max(rows_count - 2, 0)
        return [something, *[nothing] * inner, something][:rows_count]
    return [random.choice((nothing, something)) for _ in range(rows_count)]


def _rows(random: Random, rows_count: int) -> list[Row]:
    columns: list[list[Value]] = [list(range(1, rows_count + 1))]
    columns += [_column(random, index, rows_count) for index in range(1, _WIDTH)]
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("rows_count", [1, 17, 18, 19, 37, 146, 147, 400])
def test_rows_of_any_number_come_back_as_they_were_sent(store: Store, rows_count: int) -> None:
    for seed in range(12):
        rows = _rows(Random(f"{rows_count} {seed}"), rows_count)
        values = list(chain.from_iterable(rows))
        kept = values.copy()
        with store.writing() as writer:
            writer.run("DELETE FROM findings")
            if seed % 2:
                writer.insert("findings", rows)
            else:
                writer.insert_values("findings", values)
        assert values == kept
        with store.reading() as reader:
            assert reader.rows("SELECT * FROM findings ORDER BY finding_id") == rows


def test_replacing_rows_overwrites_with_nothing_too(store: Store) -> None:
    """A constant written into the statement must overwrite what stood there."""
    names = [f"name {number:04d}" for number in range(400)]
    with store.writing() as writer:
        writer.replace("id_counters", [(name, 7) for name in names])
    with store.writing() as writer:
        writer.replace("id_counters", [(name, 0) for name in names])
    with store.reading() as reader:
        found = reader.rows("SELECT name, next_id FROM id_counters WHERE name LIKE ?", ("name %",))
    assert sorted(found) == [(name, 0) for name in names]
