"""Reports on outcomes and refusals, held against plain counting and a case worked out by hand."""

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from edi_engine.jobs.appeals import Filing, answer_appeal, file_appeal
from edi_engine.jobs.outcome_reports import standing_outcomes
from edi_engine.jobs.reports import report
from edi_engine.jobs.worklist import close_item, reopen_item
from edi_engine.records.appeals import AppealMethod, AppealOutcome, AppealPolicy
from edi_engine.records.outcomes import OutcomeKind, WorkOutcome
from edi_engine.records.work import Resolution, WorkStatus
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import AS_OF, conclude, practice_of, take, written
from tests.jobs.promise_story import ITEM, answered, deny
from tests.jobs.test_work_outcomes import days_of_work, last_day

Row = dict[str, object]
REPORTED_ON = last_day() + timedelta(days=1)


def rows(store: Store, name: str, as_of: date) -> list[Row]:
    found = report(store, name, as_of=as_of)
    return [dict(zip(found.dataset.column_names, row, strict=True)) for row in found.rows]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Six weeks of work, a few closed items taken up again, and the day after."""
    store = days_of_work(tmp_path_factory.mktemp("reports"), "edi.db")
    with store.reading() as reader:
        closed = [one.work_item_id for one in reader.work_items(statuses=[WorkStatus.CLOSED])]
    for work_item_id in closed[:3]:
        reopen_item(store, work_item_id, actor="kim", as_of=last_day())
    conclude(store, as_of=REPORTED_ON)
    return store


def test_outcomes_are_those_that_the_chance_counts(practice: Store) -> None:
    """By age band the standing outcomes give the counts that chances are made of."""
    as_of = REPORTED_ON
    with practice.reading() as reader:
        outcomes, counts = reader.outcomes(), reader.outcome_counts()
    standing = standing_outcomes(outcomes, as_of)
    assert any(one.kind is OutcomeKind.WITHDRAWN for one in outcomes)
    expected: dict[tuple[str, str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    for one in standing:
        for band in range(one.first_band, one.last_band + 1):
            expected[one.cause, one.detail, one.payer_id, band][0] += 1
            expected[one.cause, one.detail, one.payer_id, band][1] += one.share_percent
    told = {
        (one.cause, one.detail, one.payer_id, one.age_band): [one.count, one.share_percents]
        for one in counts
        if one.count or one.share_percents
    }
    assert told == dict(expected)


@pytest.mark.parametrize("by", ["payer", "cause", "payer and cause"])
def test_outcomes_are_summed_without_losing_one(practice: Store, by: str) -> None:
    with practice.reading() as reader:
        standing = standing_outcomes(reader.outcomes(), REPORTED_ON)
    found = [row for row in rows(practice, "outcomes", REPORTED_ON) if row["by"] == by]

    def total(name: str) -> int:
        return sum(int(str(row[name])) for row in found)

    assert total("ended") == len(standing) > 20
    assert total("at_risk") == sum(one.at_risk_cents for one in standing)
    assert total("recovered_amount") == sum(one.recovered_cents for one in standing)
    assert total("recovered") + total("partly") + total("not_recovered") == len(standing)
    for row in found:
        of_row = [one for one in standing if _is_in(one, row)]
        days = [(one.concluded_on - one.opened_on).days for one in of_row]
        assert row["ended"] == len(of_row)
        assert row["average_days"] == sum(days) // len(days)


def _is_in(one: WorkOutcome, row: Row) -> bool:
    if row["by"] == "payer":
        return one.payer_id == row["payer_id"]
    same = (one.cause, one.detail) == (row["cause"], row["reason"])
    return same and (row["by"] == "cause" or one.payer_id == row["payer_id"])


def test_refusals_are_told_by_the_code_they_were_refused_under(practice: Store) -> None:
    with practice.reading() as reader:
        standing = standing_outcomes(reader.outcomes(), REPORTED_ON)
    refusals = [one for one in standing if one.cause in {"denied", "partially_denied"}]
    found = {row["carc"]: row for row in rows(practice, "outcomes", REPORTED_ON) if row["carc"]}
    assert sum(int(str(row["ended"])) for row in found.values()) == len(refusals) > 0
    assert not set(found) & {"45", "1", "2", "3", "253"}  # what is no refusal


def test_a_case_by_hand(tmp_path: Path) -> None:
    """100.00 refused under 50 on March 20, and paid in part, 80.00, on April 10."""
    with open_store(str(tmp_path / "edi.db")) as store:
        deny(store)
        paid = answered(tmp_path, 900, date(2026, 4, 10), before=0, now=80, code="CO-45")
        take(store, [paid])
        conclude(store, as_of=date(2026, 4, 10))
        assert rows(store, "outcomes", date(2026, 4, 10)) == []  # counted from the next day on
        found = rows(store, "outcomes", date(2026, 4, 11))

    assert [row["by"] for row in found] == ["payer", "cause", "carc", "payer and cause"]
    assert found[2] == {
        "by": "carc", "payer_id": "", "payer_name": "", "cause": "", "reason": "", "carc": "50",
        "ended": 1, "recovered": 0, "partly": 1, "not_recovered": 0, "recovered_percent": 100,
        "mean_share_percent": 80, "average_days": 21, "at_risk": 100_00,
        "recovered_amount": 80_00, "money_percent": 80,
    }  # fmt: skip


# --- measures of refusals ---


def kpis(store: Store, as_of: date) -> dict[object, Row]:
    return {row["kpi"]: row for row in rows(store, "kpis", as_of)}


def test_a_refusal_that_is_appealed_and_overturned_by_hand(tmp_path: Path) -> None:
    """Refused on March 20, appealed on April 1, overturned on April 30, paid on May 4."""
    with open_store(str(tmp_path / "edi.db")) as store:
        deny(store)
        found = kpis(store, date(2026, 3, 20))
        assert (found["DN-1"]["count"], found["DN-1"]["of"]) == (1, 1)
        assert (found["DN-1"]["amount"], found["DN-1"]["of_amount"]) == (100_00, 100_00)
        assert (found["DN-1"]["first_on"], found["DN-1"]["percent"]) == (
            date(2025, 12, 21),
            "100.0",
        )
        assert (found["DN-2"]["count"], found["DN-2"]["of"]) == (1, 1)
        assert found["DN-2"]["first_on"] == date(2026, 2, 21)
        assert (found["DN-6"]["of"], found["DN-6"]["percent"]) == (0, "")

        filed = file_appeal(
            store, Filing(AppealMethod.PORTAL, date(2026, 4, 1), 100_00, "T1"), work_item_id=ITEM,
            policy=AppealPolicy(), actor="kim", as_of=date(2026, 4, 1),
        )  # fmt: skip
        answer_appeal(
            store, filed.appeal.appeal_id, AppealOutcome.OVERTURNED, decided_on=date(2026, 4, 30),
            overturned_cents=80_00, policy=AppealPolicy(), actor="kim", as_of=date(2026, 4, 30),
        )  # fmt: skip
        paid = answered(tmp_path, 900, date(2026, 5, 4), before=0, now=80, code="CO-45")
        take(store, [paid])
        conclude(store, as_of=date(2026, 5, 4))
        found = kpis(store, date(2026, 5, 4))
        later = kpis(store, date(2026, 7, 1))

    # In April to June the claim was answered, but not for the first time.
    assert (later["DN-1"]["first_on"], later["DN-1"]["of"]) == (date(2026, 4, 2), 0)
    assert (found["DN-4"]["count"], found["DN-4"]["median_days"]) == (1, 12)
    assert (found["DN-5"]["count"], found["DN-5"]["median_days"]) == (1, 45)
    assert (found["DN-6"]["count"], found["DN-6"]["of"], found["DN-6"]["percent"]) == (
        1,
        1,
        "100.0",
    )
    assert (found["DN-6"]["amount"], found["DN-6"]["of_amount"]) == (80_00, 100_00)
    assert found["DN-6"]["amount_percent"] == "80.0"
    # The first answer stays the first answer; the payment of May is no zero payment.
    assert (found["DN-1"]["count"], found["DN-1"]["of"]) == (1, 1)
    assert (found["DN-2"]["count"], found["DN-2"]["of"]) == (0, 1)
    assert found["DN-3"]["count"] == 0


def test_what_a_person_writes_off_is_told_against_net_revenue(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "edi.db")) as store:
        deny(store)
        close_item(
            store, ITEM, "no use", actor="kim", as_of=date(2026, 4, 1),
            resolution=Resolution.WRITTEN_OFF,
        )  # fmt: skip
        found = kpis(store, date(2026, 4, 1))["DN-3"]
        assert (found["count"], found["of"], found["amount"]) == (1, 1, 100_00)
        assert found["of_amount"] == 100_00  # charges, for nothing of them is contractual


def test_first_answers_of_a_practice_are_those_that_one_counts(tmp_path: Path) -> None:
    """Held against the exported rows: the earliest answer of each claim, and what it refuses."""
    as_of = AS_OF + timedelta(days=20)
    with open_store(str(tmp_path / "edi.db")) as store:
        take(store, written(practice_of(80), tmp_path / "files"))
        conclude(store, as_of=as_of)
        found = kpis(store, as_of)["DN-1"]
        with store.reading() as reader:
            paid_on = {row[0]: row[8] for row in reader.dataset("remittances")}
            payments = {row[0]: row for row in reader.dataset("claim_payments")}
            matched = [row for row in reader.dataset("matches") if row[4] == "matched"]
            claims = {row[0]: row for row in reader.dataset("claims")}
            adjusted: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
            for row in reader.dataset("adjustments"):
                adjusted[row[0]].append((row[2], row[3], row[4]))
            sequences = dict(reader.rows("SELECT claim_id, payer_sequence FROM claims"))
            matched_sequence = dict(
                reader.rows("SELECT claim_payment_id, payer_sequence FROM matches")
            )
            held = {row[0] for row in reader.rows("SELECT remittance_id FROM remittances"
                                                  " WHERE held <> ''")}  # fmt: skip
    first: dict[int, tuple[object, int]] = {}
    for row in matched:
        payment, claim = row[0], row[5]
        remittance, status = payments[payment][1], payments[payment][5]
        if status == "22" or remittance in held or sequences[claim] != matched_sequence[payment]:
            continue
        day = paid_on[remittance]
        if claim not in first or (str(day), payment) < (str(first[claim][0]), first[claim][1]):
            first[claim] = (day, payment)
    window = [one for one in first.values() if found["first_on"] <= _day(one[0]) <= as_of]  # type: ignore[operator]
    assert found["of"] == len(window) > 50
    plain = {"45", "1", "2", "3", "23", "253", "24", "59", "97", "104", "105", "131", "137", "144",
             "161", "237", "94"}  # fmt: skip
    refused = [
        payment
        for _, payment in window
        if sum(cents for _, reason, cents in adjusted[payment] if reason not in plain) > 0
    ]
    assert found["count"] == len(refused) > 0
    assert claims


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
