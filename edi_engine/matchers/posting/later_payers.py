"""What a claim payment settles, and how much of it a later payer may.

A later payer accounts for the whole charge, also for what the earlier ones paid and took off. What
it should say as OA 23 some say as their own discount, as the patient's share or as refused
(RFI 1696, 2194): of that only what is open can be settled. Source: domain 3.7, feature 43.
"""

from collections.abc import Sequence

import msgspec

from edi_engine.matchers.adjudications import Answer
from edi_engine.money import format_cents

__all__ = ["Settlement", "capped"]


class Settlement(msgspec.Struct, frozen=True, gc=False):
    """The money of one answer by account. What an earlier payer settled (`prior`) moves nothing."""

    paid: int
    patient: int
    denied: int
    contractual: int
    other: int
    prior: int = 0

    @classmethod
    def of(cls, answer: Answer) -> "Settlement":
        """As the payer says it; a bundling reason without its bundle is a refusal."""
        money = answer.money
        refused = money.bundled if answer.refuses_bundled else 0
        return cls(
            money.paid,
            money.patient,
            denied=money.denied + refused,
            contractual=money.contractual,
            other=money.bundled - refused + money.capitated + money.within,
            prior=money.prior,
        )

    @property
    def unpaid(self) -> int:
        """What it settles beside the payment."""
        return self.patient + self.denied + self.contractual + self.other


_IN_ORDER = ("patient", "denied", "other", "contractual")
"""What is believed first: a discount is what such payers get wrong."""


def capped(stated: Sequence[Settlement], open_cents: int) -> tuple[list[Settlement], str]:
    """What of a later payer's answers may post when so much is open, and why it is less.

    The payment always posts in full; whether it fits is for the gate.
    """
    room = max(0, open_cents - sum(each.paid for each in stated))
    total = sum(each.unpaid for each in stated)
    if total <= room:
        return list(stated), ""
    kept = list(stated)
    left = room
    for name in _IN_ORDER:
        amounts = [getattr(each, name) for each in stated]
        allowed = _lowered(amounts, max(0, left))
        left -= sum(allowed)
        kept = [
            msgspec.structs.replace(each, **{name: cents})
            for each, cents in zip(kept, allowed, strict=True)
        ]
    reason = (
        f"Beside its payment the payer accounts for {format_cents(total)}, but only"
        f" {format_cents(room)} was open: it repeats what an earlier payer settled"
    )
    says_so = any(each.prior for each in stated)
    return kept, f"{reason}." if says_so else f"{reason}, without saying so (OA 23)."


def _lowered(amounts: Sequence[int], limit: int) -> list[int]:
    """The amounts with their sum at most the limit: the last positive ones give way first."""
    excess = sum(amounts) - limit
    kept = list(amounts)
    for index in reversed(range(len(kept))):
        cut = min(max(0, kept[index]), max(0, excess))
        kept[index] -= cut
        excess -= cut
    return kept
