"""Promises to pay: what came of one by days and amounts, and what that makes of its item."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.errors import InputError
from edi_engine.records.promises import (
    Promise,
    PromiseMoney,
    Promiser,
    PromiseReceipt,
    PromiseStanding,
    PromiseState,
)
from edi_engine.records.work import Queue, WaitingFor, WorkEventKind, WorkItem, WorkStatus
from edi_engine.worklist import (
    after_promises,
    check_receipt,
    promise,
    promise_words,
    promiser_of,
    standing_of_promise,
)
from edi_engine.worklist.refresh import refresh_on_date
from tests.store.sample_records import work_item

NOW = datetime(2026, 3, 25, 9, 30, tzinfo=UTC)
MADE_ON, DUE_ON = date(2026, 3, 25), date(2026, 4, 8)
LAST_DAY, BROKEN_ON = date(2026, 4, 11), date(2026, 4, 12)


def made(**changes: object) -> Promise:
    plain = Promise(
        promise_id=1,
        work_item_id=12,
        claim_id=7,
        payer_sequence=1,
        promised_by=Promiser.PAYER,
        amount_cents=80_00,
        due_on=DUE_ON,
        grace_days=3,
        counted_from=MADE_ON,
        known_cents=0,
        recorded_on=MADE_ON,
        recorded_at=NOW.isoformat(),
        recorded_by="kim",
    )
    return msgspec.structs.replace(plain, **changes)


def item(**changes: object) -> WorkItem:
    plain = work_item("claim:7/denied/1", claim_id=7, work_item_id=12, status=WorkStatus.OPEN)
    return msgspec.structs.replace(plain, **changes)


def standing(
    *money: tuple[str, int], as_of: date = BROKEN_ON, found: Promise | None = None, **said: bool
) -> PromiseStanding:
    return standing_of_promise(
        found or made(),
        [PromiseMoney(date.fromisoformat(day), cents) for day, cents in money],
        as_of=as_of,
        is_replaced=said.get("is_replaced", False),
        is_settled=said.get("is_settled", False),
    )


CASES = [
    # money by day, as of, state, came, kept on, late
    ([], "2026-04-11", "open", 0, None, False),
    ([], "2026-04-12", "broken", 0, None, False),
    ([("2026-04-08", 80_00)], "2026-04-08", "kept", 80_00, "2026-04-08", False),
    ([("2026-04-11", 80_00)], "2026-04-20", "kept", 80_00, "2026-04-11", False),  # in grace
    ([("2026-04-12", 80_00)], "2026-04-20", "kept", 80_00, "2026-04-12", True),
    ([("2026-04-01", 30_00)], "2026-04-11", "open", 30_00, None, False),
    ([("2026-04-01", 30_00)], "2026-04-12", "partly_kept", 30_00, None, False),
    ([("2026-04-01", 30_00), ("2026-04-09", 50_00)], "2026-04-12", "kept", 80_00, "2026-04-09",
     False),
    ([("2026-04-01", 79_99)], "2026-04-12", "partly_kept", 79_99, None, False),  # a cent short
    ([("2026-04-01", 90_00)], "2026-04-12", "kept", 90_00, "2026-04-01", False),
    ([("2026-03-24", 80_00)], "2026-04-12", "broken", 0, None, False),  # before it was made
    ([("2026-03-25", 80_00)], "2026-04-12", "kept", 80_00, "2026-03-25", False),
    # taken back, and paid again late
    ([("2026-04-01", 80_00), ("2026-04-15", -80_00)], "2026-04-20", "broken", 0, None, False),
    ([("2026-04-01", 80_00), ("2026-04-05", -80_00)], "2026-04-10", "open", 0, None, False),
    ([("2026-04-01", 80_00), ("2026-04-15", -80_00), ("2026-04-20", 80_00)], "2026-04-21", "kept",
     80_00, "2026-04-20", True),
    # corrected on one day: taken back and paid again counts as one sum
    ([("2026-04-01", 80_00), ("2026-04-15", -80_00), ("2026-04-15", 85_00)], "2026-04-20", "kept",
     85_00, "2026-04-01", False),
    ([("2026-04-01", -50_00)], "2026-04-12", "broken", -50_00, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("money", "as_of", "state", "came", "kept_on", "late"), CASES)
def test_what_came_of_a_promise(  # noqa: PLR0917 - the columns of the table
    money: list[tuple[str, int]],
    as_of: str,
    state: str,
    came: int,
    kept_on: str | None,
    late: bool,
) -> None:
    found = standing(*money, as_of=date.fromisoformat(as_of))
    assert (found.state, found.came_cents, found.is_late) == (state, came, late)
    assert (found.kept_on and found.kept_on.isoformat()) == kept_on


def test_what_the_journal_held_already_was_not_promised() -> None:
    known = made(known_cents=80_00)
    assert standing(("2026-03-25", 80_00), found=known).state is PromiseState.BROKEN
    both = standing(("2026-03-25", 80_00), ("2026-04-02", 80_00), found=known)
    assert (both.state, both.came_cents) == (PromiseState.KEPT, 80_00)


def test_a_replaced_promise_and_one_nobody_asks_for_are_not_broken_but_may_be_kept() -> None:
    assert standing(is_replaced=True).state is PromiseState.REPLACED
    assert standing(is_settled=True).state is PromiseState.RELEASED
    money = ("2026-04-01", 80_00)
    assert standing(money, is_replaced=True).state is PromiseState.KEPT
    assert standing(money, is_settled=True).state is PromiseState.KEPT


payments = st.lists(
    st.tuples(st.dates(date(2026, 3, 20), date(2026, 4, 20)), st.integers(-100, 100)), max_size=8
)


@given(payments, st.permutations(range(8)), st.integers(1, 150))
def test_the_order_in_which_money_is_told_does_not_matter(
    money: list[tuple[date, int]], order: list[int], amount: int
) -> None:
    """And the state is what a plain sum over the days says."""
    found = made(amount_cents=amount)
    told = [PromiseMoney(day, cents) for day, cents in money]
    mixed = [told[place] for place in order if place < len(told)]
    one, other = (
        standing_of_promise(found, each, as_of=BROKEN_ON, is_replaced=False, is_settled=False)
        for each in (told, mixed)
    )
    assert one == other

    def sum_until(day: date) -> int:
        return sum(cents for on, cents in money if MADE_ON <= on <= day)

    days = [date(2026, 3, 20) + timedelta(days=step) for step in range(32)]
    assert (one.state is PromiseState.KEPT) == (sum_until(days[-1]) >= amount)
    if one.kept_on is not None:
        assert all(sum_until(day) >= amount for day in days if day >= one.kept_on)
        assert sum_until(one.kept_on - timedelta(days=1)) < amount


def test_a_promise_hides_its_item_until_the_day_after_the_grace() -> None:
    change = promise(item(), made(note="Check 77."), as_of=MADE_ON, happened_at=NOW)

    assert (change.item.status, change.item.next_action_on) == (WorkStatus.WAITING, BROKEN_ON)
    assert change.waiting_for is WaitingFor.PAYER
    (event,) = change.events
    assert (event.kind, event.actor) == (WorkEventKind.PROMISED, "kim")
    assert event.text == (
        "The payer promised $80.00 by 2026-04-08; grace until 2026-04-11. Check 77."
    )


REFUSED = [
    (item(status=WorkStatus.CLOSED), made(), "cannot be promised on: it is closed already"),
    (item(claim_id=None), made(), "it is about no claim, so what comes of a promise could not"),
    (item(), made(amount_cents=0), r"\$0.00 is no amount to promise"),
    (item(), made(amount_cents=-5), "is no amount to promise"),
    (item(), made(due_on=date(2026, 3, 24)), "2026-03-24 has passed"),
    (item(), made(counted_from=date(2026, 4, 9)), "comes after 2026-04-08, the day it was"),
    (item(), made(note="x" * 2001), "the note has 2001 characters"),
]


@pytest.mark.parametrize(("found", "given_", "message"), REFUSED)
def test_what_is_no_promise_is_refused(found: WorkItem, given_: Promise, message: str) -> None:
    with pytest.raises(InputError, match=message):
        promise(found, given_, as_of=MADE_ON, happened_at=NOW)


def test_who_promises_is_who_owes() -> None:
    assert promiser_of(item()) is Promiser.PAYER
    patients = item(cause="patient_balance", queue=Queue.PATIENT_OVERDUE)
    assert promiser_of(patients) is Promiser.PATIENT


def receipt(**changes: object) -> PromiseReceipt:
    plain = PromiseReceipt(1, 1, 20_00, date(2026, 4, 1), NOW.isoformat(), "kim")
    return msgspec.structs.replace(plain, **changes)


@pytest.mark.parametrize(
    ("promised", "given_", "message"),
    [
        (made(), receipt(), "promise 1: what a payer paid is told by its remittance"),
        (made(promised_by=Promiser.PATIENT), receipt(amount_cents=0), "0.00 is no money"),
        (
            made(promised_by=Promiser.PATIENT),
            receipt(came_on=date(2026, 4, 13)),
            "2026-04-13 is still to come",
        ),
        (made(promised_by=Promiser.PATIENT), receipt(note="x" * 2001), "2001 characters"),
    ],
)
def test_only_what_a_patient_paid_is_written_down_by_hand(
    promised: Promise, given_: PromiseReceipt, message: str
) -> None:
    check_receipt(made(promised_by=Promiser.PATIENT), receipt(), as_of=BROKEN_ON)
    with pytest.raises(InputError, match=message):
        check_receipt(promised, given_, as_of=BROKEN_ON)


def broken_item() -> WorkItem:
    waiting = item(status=WorkStatus.WAITING, next_action_on=date(2026, 5, 1))
    change = after_promises(waiting, [standing()], {}, as_of=BROKEN_ON, happened_at=NOW)
    assert change is not None
    assert [event.kind.value for event in change.events] == ["promise_broken", "woken"]
    return change.item


def test_a_broken_promise_wakes_its_item_into_a_queue_of_its_own_and_makes_it_urgent() -> None:
    broken = broken_item()

    assert (broken.queue, broken.status, broken.next_action_on) == (
        Queue.PROMISE_BROKEN,
        WorkStatus.OPEN,
        BROKEN_ON,
    )
    told = {one.name: (one.value, one.reason) for one in broken.factors}
    assert told["urgency"] == ("x2.00", "a promise is broken; nothing lapses")
    assert told["broken promise"] == (
        "$80.00",
        "The payer promised $80.00 by 2026-04-08; nothing came, and the grace ended on 2026-04-11.",
    )
    calm = after_promises(broken, [standing(("2026-04-15", 80_00))], {1: PromiseState.BROKEN},
                          as_of=BROKEN_ON, happened_at=NOW)  # fmt: skip
    assert calm is not None
    assert broken.priority == 2 * calm.item.priority


@pytest.mark.parametrize("day", [BROKEN_ON, date(2026, 6, 1)])
def test_the_calendar_leaves_a_broken_promise_where_it_is(day: date) -> None:
    broken = broken_item()
    changes = refresh_on_date([broken], as_of=day, happened_at=NOW)
    after = changes[0].item if changes else broken
    assert after.queue is Queue.PROMISE_BROKEN
    assert "broken promise" in {one.name for one in after.factors}
    assert next(one.value for one in after.factors if one.name == "urgency") == "x2.00"


def test_a_broken_promise_may_be_held_to_after_the_deadline() -> None:
    past = item(deadline=date(2026, 4, 1), status=WorkStatus.OPEN)
    change = after_promises(past, [standing()], {}, as_of=BROKEN_ON, happened_at=NOW)
    assert change is not None
    urgency = next(one for one in change.item.factors if one.name == "urgency")
    assert urgency.value == "x2.00"
    assert urgency.reason == "a promise is broken; the deadline 2026-04-01 has passed"


def test_money_that_comes_late_brings_the_item_back_to_its_queue() -> None:
    late = standing(("2026-04-15", 80_00), as_of=date(2026, 4, 16))
    change = after_promises(
        broken_item(), [late], {1: PromiseState.BROKEN}, as_of=BROKEN_ON, happened_at=NOW
    )
    assert change is not None
    assert change.item.queue is Queue.DENIAL
    assert not [one for one in change.item.factors if one.name == "broken promise"]
    (event,) = change.events
    assert event.kind is WorkEventKind.PROMISE_KEPT
    assert event.text == (
        "The payer promised $80.00 by 2026-04-08; it came on 2026-04-15, after the grace until"
        " 2026-04-11."
    )


def test_money_that_is_taken_back_breaks_a_kept_promise() -> None:
    back = standing(("2026-04-01", 80_00), ("2026-04-15", -60_00), as_of=date(2026, 4, 16))
    change = after_promises(
        item(), [back], {1: PromiseState.KEPT}, as_of=date(2026, 4, 16), happened_at=NOW
    )
    assert change is not None
    assert change.item.queue is Queue.PROMISE_BROKEN
    assert change.events[0].text == (
        "Money was taken back. The payer promised $80.00 by 2026-04-08; $20.00 of it came, and the"
        " grace ended on 2026-04-11."
    )


def test_the_same_again_changes_nothing() -> None:
    same = after_promises(
        broken_item(), [standing()], {1: PromiseState.BROKEN}, as_of=BROKEN_ON, happened_at=NOW
    )
    assert same is None


def test_a_new_promise_takes_the_item_out_of_the_broken_ones() -> None:
    again = made(promise_id=2, due_on=date(2026, 4, 20), replaces_promise_id=1)
    change = promise(broken_item(), again, as_of=BROKEN_ON, happened_at=NOW)
    assert (change.item.queue, change.item.status) == (Queue.DENIAL, WorkStatus.WAITING)
    assert "This replaces promise 1." in change.events[0].text


@pytest.mark.parametrize("state", list(PromiseState))
def test_every_state_is_told_in_words(state: PromiseState) -> None:
    words = promise_words(PromiseStanding(made(), state, 5_00, date(2026, 4, 9)))
    assert words.startswith("The payer promised $80.00 by 2026-04-08; ")
    assert words.endswith(".")
