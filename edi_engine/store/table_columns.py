"""What the table modules share: the metadata, and short names for the usual columns."""

from sqlalchemy import Column, ForeignKey, MetaData

from edi_engine.store.column_types import DateType, NumberType, TextType

__all__ = [
    "day",
    "identifier",
    "key_of",
    "metadata",
    "number",
    "number_or_none",
    "parent",
    "parent_or_none",
    "text_column",
    "text_or_none",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identifier(name: str) -> Column[int]:
    """A primary key that we give out; in SQLite it is the row's own number, so rows append."""
    return Column(name, NumberType, primary_key=True, autoincrement=False)


def key_of(name: str, target: str) -> Column[int]:
    """A primary key that is the one of another table, of which this tells more."""
    return Column(name, NumberType, ForeignKey(target), primary_key=True, autoincrement=False)


def number(name: str) -> Column[int]:
    return Column(name, NumberType, nullable=False)


def number_or_none(name: str) -> Column[int]:
    return Column(name, NumberType, nullable=True)


def text_column(name: str) -> Column[str]:
    return Column(name, TextType, nullable=False)


def text_or_none(name: str) -> Column[str]:
    return Column(name, TextType, nullable=True)


def day(name: str) -> Column[object]:
    return Column(name, DateType, nullable=True)


def parent(name: str, target: str) -> Column[int]:
    return Column(name, NumberType, ForeignKey(target), nullable=False)


def parent_or_none(name: str, target: str) -> Column[int]:
    return Column(name, NumberType, ForeignKey(target), nullable=True)
