"""A work item: what to do, why it matters, what was done so far."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.show.pages import Fact, Page, Table
from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.jobs.worklist import show_item
from edi_engine.records.appeals import Appeal
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.promises import PromiseStanding
from edi_engine.records.reconciliation import ClaimStatus
from edi_engine.records.work import DEADLINE_NAME
from edi_engine.store import Store
from edi_engine.worklist import promise_words

__all__ = ["promise_line", "show_work_item"]

_MONEY, _DAY, _NUMBER, _TEXT = (
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
)

_DUPLICATE = "duplicate"


def show_work_item(
    store: Store,
    work_item_id: int,
    *,
    as_of: date | None = None,
    policy: ReconcilePolicy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Page:
    """A work item with its factors and history, its clock and promises as of a day (None: today).

    Raises InputError when there is no such one.
    """
    entry = show_item(store, work_item_id, as_of=as_of, policy=policy, now=now)
    with store.reading() as reader:
        appeals = reader.appeals_of_items([work_item_id]).get(work_item_id, [])
    item, subject = entry.item, entry.subject
    patient = ", ".join(filter(None, (subject.patient_last_name, subject.patient_first_name)))
    facts = (
        Fact("queue", item.queue.value),
        Fact("also in", ", ".join(queue.value for queue in entry.queues[1:])),
        Fact("cause", " ".join(filter(None, (item.cause, item.detail)))),
        Fact("status", item.status.value),
        Fact("waiting for", entry.waiting_for.value if entry.waiting_for else ""),
        Fact("resolution", entry.resolution.value if entry.resolution else ""),
        Fact("clock", entry.clock.words if entry.clock else ""),
        Fact("given out", entry.given_as),
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
        tuple((one.name, one.value, one.reason) for one in item.factors if not one.is_deadline),
    )
    deadlines = Table(
        "deadlines",
        (("deadline", _TEXT), ("last day", _TEXT), ("because", _TEXT)),
        tuple(
            (one.name.removesuffix(DEADLINE_NAME), one.value, one.reason)
            for one in item.factors
            if one.is_deadline
        ),
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
    tables = [
        factors,
        deadlines,
        _promises_table(entry.promises),
        outcomes,
        _appeals_table(appeals),
        touches,
        history,
    ]
    if item.detail == _DUPLICATE and item.claim_id is not None:
        tables.insert(3, _claims_that_say_the_same(store, item.claim_id))
    return Page(f"Work item {work_item_id}", facts, tuple(tables))


def promise_line(standing: PromiseStanding) -> str:
    """A promise and what came of it, in a line."""
    return f"Promise {standing.promise.promise_id}: {promise_words(standing)}"


def _claims_that_say_the_same(store: Store, claim_id: int) -> Table:
    """Other claims of ours for the same patient, first day and charge, under any number.

    Looked for when it is shown: such a claim may be answered long after the refusal was read.
    """
    with store.reading() as reader:
        rows = [
            (
                other.claim_id,
                other.patient_control_number,
                other.payer_name,
                other.sent_on,
                other.status or ClaimStatus.UNANSWERED.value,
                other.paid_cents,
            )
            for other in reader.claims_like(claim_id)
        ]
    columns = (
        ("claim", _NUMBER),
        ("patient control number", _TEXT),
        ("payer", _TEXT),
        ("sent on", _DAY),
        ("status", _TEXT),
        ("paid", _MONEY),
    )
    return Table("claims that say the same", columns, tuple(rows))


def _appeals_table(appeals: Iterable[Appeal]) -> Table:
    return Table(
        "appeals",
        (
            ("appeal", _NUMBER),
            ("level", _TEXT),
            ("in dispute", _MONEY),
            ("filed on", _DAY),
            ("answer due on", _DAY),
            ("outcome", _TEXT),
            ("overturned", _MONEY),
        ),
        tuple(
            (
                one.appeal_id,
                f"{one.level} {one.level_name}",
                one.disputed_cents,
                one.filed_on,
                one.response_due_on,
                one.outcome.value,
                one.overturned_cents,
            )
            for one in appeals
        ),
    )


def _promises_table(promises: Iterable[PromiseStanding]) -> Table:
    return Table(
        "promises",
        (
            ("promise", _NUMBER),
            ("by", _TEXT),
            ("amount", _MONEY),
            ("due on", _DAY),
            ("state", _TEXT),
            ("came", _MONEY),
            ("kept on", _DAY),
            ("in words", _TEXT),
        ),
        tuple(
            (
                one.promise.promise_id,
                one.promise.promised_by.value,
                one.promise.amount_cents,
                one.promise.due_on,
                one.state.value.replace("_", " ") + (", late" if one.is_late else ""),
                one.came_cents,
                one.kept_on,
                promise_words(one),
            )
            for one in promises
        ),
    )


def _in_hand(entry: WorkEntry) -> str:
    if entry.lease is None:
        return ""
    return f"{entry.lease.holder} until {entry.lease.expires_at.isoformat()}"
