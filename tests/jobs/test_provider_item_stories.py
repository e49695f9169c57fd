"""Provider adjustments from files to the sub-ledger, as a person reads it.

Each story is a few files of fixtures/x12/provider_adjustments in the order they came; beside them
lies what became of each adjustment, of each remittance's money and what a person has to do.
`pytest tests/jobs/test_provider_item_stories.py --regenerate` writes it anew.
"""

import io
from datetime import date
from pathlib import Path

import pytest

from edi_engine.exports.datasets import csv_lines
from edi_engine.records.datasets import dataset
from edi_engine.store import Reader, Store, open_store
from tests.jobs.conclusions import conclude, take
from tests.parsers.x12_files import FIXTURES_ROOT

FOLDER = FIXTURES_ROOT / "provider_adjustments"
AS_OF = date(2026, 3, 21)

STORIES = {
    # scenario: files in the order of arrival
    "capital_pass_through": ("payment_raised_by_negative_adjustment",),  # G1
    "sign_turned_around": ("sign_read_inverted",),  # G2
    "forwarded_balance": ("bill", "paid", "forwarded_reversal", "forwarded_back"),  # G6
    "postponed_recovery": ("bill", "paid", "postponed_reversal", "postponed_taken"),  # G7
    "takeback_without_notice": ("bill", "paid", "taken_without_notice"),  # G8
    "refund_of_ours": ("bill", "paid", "refund_returned"),  # G9
    "interest": ("bill", "../balancing/interest_linked_to_claims"),  # G30
    "interest_differs": ("bill", "../balancing/interest_differs_by_five"),  # G30
}


def as_text(reader: Reader) -> str:
    """Items, remittances and open work, a block each."""
    text = io.StringIO()
    for name, columns in (
        ("plb_items", ()),
        ("remittances", ("trace_number", "payment_amount", "balanced", "posted", "suspense")),
        ("worklist", ("cause", "claim_id", "remittance_id", "amount_at_risk", "status", "reason")),
    ):
        described = dataset(name)
        places = [
            place
            for place, column in enumerate(described.columns)
            if not columns or column.name in columns
        ]
        shown = type(described)(
            name, described.meaning, tuple(described.columns[place] for place in places)
        )
        rows = [
            tuple(row[place] for place in places)
            for row in reader.dataset(name)
            if name != "worklist" or row[1] == "plb"
        ]
        text.write(f"{name}\n")
        text.writelines(csv_lines(shown, rows))
        text.write("\n")
    return text.getvalue()


def told(store: Store, files: list[Path]) -> str:
    for path in files:
        take(store, [path])
        conclude(store, as_of=AS_OF)
    with store.reading() as reader:
        return as_text(reader)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_ends_as_what_lies_beside_it(name: str, tmp_path: Path, regenerate: bool) -> None:
    files = [FOLDER / f"{file}.edi" for file in STORIES[name]]
    with open_store(str(tmp_path / "story.db")) as store:
        found = told(store, files)
    beside = FOLDER / f"{name}.txt"
    if regenerate:
        beside.write_text(found, encoding="utf-8")
    assert found == beside.read_text(encoding="utf-8")
