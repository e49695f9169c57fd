"""When a claim was paid, what it paid and took for that, and what is wrong with it.

The facts come from here; what they mean is told by whoever knows the contracts: a function is
handed in, as for variances. Only the primary payer's payments are looked at, and only where a
contract has something to say. Source: domain 5.4 (late payment interest owed = separate variance).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from edi_engine.matchers.adjudications import Answer, PayerAnswers
from edi_engine.matchers.claim_cases import ClaimCase
from edi_engine.matchers.issue_making import issue_on
from edi_engine.matchers.line_rows import LineRow
from edi_engine.money import format_cents
from edi_engine.records.matching import (
    BilledClaim,
    ClaimId,
    ClaimPaymentId,
    PaidAdjustment,
    RemittanceId,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.provider_items import (
    NamedPayment,
    PlacedAdjustment,
    ProviderItem,
    ProviderItemState,
)
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.timely_payments import (
    DatedPayment,
    ProviderTimely,
    TakenDiscount,
    TimelyFacts,
    TimelyVerdict,
)

__all__ = [
    "JudgeTimely",
    "TimelyByClaim",
    "claims_of_timely_items",
    "nobody_agreed",
    "timely_by_claim",
    "timely_facts",
    "timely_group_keys",
    "timely_issues",
    "timely_verdict",
    "unnamed_interest",
]

_DISCOUNT_REASON = "44"
_INTEREST_CODE = "L6"
_ALLOWANCE_CODE = "90"

TimelyByClaim = Mapping[tuple[ClaimId, str], Sequence[ProviderTimely]]
"""What provider adjustments say, by claim and payer identifier."""


class JudgeTimely(Protocol):
    """Is asked what a contract says of when a claim was paid; gives None where none says
    anything, and asks for the facts only where one does. `is_discounted` tells that a discount was
    taken."""

    def __call__(
        self, claim: BilledClaim, facts: Callable[[], TimelyFacts], *, is_discounted: bool
    ) -> TimelyVerdict | None:
        """Judge one claim."""


def nobody_agreed(
    claim: BilledClaim,  # noqa: ARG001 - what others look at
    facts: Callable[[], TimelyFacts],  # noqa: ARG001
    *,
    is_discounted: bool,  # noqa: ARG001
) -> TimelyVerdict | None:
    """For whoever has no contracts."""
    return None


# --- the provider level ---


def timely_group_keys(claim_id: ClaimId) -> tuple[str, ...]:
    """The groups of provider items that name the claim (see `provider_items.group_key_of`)."""
    return (f"interest claim {claim_id}", f"allowance claim {claim_id}")


def _is_timely(item: ProviderItem) -> bool:
    is_held = item.state is ProviderItemState.OPEN and not item.open_cents
    return item.reason_code in {_INTEREST_CODE, _ALLOWANCE_CODE} and not is_held


def claims_of_timely_items(items: Iterable[ProviderItem]) -> set[ClaimId]:
    """Claims that interest and allowances among the items name."""
    codes = {_INTEREST_CODE, _ALLOWANCE_CODE}
    return {
        item.traced_claim_id
        for item in items
        if item.reason_code in codes and item.traced_claim_id is not None
    }


def timely_by_claim(
    items: Iterable[ProviderItem],
) -> dict[tuple[ClaimId, str], tuple[ProviderTimely, ...]]:
    """Interest and allowances of items that name a claim; those of held remittances left out."""
    found: dict[tuple[ClaimId, str], list[ProviderTimely]] = {}
    for item in items:
        if item.traced_claim_id is None or not _is_timely(item):
            continue
        is_interest = item.reason_code == _INTEREST_CODE
        one = ProviderTimely(
            item.remittance_id,
            -item.amount_cents if is_interest else 0,
            0 if is_interest else item.amount_cents,
        )
        found.setdefault((item.traced_claim_id, item.payer_id), []).append(one)
    return {key: tuple(parts) for key, parts in found.items()}


def unnamed_interest(
    adjustments: Iterable[PlacedAdjustment], told: Iterable[NamedPayment]
) -> dict[RemittanceId, int]:
    """Interest paid by remittances (L6) without a reference, beyond what their claims tell (AMT*I).

    `told` are the claim payments of these remittances that have interest. Nothing else is left in.
    """
    found: dict[RemittanceId, int] = {}
    for each in adjustments:
        if each.reason_code == _INTEREST_CODE and not each.reference and not each.held:
            found[each.remittance_id] = found.get(each.remittance_id, 0) - each.amount_cents
    for one in told:
        if one.remittance_id in found:
            found[one.remittance_id] -= one.interest_cents
    return {key: cents for key, cents in found.items() if cents > 0}


# --- the facts of a claim ---


def timely_verdict(
    case: ClaimCase,
    judge: JudgeTimely,
    provider: TimelyByClaim,
    unnamed: Mapping[RemittanceId, int],
) -> TimelyVerdict | None:
    """What is agreed on when the claim was paid; None where nothing is, for a claim that is
    replaced, voided or not answered, and for a later payer.

    Where no contract is for the claim, but a fee schedule prices it, no discount is agreed.
    """
    sequence = case.own
    if case.is_dead or sequence.payer_sequence != 1 or not sequence.is_answered:
        return None

    def facts() -> TimelyFacts:
        return timely_facts(case.claim.claim_id, sequence.answers, provider, unnamed)

    is_discounted = any(_is_discounted(row) for row in sequence.rows if row.net.reduced)
    found = judge(case.claim, facts, is_discounted=is_discounted)
    if found is None and is_discounted:
        priced = [row.expected for row in sequence.rows if row.expected and not row.is_inferred]
        if priced:
            return TimelyVerdict(
                term=priced[0].source,
                tolerance=priced[0].claim_tolerance,
                interest_paid_cents=0,
                discount_taken_cents=facts().discount_taken_cents,
                discount_agreed_cents=0,
                discount_words="no contract is loaded that knows a discount",
            )
    return found


def _is_discounted(row: LineRow) -> bool:
    return any(
        _taken(piece.payment.adjustments if piece.line is None else piece.line.adjustments)
        for piece in row.answers
        if piece.is_open
    )


def timely_facts(
    claim_id: ClaimId,
    answers: PayerAnswers,
    provider: TimelyByClaim,
    unnamed: Mapping[RemittanceId, int],
) -> TimelyFacts:
    """What the payments of one payer moved when, without those that stand apart.

    Interest that a remittance tells on the claim (AMT*I) and at the provider level (L6) is the same
    money, so it counts once.
    """
    apart = {each.payment.claim_payment_id for each in answers.apart}
    payments = [each for each in answers.payments if each.claim_payment_id not in apart]
    payers = dict.fromkeys(each.payer_id for each in payments)
    named = [one for payer_id in payers for one in provider.get((claim_id, payer_id), ())]
    told = {each.remittance_id for each in payments if each.interest_cents}
    return TimelyFacts(
        payments=tuple(
            DatedPayment(each.claim_payment_id, each.paid_on, each.paid_cents) for each in payments
        ),
        interest_paid_cents=sum(each.interest_cents for each in payments)
        + sum(one.interest_cents for one in named if one.remittance_id not in told),
        discounts=_discounts(answers),
        provider_discount_cents=sum(one.discount_cents for one in named),
        unnamed_interest_cents=sum(
            unnamed.get(key, 0) for key in {each.remittance_id for each in payments}
        ),
        is_paid_twice=_is_paid_twice(answers),
    )


def _open(answers: PayerAnswers) -> list[Answer]:
    return [
        piece
        for of_line in answers.standing.values()
        for piece in of_line
        if piece.is_open and not piece.is_set_off
    ]


def _discounts(answers: PayerAnswers) -> tuple[TakenDiscount, ...]:
    """By claim payment, of those that stand and allow something, in order of payment."""
    pieces = _open(answers)
    allowed: dict[ClaimPaymentId, int] = {}
    taken: dict[ClaimPaymentId, int] = {}
    seen: set[tuple[ClaimPaymentId, int]] = set()
    for piece in pieces:
        key = piece.payment.claim_payment_id
        allowed[key] = allowed.get(key, 0) + piece.money.allowed
        place = key, piece.line_ordinal
        if place not in seen:  # what is shared out among lines says it once
            seen.add(place)
            told = piece.payment.adjustments if piece.line is None else piece.line.adjustments
            taken[key] = taken.get(key, 0) + _taken(told)
    return tuple(
        TakenDiscount(key, each.paid_on, allowed[key], taken[key])
        for each in answers.payments
        if (key := each.claim_payment_id) in allowed and (allowed[key] or taken[key])
    )


def _taken(adjustments: Iterable[PaidAdjustment]) -> int:
    return sum(
        each.amount_cents
        for each in adjustments
        if each.reason_code == _DISCOUNT_REASON and each.group_code != "PR"
    )


def _is_paid_twice(answers: PayerAnswers) -> bool:
    for of_line in answers.standing.values():
        paid: dict[int, int] = {}
        for piece in of_line:
            if piece.is_open:
                paid[piece.round_number] = paid.get(piece.round_number, 0) + piece.money.paid
        if sum(cents > 0 for cents in paid.values()) > 1:
            return True
    return False


# --- what is wrong ---


def timely_issues(
    case: ClaimCase, verdict: TimelyVerdict | None, policy: ReconcilePolicy
) -> Iterator[ReconciliationIssue]:
    """Interest not paid or paid too much, and discounts beyond what is agreed; each compared alone,
    and beyond the tolerance of a claim."""
    if verdict is None:
        return
    owed, paid = verdict.interest_owed_cents, verdict.interest_paid_cents
    if owed is not None and abs(owed - paid) > policy.tolerance_for(owed, verdict.tolerance):
        yield _told(
            case,
            "timely_interest" if owed > paid else "interest_overpaid",
            abs(owed - paid),
            f"{format_cents(owed)} of interest is owed and {format_cents(paid)} was paid:"
            f" {verdict.interest_words}. By {verdict.term}.{_unnamed(verdict)}",
            verdict.late_payment_id,
        )
    agreed, taken = verdict.discount_agreed_cents, verdict.discount_taken_cents
    if agreed is not None and taken - agreed > policy.tolerance_for(agreed, verdict.tolerance):
        yield _told(
            case,
            "timely_discount",
            taken - agreed,
            f"The payer took {format_cents(taken)} off for timely payment, {format_cents(agreed)}"
            f" is agreed: {verdict.discount_words}. By {verdict.term}.",
            None,
        )


def _unnamed(verdict: TimelyVerdict) -> str:
    """A sentence about interest that may be the claim's, and says nothing of it."""
    cents = verdict.unnamed_interest_cents
    if not cents or (verdict.interest_owed_cents or 0) <= verdict.interest_paid_cents:
        return ""
    return (
        f" Its remittances pay {format_cents(cents)} of interest (PLB L6) that names no claim:"
        " ask whether this is part of it."
    )


def _told(
    case: ClaimCase, cause: str, cents: int, reason: str, payment_id: ClaimPaymentId | None
) -> ReconciliationIssue:
    payments = case.own.answers.payments
    return issue_on(
        case,
        case.own,
        cause,
        amount_cents=cents,
        arose_on=case.own.paid_on,
        reason=reason,
        payment=next((one for one in payments if one.claim_payment_id == payment_id), None),
    )
