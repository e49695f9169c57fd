"""How migrations make a table: its columns spelled out, so that a migration never changes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

from edi_engine.store import column_types as types

__all__ = ["Index", "make_table"]

_TYPES = {
    "number": types.NumberType,
    "text": types.TextType,
    "day": types.DateType,
    "flag": types.FlagType,
    "bytes": types.BlobType,
}


class Index(NamedTuple):
    """Columns joined by a comma and a blank; `where` makes it partial."""

    columns: str
    unique: bool = False
    where: str = ""


def make_table(
    name: str,
    columns: str,
    *,
    key: str,
    parents: Mapping[str, str] | None = None,
    indexes: Sequence[Index] = (),
    with_rowid: bool = True,
) -> None:
    """One table: columns are "name kind", a question mark after what may be NULL."""
    made = []
    for column in columns.split(","):
        column_name, kind = column.split()
        made.append(
            sa.Column(
                column_name,
                _TYPES[kind.rstrip("?")](),
                nullable=kind.endswith("?"),
                autoincrement=False,
            )
        )
    constraints: list[sa.Constraint] = [
        sa.PrimaryKeyConstraint(*key.split(", "), name=f"pk_{name}")
    ]
    for column_name, target in (parents or {}).items():
        constraints.append(
            sa.ForeignKeyConstraint([column_name], [target], name=f"fk_{name}_{column_name}")
        )
    options = {"sqlite_strict": True} | ({} if with_rowid else {"sqlite_with_rowid": False})
    op.create_table(name, *made, *constraints, **options)
    for index in indexes:
        names = index.columns.split(", ")
        where = sa.text(index.where) if index.where else None
        op.create_index(
            f"ix_{name}_{'_'.join(names)}",
            name,
            names,
            unique=index.unique,
            sqlite_where=where,
            postgresql_where=where,
        )
