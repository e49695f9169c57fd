"""The state of the practice in a page of plain words. No patient is named."""

from collections.abc import Iterable
from datetime import date

from edi_engine.money import format_dollars
from edi_engine.records.reports import PracticeTotals
from edi_engine.records.work import QUEUE_WORDS, UNSETTLED, Queue
from edi_engine.store import Store

__all__ = ["summary_lines"]

_LINE_WORDS = (
    ("paid", "paid as they should be"),
    ("patient", "allowed, all of it the patient's share"),
    ("underpaid", "paid less than the contract says"),
    ("overpaid", "paid more than the contract says"),
    ("denied", "refused"),
    ("bundled", "paid as part of another line"),
    ("zero_charge", "without a charge"),
    ("reversed", "taken back by the payer"),
    ("unanswered", "not answered yet"),
)

_MATCH_WORDS = (
    ("matched", "matched to a claim"),
    ("suggested", "with one likely claim, waiting for a person"),
    ("ambiguous", "with several possible claims, waiting for a person"),
    ("unmatched", "without any claim of ours"),
    ("not_ours", "for another practice"),
)

_DEPOSIT_WORDS = (
    ("matched", "explained by remittances"),
    ("amount_differs", "of another amount than announced"),
    ("ambiguous", "that several remittances would explain, waiting for a person"),
    ("no_remittance", "from a payer, without a remittance"),
    ("taken_back", "taken back by a payer"),
    ("other_money", "that have nothing to do with payers"),
    ("no_money", "of nothing"),
    ("repeated", "that two kinds of bank files tell of, counted once"),
)

_TOP_ITEMS = 5


def summary_lines(store: Store, *, as_of: date) -> list[str]:
    """What was billed, paid and matched, what is wrong, and what to do first."""
    with store.reading() as reader:
        totals = reader.practice_totals()
        first = reader.work_items(
            statuses=UNSETTLED,
            awake_on=as_of,
            limit=_TOP_ITEMS,
        )
    parts = (_money_lines, _match_lines, _deposit_lines, _line_lines, _work_lines)
    blocks = [found for part in parts if (found := part(totals))]
    lines = [line for block in blocks for line in ("", *block)][1:]
    if first:
        lines += ["", "First things to do:"]
    for item in first:
        due = f", by {item.deadline.isoformat()}" if item.deadline is not None else ""
        lines.append(
            f"  item {item.work_item_id}: {_dollars(item.amount_at_risk_cents)} at risk{due}. "
            f"{item.next_action}"
        )
    return lines


def _money_lines(totals: PracticeTotals) -> list[str]:
    claims = sum(row[1] for row in totals.claims)
    charges = sum(row[2] for row in totals.claims)
    open_cents = sum(row[3] for row in totals.claims)
    count, paid, posted, suspense = totals.remittances
    billed = f"{_number(claims)} claims, {_dollars(charges)}"
    received = f"{_number(count)} remittances, {_dollars(paid)}"
    return [
        f"Billed: {billed}; still open {_dollars(open_cents)}.",
        f"Paid: {received}; placed {_dollars(posted)}, in suspense {_dollars(suspense)}.",
    ]


def _match_lines(totals: PracticeTotals) -> list[str]:
    found = {row[0]: row[1:] for row in totals.matches}
    whole = sum(row[1] for row in totals.matches)
    lines = [f"Claim payments: {_number(whole)}"]
    return lines + list(_worded(found, _MATCH_WORDS))


def _deposit_lines(totals: PracticeTotals) -> list[str]:
    """Nothing where no bank file was loaded."""
    found = {row[0]: row[1:] for row in totals.deposits}
    if not found:
        return []
    whole = sum(row[1] for row in totals.deposits)
    return [f"Deposits: {_number(whole)}", *_worded(found, _DEPOSIT_WORDS)]


def _line_lines(totals: PracticeTotals) -> list[str]:
    found = {row[0]: row[1:] for row in totals.lines}
    whole = sum(row[1] for row in totals.lines)
    return [f"Billed lines, by payer: {_number(whole)}", *_worded(found, _LINE_WORDS)]


def _worded(found: dict[str, tuple[int, int]], words: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, meaning in words:
        if name in found:
            count, cents = found[name]
            money = f", {_dollars(abs(cents))}" if cents else ""
            yield f"  {_number(count):>7} {meaning}{money}"


def _work_lines(totals: PracticeTotals) -> list[str]:
    items = sum(row[1] for row in totals.work)
    cents = sum(row[2] for row in totals.work)
    if not items:
        return ["Nothing needs a person."]
    lines = [f"To work on: {_number(items)} items, {_dollars(cents)} at risk"]
    for queue, count, at_risk in totals.work:
        meaning = QUEUE_WORDS[Queue(queue)]
        lines.append(f"  {_number(count):>7} {meaning}, {_dollars(at_risk)}")
    return lines


def _number(count: int) -> str:
    return f"{count:,}"


def _dollars(cents: int) -> str:
    return format_dollars(cents, thousands=True)
