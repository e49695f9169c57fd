"""What an acknowledgment says, and what each of its answers is about."""

from collections.abc import Iterable

from edi_engine.codes.acknowledgments import (
    AckCode,
    acknowledgment_verdict,
    claim_status_category,
    claim_status_reason,
    element_fault,
    interchange_note,
    segment_fault,
    set_fault,
    status_entity,
)
from edi_engine.jobs.show.pages import Table
from edi_engine.records.acknowledgments import (
    AcknowledgmentKind,
    AcknowledgmentTie,
    AnswerLevel,
    StatusCode,
    StoredAcknowledgment,
    SyntaxFault,
)
from edi_engine.records.datasets import ColumnKind
from edi_engine.store import Reader

__all__ = ["acknowledgment_tables", "answer_in_words", "status_in_words"]

_NUMBER, _TEXT, _DAY = ColumnKind.NUMBER, ColumnKind.TEXT, ColumnKind.DAY
_SHOWN = 200


def acknowledgment_tables(reader: Reader, set_id: int) -> list[Table]:
    """Answers of a set with what they are tied to, and the faults listed; none for other sets."""
    answers = reader.acknowledgments_in_set(set_id)
    if not answers:
        return []
    shown = answers[:_SHOWN]
    ties = reader.acknowledgment_ties([one.acknowledgment_id for one in shown])
    left_out = len(answers) - len(shown)
    tables = [
        Table(
            "answers",
            (
                ("level", _TEXT),
                ("control number", _TEXT),
                ("on", _DAY),
                ("says", _TEXT),
                ("outcome", _TEXT),
                ("claim", _NUMBER),
                ("sets", _TEXT),
                ("why", _TEXT),
                ("segment", _NUMBER),
            ),
            tuple(_answer_row(one, ties.get(one.acknowledgment_id)) for one in shown),
            f"{left_out} more are not shown." if left_out else "",
        )
    ]
    faults = [(one, fault) for one in shown for fault in one.faults][:_SHOWN]
    return [*tables, _faults_table(faults)] if faults else tables


def _answer_row(one: StoredAcknowledgment, tie: AcknowledgmentTie | None) -> tuple[object, ...]:
    if tie is None:
        return (*_said(one), "not tied yet", None, "", "", one.segment_ordinal)
    why = tie.reason or tie.rule.replace("_", " ")
    sets = " ".join(map(str, tie.set_ids))
    return (*_said(one), tie.outcome.value, tie.claim_id, sets, why, one.segment_ordinal)


def _said(one: StoredAcknowledgment) -> tuple[object, ...]:
    return one.level.value, one.number, one.happened_on, answer_in_words(one)


def _faults_table(faults: Iterable[tuple[StoredAcknowledgment, SyntaxFault]]) -> Table:
    """What is wrong in our sets; positions count our segments from ST as 1."""
    rows = []
    for one, fault in faults:
        known = element_fault(fault.element_code) if fault.element else None
        known = known or segment_fault(fault.segment_code.partition(" ")[0])
        rows.append(
            (
                one.number,
                fault.designator,
                fault.segment_position,
                fault.loop,
                " ".join(filter(None, (fault.segment_code, fault.element_code))),
                known.label if known is not None else "",
                known.remedy if known is not None else "",
                fault.read_as,
                fault.claim_number,
                fault.segment_ordinal,
            )
        )
    return Table(
        "faults",
        (
            ("set", _TEXT),
            ("at fault", _TEXT),
            ("our segment", _NUMBER),
            ("loop", _TEXT),
            ("codes", _TEXT),
            ("what", _TEXT),
            ("what to do", _TEXT),
            ("read as", _TEXT),
            ("patient control number", _TEXT),
            ("segment", _NUMBER),
        ),
        tuple(rows),
    )


def answer_in_words(one: StoredAcknowledgment) -> str:
    """What an answer says, codes with their labels."""
    if one.level in {AnswerLevel.CLAIM, AnswerLevel.RECEIVER, AnswerLevel.PROVIDER}:
        return "; ".join(
            dict.fromkeys(status_in_words(code) for each in one.statuses for code in each.codes)
        )
    verdict = acknowledgment_verdict(one.code)
    words = [_labelled(one.code, verdict)] if one.code else ["No verdict"]
    is_interchange = one.kind is AcknowledgmentKind.INTERCHANGE
    notes = [
        interchange_note(code) if is_interchange else set_fault(code) for code in one.fault_codes
    ]
    words += [
        _labelled(code, note) for code, note in zip(one.fault_codes, notes, strict=True) if code
    ]
    return "; ".join(words)


def status_in_words(code: StatusCode) -> str:
    """A status composite: category, reason and whom it is about."""
    parts = [_labelled(code.category, claim_status_category(code.category))]
    if code.status:
        parts.append(_labelled(code.status, claim_status_reason(code.status)))
    if code.entity:
        parts.append(_labelled(code.entity, status_entity(code.entity)))
    return ", ".join(parts)


def _labelled(code: str, known: AckCode | None) -> str:
    label = known.label if known is not None else ""
    return f"{code} ({label})" if label else code
