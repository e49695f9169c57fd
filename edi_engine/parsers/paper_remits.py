"""Paper remittances typed into a CSV: rows -> the records and findings that an 835 would give.

The rows are first put together: a cell that is blank is as above, a new trace number begins a
remittance, a new control number or status a claim payment. Then each remittance becomes the same
records as an 835 and its money is checked by the same equations. A file with any row that cannot
be read gives findings only: nothing of it may count before all of it is right.
Source: domain, feature 15; the rules of 005010X221A1 as `balancing` has them.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from edi_engine.findings import Finding, FindingLog, Place
from edi_engine.parsers.balancing import REVERSAL_STATUS, RemittanceBalance
from edi_engine.parsers.paper_cells import Cell, CellReader, same_value
from edi_engine.parsers.paper_columns import (
    CLAIM_COLUMNS,
    LINE_COLUMNS,
    LINE_OR_CLAIM_COLUMNS,
    PROVIDER_ADJUSTMENT_COLUMNS,
    REMITTANCE_COLUMNS,
    PaperRow,
    paper_rows,
)
from edi_engine.records.common import Adjustment, Amount, Party, Reference, RemarkCode
from edi_engine.records.intake import ManualEntry, ParsedBatch, RawSet, SetState
from edi_engine.records.places import without_places
from edi_engine.records.remittances import (
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    Remittance,
)
from edi_engine.records.source import SetSource

__all__ = ["PAPER_BYTES_MAX", "PAPER_IMPLEMENTATION", "PaperFile", "read_paper_remits"]

PAPER_BYTES_MAX = 16_000_000
"""A hundred thousand rows, years of typing; what is longer was not typed."""

PAPER_IMPLEMENTATION = "paper"
"""Stands where an 835 names its guide, and tells paper from electronic remittances."""

_REMITTANCE_KEY = ("payer_id", "payer_name", "trace_number")
_CLAIM_KEY = ("claim", "patient_control_number", "payer_claim_control_number", "status_code")
_NOT_INHERITED = frozenset({"trace_number", "payment_amount", "note"})
"""What a further remittance does not take over from the one above it."""

_COLUMN_OF_ELEMENT = {
    "BPR02": "payment_amount",
    "CLP03": "claim_charge",
    "CLP04": "claim_paid",
    "CLP05": "patient_responsibility",
    "PLB03": "provider_adjustment_reason",
    "SVC03": "line_paid",
}


class PaperFile(msgspec.Struct, frozen=True):
    """What a CSV of paper remittances gives: a batch for each remittance with its own findings;
    or none, and the mistakes because of which nothing of it may be loaded."""

    batches: tuple[ParsedBatch, ...]
    mistakes: tuple[Finding, ...]


class _Claim(NamedTuple):
    """Rows of one claim payment: its cells, its first row, line rows and rows of its own level."""

    cells: dict[str, Cell]
    start: PaperRow
    lines: list[PaperRow]
    own: list[PaperRow]


class _Group(NamedTuple):
    """Rows of one remittance: its cells, its rows, claims and rows of provider adjustments."""

    cells: dict[str, Cell]
    rows: list[PaperRow]
    claims: list[_Claim]
    adjustments: list[PaperRow]


def read_paper_remits(
    data: bytes, *, file_name: str = "", file_digest: str | None = None
) -> PaperFile:
    """All remittances of a CSV, or all of its mistakes. Any bytes at all give one of the two.

    `file_digest` defaults to the SHA-256 of the bytes.
    """
    digest = hashlib.sha256(data).hexdigest() if file_digest is None else file_digest
    place = Place(file_name, digest)
    log = FindingLog()
    groups = _Grouping(log, place).of(paper_rows(data, log, place))
    batches = tuple(
        _RemittanceMaker(group, ordinal, log, place).batch()
        for ordinal, group in enumerate(groups, 1)
    )
    # A cell that a further remittance took over is wrong once, in its own row.
    told = dict.fromkeys(log.take())
    mistakes = sorted(told, key=lambda found: found.place.segment_ordinal)
    return PaperFile(() if mistakes else batches, tuple(mistakes))


class _Grouping:
    """Puts rows together into remittances and claims, and fills blanks from above."""

    def __init__(self, log: FindingLog, place: Place) -> None:
        self._log = log
        self._place = place
        self._seen: set[tuple[str, ...]] = set()

    def of(self, rows: Iterable[PaperRow]) -> list[_Group]:
        groups: list[_Group] = []
        for row in rows:
            group = self._group_of(row, groups)
            group.rows.append(row)
            if row.given(PROVIDER_ADJUSTMENT_COLUMNS):
                group.adjustments.append(row)
                others = row.given((*CLAIM_COLUMNS, *LINE_COLUMNS, *LINE_OR_CLAIM_COLUMNS))
                if others:
                    column = next(iter(others))
                    message = "The row holds a provider adjustment and something of a claim."
                    self._report("PAPER-0112", row, column, message)
            elif row.given((*CLAIM_COLUMNS, *LINE_COLUMNS, *LINE_OR_CLAIM_COLUMNS)):
                self._add_to_claim(row, group)
        return groups

    def _group_of(self, row: PaperRow, groups: list[_Group]) -> _Group:
        given = row.given(REMITTANCE_COLUMNS)
        above = groups[-1] if groups else None
        if above is not None and not _differs(given, _REMITTANCE_KEY, above.cells):
            self._merge(given, row, above.cells)
            return above
        cells: dict[str, Cell] = {}
        if above is not None:
            other_payer = _differs(given, ("payer_id", "payer_name"), above.cells)
            left_out = _NOT_INHERITED | ({"payer_id", "payer_name"} if other_payer else frozenset())
            cells = {name: cell for name, cell in above.cells.items() if name not in left_out}
        cells |= {name: Cell(text, row) for name, text in given.items()}
        key = tuple(cells[name].text.upper() if name in cells else "" for name in _REMITTANCE_KEY)
        if key in self._seen:
            message = "The remittance began above and was followed by another."
            self._report("PAPER-0110", row, "trace_number", message)
        self._seen.add(key)
        groups.append(_Group(cells, [], [], []))
        return groups[-1]

    def _add_to_claim(self, row: PaperRow, group: _Group) -> None:
        given = row.given(CLAIM_COLUMNS)
        is_line = bool(row.given(LINE_COLUMNS))
        claim = group.claims[-1] if group.claims else None
        if claim is None or _differs(given, _CLAIM_KEY, claim.cells):
            cells = {name: Cell(text, row) for name, text in given.items()}
            claim = _Claim(cells, row, [], [])
            group.claims.append(claim)
        else:
            self._merge(given, row, claim.cells)
            if not is_line and not row.given(LINE_OR_CLAIM_COLUMNS):
                message = "The row repeats its claim and adds nothing to it."
                self._report("PAPER-0110", row, next(iter(given)), message)
        (claim.lines if is_line else claim.own).append(row)

    def _merge(self, given: dict[str, str], row: PaperRow, cells: dict[str, Cell]) -> None:
        """Take over cells of a further row; what it says must be what was said above."""
        for name, text in given.items():
            above = cells.setdefault(name, Cell(text, row))
            if not same_value(name, above.text, text):
                message = f"The value differs from that of row {above.row.number}."
                self._report("PAPER-0110", row, name, message)

    def _report(self, code: str, row: PaperRow, column: str, message: str) -> None:
        name, digest = self._place.file_name, self._place.file_digest
        self._log.add(
            code, Place(name, digest, 0, "", row.number, row.byte_offset, column), message
        )


def _differs(given: dict[str, str], columns: tuple[str, ...], cells: dict[str, Cell]) -> bool:
    """Whether a row fills one of the columns with something else than what stands above."""
    return any(
        name in given and (name not in cells or not same_value(name, given[name], cells[name].text))
        for name in columns
    )


class _RemittanceMaker:
    """Makes the records of one remittance and checks its money."""

    def __init__(self, group: _Group, ordinal: int, log: FindingLog, place: Place) -> None:
        self._group = group
        self._log = log
        self._place = place
        self._start = group.rows[0]
        trace = group.cells["trace_number"].text if "trace_number" in group.cells else ""
        self._source = SetSource(
            place.file_name,
            place.file_digest,
            ordinal,
            trace,
            "835",
            PAPER_IMPLEMENTATION,
            self._start.byte_offset,
        )
        self._checks = FindingLog()
        self._balance = RemittanceBalance(self._source, self._checks)

    def batch(self) -> ParsedBatch:
        """The remittance with everything in it."""
        remittance, entry = self._head()
        payments = tuple(
            self._claim_payment(claim, ordinal)
            for ordinal, claim in enumerate(self._group.claims, 1)
        )
        adjustments = tuple(
            self._provider_adjustment(row, ordinal, remittance)
            for ordinal, row in enumerate(self._group.adjustments, 1)
        )
        if not payments and not adjustments and remittance.payment_amount_cents:
            message = "A payment without any claim or provider adjustment."
            self._check("X12-0319", self._start, "patient_control_number", message)
        balanced, sign = self._balance.finish(remittance)
        last = self._group.rows[-1]
        ended = RawSet(
            self._source,
            last.byte_end - self._start.byte_offset,
            len(self._group.rows),
            SetState.READ,
            len(payments),
            sum(len(payment.lines) for payment in payments),
            self._balance.charge_cents,
            self._balance.paid_cents,
            self._balance.adjustment_cents,
            self._balance.provider_adjustment_cents,
            _fingerprint(remittance, *payments, *adjustments),
            balanced,
            sign,
        )
        return ParsedBatch(
            self._source,
            tuple(_by_column(found) for found in self._checks.take()),
            remittance=remittance,
            claim_payments=payments,
            provider_adjustments=adjustments,
            ended=ended,
            entry=entry,
        )

    def _reader(self, cells: dict[str, Cell], start: PaperRow) -> CellReader:
        return CellReader(cells, start, self._log, self._place)

    def _check(self, code: str, row: PaperRow, column: str, message: str) -> None:
        self._checks.add(code, self._source.place(row.number, row.byte_offset, column), message)

    def _head(self) -> tuple[Remittance, ManualEntry]:
        read = self._reader(self._group.cells, self._start)
        read.require("payer_id", "payer_name")
        read.require("trace_number")
        amount = read.cents("payment_amount", required=True)
        if amount is not None and amount < 0:
            self._check("X12-0303", self._start, "payment_amount", "The payment is negative.")
        npi = read.code("payee_npi")
        tin = read.code("payee_tin").replace("-", "")
        payee = Party(
            "PE",
            last_name=read.text("payee_name"),
            id_qualifier="XX" if npi else "FI" if tin else "",
            identifier=npi or tin,
            references=(Reference("TJ", tin),) if npi and tin else (),
        )
        remittance = Remittance(
            self._source,
            self._start.number,
            self._start.byte_offset,
            handling_code="",
            payment_amount_cents=amount,
            credit_debit_flag="C",
            method=read.method(),
            payment_date=read.day("payment_date", required=True),
            trace_number=read.text("trace_number"),
            originator_id="",
            payer=Party("PR", last_name=read.text("payer_name"), identifier=read.text("payer_id")),
            payee=payee,
        )
        return remittance, ManualEntry(read.text("entered_by"), "", read.text("note"))

    def _claim_payment(self, claim: _Claim, ordinal: int) -> ClaimPayment:
        start = claim.start
        read = self._reader(claim.cells, start)
        read.require("patient_control_number", "payer_claim_control_number")
        read.require("status_code")
        charge, paid = (
            read.cents("claim_charge", required=True) or 0,
            read.cents("claim_paid", required=True) or 0,
        )
        adjustments, remarks = self._claim_level(claim)
        service_from, service_to = read.days("claim_service_from", "claim_service_to")
        interest = read.cents("interest")
        lines = tuple(self._line(row, number) for number, row in enumerate(claim.lines, 1))
        payment = ClaimPayment(
            self._source,
            start.number,
            start.byte_offset,
            ordinal,
            read.text("patient_control_number"),
            read.code("status_code"),
            charge,
            paid,
            read.cents("patient_responsibility"),
            payer_claim_control_number=read.text("payer_claim_control_number"),
            service_from=service_from,
            service_to=service_to,
            adjustments=adjustments,
            parties=_patient(read),
            amounts=(Amount("I", interest),) if interest is not None else (),
            remark_codes=remarks,
            lines=lines,
        )
        self._check_claim(payment, claim)
        return payment

    def _claim_level(self, claim: _Claim) -> tuple[tuple[Adjustment, ...], tuple[RemarkCode, ...]]:
        adjustments: tuple[Adjustment, ...] = ()
        remarks: tuple[RemarkCode, ...] = ()
        for row in claim.own:
            read = self._reader(_cells(row, LINE_OR_CLAIM_COLUMNS), row)
            adjustments += read.adjustments()
            remarks += read.remarks("MOA")
        return adjustments, remarks

    def _line(self, row: PaperRow, ordinal: int) -> LinePayment:
        read = self._reader(_cells(row, (*LINE_COLUMNS, *LINE_OR_CLAIM_COLUMNS)), row)
        read.require("procedure_code", "revenue_code")
        read.code("revenue_code")
        charge, paid = (
            read.cents("line_charge", required=True) or 0,
            read.cents("line_paid", required=True) or 0,
        )
        allowed = read.cents("line_allowed")
        service_from, service_to = read.days("line_service_from", "line_service_to")
        line = LinePayment(
            row.number,
            row.byte_offset,
            ordinal,
            read.procedure(),
            charge,
            paid,
            read.text("revenue_code") if read.text("procedure_code") else "",
            read.quantity("units"),
            service_from=service_from,
            service_to=service_to,
            line_item_control_number=read.text("line_item_control_number"),
            adjustments=read.adjustments(),
            amounts=(Amount("B6", allowed),) if allowed is not None else (),
            remark_codes=read.remarks("HE"),
        )
        adjusted_cents = _sum(line.adjustments)
        if charge - adjusted_cents != paid:
            at = (row.number, row.byte_offset)
            self._balance.line_failed(charge - adjusted_cents, paid, at)
        return line

    def _check_claim(self, payment: ClaimPayment, claim: _Claim) -> None:
        start = claim.start
        if not payment.patient_control_number:
            message = "The patient control number is not known."
            self._check("X12-0309", start, "patient_control_number", message)
        if payment.status_code == REVERSAL_STATUS and payment.charge_cents > 0:
            self._check("X12-0317", start, "claim_charge", "A reversal has a positive charge.")
        on_lines = [one for line in payment.lines for one in line.adjustments]
        patient_cents = _sum(
            one for one in (*payment.adjustments, *on_lines) if one.group_code == "PR"
        )
        if payment.patient_responsibility_cents is None:
            patient_cents = 0  # nothing was stated, so there is nothing to compare
        self._balance.add_claim(
            payment,
            _sum(payment.adjustments),
            _sum(on_lines),
            patient_cents,
            sum(line.charge_cents for line in payment.lines),
        )

    def _provider_adjustment(
        self, row: PaperRow, ordinal: int, remittance: Remittance
    ) -> ProviderAdjustment:
        read = self._reader(_cells(row, PROVIDER_ADJUSTMENT_COLUMNS), row)
        read.require("provider_adjustment_reason")
        reason = read.code("provider_adjustment_reason")
        cents = read.cents("provider_adjustment_amount", required=True) or 0
        found = ProviderAdjustment(
            self._source,
            row.number,
            row.byte_offset,
            ordinal,
            remittance.payee_npi or remittance.payee_tin,
            None,
            reason,
            read.text("provider_adjustment_reference"),
            cents,
        )
        self._balance.add_provider_adjustment(found)
        return found


def _cells(row: PaperRow, columns: tuple[str, ...]) -> dict[str, Cell]:
    return {name: Cell(text, row) for name, text in row.given(columns).items()}


def _patient(read: CellReader) -> tuple[Party, ...]:
    last_name, first_name = read.text("patient_last_name"), read.text("patient_first_name")
    member_id = read.text("member_id")
    if not (last_name or first_name or member_id):
        return ()
    qualifier = "MI" if member_id else ""
    return (Party("QC", "1", last_name, first_name, id_qualifier=qualifier, identifier=member_id),)


def _sum(adjustments: Iterable[Adjustment]) -> int:
    return sum(one.amount_cents for one in adjustments)


def _by_column(finding: Finding) -> Finding:
    """A finding of the balance, with the column in place of the element."""
    element = _COLUMN_OF_ELEMENT.get(finding.place.element, finding.place.element)
    return msgspec.structs.replace(
        finding, place=msgspec.structs.replace(finding.place, element=element)
    )


def _fingerprint(*records: msgspec.Struct) -> str:
    """Equal for remittances that say the same, wherever they were typed."""
    content = msgspec.json.encode([without_places(record) for record in records])
    return hashlib.sha256(b"paper remittance " + content).hexdigest()
