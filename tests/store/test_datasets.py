"""Datasets of a store: whole and sensible before anything was reconciled, and after."""

from datetime import date

import pytest

from edi_engine.records.datasets import DATASETS, ColumnKind
from edi_engine.records.deposits import Deposit
from edi_engine.records.reconciliation import ClaimMatch, MatchCandidate, MatchOutcome
from edi_engine.store import Store
from tests.store.sample_records import (
    bill_batch,
    claim,
    claim_payment,
    load,
    load_bank,
    remittance_batch,
)


def rows(store: Store, name: str) -> list[dict[str, object]]:
    described = next(found for found in DATASETS if found.name == name)
    with store.reading() as reader:
        return [dict(zip(described.column_names, row, strict=True)) for row in reader.dataset(name)]


@pytest.fixture
def loaded(store: Store) -> Store:
    load(store, bill_batch(claim(1), claim(2)), name="bills.edi")
    load(store, remittance_batch(claim_payment(1)), name="era.edi")
    load_bank(store, "bank.txt", Deposit(1, date(2026, 1, 15), 500, "1990000003", "EXAMPLE PLAN"))
    return store


@pytest.mark.parametrize("described", DATASETS, ids=lambda described: described.name)
def test_every_value_is_of_its_columns_kind(loaded: Store, described) -> None:
    kinds = {
        ColumnKind.NUMBER: int,
        ColumnKind.TEXT: str,
        ColumnKind.MONEY: int,
        ColumnKind.DAY: date,
        ColumnKind.FLAG: bool,
    }
    found = rows(loaded, described.name)
    assert found or described.name in {"worklist", "journal", "project_hits"}
    for row in found:
        for column in described.columns:
            value = row[column.name]
            assert value is None or type(value) is kinds[column.kind], column.name
            assert value is not None or column.kind is not ColumnKind.TEXT


def test_claims_owe_their_whole_charge_before_they_are_reconciled(loaded: Store) -> None:
    first, _ = rows(loaded, "claims")
    assert (first["status"], first["balance"], first["payer_balance"]) == (
        "unanswered",
        15000,
        15000,
    )
    assert first["patient_balance"] == 0
    assert (first["file"], first["patient_control_number"]) == ("bills.edi", "PCN-001")
    lines = rows(loaded, "reconciliation")
    assert [(line["claim_id"], line["line_number"], line["state"]) for line in lines] == [
        (claim_id, number, "unanswered") for claim_id in (1, 2) for number in (1, 2)
    ]


def test_all_money_is_in_suspense_before_it_is_posted(loaded: Store) -> None:
    (found,) = rows(loaded, "remittances")
    assert (found["payment_amount"], found["posted"], found["suspense"]) == (8800, 0, 8800)
    assert found["balanced"] is True
    (match,) = rows(loaded, "matches")
    assert (match["outcome"], match["claim_id"], match["candidates"]) == ("unmatched", None, "")


def test_adjustments_of_the_claim_have_no_line(loaded: Store) -> None:
    assert [
        (row["line_ordinal"], row["group_code"], row["amount"], row["quantity"])
        for row in rows(loaded, "adjustments")
    ] == [(None, "CO", 1000, ""), (1, "PR", 500, "1"), (1, "PR", 500, ""), (2, "CO", 5000, "")]


def test_lines_without_days_have_the_claims(loaded: Store) -> None:
    _, second, *_ = rows(loaded, "service_lines")
    assert (second["service_from"], second["service_to"]) == (date(2026, 1, 5), date(2026, 1, 6))


def test_a_match_names_its_claim_and_the_runners_up(loaded: Store) -> None:
    candidates = tuple(MatchCandidate(number, "rule", "", ()) for number in (2, 1))  # type: ignore[arg-type]
    with loaded.writing() as writer:
        writer.write_matches(
            [ClaimMatch(1, MatchOutcome.MATCHED, 1, "rule", 1, "", (), candidates)]  # type: ignore[arg-type]
        )
    (match,) = rows(loaded, "matches")
    assert (match["outcome"], match["claim_id"], match["candidates"]) == ("matched", 1, "2;1")
    assert rows(loaded, "claims")[0]["payer_claim_control_number"] == "ICN-1"
