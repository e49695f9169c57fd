"""Reconciling: match what is new, conclude about every claim it touches, refresh the work.

Steps, each in batches of one transaction, so that a kill between any two instructions leaves
either a batch done or a batch to do:

    1  acknowledgments that are new, or that something new may be answered by: what each answers
    2  deposits and remittances that are new, and what they can touch: which pays which
    3  payments that wait, with all claims now in the store
    4  claims that wait: payments that came before them are matched again
    5  claims whose clock has run (no answer, no correction)
    6  provider adjustments of the remittances touched, payer by payer
    7  remittances touched: posted and suspense
    8  payers whose counts of evidence changed: what is believed of them
    9  work items: snoozed ones wake, urgency and chance follow the calendar and what ended
   10  promises to pay that are kept or broken by now
   11  work items that are new: whose they are, by the rules of the office
   12  work items whose clock ran out: the manager is told

What is looked at grows with what is new. The result is the same in any order of arrival and for
any size of batch, and `everything=True` gives it again from nothing. Source: design 3.9, 3.10.
"""

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from typing import Protocol

import msgspec

from edi_engine.contracts import ContractBook, FeeSchedule, InferredRates, Prices
from edi_engine.jobs.acknowledge import tie_pending
from edi_engine.jobs.payer_evidence import learn_profiles, profiles_in_use
from edi_engine.jobs.provider_items import mark_named_by_new_remittances, settle_payer
from edi_engine.jobs.reassociate import reassociate_pending
from edi_engine.jobs.reconcile_batch import (
    BatchContext,
    BatchResult,
    payments_that_claims_may_change,
    reconcile_batch,
)
from edi_engine.jobs.reconcile_remittances import reconcile_remittances
from edi_engine.jobs.work_assignment import assign_waiting
from edi_engine.jobs.work_changes import count_new_outcomes, refresh_work_on_date
from edi_engine.jobs.work_escalation import escalate_late
from edi_engine.jobs.work_promises import settle_promises
from edi_engine.matchers import KnownPayers, PostingContext, PracticeIdentifiers, known_payers
from edi_engine.matchers.silences import SilenceClock
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import MatchOutcome
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Store, Writer

__all__ = ["BATCH_DEFAULT", "ProgressCallback", "ReconcileReport", "reconcile"]

BATCH_DEFAULT = 250
"""Claim payments or claims in a batch before their siblings join; see `LimitSettings`. A batch is a
transaction of a tenth of a second, for which whoever writes a note meanwhile waits; larger ones
save some hundredths of a night."""

_REMITTANCES_PER_BATCH = 200
_POLICY_MARK = "policy"
_DAY_MARK = "work_refreshed_on"


class ProgressCallback(Protocol):
    """Told after each batch: the step in plain words, how much of it is done, and of how much."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show it."""


class ReconcileReport(msgspec.Struct, frozen=True):
    """What a run did. `claim_payments_count` and `claims_count` count conclusions written: one
    that was looked at twice counts twice."""

    claim_payments_count: int
    claims_count: int
    remittances_count: int
    outcomes: dict[str, int]
    work: dict[str, int]
    payer_profiles_count: int = 0
    """Payers of whom something else is believed since this run."""
    deposits_count: int = 0

    @property
    def made_work(self) -> bool:
        """Whether items were opened, added to, reopened or woken."""
        return any(self.work.get(kind.value) for kind in _MAKES_WORK)


_MAKES_WORK = (
    WorkEventKind.OPENED,
    WorkEventKind.EVIDENCE,
    WorkEventKind.REOPENED,
    WorkEventKind.WOKEN,
    WorkEventKind.PROMISE_BROKEN,
    WorkEventKind.ESCALATED,
)


class _Flags:
    """A set of identifiers at a byte each; they are dense and count from 1."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add_all(self, identifiers: Sequence[int]) -> None:
        if identifiers and max(identifiers) >= len(self._bytes):
            self._bytes.extend(bytes(max(identifiers) + 1 - len(self._bytes)))
        for identifier in identifiers:
            self._bytes[identifier] = 1

    def __contains__(self, identifier: int) -> bool:
        return identifier < len(self._bytes) and self._bytes[identifier] == 1


class _Run:
    """One run: what is done so far, and the counts for the report."""

    def __init__(self, store: Store, batch: int, progress: ProgressCallback | None) -> None:
        self.store = store
        self.batch = batch
        self.progress = progress
        self.payments_done = _Flags()
        self.claims_done = _Flags()
        self.claim_payments_count = 0
        self.claims_count = 0
        self.remittances_count = 0
        self.payer_profiles_count = 0
        self.deposits_count = 0
        self.outcomes: Counter[MatchOutcome] = Counter()
        self.work: Counter[WorkEventKind] = Counter()

    def writing(self) -> AbstractContextManager[Writer]:
        """A transaction of one step; what is lost of it waits still, and is concluded again."""
        return self.store.writing(repeatable=True)

    def add(self, result: BatchResult) -> None:
        self.payments_done.add_all(result.claim_payment_ids)
        self.claims_done.add_all(result.claim_ids)
        self.claim_payments_count += len(result.claim_payment_ids)
        self.claims_count += len(result.claim_ids)
        self.outcomes += result.outcomes
        self.work += result.work

    def batches(self, step: str, ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
        """Parts of the identifiers; the progress is told after each."""
        for start in range(0, len(ids), size):
            yield ids[start : start + size]
            if self.progress is not None:
                self.progress(step, min(start + size, len(ids)), len(ids))


def reconcile(
    store: Store,
    *,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime],
    everything: bool = False,
    batch: int = BATCH_DEFAULT,
    progress: ProgressCallback | None = None,
) -> ReconcileReport:
    """Bring all conclusions and work items up to date as of a day.

    `everything` concludes again about all that is stored; so does a changed policy. Safe to stop
    at any moment and to run again. Raises LockHeldError when another writer does not let go.
    """
    run = _Run(store, batch, progress)
    context = _prepare(store, policy, as_of, now(), everything=everything)
    with _without_garbage_collection():
        _tie_acknowledgments(run, context, everything=everything)
        _put_deposits_together(run, context)
        _match_payments(run, context)
        _match_claims(run, context)
        if _tie_by_payers_numbers(run, context):
            _match_payments(run, context)
            _match_claims(run, context)
        context = _follow_lags(run, context)
        _look_at_clocks(run, context)
        _settle_provider_adjustments(run, context)
        _place_remittances(run, context)
        _learn(run, context)
        _refresh_by_calendar(run, context)
        _settle_promises(run, context)
        _assign(run, context)
        _escalate(run, context)
    return ReconcileReport(
        claim_payments_count=run.claim_payments_count,
        claims_count=run.claims_count,
        remittances_count=run.remittances_count,
        outcomes={outcome.value: run.outcomes[outcome] for outcome in MatchOutcome},
        work={kind.value: run.work[kind] for kind in WorkEventKind if run.work[kind]},
        payer_profiles_count=run.payer_profiles_count,
        deposits_count=run.deposits_count,
    )


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Records form no cycles; looking for some costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _prepare(
    store: Store,
    policy: ReconcilePolicy,
    as_of: date,
    happened_at: datetime,
    *,
    everything: bool,
) -> BatchContext:
    """Fill the queues and read what is the same for every batch."""
    with store.writing() as writer:
        npis, tins, payers = writer.take_notice_of_new_rows()
        known_npis, known_tins = writer.known_practice_identifiers()
        digest = _policy_digest(policy)
        if everything or writer.mark(_POLICY_MARK) not in {None, digest}:
            _mark_everything(writer)
        elif npis or tins:
            is_first = npis == known_npis != frozenset() or tins == known_tins != frozenset()
            _mark_payees(writer, npis, tins, is_first=is_first)
        known = _known_payers(writer, payers)
        writer.set_mark(_POLICY_MARK, digest)
        return BatchContext(
            policy=policy,
            prices=Prices(
                ContractBook(writer.contracts_in_force()),
                FeeSchedule(writer.fee_schedule()),
                InferredRates(writer.inferred_rates()),
                silent_ppo=policy.silent_ppo,
            ),
            practice=PracticeIdentifiers(
                known_npis | policy.practice_npis, known_tins | policy.practice_tins
            ),
            as_of=as_of,
            happened_at=happened_at,
            posting=PostingContext(policy.posting, known, profiles=profiles_in_use(writer, policy)),
            chances=count_new_outcomes(writer, as_of),
            clock=SilenceClock(policy, writer.payer_lags()),
        )


def _known_payers(writer: Writer, payers: Iterable[tuple[str, str]]) -> KnownPayers:
    """Payers whose remittances post; those of a payer that has just become known are looked at
    again."""
    before = known_payers(writer.known_payer_names())
    if not writer.note_known_payers(payers):
        return before
    known = known_payers(writer.known_payer_names())
    changed = [
        each for each in writer.remittance_payers() if known.know(*each) and not before.know(*each)
    ]
    writer.mark_pending_payments(writer.payment_ids_by_payer(changed))
    return known


def _mark_everything(writer: Writer) -> None:
    writer.mark_all_pending()
    writer.mark_pending_remittances(writer.remittance_ids())
    writer.mark_all_reassociation_pending()


def _mark_payees(
    writer: Writer, npis: frozenset[str], tins: frozenset[str], *, is_first: bool
) -> None:
    """Payments to a payee that has just become known as ours mean something else now.

    With the very first of a kind that is true of every payment: before, nobody was a stranger.
    """
    if is_first:
        writer.mark_all_pending()
        writer.mark_all_reassociation_pending()
    else:
        writer.mark_pending_payments(writer.payment_ids_by_payee(npis, tins))


def _policy_digest(policy: ReconcilePolicy) -> int:
    """A number that differs for different policies, whatever the order of their sets. How people
    share the work is left out: it changes no conclusion."""
    values = msgspec.structs.asdict(policy)
    del values["worklist"]
    text = repr(sorted((name, _ordered(value)) for name, value in values.items()))
    return int(hashlib.sha256(text.encode()).hexdigest()[:15], 16)


def _ordered(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _tie_acknowledgments(run: _Run, context: BatchContext, *, everything: bool) -> None:
    """Step 1. Before payments are matched: they may carry a number that it makes known."""
    with run.writing() as writer:
        writer.mark_acknowledgments_pending(everything=everything)
    _tie_waiting(run, context)


def _tie_by_payers_numbers(run: _Run, context: BatchContext) -> bool:
    """Step 4, second half: acknowledgments whose claim only a payment tells, by the payer's number;
    whether anything waits to be reconciled by that."""
    with run.writing() as writer:
        writer.mark_acknowledgments_by_payer_number()
    is_tied = _tie_waiting(run, context)
    with run.store.reading() as reader:
        return is_tied and bool(reader.pending_claim_ids() or reader.pending_payment_ids())


def _tie_waiting(run: _Run, context: BatchContext) -> bool:
    """Tie the acknowledgments that are marked; whether there were any."""
    with run.store.reading() as reader:
        waiting = reader.pending_acknowledgment_ids()
    for part in run.batches("tying acknowledgments", waiting, run.batch):
        with run.writing() as writer:
            run.work += tie_pending(writer, context, part)
    return bool(waiting)


def _put_deposits_together(run: _Run, context: BatchContext) -> None:
    """Step 2. Before anything posts, for the gate may wait for the money."""
    with run.writing() as writer:
        run.deposits_count, work = reassociate_pending(writer, context)
    run.work += work


def _match_payments(run: _Run, context: BatchContext) -> None:
    """Step 3. Every claim now stored is a candidate, also those that wait themselves."""
    with run.store.reading() as reader:
        waiting = reader.pending_payment_ids()
    for part in run.batches("matching payments", waiting, run.batch):
        ids = [payment_id for payment_id in part if payment_id not in run.payments_done]
        if ids:
            with run.writing() as writer:
                result = reconcile_batch(writer, context, claim_payment_ids=ids)
                writer.clear_pending(claim_payment_ids=result.claim_payment_ids)
            run.add(result)


def _match_claims(run: _Run, context: BatchContext) -> None:
    """Step 4. A payment done in this run has seen these claims already.

    Only claims that waited when the run began are taken: one that arrives meanwhile was not there
    for the first batches, and keeps waiting.
    """
    with run.store.reading() as reader:
        waiting = reader.pending_claim_ids()
    for part in run.batches("matching claims", waiting, run.batch):
        with run.writing() as writer:
            claims = writer.billed_claims(part)
            changed = payments_that_claims_may_change(writer, claims.values())
            payments = sorted(key for key in changed if key not in run.payments_done)
            todo = [claim_id for claim_id in claims if claim_id not in run.claims_done]
            result = None
            if payments or todo:
                result = reconcile_batch(
                    writer, context, claim_payment_ids=payments, claim_ids=todo
                )
            writer.clear_pending(claim_ids=part)
        if result is not None:
            run.add(result)


def _follow_lags(run: _Run, context: BatchContext) -> BatchContext:
    """Step 5, before clocks are looked at: how long payers are given follows what they took, and
    claims that wait for one that is given other days now are looked at with these."""
    with run.store.reading() as reader:
        clock = SilenceClock(context.policy, reader.payer_lags())
        changed = clock.payers_given_other_days(context.clock)
        waiting = [] if changed == () else reader.waiting_claim_ids(changed)
    context = msgspec.structs.replace(context, clock=clock)
    for part in run.batches("following how long payers take", waiting, run.batch):
        with run.writing() as writer:
            result = reconcile_batch(writer, context, claim_ids=part)
        run.add(result)
    return context


def _look_at_clocks(run: _Run, context: BatchContext) -> None:
    """Step 5."""
    with run.store.reading() as reader:
        due = reader.claim_ids_to_look_at(context.as_of)
    for part in run.batches("checking what is overdue", due, run.batch):
        with run.writing() as writer:
            result = reconcile_batch(writer, context, claim_ids=part)
        run.add(result)


def _settle_provider_adjustments(run: _Run, context: BatchContext) -> None:
    """Step 6. One transaction per payer, because a payer's items settle one another, and claims of
    which it took something back are done with it.

    The remittances stay on the queue for the next step, with those whose items changed.
    """
    with run.writing() as writer:
        mark_named_by_new_remittances(writer)
        waiting = sorted(writer.pending_provider_adjustments().items())
    for done, (payer_id, remittance_ids) in enumerate(waiting, 1):
        with run.writing() as writer:
            work, claim_ids = settle_payer(writer, context, payer_id, remittance_ids)
            run.work += work
            for start in range(0, len(claim_ids), run.batch):
                part = claim_ids[start : start + run.batch]
                run.work += reconcile_batch(writer, context, claim_ids=part).work
        if run.progress is not None:
            run.progress("settling provider adjustments", done, len(waiting))


def _place_remittances(run: _Run, context: BatchContext) -> None:
    """Step 7."""
    with run.store.reading() as reader:
        waiting = reader.pending_remittance_ids()
    for part in run.batches("placing money", waiting, _REMITTANCES_PER_BATCH):
        with run.writing() as writer:
            run.work += reconcile_remittances(writer, context, part)
            writer.clear_pending_remittances(part)
        run.remittances_count += len(part)


def _learn(run: _Run, context: BatchContext) -> None:
    """Step 8."""
    with run.writing() as writer:
        run.payer_profiles_count = learn_profiles(writer, context.policy, context.as_of)


def _refresh_by_calendar(run: _Run, context: BatchContext) -> None:
    """Step 9."""
    with run.writing() as writer:
        reached = writer.mark(_DAY_MARK)
        since = None if reached is None else date.fromordinal(reached)
        run.work += refresh_work_on_date(
            writer,
            since=since,
            policy=context.policy,
            as_of=context.as_of,
            happened_at=context.happened_at,
            chances=context.chances,
        )
        writer.set_mark(_DAY_MARK, max(context.as_of.toordinal(), reached or 0))


def _settle_promises(run: _Run, context: BatchContext) -> None:
    """Step 10. After everything is posted, and after snoozed items woke of themselves."""
    with run.writing() as writer:
        run.work += settle_promises(
            writer, context.policy, as_of=context.as_of, happened_at=context.happened_at
        )


def _escalate(run: _Run, context: BatchContext) -> None:
    """Step 12. After the rules said whose an item is: the manager has the last word."""
    with run.writing() as writer:
        run.work += escalate_late(
            writer, context.policy, as_of=context.as_of, happened_at=context.happened_at
        )


def _assign(run: _Run, context: BatchContext) -> None:
    """Step 11."""
    with run.writing() as writer:
        run.work += assign_waiting(
            writer,
            context.policy.worklist,
            as_of=context.as_of,
            happened_at=context.happened_at,
        )
