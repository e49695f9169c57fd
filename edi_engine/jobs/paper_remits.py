"""Paper remittances: loading a sheet, typing one in, and taking one back.

A sheet is looked at first: with any mistake nothing of it is loaded. What can be read is taken in
like any other file, so that bytes, findings and twins are kept and found as those of an 835.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from edi_engine.errors import InputError
from edi_engine.findings import Finding
from edi_engine.jobs.archives import shown_name
from edi_engine.jobs.clock import utc_now
from edi_engine.jobs.ingest import FileOutcome, FileStatus, IngestSettings, ingest_data
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.runs import recorded
from edi_engine.parsers.paper_cells import cell_mistake
from edi_engine.parsers.paper_columns import PAPER_COLUMNS, REQUIRED_COLUMNS, split_rows
from edi_engine.parsers.paper_remits import PAPER_BYTES_MAX, read_paper_remits
from edi_engine.records.intake import ParsedBatch
from edi_engine.records.matching import RemittanceId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.remittances import ClaimPayment, LinePayment, Remittance
from edi_engine.records.stored import StoredRemittance, Withdrawal
from edi_engine.records.work import WorkEvent, WorkEventKind
from edi_engine.store import Reader, Store

__all__ = [
    "Equation",
    "LoadedSheet",
    "Mistake",
    "Sheet",
    "TypedRemittance",
    "WithdrawnRemittance",
    "cell_mistake",
    "header_row",
    "load_sheet",
    "read_path",
    "sheet_name",
    "sheet_of_rows",
    "understand",
    "withdraw",
]


class Equation(msgspec.Struct, frozen=True):
    """charge - adjustments = paid, of a line or a claim; for a payment the claims' payments less
    the provider adjustments. `difference_cents` is left side less right side, 0 when it holds;
    None when the payment amount is not known. `row` is that of the sheet."""

    level: str
    name: str
    row: int
    charge_cents: int
    adjustments_cents: int
    paid_cents: int | None
    difference_cents: int | None


class TypedRemittance(msgspec.Struct, frozen=True):
    """One remittance of a sheet as it was understood, with its equations from the payment down."""

    trace_number: str
    payer: str
    method: str
    payment_date: date | None
    payment_amount_cents: int | None
    balanced: bool
    equations: tuple[Equation, ...]


class Mistake(msgspec.Struct, frozen=True):
    """Why a sheet cannot be loaded. `cell` is what stands in the cell, for whoever typed it: it may
    name a patient, so it is printed and never stored or logged."""

    finding: Finding
    cell: str


class Sheet(msgspec.Struct, frozen=True):
    """A sheet before it is loaded. With mistakes there are no remittances, and it cannot be."""

    name: str
    remittances: tuple[TypedRemittance, ...]
    mistakes: tuple[Mistake, ...]
    findings: tuple[Finding, ...]


class LoadedSheet(msgspec.Struct, frozen=True):
    """A sheet that was taken in, or was known before; its remittances as they stand."""

    outcome: FileOutcome
    remittances: tuple[StoredRemittance, ...]
    findings: tuple[Finding, ...]

    @property
    def needs_a_person(self) -> bool:
        """Whether something does not add up, or repeats what came before."""
        return self.outcome.status is not FileStatus.KNOWN and bool(self.findings)


class WithdrawnRemittance(msgspec.Struct, frozen=True):
    """A remittance that was taken back: how it stands, and who said what when."""

    remittance: StoredRemittance
    withdrawal: Withdrawal


def read_path(path: Path) -> bytes:
    """The bytes of a sheet. Raises InputError for a file that cannot be read or is too large."""
    try:
        with path.open("rb") as stream:
            data = stream.read(PAPER_BYTES_MAX + 1)
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror}).",
            place=str(path),
            remedy="Name an existing CSV file.",
        ) from error
    if len(data) > PAPER_BYTES_MAX:
        raise InputError(
            f"the file is larger than {PAPER_BYTES_MAX // 1_000_000} MB.",
            place=str(path),
            remedy="Split it, or check that it is the right file.",
        )
    return data


def header_row() -> str:
    """The first row of an empty sheet, with every column."""
    return ",".join(PAPER_COLUMNS)


def sheet_of_rows(rows: Sequence[Mapping[str, str]]) -> bytes:
    """A sheet with these rows, each a mapping from column to cell; unknown columns stay unknown."""
    named = {name for row in rows for name in row} | set(REQUIRED_COLUMNS)
    columns = [name for name in PAPER_COLUMNS if name in named]
    columns += sorted(named.difference(PAPER_COLUMNS))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def sheet_name(trace_number: str) -> str:
    """What the store calls a sheet that was typed at the command line."""
    plain = "".join(one if one.isalnum() or one in "-_" else "_" for one in trace_number)
    return shown_name(f"manual-{plain[:40] or 'remittance'}.csv")


def understand(data: bytes, name: str) -> Sheet:
    """What a sheet says, and everything that is wrong with it. Nothing is stored."""
    found = read_paper_remits(data, file_name=name)
    cells = _cells_of(data, found.mistakes)
    return Sheet(
        name,
        tuple(_typed(batch, batch.remittance) for batch in found.batches if batch.remittance),
        tuple(Mistake(finding, cells.get(finding, "")) for finding in found.mistakes),
        tuple(finding for batch in found.batches for finding in batch.findings),
    )


def load_sheet(
    store: Store,
    data: bytes,
    name: str,
    *,
    actor: str,
    note: str = "",
    now: Callable[[], datetime] = utc_now,
) -> LoadedSheet:
    """Take in a sheet without mistakes, as a recorded run.

    Raises InputError when it cannot be loaded; `understand` says why.
    """
    with recorded(store, "remits", now) as run:
        outcome = ingest_data(
            store,
            data,
            name,
            clock=now,
            run_id=run.run_id,
            settings=IngestSettings(entered_by=actor, note=note.strip()),
        )
        run.report = outcome
        loaded = _loaded(store, outcome)
        run.needs_a_person = loaded.needs_a_person
    return loaded


def withdraw(
    store: Store,
    remittance_id: int,
    note: str,
    *,
    actor: str,
    policy: ReconcilePolicy,
    as_of: date,
    now: Callable[[], datetime] = utc_now,
) -> WithdrawnRemittance:
    """Take back a remittance that was typed in wrongly: it is kept, and does not count any more.

    Raises InputError for an electronic remittance, which only the payer can correct.
    """
    note, place = note.strip(), f"remittance {remittance_id}"
    if not note:
        raise InputError("the reason is empty.", remedy="Say in a few words what was wrong.")
    at = now()
    with store.writing() as writer:
        _require_standing(writer, remittance_id, place)
        writer.withdraw_remittance(
            remittance_id,
            withdrawn_by=actor,
            withdrawn_at=at.isoformat(timespec="seconds"),
            note=note,
        )
        held = f"Withdrawn by {actor} at {at.isoformat(timespec='seconds')}: {note}"
        writer.hold_remittance(remittance_id, held)
        writer.mark_pending_payments(writer.payment_ids_of_remittance(remittance_id))
        writer.mark_pending_remittances([remittance_id])
        writer.add_work_events(
            [
                (item.work_item_id, WorkEvent(at, WorkEventKind.NOTED, actor, held))
                for item in writer.work_items_of(remittance_ids=[remittance_id])
            ]
        )
    reconcile(store, policy=policy, as_of=as_of, now=now)
    with store.reading() as reader:
        withdrawal = reader.withdrawal(remittance_id)
        head = reader.remittances([remittance_id])[RemittanceId(remittance_id)]
    if withdrawal is None:
        raise RuntimeError("a withdrawn remittance lost its withdrawal")
    return WithdrawnRemittance(head, withdrawal)


def _require_standing(reader: Reader, remittance_id: int, place: str) -> None:
    """Raise InputError unless the remittance was typed in and is not withdrawn yet."""
    if RemittanceId(remittance_id) not in reader.remittances([remittance_id]):
        raise InputError(
            "there is no such remittance.",
            place=place,
            remedy='Look up its number with "edi-engine export remittances".',
        )
    entry = reader.manual_remittance(remittance_id)
    if entry is None:
        raise InputError(
            "it is electronic, as the payer sent it.",
            place=place,
            remedy='Keep it from counting with "edi-engine decide hold", and ask the payer.',
        )
    withdrawal = reader.withdrawal(remittance_id)
    if withdrawal is not None:
        raise InputError(
            f"it was withdrawn by {withdrawal.withdrawn_by} at {withdrawal.withdrawn_at} already.",
            place=place,
        )


def _loaded(store: Store, outcome: FileOutcome) -> LoadedSheet:
    if outcome.file_id is None:
        raise InputError(outcome.message or "the file was not loaded.", place=outcome.name)
    with store.reading() as reader:
        ids = [
            remittance_id
            for one in reader.sets_of_file(outcome.file_id)
            for remittance_id in reader.remittance_ids_of_set(one.set_id)
        ]
        heads = reader.remittances(ids)
        findings = tuple(reader.findings(outcome.file_id))
    return LoadedSheet(outcome, tuple(heads[one] for one in ids), findings)


def _cells_of(data: bytes, mistakes: Sequence[Finding]) -> dict[Finding, str]:
    """The text of the cell that each mistake names, where it names one."""
    wanted = {found.place.segment_ordinal for found in mistakes}
    names: list[str] = []
    rows: dict[int, dict[str, str]] = {}
    try:
        for number, _, _, cells in split_rows(data):
            names = names or [cell.strip("\ufeff ").lower() for cell in cells]
            if number in wanted:
                rows[number] = dict(zip(names, cells, strict=False))
    except (csv.Error, UnicodeDecodeError):
        pass  # that is one of the mistakes; the rows before it are here
    return {
        found: rows.get(found.place.segment_ordinal, {}).get(found.place.element, "").strip()
        for found in mistakes
    }


def _typed(batch: ParsedBatch, head: Remittance) -> TypedRemittance:
    equations = [_payment_equation(batch, head)]
    for payment in batch.claim_payments:
        equations.append(_claim_equation(payment))
        equations += [_line_equation(line) for line in payment.lines]
    name = head.payer.last_name if head.payer is not None else ""
    return TypedRemittance(
        trace_number=head.trace_number,
        payer=f"{name} ({head.payer_id})" if name and head.payer_id else name or head.payer_id,
        method=head.method,
        payment_date=head.payment_date,
        payment_amount_cents=head.payment_amount_cents,
        balanced=batch.ended is not None and batch.ended.balanced is True,
        equations=tuple(equations),
    )


def _payment_equation(batch: ParsedBatch, head: Remittance) -> Equation:
    claims_cents = sum(payment.paid_cents for payment in batch.claim_payments)
    adjusted_cents = sum(one.amount_cents for one in batch.provider_adjustments)
    row, paid_cents = head.segment_ordinal, head.payment_amount_cents
    difference_cents = None if paid_cents is None else claims_cents - adjusted_cents - paid_cents
    return Equation(
        "payment", head.trace_number, row, claims_cents, adjusted_cents, paid_cents,
        difference_cents,
    )  # fmt: skip


def _claim_equation(payment: ClaimPayment) -> Equation:
    adjustments = [*payment.adjustments, *(one for x in payment.lines for one in x.adjustments)]
    name = payment.patient_control_number or payment.payer_claim_control_number
    adjusted_cents = sum(one.amount_cents for one in adjustments)
    charge_cents, paid_cents = payment.charge_cents, payment.paid_cents
    difference_cents = charge_cents - adjusted_cents - paid_cents
    return Equation(
        "claim", name, payment.segment_ordinal, charge_cents, adjusted_cents, paid_cents,
        difference_cents,
    )  # fmt: skip


def _line_equation(line: LinePayment) -> Equation:
    name = ":".join((line.procedure.code, *line.procedure.modifiers))
    adjusted_cents = sum(one.amount_cents for one in line.adjustments)
    difference_cents = line.charge_cents - adjusted_cents - line.paid_cents
    return Equation(
        "line", name, line.segment_ordinal, line.charge_cents, adjusted_cents, line.paid_cents,
        difference_cents,
    )  # fmt: skip
