"""Rules for payments whose control number is cut, altered or lost. Source: domain 4.1, A6 to A9.

Each rule finds the claims that satisfy everything it asserts; several are settled by `choosing` or
shown as ambiguous. All ask for charge and dates, and for a patient that does not differ. Where more
claims agree than can be compared a rule says so, and nobody goes on to a weaker one.
"""

from edi_engine.matchers.candidates import CandidatePool
from edi_engine.matchers.comparison import Comparison, has_other_line_numbers
from edi_engine.matchers.facts import (
    LAST_NAME_LENGTH_MIN,
    ClaimFacts,
    PaymentFacts,
    code_forms,
    member_keys,
    name_keys,
)
from edi_engine.records.keys import PCN_PREFIX_LENGTH
from edi_engine.records.matching import ClaimId
from edi_engine.records.reconciliation import Verdict

__all__ = [
    "MEMBER_RULES",
    "WEAK_RULES",
    "Found",
    "another_claim_of_the_day",
    "another_of_the_family",
    "suggest_by_name",
]

_NUMBER_LENGTH_MIN = 4
"""Shorter control numbers are contained in too many others to mean anything."""

_FIRST_NAME_LENGTH_MIN = 3
"""Fewer letters of a first name ("A", "AL") are those of too many brothers and sisters."""

_LAST_NAME_LENGTH = LAST_NAME_LENGTH_MIN
"""Letters of the last name that a suggestion asks for (domain 4.1, A9)."""


Found = list[Comparison] | None
"""What a rule finds; None when more claims would have to be compared than `CANDIDATES_MAX`."""


def by_cut_number(paid: PaymentFacts, pool: CandidatePool) -> Found:
    """`truncated_control_number`: at least 15 characters, and the claim's number goes on."""
    if len(paid.number) < PCN_PREFIX_LENGTH:
        return []
    claims = pool.continuing(paid)
    if claims is None:
        return None
    compared = [Comparison(paid, facts) for facts in claims]
    return [
        each
        for each in compared
        if each.charge_agrees
        and not each.patient_differs
        and not each.may_be_relative
        and (each.dates_agree or (not each.dates_differ and each.patient_agrees))
    ]


def by_altered_number(paid: PaymentFacts, pool: CandidatePool) -> Found:
    """`altered_control_number`: one number contains the other (prefix, suffix, padding)."""
    if len(paid.number) < _NUMBER_LENGTH_MIN:
        return []
    keys = name_keys(paid.last_name) + member_keys(paid.members)
    claims = pool.of_charge_and_date_altered(paid, keys)
    if claims is None:
        return None
    compared = (
        Comparison(paid, facts)
        for facts in claims
        if len(facts.number) >= _NUMBER_LENGTH_MIN
        and (facts.number in paid.number or paid.number in facts.number)
    )
    return [
        each for each in compared if each.charge_agrees and each.dates_agree and each.patient_agrees
    ]


def by_member(paid: PaymentFacts, pool: CandidatePool) -> Found:
    """`same_member_name_date_and_charge`: no control number needed, but everything else.

    With a claim of the payment's charge stands every other of that patient and day of which the
    payment may be a part: without a number nothing tells which was answered.
    """
    if not paid.members:
        return []
    parts = [
        pool.of_charge_and_date(paid, member_keys(paid.members)),
        *(pool.of_member(paid, member) for member in paid.members),
    ]
    claims: dict[ClaimId, ClaimFacts] = {}
    for part in parts:
        if part is None:
            return None
        claims |= {facts.claim.claim_id: facts for facts in part}
    compared = (
        Comparison(paid, claims[claim_id])
        for claim_id in sorted(claims)
        if claims[claim_id].member and _same_initial(paid, claims[claim_id])
    )
    found = [
        each
        for each in compared
        if (each.charge_agrees or each.may_be_part)
        and each.dates_agree
        and each.member_agrees
        and each.last in {Verdict.EQUAL, Verdict.SIMILAR}
        and each.first is not Verdict.DIFFERENT
        and each.lines is not Verdict.DIFFERENT
    ]
    return found if any(each.charge_agrees for each in found) else []


def another_claim_of_the_day(each: Comparison) -> bool:
    """Whether line control numbers or the rendering provider speak for another claim like it.

    Without the claim's number nothing else would: the visits of one day may be all alike.
    """
    paid_by, billed_by = each.paid.payment.rendering_npi, each.billed.claim.rendering_npi
    return has_other_line_numbers(each) or bool(paid_by and billed_by and paid_by != billed_by)


def another_of_the_family(each: Comparison) -> bool:
    """Whether it may be another visit of the day, or another member of the family: so it may while
    the payment has no first name, or hardly any of it. Families share the member id."""
    return another_claim_of_the_day(each) or not _tells_first_name(each)


def _tells_first_name(each: Comparison) -> bool:
    if each.first is Verdict.EQUAL:
        return True
    ours, theirs = each.billed.first_name, each.paid.first_name
    return (
        each.first is Verdict.SIMILAR
        and min(len("".join(ours)), len("".join(theirs))) >= _FIRST_NAME_LENGTH_MIN
    )


def suggest_by_name(paid: PaymentFacts, pool: CandidatePool) -> Found:
    """`same_name_date_charge_and_provider`: never more than a suggestion."""
    last = "".join(paid.last_name)[:_LAST_NAME_LENGTH]
    initial = paid.first_name[0][:1] if paid.first_name else ""
    if not last or not initial:
        return []
    claims = pool.of_charge_and_date(paid, (last,))
    if claims is None:
        return None
    compared = (
        Comparison(paid, facts)
        for facts in claims
        if "".join(facts.last_name)[:_LAST_NAME_LENGTH] == last
        and facts.first_name
        and facts.first_name[0].startswith(initial)
    )
    return [
        each
        for each in compared
        if each.charge_agrees and each.dates_agree and _same_provider(each) and _shares_code(each)
    ]


def _same_initial(paid: PaymentFacts, facts: ClaimFacts) -> bool:
    """A cheap look before the whole comparison."""
    return bool(
        paid.last_name and facts.last_name and set(paid.last_name[0][:1]) & {
            word[:1] for word in facts.last_name
        }
    )  # fmt: skip


def _same_provider(each: Comparison) -> bool:
    payment, claim = each.paid.payment, each.billed.claim
    return bool(
        (payment.rendering_npi and payment.rendering_npi == claim.rendering_npi)
        or (payment.payee_npi and payment.payee_npi == claim.billing_npi)
        or (payment.payee_tin and payment.payee_tin == claim.billing_tin)
    )


def _shares_code(each: Comparison) -> bool:
    codes = each.billed.codes
    return any(form in codes for line in each.paid.payment.lines for form in code_forms(line))


WEAK_RULES = (
    ("truncated_control_number", by_cut_number),
    ("altered_control_number", by_altered_number),
)
"""In order of strength; the first that any claim reaches decides."""

MEMBER_RULES = (("same_member_name_date_and_charge", by_member),)
"""What comes after them, with nothing of a control number."""
