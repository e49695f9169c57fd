"""Pulling work: an item is in one person's hands, whoever asks at the same instant."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.work_pull import next_item, peek_item, release_item
from edi_engine.jobs.worklist import (
    assign_item,
    close_item,
    list_work,
    note_item,
    show_item,
    snooze_item,
)
from edi_engine.records.outcomes import WorkStake
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.work import Queue
from edi_engine.store import Store, open_store
from tests.store.conftest import databases, postgres_server, postgres_url
from tests.store.sample_records import work_item

__all__ = ["databases", "postgres_server", "postgres_url"]

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PULLERS, PULLS, ITEMS = 4, 5, 30


class Clock:
    """An instant that goes on when it is told to."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **time: int) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "work.db")) as opened:
        _fill(opened, 4)
        yield opened


def _fill(store: Store, count: int) -> None:
    """Items whose number is their place in order of priority."""
    items = [work_item(f"claim:{place}/denied/1", priority=1000 - place) for place in range(count)]
    with store.writing() as writer:
        writer.upsert_work_items(items)


@pytest.fixture
def pull(store: Store, clock: Clock) -> Callable[..., int | None]:
    def pulled(actor: str, **options: object) -> int | None:
        found = next_item(store, actor=actor, as_of=TODAY, now=clock, **options)  # type: ignore[arg-type]
        return None if found is None else found.item.work_item_id

    return pulled


Pull = Callable[..., int | None]


def test_what_one_has_in_hand_another_does_not_get(pull: Pull) -> None:
    assert [pull("dana"), pull("kim"), pull("lee"), pull("mo"), pull("nan")] == [1, 2, 3, 4, None]


def test_pulling_again_gives_what_is_in_hand(pull: Pull) -> None:
    assert [pull("dana"), pull("dana"), pull("kim"), pull("dana")] == [1, 1, 2, 1]


def test_a_lease_that_ran_out_is_free(pull: Pull, clock: Clock) -> None:
    assert pull("dana") == 1
    clock.forward(minutes=29, seconds=59)
    assert pull("kim") == 2
    clock.forward(seconds=1)
    assert pull("lee") == 1
    assert pull("dana") == 3


def test_working_on_it_renews_the_lease_and_the_settings_say_how_long(
    store: Store, pull: Pull, clock: Clock
) -> None:
    policy = WorklistPolicy(lease_minutes=10)
    assert pull("dana", policy=policy) == 1
    clock.forward(minutes=9)
    note_item(store, 1, "on hold", actor="dana", policy=policy, now=clock)
    note_item(store, 1, "seen that", actor="kim", policy=policy, now=clock)
    clock.forward(minutes=9)

    lease = show_item(store, 1, now=clock).lease
    assert lease is not None
    assert (lease.holder, lease.taken_at) == ("dana", NOON)
    assert lease.expires_at == NOON + timedelta(minutes=19)
    assert pull("kim") == 2
    clock.forward(minutes=1)
    assert show_item(store, 1, now=clock).lease is None


@pytest.mark.parametrize("how", ["close", "snooze", "release", "assign"])
def test_being_done_with_it_ends_the_lease(
    store: Store, pull: Pull, clock: Clock, how: str
) -> None:
    assert pull("dana") == 1
    if how == "close":
        close_item(store, 1, "written off", actor="dana", as_of=TODAY, now=clock)
    elif how == "snooze":
        until = TODAY + timedelta(days=1)
        snooze_item(store, 1, until, actor="dana", as_of=TODAY, now=clock)
    elif how == "release":
        release_item(store, 1, actor="dana", now=clock)
    else:
        assign_item(store, 1, "kim", actor="the manager", now=clock)

    assert show_item(store, 1, now=clock).lease is None
    assert pull("lee") == (1 if how == "release" else 2)


def test_others_see_who_has_it_and_cannot_finish_it(store: Store, pull: Pull, clock: Clock) -> None:
    assert pull("dana") == 1
    held = [
        entry.lease and entry.lease.holder for entry in list_work(store, as_of=TODAY, now=clock)
    ]
    assert held == ["dana", None, None, None]
    for finish in (
        lambda: close_item(store, 1, "done", actor="kim", as_of=TODAY, now=clock),
        lambda: snooze_item(store, 1, date(2026, 4, 1), actor="kim", as_of=TODAY, now=clock),
        lambda: release_item(store, 1, actor="kim", now=clock),
    ):
        with pytest.raises(InputError, match="dana has it in hand until 2026-03-02T12:30"):
            finish()


def test_what_is_assigned_to_somebody_else_is_not_given_out(
    store: Store, pull: Pull, clock: Clock
) -> None:
    assign_item(store, 1, "kim", actor="the manager", now=clock)

    assert pull("dana") == 2
    assert pull("kim") == 1
    assert pull("lee", take=True) == 3
    clock.forward(hours=2)
    assert pull("mo") == 2  # dana's lease ran out; lee's item is assigned


def test_looking_takes_nothing_and_a_queue_may_be_asked_for(
    store: Store, pull: Pull, clock: Clock
) -> None:
    with store.writing() as writer:
        writer.upsert_work_items([work_item("claim:9/x/1", priority=1, queue=Queue.CREDIT)])
    seen = peek_item(store, actor="dana", as_of=TODAY, now=clock)
    assert seen is not None
    assert (seen.item.work_item_id, seen.lease) == (1, None)
    assert pull("kim") == 1
    assert pull("kim", queue=Queue.CREDIT) == 5


YOUNG_QUOTA = WorklistPolicy(young_percent=30)
"""Three of ten."""


def _with_ages(store: Store, ages: list[int]) -> None:
    """More refusals, worth least of all, that arose so many days ago; and their stakes."""
    items = [
        work_item(f"claim:{100 + place}/denied/1", priority=-place) for place in range(len(ages))
    ]
    with store.writing() as writer:
        ids = writer.upsert_work_items(items)
        writer.write_work_stakes(
            [
                WorkStake(
                    key, "P", "denied", "coding", TODAY - timedelta(days=age), TODAY, 10_00, 0
                )
                for key, age in zip(ids, ages, strict=True)
            ]
        )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    """Ten items of great worth and no known age (1 to 10), and five refusals of little worth:
    11 is 5 days old, 12 is 2, 13 and 14 are 30, 15 is 31."""
    with open_store(str(tmp_path / "office.db")) as opened:
        _fill(opened, 10)
        _with_ages(opened, [5, 2, 30, 30, 31])
        yield opened


def _given(store: Store, clock: Clock, actor: str, **options: object) -> tuple[int, str]:
    """Pulled, and put away until tomorrow."""
    options.setdefault("policy", YOUNG_QUOTA)
    entry = next_item(store, actor=actor, as_of=TODAY, now=clock, **options)  # type: ignore[arg-type]
    assert entry is not None
    until = TODAY + timedelta(days=1)
    snooze_item(store, entry.item.work_item_id, until, actor=actor, as_of=TODAY, now=clock)
    return entry.item.work_item_id, entry.given_as


def test_so_many_of_a_days_items_are_young_refusals_the_youngest_first(
    office: Store, clock: Clock
) -> None:
    found = [_given(office, clock, actor) for actor in ("dana", "kim") * 7]
    said = "given out as one of today's young refusals"

    assert [number for number, _ in found] == [12, 1, 2, 11, 3, 4, 13, 5, 6, 7, 14, 8, 9, 10]
    assert [words for _, words in found if words] == [
        f"{said}: 1 of 1",
        f"{said}: 2 of 4",
        f"{said}: 3 of 7",
        f"{said}: 4 of 11",
    ]
    # The one that is 31 days old is young no more, and comes in its turn.
    assert _given(office, clock, "dana") == (15, "")


def test_the_youngest_of_mine_and_of_nobodys_comes_first(office: Store, clock: Clock) -> None:
    assign_item(office, 11, "dana", actor="the manager", now=clock)
    assign_item(office, 13, "kim", actor="the manager", now=clock)
    policy = WorklistPolicy(young_percent=100)
    found = [_given(office, clock, "dana", policy=policy)[0] for _ in range(4)]
    assert found == [12, 11, 14, 1]  # 2, 5 and 30 days; the other of 30 days is kim's


def test_without_the_setting_nothing_goes_ahead_of_what_is_worth_more(
    office: Store, clock: Clock
) -> None:
    found = [_given(office, clock, "dana", policy=WorklistPolicy()) for _ in range(4)]
    assert found == [(1, ""), (2, ""), (3, ""), (4, "")]
    with office.reading() as reader:
        assert reader.pulled(TODAY) == (0, 0)


def test_pulling_what_is_in_hand_again_counts_once_and_looking_counts_nothing(
    office: Store, clock: Clock
) -> None:
    for _ in range(3):
        seen = peek_item(office, actor="dana", as_of=TODAY, policy=YOUNG_QUOTA, now=clock)
        assert seen is not None
        assert (seen.item.work_item_id, seen.given_as[-6:]) == (12, "1 of 1")
    for _ in range(3):
        held = next_item(office, actor="dana", as_of=TODAY, policy=YOUNG_QUOTA, now=clock)
        assert held is not None
        assert (held.item.work_item_id, held.given_as[-6:]) == (12, "1 of 1")
    assert show_item(office, 12, as_of=TODAY).given_as.endswith("refusals: 1 of 1")
    assert show_item(office, 12, as_of=TODAY + timedelta(days=1)).given_as == ""
    with office.reading() as reader:
        assert reader.pulled(TODAY) == (1, 1)


def test_who_asks_for_another_queue_gets_it_and_takes_nothing_from_the_quota(
    office: Store, clock: Clock
) -> None:
    with office.writing() as writer:
        writer.upsert_work_items([work_item("claim:9/x/1", priority=1, queue=Queue.CREDIT,
                                            cause="overpaid")])  # fmt: skip
    assert _given(office, clock, "dana", queue=Queue.CREDIT) == (16, "")
    assert _given(office, clock, "dana", queue=Queue.DENIAL)[0] == 12


def test_a_young_one_that_is_worth_most_counts_and_the_next_day_begins_anew(
    office: Store, clock: Clock
) -> None:
    with office.writing() as writer:
        top = work_item("claim:100/denied/1", priority=5_000)
        writer.upsert_work_items([top])  # number 11, 5 days old
    assert [_given(office, clock, "dana")[0] for _ in range(4)] == [12, 11, 1, 2]
    with office.reading() as reader:
        assert reader.pulled(TODAY) == (4, 2)
        assert reader.pulled(TODAY + timedelta(days=1)) == (0, 0)


def test_where_no_young_one_is_left_the_best_is_given(office: Store, clock: Clock) -> None:
    policy = WorklistPolicy(young_percent=100)
    found = [_given(office, clock, "dana", policy=policy)[0] for _ in range(7)]
    assert found == [12, 11, 13, 14, 1, 2, 3]


def _pull_young(url: str, actor: str, start: object, found: object) -> None:
    with open_store(url) as store:
        start.wait()  # type: ignore[attr-defined]
        for _ in range(PULLS):
            entry = next_item(store, actor=actor, as_of=TODAY, policy=YOUNG_QUOTA)
            assert entry is not None
            found.put((entry.item.work_item_id, entry.given_as))  # type: ignore[attr-defined]
            until = TODAY + timedelta(days=1)
            snooze_item(store, entry.item.work_item_id, until, actor=actor, as_of=TODAY)


@pytest.mark.parametrize(
    "in_processes",
    [pytest.param(True, marks=pytest.mark.slow), False],
    ids=["processes", "threads"],
)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_pulling_at_once_keeps_the_quota_to_the_item(
    kind: str, in_processes: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = str(tmp_path / "shared.db")
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with open_store(url) as store:
        _fill(store, ITEMS)
        _with_ages(store, list(range(1, 11)))

    given = _pullers(url, in_processes=in_processes, work=_pull_young)

    assert len({number for number, _ in given}) == len(given) == PULLERS * PULLS
    # Of twenty, thirty in a hundred: the six youngest, each with counts of its own.
    assert sorted(number for number, words in given if words) == list(range(31, 37))
    counts = sorted(int(words.rpartition(" ")[2]) for _, words in given if words)
    assert counts == [1, 4, 7, 11, 14, 17]
    assert sorted(number for number, words in given if not words) == list(range(1, 15))


def _pull_many(url: str, actor: str, start: object, found: object) -> None:
    """Pull, put away until tomorrow, pull again: in a process or thread of its own."""
    with open_store(url) as store:
        start.wait()  # type: ignore[attr-defined]
        for _ in range(PULLS):
            entry = next_item(store, actor=actor, as_of=TODAY)
            assert entry is not None
            found.put((actor, entry.item.work_item_id))  # type: ignore[attr-defined]
            snooze_item(
                store,
                entry.item.work_item_id,
                TODAY + timedelta(days=1),
                actor=actor,
                as_of=TODAY,
            )


def _pullers(url: str, *, in_processes: bool, work: Callable[..., None]) -> list[Any]:
    """What all of them were given, pulling at once."""
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    start = context.Barrier(PULLERS) if in_processes else threading.Barrier(PULLERS)
    kind = context.Process if in_processes else threading.Thread
    pullers = [
        kind(target=work, args=(url, f"actor {place}", start, found)) for place in range(PULLERS)
    ]
    for puller in pullers:
        puller.start()
    given = [found.get(timeout=60) for _ in range(PULLERS * PULLS)]
    for puller in pullers:
        puller.join(60)
    return given


@pytest.mark.parametrize(
    "in_processes",
    [pytest.param(True, marks=pytest.mark.slow), False],
    ids=["processes", "threads"],
)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_pulling_at_once_never_gives_one_item_twice(
    kind: str, in_processes: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = str(tmp_path / "shared.db")
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with open_store(url) as store:
        _fill(store, ITEMS)

    given = [number for _, number in _pullers(url, in_processes=in_processes, work=_pull_many)]

    assert len(set(given)) == len(given) == PULLERS * PULLS
    # Twenty pulls, each of the best that is free: nobody needs to reach further.
    assert max(given) <= PULLERS * PULLS
