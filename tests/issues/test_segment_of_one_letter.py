"""A segment of a single letter inside a claim payment stopped the reading of the whole file."""

import pytest

from edi_engine.parsers import read_bytes

HEAD = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240115*1023*^*00501"
    "*000000001*0*T*:~GS*HP*S*R*20240115*1023*1*X*005010X221A1~ST*835*0001~"
    "BPR*I*80*C*ACH************20240115~TRN*1*T1*1999999999~"
)
TAIL = "SE*9*0001~GE*1*1~IEA*1*000000001~"


@pytest.mark.parametrize("letter", list("ABCDLMNPQRSTXZ"))
def test_a_segment_of_one_letter_is_kept_as_text(letter: str) -> None:
    claim = f"CLP*P1*1*100*80**12*C1~{letter}~CAS*CO*45*20~"
    read = read_bytes((HEAD + claim + TAIL).encode())
    (remittance_set,) = read.remittance_sets
    (payment,) = remittance_set.claim_payments
    assert letter in payment.extra_segments
    assert [item.amount_cents for item in payment.adjustments] == [2000]
