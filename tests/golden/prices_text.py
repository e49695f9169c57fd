"""What a person reads of prices: every line with what was expected, what was allowed, and why."""

from edi_engine.money import format_cents
from edi_engine.records.work import SETTLED, Queue
from edi_engine.store import Store

__all__ = ["prices_text"]


def prices_text(store: Store) -> str:
    """Lines of all claims by claim, payer and line, and the open work on what was underpaid."""
    with store.reading() as reader:
        numbers = {row[0]: str(row[5]) for row in reader.dataset("claims")}
        rows = list(reader.dataset("reconciliation"))
        found = reader.work_items(queue=Queue.UNDERPAY)
    work = [item for item in found if item.status not in SETTLED]
    lines = ["Lines"]
    for row in rows:
        claim, line, charge, expected, source, allowed = row[0], row[1], *row[3:7]
        variance, state, cause, words = row[12], row[13], row[17], row[18]
        lines.append(
            f"  {numbers[claim]:<12} {line}  charge {_money(charge)}  expected {_money(expected)}"
            f"  allowed {_money(allowed)}  variance {_money(variance)}  {state}"
        )
        if source:
            lines.append(f"      {source}")
        if cause:
            lines.append(f"      {cause}: {words}" if words else f"      {cause}")
    lines += ["", "Open work"]
    lines += [
        f"  {item.cause:<24} {_money(item.amount_at_risk_cents)}  {item.reason}" for item in work
    ]
    if not work:
        lines.append("  none")
    return "\n".join(lines) + "\n"


def _money(cents: object) -> str:
    return f"{'' if cents is None else format_cents(int(str(cents))):>9}"
