"""Charges below the rate, and late payments: what a manager reads of a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from edi_engine.jobs.contracts import load_contract
from edi_engine.jobs.reports import report
from edi_engine.store import Store, open_store
from tests.golden.stories import GOLDEN_ROOT
from tests.golden.test_golden_journals import files_of
from tests.jobs.conclusions import NOW, conclude, take

AS_OF = date(2026, 5, 1)
SERVED_ON = date(2026, 3, 2)


@contextmanager
def story(name: str, folder: Path) -> Iterator[Store]:
    """A golden scenario, all of it taken in and concluded."""
    (found,) = GOLDEN_ROOT.glob(f"{name}_*")
    with open_store(str(folder / "story.db")) as store:
        assert load_contract(store, found / "contract.yaml", now=lambda: NOW).findings == ()
        take(store, files_of(found))
        conclude(store, as_of=AS_OF)
        yield store


def rows(store: Store, name: str, **time: date) -> list[dict[str, object]]:
    made = report(store, name, as_of=AS_OF, **time)
    return [dict(zip(made.dataset.column_names, row, strict=True)) for row in made.rows]


def test_a_charge_below_the_rate_is_told_with_what_it_gave_away(tmp_path: Path) -> None:
    with story("g40", tmp_path) as store:
        (row,) = rows(store, "charges_below_rate")
    assert row == {
        "payer_id": "TESTPAYERA",
        "payer_name": "TEST PAYER A",
        "term": "test-payer-a 2026: All services",
        "procedure_code": "99214",
        "modifiers": "",
        "claims": 1,
        "lines": 1,
        "charge": 100_00,
        "rate": 120_00,
        "lost": 20_00,
        "lowest_unit_charge": 100_00,
        "highest_unit_rate": 120_00,
        "first_on": SERVED_ON,
        "last_on": SERVED_ON,
    }


def test_charges_above_the_rates_make_an_empty_report(tmp_path: Path) -> None:
    with story("g55", tmp_path) as store:
        assert rows(store, "charges_below_rate") == []


@pytest.mark.parametrize("name", ["charges_below_rate", "late_payments"])
def test_a_report_of_another_time_is_empty(name: str, tmp_path: Path) -> None:
    with story("g40" if name == "charges_below_rate" else "g51", tmp_path) as store:
        before = date(2026, 3, 1)
        assert rows(store, name, first_on=date(2026, 1, 1), last_on=before) == []
        assert len(rows(store, name, first_on=SERVED_ON, last_on=SERVED_ON)) > 0


def test_every_claim_with_interest_is_told_also_what_is_settled(tmp_path: Path) -> None:
    with story("g51", tmp_path) as store:
        found = rows(store, "late_payments")
    told = [(row["interest_owed"], row["interest_paid"], row["interest_short"]) for row in found]
    assert sorted(told) == [
        (1_12, 0, 1_12),
        (5_59, 0, 5_59),
        (5_59, 5_59, 0),
        (5_59, 5_59, 0),
        (5_59, 9_00, -3_41),
    ]
    shorts = [int(str(row["interest_short"])) for row in found]
    assert shorts == sorted(shorts, reverse=True)
    assert all("12 % a year on" in str(row["why"]) for row in found)


def test_discounts_are_told_with_what_is_agreed(tmp_path: Path) -> None:
    with story("g52", tmp_path) as store:
        found = rows(store, "late_payments")
        projects = rows(store, "projects")
    told = [(row["discount_agreed"], row["discount_taken"], row["discount_over"]) for row in found]
    assert told == [(20_00, 50_00, 30_00), (0, 20_00, 20_00), (20_00, 20_00, 0)]
    assert {row["cause"] for row in projects} == {"timely_discount"}
    assert {row["term"]: (row["open_claims"], row["open_amount"]) for row in projects} == {
        "test-payer-a 2026: timely payment (Article 9)": (2, 50_00),
        "test-payer-a 2026: All services (Exhibit A, 1)": (1, 20_00),
    }


def test_interest_is_a_project_that_counts_what_was_recovered(tmp_path: Path) -> None:
    (found,) = GOLDEN_ROOT.glob("g51_*")
    with open_store(str(tmp_path / "story.db")) as store:
        load_contract(store, found / "contract.yaml", now=lambda: NOW)
        *first, last, unnamed = files_of(found)
        take(store, [*first, unnamed])
        conclude(store, as_of=AS_OF)
        (before,) = rows(store, "projects")
        take(store, [last])
        conclude(store, as_of=AS_OF)
        (after,) = rows(store, "projects")
    assert (before["cause"], before["open_claims"]) == ("timely_interest", 3)
    assert (before["open_amount"], before["recovered"]) == (12_30, 0)
    assert (after["open_claims"], after["open_amount"], after["recovered"]) == (2, 6_71, 5_59)
    assert after["term"] == "test-payer-a 2026: timely payment (Article 9)"
    assert after["deadline"] is not None


def test_a_claim_without_a_day_of_sending_says_so(tmp_path: Path) -> None:
    (found,) = GOLDEN_ROOT.glob("g51_*")
    folder = tmp_path / "files"
    folder.mkdir()
    for path in files_of(found):
        text = path.read_text(encoding="utf-8").replace("*20260304*0900*CH~", "**0900*CH~")
        (folder / path.name).write_text(text, encoding="utf-8")
    with open_store(str(tmp_path / "story.db")) as store:
        load_contract(store, found / "contract.yaml", now=lambda: NOW)
        take(store, sorted(folder.iterdir()))
        conclude(store, as_of=AS_OF)
        told = rows(store, "late_payments")
        with store.reading() as reader:
            causes = {item.cause for item in reader.work_items()}
    assert len(told) == 5
    assert {row["why"] for row in told} == {"not reckoned: the claim has no day of sending (BHT04)"}
    assert {row["interest_owed"] for row in told} == {None}
    assert causes.isdisjoint({"timely_interest", "interest_overpaid", "timely_discount"})
