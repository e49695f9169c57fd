"""The truth about a contract practice: what was agreed, what was allowed, and what went wrong.

Reckoned by the maker's own arithmetic, never read back. Amounts are whole cents.
"""

import msgspec

from edi_engine.synthetic.truth import ClaimKey

__all__ = ["ContractLineTruth", "ContractTruth", "DiscountTruth", "RateTruth", "TimelyTruth"]


class ContractLineTruth(msgspec.Struct, frozen=True, gc=False):
    """One billed line. `expected_cents` is None where no contract speaks, and for a share of a
    rate for several lines (`is_share`), of which only the sum is certain. `cause` names the
    planted mistake, in the words of domain 5.5, and is empty where nothing is wrong; `story` is
    what was planted on the claim, or what odd but right thing was done. `compared_cents` is what
    the allowed amount is held against: of a line that carries others what is agreed for all of
    them, None for those that are part of it. Where the charge is below the rate and all is right,
    `cause` is "lesser_of".
    """

    claim: ClaimKey
    line_number: int
    payer_sequence: int
    charge_cents: int
    expected_cents: int | None
    allowed_cents: int
    state: str
    cause: str = ""
    is_share: bool = False
    story: str = ""
    compared_cents: int | None = None

    @property
    def short_cents(self) -> int:
        """What the payer owes for the planted mistake, negative for what it paid too much."""
        return (self.compared_cents or 0) - self.allowed_cents if self.cause else 0


class RateTruth(msgspec.Struct, frozen=True, gc=False):
    """Lines of a claim that one rate pays together."""

    claim: ClaimKey
    line_numbers: tuple[int, ...]
    expected_cents: int
    allowed_cents: int
    cause: str = ""
    story: str = ""

    @property
    def short_cents(self) -> int:
        """What the payer owes for the planted mistake, negative for what it paid too much."""
        return self.expected_cents - self.allowed_cents if self.cause else 0


class DiscountTruth(msgspec.Struct, frozen=True, gc=False):
    """The discount of a payer that has no contract of ours, and whose it is: `network` as the
    remittance names it, `contract` ours with its version, both empty where there is none. `is_work`
    tells that somebody should ask."""

    claim: ClaimKey
    discount_cents: int
    is_work: bool
    network: str
    contract: str
    story: str


class TimelyTruth(msgspec.Struct, frozen=True, gc=False):
    """What is wrong with when a claim was paid: interest not paid, too much of it, or a discount
    that was not agreed; beyond what is tolerated."""

    claim: ClaimKey
    cause: str
    cents: int
    story: str = ""


class ContractTruth(msgspec.Struct, frozen=True):
    """Everything, in the order of the claims."""

    lines: tuple[ContractLineTruth, ...]
    rates: tuple[RateTruth, ...]
    discounts: tuple[DiscountTruth, ...] = ()
    timely: tuple[TimelyTruth, ...] = ()
