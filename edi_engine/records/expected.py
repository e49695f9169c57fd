"""What a payer should allow: fee schedule rows, and the expectation for a billed line."""

from datetime import date

import msgspec

from edi_engine.records.contracts import Tolerance

__all__ = ["ExpectedAllowed", "FeeScheduleRow"]


class FeeScheduleRow(msgspec.Struct, frozen=True, gc=False):
    """One row of a fee schedule. Empty text and None match anything; the range is inclusive.

    `modifiers` must all be on the billed line. `allowed_cents` is for one unit. `origin` names
    the file and row ("fees.csv row 12").
    """

    payer_id: str
    procedure_code: str
    modifiers: tuple[str, ...]
    place_of_service: str
    effective_from: date | None
    effective_to: date | None
    allowed_cents: int
    origin: str


class ExpectedAllowed(msgspec.Struct, frozen=True, gc=False):
    """The allowed amount expected for one billed line, and where it comes from.

    `allowed_cents` is for the whole line (all units). `explanation` is the arithmetic in words,
    for people. `is_share` tells that it is but a share of what a rate allows for several lines
    together (per diem, case, DRG): only the sum of the shares is compared. The tolerances are the
    contract's for a line and for lines together, None where the practice's own hold.
    `is_inferred` tells that no contract says so: the payer usually allows this. `is_paid_in_full`
    tells that the contract knows no sequestration, so that nothing may be taken off the payment
    for it. `is_by_contract` tells that a contract's term prices the line: a fee schedule has rates,
    but does not say which services are paid apart. `rate_cents` is what would be allowed if the
    charge, which counts instead, were not lower; None where the charge caps nothing.
    """

    line_number: int
    allowed_cents: int
    source: str
    explanation: str
    is_share: bool = False
    line_tolerance: Tolerance | None = None
    claim_tolerance: Tolerance | None = None
    is_inferred: bool = False
    is_paid_in_full: bool = False
    is_by_contract: bool = False
    rate_cents: int | None = None
