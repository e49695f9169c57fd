"""When a claim's payments came, and what follows from it: interest owed, discounts agreed.

`TimelyFacts` is what the payments say, `TimelyVerdict` what the contract makes of it. Amounts are
whole cents. Source: domain 5.4, 5.5.
"""

from datetime import date

import msgspec

from edi_engine.records.contracts import Tolerance
from edi_engine.records.matching import ClaimPaymentId

__all__ = ["DatedPayment", "ProviderTimely", "TakenDiscount", "TimelyFacts", "TimelyVerdict"]


class DatedPayment(msgspec.Struct, frozen=True, gc=False):
    """What one claim payment moved, without interest; negative when it takes back. `paid_on` is
    None where its remittance has no date."""

    claim_payment_id: ClaimPaymentId
    paid_on: date | None
    cents: int


class TakenDiscount(msgspec.Struct, frozen=True, gc=False):
    """What one claim payment takes off for timely payment (CARC 44), positive, and what it allows
    altogether."""

    claim_payment_id: ClaimPaymentId
    paid_on: date | None
    allowed_cents: int
    cents: int


class ProviderTimely(msgspec.Struct, frozen=True, gc=False):
    """Interest (PLB L6) and early payment allowance (PLB 90) of one remittance that name a claim.
    Interest is positive when it is paid to us, the allowance when it is taken."""

    remittance_id: int
    interest_cents: int
    discount_cents: int


class TimelyFacts(msgspec.Struct, frozen=True, gc=False):
    """What stands of one claim's payments by its primary payer, in order of payment.

    `interest_paid_cents` is AMT*I of the payments and L6 that names the claim;
    `provider_discount_cents` is PLB 90 that does, of which nobody says for which payment.
    `unnamed_interest_cents` is L6 of the payments' remittances that nothing ties to a claim.
    `is_paid_twice` tells that lines are paid by two answers that both stand: what is to be paid is
    then unknown.
    """

    payments: tuple[DatedPayment, ...] = ()
    interest_paid_cents: int = 0
    discounts: tuple[TakenDiscount, ...] = ()
    provider_discount_cents: int = 0
    unnamed_interest_cents: int = 0
    is_paid_twice: bool = False

    @property
    def discount_taken_cents(self) -> int:
        """All that was taken off for timely payment."""
        return sum(each.cents for each in self.discounts) + self.provider_discount_cents


class TimelyVerdict(msgspec.Struct, frozen=True, gc=False):
    """What a contract says of one claim's payments in time.

    `term` names contract, version and clause. `interest_owed_cents` is None where the contract
    knows no interest or a day is missing. `discount_agreed_cents` is the part of what was taken
    that is agreed, None where a day is missing; `missing` says what is. The words are the
    arithmetic.
    """

    term: str
    tolerance: Tolerance | None
    interest_paid_cents: int
    discount_taken_cents: int
    unnamed_interest_cents: int = 0
    interest_owed_cents: int | None = None
    interest_words: str = ""
    discount_agreed_cents: int | None = None
    discount_words: str = ""
    missing: str = ""
    late_payment_id: ClaimPaymentId | None = None
    """The last payment that came too late, None when none did."""
