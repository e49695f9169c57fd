"""The dashboard's numbers against what a slow and simple reading of the store gives."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.jobs.claim_lists import list_claims
from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.dashboard import Period, Span, dashboard, percent_text, spans_of
from edi_engine.jobs.reports import AGING_BUCKETS, BUCKET_NAMES, aging, aging_days
from edi_engine.jobs.team import Deed, recovered_items, team, team_items
from edi_engine.jobs.users import add_user
from edi_engine.jobs.work_pull import next_item
from edi_engine.jobs.worklist import (
    assign_item,
    close_item,
    give_up_item,
    list_work,
    note_item,
    queue_totals,
    touch_item,
)
from edi_engine.records.claim_lists import ClaimFilter, ClaimResult, HitState, OwedBy
from edi_engine.records.outcomes import OutcomeKind, WorkOutcome
from edi_engine.records.policy import WorklistPolicy
from edi_engine.records.projects import HitKind
from edi_engine.records.reports import AgingClock
from edi_engine.records.users import Role
from edi_engine.records.work import Channel
from edi_engine.store import Store, open_store
from edi_engine.store.migrations.versions import v0019_claim_answers
from edi_engine.synthetic import MessRates
from tests.jobs.conclusions import AS_OF, NOW, conclude, practice_of, take, written
from tests.store.conftest import databases, empty_url, postgres_server, postgres_url
from tests.store.older_databases import upgrade_by

__all__ = ["databases", "empty_url", "postgres_server", "postgres_url"]


def practice_store(url: str, folder: Path) -> Store:
    """A practice with all messes: held repetitions, corrected claims, takebacks."""
    practice = practice_of(200, messes=MessRates())
    fees = folder / "fees.csv"
    fees.write_text(practice.fee_schedule_csv())
    store = open_store(url)
    load_fee_schedule(store, fees, now=lambda: NOW)
    take(store, written(practice, folder / "files"))
    conclude(store)
    return store


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice, for copies of it."""
    folder = tmp_path_factory.mktemp("dashboard")
    path = folder / "edi.db"
    practice_store(str(path), folder).close()
    return path


@pytest.fixture(scope="module")
def store(database: Path) -> Iterator[Store]:
    with open_store(str(shutil.copy(database, database.with_name("read.db")))) as opened:
        yield opened


# Days and shares ---


@given(st.dates(date(1991, 1, 1), date(2099, 1, 1)), st.sampled_from(Period))
def test_spans_follow_one_another_and_the_last_holds_the_day(as_of: date, period: Period) -> None:
    spans = spans_of(period, as_of)
    assert as_of in spans[-1]
    for earlier, later in pairwise(spans):
        assert earlier.last_on + timedelta(1) == later.first_on
    for span in spans:
        days = (span.last_on - span.first_on).days + 1
        if period is Period.WEEK:
            assert (span.first_on.weekday(), days) == (0, 7)
        else:
            assert (span.first_on.day, (span.last_on + timedelta(1)).day) == (1, 1)
            assert 28 <= days <= 31
    assert len(spans) == {Period.WEEK: 13, Period.MONTH: 12}[period]


@given(st.integers(-10, 400))
def test_every_age_lies_in_one_bucket(age: int) -> None:
    day = AS_OF - timedelta(age)
    found = [
        bucket
        for bucket in range(len(BUCKET_NAMES))
        for first_on, last_on in [aging_days(bucket, AS_OF)]
        if (first_on is None or first_on <= day) and (last_on is None or day <= last_on)
    ]
    assert found == [sum(1 for last in AGING_BUCKETS if age > last)]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, ""), (0, 7, "0.0 %"), (7, 7, "100.0 %"), (2, 3, "66.6 %"), (1999, 2000, "99.9 %")],
)
def test_a_share_is_rounded_down(part: int, whole: int, text: str) -> None:
    assert percent_text(part, whole) == text


# What is owed ---


@pytest.mark.parametrize("clock", AgingClock)
def test_each_sum_by_age_is_that_of_its_claims(store: Store, clock: AgingClock) -> None:
    """Also: the aging report and the lists reckon the days alike."""
    rows = dashboard(store, as_of=AS_OF, today=AS_OF, clock=clock).aging.rows
    names = {"All payers", "All patients", "Total"}
    assert {row[1] for row in rows if row[1] in names} == names
    checked = 0
    for payer_id, name, owed_by, claims, *buckets, total in rows:
        payer = None if name in names else payer_id
        wanted = ClaimFilter(payer_id=payer, owed_by=OwedBy(owed_by), clock=clock)
        found = list_claims(store, wanted, limit=1000)
        assert (found.totals.claims_count, found.totals.owed_cents) == (claims, total)
        assert len(found.rows) == claims
        for bucket, cents in enumerate(buckets):
            part = ClaimFilter(
                payer_id=payer,
                owed_by=OwedBy(owed_by),
                clock=clock,
                since=aging_days(bucket, AS_OF),
            )
            rows_of_it = list_claims(store, part, limit=1000).rows
            assert sum(row.owed_cents or 0 for row in rows_of_it) == cents
            checked += bool(cents)
    assert checked > 10


def test_what_is_owed_is_what_the_aging_report_says(store: Store) -> None:
    rows = dashboard(store, as_of=AS_OF, today=AS_OF).aging.rows
    told = aging(store, as_of=AS_OF).rows
    assert [row for row in rows if row[1] not in {"All payers", "All patients", "Total"}] == list(
        told[:-1]
    )
    assert rows[-1][4:] == told[-1][4:]
    by_name = {row[1]: row for row in rows}
    for place in range(4, 10):
        assert by_name["All payers"][place] + by_name["All patients"][place] == rows[-1][place]


def test_work_that_waits_is_what_the_worklist_counts(store: Store) -> None:
    *rows, total = dashboard(store, as_of=date(2030, 1, 1), today=AS_OF).queues.rows
    told = queue_totals(store, as_of=AS_OF)
    assert sorted(rows) == sorted((one.queue.value, one.count, one.amount_cents) for one in told)
    assert total == ("all", len(list_work(store, as_of=AS_OF)), sum(row[2] for row in rows))


# What was answered, by brute force ---


class _Answered:
    """A claim as the datasets tell it: days of its own payer's answers, and its lines."""

    def __init__(self, claim: tuple[object, ...], lines: list[tuple[object, ...]]) -> None:
        self.claim_id, self.frequency, self.payer_id = claim[0], claim[7], claim[8]
        self.days: list[date] = []
        self.sent_on: date | None = None
        self.refused = sum(line[10] for line in lines if line[10] > 0)
        self.short = sum(line[12] for line in lines if line[13] == "underpaid")
        self.is_open = any(
            line[1] and line[13] in {"denied", "underpaid", "unanswered", "reversed"}
            for line in lines
        )

    @property
    def is_settled_first(self) -> bool:
        return len(set(self.days)) == 1 and not self.is_open and self.frequency != "7"


def answered_claims(store: Store) -> list[_Answered]:
    with store.reading() as reader:
        sequences = dict(reader.rows("SELECT claim_id, payer_sequence FROM claims"))
        sent = dict(reader.rows("SELECT claim_id, sent_on FROM claims"))
        lines = defaultdict(list)
        for line in reader.dataset("reconciliation"):
            if line[2] == sequences[line[0]]:
                lines[line[0]].append(line)
        claims = {
            row[0]: _Answered(row, lines[row[0]])
            for row in reader.dataset("claims")
            if row[17] not in {"superseded", "voided"}
        }
        days = {row[0]: row[8] for row in reader.dataset("remittances")}
        held = {
            row[0] for row in reader.rows("SELECT remittance_id FROM remittances WHERE held <> ''")
        }
        payments = {row[0]: row[1] for row in reader.dataset("claim_payments")}
        answers = reader.rows(
            "SELECT claim_payment_id, claim_id, payer_sequence, outcome FROM matches"
        )
    for payment_id, claim_id, sequence, outcome in answers:
        remittance_id = payments[payment_id]
        is_own = outcome == "matched" and sequence == sequences[claim_id]
        if is_own and claim_id in claims and remittance_id not in held:
            claims[claim_id].days.append(days[remittance_id])
            claims[claim_id].sent_on = date.fromisoformat(str(sent[claim_id]))
    return [one for one in claims.values() if one.days]


def test_answers_of_an_older_database_are_those_that_a_run_concludes(
    empty_url: str, tmp_path: Path
) -> None:
    with practice_store(empty_url, tmp_path) as made:
        with made.reading() as reader:
            concluded = reader.rows("SELECT * FROM claim_answers ORDER BY claim_id")
        with made.writing() as writer:
            writer.run("DROP TABLE claim_answers")
    upgrade_by(empty_url, v0019_claim_answers)
    with open_store(empty_url) as store, store.reading() as reader:
        assert reader.rows("SELECT * FROM claim_answers ORDER BY claim_id") == concluded != []


def test_trends_are_what_brute_force_counts(store: Store) -> None:
    claims = answered_claims(store)
    found = dashboard(store, as_of=AS_OF, today=AS_OF)
    assert found.last_answered_on == max(min(one.days) for one in claims)
    for first_on, last_on, answered, settled, rate, *refused_and_short in found.trends.rows:
        own = [one for one in claims if min(one.days) in Span(first_on, last_on)]
        assert (answered, settled) == (len(own), sum(one.is_settled_first for one in own))
        assert rate == percent_text(settled, answered)
        assert refused_and_short == [
            sum(one.refused > 0 for one in own),
            sum(one.refused for one in own),
            sum(one.short > 0 for one in own),
            sum(one.short for one in own),
        ]
    assert sum(row[2] for row in found.trends.rows) > 100
    assert {row[3] for row in found.trends.rows} != {row[2] for row in found.trends.rows}


def test_lag_is_what_brute_force_sorts(store: Store) -> None:
    found = dashboard(store, as_of=AS_OF, today=AS_OF)
    claims = [one for one in answered_claims(store) if min(one.days) in found.shown]
    for payer_id, name, *_, known, median, nine_in_ten in found.payer_answers.rows:
        lags = sorted(
            (min(one.days) - one.sent_on).days
            for one in claims
            if (name == "All payers" or one.payer_id == payer_id) and one.sent_on is not None
        )
        assert known == len(lags) > 0
        within = {days: sum(lag <= days for lag in lags) for days in lags}
        assert median == min(days for days, count in within.items() if 2 * count >= known)
        assert nine_in_ten == min(days for days, count in within.items() if 10 * count >= 9 * known)


def test_numbers_of_answers_have_their_claims(store: Store) -> None:
    found = dashboard(store, as_of=AS_OF, today=AS_OF, period=Period.MONTH)
    claims = {one.claim_id: one for one in answered_claims(store)}
    for first_on, last_on, answered, settled, _, *more in found.trends.rows:
        for result, count, cents in (
            (None, answered, None),
            (ClaimResult.SETTLED_FIRST, settled, None),
            (ClaimResult.REFUSED, more[0], more[1]),
            (ClaimResult.SHORT, more[2], more[3]),
        ):
            wanted = ClaimFilter(answered=(first_on, last_on), result=result)
            page = list_claims(store, wanted, limit=1000)
            assert page.totals.claims_count == len(page.rows) == count
            assert all(min(claims[row.claim_id].days) == row.answered_on for row in page.rows)
            if result is ClaimResult.REFUSED:
                assert page.totals.refused_cents == cents
            elif result is ClaimResult.SHORT:
                assert page.totals.short_cents == cents


def test_what_is_held_answers_nothing(worked: Store) -> None:
    with worked.writing() as writer:
        for remittance_id in writer.remittance_ids():
            writer.hold_remittance(remittance_id, "It repeats another.")
    conclude(worked, everything=True)
    found = dashboard(worked, as_of=AS_OF, today=AS_OF)
    assert found.last_answered_on is None
    assert list_claims(worked, ClaimFilter(is_sent_known=True), limit=1).rows == ()


def test_another_payer_refusing_is_not_the_own_payer_refusing(worked: Store) -> None:
    before = dashboard(worked, as_of=AS_OF, today=AS_OF).payer_answers
    with worked.writing() as writer:
        changed = writer.run(
            "UPDATE line_reconciliations SET denied_cents = 100, state = 'denied'"
            " WHERE payer_sequence = 2 AND claim_id IN"
            " (SELECT claim_id FROM claims WHERE payer_sequence = 1)"
        )
    assert changed
    assert dashboard(worked, as_of=AS_OF, today=AS_OF).payer_answers == before


@pytest.mark.slow
@pytest.mark.parametrize("clock", AgingClock)
def test_a_balance_without_any_day_is_new(worked: Store, clock: AgingClock) -> None:
    with worked.writing() as writer:
        writer.run("UPDATE claims SET sent_on = NULL, service_from = NULL")
    newest = ClaimFilter(owed_by=OwedBy.PAYER, clock=clock, since=aging_days(0, AS_OF))
    row = {
        row[1]: row for row in dashboard(worked, as_of=AS_OF, today=AS_OF, clock=clock).aging.rows
    }["All payers"]
    found = list_claims(worked, newest, limit=1).totals
    assert (found.claims_count, found.owed_cents) == (row[3], row[4])
    assert row[3] > 0


def test_slow_answers_are_found_by_their_days(store: Store) -> None:
    claims = {one.claim_id: one for one in answered_claims(store)}
    wanted = ClaimFilter(days_to_answer=20)
    found = {row.claim_id for row in list_claims(store, wanted, limit=1000).rows}
    assert found
    assert found == {
        one.claim_id
        for one in claims.values()
        if one.sent_on is not None and (min(one.days) - one.sent_on).days >= 20
    }


def test_underpayments_are_those_of_the_projects(store: Store) -> None:
    *rows, total = dashboard(store, as_of=AS_OF, today=AS_OF).underpaid_payers.rows
    with store.reading() as reader:
        projects = [one for one in reader.project_rows() if one.kind is HitKind.UNDERPAID]
    assert rows
    assert total[3] == sum(one.short_cents for one in projects)
    assert total[5] == sum(one.open_cents for one in projects)
    assert total[7] == sum(one.recovered_cents for one in projects)
    for payer_id, _, claims, _, open_claims, _, recovered_claims, _ in rows:
        for state, count in (
            (HitState.ANY, claims),
            (HitState.OPEN, open_claims),
            (HitState.RECOVERED, recovered_claims),
        ):
            wanted = ClaimFilter(payer_id=payer_id, hits=state)
            assert list_claims(store, wanted, limit=1000).totals.claims_count == count


def test_underpayments_that_came_in_have_their_claims(worked: Store) -> None:
    first, second = list_claims(worked, ClaimFilter(hits=HitState.ANY), limit=2).rows
    with worked.writing() as writer:
        hits = writer.project_hits([first.claim_id, second.claim_id])
        writer.write_project_hits(
            [
                msgspec.structs.replace(hit, recovered_cents=700, solved_on=solved_on)
                for (claim_id, *_), hit in hits.items()
                for solved_on in [AS_OF if claim_id == first.claim_id else None]
            ]
        )
    *rows, total = dashboard(worked, as_of=AS_OF, today=AS_OF).underpaid_payers.rows
    underpaid = [hit for hit in hits.values() if hit.kind is HitKind.UNDERPAID]
    assert total[6:] == (2, 700 * len(underpaid))
    assert total[4] == total[2] - 1
    assert sum(row[6] for row in rows) == 2
    found = list_claims(worked, ClaimFilter(hits=HitState.RECOVERED), limit=10).rows
    assert {row.claim_id for row in found} == {first.claim_id, second.claim_id}


def test_parts_of_a_list_are_the_whole_list(store: Store) -> None:
    whole = list_claims(store, ClaimFilter(), limit=1000)
    parts = [
        row
        for offset in range(0, whole.totals.claims_count, 7)
        for row in list_claims(store, ClaimFilter(), limit=7, offset=offset).rows
    ]
    assert tuple(parts) == whole.rows
    by_status = {row.status for row in whole.rows}
    counts = [
        list_claims(store, ClaimFilter(status=status), limit=0).totals.claims_count
        for status in by_status
    ]
    assert sum(counts) == whole.totals.claims_count == len(whole.rows)
    assert whole.totals.charge_cents == sum(row.charge_cents for row in whole.rows)


def test_nothing_is_there_before_anything_was_read(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "empty.db")) as empty:
        found = dashboard(empty, as_of=AS_OF, today=AS_OF)
        assert found.last_answered_on is None
        assert [row[1] for row in found.aging.rows] == ["All payers", "All patients", "Total"]
        assert all(not any(row[3:]) for row in found.aging.rows)
        assert found.payer_answers.rows == (
            ("", "All payers", 0, 0, "", 0, 0, 0, 0, 0, None, None),
        )
        page = list_claims(empty, ClaimFilter(owed_by=OwedBy.EITHER), limit=10)
        assert (page.rows, page.totals.claims_count, page.totals.owed_cents) == ((), 0, 0)
        assert team(empty, found.spans).weeks.rows == ()


@pytest.mark.slow
def test_postgresql_lists_and_counts_alike(store: Store, postgres_url: str, tmp_path: Path) -> None:
    with practice_store(postgres_url, tmp_path) as server:
        for clock in AgingClock:
            told = [
                dashboard(one, as_of=AS_OF, today=AS_OF, clock=clock) for one in (store, server)
            ]
            assert told[0] == told[1]
        for wanted in (
            ClaimFilter(),
            ClaimFilter(owed_by=OwedBy.EITHER, since=aging_days(0, AS_OF)),
            ClaimFilter(owed_by=OwedBy.PATIENT, since=aging_days(1, AS_OF)),
            ClaimFilter(owed_by=OwedBy.PAYER, since=aging_days(4, AS_OF), status="denied"),
            ClaimFilter(result=ClaimResult.REFUSED, answered=(date(2026, 1, 1), AS_OF)),
            ClaimFilter(days_to_answer=15, payer_id="EX001"),
            ClaimFilter(hits=HitState.OPEN, is_sent_known=True),
        ):
            pages = [list_claims(one, wanted, limit=1000) for one in (store, server)]
            assert pages[0] == pages[1]
        assert team(server, told[0].spans) == team(store, told[0].spans)


# The team ---


@pytest.fixture(scope="module")
def worked_database(database: Path) -> Path:
    """Items worked by two people over two weeks; `kim` may only look."""
    path = database.with_name("worked.db")
    with open_store(str(shutil.copy(database, path))) as made:
        for login, role in (("ana", Role.BILLER), ("ben", Role.COLLECTOR), ("kim", Role.READ_ONLY)):
            add_user(made, login, name="", role=role, password="seven green herons", actor="root")
        items = [entry.item.work_item_id for entry in list_work(made, as_of=AS_OF, limit=12)]
        for day, actor, item in (
            (AS_OF, "ana", items[0]),
            (AS_OF, "ben", items[0]),
            (AS_OF, "ana", items[1]),
            (AS_OF - timedelta(7), "ana", items[2]),
            (AS_OF - timedelta(400), "ana", items[3]),
        ):
            touch_item(
                made,
                item,
                Channel.PORTAL,
                "Looked.",
                next_action_on=AS_OF + timedelta(30),
                actor=actor,
                as_of=day,
                now=lambda day=day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            )
        noon = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=UTC)
        now = {"actor": "ben", "now": lambda: noon}
        close_item(made, items[4], "Paid by phone.", as_of=AS_OF, **now)
        note_item(made, items[5], "Nothing counted.", **now)
        give_up_item(made, items[6], "Too old.", as_of=AS_OF, policy=_EASY, **now)
        assign_item(made, items[7], "ana", **now)
        next_item(made, actor="ana", as_of=AS_OF, policy=WorklistPolicy(), now=lambda: noon)
    return path


@pytest.fixture
def worked(worked_database: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(str(shutil.copy(worked_database, tmp_path / "own.db"))) as opened:
        yield opened


_EASY = WorklistPolicy(touches_before_stop=0)


def test_the_team_is_counted_by_person_and_week(worked: Store) -> None:
    noon = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=UTC)
    spans = spans_of(Period.WEEK, AS_OF)
    found = team(worked, spans, now=lambda: noon)
    assert found.people.rows == (
        ("ana", 3, 0, 0, 1, 1),
        ("ben", 1, 1, 1, 0, 0),
        ("whole team", 3, 1, 1, 1, 1),
    )
    this, last = spans[-1], spans[-2]
    assert found.weeks.rows == (
        (this.first_on, this.last_on, "ana", 2, 0, 0),
        (this.first_on, this.last_on, "ben", 1, 1, 1),
        (last.first_on, last.last_on, "ana", 1, 0, 0),
    )


def test_each_number_of_the_team_has_its_items(worked: Store) -> None:
    noon = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=UTC)
    spans = spans_of(Period.WEEK, AS_OF)
    within = Span(spans[0].first_on, spans[-1].last_on)
    for name, *counts in team(worked, spans, now=lambda: noon).people.rows:
        person = None if name == "whole team" else name
        for deed, count in zip(Deed, counts, strict=True):
            found = team_items(worked, deed, person=person, within=within, now=lambda: noon)
            assert len(found) == count, (name, deed)
            assert all(person in {None, one.person} for one in found)
    assert len(team_items(worked, Deed.TOUCHED)) == 4  # without a span: all days


def test_what_was_recovered_is_counted_by_its_day(worked: Store) -> None:
    outcomes = [
        _outcome(work_item_id, cents, day)
        for work_item_id, cents, day in (
            (1, 5_000, AS_OF),
            (1, -5_000, AS_OF - timedelta(1)),  # taken back
            (2, 1_250, AS_OF),
            (3, 70_001, AS_OF - timedelta(7)),
            (4, 0, AS_OF),
        )
    ]
    with worked.writing() as writer:
        writer.add_work_outcomes([*outcomes, _outcome(5, 99, AS_OF - timedelta(400))])
    rows = dashboard(worked, as_of=AS_OF, today=AS_OF).recovered.rows
    assert [row[2:] for row in rows[-2:]] == [(1, 70_001), (2, 1_250)]
    assert sum(row[3] for row in rows) == sum(one.recovered_cents for one in outcomes)
    for first_on, last_on, items, cents in rows:
        found = recovered_items(worked, Span(first_on, last_on))
        assert len({one.outcome.work_item_id for one in found}) == items
        assert sum(one.outcome.recovered_cents for one in found) == cents


def _outcome(work_item_id: int, recovered_cents: int, concluded_on: date) -> WorkOutcome:
    return WorkOutcome(
        work_item_id=work_item_id,
        kind=OutcomeKind.RECOVERED if recovered_cents >= 0 else OutcomeKind.WITHDRAWN,
        payer_id="EX001",
        cause="denied",
        detail="",
        first_band=0,
        last_band=0,
        count=1 if recovered_cents >= 0 else -1,
        at_risk_cents=100_000,
        recovered_cents=recovered_cents,
        share_percent=0,
        concluded_on=concluded_on,
        concluded_by="engine",
        arose_on=None,
        opened_on=concluded_on,
        measured_cents=0,
    )
