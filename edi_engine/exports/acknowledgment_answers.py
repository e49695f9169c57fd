"""What a 999 says for each of our findings: reject, accept with errors, accept, and by which codes.

A 999 tells of syntax and of the guide, nothing else. So what breaks the guide rejects the set; a
code on nobody's list is accepted with the error noted, because lists grow; what is about money or
was merely odd is no business of a 999. Source: 005010X231A1, IK304, IK403, IK502; domain rule 3.9.
"""

from enum import StrEnum

import msgspec

__all__ = ["ANSWERS", "Answer", "SetVerdict", "answer_for"]


class SetVerdict(StrEnum):
    """IK501: accepted, accepted with errors noted, rejected."""

    ACCEPTED = "A"
    WITH_ERRORS = "E"
    REJECTED = "R"


class Answer(msgspec.Struct, frozen=True):
    """What a finding means. `segment_code` is IK304, `element_code` IK403 (the segment is then told
    with code 8); both empty when the 999 is silent. `reason` says why in a sentence."""

    verdict: SetVerdict
    segment_code: str
    element_code: str
    reason: str


_SEGMENT = "The segments of the set are not those of its guide."
_ELEMENT = "The element is not what its guide asks for."
_LIST = "Lists grow and tables age: the code is noted and the set goes on."
_READ = "It was read as it was meant, and the guide check says what is against the guide."
_UNMAPPED = (
    "Told only in sets that no guide was there for; elsewhere the guide check tells it with more."
)
_MONEY = "A 999 tells of form, never of money; that is for a 277CA or a call to the payer."
_PRACTICE = "The claim is well formed; its payer decides about it in a 277CA."
_NONE = "It is about the check or the file, not about the set."
_ENVELOPE = "The envelope has codes of its own: IK5, AK9 and TA1 below."


def _rejects(segment_code: str = "", element_code: str = "", reason: str = _ELEMENT) -> Answer:
    return Answer(SetVerdict.REJECTED, segment_code, element_code, reason)


def _notes(element_code: str, reason: str = _LIST) -> Answer:
    return Answer(SetVerdict.WITH_ERRORS, "", element_code, reason)


def _silent(reason: str) -> Answer:
    return Answer(SetVerdict.ACCEPTED, "", "", reason)


ANSWERS: dict[str, Answer] = {
    "GUIDE-0101": _rejects(element_code="I12", reason="Levels or lines cannot be told apart."),
    "GUIDE-0201": _rejects("1", reason=_SEGMENT),
    "GUIDE-0202": _rejects("2", reason=_SEGMENT),
    "GUIDE-0203": _rejects("3", reason=_SEGMENT),
    "GUIDE-0204": _rejects("4", reason=_SEGMENT),
    "GUIDE-0205": _rejects("5", reason=_SEGMENT),
    "GUIDE-0206": _rejects("7", reason=_SEGMENT),
    "GUIDE-0207": _silent("Separators at the end of a segment change nothing in it."),
    "GUIDE-0301": _rejects(element_code="1"),
    "GUIDE-0302": _rejects(element_code="2"),
    "GUIDE-0303": _rejects(element_code="3"),
    "GUIDE-0304": _rejects(element_code="4"),
    "GUIDE-0305": _rejects(element_code="5"),
    "GUIDE-0306": _rejects(element_code="6"),
    "GUIDE-0307": _rejects(element_code="7"),
    "GUIDE-0308": _rejects(element_code="8"),
    "GUIDE-0309": _rejects(element_code="9"),
    "GUIDE-0310": _rejects(element_code="10"),
    "GUIDE-0311": _rejects(element_code="I10"),
    "GUIDE-0312": _rejects(element_code="13"),
    "GUIDE-01": _silent(_NONE),
    "CODE-0101": _notes("7"),
    "CODE-0102": _silent("Remittances of old claims carry old codes, and rightly."),
    "CODE-0103": _notes("7"),
    "CODE-0104": _notes("7"),
    "DENT-0101": _notes("7", "Teeth are on a list of the dentists', not of X12."),
    "DENT-0102": _rejects(element_code="7", reason="Surfaces are a list of X12 itself."),
    "DENT-0103": _notes("I12", _PRACTICE),
    "DENT-0104": _notes("I12", _PRACTICE),
    "DENT-0105": _rejects(element_code="7", reason="Areas are a list of X12 itself."),
    "DENT-0106": _notes("7", "Procedures are on a list of the dentists', not of X12."),
    "DENT-0107": _notes("I12", _PRACTICE),
    "DENT-0108": _silent("Whether the appliance was placed is not in the file."),
    "DENT-0109": _notes("I13", _PRACTICE),
    "DENT-0110": _notes("I12", _PRACTICE),
    "X12-0106": _rejects(reason="A segment could not be read at all, so the set is not whole."),
    "X12-0117": _rejects(reason="A claim could not be read to its end."),
    "X12-0201": _rejects(element_code="6", reason=_UNMAPPED),
    "X12-0202": _rejects(element_code="1", reason=_UNMAPPED),
    "X12-0203": _rejects(element_code="8", reason=_UNMAPPED),
    "X12-0204": _rejects(element_code="6", reason=_UNMAPPED),
    "X12-0206": _rejects(element_code="1", reason=_UNMAPPED),
    "X12-0208": _rejects(element_code="7", reason=_UNMAPPED),
    "X12-0309": _rejects(element_code="1", reason=_UNMAPPED),
    "X12-0408": _rejects(element_code="1", reason=_UNMAPPED),
    "X12-01": _silent(_ENVELOPE),
    "X12-02": _silent(_READ),
    "X12-03": _silent(_READ),
    "X12-04": _silent(_READ),
    "X12-05": _silent(_READ),
    "BAL-": _silent(_MONEY),
}
"""By finding code; a shorter key stands for all codes that begin with it and are not named."""


def answer_for(code: str) -> Answer | None:
    """What a 999 says for a finding; None for findings of files that are no X12."""
    for length in (len(code), len("X12-01"), len("GUIDE-01"), len("BAL-")):
        found = ANSWERS.get(code[:length])
        if found is not None:
            return found
    return None
