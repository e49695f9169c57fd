"""Small 837s for tests, and reading them without an envelope."""

import msgspec

from edi_engine.findings import Finding, FindingLog
from edi_engine.parsers.claims import Claim837Reader
from edi_engine.parsers.delimiters import STANDARD, Delimiters
from edi_engine.parsers.set_reader import SetEnd
from edi_engine.records.claims import Claim
from edi_engine.records.intake import RawSet
from edi_engine.records.source import SetSource

PROVIDER = ("HL*1**20*1", "NM1*85*2*SAMPLE CLINIC*****XX*1234567893", "REF*EI*990000001")
SUBSCRIBER = (
    "HL*2*1*22*0",
    "SBR*P*18*GROUP1******CI",
    "NM1*IL*1*TESTPATIENT*ANNA****MI*MEMBER0001",
    "NM1*PR*2*TEST PAYER*****PI*TESTPAYER",
)
HEAD = ("ST*837*0001*005010X222A1", "BHT*0019*00*B1*20240115*1023*CH")
LEVELS = (*HEAD, *PROVIDER, *SUBSCRIBER)
CLAIM = ("CLM*PCN-1*100***11:B:1*Y*A*Y*Y", "HI*ABK:J069")
LINE = ("LX*1", "SV1*HC:99213*100*UN*1***1", "DTP*472*D8*20240105", "REF*6R*LINE1")


class ClaimsRead(msgspec.Struct, frozen=True):
    """What reading one set gave."""

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    raw_set: RawSet

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]


def read_set(
    texts: tuple[str, ...] | list[str],
    *,
    delimiters: Delimiters = STANDARD,
    guide: str = "005010X222A1",
    pieces: int = 1,
) -> ClaimsRead:
    """Read the segments of one 837, fed in about so many pieces; offsets count one terminator."""
    offsets = [0]
    for text in texts:
        offsets.append(offsets[-1] + len(text) + 1)
    source = SetSource("test.837", "", 1, "0001", "837", guide, 0)
    log = FindingLog()
    reader = Claim837Reader(source, delimiters, log)
    boundaries = [
        index
        for index, text in enumerate(texts)
        if text.partition(delimiters.element)[0] in reader.boundary_ids
    ]
    cuts = boundaries[:: max(1, len(boundaries) // pieces)] if pieces > 1 else []
    claims: list[Claim] = []
    findings: list[Finding] = []
    for start, end in zip([0, *cuts], [*cuts, len(texts)], strict=True):
        batch = reader.feed(list(texts[start:end]), offsets[start:end], start + 1)
        claims += batch.claims
        findings += batch.findings
    last = reader.finish(SetEnd(offsets[-1], len(texts), ""))
    findings += last.findings
    assert last.ended is not None
    return ClaimsRead(tuple(claims), tuple(findings), last.ended)


def read_one(*texts: str, guide: str = "005010X222A1") -> Claim:
    """The one claim of these segments (from CLM on) under the levels above."""
    (claim,) = read_set((*LEVELS, *texts), guide=guide).claims
    return claim
