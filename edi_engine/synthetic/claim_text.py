"""837 sets as segments. Sources: 005010X222A1 (P), 005010X223A2 (I), 005010X224A2 (D)."""

from edi_engine.synthetic.bills import Bill, BillLine, Patient, PriorAnswer
from edi_engine.synthetic.payers import PayerProfile
from edi_engine.synthetic.people import CITY, POSTAL_CODE, STATE, Person
from edi_engine.synthetic.remittance_text import amount

__all__ = ["IMPLEMENTATIONS", "claim_set_body"]

IMPLEMENTATIONS = {"P": "005010X222A1", "I": "005010X223A2", "D": "005010X224A2"}

_MIDNIGHT = "0000"


def claim_set_body(bills: list[Bill], *, reference: str) -> list[str]:
    """The body of a set that holds these bills of one kind, in order.

    Bills in a row for the same patient and coverage share their levels.
    """
    first = bills[0]
    billing = first.billing
    segments = [
        f"BHT*0019*00*{reference}*{first.sent_on:%Y%m%d}*0815*CH",
        f"NM1*41*2*{billing.name}*****46*SAMPLESUB1",
        "PER*IC*SAMPLE DESK*TE*8005550102",
        "NM1*40*2*SAMPLE CLEARINGHOUSE*****46*SAMPLEREC1",
        "HL*1**20*1",
        f"PRV*BI*PXC*{billing.taxonomy}",
        f"NM1*85*2*{billing.name}*****XX*{billing.npi}",
        *_address(billing.street),
        f"REF*EI*{billing.tin}",
    ]
    level = 1
    previous: Bill | None = None
    for bill in bills:
        if previous is None or not _shares_levels(previous, bill):
            level = _append_levels(segments, bill, level)
        _append_claim(segments, bill)
        previous = bill
    return segments


def _shares_levels(previous: Bill, bill: Bill) -> bool:
    return (
        previous.patient is bill.patient
        and previous.payer is bill.payer
        and previous.sequence == bill.sequence
    )


def _address(street: str) -> tuple[str, str]:
    return f"N3*{street}", f"N4*{CITY}*{STATE}*{POSTAL_CODE}"


def _append_levels(segments: list[str], bill: Bill, level: int) -> int:
    """Subscriber level, and patient level when the patient is someone else; the last level's
    number."""
    patient = bill.patient
    own = patient.relationship == "18"
    sequence = "P" if bill.sequence == 1 else "S"
    group = patient.group_number if bill.sequence == 1 else ""
    medicare_second = "47" if bill.sequence == 2 and bill.payer.filing_indicator == "MB" else ""
    insured = patient.subscriber
    segments.append(f"HL*{level + 1}*1*22*{0 if own else 1}")
    segments.append(
        f"SBR*{sequence}*{'18' if own else ''}*{group}**{medicare_second}"
        f"****{bill.payer.filing_indicator}"
    )
    segments.append(_person("IL", insured, bill.member_id))
    if own:
        segments += _address(insured.street)
        segments.append(_birth(insured))
    segments.append(f"NM1*PR*2*{bill.payer.name}*****PI*{bill.payer.payer_id}")
    if own:
        return level + 1
    segments += [
        f"HL*{level + 2}*{level + 1}*23*0",
        f"PAT*{patient.relationship}",
        _person("QC", patient.person, ""),
        *_address(patient.person.street),
        _birth(patient.person),
    ]
    return level + 2


def _person(entity: str, person: Person, member_id: str) -> str:
    name = f"NM1*{entity}*1*{person.last_name}*{person.first_name}*{person.middle_name}"
    if member_id:
        return f"{name}***MI*{member_id}"
    return name.rstrip("*")


def _birth(person: Person) -> str:
    return f"DMG*D8*{person.born_on:%Y%m%d}*{person.gender}"


def _append_claim(segments: list[str], bill: Bill) -> None:
    charge = amount(bill.charge_cents)
    if bill.kind == "I":
        segments.append(
            f"CLM*{bill.control_number}*{charge}***{bill.bill_type}:A:{bill.frequency}**A*Y*Y"
        )
        segments.append(f"DTP*434*RD8*{bill.first_on:%Y%m%d}-{bill.last_on:%Y%m%d}")
        if bill.drg:
            segments.append(f"DTP*435*DT*{bill.first_on:%Y%m%d}{_MIDNIGHT}")
            segments.append("CL1*2*1*01")
        else:
            segments.append("CL1*3**01")
    else:
        segments.append(
            f"CLM*{bill.control_number}*{charge}***{bill.place}:B:{bill.frequency}*Y*A*Y*Y"
        )
        if bill.kind == "D":
            segments.append(f"DTP*472*D8*{bill.first_on:%Y%m%d}")
    if bill.authorization:
        segments.append(f"REF*G1*{bill.authorization}")
    if bill.original_reference:
        segments.append(f"REF*F8*{bill.original_reference}")
    segments += _diagnoses(bill)
    doctor = bill.rendering
    if bill.kind == "I":
        segments.append(f"NM1*71*1*{doctor.name}*{doctor.first_name}****XX*{doctor.npi}")
    else:
        segments.append(f"NM1*82*1*{doctor.name}*{doctor.first_name}****XX*{doctor.npi}")
        segments.append(f"PRV*PE*PXC*{doctor.taxonomy}")
    if bill.prior is not None:
        segments += _prior_payer(bill, bill.prior)
    elif bill.patient.secondary_payer is not None:
        segments += _other_coverage(bill.patient, bill.patient.secondary_payer)
    for line in bill.lines:
        _append_line(segments, bill, line)


def _diagnoses(bill: Bill) -> list[str]:
    """HI segments: the principal, for a hospital stay the admitting, the others, the group."""
    principal, *others = bill.diagnoses
    if bill.kind != "I":
        codes = [f"ABK:{principal}", *(f"ABF:{code}" for code in others)]
        return [f"HI*{'*'.join(codes)}"]
    segments = [f"HI*ABK:{principal}"]
    if bill.drg:
        segments.append(f"HI*ABJ:{principal}")
        segments.append(f"HI*DR:{bill.drg}")
    if others:
        segments.append("HI*" + "*".join(f"ABF:{code}" for code in others))
    return segments


def _assignment(kind: str) -> str:
    return "OI***Y***Y" if kind == "I" else "OI***Y*P**Y"


def _other_coverage(patient: Patient, payer: PayerProfile) -> list[str]:
    """Loop 2320 of a primary claim: who else covers the patient, nothing decided yet."""
    insured = patient.subscriber
    relationship = patient.relationship
    return [
        f"SBR*S*{relationship}*******{payer.filing_indicator}",
        "OI***Y***Y",
        _person("IL", insured, patient.secondary_member_id),
        f"NM1*PR*2*{payer.name}*****PI*{payer.payer_id}",
    ]


def _prior_payer(bill: Bill, prior: PriorAnswer) -> list[str]:
    """Loop 2320 of a secondary claim: the primary payer and what it paid in all."""
    patient = bill.patient
    return [
        f"SBR*P*{patient.relationship}*{patient.group_number}******{prior.payer.filing_indicator}",
        f"AMT*D*{amount(prior.paid_cents)}",
        f"AMT*EAF*{amount(prior.patient_cents)}",
        _assignment(bill.kind),
        _person("IL", patient.subscriber, prior.member_id),
        f"NM1*PR*2*{prior.payer.name}*****PI*{prior.payer.payer_id}",
    ]


def _append_line(segments: list[str], bill: Bill, line: BillLine) -> None:
    segments.append(f"LX*{line.number}")
    service = ":".join((line.qualifier, line.code, *line.modifiers)) if line.code else ""
    charge = amount(line.charge_cents)
    if bill.kind == "P":
        segments.append(f"SV1*{service}*{charge}*{line.unit_code}*{line.units}***1")
    elif bill.kind == "I":
        segments.append(f"SV2*{line.revenue_code}*{service}*{charge}*{line.unit_code}*{line.units}")
    else:
        segments.append(f"SV3*{service}*{charge}**{line.cavity}**{line.units}")
        if line.tooth is not None:
            surfaces = f"*{':'.join(line.tooth.surfaces)}" if line.tooth.surfaces else ""
            segments.append(f"TOO*JP*{line.tooth.number}{surfaces}")
    if bill.kind != "D" and not bill.drg:
        segments.append(f"DTP*472*D8*{line.served_on:%Y%m%d}")
    if line.control_number:
        segments.append(f"REF*6R*{line.control_number}")
    if line.drug is not None:
        segments.append(f"LIN**N4*{line.drug.ndc}")
        segments.append(f"CTP****{line.drug.quantity}*{line.drug.unit}")
    if bill.prior is not None:
        segments += _prior_line(bill.prior, line, service)


def _prior_line(prior: PriorAnswer, line: BillLine, service: str) -> list[str]:
    """Loop 2430: the primary's payment and adjustments of the line."""
    decided = prior.lines[line.number - 1]
    by_group: dict[str, list[str]] = {}
    for group, reason, cents in decided.adjustments:
        by_group.setdefault(group, []).append(f"{reason}*{amount(cents)}")
    segments = [f"SVD*{prior.payer.payer_id}*{amount(decided.paid_cents)}*{service}**{line.units}"]
    segments += [f"CAS*{group}*{'**'.join(parts)}" for group, parts in by_group.items()]
    segments.append(f"DTP*573*D8*{prior.answered_on:%Y%m%d}")
    return segments
