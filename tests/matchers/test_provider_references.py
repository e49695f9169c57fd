"""What references name, in every form payers write them; nothing that is not unique."""

import pytest

from edi_engine.matchers import ReferenceIndex, reference_keys
from tests.matchers.provider_making import adjustment, claim, payment, remittance

LONG = "TEST00012345678901234567890"

INDEX = ReferenceIndex(
    [
        payment(1),
        payment(2, claim=2, number="TEST0002", payer_number="ICN000002"),
        payment(3, claim=2, number="TEST0002", payer_number="ICN000099"),
        payment(4, claim=3, number="TEST0003", payer_number="SHARED01", payer="PAYERB"),
        payment(5, claim=4, number="TEST0004", payer_number="SHARED01"),
        payment(6, claim=None, number="STRAY001", payer_number="ICN777777"),
        payment(7, claim=5, number="TWICE001", payer_number="ICN000007"),
        payment(8, claim=6, number="TWICE001", payer_number="ICN000008"),
        payment(9, claim=7, number="OTHERS01", payer_number="ICN000009", payer="PAYERB"),
    ],
    [claim(8, "ONLYBILLED8"), claim(9, LONG), claim(10, "TEST-0010-A"), claim(1, "TEST0001")],
    [remittance(50, "0000123456"), remittance(51, "TRC-1"), remittance(52, "TRC-1")],
)

REFERENCES = [
    # reference, rule, claim, remittance
    ("ICN000001", "payer_claim_control_number", 1, 101),
    ("TEST0001", "patient_control_number", 1, 101),
    ("icn-000001", "payer_claim_control_number", 1, 101),
    ("000ICN000001", "payer_claim_control_number", 1, 101),
    ("TEST0001 20260302 XYZ", "patient_control_number", 1, 101),
    ("TEST000120260302ICN000001", "patient_control_number", 1, 101),
    ("TEST0001:ICN000001", "patient_control_number", 1, 101),
    ("OVERPAY/ICN000002", "payer_claim_control_number", 2, 102),
    ("OVP-ICN000002", "payer_claim_control_number", 2, 102),
    ("TEST0002", "patient_control_number", 2, 102),
    ("SHARED01", "payer_claim_control_number", 4, 105),
    ("TWICE001", "", None, None),
    ("ONLYBILLED8", "claim", 8, None),
    (LONG[:20], "cut_claim", 9, None),
    (LONG[:14], "", None, None),
    ("TEST0010A", "claim", 10, None),
    ("STRAY001", "patient_control_number", None, 106),
    ("OTHERS01", "patient_control_number", 7, 109),
    ("ABC-OTHERS01", "", None, None),
    ("123456", "trace_number", None, 50),
    ("0000123456", "trace_number", None, 50),
    ("TRC-1", "", None, None),
    ("OVP12345", "", None, None),
    ("UNKNOWN", "", None, None),
    ("", "", None, None),
    ("X" * 5000, "", None, None),
]


@pytest.mark.parametrize("case", REFERENCES, ids=[case[0][:30] for case in REFERENCES])
def test_a_reference_leads_to_what_it_alone_names(
    case: tuple[str, str, int | None, int | None],
) -> None:
    reference, rule, claim_id, remittance_id = case
    trace = INDEX.trace(adjustment(1, "WO", 1_00, reference))
    assert (trace.rule, trace.claim_id, trace.remittance_id) == (rule, claim_id, remittance_id)


def test_the_evidence_names_the_part_and_the_payment() -> None:
    trace = INDEX.trace(adjustment(1, "WO", 1_00, "OVERPAY/ICN000002"))
    assert (trace.text, trace.claim_payment_id) == ("ICN000002", 2)


def test_keys_are_those_of_the_whole_and_of_its_parts() -> None:
    assert reference_keys("TEST-1 ICN-22") == ("TEST1ICN22", "TEST1", "ICN22")
    assert reference_keys("ABC") == ()
