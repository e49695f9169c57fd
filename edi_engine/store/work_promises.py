"""Promises to pay, what persons saw of their money, and what came of them."""

from collections.abc import Iterable, Sequence
from datetime import date

from edi_engine.records.promises import (
    Promise,
    PromiseMoney,
    Promiser,
    PromiseReceipt,
    PromiseStanding,
    PromiseState,
)
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import DriverRow, Queries, day_of
from edi_engine.store.work_statuses import IS_UNSETTLED
from edi_engine.store.writing_files import FileWriting

__all__ = ["PromiseReading", "PromiseWriting"]

_PROMISE_SQL = """
SELECT promise_id, work_item_id, claim_id, payer_sequence, promised_by, amount_cents, due_on,
    grace_days, counted_from, known_cents, recorded_on, recorded_at, recorded_by, note,
    replaces_promise_id
FROM work_promises
"""

_MONEY_SQL = """
SELECT m.claim_id, m.payer_sequence, COALESCE(r.payment_date, r.production_date, p.posted_on),
    SUM(p.cash_cents - p.suspense_cents)
FROM matches m
JOIN postings p ON p.subject_id = m.claim_payment_id AND p.subject_kind = 'payment'
JOIN remittances r ON r.remittance_id = p.remittance_id
WHERE m.claim_id IN ({keys}) AND m.outcome = 'matched' AND p.in_force
GROUP BY m.claim_id, m.payer_sequence,
    COALESCE(r.payment_date, r.production_date, p.posted_on)
"""

_ITEMS_TO_SETTLE_SQL = f"""
SELECT DISTINCT q.work_item_id
FROM work_promises q
JOIN work_items i ON i.work_item_id = q.work_item_id
LEFT JOIN promise_standings s ON s.promise_id = q.promise_id
WHERE s.promise_id IS NULL
    OR (s.state = 'open' AND (s.turns_on <= ? OR NOT i.{IS_UNSETTLED}))
    OR (s.state = 'released' AND i.{IS_UNSETTLED})
    OR (s.state IN ('broken', 'partly_kept') AND NOT i.{IS_UNSETTLED})
    OR q.claim_id IN (SELECT claim_id FROM postings WHERE posting_id > ?)
ORDER BY q.work_item_id
"""


class PromiseReading(Queries):
    """The part of the reader that knows promises."""

    def promise(self, promise_id: int) -> Promise | None:
        """One promise, or None."""
        row = self.row(f"{_PROMISE_SQL} WHERE promise_id = ?", (promise_id,))
        return None if row is None else _promise(row)

    def promises_of(self, work_item_ids: Iterable[int]) -> dict[int, list[Promise]]:
        """Promises by work item, in the order they were recorded; items without any are left
        out."""
        found: dict[int, list[Promise]] = {}
        rows = self.rows_in(f"{_PROMISE_SQL} WHERE work_item_id IN ({{keys}})", work_item_ids)
        for row in sorted(rows):
            found.setdefault(row[1], []).append(_promise(row))
        return found

    def promise_states(self, promise_ids: Iterable[int]) -> dict[int, PromiseState]:
        """What was last concluded about these promises, for those that were looked at."""
        sql = "SELECT promise_id, state FROM promise_standings WHERE promise_id IN ({keys})"
        return {row[0]: PromiseState(row[1]) for row in self.rows_in(sql, promise_ids)}

    def payer_money(self, claim_ids: Iterable[int]) -> dict[tuple[int, int], list[PromiseMoney]]:
        """What stands in the journal as paid on claims and placed there, by claim and payer
        sequence, dated as the payer dates it; taken back is negative."""
        found: dict[tuple[int, int], list[PromiseMoney]] = {}
        for claim_id, payer_sequence, day, cents in self.rows_in(_MONEY_SQL, claim_ids):
            came_on = day_of(day)
            if came_on is not None and cents:
                money = PromiseMoney(came_on, int(cents))
                found.setdefault((claim_id, payer_sequence), []).append(money)
        return found

    def receipts(self, promise_ids: Iterable[int]) -> dict[int, list[PromiseReceipt]]:
        """What persons saw of the money of patients, by promise, in the order it was recorded."""
        found: dict[int, list[PromiseReceipt]] = {}
        rows = self.rows_in(
            "SELECT receipt_id, promise_id, amount_cents, came_on, recorded_at, recorded_by, note"
            " FROM promise_receipts WHERE promise_id IN ({keys})",
            promise_ids,
        )
        for receipt_id, promise_id, cents, came_on, *said in sorted(rows):
            receipt = PromiseReceipt(receipt_id, promise_id, cents, _day(came_on), *said)
            found.setdefault(promise_id, []).append(receipt)
        return found

    def items_with_promises_to_settle(self, as_of: date, posting_id: int) -> list[int]:
        """Items of whose promises something else may be concluded: those never looked at, those
        whose grace is over, those whose item was settled or came back, and those on whose claims
        something was posted after this posting."""
        rows = self.rows(_ITEMS_TO_SETTLE_SQL, (iso_days[as_of], posting_id))
        return [row[0] for row in rows]


class PromiseWriting(FileWriting, PromiseReading):
    """The part of the writer that keeps promises."""

    def add_promise(self, promise: Promise) -> int:
        """Keep a promise under a new identifier, which is returned; that of `promise` means
        nothing."""
        promise_id = self.next_ids("work_promises")
        row = (
            promise_id,
            promise.work_item_id,
            promise.claim_id,
            promise.payer_sequence,
            promise.promised_by.value,
            promise.amount_cents,
            iso_days[promise.due_on],
            promise.grace_days,
            iso_days[promise.counted_from],
            promise.known_cents,
            iso_days[promise.recorded_on],
            promise.recorded_at,
            promise.recorded_by,
            promise.note,
            promise.replaces_promise_id,
        )
        self.insert("work_promises", [row])
        return promise_id

    def add_receipt(self, receipt: PromiseReceipt) -> int:
        """Keep what a person saw under a new identifier, which is returned."""
        receipt_id = self.next_ids("promise_receipts")
        row = (
            receipt_id,
            receipt.promise_id,
            receipt.amount_cents,
            iso_days[receipt.came_on],
            receipt.recorded_at,
            receipt.recorded_by,
            receipt.note,
        )
        self.insert("promise_receipts", [row])
        return receipt_id

    def write_promise_standings(self, standings: Sequence[tuple[PromiseStanding, date]]) -> None:
        """Keep what came of promises, each with the first day on which an open one is broken."""
        self.replace(
            "promise_standings",
            [
                (
                    one.promise.promise_id,
                    one.state.value,
                    one.came_cents,
                    iso_days[one.kept_on],
                    one.is_late,
                    iso_days[turns_on],
                )
                for one, turns_on in standings
            ],
        )


def _promise(row: DriverRow) -> Promise:
    promise_id, item, claim, sequence, promised_by, cents, due_on, grace, counted, *rest = row
    known, recorded_on, *said = rest
    return Promise(
        promise_id,
        item,
        claim,
        sequence,
        Promiser(promised_by),
        cents,
        _day(due_on),
        grace,
        _day(counted),
        known,
        _day(recorded_on),
        *said,
    )


def _day(value: object) -> date:
    return day_of(value) or date.min
