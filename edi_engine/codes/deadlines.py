"""The rules of deadlines that come with the engine: Medicare's, each with its source.

What holds for every other payer is a practice's to say; its defaults stand in the policy. The
amounts that a level hears are those of 2026 and change every January.
"""

import re
from functools import cache

from edi_engine.codes.tables import table_rows
from edi_engine.errors import EdiEngineError
from edi_engine.money import parse_cents
from edi_engine.records.deadlines import (
    DeadlineAnchor,
    DeadlineKind,
    DeadlineRule,
    DeadlineUnit,
)

__all__ = ["deadline_rules", "parse_within"]

_WITHIN = re.compile(r"([1-9][0-9]{0,3}) (business day|day|month|year)s?", re.ASCII)
_LONGEST = {
    DeadlineUnit.DAYS: 3650,
    DeadlineUnit.BUSINESS_DAYS: 2600,
    DeadlineUnit.MONTHS: 120,
    DeadlineUnit.YEARS: 10,
}
"""Ten years, as for every other window of the settings."""


def parse_within(text: str) -> tuple[int, DeadlineUnit] | None:
    """Count and unit of "90 days", "30 business days", "6 months" or "1 year".

    None when it is none of these, or longer than ten years. Never raises.
    """
    found = _WITHIN.fullmatch(text)
    if found is None:
        return None
    count, unit = int(found[1]), DeadlineUnit(f"{found[2]}s")
    return (count, unit) if count <= _LONGEST[unit] else None


@cache
def deadline_rules() -> tuple[DeadlineRule, ...]:
    """The table's rules in its order."""
    return tuple(_rule(row) for row in table_rows("deadline_rules"))


def _rule(row: dict[str, str]) -> DeadlineRule:
    within = parse_within(row["within"])
    if within is None:
        raise EdiEngineError("a row of the table of deadlines has no time", place=row["source"])
    return DeadlineRule(
        filing_indicator=row["filing_indicator"],
        claim_type=row["claim_type"],
        kind=DeadlineKind(row["kind"]),
        level=int(row["level"]),
        count=within[0],
        unit=within[1],
        anchor=DeadlineAnchor(row["counted_from"]),
        receipt_days=int(row["receipt_days"] or 0),
        minimum_cents=parse_cents(row["minimum_amount"]) if row["minimum_amount"] else None,
        source=row["source"],
    )
