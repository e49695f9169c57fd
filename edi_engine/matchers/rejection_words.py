"""What an acknowledgment says, in words for the biller and as a short stable name. Pure.

The name gathers rejections of one cause; the words say which segment and element is at fault, what
was read as far as it may be told, and what it should be. Source: domain 3.9, 3.10.
"""

from edi_engine.codes.acknowledgments import (
    AckCode,
    acknowledgment_verdict,
    claim_status_category,
    claim_status_place,
    claim_status_reason,
    element_fault,
    entity_loop,
    group_fault,
    interchange_note,
    segment_fault,
    set_fault,
    status_entity,
)
from edi_engine.records.acknowledgments import (
    AcknowledgmentKind,
    AnswerLevel,
    StatusCode,
    StatusInformation,
    StoredAcknowledgment,
    SyntaxFault,
)
from edi_engine.records.lifecycles import LifeEventKind

__all__ = ["fault_detail", "fault_words", "status_detail", "status_words", "verdict_words"]

_ANSWERED = {
    AnswerLevel.INTERCHANGE: "interchange",
    AnswerLevel.GROUP: "group",
    AnswerLevel.SET: "transaction set",
}


def fault_detail(kind: AcknowledgmentKind, fault: SyntaxFault) -> str:
    """ "999 NM109 1": the set that says it, what is at fault, and the code."""
    return f"{kind.value} {fault.designator} {_fault_code(fault)}".strip()


def _fault_code(fault: SyntaxFault) -> str:
    return fault.element_code if fault.element else fault.segment_code.partition(" ")[0]


def fault_words(answer: StoredAcknowledgment, fault: SyntaxFault) -> str:
    """Which segment and element, what is wrong with it, what was read, and what to do."""
    code = _fault_code(fault)
    known = element_fault(code) if fault.element else segment_fault(code)
    where = []
    if fault.segment_position:
        where.append(f"segment {fault.segment_position} of our set")
    if fault.loop:
        where.append(f"loop {fault.loop}")
    place = f" ({', '.join(where)})" if where else ""
    what = known.label if known is not None else f"code {code or 'missing'}"
    read = f", read as '{fault.read_as}'" if fault.read_as else ""
    remedy = known.remedy if known is not None else "Ask the receiver what it means."
    verdict = _label(acknowledgment_verdict(answer.code), answer.code)
    return f"{verdict}: {fault.designator}{place}: {what}{read}. {remedy}"


def verdict_words(answer: StoredAcknowledgment, *, another_claim: bool) -> tuple[str, str]:
    """Short name and words of a verdict on a whole file; `another_claim` tells that its faults name
    other claims only."""
    codes = [code for code in answer.fault_codes if code.strip("0")]
    named = f"{answer.kind.value} {answer.code} {' '.join(codes)}".strip()
    verdict = _label(acknowledgment_verdict(answer.code), answer.code)
    what = f"{verdict}: the {_ANSWERED.get(answer.level, 'file')} of the claim"
    if another_claim:
        text = f"{what}. The faults are those of other claims in it: send this one again."
        return f"{answer.kind.value} {answer.code} another claim", text
    lookup = {
        AnswerLevel.INTERCHANGE: interchange_note,
        AnswerLevel.GROUP: group_fault,
    }.get(answer.level, set_fault)
    reasons = "; ".join(_label(lookup(code), code) for code in codes)
    return named, f"{what}. {reasons}." if reasons else f"{what}."


def status_detail(status: StatusInformation) -> str:
    """ "A7:562:85", the first composite."""
    code = status.codes[0] if status.codes else StatusCode("")
    return ":".join((code.category, code.status, code.entity)).rstrip(":")


def status_words(
    answer: StoredAcknowledgment, status: StatusInformation, kind: LifeEventKind
) -> str:
    """What became of the claim, why, where to look, and what to do about it."""
    text = "; ".join(dict.fromkeys(_composite(code) for code in status.codes))
    words = [f"{text}."]
    if kind is LifeEventKind.REJECTED:
        words += dict.fromkeys(filter(None, map(_remedy, status.codes)))
        words += _line_words(answer)
    return " ".join(words)


def _composite(code: StatusCode) -> str:
    category = _label(claim_status_category(code.category), code.category)
    if not code.status:
        return category
    known = claim_status_reason(code.status)
    reason = known.label if known is not None and known.label else f"status {code.status}"
    whose = status_entity(code.entity)
    about = f" ({whose.label.lower()})" if whose is not None and whose.label else ""
    return f"{category}: {_lower_first(reason)}{about}"


def _lower_first(text: str) -> str:
    """A label within a sentence; abbreviations keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _remedy(code: StatusCode) -> str:
    place = claim_status_place(code.status)
    if place is None:
        return ""
    loop = entity_loop(code.entity)
    where = f"loop {loop} {place.place}" if loop and "(2" not in place.place else place.place
    return f"Look at {where}: {_lower_first(place.remedy)}" if where else place.remedy


_LINES_NAMED_MAX = 5


def _line_words(answer: StoredAcknowledgment) -> list[str]:
    """Service lines that are refused, by their procedure and control number."""
    found = []
    for line in answer.lines:
        codes = [code for one in line.statuses for code in one.codes]
        if codes:
            procedure = line.procedure.code if line.procedure is not None else "a line"
            number = (
                f" (line {line.line_item_control_number})" if line.line_item_control_number else ""
            )
            found.append(f"{procedure}{number}: {_composite(codes[0])}.")
    more = len(found) - _LINES_NAMED_MAX
    return [*found[:_LINES_NAMED_MAX], *([f"And {more} more lines."] if more > 0 else [])]


def _label(known: AckCode | None, code: str) -> str:
    return known.label if known is not None and known.label else f"code {code or 'missing'}"
