"""An appeal: what was asked, until when, what came of it and what it brought."""

from edi_engine.jobs.appeals import AppealEntry, show_appeal
from edi_engine.jobs.show.pages import Fact, Page, Table
from edi_engine.records.datasets import ColumnKind
from edi_engine.store import Store
from edi_engine.worklist import remaining_cents

__all__ = ["show_appeal_page"]

_MONEY, _DAY, _NUMBER, _TEXT = (
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
)


def show_appeal_page(store: Store, appeal_id: int) -> Page:
    """An appeal with its history. Raises InputError when there is no such one."""
    entry = show_appeal(store, appeal_id)
    appeal, subject = entry.appeal, entry.subject
    patient = ", ".join(filter(None, (subject.patient_last_name, subject.patient_first_name)))
    facts = (
        Fact("claim", appeal.claim_id, _NUMBER),
        Fact("work item", appeal.work_item_id, _NUMBER),
        Fact("patient", patient),
        Fact("payer", subject.payer_name),
        Fact("level", f"{appeal.level} ({appeal.level_name}, {appeal.ladder})"),
        Fact("method", appeal.method.value),
        Fact("tracking number", appeal.tracking_number),
        Fact("filed on", appeal.filed_on, _DAY),
        Fact("answer due on", appeal.response_due_on, _DAY),
        Fact("in dispute", appeal.disputed_cents, _MONEY),
        Fact("outcome", appeal.outcome.value),
        Fact("decided on", appeal.decided_on, _DAY),
        Fact("overturned", appeal.overturned_cents, _MONEY),
        Fact("still in dispute", remaining_cents(appeal), _MONEY),
        Fact("allowed at filing", appeal.baseline_cents, _MONEY),
        Fact("recovered", entry.recovered_cents, _MONEY),
        Fact("recovered is", _why_unknown(entry)),
        Fact("next level", appeal.next_level_name),
        Fact("next level until", appeal.next_due_on, _DAY),
        Fact("note", appeal.note),
    )
    history = Table(
        "history",
        (("at", _TEXT), ("what", _TEXT), ("by", _TEXT), ("said", _TEXT)),
        tuple(
            (event.happened_at.isoformat(), event.kind.value, event.actor, event.text)
            for event in entry.events
        ),
    )
    return Page(f"Appeal {appeal_id}", facts, (history,))


def _why_unknown(entry: AppealEntry) -> str:
    if entry.recovered_cents is not None:
        return ""
    if entry.appeal.baseline_cents is None:
        return (
            "not known: when the appeal was recorded, a payment of a later day was in the allowed"
            " amount already, or the claim was not reconciled"
        )
    return "not known: the claim is not reconciled"
