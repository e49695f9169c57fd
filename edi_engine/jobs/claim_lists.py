"""Lists of claims for the faces: a part of those a filter finds, with their count and sums."""

from typing import Final

import msgspec

from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.records.claim_lists import ClaimFilter, ClaimListRow, ClaimListTotals
from edi_engine.records.datasets import Dataset
from edi_engine.store import Store

__all__ = ["ClaimListPage", "claim_table", "list_claims"]

_COLUMNS: Final = {
    "claim_id": "number",
    "patient_control_number": "text",
    "patient_last_name": "text",
    "patient_first_name": "text",
    "payer_id": "text",
    "payer_name": "text",
    "service_from": "day",
    "sent_on": "day",
    "charge": "money",
    "status": "text",
    "payer_balance": "money",
    "patient_balance": "money",
    "owed_as_filtered": "money",
    "first_answered_on": "day",
    "refused": "money",
    "short": "money",
}
_CLAIMS = Dataset(
    "claims",
    "Claims of a filter, those with most money first.",
    report_columns(**_COLUMNS),
)


class ClaimListPage(msgspec.Struct, frozen=True):
    """A part of the claims, what all of them are together, and every payer to choose from."""

    rows: tuple[ClaimListRow, ...]
    totals: ClaimListTotals
    payers: tuple[tuple[str, str], ...]


def list_claims(store: Store, wanted: ClaimFilter, *, limit: int, offset: int = 0) -> ClaimListPage:
    """Claims that a filter finds, from one snapshot."""
    with store.reading() as reader:
        return ClaimListPage(
            tuple(reader.claim_list(wanted, limit=limit, offset=offset)),
            reader.claim_list_totals(wanted),
            tuple(reader.claim_payers()),
        )


def claim_table(store: Store, wanted: ClaimFilter, *, limit: int) -> Report:
    """The same as a table to export. What the filter does not ask for (a part
    of the balance, answers) is empty."""
    with store.reading() as reader:
        rows = reader.claim_list(wanted, limit=limit)
    return Report(_CLAIMS, tuple(msgspec.structs.astuple(row) for row in rows))
