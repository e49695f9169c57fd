"""Tables as files to take along: a report's rows as CSV or XLSX, whole or not at all."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from edi_engine.errors import InputError
from edi_engine.exports.datasets import csv_lines
from edi_engine.exports.workbooks import workbook_bytes
from edi_engine.jobs.report_forms import Report, report_columns
from edi_engine.jobs.team import DoneItem, RecoveredItem
from edi_engine.jobs.work_entries import WorkEntry
from edi_engine.records.datasets import Dataset

__all__ = [
    "TABLE_ROWS_MAX",
    "TableFile",
    "TableForm",
    "recovered_table",
    "table_file",
    "team_table",
    "work_table",
]

TABLE_ROWS_MAX = 100_000
"""A workbook of so many rows took 23 seconds and 290 MB to make, in memory that all users share;
`edi-engine export` writes datasets of any size line by line. Source: decision 0019."""

_ITEM_COLUMNS = {
    "work_item_id": "number",
    "queue": "text",
    "cause": "text",
    "detail": "text",
    "status": "text",
    "claim_id": "number",
    "patient_control_number": "text",
    "patient_last_name": "text",
    "patient_first_name": "text",
    "payer_id": "text",
    "payer_name": "text",
}
"""What `_item_cells` fills: the first columns of each table of items."""

_WORK = Dataset(
    "worklist",
    "Work items of a selection, most important first.",
    report_columns(
        **_ITEM_COLUMNS,
        amount_at_risk="money",
        priority="number",
        deadline="day",
        next_action="text",
        next_action_on="day",
        assignee="text",
        reason="text",
    ),
)


_RECOVERED = Dataset(
    "recovered_items",
    "What work items brought in on some days; negative for what was taken back.",
    report_columns(
        **_ITEM_COLUMNS,
        concluded_on="day",
        concluded_by="text",
        at_risk="money",
        recovered="money",
    ),
)
_TEAM_ITEMS = Dataset(
    "team_items",
    "Work items that somebody worked on or has, each once.",
    report_columns(
        **_ITEM_COLUMNS,
        person="text",
        last_on="day",
        at_risk="money",
    ),
)


class TableForm(StrEnum):
    """Forms a table can be taken along in."""

    CSV = "csv"
    XLSX = "xlsx"


class TableFile(NamedTuple):
    """The bytes, their media type and a name, which says the table and the form only."""

    data: bytes
    media_type: str
    file_name: str


_MEDIA_TYPES: Mapping[TableForm, str] = {
    TableForm.CSV: "text/csv; charset=utf-8",
    TableForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_file(table: Report, form: TableForm) -> TableFile:
    """The table as a file. Raises InputError for one of more than `TABLE_ROWS_MAX` rows: whoever
    reads rows for it asks for one more than that."""
    if len(table.rows) > TABLE_ROWS_MAX:
        raise InputError(
            f"the table has more than {TABLE_ROWS_MAX:,} rows.",
            place=table.dataset.name,
            remedy='Narrow it by its filters, or write it with "edi-engine export".',
        )
    if form is TableForm.CSV:
        data = "".join(csv_lines(table.dataset, table.rows)).encode()
    else:
        data = workbook_bytes(table.dataset, table.rows)
    return TableFile(data, _MEDIA_TYPES[form], f"{table.dataset.name}.{form.value}")


def work_table(entries: Iterable[WorkEntry]) -> Report:
    """Entries of the worklist as a table, in their order."""
    return Report(_WORK, tuple(_work_row(one) for one in entries))


def recovered_table(found: Iterable[RecoveredItem]) -> Report:
    """What items brought in as a table, in the order given."""
    return Report(
        _RECOVERED,
        tuple(
            (
                *_item_cells(one.entry),
                one.outcome.concluded_on,
                one.outcome.concluded_by,
                one.outcome.at_risk_cents,
                one.outcome.recovered_cents,
            )
            for one in found
        ),
    )


def team_table(found: Iterable[DoneItem]) -> Report:
    """What the team did as a table, in the order given."""
    return Report(
        _TEAM_ITEMS,
        tuple(
            (
                *_item_cells(one.entry),
                one.person,
                one.done_on,
                one.entry.item.amount_at_risk_cents,
            )
            for one in found
        ),
    )


def _item_cells(entry: WorkEntry) -> tuple[object, ...]:
    """What names an item and its subject, as `_ITEM_COLUMNS` has it."""
    item, subject = entry.item, entry.subject
    return (
        item.work_item_id,
        item.queue.value,
        item.cause,
        item.detail,
        item.status.value,
        item.claim_id,
        subject.patient_control_number,
        subject.patient_last_name,
        subject.patient_first_name,
        subject.payer_id,
        subject.payer_name,
    )


def _work_row(entry: WorkEntry) -> tuple[object, ...]:
    item = entry.item
    return (
        *_item_cells(entry),
        item.amount_at_risk_cents,
        item.priority,
        item.deadline,
        item.next_action,
        item.next_action_on,
        item.assignee,
        item.reason,
    )
