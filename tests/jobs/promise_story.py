"""A refused claim of 100.00 and what a payer does after it promised to pay: files for tests."""

from datetime import date
from pathlib import Path

from tests.jobs.appeal_story import database, deny
from tests.jobs.conclusions import conclude, take

__all__ = ["ITEM", "answered", "conclude", "database", "deny", "take"]

ITEM = 1

_HEAD = """\
BPR*I*{cash}*C*ACH*CTX*01*999999999*DA*1*1512345678**01*999999999*DA*2*{day}~
TRN*1*TRACE{number}*1512345678~
DTM*405*{day}~
N1*PR*TEST PAYER A*XV*TESTPAYERA~
N3*3 PAYER ROAD~
N4*TESTVILLE*OH*43000~
PER*BL*TEST DESK*TE*8005550100~
N1*PE*TEST CLINIC*XX*1999999984~
REF*TJ*990000001~
LX*1~
"""

_CLAIM = """\
CLP*TEST-G27*{status}*{sign}100*{paid}**12*{icn}*11*1~
NM1*QC*1*TESTPATIENT*ALFA****MI*MEM0001~
SVC*HC:99213*{sign}100*{paid}**1~
DTM*472*20260302~
CAS*{group}*{reason}*{rest}~
REF*6R*LN1~
"""


def answered(
    folder: Path, number: int, on: date, *, before: int, now: int, code: str = "CO-50"
) -> Path:
    """A remittance dated that day that undoes an answer which paid `before` dollars of the 100.00
    and pays `now` dollars; the rest is adjusted under the code (of before, as refused)."""
    group, _, reason = code.partition("-")
    day = f"{on:%Y%m%d}"
    undone = _CLAIM.format(
        status=22, sign="-", paid=-before, icn=f"ICN{number}", group="CO", reason=50,
        rest=before - 100,
    )  # fmt: skip
    paid = _CLAIM.format(
        status=1, sign="", paid=now, icn=f"ICN{number}B", group=group, reason=reason,
        rest=100 - now,
    )  # fmt: skip
    cash = now - before
    body = _HEAD.format(cash=max(cash, 0), day=day, number=number) + undone + paid
    if cash < 0:
        body += f"PLB*1999999984*20261231*FB:F{number}*{cash}~\n"
    text = (
        "ISA*00*          *00*          *ZZ*TESTPAYER      *ZZ*TESTCLINIC     "
        f"*{on:%y%m%d}*0900*^*00501*{number:09}*0*T*:~\n"
        f"GS*HP*TESTPAYER*TESTCLINIC*{day}*0900*{number}*X*005010X221A1~\n"
        f"ST*835*0001~\n{body}SE*{body.count('~') + 2}*0001~\nGE*1*{number}~\nIEA*1*{number:09}~\n"
    )
    path = folder / f"answer-{number}.edi"
    path.write_text(text)
    return path
