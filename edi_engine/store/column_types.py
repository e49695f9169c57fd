"""Column types that keep their promise on both dialects.

SQLite's STRICT tables know only INTEGER, TEXT and BLOB; SQLAlchemy would write BIGINT, VARCHAR or
DATE and the table would be refused. These types are written so for SQLite only. Text that is
looked up or ordered is compared byte by byte on PostgreSQL too (collation "C"), so that both
dialects give the same order and a prefix can be found as a range.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, LargeBinary, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine

__all__ = ["BlobType", "DateType", "FlagType", "NumberType", "TextType"]


class NumberType(BigInteger):
    """A whole number: an identifier, a count, cents."""


class TextType(Text):
    """Text, byte order."""


class DateType(Date):
    """A calendar day; ISO text in SQLite."""


class FlagType(Boolean):
    """True or false; 1 or 0 in SQLite."""


class BlobType(LargeBinary):
    """Bytes."""


@compiles(NumberType, "sqlite")
@compiles(FlagType, "sqlite")
def _sqlite_integer(_type: TypeEngine[Any], _compiler: object, **_options: object) -> str:
    return "INTEGER"


@compiles(TextType, "sqlite")
@compiles(DateType, "sqlite")
def _sqlite_text(_type: TypeEngine[Any], _compiler: object, **_options: object) -> str:
    return "TEXT"


@compiles(TextType, "postgresql")
def _postgres_text(_type: TypeEngine[Any], _compiler: object, **_options: object) -> str:
    return 'TEXT COLLATE "C"'
