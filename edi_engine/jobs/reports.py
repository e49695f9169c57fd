"""Reports by name (aging, denials, payers ...). Each is a dataset with its rows.

Because a report has the form of a dataset, it is written, printed and tested like one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from edi_engine.codes import denial_categories
from edi_engine.contracts import find_rate_changes
from edi_engine.dates import add_business_days
from edi_engine.errors import InputError
from edi_engine.exports.datasets import csv_lines, json_lines
from edi_engine.jobs.lifecycle_reports import (
    ACCEPTANCE,
    LAGS,
    REJECTIONS,
    UNPLACED_ACKNOWLEDGMENTS,
    acceptance_report,
    lags_report,
    rejections_report,
    unplaced_acknowledgments_report,
)
from edi_engine.jobs.outcome_reports import KPIS, OUTCOMES, kpis_report, outcomes_report
from edi_engine.jobs.prevention import PreventionPack, prevention_of
from edi_engine.jobs.price_reports import (
    CHARGES_BELOW_RATE,
    LATE_PAYMENTS,
    charges_below_rate,
    late_payments,
)
from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.jobs.work_reports import CLOCKS, clocks_report
from edi_engine.matchers.deposits import Coverage
from edi_engine.records.datasets import Dataset, dataset
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reports import AgingClock, OpenBalances
from edi_engine.store import Reader, Store

__all__ = [
    "AGING_BUCKETS",
    "AGING_COLUMNS",
    "BUCKET_NAMES",
    "PERIOD_REPORT_NAMES",
    "REPORT_MEANINGS",
    "REPORT_NAMES",
    "WAITING_BUCKETS",
    "Report",
    "aging",
    "aging_days",
    "aging_of",
    "prevention_report",
    "report",
    "write_reports",
]

AGING_BUCKETS = (30, 60, 90, 120)
"""Last day of each bucket; what is older falls into the last one. Source: domain feature 92."""

WAITING_BUCKETS = (4, 15, 31)
"""Last business day of each bucket: a payer's time to send both, and the alarms of VistA for
deposits and for remittances. Source: domain 3.8, feature 26."""

_WAITING_NAMES = ("days_0_4", "days_5_15", "days_16_31", "days_over_31")
BUCKET_NAMES = ("days_0_30", "days_31_60", "days_61_90", "days_91_120", "days_over_120")
AGING_COLUMNS = report_columns(
    payer_id="text",
    payer_name="text",
    owed_by="text",
    claims="number",
    **dict.fromkeys(BUCKET_NAMES, "money"),
    total="money",
)


_AGING = Dataset(
    "aging",
    "What is owed by payer and by patients, by age; the last row is the total.",
    AGING_COLUMNS,
)
_PAYERS = Dataset(
    "payers",
    "What was billed to each payer and what it did, most charges first.",
    report_columns(
        payer_id="text",
        payer_name="text",
        claims="number",
        unanswered="number",
        denied_claims="number",
        charge="money",
        paid="money",
        contractual="money",
        patient_responsibility="money",
        denied="money",
        underpaid="money",
        median_days_to_answer="number",
    ),
)
_DENIALS = Dataset(
    "denials",
    "Refused money by reason and payer, most first.",
    report_columns(
        category="text",
        label="text",
        hardness="text",
        kind="text",
        scenario="text",
        owner="text",
        preventable="text",
        advice="text",
        payer_id="text",
        payer_name="text",
        claims="number",
        lines="number",
        denied="money",
        action="text",
    ),
)
_UNDERPAYMENTS = Dataset(
    "underpayments",
    "Lines a payer allowed less for than the contract says, most money first.",
    report_columns(
        claim_id="number",
        line_number="number",
        payer_sequence="number",
        payer_id="text",
        payer_name="text",
        procedure_code="text",
        modifiers="text",
        service_from="day",
        expected_allowed="money",
        allowed="money",
        underpaid="money",
        expected_source="text",
        state="text",
    ),
)
_PROJECTS = Dataset(
    "projects",
    "Underpayments and refusals with the same payer, term and cause, open ones first: one call, "
    "letter or repair may settle them together.",
    report_columns(
        payer_id="text",
        payer_name="text",
        cause="text",
        term="text",
        state="text",
        claims="number",
        open_claims="number",
        open_amount="money",
        short="money",
        recovered="money",
        reopened="number",
        first_on="day",
        last_on="day",
        deadline="day",
        kind="text",
    ),
)
_PREVENTION = Dataset(
    "prevention",
    "What was refused in the week, by whose work it comes from, most money first.",
    report_columns(
        owner="text",
        reason_code="text",
        reason="text",
        preventable="text",
        procedure_code="text",
        provider_npi="text",
        field="text",
        place="text",
        check="text",
        claims="number",
        lines="number",
        refused="money",
    ),
)
_SILENT_PPO = Dataset(
    "silent_ppo",
    "Discounts where neither a contract with the payer nor the fee schedule has a price, by whose"
    " they seem to be; last those without any sign.",
    report_columns(
        payer_id="text",
        payer_name="text",
        signs="text",
        network="text",
        contracts="text",
        clause="text",
        equal_services="number",
        compared_services="number",
        claims="number",
        claims_with_work="number",
        charge="money",
        discount="money",
        first_on="day",
        last_on="day",
        request="text",
    ),
)
_RATE_CHANGES = Dataset(
    "rate_changes",
    "Services that a payer began to pay otherwise, from its own answers, largest loss first.",
    report_columns(
        payer_id="text",
        procedure_code="text",
        modifiers="text",
        place_of_service="text",
        since="day",
        before="money",
        before_answers="number",
        after="money",
        after_answers="number",
        lost="money",
        claims="text",
    ),
)
_PLB = Dataset(
    "plb",
    "Provider adjustments with something open, by payer, oldest first.",
    report_columns(
        payer_id="text",
        item_id="number",
        remittance_id="number",
        reason_code="text",
        kind="text",
        reference="text",
        amount="money",
        open_amount="money",
        state="text",
        traced_claim_id="number",
        arose_on="day",
        age_days="number",
        reason="text",
    ),
)
_DEPOSITS = Dataset(
    "deposits",
    "Remittances without their deposit, and deposits of payers without a remittance, by age in "
    "business days; the last row of each is the total.",
    report_columns(
        waits_for="text",
        payer_id="text",
        payer_name="text",
        payee_npi="text",
        count="number",
        **dict.fromkeys(_WAITING_NAMES, "money"),
        total="money",
        oldest_on="day",
    ),
)
_RUNS = Dataset(
    "runs",
    "Runs of the engine, newest first.",
    report_columns(
        run_id="number", kind="text", started_at="text", finished_at="text", status="text"
    ),
)


def aging(store: Store, *, as_of: date, clock: AgingClock = AgingClock.RESPONSIBILITY) -> Report:
    """Open balances by age as of a day.

    A balance without any day to count from is taken as new. Credit balances are negative: they
    lower their bucket, as they lower what is owed.
    """
    with store.reading() as reader:
        return aging_of(reader.open_balances(clock), as_of)


def aging_of(balances: Iterable[OpenBalances], as_of: date) -> Report:
    """The aging report of open balances that were read already."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 6)
    names: dict[str, str] = {}
    for one in balances:
        name = names.setdefault(one.payer_id, one.payer_name)
        for owed_by, since, count, cents in (
            ("payer", one.payer_since, one.payer_count, one.payer_cents),
            ("patient", one.patient_since, one.patient_count, one.patient_cents),
        ):
            if count:
                row = sums[(one.payer_id, name, owed_by)]
                row[0] += count
                row[1 + _bucket(as_of, since)] += cents
    ordered = sorted(
        sums.items(), key=lambda one: (one[0][2] == "patient", -sum(one[1][1:]), one[0][0])
    )
    rows = [(*key, *row, sum(row[1:])) for key, row in ordered]
    totals = [sum(column) for column in zip(*sums.values(), strict=True)] or [0] * 6
    return Report(_AGING, (*rows, ("", "Total", "", *totals, sum(totals[1:]))))


def _bucket(as_of: date, since: date | None) -> int:
    days = 0 if since is None else (as_of - since).days
    return next((place for place, last in enumerate(AGING_BUCKETS) if days <= last), 4)


def aging_days(bucket: int, as_of: date) -> tuple[date | None, date | None]:
    """First and last day from which a balance falls into a bucket (0 is the newest); None where
    there is no bound."""
    first_on = as_of - timedelta(AGING_BUCKETS[bucket]) if bucket < len(AGING_BUCKETS) else None
    last_on = as_of - timedelta(AGING_BUCKETS[bucket - 1] + 1) if bucket else None
    return first_on, last_on


def _payers(reader: Reader, _as_of: date) -> Report:
    return Report(_PAYERS, tuple(msgspec.structs.astuple(row) for row in reader.payer_rows()))


def _denials(reader: Reader, _as_of: date) -> Report:
    rows: list[tuple[object, ...]] = []
    for row in reader.denial_rows():
        found = denial_categories().get(row.category) or denial_categories()["other"]
        rows.append(
            (
                row.category,
                found.label,
                found.hardness.value,
                found.kind.value,
                found.scenario,
                found.owner,
                found.preventable,
                found.step.words,
                row.payer_id,
                row.payer_name,
                row.claims_count,
                row.lines_count,
                row.denied_cents,
                found.action,
            )
        )
    return Report(_DENIALS, tuple(rows))


def _rate_changes(reader: Reader, _as_of: date) -> Report:
    changes = find_rate_changes(reader.allowed_answers())
    changes.sort(key=lambda change: (-change.lost_cents, change.service))
    return Report(
        _RATE_CHANGES,
        tuple(
            (
                change.service.payer_id,
                change.service.procedure_code,
                ":".join(change.service.modifiers),
                change.service.place_of_service,
                change.since,
                change.before_cents,
                change.before_count,
                change.after_cents,
                change.after_count,
                change.lost_cents,
                " ".join(map(str, change.claim_ids)),
            )
            for change in changes
        ),
    )


def _silent_ppo(reader: Reader, _as_of: date) -> Report:
    return Report(
        _SILENT_PPO,
        tuple(
            (
                row.payer_id,
                row.payer_name,
                " ".join(row.signs) or "none",
                row.network,
                " or ".join(row.contracts),
                row.clause,
                row.equal_count,
                row.compared_count,
                row.claims_count,
                row.work_count,
                row.charge_cents,
                row.discount_cents,
                row.first_on,
                row.last_on,
                row.request,
            )
            for row in reader.silent_ppo_rows()
        ),
    )


def _projects(reader: Reader, _as_of: date) -> Report:
    return Report(
        _PROJECTS,
        tuple(
            (
                row.payer_id,
                row.payer_name,
                row.cause,
                row.term,
                "open" if row.open_claims_count else "solved",
                row.claims_count,
                row.open_claims_count,
                row.open_cents,
                row.short_cents,
                row.recovered_cents,
                row.reopened_count,
                row.first_on,
                row.last_on,
                row.deadline,
                row.kind.value,
            )
            for row in reader.project_rows()
        ),
    )


def prevention_report(pack: PreventionPack) -> Report:
    """The combinations of a pack as rows."""
    return Report(_PREVENTION, tuple(msgspec.structs.astuple(one) for one in pack.combinations))


def _underpayments(reader: Reader, _as_of: date) -> Report:
    rows = [
        (
            row.claim_id,
            row.line_number,
            row.payer_sequence,
            row.payer_id,
            row.payer_name,
            row.procedure_code,
            row.modifiers,
            row.service_from,
            row.expected_allowed_cents,
            row.allowed_cents,
            row.variance_cents,
            row.expected_source,
            row.state,
        )
        for row in reader.underpayment_rows()
    ]
    return Report(_UNDERPAYMENTS, tuple(rows))


def _plb(reader: Reader, as_of: date) -> Report:
    """An item without a day has no age, and stands after those that have one."""
    items = sorted(
        reader.open_provider_items(),
        key=lambda item: (item.payer_id, item.arose_on or date.max, item.item_id),
    )
    rows = [
        (
            item.payer_id,
            item.item_id,
            item.remittance_id,
            item.reason_code,
            item.kind,
            item.reference,
            item.amount_cents,
            item.open_cents,
            item.state.value,
            item.traced_claim_id,
            item.arose_on,
            None if item.arose_on is None else (as_of - item.arose_on).days,
            item.reason,
        )
        for item in items
    ]
    return Report(_PLB, tuple(rows))


class _Waiting(NamedTuple):
    """One side without the other; cents as announced or as they came."""

    waits_for: str
    payer_id: str
    payer_name: str
    payee_npi: str
    arose_on: date | None
    cents: int


def _deposits(reader: Reader, as_of: date) -> Report:
    """Remittances only of days that bank files tell of: of others nothing can be said."""
    coverage = Coverage.of(reader.bank_spans())
    waiting = [
        _Waiting("deposit", one.payer_id, one.payer_name, one.payee_npi, day, cents or 0)
        for one in reader.remittances_without_deposit().values()
        for day, cents in [(one.payment_date, one.payment_amount_cents)]
        if day is None or coverage.reaches(one.method, day, day)
    ]
    waiting += [
        _Waiting("remittance", "", one.originator_name, "", one.received_on, one.amount_cents)
        for one in (stored.deposit for stored in reader.deposits_without_remittance().values())
    ]
    groups: dict[tuple[str, str, str, str], list[_Waiting]] = defaultdict(list)
    for one in waiting:
        groups[one.waits_for, one.payer_id, one.payer_name, one.payee_npi].append(one)
    ordered = sorted(groups.items(), key=lambda one: (-sum(each.cents for each in one[1]), one[0]))
    rows = []
    for waits_for in ("deposit", "remittance"):
        rows += [_waiting_row(key, group, as_of) for key, group in ordered if key[0] == waits_for]
        whole = [one for one in waiting if one.waits_for == waits_for]
        rows.append(_waiting_row((waits_for, "", "Total", ""), whole, as_of))
    return Report(_DEPOSITS, tuple(rows))


def _waiting_row(
    key: tuple[str, str, str, str], group: Sequence[_Waiting], as_of: date
) -> tuple[object, ...]:
    sums = [0] * len(_WAITING_NAMES)
    for one in group:
        sums[_waiting_bucket(one.arose_on, as_of)] += one.cents
    days = [one.arose_on for one in group if one.arose_on is not None]
    return (*key, len(group), *sums, sum(sums), min(days, default=None))


def _waiting_bucket(since: date | None, as_of: date) -> int:
    """What has no day is taken as new, as in the aging of balances."""
    if since is None:
        return 0
    return sum(1 for days in WAITING_BUCKETS if as_of > add_business_days(since, days))


def _runs(reader: Reader, _as_of: date) -> Report:
    rows = [
        (run.run_id, run.kind, run.started_at, run.finished_at, run.status) for run in reader.runs()
    ]
    return Report(_RUNS, tuple(rows))


_REPORTS: dict[str, Callable[[Reader, date], Report]] = {
    "acceptance": acceptance_report,
    "aging": lambda reader, as_of: aging_of(reader.open_balances(AgingClock.RESPONSIBILITY), as_of),
    "denials": _denials,
    "deposits": _deposits,
    "kpis": kpis_report,
    "outcomes": outcomes_report,
    "payers": _payers,
    "plb": _plb,
    "prevention": lambda reader, as_of: prevention_report(prevention_of(reader, as_of=as_of)),
    "projects": _projects,
    "rejections": rejections_report,
    "rate_changes": _rate_changes,
    "runs": _runs,
    "silent_ppo": _silent_ppo,
    "underpayments": _underpayments,
    "unplaced_acknowledgments": unplaced_acknowledgments_report,
}

_POLICY_REPORTS: dict[str, Callable[[Reader, date, ReconcilePolicy], Report]] = {
    "clocks": clocks_report,
    "lags": lags_report,
}
"""Those that ask for the settings as well."""

_REPORTS_OF_A_TIME = {"charges_below_rate": charges_below_rate, "late_payments": late_payments}
"""Reckoned anew when somebody asks, and not each night."""


REPORT_NAMES = tuple(sorted({*_REPORTS, *_POLICY_REPORTS, *_REPORTS_OF_A_TIME}))
"""Every report, in alphabetical order."""

REPORT_MEANINGS = {
    one.name: one.meaning
    for one in (
        ACCEPTANCE,
        _AGING,
        CHARGES_BELOW_RATE,
        CLOCKS,
        _DENIALS,
        _DEPOSITS,
        KPIS,
        LAGS,
        LATE_PAYMENTS,
        OUTCOMES,
        _PAYERS,
        _PLB,
        _PREVENTION,
        _PROJECTS,
        _RATE_CHANGES,
        REJECTIONS,
        _RUNS,
        _SILENT_PPO,
        _UNDERPAYMENTS,
        UNPLACED_ACKNOWLEDGMENTS,
    )
}
"""What each report says, by name."""

PERIOD_REPORT_NAMES = tuple(_REPORTS_OF_A_TIME)
"""Those that are of a time."""

_PERIOD_DAYS = 365


def report(
    store: Store,
    name: str,
    *,
    as_of: date,
    policy: ReconcilePolicy | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
) -> Report:
    """A report by name, of an office with this policy. Those of a time look at first days of
    service from `first_on` to `last_on`, both included; without them at the year that ends on the
    day `as_of`.

    Raises InputError for a name that is none.
    """
    if name not in REPORT_NAMES:
        raise InputError(
            "there is no such report.",
            place=name,
            remedy=f"Choose one of {', '.join(REPORT_NAMES)}.",
        )
    with store.reading() as reader:
        if name not in _REPORTS_OF_A_TIME:
            return _made(reader, name, as_of, policy or ReconcilePolicy())
        until = as_of if last_on is None else last_on
        since = until - timedelta(days=_PERIOD_DAYS - 1) if first_on is None else first_on
        return _REPORTS_OF_A_TIME[name](reader, first_on=since, last_on=until)


def _made(reader: Reader, name: str, as_of: date, policy: ReconcilePolicy) -> Report:
    if name in _POLICY_REPORTS:
        return _POLICY_REPORTS[name](reader, as_of, policy)
    return _REPORTS[name](reader, as_of)


def write_reports(
    store: Store, folder: Path, *, as_of: date, policy: ReconcilePolicy | None = None
) -> list[Path]:
    """The reports of each night and the worklist, as CSV and JSON Lines in a folder: all but the
    runs and those of a time.

    All of them from one snapshot. Returns the files written, in order.
    """
    written: list[Path] = []
    with store.reading() as reader:
        reports = [
            _made(reader, name, as_of, policy or ReconcilePolicy())
            for name in REPORT_NAMES
            if name != "runs" and name not in _REPORTS_OF_A_TIME
        ]
        reports.append(Report(dataset("worklist"), tuple(reader.dataset("worklist"))))
    for one in reports:
        for suffix, lines in (("csv", csv_lines), ("jsonl", json_lines)):
            path = folder / f"{one.dataset.name}.{suffix}"
            with path.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(lines(one.dataset, one.rows))
            written.append(path)
    return written
