"""Facts of an invented claim, for letters of every kind."""

from edi_engine.records.letters import (
    EarlierAppeal,
    Exhibit,
    LetterFacts,
    LetterKind,
    LetterLine,
    LetterPayment,
    LetterReason,
    LetterStep,
)

__all__ = ["facts_for"]

_REASONS = {
    LetterKind.MEDICAL_NECESSITY: ("CO-50", "Not deemed necessary by the payer", ("N115",)),
    LetterKind.AUTHORIZATION: ("CO-197", "Authorization or notification absent", ()),
    LetterKind.TIMELY_FILING: ("CO-29", "Filed too late", ()),
    LetterKind.BUNDLING: ("CO-97", "Included in another service", ("M15",)),
    LetterKind.DUPLICATE: ("OA-18", "Exact duplicate", ()),
    LetterKind.DENIAL: ("CO-16", "Information missing or wrong", ("N290", "MA130")),
    LetterKind.SECOND_LEVEL: ("CO-50", "Not deemed necessary by the payer", ()),
}


def facts_for(kind: LetterKind, **changes: object) -> LetterFacts:
    """What a letter of this kind may say; `changes` in place of some of it."""
    short = kind is LetterKind.UNDERPAYMENT
    reason = _REASONS.get(kind)
    values: dict[str, object] = {
        "written_on": "March 21, 2026",
        "practice_name": "TEST CLINIC",
        "practice_address": ("1 TEST STREET", "TESTVILLE, OH 43000-1234"),
        "practice_phone": "(800) 555-0100",
        "practice_npi": "1999999984",
        "practice_tin": "990000001",
        "payer_name": "TEST PAYER A",
        "payer_address": ("PO BOX 3", "TESTVILLE, OH 43000"),
        "patient_name": "ALFA TESTPATIENT",
        "patient_born_on": "January 2, 1970",
        "subscriber_name": "BRAVO TESTPATIENT",
        "member_id": "MEM0001",
        "group_number": "GRP100",
        "patient_control_number": "TEST-1",
        "payer_claim_control_number": "ICN1",
        "served": "March 2, 2026",
        "sent_on": "March 4, 2026",
        "days_from_service_to_sending": "2",
        "interchange_control_number": "000000167",
        "prior_authorization": "AUTH-7",
        "diagnoses": ("J069", "E119"),
        "charge": "$1,350.00",
        "expected": "$1,080.00",
        "allowed": "$950.00" if short else "$80.00",
        "paid": "$900.00" if short else "$80.00",
        "short": "$130.00" if short else "$1,000.00",
        "disputed": "$130.00" if short else "$1,000.00",
        "level": "2" if kind is LetterKind.SECOND_LEVEL else "1",
        "level_name": "second level" if kind is LetterKind.SECOND_LEVEL else "first level",
        "contract": "contract test-plan 2026",
        "lines": (
            LetterLine(
                "1", "99214:25", "1", "03/02/2026", "$150.00", "$80.00", "$80.00", "$80.00",
                "", "", False, False,
            ),
            LetterLine(
                "2", "27447:RT", "1", "03/02/2026", "$1,200.00", "$1,000.00",
                "$870.00" if short else "$0.00", "$820.00" if short else "$0.00",
                "" if short else "$1,200.00", "$130.00" if short else "$1,000.00",
                not short, True,
            ),
        ),
        "reasons": (LetterReason("line 2", *reason),) if reason else (),
        "steps": (
            LetterStep("line 1", "80 % of the schedule", "$80.00", "section 4.1"),
            LetterStep("line 2", "case rate", "$1,000.00", "section 4.3 (b)"),
        ),
        "payments": (
            LetterPayment("March 20, 2026", "TRACE168", "ICN1", "$80.00", False),
            *(
                (LetterPayment("March 27, 2026", "TRACE170", "ICN1", "-$80.00", True),)
                if kind is LetterKind.TAKEBACK
                else ()
            ),
        ),
        "earlier": (
            (
                EarlierAppeal(
                    "1", "first level", "March 25, 2026", "portal", "T-9", "upheld",
                    "April 8, 2026", "",
                ),
            )
            if kind is LetterKind.SECOND_LEVEL
            else ()
        ),
        "exhibits": (
            Exhibit("A", "The claim as sent on March 4, 2026"),
            Exhibit("B", "Remittance of March 20, 2026, trace number TRACE168"),
            Exhibit("C", "Medical records of the date of service", True),
        ),
    }  # fmt: skip
    return LetterFacts(**{**values, **changes})  # type: ignore[arg-type]
