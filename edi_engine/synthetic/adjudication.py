"""How a payer decides a line: from the amount it allows to every cent of the charge.

A decision is the truth: the amounts are what the payer meant, and the adjustments follow from
them. Nothing here knows how the answer is written down. Sign: adjustments as in the guide,
positive lowers the payment.
"""

import msgspec

from edi_engine.synthetic.bills import BillLine

__all__ = [
    "DENIALS",
    "DUPLICATE",
    "Decision",
    "Denial",
    "Share",
    "bundle_away",
    "capitate",
    "deny",
    "follow_primary",
    "pay_line",
    "state_by_variance",
    "take_in",
]

SEQUESTRATION_PERCENT = 2
TOLERANCE_CENTS = 100
TOLERANCE_PERCENT = 1


class Denial(msgspec.Struct, frozen=True, gc=False):
    """A way to refuse: group, reason and remark code, and our name for the kind of denial."""

    group: str
    reason: str
    remark: str
    category: str


DENIALS = (
    Denial("CO", "197", "", "authorization"),
    Denial("CO", "16", "N706", "missing_information"),
    Denial("CO", "29", "", "timely_filing"),
    Denial("CO", "50", "N115", "medical_necessity"),
    Denial("OA", "109", "", "other_payer"),
    Denial("PI", "22", "", "other_payer"),
    Denial("CO", "11", "", "coding"),
    Denial("CO", "4", "N519", "coding"),
    Denial("PR", "27", "", "eligibility"),
    Denial("PR", "96", "N130", "noncovered"),
    Denial("PR", "204", "", "noncovered"),
    Denial("CO", "B7", "", "provider_enrollment"),
    Denial("CO", "119", "", "benefit_maximum"),
    Denial("CO", "151", "", "level_of_service"),
    Denial("CO", "B15", "", "qualifying_service"),
    Denial("CO", "252", "", "missing_information"),
    Denial("CO", "16", "M51", "invalid_code"),
    Denial("CO", "97", "M15", "bundling"),
)
"""Stories that deny go through these in turn, so that a month shows each category."""

DUPLICATE = Denial("OA", "18", "", "duplicate")


class Share(msgspec.Struct, frozen=True, gc=False):
    """The patient's part of what is allowed: first the deductible, then the rest."""

    deductible_cents: int = 0
    coinsurance_percent: int = 0
    copay_cents: int = 0


class Decision(msgspec.Struct, frozen=True, gc=False):
    """One billed line as one payer decided it.

    charge = paid + contractual + patient + denied + other, always. `other_cents` holds what is
    neither contract nor refusal nor patient: sequestration, prior payers, bundling, capitation.
    `paid_units` is None when the payer keeps the units; `recoded_to` empty when it keeps the code.
    A capitated line is paid for every month: nothing is to be expected for it.
    """

    line: BillLine
    state: str
    allowed_cents: int
    paid_cents: int
    contractual_cents: int = 0
    patient_cents: int = 0
    denied_cents: int = 0
    other_cents: int = 0
    adjustments: tuple[tuple[str, str, int], ...] = ()
    denial_category: str = ""
    remarks: tuple[str, ...] = ()
    paid_units: int | None = None
    recoded_to: str = ""
    is_capitated: bool = False


def pay_line(
    line: BillLine, allowed_cents: int, *, share: Share, sequesters: bool, expected: int | None
) -> Decision:
    """Allow so much of a line, take the patient's share off it, pay the rest."""
    deductible = min(share.deductible_cents, allowed_cents)
    coinsurance = _percent(allowed_cents - deductible, share.coinsurance_percent)
    copay = min(share.copay_cents, allowed_cents - deductible - coinsurance)
    before = allowed_cents - deductible - coinsurance - copay
    sequestered = _percent(before, SEQUESTRATION_PERCENT) if sequesters else 0
    paid = before - sequestered
    contractual = line.charge_cents - allowed_cents
    patient = deductible + coinsurance + copay
    adjustments = (
        ("CO", "45", contractual),
        ("PR", "1", deductible),
        ("PR", "2", coinsurance),
        ("PR", "3", copay),
        ("CO", "253", sequestered),
    )
    if line.charge_cents == 0:
        state = "zero_charge"
    elif allowed_cents and patient == allowed_cents:
        state = "patient"
    else:
        state = state_by_variance(allowed_cents, expected)
    return Decision(
        line,
        state,
        allowed_cents,
        paid,
        contractual_cents=contractual,
        patient_cents=patient,
        other_cents=sequestered,
        adjustments=_without_zeros(adjustments),
    )


def state_by_variance(allowed_cents: int, expected: int | None) -> str:
    """Paid, underpaid or overpaid: more than a dollar and more than one percent off counts."""
    if expected is None:
        return "paid"
    variance = expected - allowed_cents
    tolerance = max(TOLERANCE_CENTS, expected * TOLERANCE_PERCENT // 100)
    if abs(variance) <= tolerance:
        return "paid"
    return "underpaid" if variance > 0 else "overpaid"


def deny(line: BillLine, denial: Denial) -> Decision:
    """Refuse the whole line. A refusal with group PR makes the patient liable."""
    charge = line.charge_cents
    if charge == 0:
        return Decision(line, "zero_charge", 0, 0)
    to_patient = denial.group == "PR"
    return Decision(
        line,
        "denied",
        0,
        0,
        patient_cents=charge if to_patient else 0,
        denied_cents=0 if to_patient else charge,
        adjustments=((denial.group, denial.reason, charge),),
        denial_category=denial.category,
        remarks=(denial.remark,) if denial.remark else (),
    )


def bundle_away(line: BillLine) -> Decision:
    """Include the line in another one: nothing allowed, nothing refused."""
    charge = line.charge_cents
    adjustments = (("CO", "97", charge),)
    return Decision(line, "bundled", 0, 0, other_cents=charge, adjustments=adjustments)


def take_in(decision: Decision, bundled: BillLine) -> Decision:
    """The line into which another was included: it takes in that charge and writes it off."""
    taken = bundled.charge_cents
    contractual = decision.contractual_cents + taken
    others = tuple(each for each in decision.adjustments if each[:2] != ("CO", "45"))
    return msgspec.structs.replace(
        decision,
        contractual_cents=contractual,
        other_cents=decision.other_cents - taken,
        adjustments=_without_zeros((("CO", "45", contractual), ("CO", "97", -taken), *others)),
    )


def capitate(line: BillLine) -> Decision:
    """Covered by the monthly capitation payment: nothing to pay, nothing wrong."""
    charge = line.charge_cents
    return Decision(
        line,
        "paid" if charge else "zero_charge",
        0,
        0,
        other_cents=charge,
        adjustments=_without_zeros((("CO", "24", charge),)),
        is_capitated=True,
    )


def follow_primary(primary: Decision, *, copay_cents: int, states_prior: bool) -> Decision:
    """A later payer takes over the patient's share the primary left, but for its own copay.

    `states_prior` False is the bad habit of reporting everything it does not pay as contractual.
    """
    charge = primary.line.charge_cents
    patient = min(copay_cents, primary.patient_cents)
    paid = primary.patient_cents - patient
    prior = charge - primary.patient_cents
    reason = ("OA", "23", prior) if states_prior else ("CO", "45", prior)
    state = "zero_charge" if charge == 0 else "patient" if patient and not paid else "paid"
    return Decision(
        primary.line,
        state,
        paid + patient,
        paid,
        contractual_cents=0 if states_prior else prior,
        patient_cents=patient,
        other_cents=prior if states_prior else 0,
        adjustments=_without_zeros((reason, ("PR", "3", patient))),
    )


def _percent(cents: int, percent: int) -> int:
    """So many percent, half a cent up."""
    return (cents * percent + 50) // 100


def _without_zeros(
    adjustments: tuple[tuple[str, str, int], ...],
) -> tuple[tuple[str, str, int], ...]:
    return tuple(adjustment for adjustment in adjustments if adjustment[2])
