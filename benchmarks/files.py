"""Large files of one plain kind, written as a stream: what the timings run on.

A seeded 837P and the 835 that answers it, as dense as real ones (about 2,000 claims and 48,000
segments a megabyte of 835). Every peer can read them, so no messes here: those are the business of
`edi_engine.synthetic`. Names are invented.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, TextIO

__all__ = ["BilledLine", "bill", "write_claims", "write_remittance"]

_FIRST_DAY = date(2026, 1, 5)
_PROCEDURES = ("99213", "99214", "93000", "80053", "36415", "71046")
_CLAIMS_PER_SET = 2000
_ISA = (
    "ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{receiver:<15}*260801*0600*^*00501"
    "*{number:09d}*0*P*:~GS*{code}*{sender}*{receiver}*20260801*0600*{number}*X*{guide}~"
)
_REMITTANCE_HEAD = (
    "ST*835*{ordinal:04d}~"
    "BPR*I*{paid}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20260801~"
    "TRN*1*TRACE{trace:08d}*1512345678~DTM*405*20260801~"
    "N1*PR*SAMPLE HEALTH PLAN*XV*99999~N3*1 TEST STREET~N4*TESTVILLE*OH*43000~"
    "PER*BL*SAMPLE DESK*TE*8005550100~"
    "N1*PE*SAMPLE CLINIC*XX*1999999976~REF*TJ*999999999~LX*1~"
)
_CLAIMS_HEAD = (
    "ST*837*{ordinal:04d}*005010X222A1~BHT*0019*00*B{trace:08d}*20260201*0600*CH~"
    "NM1*41*2*SAMPLE CLINIC*****46*SAMPLECLINIC~PER*IC*SAMPLE DESK*TE*8005550101~"
    "NM1*40*2*SAMPLE HEALTH PLAN*****46*SAMPLEPLAN~HL*1**20*1~"
    "NM1*85*2*SAMPLE CLINIC*****XX*1999999976~N3*2 TEST STREET~N4*TESTVILLE*OH*430000000~"
    "REF*EI*999999999~"
)


class BilledLine(NamedTuple):
    """A line as billed and as the payer answers it, in cents."""

    procedure: str
    served_on: date
    charge_cents: int
    contractual_cents: int
    patient_cents: int

    @property
    def paid_cents(self) -> int:
        """What is left of the charge."""
        return self.charge_cents - self.contractual_cents - self.patient_cents


def bill(number: int) -> list[BilledLine]:
    """The lines of claim `number`: always the same for the same number."""
    rng = random.Random(number)
    served_on = _FIRST_DAY + timedelta(days=number % 180)
    lines = []
    for procedure in rng.sample(_PROCEDURES, rng.choice((2, 3, 3, 4))):
        modifier = rng.choice(("", "", ":25", ":59"))
        charge_cents = rng.randrange(50_00, 400_00)
        lines.append(
            BilledLine(
                f"HC:{procedure}{modifier}",
                served_on,
                charge_cents,
                charge_cents * 3 // 10,
                rng.choice((0, 15_00, 25_00)),
            )
        )
    return lines


def write_remittance(path: Path, numbers: range, *, bytes_min: int = 2**63) -> None:
    """Write an 835 that pays the claims of `numbers`, or as many as make it `bytes_min` long.

    Sets of 2,000 claims each; every level balances.
    """
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(_ISA.format(
            sender="SAMPLEPLAN", receiver="SAMPLECLINIC", number=1, code="HP", guide="005010X221A1"
        ))  # fmt: skip
        ordinal = 0
        for first in range(numbers.start, numbers.stop, _CLAIMS_PER_SET):
            ordinal += 1
            some = range(first, min(first + _CLAIMS_PER_SET, numbers.stop))
            _write_set(file, ordinal, some, bytes_min - file.tell())
            if file.tell() >= bytes_min:
                break
        file.write(f"GE*{ordinal}*1~IEA*1*000000001~")


def _write_set(file: TextIO, ordinal: int, numbers: range, bytes_left: int) -> None:
    """One transaction set, cut short at the claim that uses up `bytes_left`."""
    claims: list[str] = []
    paid_cents = 0
    for number in numbers:
        text, cents = _claim_payment(number)
        claims.append(text)
        paid_cents += cents
        bytes_left -= len(text)
        if bytes_left <= 0:
            break
    head = _REMITTANCE_HEAD.format(ordinal=ordinal, trace=numbers.start, paid=_dollars(paid_cents))
    body = "".join(claims)
    segments_count = head.count("~") + body.count("~") + 1
    file.write(f"{head}{body}SE*{segments_count}*{ordinal:04d}~")


def _claim_payment(number: int) -> tuple[str, int]:
    lines = bill(number)
    charge = sum(line.charge_cents for line in lines)
    paid = sum(line.paid_cents for line in lines)
    patient = sum(line.patient_cents for line in lines)
    served_on = f"{lines[0].served_on:%Y%m%d}"
    head = (
        f"CLP*A{number:08d}*1*{_dollars(charge)}*{_dollars(paid)}*{_dollars(patient)}*12"
        f"*PC{number:010d}*11*1~"
        f"NM1*QC*1*TESTPATIENT*SAMPLE{number % 97}****MI*M{number:09d}~"
        f"NM1*82*1*SAMPLEDOC*ALEX****XX*1999999984~REF*EA*R{number}~"
        f"DTM*232*{served_on}~DTM*233*{served_on}~AMT*AU*{_dollars(charge)}~"
    )
    parts = [head]
    for ordinal, line in enumerate(lines, 1):
        parts.append(
            f"SVC*{line.procedure}*{_dollars(line.charge_cents)}*{_dollars(line.paid_cents)}**1~"
            f"DTM*472*{line.served_on:%Y%m%d}~CAS*CO*45*{_dollars(line.contractual_cents)}~"
        )
        if line.patient_cents:
            parts.append(f"CAS*PR*3*{_dollars(line.patient_cents)}~")
        allowed = line.charge_cents - line.contractual_cents
        parts.append(f"REF*6R*{number}-{ordinal}~AMT*B6*{_dollars(allowed)}~")
    return "".join(parts), paid


def write_claims(path: Path, numbers: range) -> None:
    """Write an 837P with the claims of `numbers`, sets of 2,000 claims each."""
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(_ISA.format(
            sender="SAMPLECLINIC", receiver="SAMPLEPLAN", number=1, code="HC", guide="005010X222A1"
        ))  # fmt: skip
        ordinal = 0
        for first in range(numbers.start, numbers.stop, _CLAIMS_PER_SET):
            ordinal += 1
            some = range(first, min(first + _CLAIMS_PER_SET, numbers.stop))
            head = _CLAIMS_HEAD.format(ordinal=ordinal, trace=first)
            body = "".join(_claims(some))
            segments_count = head.count("~") + body.count("~") + 1
            file.write(f"{head}{body}SE*{segments_count}*{ordinal:04d}~")
        file.write(f"GE*{ordinal}*1~IEA*1*000000001~")


def _claims(numbers: range) -> Iterator[str]:
    for level, number in enumerate(numbers, 2):
        lines = bill(number)
        charge = _dollars(sum(line.charge_cents for line in lines))
        yield (
            f"HL*{level}*1*22*0~SBR*P*18*******CI~"
            f"NM1*IL*1*TESTPATIENT*SAMPLE{number % 97}****MI*M{number:09d}~N3*3 TEST STREET~"
            f"N4*TESTVILLE*OH*43000~DMG*D8*19800101*U~"
            f"NM1*PR*2*SAMPLE HEALTH PLAN*****PI*99999~"
            f"CLM*A{number:08d}*{charge}***11:B:1*Y*A*Y*Y~HI*ABK:Z0000~"
            f"NM1*82*1*SAMPLEDOC*ALEX****XX*1999999984~"
        )
        for ordinal, line in enumerate(lines, 1):
            yield (
                f"LX*{ordinal}~SV1*{line.procedure}*{_dollars(line.charge_cents)}*UN*1***1~"
                f"DTP*472*D8*{line.served_on:%Y%m%d}~REF*6R*{number}-{ordinal}~"
            )


def _dollars(cents: int) -> str:
    """As X12 writes it: no trailing zeros, no point without places."""
    whole, places = divmod(cents, 100)
    return f"{whole}.{places:02d}".rstrip("0") if places else str(whole)
