"""One claim payment compared with one claim, field by field.

Each function answers with a `Verdict`: EQUAL, SIMILAR (agree after allowing for what payers are
known to do), DIFFERENT, or MISSING when one side has no value. What follows from the verdicts is
the ladder's business. Source: domain 4.1.
"""

from collections import Counter
from datetime import date

from edi_engine.dates import ranges_overlap
from edi_engine.matchers.candidates import LINE_CONTROL_NUMBER_LENGTH_MIN
from edi_engine.matchers.facts import (
    LAST_NAME_LENGTH_MIN,
    MEMBER_TAIL_MAX,
    ClaimFacts,
    PaymentFacts,
    answers_by_revenue_code,
    code_forms,
)
from edi_engine.money import format_cents
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import BilledClaim, PaidClaim, PaidLine
from edi_engine.records.reconciliation import MatchEvidence, Verdict

__all__ = [
    "Comparison",
    "compare_fields",
    "evidence_of",
    "has_other_line_numbers",
    "has_own_line_numbers",
]

_MEMBER_LENGTH_MIN = 5
"""Shorter member ids agree only when they are the same: a cut "123" would agree with too many."""


class Comparison:
    """Verdicts of one pair, each worked out when it is first asked for."""

    __slots__ = ("_lines", "billed", "charge", "dates", "first", "last", "member", "paid")

    def __init__(self, paid: PaymentFacts, billed: ClaimFacts) -> None:
        self.paid = paid
        self.billed = billed
        self.charge = _charges(paid, billed)
        self.dates = _dates(paid, billed)
        self.last = _last_names(paid.last_name, billed.last_name)
        self.first = _first_names(paid.first_name, billed.first_name)
        self.member = _members(paid.members, billed.member)
        self._lines: Verdict | None = None

    @property
    def lines(self) -> Verdict:
        """Whether the payment's lines are the claim's.

        EQUAL: the same codes and charges. SIMILAR: all charged lines of the payment are among
        the claim's, or every line returns its control number. MISSING: one side has no lines.
        DIFFERENT: anything else, also a payment with more charged lines than the claim: of two
        claims of one day it may answer the other.
        """
        if self._lines is None:
            self._lines = _lines(self.paid, self.billed)
        return self._lines

    @property
    def charge_agrees(self) -> bool:
        return self.charge is Verdict.EQUAL or self.charge is Verdict.SIMILAR

    @property
    def dates_agree(self) -> bool:
        return self.dates is Verdict.EQUAL or self.dates is Verdict.SIMILAR

    @property
    def dates_differ(self) -> bool:
        return self.dates is Verdict.DIFFERENT

    @property
    def lines_agree(self) -> bool:
        return self.lines is Verdict.EQUAL or self.lines is Verdict.SIMILAR

    @property
    def member_agrees(self) -> bool:
        return self.member is Verdict.EQUAL or self.member is Verdict.SIMILAR

    @property
    def name_agrees(self) -> bool:
        """Last name agrees and first name agrees or is missing."""
        return self.last in {Verdict.EQUAL, Verdict.SIMILAR} and self.first is not Verdict.DIFFERENT

    @property
    def patient_agrees(self) -> bool:
        """The name agrees, or the member does and the first name does not speak against it."""
        return self.name_agrees or (self.member_agrees and self.first is not Verdict.DIFFERENT)

    @property
    def patient_differs(self) -> bool:
        """Another last name, or another first name, and no member id that agrees."""
        return (
            self.last is Verdict.DIFFERENT or self.first is Verdict.DIFFERENT
        ) and not self.member_agrees

    @property
    def may_be_part(self) -> bool:
        """Whether the payment may be one part of the claim's answer: all its lines are among the
        claim's, and it is charged less."""
        return (
            self.lines is Verdict.SIMILAR
            and 0 < self.paid.charge_cents < self.billed.claim.charge_cents
        )

    @property
    def may_be_relative(self) -> bool:
        """Whether it may be another member of the family: another first name, whatever the member
        id says, which families share."""
        return self.first is Verdict.DIFFERENT

    @property
    def is_another_person(self) -> bool:
        """Nothing about the patient agrees and something known differs in two ways."""
        if self.member_agrees:
            return False
        if self.last is Verdict.DIFFERENT:
            return self.first is not Verdict.EQUAL
        return self.first is Verdict.DIFFERENT and self.member is Verdict.DIFFERENT


def has_other_line_numbers(each: Comparison) -> bool:
    """Whether the payment returns line control numbers, no mere positions, and none is the
    claim's: then it answers another claim of the day."""
    returned = {
        key for key, _ in each.paid.control_numbers if len(key) >= LINE_CONTROL_NUMBER_LENGTH_MIN
    }
    known = each.billed.control_numbers
    return bool(returned and known) and not any(key in known for key in returned)


def has_own_line_numbers(each: Comparison) -> bool:
    """Whether the payment returns line control numbers, no mere positions, and all are the
    claim's."""
    returned = [key for key, _ in each.paid.control_numbers]
    known = each.billed.control_numbers
    return bool(returned) and all(
        len(key) >= LINE_CONTROL_NUMBER_LENGTH_MIN and key in known for key in returned
    )


def _charges(paid: PaymentFacts, billed: ClaimFacts) -> Verdict:
    """EQUAL to the claim's charge; SIMILAR to the sum of its lines where CLM02 says otherwise."""
    claim_cents = billed.claim.charge_cents
    if claim_cents in (paid.charge_cents, paid.group_charge_cents):
        return Verdict.EQUAL
    if billed.claim.lines and billed.lines_charge_cents in (
        paid.charge_cents,
        paid.group_charge_cents,
    ):
        return Verdict.SIMILAR
    return Verdict.DIFFERENT


def _dates(paid: PaymentFacts, billed: ClaimFacts) -> Verdict:
    payment, claim = paid.payment, billed.claim
    if payment.service_from is None or claim.service_from is None:
        return Verdict.MISSING
    if payment.service_from == claim.service_from and (
        payment.service_to in (None, claim.service_to)
        or claim.service_to in (None, claim.service_from, payment.service_to)
    ):
        return Verdict.EQUAL
    overlap = ranges_overlap(
        payment.service_from, payment.service_to, claim.service_from, claim.service_to
    )
    return Verdict.SIMILAR if overlap else Verdict.DIFFERENT


def _last_names(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Verdict:
    if not ours or not theirs:
        return Verdict.MISSING
    if ours == theirs:
        return Verdict.EQUAL
    one, other = "".join(ours), "".join(theirs)
    if one == other:
        return Verdict.SIMILAR
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= LAST_NAME_LENGTH_MIN and longer.startswith(shorter):
        return Verdict.SIMILAR
    shared = set(ours) & set(theirs)
    return Verdict.SIMILAR if any(len(word) > 2 for word in shared) else Verdict.DIFFERENT


def _first_names(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Verdict:
    if not ours or not theirs:
        return Verdict.MISSING
    if ours == theirs:
        return Verdict.EQUAL
    if ours[0].startswith(theirs[0]) or theirs[0].startswith(ours[0]):
        return Verdict.SIMILAR
    return Verdict.SIMILAR if "".join(ours) == "".join(theirs) else Verdict.DIFFERENT


def _members(paid: tuple[str, ...], billed: str) -> Verdict:
    if not paid or not billed:
        return Verdict.MISSING
    if billed in paid:
        return Verdict.EQUAL
    for member in paid:
        shorter, longer = sorted((member, billed), key=len)
        if (
            len(shorter) >= _MEMBER_LENGTH_MIN
            and len(longer) - len(shorter) <= MEMBER_TAIL_MAX
            and longer.startswith(shorter)
        ):
            return Verdict.SIMILAR
    return Verdict.DIFFERENT


def _lines(paid: PaymentFacts, billed: ClaimFacts) -> Verdict:
    if not paid.payment.lines or not billed.claim.lines:
        return Verdict.MISSING
    billed_counts = billed.line_counts
    codes = billed.codes
    counts: Counter[tuple[str, int]] = Counter()
    for line in paid.payment.lines:
        code = (line.submitted_procedure or line.procedure).code
        if code not in codes:
            forms = code_forms(line) or (line.revenue_code,)
            code = next((form for form in (*forms, line.revenue_code) if form in codes), forms[0])
            if code not in codes:
                code = _code_by_revenue(line, billed, counts) or code
        counts[(code, abs(line.charge_cents))] += 1
    if counts == billed_counts:
        return Verdict.EQUAL
    ours, theirs = _charged(billed_counts), _charged(counts)
    if theirs and theirs <= ours:
        return Verdict.SIMILAR
    if _same_line_numbers(paid, billed):
        return Verdict.SIMILAR
    return Verdict.DIFFERENT


def _code_by_revenue(line: PaidLine, billed: ClaimFacts, counts: "Counter[tuple[str, int]]") -> str:
    """The code of a billed line, not yet counted, that the payer answers by its revenue code."""
    for ours in billed.claim.lines:
        key = (ours.procedure_code.upper() or ours.revenue_code, abs(line.charge_cents))
        is_same = ours.charge_cents == key[1] and answers_by_revenue_code(line, ours)
        if is_same and counts[key] < billed.line_counts[key]:
            return key[0]
    return ""


def _charged(counts: "Counter[tuple[str, int]]") -> "Counter[tuple[str, int]]":
    """Only lines with a charge: payers drop and add lines without one."""
    return Counter({key: count for key, count in counts.items() if key[1]})


def _same_line_numbers(paid: PaymentFacts, billed: ClaimFacts) -> bool:
    """Whether every line payment returns a line control number of the claim with its code."""
    numbers = billed.control_numbers
    for line in paid.payment.lines:
        found = numbers.get(control_number_key(line.line_item_control_number))
        if found is None:
            return False
        is_code = found.procedure_code.upper() in code_forms(line)
        if not is_code and not answers_by_revenue_code(line, found):
            return False
    return bool(numbers)


def evidence_of(comparison: Comparison) -> tuple[MatchEvidence, ...]:
    """The fields compared, both values as a person reads them, in a fixed order."""
    paid, billed = comparison.paid, comparison.billed
    payment, claim = paid.payment, billed.claim
    if not paid.number or not billed.number:
        number = Verdict.MISSING
    elif paid.number_text == billed.number_text:
        number = Verdict.EQUAL
    else:
        number = Verdict.SIMILAR if paid.number == billed.number else Verdict.DIFFERENT
    paid_charge = format_cents(payment.charge_cents)
    if paid.group_charge_cents != paid.charge_cents:
        paid_charge += f" of {format_cents(paid.group_charge_cents)}"
    payer = Verdict.MISSING
    if paid.payer and billed.payer:
        payer = Verdict.EQUAL if paid.payer == billed.payer else Verdict.DIFFERENT
    evidence = [
        MatchEvidence(
            "patient_control_number",
            claim.patient_control_number,
            payment.patient_control_number,
            number,
        ),
        MatchEvidence("charge", format_cents(claim.charge_cents), paid_charge, comparison.charge),
        MatchEvidence(
            "service_dates",
            _days(claim.service_from, claim.service_to),
            _days(payment.service_from, payment.service_to),
            comparison.dates,
        ),
        MatchEvidence(
            "patient_last_name",
            claim.patient_last_name,
            payment.patient_last_name,
            comparison.last,
        ),
        MatchEvidence(
            "patient_first_name",
            claim.patient_first_name,
            payment.patient_first_name,
            comparison.first,
        ),
        MatchEvidence(
            "member_id", claim.subscriber_id, ", ".join(payment.member_ids), comparison.member
        ),
        MatchEvidence("payer_id", claim.payer_id, payment.payer_id, payer),
    ]
    return tuple(evidence)


def compare_fields(payment: PaidClaim, claim: BilledClaim) -> tuple[MatchEvidence, ...]:
    """The fields of a claim payment beside those of any claim, whatever ties them."""
    return evidence_of(Comparison(PaymentFacts(payment), ClaimFacts(claim)))


def _days(first_on: date | None, last_on: date | None) -> str:
    if first_on is None:
        return ""
    if last_on is None or last_on == first_on:
        return first_on.isoformat()
    return f"{first_on.isoformat()} to {last_on.isoformat()}"
