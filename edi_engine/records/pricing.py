"""What pricing a claim gives: every line's amount with each step of the arithmetic."""

from decimal import Decimal

import msgspec

from edi_engine.records.matching import ClaimId

__all__ = ["PriceStep", "PricedClaim", "PricedGroup", "PricedLine"]


class PriceStep(msgspec.Struct, frozen=True, gc=False):
    """One step of the arithmetic: what was done, and the amount that it left.

    `rule` is a stable name ("rate", "units", "modifier", "multiple procedures", "charge" ...),
    `words` say it for people, `amount` is in cents, exact, and may hold parts of a cent until it is
    rounded. `clause` is the place in the paper, empty where it gives none.
    """

    rule: str
    words: str
    amount: Decimal
    clause: str = ""


class PricedLine(msgspec.Struct, frozen=True, gc=False):
    """One billed line as a contract prices it.

    `contract` is the contract's key. `allowed_cents` is None when it cannot be priced; `reason` then says why and what is missing.
    `group` is the number of the `PricedGroup` whose share this is, None for a line that has a
    price of its own. `is_capped` tells that the charge, and not the contract, decided.
    """

    line_number: int
    charge_cents: int
    allowed_cents: int | None
    contract: str = ""
    version: str = ""
    term: str = ""
    clause: str = ""
    steps: tuple[PriceStep, ...] = ()
    reason: str = ""
    group: int | None = None
    is_capped: bool = False


class PricedGroup(msgspec.Struct, frozen=True, gc=False):
    """Lines that one rate prices together (per diem, case, DRG); the lines hold their shares by
    charge, which are no prices of the lines."""

    number: int
    line_numbers: tuple[int, ...]
    charge_cents: int
    allowed_cents: int | None
    contract: str
    version: str
    term: str
    clause: str
    steps: tuple[PriceStep, ...] = ()
    reason: str = ""
    is_capped: bool = False


class PricedClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim as the contracts price it, lines in order.

    `allowed_cents` is the sum, None when a line has no price. `reason` says why nothing could be
    priced at all (no contract, several that fit equally), empty otherwise. `steps` hold what was
    done to the claim as a whole.
    """

    claim_id: ClaimId
    lines: tuple[PricedLine, ...]
    groups: tuple[PricedGroup, ...] = ()
    allowed_cents: int | None = None
    steps: tuple[PriceStep, ...] = ()
    reason: str = ""
