"""Which entry of a claim a refusal points at, and what to do about it before the next claim.

Looked up by remark, then by reason code, then by category. Places are those of the professional
claim (837P); an institutional or dental one has the same entries in its own segments. The table is
ours and a start: a coder and the front desk should review it. Source: feature 70.
"""

from collections.abc import Sequence
from functools import cache

import msgspec

from edi_engine.codes.tables import table_rows

__all__ = ["DenialField", "denial_field"]


class DenialField(msgspec.Struct, frozen=True):
    """An entry to look at. `field` is its name for people, `place` its loop and segment, both empty
    where the refusal points at none; `check` is a sentence for whoever makes the entry."""

    field: str
    place: str
    check: str


_NOTHING = DenialField("", "", "Read the remark code of the refusal.")


def denial_field(category: str, reason_code: str, remark_codes: Sequence[str] = ()) -> DenialField:
    """What this refusal points at. A remark is more exact than the reason, of several remarks the
    first that the table knows counts."""
    fields = _fields()
    keys = [("rarc", code) for code in remark_codes]
    keys += [("carc", reason_code), ("category", category)]
    return next((fields[key] for key in keys if key in fields), _NOTHING)


@cache
def _fields() -> dict[tuple[str, str], DenialField]:
    return {
        (column, row[column]): DenialField(row["field"], row["place"], row["check"])
        for row in table_rows("denial_fields")
        for column in ("rarc", "carc", "category")
        if row[column]
    }
