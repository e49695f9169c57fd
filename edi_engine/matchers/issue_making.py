"""How an issue of a claim is made, and how its lines are named."""

from collections.abc import Iterable, Sequence
from datetime import date

from edi_engine.matchers.claim_cases import ClaimCase, SequenceCase
from edi_engine.matchers.line_amounts import Money
from edi_engine.matchers.line_rows import LineRow
from edi_engine.records.matching import PaidClaim
from edi_engine.records.reconciliation import ReconciliationIssue

__all__ = ["issue_on", "lines_in_words", "total_of"]


def issue_on(
    case: ClaimCase,
    sequence: SequenceCase,
    cause: str,
    *,
    amount_cents: int,
    arose_on: date | None,
    reason: str,
    detail: str = "",
    rows: Iterable[LineRow] = (),
    payment: PaidClaim | None = None,
) -> ReconciliationIssue:
    """An issue of one payer sequence of a claim; `rows` are the lines it names."""
    return ReconciliationIssue(
        cause=cause,
        detail=detail,
        claim_id=case.claim.claim_id,
        claim_payment_id=payment.claim_payment_id if payment is not None else None,
        remittance_id=payment.remittance_id if payment is not None else None,
        payer_sequence=sequence.payer_sequence,
        amount_cents=max(0, amount_cents),
        arose_on=arose_on,
        reason=reason,
        line_numbers=tuple(row.number for row in rows),
    )


def total_of(rows: Sequence[LineRow]) -> Money:
    """The amounts of these rows, added up."""
    total = Money()
    for row in rows:
        total.add(row.net)
    return total


def lines_in_words(rows: Sequence[LineRow]) -> str:
    """ "line 1", "lines 1, 2"; the claim level for the claim's own row."""
    numbers = [str(row.number) for row in rows if row.line is not None]
    if not numbers:
        return "the claim level"
    return f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers)}"
