"""The journal in the database: nothing is changed, what stands otherwise is reversed first."""

from collections.abc import Sequence
from datetime import date

import pytest

from edi_engine.records.journal import (
    CASH,
    SUSPENSE,
    JournalEntry,
    PostingPlan,
    PostingRefusal,
    SubjectKind,
    receivable_payer,
)
from edi_engine.store import Store
from edi_engine.store.maintenance import hash_journal, verify_store
from tests.store.sample_records import bill_batch, claim, claim_payment, load, remittance_batch

DAY = date(2026, 3, 2)
LATER = date(2026, 3, 9)
PAYMENT = SubjectKind.PAYMENT


@pytest.fixture
def loaded(store: Store) -> Store:
    load(store, bill_batch(claim(1), claim(2)), name="bills.edi")
    load(store, remittance_batch(claim_payment(1)), name="era.edi")
    return store


def plan(*entries: JournalEntry, refusal: str = "", reason: str = "") -> PostingPlan:
    return PostingPlan(PAYMENT, 1, 1, 1, entries, refusal, reason)  # type: ignore[arg-type]


POSTED = plan(
    JournalEntry(CASH, 9000, 1, 1, 1),  # type: ignore[arg-type]
    JournalEntry(receivable_payer(1), -9000, 1, 1, 1),  # type: ignore[arg-type]
)
WAITING = plan(
    JournalEntry(CASH, 9000, line_ordinal=1),
    JournalEntry(SUSPENSE, -9000, line_ordinal=1),
    refusal=PostingRefusal.UNMATCHED,
    reason="No claim shares a control number.",
)


def post(store: Store, plans: Sequence[PostingPlan], day: date = DAY) -> int:
    with store.writing() as writer:
        return writer.post(plans, {PAYMENT: [1]}, posted_on=day)


def sums(store: Store) -> dict[str, int]:
    with store.reading() as reader:
        found: dict[str, int] = {}
        for row in reader.dataset("journal"):
            found[row[2]] = found.get(row[2], 0) + row[6]
        return {account: cents for account, cents in found.items() if cents}


def test_a_plan_is_posted_once_however_often_it_is_said(loaded: Store) -> None:
    assert post(loaded, [POSTED]) == 1
    assert post(loaded, [POSTED], LATER) == 0
    with loaded.reading() as reader:
        (found,) = reader.postings(PAYMENT, [1])
    assert (found.plan, found.posted_on, found.in_force) == (POSTED, DAY, True)
    assert found.reverses_posting_id is None


def test_another_plan_reverses_what_stands_and_both_stay_to_be_read(loaded: Store) -> None:
    post(loaded, [WAITING])
    assert post(loaded, [POSTED], LATER) == 2
    with loaded.reading() as reader:
        history = reader.postings(PAYMENT, [1], in_force_only=False)
    assert [(one.plan.suspense_cents, one.in_force, one.posted_on) for one in history] == [
        (9000, False, DAY),
        (-9000, False, LATER),
        (0, True, LATER),
    ]
    assert [one.reverses_posting_id for one in history] == [None, 1, None]
    assert sums(loaded) == {"cash": 9000, "receivable_payer_1": -9000}


def test_a_subject_without_a_plan_ends_without_a_posting(loaded: Store) -> None:
    post(loaded, [POSTED])
    assert post(loaded, []) == 1
    assert post(loaded, []) == 0
    with loaded.reading() as reader:
        assert reader.postings(PAYMENT, [1]) == []
    assert sums(loaded) == {}


def test_a_refusal_without_money_is_kept_as_a_posting_without_entries(loaded: Store) -> None:
    post(loaded, [plan(refusal=PostingRefusal.ZERO_PAYMENT, reason="It pays nothing.")])
    with loaded.reading() as reader:
        (found,) = reader.postings(PAYMENT, [1])
        (summed,) = reader.remittance_postings([1])[1]  # type: ignore[index]
    assert (found.plan.entries, found.plan.refusal) == ((), "zero_payment")
    assert (summed.count, summed.cash_cents, summed.suspense_cents) == (1, 0, 0)


def test_the_source_of_an_entry_is_its_segment(loaded: Store) -> None:
    post(loaded, [POSTED, PostingPlan(SubjectKind.CLAIM, 1, None, 1, ())])  # type: ignore[arg-type]
    with loaded.reading() as reader:
        sources = {row[8] for row in reader.dataset("journal")}
        (payment,) = reader.paid_claims([1]).values()
    assert len(sources) == 1
    assert sources.pop().startswith("era.edi ST ")
    assert payment.lines[0].line_ordinal == 1


def test_the_number_of_the_journal_forgets_what_was_taken_back(
    loaded: Store, store_url: str
) -> None:
    post(loaded, [POSTED])
    straight = hash_journal(store_url)
    post(loaded, [WAITING])
    assert hash_journal(store_url) != straight
    post(loaded, [POSTED])
    assert hash_journal(store_url) == straight


DAMAGES = {
    "an entry changed": "UPDATE journal_entries SET amount_cents = amount_cents + 1"
    " WHERE entry_id = 1",
    "an entry lost": "DELETE FROM journal_entries WHERE entry_id = 2",
    "two in force": "UPDATE postings SET in_force = true",
    "a reversal that is no opposite": "UPDATE postings SET cash_cents = 1"
    " WHERE reverses_posting_id IS NOT NULL",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_verify_names_a_journal_that_does_not_hold_together(
    loaded: Store, store_url: str, damage: str
) -> None:
    post(loaded, [WAITING])
    post(loaded, [POSTED])
    assert verify_store(store_url) == []
    with loaded.writing() as writer:
        writer.run(DAMAGES[damage])
    assert [problem for problem in verify_store(store_url) if "osting" in problem]


def test_verify_holds_balances_and_cash_against_what_was_posted(
    loaded: Store, store_url: str
) -> None:
    post(loaded, [POSTED])
    with loaded.writing() as writer:
        writer.run("INSERT INTO claim_standings VALUES (1,'paid',6000,6000,0,'[]','[]','[]')")
        writer.write_remittance_standings([(1, 9000, 0, "")])
        writer.clear_pending_remittances([1])
    told = verify_store(store_url)
    assert told == ["The cash of remittance 1 in the journal is not its payment amount."]
    with loaded.writing() as writer:
        writer.run("UPDATE claim_standings SET balance_cents = 6001, payer_balance_cents = 6001")
    assert "The balance of claim 1 is not its charge and what was posted to it." in verify_store(
        store_url
    )


def test_a_rehearsal_is_seen_inside_and_leaves_nothing(loaded: Store) -> None:
    with loaded.rehearsing() as stage:
        post(stage, [POSTED])
        assert sums(stage) == {"cash": 9000, "receivable_payer_1": -9000}
    assert sums(loaded) == {}
    with loaded.reading() as reader:
        assert reader.newest_posting_id() == 0


def test_released_payers_are_known_until_the_release_is_revoked(loaded: Store) -> None:
    with loaded.writing() as writer:
        first = writer.release_payer("EX9", released_by="kim", released_at="now", note="new name")
        assert ("EX9", "") in writer.known_payer_names()
        writer.revoke_payer_release(first, revoked_by="kim", revoked_at="later")
        assert ("EX9", "") not in writer.known_payer_names()
        assert [one.revoked_by for one in writer.payer_releases(standing_only=False)] == ["kim"]
