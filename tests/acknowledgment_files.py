"""Small 837s and the files that answer them, for tests. Every name is invented."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

__all__ = [
    "Sent",
    "claims_file",
    "inquiry_answer",
    "remittance_file",
    "status_file",
    "syntax_file",
    "ta1_file",
]


class Sent(NamedTuple):
    """A claim as it is sent, and what its answers repeat."""

    number: str
    dollars: int = 100
    served_on: date = date(2026, 1, 3)
    patient: str = "TESTPATIENT"
    first: str = "ALPHA"
    member: str = "M0001"
    frequency: str = "1"
    original: str = ""
    payer: str = "99999"
    payer_name: str = "SAMPLE HEALTH PLAN"
    line: str = ""


def _isa(sender: str, receiver: str, on: date, number: int) -> str:
    parties = f"ZZ*{sender:<15}*ZZ*{receiver:<15}"
    return f"ISA*00*          *00*          *{parties}*{on:%y%m%d}*0600*^*00501*{number:09d}*0*P*:~"


def _file(isa: str, group: str, body: str, number: int, sets: int) -> str:
    return f"{isa}{group}{body}GE*{sets}*{number}~IEA*1*{number:09d}~"


def claims_file(
    sets: Sequence[Sequence[Sent]], *, on: date, number: int = 201, batch: str = "BATCH"
) -> str:
    """An interchange with one group and a set for each list of claims; GS06 is the same number,
    BHT03 is `batch` with the ordinal of the set."""
    body = "".join(
        _set(
            "837",
            ordinal,
            "005010X222A1",
            f"BHT*0019*00*{batch}{ordinal}*{on:%Y%m%d}*0600*CH~"
            "NM1*41*2*SAMPLE CLINIC*****46*SAMPLECLINIC~NM1*40*2*SAMPLE CLEARING*****46*CLEAR~"
            "HL*1**20*1~NM1*85*2*SAMPLE CLINIC*****XX*1999999976~"
            "N3*1 SAMPLE WAY~N4*TESTVILLE*FL*33111~REF*EI*990000001~"
            + "".join(_claim(one, index) for index, one in enumerate(claims, 2)),
        )
        for ordinal, claims in enumerate(sets, 1)
    )
    group = f"GS*HC*SAMPLECLINIC*CLEAR*{on:%Y%m%d}*0600*{number}*X*005010X222A1~"
    return _file(_isa("SAMPLECLINIC", "CLEAR", on, number), group, body, number, len(sets))


def _claim(one: Sent, level: int) -> str:
    original = f"REF*F8*{one.original}~" if one.original else ""
    return (
        f"HL*{level}*1*22*0~SBR*P*18*******CI~"
        f"NM1*IL*1*{one.patient}*{one.first}****MI*{one.member}~DMG*D8*19700101*F~"
        f"NM1*PR*2*{one.payer_name}*****PI*{one.payer}~"
        f"CLM*{one.number}*{one.dollars}***11:B:{one.frequency}*Y*A*Y*Y~{original}"
        f"HI*ABK:J069~LX*1~SV1*HC:99213*{one.dollars}*UN*1***1~"
        f"DTP*472*D8*{one.served_on:%Y%m%d}~REF*6R*{one.line or one.number + 'L'}~"
    )


def _set(set_type: str, ordinal: int, implementation: str, body: str) -> str:
    end = f"SE*{body.count('~') + 2}*{ordinal:04d}~"
    return f"ST*{set_type}*{ordinal:04d}*{implementation}~{body}{end}"


def ta1_file(answered: int, code: str, *, on: date, note: str = "000", number: int = 301) -> str:
    """A TA1 for an interchange that was sent the day it came."""
    isa = _isa("CLEAR", "SAMPLECLINIC", on, number)
    return f"{isa}TA1*{answered:09d}*{on:%y%m%d}*0600*{code}*{note}~IEA*0*{number:09d}~"


def syntax_file(
    answered: int, verdicts: Sequence[str], group: str, *, on: date, number: int = 301
) -> str:
    """A 999: `verdicts` are codes of the sets by ordinal, each with what stands before its IK5
    ("R" or "R IK3*CLM*22**8~IK4*1*1028*1~"); `group` is AK901."""
    body = f"AK1*HC*{answered}*005010X222A1~"
    for ordinal, verdict in enumerate(verdicts, 1):
        code, _, faults = verdict.partition(" ")
        body += f"AK2*837*{ordinal:04d}*005010X222A1~{faults}IK5*{code}~"
    count = max(len(verdicts), 1)
    accepted = sum(one[0] in "AE" for one in verdicts)
    body += f"AK9*{group}*{count}*{count}*{accepted}~"
    start = f"GS*FA*CLEAR*SAMPLECLINIC*{on:%Y%m%d}*0600*{number}*X*005010X231A1~"
    return _file(
        _isa("CLEAR", "SAMPLECLINIC", on, number),
        start,
        _set("999", 1, "005010X231A1", body),
        number,
        1,
    )


def status_file(
    answers: Sequence[tuple[Sent, str]],
    *,
    on: date,
    payer: bool = False,
    number: int = 401,
    batch: str = "BATCH1",
    receiver: str = "A1:19:PR",
) -> str:
    """A 277CA of the clearinghouse, or of the payer. Each answer is a claim with what stands after
    its TRN: "A2:20", or whole segments. Without answers the receiver's status stands alone."""
    source = (
        "PR*2*SAMPLE HEALTH PLAN*****PI*99999" if payer else "AY*2*SAMPLE CLEARING*****46*CLEAR"
    )
    body = (
        f"BHT*0085*08*S{number}*{on:%Y%m%d}*0600*TH~HL*1**20*1~NM1*{source}~TRN*1*S{number}~"
        f"DTP*050*D8*{on:%Y%m%d}~DTP*009*D8*{on:%Y%m%d}~HL*2*1*21*1~"
        f"NM1*41*2*SAMPLE CLINIC*****46*SAMPLECLINIC~TRN*2*{batch}~STC*{receiver}*{on:%Y%m%d}*WQ~"
    )
    if answers:
        body += "HL*3*2*19*1~NM1*85*2*SAMPLE CLINIC*****XX*1999999976~"
    for level, (one, said) in enumerate(answers, 4):
        status = said if "~" in said else f"STC*{said}*{on:%Y%m%d}*WQ*{one.dollars}~"
        body += (
            f"HL*{level}*3*PT~NM1*QC*1*{one.patient}*{one.first}****MI*{one.member}~"
            f"TRN*2*{one.number}~{status}DTP*472*D8*{one.served_on:%Y%m%d}~"
        )
    start = f"GS*HN*CLEAR*SAMPLECLINIC*{on:%Y%m%d}*0600*{number}*X*005010X214~"
    return _file(
        _isa("CLEAR", "SAMPLECLINIC", on, number),
        start,
        _set("277", 1, "005010X214", body),
        number,
        1,
    )


def inquiry_answer(one: Sent, said: str, *, on: date, number: int = 451) -> str:
    """A 277 that answers an inquiry about one claim."""
    text = status_file([(one, said)], on=on, payer=True, number=number)
    return (
        text.replace("005010X214", "005010X212")
        .replace("BHT*0085*08", "BHT*0010*08")
        .replace("*TH~", "*DG~")
    )


def remittance_file(
    one: Sent, *, on: date, number: int = 501, status: str = "1", pccn: str = "PAYER0001"
) -> str:
    """An 835 that pays eighty of a hundred, the rest contractual; all of it for what is forwarded
    with twenty left to the patient."""
    paid = one.dollars * 4 // 5
    rest = "PR*2" if status != "1" else "CO*45"
    left = one.dollars - paid if status != "1" else 0
    body = (
        f"BPR*I*{paid}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765"
        f"*{on:%Y%m%d}~TRN*1*TRACE{number}*1512345678~DTM*405*{on:%Y%m%d}~"
        f"N1*PR*{one.payer_name}*XV*{one.payer}~N1*PE*SAMPLE CLINIC*XX*1999999976~LX*1~"
        f"CLP*{one.number}*{status}*{one.dollars}*{paid}*{left}*12*{pccn}*11*1~"
        f"NM1*QC*1*{one.patient}*{one.first}****MI*{one.member}~"
        f"SVC*HC:99213*{one.dollars}*{paid}**1~DTM*472*{one.served_on:%Y%m%d}~"
        f"CAS*{rest}*{one.dollars - paid}~REF*6R*{one.line or one.number + 'L'}~"
    )
    start = f"GS*HP*{one.payer}*SAMPLECLINIC*{on:%Y%m%d}*0600*{number}*X*005010X221A1~"
    return _file(
        _isa(one.payer, "SAMPLECLINIC", on, number),
        start,
        _set("835", 1, "005010X221A1", body),
        number,
        1,
    )
