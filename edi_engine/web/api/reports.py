"""The dashboard's tables, all reports, the items behind their numbers, and files of each table."""

from datetime import date

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.dashboard import Period, Span
from edi_engine.jobs.dashboard import dashboard as dashboard_of
from edi_engine.jobs.reports import (
    PERIOD_REPORT_NAMES,
    REPORT_MEANINGS,
    REPORT_NAMES,
    aging,
    report,
)
from edi_engine.jobs.show import report_as_json
from edi_engine.jobs.team import Deed, DoneItem, RecoveredItem, recovered_items, team, team_items
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.reports import AgingClock
from edi_engine.records.users import Permission
from edi_engine.web.api.calling import FileAnswer, Input, Part
from edi_engine.web.asking import Ask
from edi_engine.web.pages.reports import exported

__all__ = ["dashboard", "export", "one_report", "recovered", "reports", "team_work"]


class DashboardQuery(Input, frozen=True, kw_only=True):
    """By which clock balances age, whether trends go by week or month, and as of which day."""

    clock: AgingClock = AgingClock.RESPONSIBILITY
    period: Period = Period.WEEK
    as_of: date | None = None


class DashboardAnswer(msgspec.Struct, frozen=True):
    """Tables by name, each a list of rows; the team's are there for managers. `last_answered_on`
    is the latest day of any first answer."""

    spans: tuple[Span, ...]
    tables: dict[str, list[dict[str, object]]]
    last_answered_on: date | None


class ReportHead(msgspec.Struct, frozen=True):
    """A report's name and what it says; `is_of_a_time` tells that it takes days from and to."""

    name: str
    meaning: str
    is_of_a_time: bool


class ReportQuery(Part, frozen=True, kw_only=True):
    """As of which day; by which clock (aging), or which first days of service (of a time)."""

    as_of: date | None = None
    clock: AgingClock = AgingClock.RESPONSIBILITY
    first_on: date | None = None
    last_on: date | None = None


class ReportColumn(msgspec.Struct, frozen=True):
    """A column's name in the rows, what it means and what kind of value it has."""

    name: str
    meaning: str
    kind: ColumnKind


class ReportAnswer(msgspec.Struct, frozen=True):
    """A part of a report's rows, `rows_count` in all. Money is in dollars with two places."""

    name: str
    meaning: str
    columns: list[ReportColumn]
    rows: list[dict[str, object]]
    rows_count: int


class DaysQuery(Part, frozen=True, kw_only=True):
    """First and last day, both included."""

    first_on: date
    last_on: date


class RecoveredList(msgspec.Struct, frozen=True):
    """Items, the latest first, `items_count` in all."""

    items: list[RecoveredItem]
    items_count: int


class TeamQuery(Part, frozen=True, kw_only=True):
    """What was done, by whom (without: by anybody) and on which days (without: on any)."""

    deed: Deed
    person: str | None = None
    first_on: date | None = None
    last_on: date | None = None


class TeamList(msgspec.Struct, frozen=True):
    """Items, the latest first, `items_count` in all."""

    items: list[DoneItem]
    items_count: int


def dashboard(ask: Ask, given: DashboardQuery) -> DashboardAnswer:
    """All tables of the dashboard."""
    found = dashboard_of(
        ask.store,
        as_of=given.as_of or ask.as_of,
        today=ask.as_of,
        clock=given.clock,
        period=given.period,
    )
    tables = dict(found.tables)
    if ask.may(Permission.MANAGE):
        people = team(ask.store, found.spans)
        tables |= {one.dataset.name: one for one in (people.people, people.weeks)}
    return DashboardAnswer(
        found.spans,
        {name: report_as_json(table) for name, table in tables.items()},
        found.last_answered_on,
    )


def recovered(ask: Ask, given: DaysQuery) -> RecoveredList:
    """The items that brought money in on some days."""
    found = recovered_items(ask.store, _span(given.first_on, given.last_on))
    return RecoveredList(found[given.offset : given.offset + given.limit], len(found))


def team_work(ask: Ask, given: TeamQuery) -> TeamList:
    """The items that somebody did something about."""
    within = None
    if given.first_on or given.last_on:
        within = _span(given.first_on or date.min, given.last_on or date.max)
    found = team_items(ask.store, given.deed, person=given.person, within=within)
    return TeamList(found[given.offset : given.offset + given.limit], len(found))


def reports(_ask: Ask) -> list[ReportHead]:
    """Every report by name."""
    return [
        ReportHead(name, REPORT_MEANINGS[name], name in PERIOD_REPORT_NAMES)
        for name in REPORT_NAMES
    ]


def one_report(ask: Ask, given: ReportQuery) -> ReportAnswer:
    """A part of a report's rows."""
    name, as_of = ask.path["name"], given.as_of or ask.as_of
    if name == "aging":
        found = aging(ask.store, as_of=as_of, clock=given.clock)
    else:
        _span(given.first_on or date.min, given.last_on or date.max)
        found = report(
            ask.store,
            name,
            as_of=as_of,
            policy=ask.policy,
            first_on=given.first_on,
            last_on=given.last_on,
        )
    part = found.rows[given.offset : given.offset + given.limit]
    return ReportAnswer(
        name,
        found.dataset.meaning,
        [ReportColumn(one.name, one.meaning, one.kind) for one in found.dataset.columns],
        report_as_json(msgspec.structs.replace(found, rows=part)),
        len(found.rows),
    )


def export(ask: Ask) -> FileAnswer:
    """A table as a file (csv or xlsx), with the fields of the page that shows it."""
    return FileAnswer(*exported(ask))


def _span(first_on: date, last_on: date) -> Span:
    if first_on > last_on:
        raise InputError("the last day is before the first.", place="last_on")
    return Span(first_on, last_on)
