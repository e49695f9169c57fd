"""Comparing records by what they say, not by where they were read."""

from typing import TypeVar

import msgspec

from edi_engine.records.source import SetSource

__all__ = ["NOWHERE", "without_places"]

NOWHERE = SetSource("", "", 0, "", "", "", 0)
"""The source of a record that was read from no file."""

_NO_PLACE: dict[str, object] = {"segment_ordinal": 0, "byte_offset": 0, "source": NOWHERE}

Record = TypeVar("Record", bound=msgspec.Struct)


def without_places(record: Record) -> Record:
    """The record with its source, segment ordinals and byte offsets blanked, at every depth.

    Two records that say the same in different files are equal after this.
    """
    changes: dict[str, object] = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        plain = _NO_PLACE.get(name, _plain(value))
        if plain is not value:
            changes[name] = plain
    return msgspec.structs.replace(record, **changes) if changes else record


def _plain(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return without_places(value)
    if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
        return tuple(without_places(item) for item in value)
    return value
