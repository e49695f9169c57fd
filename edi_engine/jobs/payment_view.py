"""A claim payment as a biller reads it: what was paid for each line and why not all of it."""

import msgspec

from edi_engine.codes import claim_status
from edi_engine.errors import InputError
from edi_engine.jobs.adjustment_words import (
    AdjustmentInWords,
    adjusted_cents,
    adjustments_of_claim,
    adjustments_of_line,
)
from edi_engine.jobs.show import Page, show_payment
from edi_engine.jobs.show.numbers import number_place
from edi_engine.jobs.show.postings import payment_postings
from edi_engine.jobs.ways_out import WayOut, way_out
from edi_engine.records.journal import StoredPosting
from edi_engine.records.matching import ClaimPaymentId, PaidClaim, PaidLine
from edi_engine.records.numbers import FileNumber, NumberPlace
from edi_engine.records.reconciliation import ClaimMatch
from edi_engine.store import Store
from edi_engine.store.places import StoredStart

__all__ = ["PaidLineView", "PaymentPageView", "view_payment"]

Starts = dict[tuple[int, int], StoredStart]


class PaidLineView(msgspec.Struct, frozen=True):
    """A line payment with its adjustments in words, and where its amounts stand."""

    line: PaidLine
    adjustments: tuple[AdjustmentInWords, ...]
    charge_place: NumberPlace | None
    paid_place: NumberPlace | None
    allowed_place: NumberPlace | None

    @property
    def difference_cents(self) -> int:
        """By how much charge less adjustments is more than what is paid; 0 where it holds."""
        adjusted = sum(each.amount_cents for each in self.line.adjustments)
        return self.line.charge_cents - adjusted - self.line.paid_cents


class PaymentPageView(msgspec.Struct, frozen=True):
    """A claim payment with its lines. `posting` is what stands of it in the journal, `status` what
    its status code means, `way` what helps where it waits in suspense. `rest` is its page of facts
    and tables."""

    payment: PaidClaim
    match: ClaimMatch | None
    posting: StoredPosting | None
    way: WayOut | None
    status: str
    adjusted_cents: int
    adjustments: tuple[AdjustmentInWords, ...]
    lines: tuple[PaidLineView, ...]
    charge_place: NumberPlace | None
    paid_place: NumberPlace | None
    patient_place: NumberPlace | None
    interest_place: NumberPlace | None
    rest: Page

    @property
    def difference_cents(self) -> int:
        """By how much charge less all adjustments is more than what is paid; 0 where it holds."""
        return self.payment.charge_cents - self.adjusted_cents - self.payment.paid_cents


def view_payment(store: Store, claim_payment_id: int) -> PaymentPageView:
    """Raises InputError when there is no such claim payment."""
    with store.reading() as reader:
        payment = reader.paid_claims([claim_payment_id]).get(ClaimPaymentId(claim_payment_id))
        if payment is None:
            raise InputError(
                "there is no such claim payment.",
                place=f"claim payment {claim_payment_id}",
                remedy="Look for it among the payments of its remittance.",
            )
        match = reader.match_of([claim_payment_id]).get(payment.claim_payment_id)
        postings = payment_postings(reader, claim_payment_id)
        starts = reader.starts_of_payments([claim_payment_id])
    posting = next((one for one in postings if one.in_force), None)
    code = claim_status(payment.status_code)

    def place(number: FileNumber) -> NumberPlace | None:
        return number_place(starts, claim_payment_id, 0, number)

    patient, interest = payment.patient_responsibility_cents, payment.interest_cents
    return PaymentPageView(
        payment=payment,
        match=match,
        posting=posting,
        way=way_out(posting.plan.refusal) if posting and posting.plan.refusal else None,
        status=code.label if code is not None else "",
        adjusted_cents=adjusted_cents(payment),
        adjustments=adjustments_of_claim(payment, starts),
        lines=tuple(_line(payment, line, starts) for line in payment.lines),
        charge_place=place(FileNumber.PAID_CLAIM_CHARGE),
        paid_place=place(FileNumber.CLAIM_PAID),
        patient_place=None if patient is None else place(FileNumber.PATIENT_RESPONSIBILITY),
        interest_place=place(FileNumber.INTEREST) if interest else None,
        rest=show_payment(store, claim_payment_id),
    )


def _line(payment: PaidClaim, line: PaidLine, starts: Starts) -> PaidLineView:
    def place(number: FileNumber) -> NumberPlace | None:
        return number_place(starts, payment.claim_payment_id, line.line_ordinal, number)

    return PaidLineView(
        line,
        adjustments_of_line(payment, line, starts),
        charge_place=place(FileNumber.PAID_LINE_CHARGE),
        paid_place=place(FileNumber.LINE_PAID),
        allowed_place=None if line.allowed_cents is None else place(FileNumber.LINE_ALLOWED),
    )
