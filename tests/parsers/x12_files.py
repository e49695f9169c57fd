"""Small remittances for tests, and where the fixture files are."""

import io
import os
import re
from collections.abc import Sequence
from pathlib import Path

from edi_engine.findings import Finding
from edi_engine.jobs.validate import guide_findings
from edi_engine.parsers import ParsedFile, read_bytes
from edi_engine.parsers.code_checks import check_codes

ROOT = Path(__file__).parents[2]
FIXTURES_ROOT = ROOT / "fixtures" / "x12"
FIXTURES = sorted(FIXTURES_ROOT.rglob("*.edi"))
SAMPLES_ROOT = Path(os.environ.get("EDI_ENGINE_SAMPLES", ROOT / ".." / "shared" / "samples"))
SAMPLES = sorted(path for path in SAMPLES_ROOT.rglob("*") if path.is_file())

_REPEAT = re.compile(rb"\{repeat (\d+) ([^}]*)\}")

ISA = (
    "ISA*00*          *00*          *ZZ*SAMPLEPAYER    *ZZ*SAMPLECLINIC   "
    "*260105*0600*^*00501*000000101*0*P*:~"
)
GS = "GS*HP*SAMPLEPAYER*SAMPLECLINIC*20260105*0600*101*X*005010X221A1~"
ENDS = "GE*1*101~IEA*1*000000101~"
HEAD = (
    "TRN*1*TRACE0001*1512345678~DTM*405*20260104~N1*PR*SAMPLE HEALTH PLAN*XV*99999~"
    "N1*PE*SAMPLE CLINIC*XX*1999999976~LX*1~"
)
CLAIM = "CLP*TEST-1*1*100*80**12*PAYER0001*11*1~NM1*QC*1*TESTPATIENT*ALPHA****MI*M0001~"
LINE = "SVC*HC:99213*100*80**1~DTM*472*20251201~CAS*CO*45*20~REF*6R*1~"


def expanded(data: bytes) -> bytes:
    """A fixture with "{repeat 500 REF*LU*1~}" written out; most hold no such thing."""
    return _REPEAT.sub(lambda found: found[2] * int(found[1]), data)


def findings_of(data: bytes, family: str, *, file_name: str = "") -> Sequence[Finding]:
    """What the check that gives findings of that family (how their codes begin) tells of a file."""
    if family.startswith(("GUIDE", "DENT")):
        return guide_findings(io.BytesIO(data), file_name, "")
    if family.startswith("CODE"):
        return check_codes(io.BytesIO(data), file_name=file_name, file_digest="").findings()
    return read_bytes(data, file_name=file_name).findings


def payment(amount: str) -> str:
    """A BPR of that amount."""
    account = "01*999999992*DA*123456*1512345678**01*999988880*DA*98765"
    return f"BPR*I*{amount}*C*ACH*CCP*{account}*20260105~"


def set_of(body: str, *, number: str = "0001") -> str:
    """A whole 835 set around the segments after ST."""
    return f"ST*835*{number}~{body}SE*{body.count('~') + 2}*{number}~"


def file_of(*sets: str) -> str:
    """An interchange with one group of these sets."""
    return f"{ISA}{GS}{''.join(sets)}GE*{len(sets)}*101~IEA*1*000000101~"


def remittance(claims: str, *, paid: str = "80", after: str = "") -> str:
    """A file of one 835 with these claims, and `after` them (PLB)."""
    return file_of(set_of(payment(paid) + HEAD + claims + after))


def read(text: str) -> ParsedFile:
    """What the reader gives for a text of Latin-1 characters."""
    return read_bytes(text.encode("latin-1"), file_name="test.835")


def codes(text: str) -> list[str]:
    """Codes of the findings for a text, in order."""
    return [finding.code for finding in read(text).findings]
