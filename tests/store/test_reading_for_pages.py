"""What pages read, on either database: in few questions, and the same as by the longer way."""

from datetime import date

import pytest

from edi_engine.records.deposits import Deposit
from edi_engine.records.journal import (
    CASH,
    SUSPENSE,
    JournalEntry,
    PostingPlan,
    PostingRefusal,
    SubjectKind,
)
from edi_engine.records.matching import ClaimPaymentId, RemittanceId
from edi_engine.records.search import SearchKind
from edi_engine.store import Store
from edi_engine.store.search_together import SoughtPart
from tests.store.sample_records import (
    BANK_DAY,
    bill_batch,
    claim,
    claim_payment,
    load,
    load_bank,
    remittance,
    remittance_batch,
)

RAW = b"ISA*00~" + b"x" * 300_000 + b"IEA~"


@pytest.fixture
def loaded(store: Store) -> Store:
    """Two claims, two claim payments of which one waits in the journal, a deposit."""
    load(store, bill_batch(claim(1), claim(2)), name="bills.edi", raw=RAW)
    load(
        store,
        remittance_batch(claim_payment(1), claim_payment(2), head=remittance()),
        name="era.edi",
    )
    load_bank(store, "bank.txt", Deposit(1, BANK_DAY, 90_00, trace_number="TRACE1"))
    waits = PostingPlan(
        SubjectKind.PAYMENT,
        1,
        RemittanceId(1),
        None,
        (JournalEntry(CASH, 9000), JournalEntry(SUSPENSE, -9000)),
        PostingRefusal.UNMATCHED,
        "No claim shares a control number.",
    )
    with store.writing() as writer:
        writer.post([waits], {SubjectKind.PAYMENT: [1]}, posted_on=date(2026, 3, 2))
    return store


def test_the_head_of_a_remittance_is_what_its_parts_say(loaded: Store) -> None:
    with loaded.reading() as reader:
        head = reader.remittance_head(1)
        assert head is not None
        assert head.stored == reader.remittances([1])[RemittanceId(1)]
        assert head.place == reader.remittance_place(1)
        assert (head.manual, head.withdrawal) == reader.entry_and_withdrawal(1) == (None, None)
        assert head.deposit == reader.remittance_deposits([1]).get(RemittanceId(1))
        assert reader.remittance_head(99) is None
        assert reader.deposits_of_remittance(1) == []


def test_payments_are_listed_by_how_they_stand(loaded: Store) -> None:
    with loaded.reading() as reader:
        everything = reader.standing_payments(1, limit=10)
        paid = reader.paid_claims([1, 2])
        assert [one.claim_payment_id for one in everything] == [1, 2]
        for one in everything:
            payment = paid[one.claim_payment_id]
            adjusted = [*payment.adjustments, *(a for x in payment.lines for a in x.adjustments)]
            assert one.adjusted_cents == sum(each.amount_cents for each in adjusted)
            assert one.paid_cents == payment.paid_cents
            assert one.outcome is None
        assert everything[0].refusal == "unmatched"
        assert everything[0].suspense_cents == 9000
        assert reader.standing_payments(1, limit=1, offset=1) == everything[1:]
        assert reader.standing_payments(1, refusal="unmatched", limit=10) == everything[:1]
        assert reader.standing_payments(1, refusal="", limit=10) == []
        assert reader.payments_outside_journal(1, limit=10) == everything[1:]


def test_starts_are_the_places_known_otherwise(loaded: Store) -> None:
    with loaded.reading() as reader:
        starts = reader.starts_of_payments([1, 2])
        for payment_id in (1, 2):
            place = reader.claim_payment_place(payment_id)
            assert place is not None
            start = starts[payment_id, 0]
            assert (start.file_id, start.byte_offset) == (place.file_id, place.byte_offset)
        for (payment_id, ordinal), place in reader.line_payment_places([1, 2]).items():
            assert starts[payment_id, ordinal].byte_offset == place.byte_offset
        places, original = reader.claim_places(1)
        assert places[0] == reader.claim_place(1)
        assert original is None
        assert len(places) == 1 + len(reader.billed_claims([1]).popitem()[1].lines)
        assert reader.claim_places(99) == ({}, None)
        adjustments = reader.placed_adjustments(remittance_ids=[1])
        assert reader.starts_of_provider_adjustments(1).keys() == adjustments.keys()


def test_postings_of_one_question_are_those_of_two(loaded: Store) -> None:
    with loaded.reading() as reader:
        assert reader.postings_of(claim_payment_ids=[1], claim_ids=[1, 2]) == reader.postings(
            SubjectKind.PAYMENT, [1]
        )
        assert reader.postings_of() == []
        assert reader.matches_of_claim(1) == {}
        assert reader.line_answers(1) == []
        found = reader.findings_of_claim_payment(1)
        assert all(one.place.segment_ordinal for one in found)


def test_claims_that_say_the_same(loaded: Store) -> None:
    with loaded.reading() as reader:
        assert [one.claim_id for one in reader.claims_like(1)] == [2]
        assert reader.claims_like(99) == []


@pytest.mark.parametrize("kind", [kind for kind in SearchKind if kind is not SearchKind.ITEM])
def test_things_that_have_every_part(loaded: Store, kind: SearchKind) -> None:
    part = SoughtPart("TRACE", 90_00, date(2026, 1, 5), (1, 2))
    with loaded.reading() as reader:
        once = reader.things_meeting(kind, [part], 10)
        assert reader.things_meeting(kind, [part, part], 10) == once
        assert reader.things_meeting(kind, [part, SoughtPart("NOBODY", None, None, ())], 10) == []
        assert reader.things_meeting(kind, [SoughtPart("", None, None, ())], 10) == []


def test_pieces_of_files_are_those_read_one_by_one(loaded: Store) -> None:
    wanted = [(1, 0, 7), (1, 262_140, 10), (1, len(RAW) - 3, 100), (1, 10**9, 5), (99, 0, 5)]
    with loaded.reading() as reader:
        pieces = reader.raw_pieces(wanted)
        assert pieces == [RAW[:7], RAW[262_140:262_150], RAW[-3:], b"", b""]
        assert pieces == [reader.raw_segments(*one) for one in wanted]
        assert reader.raw_pieces([]) == []


def test_a_look_asks_each_question_once_and_sees_one_snapshot(loaded: Store) -> None:
    with loaded.looking() as store, store.reading() as one:
        with store.reading() as other:
            assert one is other
        before = one.remittances([1])
        with loaded.writing() as writer:
            writer.hold_remittance(1, "Looked at elsewhere.")
        assert one.remittances([1]) == before
        rows = one.rows("SELECT remittance_id FROM remittances")
        rows.append((2,))
        assert one.rows("SELECT remittance_id FROM remittances") == [(1,)]
        with pytest.raises(AssertionError, match="nothing is written"), store.writing():
            pass
    with loaded.reading() as reader:
        assert reader.remittances([1])[RemittanceId(1)].held == "Looked at elsewhere."
        assert ClaimPaymentId(1) in reader.paid_claims([1])
