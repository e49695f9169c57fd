"""The dashboard: what is owed, what payers do, what work brings in; numbers lead to their claims.

Whoever may look may see the sums, since every claim in them is theirs to see already, and a biller
who knows how long a payer takes waits as long. What each person of the team did is for managers.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from edi_engine.errors import InputError
from edi_engine.jobs.dashboard import Dashboard, Period, Span
from edi_engine.jobs.dashboard import dashboard as dashboard_of
from edi_engine.jobs.report_forms import Report
from edi_engine.jobs.reports import BUCKET_NAMES
from edi_engine.jobs.team import Deed, Team, team
from edi_engine.money import format_dollars
from edi_engine.records.claim_lists import ClaimResult, HitState
from edi_engine.records.reports import AgingClock
from edi_engine.records.users import Permission
from edi_engine.web.asked import Asked, payer_text
from edi_engine.web.asking import Answer, Ask, HtmlPage, address_of
from edi_engine.web.charts import Series, bars, columns, ranges
from edi_engine.web.panels import Panel, panel
from edi_engine.web.rendering import day_text

__all__ = ["DASHBOARD_TABLES", "dashboard", "dashboard_table"]

DASHBOARD_TABLES = (
    "aging_by_payer",
    "trends",
    "payer_answers",
    "recovered",
    "underpaid_payers",
    "queues",
    "team",
    "team_weeks",
)
"""Tables of the dashboard that can be taken along."""


class _View(msgspec.Struct, frozen=True):
    """What of the dashboard was asked for."""

    clock: AgingClock
    period: Period
    as_of: date

    @property
    def query(self) -> dict[str, object]:
        """The same as fields of an address."""
        return {
            "clock": self.clock.value,
            "period": self.period.value,
            "as_of": self.as_of.isoformat(),
        }


def dashboard(ask: Ask) -> Answer:
    """All panels."""
    asked = Asked(ask.query)
    view = _view(ask, asked)
    found = _found(ask, view)
    people = team(ask.store, found.spans) if ask.may(Permission.MANAGE) else None
    is_empty = found.last_answered_on is not None and not any(row[2] for row in found.trends.rows)
    return HtmlPage(
        "dashboard.html",
        {
            "view": view,
            "given": ask.query,
            "errors": asked.errors,
            "clocks": list(AgingClock),
            "periods": list(Period),
            "panels": _panels(ask, view, found, people),
            "last_answered": found.last_answered_on if is_empty else None,
            "then": address_of("/dashboard", **view.query | {"as_of": found.last_answered_on}),
        },
        400 if asked.errors else 200,
    )


def dashboard_table(ask: Ask, name: str) -> Report:
    """One table, as the page shows it. Raises InputError for a question it cannot read."""
    asked = Asked(ask.query)
    view = _view(ask, asked)
    for error in asked.errors:
        raise InputError(error.message, place=error.field)
    found = _found(ask, view)
    if name in found.tables:
        return found.tables[name]
    people = team(ask.store, found.spans)
    return people.people if name == people.people.dataset.name else people.weeks


def _view(ask: Ask, asked: Asked) -> _View:
    return _View(
        asked.choice("clock", AgingClock) or AgingClock.RESPONSIBILITY,
        asked.choice("period", Period) or Period.WEEK,
        asked.day("as_of") or ask.as_of,
    )


def _found(ask: Ask, view: _View) -> Dashboard:
    return dashboard_of(
        ask.store, as_of=view.as_of, today=ask.as_of, clock=view.clock, period=view.period
    )


def _panels(ask: Ask, view: _View, found: Dashboard, people: Team | None) -> list[Panel]:
    panels = [
        _queues(ask, found),
        _aging(ask, view, found),
        _trends(ask, view, found),
        _payers(ask, view, found),
        _underpaid(ask, view, found),
        _recovered(ask, view, found),
    ]
    if people is not None:
        panels += [_people(ask, view, found, people), _weeks(ask, view, people)]
    return panels


# One panel each ---


def _queues(ask: Ask, found: Dashboard) -> Panel:
    rows = found.queues.rows
    *queues, _total = rows
    links = [
        dict.fromkeys(
            ("queue", "items", "at_risk"), address_of("/", queue="" if is_last else row[0])
        )
        for row, is_last in _with_last(found.queues)
    ]
    drawn = bars(
        "queues",
        "Money at risk by queue",
        [str(row[0]).replace("_", " ") for row in queues],
        [_whole(row[2]) for row in queues],
        shown=_dollars,
    )
    return panel(
        ask,
        found.queues,
        links,
        title="Work that waits",
        words="Items that wait for somebody today, whatever day is chosen above.",
        totals=[len(rows) - 1],
        charts=[("Money at risk", drawn)],
        empty="" if queues else "Nothing waits for anybody. Well done.",
    )


def _aging(ask: Ask, view: _View, found: Dashboard) -> Panel:
    rows = found.aging.rows
    totals = [
        place
        for place, row in enumerate(rows)
        if place + 1 == len(rows) or rows[place + 1][2] != row[2]
    ]
    links = []
    for place, row in enumerate(rows):
        query = {
            "payer": "" if place in totals else payer_text(str(row[0])),
            "owed": row[2],
            "clock": view.clock.value,
            "as_of": view.as_of.isoformat(),
        }
        urls = dict.fromkeys(("claims", "total"), address_of("/claims", **query))
        for bucket, name in enumerate(BUCKET_NAMES):
            urls[name] = address_of("/claims", **query, bucket=str(bucket))
        links.append(urls)
    payers, patients, _total = (rows[place] for place in totals)
    drawn = columns(
        "aging",
        "What is owed, by days of age",
        ["0 to 30", "31 to 60", "61 to 90", "91 to 120", "over 120"],
        [
            Series("by payers", tuple(map(_whole, payers[4:9]))),
            Series("by patients", tuple(map(_whole, patients[4:9]))),
        ],
        shown=_round_dollars,
    )
    return panel(
        ask,
        found.aging,
        links,
        title="Owed by age",
        words="Money that is owed back is negative. The last row counts a claim once on which both "
        "owe.",
        totals=totals,
        charts=[("What is owed, by days of age; full: by payers, hollow: by patients", drawn)],
        empty="" if len(rows) > 3 else "Nobody owes anything on a claim that was reconciled.",
        query=view.query,
    )


def _trends(ask: Ask, view: _View, found: Dashboard) -> Panel:
    rows = found.trends.rows
    labels = [_label(row[0], view.period) for row in rows]
    links = [_answer_links({"answered_from": row[0], "answered_to": row[1]}) for row in rows]
    rates = tuple(_whole(row[3]) * 100 // _whole(row[2]) if row[2] else None for row in rows)
    by = f"by {view.period.value} of the first answer"
    charts = [
        columns(
            "refused-short",
            f"Refused and short, {by}",
            labels,
            [
                Series("refused", tuple(_whole(row[6]) for row in rows)),
                Series("short", tuple(_whole(row[8]) for row in rows)),
            ],
            shown=_round_dollars,
        ),
        columns(
            "first-pass",
            f"First-pass rate, {by}",
            labels,
            [Series("settled at first", rates)],
            shown=lambda value: f"{value} %",
        ),
    ]
    return panel(
        ask,
        found.trends,
        links,
        title="Refused, short, settled at first",
        words="Claims by the day their payer first answered, and what of them stands now: later "
        "answers and appeals lower what is refused or short.",
        charts=zip(
            (f"Money, {by}; full: refused, hollow: short", f"First-pass rate, {by}"),
            charts,
            strict=True,
        ),
        empty="" if any(row[2] for row in rows) else "No payer answered in this time.",
        query=view.query,
    )


def _payers(ask: Ask, view: _View, found: Dashboard) -> Panel:
    shown = found.shown
    links = []
    for row, is_last in _with_last(found.payer_answers):
        query: dict[str, object] = {
            "payer": "" if is_last else payer_text(str(row[0])),
            "answered_from": shown.first_on,
            "answered_to": shown.last_on,
        }
        urls = _answer_links(query)
        known = address_of("/claims", **query, sent="known")
        days = _whole(row[-1])
        slow = address_of("/claims", **query, days=str(days)) if days >= 0 else known
        links.append(
            urls | {"sent_day_known": known, "median_days": known, "nine_in_ten_days": slow}
        )
    drawn = [row for row in found.payer_answers.rows if row[-1] is not None]
    chart = ranges(
        "lag",
        "Days from sending to the first answer: median and nine in ten",
        [str(row[1] or row[0]) for row in drawn],
        Series("median", tuple(_whole(row[-2]) for row in drawn)),
        Series("nine in ten within", tuple(_whole(row[-1]) for row in drawn)),
        shown=str,
    )
    return panel(
        ask,
        found.payer_answers,
        links,
        title="How payers answer",
        words=f"Claims first answered from {_days(shown)}.",
        totals=[len(links) - 1],
        charts=[("Days from sending to the first answer; full: median, hollow: nine in ten", chart)]
        if drawn
        else [],
        empty="" if len(links) > 1 else "No payer answered in this time.",
        query=view.query,
    )


def _underpaid(ask: Ask, view: _View, found: Dashboard) -> Panel:
    links = []
    for row, is_last in _with_last(found.underpaid_payers):
        payer = "" if is_last else payer_text(str(row[0]))
        urls: dict[str, str] = {}
        for state, names in (
            (HitState.ANY, ("claims", "short")),
            (HitState.OPEN, ("open_claims", "open")),
            (HitState.RECOVERED, ("recovered_claims", "recovered")),
        ):
            urls |= dict.fromkeys(names, address_of("/claims", payer=payer, hits=state.value))
        links.append(urls)
    return panel(
        ask,
        found.underpaid_payers,
        links,
        title="Underpayments, and what they brought in",
        words="Since the beginning, whatever days are chosen above.",
        totals=[len(links) - 1],
        empty="" if len(links) > 1 else "No payer allowed less than a contract or fee says.",
        query=view.query,
    )


def _recovered(ask: Ask, view: _View, found: Dashboard) -> Panel:
    rows = found.recovered.rows
    links = [
        dict.fromkeys(
            ("items", "recovered"), address_of("/recovered", **{"from": row[0], "to": row[1]})
        )
        for row in rows
    ]
    drawn = columns(
        "recovered",
        f"Money recovered by worked items, by {view.period.value}",
        [_label(row[0], view.period) for row in rows],
        [Series("recovered", tuple(_whole(row[3]) for row in rows))],
        shown=_round_dollars,
    )
    return panel(
        ask,
        found.recovered,
        links,
        title="Recovered",
        words="What came of items once they were settled, or of a stage of them. When an item "
        "comes back, what was counted for it is taken back: that is negative.",
        charts=[("Money recovered", drawn)],
        empty="" if any(row[2] for row in rows) else "No item brought money in in this time.",
        query=view.query,
    )


def _people(ask: Ask, view: _View, found: Dashboard, people: Team) -> Panel:
    shown = found.shown
    links = [
        _deed_links("" if is_last else str(row[0]), shown.first_on, shown.last_on)
        for row, is_last in _with_last(people.people)
    ]
    own = people.people.rows[:-1]
    drawn = columns(
        "team",
        "Items touched and closed, by person",
        [str(row[0])[:12] for row in own],
        [
            Series("touched", tuple(_whole(row[1]) for row in own)),
            Series("closed", tuple(_whole(row[2]) for row in own)),
        ],
        shown=str,
    )
    has_deeds = any(row[1] or row[2] for row in own) and len(own) <= len(found.spans)
    return panel(
        ask,
        people.people,
        links,
        title="The team",
        words=f"Done from {_days(shown)}, each item once; in hand and assigned are of now.",
        totals=[len(own)],
        charts=[("Items; full: touched, hollow: closed", drawn)] if has_deeds else [],
        query=view.query,
    )


def _weeks(ask: Ask, view: _View, people: Team) -> Panel:
    links = [_deed_links(str(row[2]), row[0], row[1]) for row in people.weeks.rows]
    return panel(
        ask,
        people.weeks,
        links,
        title=f"The team by {view.period.value}",
        words="Newest first; without whoever did nothing.",
        empty="" if links else "Nobody touched, closed or gave up an item in this time.",
        query=view.query,
    )


def _answer_links(query: Mapping[str, object]) -> dict[str, str]:
    """Where the columns lead that tell what was answered."""
    urls = {"answered": address_of("/claims", **query)}
    for result, names in (
        (ClaimResult.SETTLED_FIRST, ("settled_first", "first_pass_rate")),
        (ClaimResult.REFUSED, ("refused_claims", "refused")),
        (ClaimResult.SHORT, ("short_claims", "short")),
    ):
        urls |= dict.fromkeys(names, address_of("/claims", **query, result=result.value))
    return urls


def _deed_links(person: str, first_on: object, last_on: object) -> dict[str, str]:
    urls = {}
    for deed in Deed:
        days = {} if deed in {Deed.IN_HAND, Deed.ASSIGNED} else {"from": first_on, "to": last_on}
        urls[deed.value] = address_of("/team/items", did=deed.value, who=person, **days)
    return urls


def _with_last(table: Report) -> list[tuple[tuple[object, ...], bool]]:
    """Rows, and whether each is the last one, which sums up."""
    last = len(table.rows) - 1
    return [(row, place == last) for place, row in enumerate(table.rows)]


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _label(day: object, period: Period) -> str:
    """Under a column: a day for a week, and the year with the January of months."""
    if not isinstance(day, date):
        return ""
    if period is Period.WEEK:
        return f"{day:%b} {day.day}"
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"


def _days(span: Span) -> str:
    return f"{day_text(span.first_on)} to {day_text(span.last_on)}"


def _dollars(cents: int) -> str:
    return format_dollars(cents, thousands=True)


def _round_dollars(cents: int) -> str:
    """For an axis, whose numbers are round, and what stands on it to the cent."""
    return _dollars(cents).removesuffix(".00")
