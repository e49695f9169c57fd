"""What reconciling would post, without posting it: the plans behind a rehearsal."""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.reconcile import BATCH_DEFAULT, ProgressCallback, ReconcileReport, reconcile
from edi_engine.jobs.show.pages import Table
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.journal import StoredPosting, is_receivable
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store

__all__ = ["Rehearsal", "plans_table", "rehearse"]

_POSTINGS_SHOWN = 200


class Rehearsal(msgspec.Struct, frozen=True):
    """What a run would do: its counts, and the postings it would make, in order.

    A posting with `reverses_posting_id` takes back one that stands now.
    """

    reconciled: ReconcileReport
    postings: tuple[StoredPosting, ...]


def rehearse(
    store: Store,
    *,
    policy: ReconcilePolicy,
    as_of: date,
    everything: bool = False,
    batch: int = BATCH_DEFAULT,
    progress: ProgressCallback | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Rehearsal:
    """Reconcile in a transaction that is undone. Raises LockHeldError like reconciling."""
    with store.rehearsing() as stage:
        with stage.reading() as reader:
            before = reader.newest_posting_id()
        report = reconcile(
            stage,
            policy=policy,
            as_of=as_of,
            now=now,
            everything=everything,
            batch=batch,
            progress=progress,
        )
        with stage.reading() as reader:
            return Rehearsal(report, tuple(reader.postings_after(before)))


def plans_table(postings: tuple[StoredPosting, ...]) -> Table:
    """A line per posting: its cash, what it does to the claim, and what would wait, and why."""
    left_out = max(len(postings) - _POSTINGS_SHOWN, 0)
    rows = []
    for one in postings[:_POSTINGS_SHOWN]:
        plan = one.plan
        change = sum(each.amount_cents for each in plan.entries if is_receivable(each.account))
        rows.append(
            (
                "take back" if one.reverses_posting_id is not None else "post",
                f"{plan.subject_kind.value.replace('_', ' ')} {plan.subject_id}",
                plan.remittance_id,
                plan.claim_id,
                plan.cash_cents,
                change,
                plan.suspense_cents,
                plan.refusal or plan.reason,
            )
        )
    return Table(
        "postings",
        (
            ("what", ColumnKind.TEXT),
            ("of", ColumnKind.TEXT),
            ("remittance", ColumnKind.NUMBER),
            ("claim", ColumnKind.NUMBER),
            ("cash", ColumnKind.MONEY),
            ("on the claim", ColumnKind.MONEY),
            ("in suspense", ColumnKind.MONEY),
            ("why", ColumnKind.TEXT),
        ),
        tuple(rows),
        f"{left_out} more are not shown; --json has them all, with their entries."
        if left_out
        else "",
    )
