"""Adjustments in plain words, each with its place in the file."""

from collections.abc import Mapping

import msgspec

from edi_engine.codes import carc, group_code
from edi_engine.jobs.show.numbers import number_place
from edi_engine.records.matching import PaidAdjustment, PaidClaim, PaidLine
from edi_engine.records.numbers import FileNumber, NumberPlace
from edi_engine.store.places import StoredStart

__all__ = [
    "AdjustmentInWords",
    "adjusted_cents",
    "adjustments_of_claim",
    "adjustments_of_line",
]


class AdjustmentInWords(msgspec.Struct, frozen=True):
    """An adjustment with what its codes mean; cents as in the remittance, positive lowers the
    payment. `is_of_claim` says that the payer gave it for the whole claim: a line that shows it
    bears its share of it only. `place` is where it stands in the file."""

    code: str
    cents: int
    is_of_claim: bool
    group: str
    group_meaning: str
    reason: str
    place: NumberPlace | None = None


def adjustments_of_claim(
    payment: PaidClaim, starts: Mapping[tuple[int, int], StoredStart]
) -> tuple[AdjustmentInWords, ...]:
    """What the payer adjusted on the claim as a whole, in file order."""
    kind = FileNumber.CLAIM_ADJUSTMENT
    return tuple(
        _in_words(
            each,
            number_place(starts, payment.claim_payment_id, 0, kind, nth),
            is_of_claim=True,
        )
        for nth, each in enumerate(payment.adjustments, 1)
    )


def adjustments_of_line(
    payment: PaidClaim, line: PaidLine, starts: Mapping[tuple[int, int], StoredStart]
) -> tuple[AdjustmentInWords, ...]:
    """What the payer adjusted on a line, in file order."""
    kind = FileNumber.LINE_ADJUSTMENT
    return tuple(
        _in_words(
            each,
            number_place(starts, payment.claim_payment_id, line.line_ordinal, kind, nth),
            is_of_claim=False,
        )
        for nth, each in enumerate(line.adjustments, 1)
    )


def adjusted_cents(payment: PaidClaim) -> int:
    """The sum of all adjustments of a claim payment, of the claim and of its lines."""
    found = list(payment.adjustments)
    for line in payment.lines:
        found += line.adjustments
    return sum(each.amount_cents for each in found)


def _in_words(
    found: PaidAdjustment, place: NumberPlace | None, *, is_of_claim: bool
) -> AdjustmentInWords:
    group, reason = group_code(found.group_code), carc(found.reason_code)
    return AdjustmentInWords(
        code=f"{found.group_code}-{found.reason_code}",
        cents=found.amount_cents,
        is_of_claim=is_of_claim,
        group=group.label if group is not None else found.group_code,
        group_meaning=group.meaning if group is not None else "",
        reason=reason.label if reason is not None else "a reason that is not in the code list",
        place=place,
    )
