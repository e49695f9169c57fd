"""The dental claim guide as a table: which segments in which loops, and which elements they need.

pyx12 has no map of it. The table holds what can be told without the guide's text: the order of
loops and segments, how often they may come, which are required, and types, lengths and codes of
their elements. Conditions that the guide tells in words are not here. Source: 005010X224A2.
"""

from functools import cache

import msgspec

__all__ = ["CODES", "COMPOSITES", "ELEMENTS", "PAIRS", "SEGMENTS", "Loop", "Slot", "dental_map"]


class Slot(msgspec.Struct, frozen=True):
    """A segment's place in a loop. `qualifiers` are those of the element `qualifier_at`, empty for
    any; `position` orders the slots of a loop, those of one segment id share it; `needs` are
    elements required here beyond those the segment always requires."""

    segment_id: str
    qualifiers: frozenset[str]
    is_required: bool
    most: int
    position: int
    needs: tuple[int, ...]
    qualifier_at: int = 1


class Loop(msgspec.Struct, frozen=True):
    """A loop: its first slot begins it. Loops of one family (2310A, 2310B) share a position."""

    loop_id: str
    is_required: bool
    most: int
    position: int
    slots: tuple[Slot, ...]
    loops: tuple["Loop", ...]


MANY = 1_000_000
"""What the guide calls "more than one"."""

# Usage R or S, how often, and after "+" the elements that are required here.
# A line that begins with a digit is a loop; what stands deeper is inside it.
_TABLE = """
ST R 1
BHT R 1
1000A R 1
 NM1 41 R 1 +3 8 9
 PER IC R 2 +3 4
1000B R 1
 NM1 40 R 1 +3 8 9
2000A R *
 HL 20 R 1 +4
 PRV BI S 1 +3
 CUR 85 S 1
 2010AA R 1
  NM1 85 R 1 +3
  N3 R 1
  N4 R 1
  REF EI,SY,0B,1G,LU R 6
  PER IC S 2 +3 4
 2010AB S 1
  NM1 87 R 1
  N3 R 1
  N4 R 1
 2010AC S 1
  NM1 PE R 1 +3 8 9
  N3 R 1
  N4 R 1
  REF 2U,FY,NF,EI S 3
 2000B R *
  HL 22 R 1 +2 4
  SBR P,S,T,A,B,C,D,E,F,G,H,U R 1
  2010BA R 1
   NM1 IL R 1 +3
   N3 S 1
   N4 S 1
   DMG S 1
   REF SY,Y4 S 2
  2010BB R 1
   NM1 PR R 1 +3 8 9
   N3 S 1
   N4 S 1
   REF 2U,EI,FY,NF,G2,LU S 5
  @2300
  2000C S *
   HL 23 R 1 +2 4
   PAT R 1 +1
   2010CA R 1
    NM1 QC R 1 +3
    N3 R 1
    N4 R 1
    DMG R 1
    REF Y4 S 1
   @2300
"""

_CLAIM = """
2300 S 100
 CLM R 1
 DTP 439,452,472,050 S 4
 DN1 S 1
 DN2 S 35
 PWK S 10
 CN1 S 1
 AMT F5 S 1
 REF 4N,F8,9F,G1,G3,9A,9C,D9 S 8
 K3 S 10
 NTE ADD S 5
 HI S 1
 HCP S 1
 2310A S 2
  NM1 DN,P3 R 1 +3
  PRV RF S 1 +3
  REF 0B,1G,G2 S 3
 2310B S 1
  NM1 82 R 1 +3
  PRV PE S 1 +3
  REF 0B,1G,G2,LU S 4
 2310C S 1
  NM1 77 R 1
  N3 R 1
  N4 R 1
  REF 0B,G2,LU S 3
 2310D S 1
  NM1 DD R 1 +3
  PRV AS S 1 +3
  REF 0B,1G,G2,LU S 4
 2310E S 1
  NM1 DQ R 1 +3
  REF 0B,1G,G2,LU S 4
 2320 S 10
  SBR P,S,T,A,B,C,D,E,F,G,H,U R 1 +2
  CAS S 5
  AMT D,EAF,A8 S 3
  OI R 1
  MOA S 1
  2330A R 1
   NM1 IL R 1 +3 8 9
   N3 S 1
   N4 S 1
   REF SY S 2
  2330B R 1
   NM1 PR R 1 +3 8 9
   N3 S 1
   N4 S 1
   DTP 573 S 1
   REF 2U,EI,FY,NF,G1,9F,T4,F8,G3 S 9
  2330C S 2
   NM1 DN,P3 R 1
   REF 0B,1G,G2 R 3
  2330D S 1
   NM1 82 R 1
   REF 0B,1G,G2,LU R 3
  2330E S 1
   NM1 DQ R 1
   REF 0B,1G,G2,LU R 3
  2330F S 1
   NM1 85 R 1
   REF G2,LU R 2
  2330G S 1
   NM1 77 R 1
   REF 0B,G2,LU R 3
  2330H S 1
   NM1 DD R 1
   REF 0B,1G,G2,LU R 3
 2400 R 50
  LX R 1
  SV3 R 1
  TOO JP S 32
  DTP 472,441,452,446,196,198 S 6
  CN1 S 1
  REF G3,G1,9F,6R,9B,9D S 13
  AMT T S 1
  K3 S 10
  HCP S 1
  2420A S 1
   NM1 82 R 1 +3
   PRV PE S 1 +3
   REF 0B,1G,G2,LU S 20
  2420B S 1
   NM1 DD R 1 +3
   PRV AS S 1 +3
   REF 0B,1G,G2,LU S 20
  2420C S 1
   NM1 DQ R 1 +3
   REF 0B,1G,G2,LU S 20
  2420D S 1
   NM1 77 R 1
   N3 R 1
   N4 R 1
   REF G2,LU S 3
  2430 S 15
   SVD R 1
   CAS S 5
   DTP 573 R 1
   AMT EAF S 1
"""

# Data elements by their number: type and lengths. "!" below marks what a segment always requires.
ELEMENTS: dict[str, tuple[str, int, int]] = {
    number: (kind, int(least), int(most))
    for number, kind, least, most in (
        line.split()
        for line in """
19 AN 2 30
26 ID 2 3
66 ID 1 2
67 AN 2 80
93 AN 1 60
98 ID 2 3
100 ID 3 3
116 ID 3 15
118 R 1 9
127 AN 1 50
128 ID 2 3
143 ID 3 3
156 ID 2 2
166 AN 1 55
234 AN 1 48
235 ID 2 2
309 ID 1 2
310 AN 1 30
329 AN 4 9
332 R 1 6
337 TM 4 8
338 R 1 6
352 AN 1 80
353 ID 2 2
355 ID 2 2
363 ID 3 3
364 AN 1 256
365 ID 2 2
366 ID 2 2
373 DT 8 8
374 ID 3 3
380 R 1 15
449 AN 1 80
478 ID 1 1
522 ID 1 3
554 N 1 6
584 ID 2 2
628 AN 1 12
640 ID 2 2
706 ID 2 2
734 AN 1 12
735 ID 1 2
736 ID 1 1
755 ID 2 2
756 ID 1 2
757 N 1 2
782 R 1 18
799 AN 1 30
901 ID 2 2
954 R 1 10
1005 ID 4 4
1028 AN 1 38
1032 ID 1 2
1033 ID 1 2
1034 ID 1 5
1035 AN 1 60
1036 AN 1 35
1037 AN 1 25
1038 AN 1 10
1039 AN 1 10
1065 ID 1 1
1068 ID 1 1
1069 ID 2 2
1073 ID 1 1
1138 ID 1 1
1143 ID 1 1
1166 ID 2 2
1221 ID 1 3
1250 ID 2 3
1251 AN 1 35
1270 ID 1 3
1271 AN 1 30
1325 ID 1 1
1328 N 1 2
1331 AN 1 2
1332 ID 1 2
1336 ID 1 3
1339 AN 2 2
1343 ID 1 2
1351 ID 1 1
1358 ID 1 1
1359 ID 1 1
1361 ID 1 3
1362 ID 2 3
1363 ID 1 1
1366 ID 1 3
1368 ID 1 2
1369 ID 1 2
1383 ID 2 2
1473 ID 2 2
1514 ID 1 2
1526 ID 1 2
1527 ID 1 2
1705 AN 1 35
1715 ID 1 3
""".strip().splitlines()
    )
}

SEGMENTS: dict[str, tuple[str, ...]] = {
    segment_id: tuple(elements.split())
    for segment_id, elements in {
        "AMT": "522! 782! 478",
        "BHT": "1005! 353! 127! 373! 337! 640!",
        "CAS": "1033! 1034! 782! 380" + " 1034 782 380" * 5,
        "CLM": "1028! 782! 1032 1343 C023! 1073! 1359! 1073! 1221! 1351 C024 1366 1073 1338 1073 "
        "1360 1029 1073 1383 1514",
        "CN1": "1166! 782 332 127 338 799",
        "CUR": "98! 100! 280",
        "DMG": "1250! 1251! 1068!",
        "DN1": "380 380 1073 352",
        "DN2": "127! 1368! 380 1250 1251 1270!",
        "DTP": "374! 1250! 1251!",
        "HCP": "1473! 782 782 127 118 127 782 234 235 234 355 380 901 1526 1527",
        "HI": "C022!" + " C022" * 11,
        "HL": "628! 734 735! 736",
        "K3": "449!",
        "LX": "554!",
        "MOA": "954 782 127 127 127 127 127 782 782",
        "N3": "166! 166",
        "N4": "19! 156 116 26 309 310 1715",
        "NM1": "98! 1065! 1035 1036 1037 1038 1039 66 67 706 98 1035",
        "NTE": "363! 352!",
        "OI": "1032 1383 1073! 1351 1360 1363!",
        "PAT": "1069 1384 584 1220 1250 1251 355 81 1073",
        "PER": "366! 93 365 364 365 364 365 364",
        "PRV": "1221! 128! 127!",
        "PWK": "755! 756 757 98 66 67",
        "REF": "128! 127!",
        "SBR": "1138! 1069 127 93 1336 1143 1073 584 1032",
        "ST": "143! 329! 1705!",
        "SV3": "C003! 782! 1331 C006 1358 380 352 1327 1360 1359 C004",
        "SVD": "67! 782! C003! 234 380! 554",
        "TOO": "1270! 1271! C005",
    }.items()
}

COMPOSITES: dict[str, tuple[str, ...]] = {
    "C003": ("235!", "234!", "1339", "1339", "1339", "1339", "352"),
    "C004": ("1328!", "1328", "1328", "1328"),
    "C005": ("1369!", "1369", "1369", "1369", "1369"),
    "C006": ("1361!", "1361", "1361", "1361", "1361"),
    "C022": ("1270!", "1271!"),
    "C023": ("1331!", "1332!", "1325!"),
    "C024": ("1362!", "1362", "1362", "156", "26"),
}

CODES: dict[str, frozenset[str]] = {
    place: frozenset(codes.split())
    for place, codes in {
        "BHT01": "0019",
        "BHT02": "00 18",
        "BHT06": "31 CH RP",
        "CAS01": "CO CR OA PI PR",
        "CLM05-2": "B",
        "CLM06": "N Y",
        "CLM07": "A C P",
        "CLM08": "N W Y",
        "CLM09": "I Y",
        "CLM11-1": "AA EM OA",
        "CLM19": "PB",
        "DMG01": "D8",
        "DMG03": "F M U",
        "DN103": "Y",
        "DN202": "E M",
        "DN206": "JP",
        "DTP02": "D8 RD8",
        "HL04": "0 1",
        "NM102": "1 2",
        "NM108": "46 24 34 FI II MI PI SV XV XX",
        "OI03": "N W Y",
        "OI06": "I Y",
        "PER03": "EM FX TE",
        "PRV02": "PXC",
        "SBR02": "01 18 19 20 21 39 40 53 76 G8",
        "ST01": "837",
        "SV301-1": "AD ER",
        "SV305": "I R",
    }.items()
}
"""Codes that the guide lists itself and that every place of the segment shares."""

PAIRS: dict[str, tuple[tuple[int, int], ...]] = {
    "CAS": ((5, 6), (8, 9), (11, 12), (14, 15), (17, 18)),
    "NM1": ((8, 9),),
    "PER": ((3, 4), (5, 6), (7, 8)),
    "PWK": ((5, 6),),
}
"""Elements of which either both stand or neither."""

_QUALIFIER_AT = {"HL": 3}


@cache
def dental_map() -> Loop:
    """The whole set as a loop that nothing begins; made once from the table."""
    lines = [line for line in _TABLE.splitlines() if line.strip()]
    claim = [line for line in _CLAIM.splitlines() if line.strip()]
    whole: list[str] = []
    for line in lines:
        depth = len(line) - len(line.lstrip())
        is_claim = line.strip() == "@2300"
        whole += [" " * depth + one for one in claim] if is_claim else [line]
    slots, loops = _read_body(whole)
    return Loop("", True, 1, 0, slots, loops)


def _read_body(lines: list[str]) -> tuple[tuple[Slot, ...], tuple[Loop, ...]]:
    """Slots and loops of lines that stand equally deep, with what stands deeper in each."""
    slots: list[Slot] = []
    loops: list[Loop] = []
    order: dict[str, int] = {}
    depth = len(lines[0]) - len(lines[0].lstrip())
    index = 0
    while index < len(lines):
        end = index + 1
        while end < len(lines) and lines[end].startswith(" " * (depth + 1)):
            end += 1
        words = lines[index].split()
        position = order.setdefault(words[0][:4], len(order))
        if words[0][0].isdigit():
            inner_slots, inner_loops = _read_body(lines[index + 1 : end])
            required, most = words[1] == "R", MANY if words[2] == "*" else int(words[2])
            loops.append(Loop(words[0], required, most, position, inner_slots, inner_loops))
        else:
            slots.append(_slot(words, position))
        index = end
    return tuple(slots), tuple(loops)


def _slot(words: list[str], position: int) -> Slot:
    has_qualifiers = words[1] not in {"R", "S"}
    qualifiers = frozenset(words[1].split(",")) if has_qualifiers else frozenset[str]()
    usage, most, *needs = words[1 + has_qualifiers :]
    return Slot(
        words[0],
        qualifiers,
        usage == "R",
        int(most),
        position,
        tuple(int(one.removeprefix("+")) for one in needs),
        _QUALIFIER_AT.get(words[0], 1),
    )
