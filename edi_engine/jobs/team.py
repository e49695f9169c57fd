"""What the team did and has in hand, by person and week, and the items behind each number.

A deed is counted on the day it is where this machine is, once for each item, person and span of
days. What the engine did by rule is nobody's. A bulk action counts for each of its items; taking it
back does not take the count back.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

import msgspec

from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.dashboard import Span
from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.jobs.work_entries import WorkEntry, entries_of
from edi_engine.records.datasets import Dataset
from edi_engine.records.outcomes import WorkOutcome
from edi_engine.records.users import Permission, may
from edi_engine.records.work import UNSETTLED, WorkDeed, WorkEventKind
from edi_engine.store import Reader, Store
from edi_engine.worklist import ENGINE

__all__ = ["Deed", "DoneItem", "RecoveredItem", "Team", "recovered_items", "team", "team_items"]


class Deed(StrEnum):
    """What is counted of a person. IN_HAND and ASSIGNED tell of now, the others of days."""

    TOUCHED = "touched"
    CLOSED = "closed"
    GIVEN_UP = "given_up"
    IN_HAND = "in_hand"
    ASSIGNED = "assigned"


_KINDS: Mapping[Deed, WorkEventKind] = {
    Deed.TOUCHED: WorkEventKind.TOUCHED,
    Deed.CLOSED: WorkEventKind.CLOSED,
    Deed.GIVEN_UP: WorkEventKind.GIVEN_UP,
}

_ALL = ""
"""Stands for everybody: nobody's name is empty."""

_Items: TypeAlias = defaultdict[tuple[str, WorkEventKind], set[int]]

_PEOPLE = Dataset(
    "team",
    "What each person did in the days shown, and has now; the last row is the whole team.",
    report_columns(
        person="text",
        touched="number",
        closed="number",
        given_up="number",
        in_hand="number",
        assigned="number",
    ),
)
_WEEKS = Dataset(
    "team_weeks",
    "What each person did in each week or month, newest first.",
    report_columns(
        first_on="day",
        last_on="day",
        person="text",
        touched="number",
        closed="number",
        given_up="number",
    ),
)


class Team(msgspec.Struct, frozen=True):
    """By person, and by person and span."""

    people: Report
    weeks: Report


class DoneItem(msgspec.Struct, frozen=True):
    """An item somebody did something about, with the day it was done last; None for what is."""

    entry: WorkEntry
    person: str
    done_on: date | None


class RecoveredItem(msgspec.Struct, frozen=True):
    """An item, and what came of it on a day: negative where an earlier outcome was taken back."""

    entry: WorkEntry
    outcome: WorkOutcome


def team(store: Store, spans: Sequence[Span], *, now: Callable[[], datetime] = utc_now) -> Team:
    """Everybody who may work on items, did something in the spans, or has an item. Spans follow
    one another, oldest first."""
    with store.reading() as reader:
        deeds = _deeds(reader, spans[0].first_on)
        holders = [holder for holder, _ in reader.work_in_hand(now=now())]
        assigned = reader.workload()
        users = [
            one.login
            for one in reader.users()
            if one.disabled_at is None and may(one.role, Permission.WORK)
        ]
    in_all, in_each = _counted(deeds, spans)
    names = sorted({*users, *holders, *assigned, *(name for name, _ in in_all if name)})
    people = [
        (name, *_numbers(in_all, name), holders.count(name), assigned.get(name, 0))
        for name in names
    ]
    whole = ("whole team", *_numbers(in_all, _ALL), len(holders), sum(assigned.values()))
    weeks = [
        (span.first_on, span.last_on, name, *numbers)
        for span, counts in reversed(list(zip(spans, in_each, strict=True)))
        for name in names
        if any(numbers := _numbers(counts, name))
    ]
    return Team(Report(_PEOPLE, (*people, whole)), Report(_WEEKS, tuple(weeks)))


def team_items(
    store: Store,
    deed: Deed,
    *,
    person: str | None = None,
    within: Span | None = None,
    now: Callable[[], datetime] = utc_now,
) -> list[DoneItem]:
    """The items behind a number, latest first; `person` None is the whole team. `within` belongs
    to deeds of days, all days without it. An item is there once, even if several did it."""
    with store.reading() as reader:
        found = _found(reader, deed, person, within, now())
        items = reader.work_items_by_id(found)
        entries = entries_of(reader, list(items.values()), now=now())
    by_item = {one.item.work_item_id: one for one in entries}
    return [DoneItem(by_item[item], *done) for item, done in found.items()]


def recovered_items(
    store: Store, within: Span, *, now: Callable[[], datetime] = utc_now
) -> list[RecoveredItem]:
    """What items brought in on the days of a span, latest first."""
    with store.reading() as reader:
        outcomes = [
            one
            for one in reversed(reader.outcomes_concluded(within.first_on, within.last_on))
            if one.recovered_cents
        ]
        items = reader.work_items_by_id(one.work_item_id for one in outcomes)
        entries = {
            one.item.work_item_id: one
            for one in entries_of(reader, list(items.values()), now=now())
        }
    return [RecoveredItem(entries[one.work_item_id], one) for one in outcomes]


def _found(
    reader: Reader, deed: Deed, person: str | None, within: Span | None, now: datetime
) -> dict[int, tuple[str, date | None]]:
    """Items in the order to show them, with who and when."""
    if deed is Deed.IN_HAND:
        held = reader.work_in_hand(now=now)
        return {item: (holder, None) for holder, item in held if person in {None, holder}}
    if deed is Deed.ASSIGNED:
        items = reader.work_items(statuses=UNSETTLED, assignee=person)
        return {one.work_item_id: (one.assignee, None) for one in items if one.assignee}
    span = within or Span(date.min + timedelta(2), date.max)
    found: dict[int, tuple[str, date | None]] = {}
    for one in reversed(_deeds(reader, span.first_on)):
        is_wanted = one.kind is _KINDS[deed] and person in {None, one.actor}
        if is_wanted and (day := _day(one)) in span:
            found.setdefault(one.work_item_id, (one.actor, day))
    return found


def _deeds(reader: Reader, first_on: date) -> list[WorkDeed]:
    """Deeds from the beginning of a day on, wherever on earth the day begins first."""
    since = datetime.combine(first_on - timedelta(1), time.min, UTC)
    return reader.work_deeds(list(_KINDS.values()), since=since, nobody=[ENGINE])


def _counted(deeds: Sequence[WorkDeed], spans: Sequence[Span]) -> tuple[_Items, list[_Items]]:
    """The items of each person and kind of deed, in all spans together and in each."""
    in_all: _Items = defaultdict(set)
    in_each: list[_Items] = [defaultdict(set) for _ in spans]
    starts = [span.first_on for span in spans]
    for one in deeds:
        day = _day(one)
        if not starts[0] <= day <= spans[-1].last_on:
            continue
        for counts in (in_all, in_each[bisect_right(starts, day) - 1]):
            for name in (one.actor, _ALL):
                counts[name, one.kind].add(one.work_item_id)
    return in_all, in_each


def _numbers(counts: _Items, name: str) -> list[int]:
    """How many items somebody touched, closed and gave up."""
    return [len(counts.get((name, kind), ())) for kind in _KINDS.values()]


def _day(deed: WorkDeed) -> date:
    return deed.happened_at.astimezone().date()
