"""Conclusions, decisions and work come back as they were written; a second writing replaces."""

from datetime import date

from edi_engine.records.expected import FeeScheduleRow
from edi_engine.records.provider_items import (
    InterestLink,
    ProviderItem,
    ProviderItemState,
    ReferenceTrace,
    Settlement,
)
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    ClaimStatus,
    Decision,
    DecisionKind,
    LineReconciliation,
    LineState,
    MatchCandidate,
    MatchEvidence,
    MatchOutcome,
    ReconciliationIssue,
    RemitLine,
    ReversalOutcome,
    ReversalPair,
    Verdict,
)
from edi_engine.store import Store
from tests.store.sample_records import (
    bill_batch,
    claim,
    claim_payment,
    load,
    remittance_batch,
)

EVIDENCE = (MatchEvidence("charge", "150.00", "150.00", Verdict.EQUAL),)
MATCH = ClaimMatch(
    1, MatchOutcome.MATCHED, 1, "same_control_number", 1, "They agree.", EVIDENCE,
    (MatchCandidate(2, "same_charge", "Another patient.", EVIDENCE),),
)  # fmt: skip
LINE = LineReconciliation(
    1, 1, 1, 10000, 9500, "fees.csv row 2", 9500, 9000, 500, 500, 0, 0, 0, LineState.PAID, "",
    (RemitLine(1, 1, "same_line_number"),), "HC:99214", "", ("CO-50",),
)  # fmt: skip
ISSUE = ReconciliationIssue(
    "underpaid", "", 1, 1, 1, 1, 500, date(2026, 2, 1), "It paid less.", (1,)
)
RECONCILIATION = ClaimReconciliation(
    1, ClaimStatus.PARTIAL, 5500, 5000, 500, (LINE,),
    (ReversalPair(1, None, None, ReversalOutcome.ORPHAN, ("paid differs",)),), (ISSUE,),
)  # fmt: skip

PROVIDER_ITEM = ProviderItem(
    1, 1, "PAY01", "WO", "takeback", "ICN-1", 200, 150, ProviderItemState.PARTIAL, False,
    ReferenceTrace("payer_claim_control_number", "ICN-1", 1, 1, 1), (Settlement(1, 50),),
    (InterestLink(1, 1, 5),), True, "recovery claim 1", "Part of it.", date(2026, 2, 1), None,
)  # fmt: skip


def load_both(store: Store) -> None:
    load(store, bill_batch(claim(1), claim(2)), name="bills.edi")
    load(store, remittance_batch(claim_payment(1)), name="era.edi")


def test_matches_and_reconciliations_come_back_whole(store: Store) -> None:
    load_both(store)
    with store.writing() as writer:
        writer.write_matches([MATCH])
        writer.write_reconciliations([RECONCILIATION])
    with store.reading() as reader:
        assert reader.match_of([1, 2]) == {1: MATCH}
        assert reader.reconciliations([1, 2]) == {1: RECONCILIATION}
        assert reader.standings([1])[1].issues == (ISSUE,)  # type: ignore[index]
        assert reader.payment_ids_matched_to([1, 2]) == {1: [1]}


def test_a_later_conclusion_replaces_the_earlier_one_with_all_its_lines(store: Store) -> None:
    load_both(store)
    later = ClaimReconciliation(1, ClaimStatus.UNANSWERED, 15000, 15000, 0, ())
    with store.writing() as writer:
        writer.write_reconciliations([RECONCILIATION])
        writer.write_reconciliations([later])
    with store.reading() as reader:
        assert reader.reconciliations([1]) == {1: later}
        assert next(reader.dataset("reconciliation"))[0] == 2


def test_decisions_stand_until_they_are_revoked_and_are_never_lost(store: Store) -> None:
    load_both(store)
    with store.writing() as writer:
        first = writer.add_decision(
            DecisionKind.LINK, 1, claim_id=2, decided_by="ann", decided_at="2026-03-02T04:05:06Z"
        )
        second = writer.add_decision(
            DecisionKind.UNLINK,
            1,
            claim_id=None,
            decided_by="bob",
            decided_at="2026-03-03T04:05:06Z",
        )
        assert writer.revoke_decision(first, revoked_by="bob", revoked_at="2026-03-04T04:05:06Z")
        assert not writer.revoke_decision(first, revoked_by="bob", revoked_at="later")
    with store.reading() as reader:
        assert reader.decisions() == [Decision(second, DecisionKind.UNLINK, 1, None, "bob")]
        assert reader.decisions([99]) == []
        assert [found.revoked_by for found in reader.decision_history([1])] == ["bob", None]


def test_a_new_fee_schedule_takes_the_place_of_the_old_one(store: Store) -> None:
    old = FeeScheduleRow("PAY01", "99213", ("25",), "11", date(2026, 1, 1), None, 9500, "a row 2")
    new = FeeScheduleRow("", "99213", (), "", None, None, 9000, "b row 2")
    with store.writing() as writer:
        assert writer.fee_schedule() == []
        writer.replace_fee_schedule([old], name="a", digest="d", loaded_at="now")
        assert writer.fee_schedule() == [old]
        writer.replace_fee_schedule([new, old], name="b", digest="e", loaded_at="now")
    with store.reading() as reader:
        assert reader.fee_schedule() == [new, old]


def test_sums_of_a_remittance_are_those_of_its_parts(store: Store) -> None:
    payments = (claim_payment(1), claim_payment(2), claim_payment(3, paid_cents=700))
    load(store, bill_batch(claim(1)), name="bills.edi")
    load(store, remittance_batch(*payments), name="era.edi")
    with store.reading() as reader:
        (money,) = reader.remittance_money([1])
    assert money.claim_payments_cents == 9000 + 9000 + 700
    assert money.provider_adjustments_cents == 200


def test_a_remittance_stands_in_suspense_until_it_is_posted(store: Store) -> None:
    load_both(store)
    with store.writing() as writer:
        before = writer.remittances([1])[1]  # type: ignore[index]
        writer.write_remittance_standings([(1, 8000, 800, "One payment has no claim.")])
        writer.write_provider_items([PROVIDER_ITEM])
    with store.reading() as reader:
        after = reader.remittances([1])[1]  # type: ignore[index]
        assert reader.provider_items(remittance_ids=[1]) == {1: PROVIDER_ITEM}
        assert reader.open_provider_items() == [PROVIDER_ITEM]
    assert (before.posted_cents, before.suspense_cents) == (0, 8800)
    assert (after.posted_cents, after.suspense_cents) == (8000, 800)


def test_the_queue_holds_what_is_new_until_it_is_cleared(store: Store) -> None:
    load_both(store)
    with store.writing() as writer:
        assert (writer.pending_claim_ids(), writer.pending_payment_ids()) == ([1, 2], [1])
        writer.clear_pending(claim_ids=[1, 2], claim_payment_ids=[1])
        assert (writer.pending_claim_ids(), writer.pending_payment_ids()) == ([], [])
        writer.mark_pending_claims([2, 2])
        writer.mark_pending_payments([1])
        assert (writer.pending_claim_ids(), writer.pending_payment_ids()) == ([2], [1])
        writer.mark_all_pending()
        assert (writer.pending_claim_ids(), writer.pending_payment_ids()) == ([1, 2], [1])


def test_a_run_is_kept_from_its_start(store: Store) -> None:
    with store.writing() as writer:
        run_id = writer.start_run("nightly", started_at="2026-03-02T04:05:06+00:00")
    with store.writing() as writer:
        assert writer.runs()[0].status == "running"
        writer.finish_run(run_id, finished_at="later", status="done", report='{"files": 1}')
    with store.reading() as reader:
        assert (reader.runs()[0].status, reader.runs()[0].report) == ("done", '{"files": 1}')
