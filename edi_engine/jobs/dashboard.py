"""The numbers of the dashboard: what is owed, what payers answered, what work brought in.

Every table is a report, so that it is shown, drawn and exported alike, and all of them come from
one snapshot. Answers are counted by the day of the first answer of the payer that a claim was sent
to, and told as they stand now: of the claims first answered in a week, so many are refused today.
What "answered" and "settled at first" mean is in `matchers.claim_answers`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median_low

import msgspec

from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.jobs.reports import AGING_COLUMNS, aging_of
from edi_engine.records.claim_lists import AnswerGroup, HitTotals
from edi_engine.records.datasets import Dataset
from edi_engine.records.outcomes import WorkOutcome
from edi_engine.records.reports import AgingClock, OpenBalances
from edi_engine.records.work import QueueTotal
from edi_engine.store import Store

__all__ = ["Dashboard", "Period", "Span", "dashboard", "percent_text", "spans_of"]

_WEEKS = 13
_MONTHS = 12
"""A quarter of weeks, a year of months: what fits beside one another and still shows a season."""


class Period(StrEnum):
    """By what trends go on: weeks from Monday, or calendar months."""

    WEEK = "week"
    MONTH = "month"


class Span(msgspec.Struct, frozen=True):
    """An inclusive range of days."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


_AGING = Dataset(
    "aging_by_payer",
    "What is owed by age: by payers, then by patients of each payer, with a row for all of each.",
    AGING_COLUMNS,
)
_ANSWER_COLUMNS = {
    "answered": "number",
    "settled_first": "number",
    "first_pass_rate": "text",
    "refused_claims": "number",
    "refused": "money",
    "short_claims": "number",
    "short": "money",
}
_TRENDS = Dataset(
    "trends",
    "Claims by when their payer first answered, and what of it stands; oldest first.",
    report_columns(first_on="day", last_on="day", **_ANSWER_COLUMNS),
)
_PAYERS = Dataset(
    "payer_answers",
    "What payers answered, and how long it took, in the days shown; the last row is all of them.",
    report_columns(
        payer_id="text",
        payer_name="text",
        **_ANSWER_COLUMNS,
        sent_day_known="number",
        median_days="number",
        nine_in_ten_days="number",
    ),
)
_RECOVERED = Dataset(
    "recovered",
    "Money that came of worked items, by when it came; taken back when an item comes back.",
    report_columns(first_on="day", last_on="day", items="number", recovered="money"),
)
_HITS = Dataset(
    "underpaid_payers",
    "Lines that payers allowed less for than expected, since the beginning, and what came of them.",
    report_columns(
        payer_id="text",
        payer_name="text",
        claims="number",
        short="money",
        open_claims="number",
        open="money",
        recovered_claims="number",
        recovered="money",
    ),
)
_QUEUES = Dataset(
    "queues",
    "Work that waits for somebody, by queue, most money first.",
    report_columns(queue="text", items="number", at_risk="money"),
)


class Dashboard(msgspec.Struct, frozen=True):
    """What a dashboard shows. `spans` are the weeks or months that trends go over, oldest first;
    `last_answered_on` is the latest day of any first answer, None before there is one."""

    spans: tuple[Span, ...]
    aging: Report
    trends: Report
    payer_answers: Report
    recovered: Report
    underpaid_payers: Report
    queues: Report
    last_answered_on: date | None

    @property
    def shown(self) -> Span:
        """All days that trends go over."""
        return Span(self.spans[0].first_on, self.spans[-1].last_on)

    @property
    def tables(self) -> dict[str, Report]:
        """The tables by name."""
        all_of_them = (
            self.aging,
            self.trends,
            self.payer_answers,
            self.recovered,
            self.underpaid_payers,
            self.queues,
        )
        return {one.dataset.name: one for one in all_of_them}


def dashboard(
    store: Store,
    *,
    as_of: date,
    today: date,
    clock: AgingClock = AgingClock.RESPONSIBILITY,
    period: Period = Period.WEEK,
) -> Dashboard:
    """Everything at once. `as_of` is the day that ages and the latest span are reckoned by; the
    balances and answers are those of now, and work waits as the worklist of `today` shows it."""
    spans = spans_of(period, as_of)
    shown = Span(spans[0].first_on, spans[-1].last_on)
    with store.reading() as reader:
        balances = reader.open_balances(clock)
        groups = reader.answer_groups()
        outcomes = reader.outcomes_concluded(shown.first_on, shown.last_on)
        hits = reader.hit_totals()
        queues = reader.queue_totals(awake_on=today)
    return Dashboard(
        spans=spans,
        aging=_aging(balances, as_of),
        trends=_trends(groups, spans),
        payer_answers=_payer_answers([one for one in groups if one.answered_on in shown]),
        recovered=_recovered(outcomes, spans),
        underpaid_payers=_underpaid(hits),
        queues=_queues(queues),
        last_answered_on=max((one.answered_on for one in groups), default=None),
    )


def spans_of(period: Period, as_of: date) -> tuple[Span, ...]:
    """The last weeks or months, oldest first; the last one holds the day."""
    if period is Period.WEEK:
        monday = as_of - timedelta(as_of.weekday())
        starts = [monday - timedelta(7 * back) for back in reversed(range(_WEEKS))]
        return tuple(Span(start, start + timedelta(6)) for start in starts)
    months = as_of.year * 12 + as_of.month - 1
    firsts = [_first_of(months - back) for back in reversed(range(-1, _MONTHS))]
    return tuple(Span(first, after - timedelta(1)) for first, after in pairwise(firsts))


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def percent_text(part: int, whole: int) -> str:
    """A share as text with one place, rounded down: "83.4 %". Empty of nothing."""
    if not whole:
        return ""
    permille = part * 1000 // whole
    return f"{permille // 10}.{permille % 10} %"


def _aging(balances: Sequence[OpenBalances], as_of: date) -> Report:
    """The aging report with a row for all payers and one for all patients, and a last row that
    counts a claim once that both owe on."""
    *rows, total = aging_of(balances, as_of).rows
    found: list[tuple[object, ...]] = []
    for owed_by, name in (("payer", "All payers"), ("patient", "All patients")):
        own = [row for row in rows if row[2] == owed_by]
        found += [*own, ("", name, owed_by, *_column_sums(own, 3, len(total)))]
    claims = sum(one.claims_count for one in balances)
    return Report(_AGING, (*found, ("", "Total", "either", claims, *total[4:])))


def _column_sums(rows: Sequence[tuple[object, ...]], first: int, last: int) -> list[int]:
    return [
        sum(value for row in rows if isinstance(value := row[place], int))
        for place in range(first, last)
    ]


def _answers(groups: Sequence[AnswerGroup]) -> tuple[object, ...]:
    """Values of the columns that tell what was answered."""
    answered = _sum(groups, lambda one: one.claims_count)
    settled = _sum(groups, lambda one: one.settled_first_count)
    return (
        answered,
        settled,
        percent_text(settled, answered),
        _sum(groups, lambda one: one.refused_count),
        _sum(groups, lambda one: one.refused_cents),
        _sum(groups, lambda one: one.short_count),
        _sum(groups, lambda one: one.short_cents),
    )


def _sum(groups: Iterable[AnswerGroup], number: Callable[[AnswerGroup], int]) -> int:
    return sum(number(one) for one in groups)


def _trends(groups: Sequence[AnswerGroup], spans: Sequence[Span]) -> Report:
    rows = []
    for span in spans:
        within = [one for one in groups if one.answered_on in span]
        rows.append((span.first_on, span.last_on, *_answers(within)))
    return Report(_TRENDS, tuple(rows))


def _payer_answers(groups: Sequence[AnswerGroup]) -> Report:
    by_payer: dict[str, list[AnswerGroup]] = {}
    for one in groups:
        by_payer.setdefault(one.payer_id, []).append(one)
    ordered = sorted(
        by_payer.items(), key=lambda one: (-_sum(one[1], lambda group: group.claims_count), one[0])
    )
    rows = [(payer_id, own[0].payer_name, *_answers(own), *_lag(own)) for payer_id, own in ordered]
    return Report(_PAYERS, (*rows, ("", "All payers", *_answers(groups), *_lag(groups))))


def _lag(groups: Iterable[AnswerGroup]) -> tuple[int, int | None, int | None]:
    """Claims whose days from sending to first answer are known, the days that half of them took at
    most, and those that nine in ten took at most."""
    counts: Counter[int] = Counter()
    for one in groups:
        if one.sent_on is not None:
            counts[(one.answered_on - one.sent_on).days] += one.claims_count
    lags = sorted(counts.elements())
    if not lags:
        return 0, None, None
    return len(lags), median_low(lags), lags[(9 * len(lags) + 9) // 10 - 1]


def _recovered(outcomes: Sequence[WorkOutcome], spans: Sequence[Span]) -> Report:
    rows = []
    for span in spans:
        own = [one for one in outcomes if one.recovered_cents and one.concluded_on in span]
        items = {one.work_item_id for one in own}
        rows.append(
            (span.first_on, span.last_on, len(items), sum(one.recovered_cents for one in own))
        )
    return Report(_RECOVERED, tuple(rows))


def _underpaid(hits: Sequence[HitTotals]) -> Report:
    rows = [msgspec.structs.astuple(one) for one in hits]
    return Report(_HITS, (*rows, ("", "All payers", *_column_sums(rows, 2, 8))))


def _queues(totals: Sequence[QueueTotal]) -> Report:
    ordered = sorted(totals, key=lambda one: (-one.amount_cents, one.queue))
    rows = [(one.queue.value, one.count, one.amount_cents) for one in ordered]
    return Report(_QUEUES, (*rows, ("all", *_column_sums(rows, 1, 3))))
