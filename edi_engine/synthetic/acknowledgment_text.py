"""TA1 segments, and 999 and 997 sets. Sources: 005010X231A1, X12C TA1; the 997 is the older form.

A 999 or 997 answers one functional group; the segments here are the body between ST and SE.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from edi_engine.synthetic.lifecycle_answers import PlantedFault

__all__ = ["REFUSING", "SetVerdict", "group_body", "group_code", "interchange_receipt"]

REFUSING = frozenset("MRWX")
"""IK501 and AK501 of a set that is not taken."""
_HAS_ERRORS = "5"
"""IK502: one or more segments are in error."""


class SetVerdict(msgspec.Struct, frozen=True, gc=False):
    """What is said of one set: IK501 (A accepted, E accepted with errors, R
    or X rejected) and why.

    Faults are in order of their places; an accepted set has none.
    """

    control_number: str
    code: str
    faults: tuple[PlantedFault, ...] = ()


def interchange_receipt(interchange: str, sent_on: date, *, code: str, note: str) -> str:
    """A TA1 with TA104 and TA105. TA102 is the date of what is answered, not of the answer."""
    return f"TA1*{interchange}*{sent_on:%y%m%d}*0815*{code}*{note}"


def group_code(verdicts: Sequence[SetVerdict]) -> str:
    """AK901: A, E when some set has errors, P when some are rejected, R when all are."""
    codes = {verdict.code for verdict in verdicts}
    taken = codes - REFUSING
    if taken != codes:
        return "P" if taken else "R"
    return "E" if "E" in codes else "A"


def group_body(
    group: str, implementation: str, verdicts: Sequence[SetVerdict], *, older: bool = False
) -> list[str]:
    """The body of a 999, or of a 997 when `older`, on one group of claims."""
    named = "" if older else f"*{implementation}"
    segments = [f"AK1*HC*{group}{named}"]
    for verdict in verdicts:
        segments.append(f"AK2*837*{verdict.control_number}{named}")
        for fault in verdict.faults:
            segments += _fault_segments(fault, older=older)
        reason = f"*{_HAS_ERRORS}" if verdict.faults else ""
        segments.append(f"{'AK5' if older else 'IK5'}*{verdict.code}{reason}")
    taken = sum(verdict.code not in REFUSING for verdict in verdicts)
    segments.append(f"AK9*{group_code(verdicts)}*{len(verdicts)}*{len(verdicts)}*{taken}")
    return segments


def _fault_segments(fault: PlantedFault, *, older: bool) -> list[str]:
    kind = fault.kind
    names = ("AK3", "AK4") if older else ("IK3", "IK4")
    segments = [f"{names[0]}*{fault.segment_id}*{fault.position}*{kind.loop}*{kind.segment_code}"]
    if not older:
        segments.append(f"CTX*CLM01:{fault.control_number}")
    if kind.element:
        place = f"{kind.element}:{kind.component}" if kind.component else str(kind.element)
        value = f"*{fault.value}" if fault.value else ""
        segments.append(f"{names[1]}*{place}*{kind.data_element}*{kind.element_code}{value}")
    return segments
