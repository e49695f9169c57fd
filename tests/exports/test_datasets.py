"""Datasets as text: exact money, safe cells, values that come back as they were."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.exports.datasets import csv_lines, json_lines
from edi_engine.records.datasets import (
    DATASETS,
    ColumnKind,
    Dataset,
    DatasetColumn,
    dataset,
)

SAMPLE = Dataset(
    "sample",
    "One row of each kind.",
    tuple(DatasetColumn(kind.value, kind, "a value") for kind in ColumnKind),
)
ROW = (7, "PCN-1", -5, date(2026, 3, 2), True)
EMPTY = (None, "", None, None, None)

# The columns other programs rely on. They may be added to at the end, never changed.
AGREED = {
    "claims": "claim_id file set_control_number claim_ordinal kind patient_control_number "
    "payer_claim_control_number frequency_code payer_id payer_name subscriber_id "
    "patient_last_name patient_first_name billing_npi service_from service_to charge status "
    "balance payer_balance patient_balance",
    "service_lines": "claim_id line_number line_item_control_number procedure_qualifier "
    "procedure_code modifiers revenue_code units charge service_from service_to",
    "remittances": "remittance_id file set_control_number payer_id payer_name payee_npi "
    "trace_number method payment_date payment_amount balanced posted suspense",
    "claim_payments": "claim_payment_id remittance_id claim_ordinal patient_control_number "
    "payer_claim_control_number status_code charge paid patient_responsibility",
    "adjustments": "claim_payment_id line_ordinal group_code reason_code amount quantity",
    "provider_adjustments": "remittance_id ordinal reason_code reference amount state "
    "traced_claim_id",
    "matches": "claim_payment_id remittance_file set_control_number claim_ordinal outcome "
    "claim_id rule candidates",
    "reconciliation": "claim_id line_number payer_sequence charge expected_allowed "
    "expected_source allowed paid contractual patient_responsibility denied other_adjustment "
    "variance state denial_category remit_lines recode",
    "journal": "entry_id posting_id account claim_id line_number remittance_id amount posted_on "
    "source",
    "worklist": "work_item_id queue cause claim_id remittance_id amount_at_risk priority deadline "
    "next_action next_action_date assignee status reason",
    "plb_items": "item_id remittance_id payer_id reason_code kind reference amount open_amount "
    "state traced_claim_id settled_by arose_on settled_on reason",
    "deposits": "deposit_id file received_on amount originator_id originator_name trace_number"
    " status remittance_ids rule difference",
    "project_hits": "claim_id line_number payer_sequence kind payer_id cause term short recovered "
    "hit_on answered_on solved_on reopened",
}


def cells(*rows: tuple[object, ...]) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(csv_lines(SAMPLE, rows)), newline="")))


def test_every_dataset_has_the_agreed_columns_first_and_in_order() -> None:
    assert [found.name for found in DATASETS] == list(AGREED)
    for name, columns in AGREED.items():
        wanted = tuple(columns.split())
        assert dataset(name).column_names[: len(wanted)] == wanted


def test_csv_has_a_header_dollars_and_iso_days() -> None:
    assert cells(ROW, EMPTY) == [
        ["number", "text", "money", "day", "flag"],
        ["7", "PCN-1", "-0.05", "2026-03-02", "true"],
        ["", "", "", "", ""],
    ]


def test_json_lines_keep_types_and_write_money_as_text() -> None:
    first, second = map(json.loads, json_lines(SAMPLE, [ROW, EMPTY]))
    assert first == {
        "number": 7,
        "text": "PCN-1",
        "money": "-0.05",
        "day": "2026-03-02",
        "flag": True,
    }
    assert second == {"number": None, "text": "", "money": None, "day": None, "flag": None}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1-202", "'+1-202"),
        ("@SUM", "'@SUM"),
        ("-PCN", "'-PCN"),
        ("\tx", "'\tx"),
        ("-12.50", "-12.50"),
        ("+3", "+3"),
        ("PCN-1", "PCN-1"),
        ("-１", "'-１"),
    ],
)
def test_a_cell_that_looks_like_a_formula_is_made_safe_in_csv_only(text: str, cell: str) -> None:
    row = (1, text, 0, None, None)
    assert cells(row)[1][1] == cell
    assert json.loads(next(json_lines(SAMPLE, [row])))["text"] == text


@given(st.integers(-(10**12), 10**12), st.text(st.characters(codec="utf-8")))
def test_money_is_exact_and_text_comes_back(cents: int, text: str) -> None:
    row = (1, text, cents, None, None)
    _, (_, cell, money, _, _) = cells(row)
    assert Decimal(money) * 100 == cents
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert json.loads(next(json_lines(SAMPLE, [row])))["text"] == text
