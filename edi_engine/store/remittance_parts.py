"""Reading a remittance for a page: its head in one piece, and its claim payments part by part."""

from typing import NamedTuple

import msgspec

from edi_engine.records.deposits import (
    DepositId,
    RemittanceDeposit,
    RemittanceDepositStatus,
    StoredDeposit,
)
from edi_engine.records.matching import ClaimId, ClaimPaymentId
from edi_engine.records.reconciliation import MatchOutcome
from edi_engine.records.stored import ManualRemittance, StoredRemittance, Withdrawal
from edi_engine.store.deposits import DEPOSIT_SQL, stored_deposit
from edi_engine.store.places import PLACE_COLUMNS, StoredPlace
from edi_engine.store.queries import DriverRow, Queries
from edi_engine.store.reading_conclusions import (
    REMITTANCE_COLUMNS,
    REMITTANCE_TABLES,
    stored_remittance,
)

__all__ = ["RemittanceHead", "RemittancePartReading", "StandingPayment"]

_DEPOSIT_IDS = msgspec.json.Decoder(tuple[DepositId, ...])


class RemittanceHead(NamedTuple):
    """A remittance with who typed it in or withdrew it, the sums of its parts in cents as in the
    file, where it stands, and what was concluded of its deposit (without its deposits)."""

    stored: StoredRemittance
    place: StoredPlace
    claim_payments_cents: int
    provider_adjustments_cents: int
    manual: ManualRemittance | None
    withdrawal: Withdrawal | None
    deposit: RemittanceDeposit | None


class StandingPayment(NamedTuple):
    """A claim payment in short, with how it stands. `byte_offset` is that of its CLP,
    `adjusted_cents` the sum of its adjustments on both levels. `outcome` None: not matched yet.
    `is_in_journal` False: nothing of it is (not looked at yet, withdrawn, or no answer). `refusal`
    is empty for what posted."""

    claim_payment_id: ClaimPaymentId
    byte_offset: int
    patient_control_number: str
    patient_last_name: str
    patient_first_name: str
    status_code: str
    charge_cents: int
    paid_cents: int
    patient_responsibility_cents: int | None
    adjusted_cents: int
    outcome: MatchOutcome | None
    claim_id: ClaimId | None
    match_reason: str
    is_in_journal: bool
    refusal: str
    posting_reason: str
    suspense_cents: int


class RemittancePartReading(Queries):
    """The part of the reader that shows remittances."""

    def remittance_head(self, remittance_id: int) -> RemittanceHead | None:
        """Everything about a remittance but its parts; None when there is no such one."""
        row = self.row(_HEAD_SQL, (remittance_id,))
        return None if row is None else _head(row)

    def deposits_of_remittance(self, remittance_id: int) -> list[StoredDeposit]:
        """The deposits that pay a remittance, in order."""
        rows = self.rows(
            f"{DEPOSIT_SQL} JOIN deposit_links l ON l.deposit_id = d.deposit_id"
            " WHERE l.remittance_id = ? ORDER BY d.deposit_id",
            (remittance_id,),
        )
        return [stored_deposit(row) for row in rows]

    def standing_payments(
        self, remittance_id: int, *, refusal: str | None = None, limit: int, offset: int = 0
    ) -> list[StandingPayment]:
        """Claim payments of a remittance in file order; those with this refusal where one is given
        ("" for what posted)."""
        condition = "" if refusal is None else "AND o.refusal = ?"
        values = [remittance_id, *(() if refusal is None else (refusal,)), limit, offset]
        return [_standing(row) for row in self.rows(_PAYMENTS_SQL.format(condition), values)]

    def payments_outside_journal(
        self, remittance_id: int, *, limit: int, offset: int = 0
    ) -> list[StandingPayment]:
        """Claim payments of a remittance of which nothing stands in the journal, in file order."""
        sql = _PAYMENTS_SQL.format("AND o.posting_id IS NULL")
        return [_standing(row) for row in self.rows(sql, (remittance_id, limit, offset))]


def _head(row: DriverRow) -> RemittanceHead:
    sums = len(row) - len(_FURTHER)
    stored = stored_remittance(row[: sums - _PLACE_COUNT])
    paid, adjusted, entered_by, entered_at, entered_note, *rest = row[sums:]
    withdrawn_by, withdrawn_at, withdrawn_note, status, rule, difference, reason, candidates = rest
    key = stored.remittance_id
    return RemittanceHead(
        stored,
        StoredPlace(*row[sums - _PLACE_COUNT : sums]),
        paid,
        adjusted,
        None if entered_by is None else ManualRemittance(key, entered_by, entered_at, entered_note),
        None
        if withdrawn_by is None
        else Withdrawal(key, withdrawn_by, withdrawn_at, withdrawn_note),
        None
        if status is None
        else RemittanceDeposit(
            key,
            RemittanceDepositStatus(status),
            (),
            rule,
            difference,
            reason,
            _DEPOSIT_IDS.decode(candidates),
        ),
    )


def _standing(row: DriverRow) -> StandingPayment:
    *plain, adjusted, outcome, claim_id, match_reason, posting_id, refusal, reason, suspense = row
    return StandingPayment._make(
        (
            *plain,
            int(adjusted or 0),
            None if outcome is None else MatchOutcome(outcome),
            claim_id,
            match_reason or "",
            posting_id is not None,
            refusal or "",
            reason or "",
            suspense or 0,
        )
    )


_PLACE_COUNT = len(StoredPlace.__struct_fields__)
_FURTHER = (
    *("s.paid_cents", "s.provider_adjustment_cents", "m.entered_by", "m.entered_at", "m.note"),
    *("w.withdrawn_by", "w.withdrawn_at", "w.note"),
    *("d.status", "d.rule", "d.difference_cents", "d.reason", "d.candidates"),
)
_HEAD_SQL = (
    f"SELECT {REMITTANCE_COLUMNS}, {PLACE_COLUMNS.replace('x.', 'r.')}, {', '.join(_FURTHER)}"
    f" {REMITTANCE_TABLES}"
    " LEFT JOIN manual_remittances m ON m.remittance_id = r.remittance_id"
    " LEFT JOIN withdrawals w ON w.remittance_id = r.remittance_id AND w.revoked_at IS NULL"
    " LEFT JOIN remittance_deposits d ON d.remittance_id = r.remittance_id"
    " WHERE r.remittance_id = ?"
)

# CROSS JOIN: SQLite keeps the order, or it would begin with all payments.
_PAYMENTS_SQL = """
SELECT p.claim_payment_id, p.byte_offset, p.patient_control_number, p.patient_last_name,
    p.patient_first_name, p.status_code, p.charge_cents, p.paid_cents,
    p.patient_responsibility_cents,
    (SELECT SUM(a.amount_cents) FROM adjustments a WHERE a.adjustment_id >= p.first_adjustment_id
        AND a.adjustment_id < p.first_adjustment_id + p.adjustments_count),
    m.outcome, m.claim_id, m.reason, o.posting_id, o.refusal, o.reason, o.suspense_cents
FROM remittances r CROSS JOIN claim_payments p
LEFT JOIN matches m ON m.claim_payment_id = p.claim_payment_id
LEFT JOIN postings o ON o.subject_kind = 'payment' AND o.subject_id = p.claim_payment_id
    AND o.in_force
WHERE p.claim_payment_id >= r.first_claim_payment_id
    AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count
    AND r.remittance_id = ? {}
ORDER BY p.claim_payment_id LIMIT ? OFFSET ?
"""
