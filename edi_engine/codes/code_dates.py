"""Codes whose first or last day of use is public and known to us, and that day.

Most lists are published with a status only, which stands in their own tables; here are those that
say on which days of service a code may stand. Source: CMS place of service code set; 45
CFR 162.1002 for the change to ICD-10 on 1 October 2015.
"""

from datetime import date
from functools import cache

import msgspec

from edi_engine.codes.tables import table_rows

__all__ = ["CodeDates", "code_dates"]


class CodeDates(msgspec.Struct, frozen=True):
    """The days on which a code was in use, inclusive; None where there is no end. `label` is our
    short name of the code."""

    first_on: date | None
    last_on: date | None
    label: str

    def holds(self, earliest_on: date, latest_on: date) -> bool:
        """Whether the code was in use on some day of a range."""
        started = self.first_on is None or self.first_on <= latest_on
        return started and (self.last_on is None or earliest_on <= self.last_on)


@cache
def _table() -> dict[tuple[str, str], CodeDates]:
    return {
        (row["list"], row["code"]): CodeDates(
            _day(row["first_on"]), _day(row["last_on"]), row["label"]
        )
        for row in table_rows("code_dates")
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def code_dates(list_name: str, code: str) -> CodeDates | None:
    """The days of a code of "place_of_service" or "diagnosis" (HI's qualifiers); None when no day
    is known."""
    return _table().get((list_name, code))
