"""A work item: what to do, why it matters, what was done so far."""

from edi_engine.jobs.show.pages import Fact, Page, Table
from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.jobs.worklist import show_item
from edi_engine.records.datasets import ColumnKind
from edi_engine.store import Store

__all__ = ["show_work_item"]

_MONEY, _DAY, _NUMBER, _TEXT = (
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
)


def show_work_item(store: Store, work_item_id: int) -> Page:
    """A work item with its factors and history. Raises InputError when there is no such one."""
    entry = show_item(store, work_item_id)
    item, subject = entry.item, entry.subject
    patient = ", ".join(filter(None, (subject.patient_last_name, subject.patient_first_name)))
    facts = (
        Fact("queue", item.queue.value),
        Fact("cause", " ".join(filter(None, (item.cause, item.detail)))),
        Fact("status", item.status.value),
        Fact("assignee", item.assignee),
        Fact("in hand", _in_hand(entry)),
        Fact("reason", item.reason),
        Fact("next action", item.next_action),
        Fact("next action on", item.next_action_on, _DAY),
        Fact("at risk", item.amount_at_risk_cents, _MONEY),
        Fact("deadline", item.deadline, _DAY),
        Fact("priority", item.priority, _NUMBER),
        Fact("patient", patient),
        Fact("patient control number", subject.patient_control_number),
        Fact("payer", subject.payer_name),
        Fact("service from", subject.service_from, _DAY),
        Fact("claim", item.claim_id, _NUMBER),
        Fact("claim payment", item.claim_payment_id, _NUMBER),
        Fact("remittance", item.remittance_id, _NUMBER),
    )
    factors = Table(
        "priority",
        (("factor", _TEXT), ("value", _TEXT), ("because", _TEXT)),
        tuple((one.name, one.value, one.reason) for one in item.factors),
    )
    history = Table(
        "history",
        (("at", _TEXT), ("what", _TEXT), ("by", _TEXT), ("said", _TEXT)),
        tuple(
            (event.happened_at.isoformat(), event.kind.value, event.actor, event.text)
            for event in entry.events
        ),
    )
    outcomes = Table(
        "what became of it",
        (("on", _DAY), ("outcome", _TEXT), ("by", _TEXT), ("at risk", _MONEY), ("came", _MONEY)),
        tuple(
            (
                one.concluded_on,
                one.kind.value.replace("_", " "),
                one.concluded_by,
                one.at_risk_cents,
                one.recovered_cents,
            )
            for one in entry.outcomes
        ),
    )
    touches = Table(
        "touches",
        (
            ("at", _TEXT),
            ("by", _TEXT),
            ("channel", _TEXT),
            ("with", _TEXT),
            ("reference", _TEXT),
            ("outcome", _TEXT),
            ("next on", _DAY),
            ("note", _TEXT),
        ),
        tuple(
            (
                one.touched_at.isoformat(),
                one.actor,
                one.channel.value.replace("_", " "),
                one.contact,
                one.reference,
                one.outcome,
                one.next_action_on,
                one.note,
            )
            for one in entry.touches
        ),
    )
    return Page(f"Work item {work_item_id}", facts, (factors, outcomes, touches, history))


def _in_hand(entry: WorkEntry) -> str:
    if entry.lease is None:
        return ""
    return f"{entry.lease.holder} until {entry.lease.expires_at.isoformat()}"
