"""A fee schedule applied to a billed claim. Source: design "Contracts", domain 5."""

from collections.abc import Iterable

from edi_engine.records.expected import ExpectedAllowed, FeeScheduleRow
from edi_engine.records.matching import BilledClaim

__all__ = ["FeeSchedule", "expected_allowed"]


class FeeSchedule:
    """Rows indexed by procedure code; built once, asked for every claim."""

    def __init__(self, rows: Iterable[FeeScheduleRow]) -> None:
        raise NotImplementedError


def expected_allowed(schedule: FeeSchedule, claim: BilledClaim) -> tuple[ExpectedAllowed, ...]:
    """What the claim's payer should allow, for each line that a row decides, in line order."""
    raise NotImplementedError
