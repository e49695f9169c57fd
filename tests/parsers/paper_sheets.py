"""Writes the records of an 835 as a sheet of paper remittances, the long way round."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from edi_engine.money import format_cents
from edi_engine.parsers.paper_columns import PAPER_COLUMNS
from edi_engine.quantities import format_quantity
from edi_engine.records.common import Adjustment
from edi_engine.records.remittances import ClaimPayment, LinePayment, RemittanceSet

__all__ = ["MoneyOf", "money_of", "sheet_of", "sheet_text"]

Row = dict[str, str]
MoneyOf = tuple[object, ...]


def sheet_text(rows: Iterable[Row], columns: Sequence[str] = PAPER_COLUMNS) -> str:
    """Rows as CSV with a header."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def sheet_of(sets: Sequence[RemittanceSet]) -> str:
    """The remittances as a sheet; `claim` numbers the claim payments, so that none run together."""
    return sheet_text(row for found in sets for row in _rows_of(found))


def _rows_of(found: RemittanceSet) -> list[Row]:
    head, payer = found.remittance, found.remittance.payer
    first: Row = {
        "payer_id": head.payer_id,
        "payer_name": payer.last_name if payer is not None else "",
        "payee_npi": head.payee_npi,
        "trace_number": head.trace_number,
        "method": head.method,
        "payment_date": _day(head.payment_date),
        "payment_amount": _money(head.payment_amount_cents),
    }
    rows: list[Row] = [first]
    for payment in found.claim_payments:
        rows += _claim_rows(payment)
    for adjustment in found.provider_adjustments:
        rows.append(
            {
                "provider_adjustment_reason": adjustment.reason_code,
                "provider_adjustment_reference": adjustment.reference,
                "provider_adjustment_amount": _money(adjustment.amount_cents),
            }
        )
    return rows


def _claim_rows(payment: ClaimPayment) -> list[Row]:
    interest = [one.amount_cents for one in payment.amounts if one.qualifier == "I"]
    claim: Row = {
        "claim": str(payment.claim_ordinal),
        "patient_control_number": payment.patient_control_number,
        "payer_claim_control_number": payment.payer_claim_control_number,
        "status_code": payment.status_code,
        "claim_charge": _money(payment.charge_cents),
        "claim_paid": _money(payment.paid_cents),
        "patient_responsibility": _money(payment.patient_responsibility_cents),
        "interest": _money(sum(interest) if interest else None),
        "adjustments": _adjustments(payment.adjustments),
    }
    return [claim, *(_line_row(line) for line in payment.lines)]


def _line_row(line: LinePayment) -> Row:
    procedure = line.procedure
    return {
        "procedure_code": f"{procedure.qualifier}:{procedure.code}",
        "modifiers": ":".join(procedure.modifiers),
        "revenue_code": line.revenue_code,
        "units": format_quantity(line.paid_units),
        "line_charge": _money(line.charge_cents),
        "line_paid": _money(line.paid_cents),
        "line_item_control_number": line.line_item_control_number,
        "line_service_from": _day(line.service_from),
        "line_service_to": _day(line.service_to),
        "adjustments": _adjustments(line.adjustments),
    }


def _adjustments(adjustments: Iterable[Adjustment]) -> str:
    return ";".join(
        f"{one.group_code}-{one.reason_code}:{format_cents(one.amount_cents)}"
        + (f":{format_quantity(one.quantity)}" if one.quantity is not None else "")
        for one in adjustments
    )


def _money(cents: int | None) -> str:
    return "" if cents is None else format_cents(cents)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def money_of(found: RemittanceSet) -> MoneyOf:
    """Everything about money, services and reasons in a remittance; no place and no name."""
    head = found.remittance
    return (
        *(head.trace_number, head.method, head.payment_date, head.payment_amount_cents),
        head.payee_npi,
        tuple(_money_of_claim(payment) for payment in found.claim_payments),
        tuple((x.reason_code, x.reference, x.amount_cents) for x in found.provider_adjustments),
    )


def _money_of_claim(payment: ClaimPayment) -> MoneyOf:
    return (
        *(payment.patient_control_number, payment.payer_claim_control_number),
        *(payment.status_code, payment.charge_cents, payment.paid_cents),
        payment.patient_responsibility_cents,
        sum(one.amount_cents for one in payment.amounts if one.qualifier == "I"),
        _reasons(payment.adjustments),
        tuple(
            (
                *(line.procedure.qualifier, line.procedure.code, line.procedure.modifiers),
                *(line.revenue_code, line.charge_cents, line.paid_cents, line.paid_units),
                *(line.service_from, line.service_to, line.line_item_control_number),
                _reasons(line.adjustments),
            )
            for line in payment.lines
        ),
    )


def _reasons(adjustments: Iterable[Adjustment]) -> MoneyOf:
    return tuple((x.group_code, x.reason_code, x.amount_cents, x.quantity) for x in adjustments)
