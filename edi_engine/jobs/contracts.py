"""Loading a fee schedule from a CSV file: all of it or nothing, with everything that is wrong."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from edi_engine.contracts import read_fee_schedule
from edi_engine.errors import InputError
from edi_engine.findings import Finding, Severity
from edi_engine.jobs.clock import utc_now
from edi_engine.records.expected import FeeScheduleRow
from edi_engine.store import Store

__all__ = ["FEE_SCHEDULE_BYTES_MAX", "ContractsReport", "load_fee_schedule"]

FEE_SCHEDULE_BYTES_MAX = 200_000_000
"""A schedule of every code, modifier, place and payer has some millions of short rows."""


class ContractsReport(msgspec.Struct, frozen=True):
    """What loading did. With an error finding nothing was loaded; `pending_claims_count` claims
    wait to be priced again by the next reconciling."""

    file_name: str
    is_loaded: bool
    rows_count: int
    pending_claims_count: int
    findings: tuple[Finding, ...]


def load_fee_schedule(
    store: Store, path: Path, *, now: Callable[[], datetime] = utc_now
) -> ContractsReport:
    """Put the fee schedule of a CSV file in force, in place of the one before.

    Claims of every payer that either schedule names are marked for reconciling, all claims when a
    row holds for any payer. Raises InputError for a file that cannot be read at all.
    """
    data = _read(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8 text.",
            place=str(path),
            remedy="Save the sheet as CSV in UTF-8.",
        ) from error
    rows, findings = read_fee_schedule(text, file_name=path.name)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return ContractsReport(path.name, False, 0, 0, findings)
    with store.writing() as writer:
        before = writer.fee_schedule()
        if list(rows) == before:
            return ContractsReport(path.name, True, len(rows), 0, findings)
        writer.replace_fee_schedule(
            rows,
            name=path.name,
            digest=hashlib.sha256(data).hexdigest(),
            loaded_at=now().isoformat(),
        )
        payers = _payers_of({*before}.symmetric_difference(rows))
        claim_ids = writer.claim_ids_by_payer(payers)
        writer.mark_pending_claims(claim_ids)
    return ContractsReport(path.name, True, len(rows), len(claim_ids), findings)


def _payers_of(rows: set[FeeScheduleRow]) -> set[str] | None:
    """Payers that any of the rows holds for; None for every payer."""
    payers = {row.payer_id for row in rows}
    return None if "" in payers else payers


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(FEE_SCHEDULE_BYTES_MAX + 1)
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror}).",
            place=str(path),
            remedy="Name an existing CSV file.",
        ) from error
    if len(data) > FEE_SCHEDULE_BYTES_MAX:
        raise InputError(
            f"the file is larger than {FEE_SCHEDULE_BYTES_MAX // 1_000_000} MB.",
            place=str(path),
            remedy="Split it, or check that it is the right file.",
        )
    return data
