"""What an equal patient control number is worth, given everything else that was compared.

A control number alone proves nothing: practices use numbers again for other patients, and some use
one number for all visits of a patient. Source: domain 4.1 (A2, A3 and the vetoes).
"""

from collections.abc import Sequence
from enum import Enum

from edi_engine.matchers.comparison import (
    Comparison,
    has_other_line_numbers,
    has_own_line_numbers,
)
from edi_engine.matchers.facts import PaymentFacts
from edi_engine.records.reconciliation import Verdict

__all__ = ["NumberRank", "rank_by_number"]


class NumberRank(Enum):
    """STRONG: number, charge and dates agree. WEAK: number and dates agree, and lines or patient
    speak for the claim. HINT: a person should look. NOTHING: listed, no more."""

    STRONG = "strong"
    WEAK = "weak"
    HINT = "hint"
    NOTHING = "nothing"


def rank_by_number(
    paid: PaymentFacts, compared: Sequence[Comparison]
) -> list[tuple[Comparison, NumberRank]]:
    """The rank of each claim that shares the payment's control number, in the order given."""
    if len(compared) == 1:
        return [(compared[0], _rank(paid, compared[0], is_shared=False, is_of_family=False))]
    owners = {(each.billed.claim.service_from, each.billed.last_name) for each in compared}
    is_of_family = len({each.billed.first_name for each in compared}) > 1
    return [
        (each, _rank(paid, each, is_shared=len(owners) > 1, is_of_family=is_of_family))
        for each in compared
    ]


def _rank(
    paid: PaymentFacts, each: Comparison, *, is_shared: bool, is_of_family: bool
) -> NumberRank:
    """`is_shared`: the number stands on claims of several days or patients. `is_of_family`: on
    claims of several first names."""
    dates_missing = each.dates is Verdict.MISSING
    if each.is_another_person or (each.patient_differs and each.dates_differ):
        agrees = each.charge_agrees and each.dates_agree
        return NumberRank.HINT if agrees else NumberRank.NOTHING
    if _may_be_another_of_the_family(each, is_of_family=is_of_family):
        agrees = each.charge_agrees and not each.dates_differ
        return NumberRank.HINT if agrees else NumberRank.NOTHING
    if each.billed.number != paid.number and not _goes_with(paid, each):
        return NumberRank.NOTHING
    if each.dates_differ:
        agrees = each.charge_agrees and each.patient_agrees
        return NumberRank.HINT if agrees else NumberRank.NOTHING
    if each.charge_agrees:
        if not dates_missing:
            return NumberRank.STRONG
        return NumberRank.HINT if is_shared else NumberRank.WEAK
    if dates_missing or has_other_line_numbers(each):
        return NumberRank.HINT if each.patient_agrees else NumberRank.NOTHING
    if each.lines_agree:
        return NumberRank.WEAK
    is_part = paid.group_charge_cents < each.billed.claim.charge_cents
    if each.lines is Verdict.MISSING and is_part and not is_shared:
        return NumberRank.WEAK if each.patient_agrees else NumberRank.HINT
    return NumberRank.HINT if each.patient_agrees else NumberRank.NOTHING


def _may_be_another_of_the_family(each: Comparison, *, is_of_family: bool) -> bool:
    """A family may share number, member id, doctor and day: only its names tell them apart. Where
    the number is one patient's and all else agrees, another first name is a nickname."""
    if not each.may_be_relative or has_own_line_numbers(each):
        return False
    all_else = each.charge_agrees and each.dates_agree and each.member_agrees and each.lines_agree
    return is_of_family or not all_else


def _goes_with(paid: PaymentFacts, each: Comparison) -> bool:
    """Whether a claim under another number may be meant: a replacement that refers to an answer
    under this number, or a number that goes on where this one was cut. Only with days, patient
    and charge (of a replacement: or lines) in agreement, unless the payment itself refers to what
    was replaced (REF*F8)."""
    if paid.original_number and paid.original_number == each.billed.original_number:
        return not each.patient_differs and not paid.is_reversal
    if each.patient_differs or not each.dates_agree:
        return False
    if each.billed.original_number:
        return each.charge_agrees or each.lines_agree
    return each.billed.number.startswith(paid.number) and each.charge_agrees
