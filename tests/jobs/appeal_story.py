"""A claim refused as not necessary, appealed, and paid after all: files for tests of appeals."""

from datetime import date
from pathlib import Path

import pytest

from edi_engine.store import Store, open_store
from tests.golden.stories import GOLDEN_ROOT
from tests.jobs.conclusions import conclude, take

__all__ = ["AFTER", "REFUSED_ON", "database", "deny", "overturn"]

STORY = GOLDEN_ROOT / "g27_status_4_with_a_reason"
REFUSED_ON = date(2026, 3, 20)
AFTER = date(2026, 4, 10)

_OVERTURNED = """\
BPR*I*{paid}*C*ACH*CTX*01*999999999*DA*1*1512345678**01*999999999*DA*2*20260410~
TRN*1*TRACE900*1512345678~
DTM*405*20260410~
N1*PR*TEST PAYER A*XV*TESTPAYERA~
N3*3 PAYER ROAD~
N4*TESTVILLE*OH*43000~
PER*BL*TEST DESK*TE*8005550100~
N1*PE*TEST CLINIC*XX*1999999984~
REF*TJ*990000001~
LX*1~
CLP*TEST-G27*22*-100*0**12*ICNG27*11*1~
NM1*QC*1*TESTPATIENT*ALFA****MI*MEM0001~
SVC*HC:99213*-100*0**1~
DTM*472*20260302~
CAS*CO*50*-100~
REF*6R*LN1~
CLP*TEST-G27*1*100*{paid}**12*ICNG27B*11*1~
NM1*QC*1*TESTPATIENT*ALFA****MI*MEM0001~
SVC*HC:99213*100*{paid}**1~
DTM*472*20260302~
CAS*CO*45*{rest}~
REF*6R*LN1~
AMT*B6*{paid}~
"""


def deny(store: Store) -> None:
    """The claim and its refusal, 100.00 at risk."""
    take(store, sorted(STORY.glob("*.edi")))
    conclude(store, as_of=REFUSED_ON)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The claim and its refusal, for copies of them."""
    path = tmp_path_factory.mktemp("refused") / "practice.db"
    with open_store(str(path)) as opened:
        deny(opened)
    return path


def overturn(store: Store, folder: Path, *, paid: int = 80) -> None:
    """The refusal is undone and the claim paid."""
    body = _OVERTURNED.format(paid=paid, rest=100 - paid)
    text = (
        "ISA*00*          *00*          *ZZ*TESTPAYER      *ZZ*TESTCLINIC     *260410*0900*^*00501"
        "*000000900*0*T*:~\nGS*HP*TESTPAYER*TESTCLINIC*20260410*0900*900*X*005010X221A1~\n"
        f"ST*835*0001~\n{body}SE*{body.count('~') + 2}*0001~\nGE*1*900~\nIEA*1*000000900~\n"
    )
    path = folder / "overturned.edi"
    path.write_text(text)
    take(store, [path])
    conclude(store, as_of=AFTER)
