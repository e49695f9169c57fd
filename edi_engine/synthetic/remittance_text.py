"""835 sets as segments. Source: 005010X221A1. Shares nothing with the engine's own writer."""

from datetime import date

from edi_engine.synthetic.answers import AnswerLine, ClaimAnswer
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import CITY, POSTAL_CODE, STATE, Provider

__all__ = ["amount", "claim_segments", "head_segments", "provider_adjustment_segments"]

_PAIRS_IN_A_PLB = 6
_TRIPLETS_IN_A_CAS = 6


def amount(cents: int) -> str:
    """Cents as X12 writes dollars: no needless zeros, ".05" under a dollar, "-" in front."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    if not rest:
        return f"{sign}{dollars}"
    places = f"{rest:02d}".rstrip("0")
    return f"{sign}{dollars or ''}.{places}"


def head_segments(
    payer: PayerProfile, payee: Provider, *, payment_cents: int, trace: str, paid_on: date
) -> list[str]:
    """BPR to N1*PE and what belongs to them."""
    day = f"{paid_on:%Y%m%d}"
    if not payment_cents:
        payment = f"BPR*H*0*C*NON************{day}"
    elif payer.method == "ACH":
        payment = (
            f"BPR*I*{amount(payment_cents)}*C*ACH*CCP*01*999000013*DA*10001*{payer.originator_id}"
            f"**01*999000026*DA*20002*{day}"
        )
    else:
        payment = f"BPR*I*{amount(payment_cents)}*C*CHK************{day}"
    named = f"*XV*{payer.remit_id}" if payer.remit_id_form == "XV" else ""
    segments = [
        payment,
        f"TRN*1*{trace}*{payer.originator_id}",
        f"DTM*405*{day}",
        f"N1*PR*{payer.name}{named}",
        "N3*9 SAMPLE PLAZA",
        f"N4*{CITY}*{STATE}*{POSTAL_CODE}",
    ]
    if payer.remit_id_form == "2U":
        segments.append(f"REF*2U*{payer.remit_id}")
    segments += [
        "PER*CX*SAMPLE SERVICE*TE*8005550100",
        "PER*BL*SAMPLE TECHNICAL*TE*8005550101",
        f"N1*PE*{payee.name}*XX*{payee.npi}",
        f"REF*TJ*{payee.tin}",
        "LX*1",
    ]
    return segments


def claim_segments(answer: ClaimAnswer) -> list[str]:
    """CLP and everything below it."""
    patient_share = "" if answer.patient_cents in (None, 0) else amount(answer.patient_cents or 0)
    drg = f"**{answer.drg}*{answer.drg_weight}" if answer.drg else ""
    claim = (
        f"CLP*{answer.control_number}*{answer.status}*{amount(answer.charge_cents)}"
        f"*{amount(answer.paid_cents)}*{patient_share}*{answer.payer.remit_filing_indicator}"
        f"*{answer.payer_control_number}*{answer.facility}*{answer.frequency}{drg}"
    )
    segments = [claim, *_adjustment_segments(answer.adjustments)]
    segments += _name_segments(answer)
    if answer.inpatient:
        segments.append("MIA*0")
    if answer.original_reference:
        segments.append(f"REF*F8*{answer.original_reference}")
    if answer.contract_class:
        segments.append(f"REF*CE*{answer.contract_class}")
    if answer.repriced_number:
        segments.append(f"REF*9A*{answer.repriced_number}")
    if answer.span is not None:
        first_on, last_on = answer.span
        segments += [f"DTM*232*{first_on:%Y%m%d}", f"DTM*233*{last_on:%Y%m%d}"]
    if answer.received_on is not None:
        segments.append(f"DTM*050*{answer.received_on:%Y%m%d}")
    if answer.covered_cents:
        segments.append(f"AMT*AU*{amount(answer.covered_cents)}")
    if answer.interest_cents:
        segments.append(f"AMT*I*{amount(answer.interest_cents)}")
    for line in answer.lines:
        segments += _line_segments(line)
    return segments


def _name_segments(answer: ClaimAnswer) -> list[str]:
    person = answer.patient.person
    first, middle = person.first_name, person.middle_name
    if answer.payer.joins_middle_name and middle:
        first, middle = f"{first} {middle}", ""
    segments = [f"NM1*QC*1*{person.last_name}*{first}*{middle}***MI*{answer.member_id}"]
    if answer.patient.relationship != "18":
        insured = answer.patient.subscriber
        segments.append(
            f"NM1*IL*1*{insured.last_name}*{insured.first_name}*{insured.middle_name}"
            f"***MI*{answer.member_id}"
        )
    if answer.corrected_name:
        segments.append(f"NM1*74*1*{answer.corrected_name}*{person.first_name}")
    if answer.rendering is not None:
        doctor = answer.rendering
        segments.append(f"NM1*82*1*{doctor.name}*{doctor.first_name}****XX*{doctor.npi}")
    if answer.forwarded_to is not None:
        other = answer.forwarded_to
        segments.append(f"NM1*TT*2*{other.name}*****PI*{other.payer_id}")
    return segments


def _adjustment_segments(adjustments: tuple[tuple[str, str, int], ...]) -> list[str]:
    """One CAS a group, up to six triplets each, groups in order of first use."""
    by_group: dict[str, list[str]] = {}
    for group, reason, cents in adjustments:
        by_group.setdefault(group, []).append(f"{reason}*{amount(cents)}")
    segments = []
    for group, triplets in by_group.items():
        for start in range(0, len(triplets), _TRIPLETS_IN_A_CAS):
            joined = "**".join(triplets[start : start + _TRIPLETS_IN_A_CAS])
            segments.append(f"CAS*{group}*{joined}")
    return segments


def _line_segments(line: AnswerLine) -> list[str]:
    elements = [
        "SVC",
        ":".join((line.qualifier, line.code, *line.modifiers)),
        amount(line.charge_cents),
        amount(line.paid_cents),
        line.revenue_code,
        "" if line.paid_units is None else str(line.paid_units),
    ]
    if line.submitted is not None or line.submitted_units is not None:
        submitted = ""
        if line.submitted is not None:
            qualifier, code, modifiers = line.submitted
            submitted = ":".join((qualifier, code, *modifiers))
        elements.append(submitted)
        elements.append("" if line.submitted_units is None else str(line.submitted_units))
    segments = ["*".join(elements).rstrip("*")]
    if line.served_on is not None:
        segments.append(f"DTM*472*{line.served_on:%Y%m%d}")
    segments += _adjustment_segments(line.adjustments)
    if line.control_number:
        segments.append(f"REF*6R*{line.control_number}")
    if line.allowed_cents is not None:
        segments.append(f"AMT*B6*{amount(line.allowed_cents)}")
    segments += [f"LQ*HE*{remark}" for remark in line.remarks]
    return segments


def provider_adjustment_segments(
    payee_npi: str, pairs: list[tuple[str, str, int]], *, paid_on: date
) -> list[str]:
    """PLB segments for (reason, reference, cents) pairs in order, six to a segment."""
    year_end = f"{paid_on.year}1231"
    segments = []
    for start in range(0, len(pairs), _PAIRS_IN_A_PLB):
        shown = "*".join(
            f"{reason}:{reference}*{amount(cents)}" if reference else f"{reason}*{amount(cents)}"
            for reason, reference, cents in pairs[start : start + _PAIRS_IN_A_PLB]
        )
        segments.append(f"PLB*{payee_npi}*{year_end}*{shown}")
    return segments
