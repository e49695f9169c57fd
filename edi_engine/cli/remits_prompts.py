"""Asking for a remittance at the terminal, cell by cell; a cell that cannot be read is asked again.

A blank answer ends a list: of lines, of claims, of provider adjustments.
"""

from collections.abc import Sequence

import click

from edi_engine.jobs.paper_remits import cell_mistake

__all__ = ["ask_for_remittance"]

_HEAD = (
    ("payer_name", "Payer's name"),
    ("payer_id", "Payer's number (blank if not known)"),
    ("trace_number", "Check number"),
    ("payment_date", "Check date"),
    ("payment_amount", "Check amount"),
)
_CLAIM = (
    ("payer_claim_control_number", "  Payer claim control number"),
    ("status_code", "  Status (1 primary, 2 secondary, 4 denied, 22 reversal)"),
    ("patient_last_name", "  Patient's last name"),
    ("patient_first_name", "  Patient's first name"),
    ("member_id", "  Member identifier"),
    ("claim_service_from", "  Service from"),
    ("claim_charge", "  Charge"),
    ("claim_paid", "  Paid"),
)
_LINE = (
    ("modifiers", "    Modifiers"),
    ("line_charge", "    Charge"),
    ("line_paid", "    Paid"),
    ("adjustments", "    Adjustments (CO-45:12.30;PR-2:20.00)"),
    ("remark_codes", "    Remark codes"),
)
_ADJUSTMENT = (
    ("provider_adjustment_reference", "  Reference"),
    ("provider_adjustment_amount", "  Amount (positive lowers the check)"),
)


def ask_for_remittance(head: dict[str, str]) -> list[dict[str, str]]:
    """The rows of one remittance; what `head` lacks is asked for and put into it."""
    head |= _ask_all([(name, words) for name, words in _HEAD if name not in head])
    rows: list[dict[str, str]] = []
    while control_number := _ask("patient_control_number", "Patient control number (blank ends)"):
        rows += _ask_for_claim(control_number)
    while reason := _ask("provider_adjustment_reason", "Provider adjustment (blank ends)"):
        rows.append({"provider_adjustment_reason": reason} | _ask_all(_ADJUSTMENT))
    return rows


def _ask_for_claim(control_number: str) -> list[dict[str, str]]:
    claim = {"patient_control_number": control_number} | _ask_all(_CLAIM)
    lines: list[dict[str, str]] = []
    while code := _ask("procedure_code", "  Line: procedure code (blank ends)"):
        lines.append({"procedure_code": code} | _ask_all(_LINE))
    own = _ask("adjustments", "  Adjustments of the claim itself")
    return [claim | ({"adjustments": own} if own else {}), *lines]


def _ask_all(questions: Sequence[tuple[str, str]]) -> dict[str, str]:
    answers = {name: _ask(name, words) for name, words in questions}
    return {name: text for name, text in answers.items() if text}


def _ask(column: str, words: str) -> str:
    while True:
        text = str(click.prompt(words, default="", show_default=False)).strip()
        mistake = cell_mistake(column, text)
        if not mistake:
            return text
        click.echo(mistake, err=True)
