"""What follows from the allowed amount: the payment after sequestration, interest, discounts.

None of these changes what is allowed. Source: domain 5.1, 5.3; golden scenario G37.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import NamedTuple

from msgspec.structs import replace

from edi_engine.contracts.amounts import EXACT, format_percent, half_up, percent_of
from edi_engine.money import format_cents
from edi_engine.records.contracts import Contract, TimelyPayment
from edi_engine.records.matching import BilledClaim
from edi_engine.records.timely_payments import TimelyFacts, TimelyVerdict

__all__ = ["discount_cents", "expected_payment_cents", "interest_cents", "judge_timely"]

_DAYS_OF_YEAR = 365


def expected_payment_cents(contract: Contract, allowed_cents: int, patient_cents: int) -> int:
    """What the payer should pay: allowed less the patient's share, less sequestration of that."""
    payment = max(allowed_cents - patient_cents, 0)
    percent = contract.sequestration_percent
    if percent is None:
        return payment
    with localcontext(EXACT):
        return payment - int(half_up(percent_of(Decimal(payment), percent)))


def interest_cents(
    contract: Contract, paid_cents: int, sent_on: date | None, paid_on: date | None
) -> int:
    """Interest owed on a late payment; zero without an agreement or a day."""
    rule = contract.timely_payment
    if rule is None or rule.interest_after_days is None or sent_on is None or paid_on is None:
        return 0
    due_on = sent_on + timedelta(days=rule.interest_after_days)
    return _interest_cents(rule, _late_parts(due_on, [(paid_on, paid_cents)]))


class _LatePart(NamedTuple):
    """What was still to be paid during so many days, up to the day when more of it came."""

    cents: int
    days: int
    until: date


def _late_parts(due_on: date, moved: Iterable[tuple[date, int]]) -> list[_LatePart]:
    """What lacked after the day it was due, in order of days.

    What is to be paid is what was paid in the end. So a payment that was corrected is late only by
    what the correction adds, and one that was taken back and paid again by the days between.
    """
    by_day: dict[date, int] = {}
    for day, cents in moved:
        by_day[day] = by_day.get(day, 0) + cents
    left = sum(by_day.values())
    since = due_on
    parts = []
    for day in sorted(by_day):
        if left > 0 and day > since:
            parts.append(_LatePart(left, (day - since).days, day))
        since = max(since, day)
        left -= by_day[day]
    return parts


def _interest_cents(rule: TimelyPayment, parts: Iterable[_LatePart]) -> int:
    """Simple interest over 365 days, half a cent up once."""
    with localcontext(EXACT):
        cent_days = Decimal(sum(part.cents * part.days for part in parts))
        return int(half_up(percent_of(cent_days, rule.interest_percent) / _DAYS_OF_YEAR))


def discount_cents(
    contract: Contract, allowed_cents: int, sent_on: date | None, paid_on: date | None
) -> int:
    """The discount that the payer may take for having paid in time."""
    rule = contract.timely_payment
    if rule is None or rule.discount_days is None or sent_on is None or paid_on is None:
        return 0
    if (paid_on - sent_on).days > rule.discount_days or allowed_cents <= 0:
        return 0
    with localcontext(EXACT):
        return int(half_up(percent_of(Decimal(allowed_cents), rule.discount_percent)))


def judge_timely(contract: Contract, claim: BilledClaim, facts: TimelyFacts) -> TimelyVerdict:
    """Interest owed and discounts agreed on a claim's payments, against what was paid and taken.

    Days count from the day the claim was sent (BHT04). Where that day or that of a payment is
    missing nothing is reckoned, and the verdict says which. Never raises.
    """
    rule = contract.timely_payment or TimelyPayment()
    clause = f" ({rule.clause})" if rule.clause else ""
    verdict = TimelyVerdict(
        term=f"{contract.key} {contract.version}: timely payment{clause}",
        tolerance=contract.claim_tolerance,
        interest_paid_cents=facts.interest_paid_cents,
        discount_taken_cents=facts.discount_taken_cents,
        unnamed_interest_cents=facts.unnamed_interest_cents,
    )
    if rule.discount_days is None:
        words = "the contract knows no discount for timely payment"
        verdict = replace(verdict, discount_agreed_cents=0, discount_words=words)
    missing = _missing(claim.sent_on, facts)
    if missing or claim.sent_on is None:
        return replace(verdict, missing=missing)
    if rule.discount_days is not None:
        verdict = _with_discount(verdict, contract, rule, claim.sent_on, facts)
    if rule.interest_after_days is not None:
        verdict = _with_interest(verdict, rule, claim.sent_on, facts)
    return verdict


def _missing(sent_on: date | None, facts: TimelyFacts) -> str:
    if sent_on is None:
        return "the claim has no day of sending (BHT04)"
    undated = next((each for each in facts.payments if each.paid_on is None), None)
    if undated is not None:
        return f"claim payment {undated.claim_payment_id} has no payment date"
    return "lines are paid twice, so what is to be paid is unknown" if facts.is_paid_twice else ""


def _with_interest(
    verdict: TimelyVerdict, rule: TimelyPayment, sent_on: date, facts: TimelyFacts
) -> TimelyVerdict:
    due_on = sent_on + timedelta(days=rule.interest_after_days or 0)
    moved = [(each.paid_on, each.cents) for each in facts.payments if each.paid_on is not None]
    parts = _late_parts(due_on, moved)
    if not parts:
        words = f"paid by {due_on.isoformat()}, when interest begins"
        return replace(verdict, interest_owed_cents=0, interest_words=words)
    late = max(
        (each for each in facts.payments if each.paid_on is not None and each.paid_on > due_on),
        key=lambda each: (each.paid_on or date.min, each.claim_payment_id),
    )
    told = " and ".join(
        f"{format_cents(part.cents)} for {part.days} day{'s' * (part.days != 1)}"
        f" until {part.until.isoformat()}"
        for part in parts
    )
    return replace(
        verdict,
        interest_owed_cents=_interest_cents(rule, parts),
        interest_words=f"{format_percent(rule.interest_percent)} a year on {told}, due by"
        f" {due_on.isoformat()}, {rule.interest_after_days} days after it was sent",
        late_payment_id=late.claim_payment_id,
    )


def _with_discount(
    verdict: TimelyVerdict,
    contract: Contract,
    rule: TimelyPayment,
    sent_on: date,
    facts: TimelyFacts,
) -> TimelyVerdict:
    """What was rightly taken of each payment. What the provider level takes may be of any of them,
    so it is held against what is left of all."""
    last_on = sent_on + timedelta(days=rule.discount_days or 0)
    agreed = [
        discount_cents(contract, each.allowed_cents, sent_on, each.paid_on)
        for each in facts.discounts
    ]
    rightly = sum(
        min(max(each.cents, 0), cents) for each, cents in zip(facts.discounts, agreed, strict=True)
    )
    rightly += min(max(facts.provider_discount_cents, 0), sum(agreed) - rightly)
    words = []
    for each, cents in zip(facts.discounts, agreed, strict=True):
        days = (each.paid_on - sent_on).days if each.paid_on is not None else 0
        if each.cents or cents:
            words.append(
                f"{format_percent(rule.discount_percent)} of {format_cents(each.allowed_cents)}"
                f" paid after {days} days is {format_cents(cents)}"
                if cents
                else f"paid after {days} days, when no discount is left"
            )
    told = "; ".join(words) or "nothing was paid in time"
    return replace(
        verdict,
        discount_agreed_cents=rightly,
        discount_words=f"{told}; it is agreed until {last_on.isoformat()}",
    )
