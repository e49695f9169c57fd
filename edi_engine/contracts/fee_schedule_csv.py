"""A fee schedule as a CSV file: text -> rows and findings, all mistakes at once."""

from edi_engine.findings import Finding
from edi_engine.records.expected import FeeScheduleRow

__all__ = ["FEE_SCHEDULE_COLUMNS", "read_fee_schedule"]

FEE_SCHEDULE_COLUMNS = (
    "payer_id",
    "procedure_code",
    "modifiers",
    "place_of_service",
    "effective_from",
    "effective_to",
    "allowed_amount",
)


def read_fee_schedule(
    text: str, *, file_name: str = ""
) -> tuple[tuple[FeeScheduleRow, ...], tuple[Finding, ...]]:
    """The rows that can be used, in file order, and everything that is wrong with the others.

    Never raises. A schedule with any error finding should not replace the one in use.
    """
    raise NotImplementedError
