"""Appeals, claims written again and inquiries, on every kind of database."""

from datetime import UTC, date, datetime

import msgspec

from edi_engine.records.appeals import (
    Appeal,
    AppealEvent,
    AppealEventKind,
    AppealMethod,
    AppealOutcome,
)
from edi_engine.records.corrections import WrittenClaim
from edi_engine.records.inquiries import WrittenInquiry
from edi_engine.store import Store
from tests.store.sample_records import bill_batch, claim, load, work_item

NOW = datetime(2026, 3, 2, 4, 5, tzinfo=UTC)


def appeal(appeal_id: int, due_on: date, **changes: object) -> Appeal:
    made = Appeal(
        appeal_id=appeal_id,
        claim_id=1,
        work_item_id=1,
        payer_id="P1",
        payer_sequence=1,
        ladder="commercial",
        level=1,
        level_name="first level",
        method=AppealMethod.FAX,
        tracking_number="T",
        disputed_cents=100,
        filed_on=date(2026, 1, 1),
        response_due_on=due_on,
        baseline_cents=None,
    )
    return msgspec.structs.replace(made, **changes)


def prepared(store: Store) -> None:
    load(store, bill_batch(claim()))
    with store.writing() as writer:
        writer.upsert_work_items([work_item("claim:1/denied/1")])


def test_appeals_come_back_as_written_and_are_found_by_what_they_are(store: Store) -> None:
    prepared(store)
    late, early = appeal(1, date(2026, 3, 2)), appeal(2, date(2026, 3, 1), payer_id="P2")
    done = appeal(
        3,
        date(2026, 1, 1),
        work_item_id=None,
        outcome=AppealOutcome.PARTLY,
        decided_on=date(2026, 2, 2),
        overturned_cents=5,
        baseline_cents=0,
        closing_cents=5,
        next_level_name="second level",
        next_due_on=date(2026, 4, 3),
        note="n",
    )
    with store.writing() as writer:
        assert [writer.new_appeal_id() for _ in range(3)] == [1, 2, 3]
        for one in (late, early, done):
            event = AppealEvent(NOW, AppealEventKind.FILED, "kim", f"appeal {one.appeal_id}")
            writer.write_appeal(one, event)
        writer.write_appeal(msgspec.structs.replace(done, closing_cents=6))
    with store.reading() as reader:
        assert reader.appeal(1) == late
        assert reader.appeal(9) is None
        assert [one.appeal_id for one in reader.appeals()] == [3, 2, 1]
        assert reader.appeals(payer_id="P2") == [early]
        assert reader.appeals(outcome=AppealOutcome.PARTLY)[0].closing_cents == 6
        assert reader.appeals(overdue_on=date(2026, 3, 2)) == [early]
        assert reader.appeals(claim_id=2) == []
        assert reader.appeals(limit=1)[0].appeal_id == 3
        assert reader.appeals_of_items([1, 2]) == {1: [late, early]}
        assert [event.text for event in reader.appeal_events(2)] == ["appeal 2"]
        assert reader.appeal_events(3)[0].happened_at == NOW


def test_written_claims_are_kept_in_order_with_their_control_numbers(store: Store) -> None:
    prepared(store)
    with store.writing() as writer:
        assert writer.last_written_control_number() == 0
        for number in (5, 6):
            made = WrittenClaim(0, 1, NOW.isoformat(), "kim", "7", "ICN", number, "d", ("a", "b"))
            writer.add_written_claim(made)
        assert writer.last_written_control_number() == 6
        found = writer.written_claims(1)
    assert [one.written_claim_id for one in found] == [1, 2]
    assert found[0].changes == ("a", "b")


def test_inquiries_count_on_with_written_claims_and_are_found_by_claim(store: Store) -> None:
    prepared(store)
    with store.writing() as writer:
        writer.add_written_claim(
            WrittenClaim(0, 1, NOW.isoformat(), "kim", "7", "ICN", 5, "d", ("a",))
        )
        asked = WrittenInquiry(0, NOW.isoformat(), "kim", 6, "e", (1, 1))
        assert writer.add_written_inquiry(asked) == 1
        assert writer.last_written_control_number() == 6
    with store.reading() as reader:
        (found,) = reader.inquiries_about(1)
        assert found == msgspec.structs.replace(asked, written_inquiry_id=1, claim_ids=(1,))
        assert reader.inquiries_about(2) == []
