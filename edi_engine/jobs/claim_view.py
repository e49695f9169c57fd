"""A claim as a biller reads it: what was billed beside what each payer made of it, line by line."""

from collections.abc import Iterable, Mapping

import msgspec

from edi_engine.jobs.adjustment_words import (
    AdjustmentInWords,
    adjustments_of_claim,
    adjustments_of_line,
)
from edi_engine.jobs.lifelines import Lifeline, lifeline_of
from edi_engine.jobs.pricing import price_claim_read
from edi_engine.jobs.show import Page, claim_page, line_page
from edi_engine.jobs.show.numbers import number_place
from edi_engine.jobs.show.prices import price_page
from edi_engine.jobs.stored_claims import billed_claim_of
from edi_engine.records.matching import (
    BilledClaim,
    BilledLine,
    ClaimPaymentId,
    PaidClaim,
)
from edi_engine.records.numbers import FileNumber, NumberPlace
from edi_engine.records.reconciliation import ClaimMatch, ClaimReconciliation, LineReconciliation
from edi_engine.store import Store
from edi_engine.store.places import StoredPlace, StoredStart

__all__ = [
    "ClaimView",
    "LineAnswer",
    "LinePageView",
    "LineView",
    "PaymentView",
    "view_claim",
    "view_line",
]


Starts = Mapping[tuple[int, int], StoredStart]
"""Where claim payments and their lines begin, by claim payment and line ordinal."""

_PATIENT_GROUP = "PR"


class LineAnswer(msgspec.Struct, frozen=True):
    """What one payer made of a line: the amounts that stand, and every adjustment that says so. The
    places are those of the amounts in the files that `paid` and `allowed` are made of."""

    line: LineReconciliation
    adjustments: tuple[AdjustmentInWords, ...]
    paid_places: tuple[NumberPlace, ...] = ()
    allowed_places: tuple[NumberPlace, ...] = ()

    @property
    def patient_places(self) -> tuple[NumberPlace, ...]:
        """Where what is the patient's stands: adjustments of group PR."""
        return tuple(
            each.place
            for each in self.adjustments
            if each.place is not None and each.code.startswith(f"{_PATIENT_GROUP}-")
        )


class LineView(msgspec.Struct, frozen=True):
    """A billed line (None for the claim's own row) with its answers by payer sequence."""

    number: int
    billed: BilledLine | None
    answers: tuple[LineAnswer, ...]
    charge_place: NumberPlace | None = None


class PaymentView(msgspec.Struct, frozen=True):
    """A claim payment with why it belongs here, and what it adjusts on the claim as a whole."""

    payment: PaidClaim
    match: ClaimMatch
    adjustments: tuple[AdjustmentInWords, ...]
    charge_place: NumberPlace | None
    paid_place: NumberPlace | None
    patient_place: NumberPlace | None


class ClaimView(msgspec.Struct, frozen=True):
    """`rest` is the claim's page of facts and tables, `price` what is expected and how that came
    about, `lifeline` every event from sending to payment."""

    claim: BilledClaim
    conclusion: ClaimReconciliation | None
    lines: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]
    price: Page
    rest: Page
    lifeline: Lifeline
    charge_place: NumberPlace | None = None


class LinePageView(msgspec.Struct, frozen=True):
    """One line of a claim with its answers; `rest` is its page of facts, tables and segments."""

    claim: BilledClaim
    line: LineView
    rest: Page


def view_claim(
    store: Store, claim_id: int, *, clearinghouses: frozenset[str] = frozenset()
) -> ClaimView:
    """A claim, whose lifeline knows an office's `clearinghouses`. Raises InputError when there is
    no such claim."""
    with store.reading() as reader:
        claim = billed_claim_of(reader, claim_id)
        conclusion = reader.reconciliations([claim_id]).get(claim.claim_id)
        matches = reader.matches_of_claim(claim_id)
        payments, starts = reader.paid_claims(matches), reader.starts_of_payments(matches)
        places, _ = reader.claim_places(claim_id)
        price = price_page(price_claim_read(reader, claim))
        life = lifeline_of(reader, claim, clearinghouses)
        rest = claim_page(reader, claim, life)
    answers = () if conclusion is None else conclusion.lines
    return ClaimView(
        claim=claim,
        conclusion=conclusion,
        lines=tuple(_lines(claim, answers, payments, starts, places)),
        payments=tuple(_payment(payments[key], match, starts) for key, match in matches.items()),
        price=price,
        rest=rest,
        lifeline=life,
        charge_place=_at(places[0], FileNumber.CLAIM_CHARGE) if 0 in places else None,
    )


def view_line(store: Store, claim_id: int, line_number: int) -> LinePageView:
    """One line of a claim. Raises InputError when there is no such claim or line."""
    with store.reading() as reader:
        claim = billed_claim_of(reader, claim_id)
        rest = line_page(reader, claim, line_number)
        answers = [one for one in reader.line_answers(claim_id) if one.line_number == line_number]
        ids = {part.claim_payment_id for answer in answers for part in answer.remit_lines}
        payments, starts = reader.paid_claims(ids), reader.starts_of_payments(ids)
        places, _ = reader.claim_places(claim_id)
    lines = _lines(claim, answers, payments, starts, places)
    return LinePageView(claim, next(one for one in lines if one.number == line_number), rest)


def _payment(payment: PaidClaim, match: ClaimMatch, starts: Starts) -> PaymentView:
    def place(number: FileNumber) -> NumberPlace | None:
        return number_place(starts, payment.claim_payment_id, 0, number)

    return PaymentView(
        payment,
        match,
        adjustments_of_claim(payment, starts),
        charge_place=place(FileNumber.PAID_CLAIM_CHARGE),
        paid_place=place(FileNumber.CLAIM_PAID),
        patient_place=(
            None
            if payment.patient_responsibility_cents is None
            else place(FileNumber.PATIENT_RESPONSIBILITY)
        ),
    )


def _lines(
    claim: BilledClaim,
    answered: Iterable[LineReconciliation],
    payments: Mapping[ClaimPaymentId, PaidClaim],
    starts: Starts,
    billed_starts: Mapping[int, StoredPlace],
) -> list[LineView]:
    answers: dict[int, list[LineAnswer]] = {}
    for line in answered:
        answers.setdefault(line.line_number, []).append(_answer(line, payments, starts))
    found = []
    for billed in claim.lines:
        start = billed_starts.get(billed.line_number)
        place = None if start is None else _at(start, FileNumber.LINE_CHARGE)
        own = tuple(answers.pop(billed.line_number, ()))
        found.append(LineView(billed.line_number, billed, own, place))
    return found + [LineView(number, None, tuple(left)) for number, left in answers.items()]


def _answer(
    line: LineReconciliation, payments: Mapping[ClaimPaymentId, PaidClaim], starts: Starts
) -> LineAnswer:
    """The answer with every part that it is made of: what whole claims adjust, and lines."""
    adjustments: list[AdjustmentInWords] = []
    paid: list[NumberPlace | None] = []
    allowed: list[NumberPlace | None] = []
    for part in line.remit_lines:
        payment = payments.get(part.claim_payment_id)
        if payment is None:
            continue
        key = payment.claim_payment_id
        if part.line_ordinal == 0:
            adjustments += adjustments_of_claim(payment, starts)
            paid.append(number_place(starts, key, 0, FileNumber.CLAIM_PAID))
        for each in payment.lines:
            if each.line_ordinal != part.line_ordinal:
                continue
            adjustments += adjustments_of_line(payment, each, starts)
            paid.append(number_place(starts, key, each.line_ordinal, FileNumber.LINE_PAID))
            if each.allowed_cents is not None:
                number = FileNumber.LINE_ALLOWED
                allowed.append(number_place(starts, key, each.line_ordinal, number))
    return LineAnswer(
        line,
        tuple(adjustments),
        tuple(place for place in paid if place is not None),
        tuple(place for place in allowed if place is not None),
    )


def _at(start: StoredPlace, number: FileNumber) -> NumberPlace:
    return NumberPlace(start.file_id, start.byte_offset, number)
