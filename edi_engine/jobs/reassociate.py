"""Putting deposits and remittances together, for what is new and what it can touch.

A rule looks at most a few windows of days around a deposit, so what one newcomer can change lies
within `_REACH_DAYS` of it, or shares its trace number. What is concluded again is that, and to
conclude it rightly as much again is read around it. All of it is one transaction.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from edi_engine.jobs.reconcile_batch import BatchContext
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.matchers.deposits import (
    Coverage,
    PayerKeys,
    deposit_issues,
    is_overdue,
    look_again_at_deposit,
    look_again_at_remittance,
    reassociate,
    remittance_issues,
)
from edi_engine.matchers.payees import Payee, payee_of
from edi_engine.records.deposits import RemittanceDeposit
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Reader, Writer
from edi_engine.store.deposits import BothSides
from edi_engine.worklist import PlacedIssue

__all__ = ["reassociate_pending"]

_REACH_DAYS = 63
"""Nine windows of a calendar week: a deposit's answer hangs on its remittances, these on other
deposits, and so on; over all rules such a chain has five steps by days."""


def reassociate_pending(
    writer: Writer, context: BatchContext
) -> tuple[int, Counter[WorkEventKind]]:
    """Conclude about what waits and what is due; how many deposits, and what became of the work.

    Without any bank file nothing is done and everything goes on waiting: an office that loads none
    is asked for none. Unless postings wait for deposits: what pays nothing posts all the same.
    """
    writer.mark_pending_remittances_for_reassociation()
    spans = writer.bank_spans()
    if not spans and not context.policy.posting.waits_for_deposits:
        return 0, Counter()
    waiting = writer.pending_reassociation()
    changed = BothSides(frozenset(), frozenset())
    if waiting.deposit_ids or waiting.remittance_ids:
        changed = _conclude(writer, context, waiting)
        writer.clear_pending_reassociation()
    looked_at = changed.joined(writer.reassociation_due(context.as_of))
    work = _refresh(writer, context, looked_at.joined(waiting), Coverage.of(spans))
    return len(changed.deposit_ids), work


def _conclude(writer: Writer, context: BatchContext, waiting: BothSides) -> BothSides:
    """Put together what waits and what it can touch; both sides of what was concluded."""
    # Days and trace numbers of what does not count any more, before it is dropped.
    near = writer.reassociation_days(waiting)
    partners = writer.reassociation_partners(waiting)
    awaited = writer.awaited_remittances(waiting.remittance_ids)
    writer.note_awaited(waiting.remittance_ids, awaited)
    if writer.note_deposit_payers(awaited.values()):
        writer.mark_other_money_pending()
        waiting = writer.pending_reassociation()
    start = waiting.joined(partners).joined(writer.reassociation_partners(waiting))
    inner = _around(writer, near | writer.reassociation_days(start)).joined(start)
    wider = inner.joined(writer.reassociation_partners(inner))
    outer = _around(writer, writer.reassociation_days(wider)).joined(wider)
    outer = outer.joined(writer.reassociation_partners(outer))
    ids, names = writer.deposit_payers()
    found = reassociate(
        writer.deposits(outer.deposit_ids).values(),
        writer.awaited_remittances(outer.remittance_ids).values(),
        writer.deposit_decisions(outer.deposit_ids),
        known_payers=PayerKeys(ids, names),
    )
    deposits = [one for key, one in found.deposits.items() if key in inner.deposit_ids]
    remittances = [one for key, one in found.remittances.items() if key in inner.remittance_ids]
    if context.policy.posting.waits_for_deposits:
        _queue_payments(writer, remittances)
    writer.write_deposit_matches(deposits)
    writer.write_remittance_deposits(remittances)
    return BothSides(
        frozenset(one.deposit_id for one in deposits),
        frozenset(one.remittance_id for one in remittances),
    )


def _queue_payments(writer: Writer, found: list[RemittanceDeposit]) -> None:
    """Have the payments of remittances looked at again whose money came into sight, or left it."""
    before = writer.remittance_deposits(one.remittance_id for one in found)
    for one in found:
        if one.money_is_seen is not before[one.remittance_id].money_is_seen:
            writer.mark_pending_payments(writer.payment_ids_of_remittance(one.remittance_id))


def _around(reader: Reader, days: Iterable[date]) -> BothSides:
    found = BothSides(frozenset(), frozenset())
    for first_on, last_on in _ranges(sorted(days)):
        found = found.joined(reader.reassociation_between(first_on, last_on))
    return found


def _ranges(days: list[date]) -> Iterator[tuple[date, date]]:
    """Days with their reach before and after, as ranges that do not overlap."""
    reach = timedelta(days=_REACH_DAYS)
    first = last = None
    for day in days:
        low = day - reach if day - date.min > reach else date.min
        high = day + reach if date.max - day > reach else date.max
        if first is None or last is None:
            first, last = low, high
        elif low <= last:
            last = high
        else:
            yield first, last
            first, last = low, high
    if first is not None and last is not None:
        yield first, last


def _refresh(
    writer: Writer, context: BatchContext, looked_at: BothSides, coverage: Coverage
) -> Counter[WorkEventKind]:
    """Bring the work items of these up to date, and note when to look again."""
    policy, as_of = context.policy, context.as_of
    placed: list[PlacedIssue] = []
    deposits = writer.deposits(looked_at.deposit_ids)
    deposit_clocks: dict[int, date | None] = {}
    for deposit_id, match in writer.deposit_matches(looked_at.deposit_ids).items():
        deposit = deposits[deposit_id].deposit
        placed += _placed(deposit_issues(match, deposit, policy, as_of), "")
        deposit_clocks[deposit_id] = look_again_at_deposit(match, deposit, policy, as_of)
    remittances = writer.awaited_remittances(looked_at.remittance_ids)
    clocks: dict[int, date | None] = {}
    for remittance_id, found in writer.remittance_deposits(looked_at.remittance_ids).items():
        one = remittances.get(remittance_id)
        if one is None:
            continue  # held or withdrawn since; it waits to be dropped
        issues = []
        if payee_of(one.payee_npi, one.payee_tin, context.practice) is not Payee.FOREIGN:
            issues = remittance_issues(found, one, coverage, policy, as_of)
        placed += _placed(issues, one.payer_id)
        clocks[remittance_id] = look_again_at_remittance(found, one, policy, as_of)
        if not issues and is_overdue(found, one, policy, as_of):
            # The bank's files do not reach so far yet, or the payee may turn out to be ours.
            clocks[remittance_id] = as_of
    writer.write_reassociation_clocks(deposit_clocks, clocks)
    return refresh_work(
        writer,
        placed,
        deposit_ids=sorted(looked_at.deposit_ids),
        remittance_deposit_ids=sorted(looked_at.remittance_ids),
        policy=policy,
        as_of=as_of,
        happened_at=context.happened_at,
        chances=context.chances,
    )


def _placed(issues: list[ReconciliationIssue], payer_id: str) -> list[PlacedIssue]:
    return [PlacedIssue(issue, payer_id) for issue in issues]
