"""A claim as a biller reads it: what was billed beside what each payer made of it, line by line."""

from collections.abc import Iterable, Mapping

import msgspec

from edi_engine.codes import carc, group_code
from edi_engine.jobs.lifelines import Lifeline, lifeline_of
from edi_engine.jobs.pricing import price_claim_read
from edi_engine.jobs.show import Page, show_claim
from edi_engine.jobs.show.prices import price_page
from edi_engine.jobs.stored_claims import billed_claim_of
from edi_engine.records.matching import (
    BilledClaim,
    BilledLine,
    ClaimPaymentId,
    PaidAdjustment,
    PaidClaim,
)
from edi_engine.records.reconciliation import ClaimMatch, ClaimReconciliation, LineReconciliation
from edi_engine.store import Store

__all__ = ["AdjustmentInWords", "ClaimView", "LineAnswer", "LineView", "PaymentView", "view_claim"]


class AdjustmentInWords(msgspec.Struct, frozen=True):
    """An adjustment with what its codes mean; cents as in the remittance, positive lowers the
    payment. `is_of_claim` says that the payer gave it for the whole claim: a line that shows it
    bears its share of it only."""

    code: str
    cents: int
    is_of_claim: bool
    group: str
    group_meaning: str
    reason: str


class LineAnswer(msgspec.Struct, frozen=True):
    """What one payer made of a line: the amounts that stand, and every adjustment that says so."""

    line: LineReconciliation
    adjustments: tuple[AdjustmentInWords, ...]


class LineView(msgspec.Struct, frozen=True):
    """A billed line (None for the claim's own row) with its answers by payer sequence."""

    number: int
    billed: BilledLine | None
    answers: tuple[LineAnswer, ...]


class PaymentView(msgspec.Struct, frozen=True):
    """A claim payment with why it belongs here, and what it adjusts on the claim as a whole."""

    payment: PaidClaim
    match: ClaimMatch
    adjustments: tuple[AdjustmentInWords, ...]


class ClaimView(msgspec.Struct, frozen=True):
    """`rest` is the claim's page of facts and tables, `price` what is expected and how that came
    about, `lifeline` every event from sending to payment."""

    claim: BilledClaim
    conclusion: ClaimReconciliation | None
    lines: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]
    price: Page
    rest: Page
    lifeline: Lifeline = Lifeline(None, ())


def view_claim(store: Store, claim_id: int) -> ClaimView:
    """Raises InputError when there is no such claim."""
    with store.reading() as reader:
        claim = billed_claim_of(reader, claim_id)
        conclusion = reader.reconciliations([claim_id]).get(claim.claim_id)
        ids = reader.payment_ids_matched_to([claim_id]).get(claim.claim_id, [])
        payments, matches = reader.paid_claims(ids), reader.match_of(ids)
        price = price_page(price_claim_read(reader, claim))
        life = lifeline_of(reader, claim)
    return ClaimView(
        claim=claim,
        conclusion=conclusion,
        lines=tuple(_lines(claim, conclusion, payments)),
        payments=tuple(
            PaymentView(payments[key], matches[key], tuple(_of_claim(payments[key]))) for key in ids
        ),
        price=price,
        rest=show_claim(store, claim_id),
        lifeline=life,
    )


def _lines(
    claim: BilledClaim,
    conclusion: ClaimReconciliation | None,
    payments: Mapping[ClaimPaymentId, PaidClaim],
) -> list[LineView]:
    answers: dict[int, list[LineAnswer]] = {}
    for line in conclusion.lines if conclusion is not None else ():
        answers.setdefault(line.line_number, []).append(
            LineAnswer(line, tuple(_adjustments(line, payments)))
        )
    found = [
        LineView(line.line_number, line, tuple(answers.pop(line.line_number, ())))
        for line in claim.lines
    ]
    return found + [LineView(number, None, tuple(left)) for number, left in answers.items()]


def _adjustments(
    line: LineReconciliation, payments: Mapping[ClaimPaymentId, PaidClaim]
) -> Iterable[AdjustmentInWords]:
    for part in line.remit_lines:
        payment = payments.get(part.claim_payment_id)
        if payment is None:
            continue
        if part.line_ordinal == 0:
            yield from _of_claim(payment)
        for paid in payment.lines:
            if paid.line_ordinal == part.line_ordinal:
                yield from (_in_words(each, is_of_claim=False) for each in paid.adjustments)


def _of_claim(payment: PaidClaim) -> Iterable[AdjustmentInWords]:
    return (_in_words(each, is_of_claim=True) for each in payment.adjustments)


def _in_words(found: PaidAdjustment, *, is_of_claim: bool) -> AdjustmentInWords:
    group, reason = group_code(found.group_code), carc(found.reason_code)
    return AdjustmentInWords(
        code=f"{found.group_code}-{found.reason_code}",
        cents=found.amount_cents,
        is_of_claim=is_of_claim,
        group=group.label if group is not None else found.group_code,
        group_meaning=group.meaning if group is not None else "",
        reason=reason.label if reason is not None else "a reason that is not in the code list",
    )
