"""Reading remittances as they stand, and what was concluded and decided."""

from collections.abc import Iterable, Sequence

import msgspec

from edi_engine.findings import Finding
from edi_engine.records.expected import FeeScheduleRow
from edi_engine.records.matching import ClaimId, ClaimPaymentId, RemittanceId
from edi_engine.records.reconciliation import (
    ClaimMatch,
    ClaimReconciliation,
    ClaimStatus,
    Decision,
    DecisionKind,
    LineReconciliation,
    LineState,
    MatchCandidate,
    MatchEvidence,
    MatchOutcome,
    ReconciliationIssue,
    RemitLine,
    ReversalPair,
)
from edi_engine.records.stored import (
    ClaimStanding,
    RemittanceMoney,
    StoredDecision,
    StoredRemittance,
)
from edi_engine.store.queries import DriverRow, Queries, day_of

__all__ = ["REMITTANCE_COLUMNS", "REMITTANCE_TABLES", "ConclusionReading", "stored_remittance"]


class ConclusionReading(Queries):
    """The part of the reader that knows remittances, matches, standings and decisions."""

    def remittances(self, remittance_ids: Iterable[int]) -> dict[RemittanceId, StoredRemittance]:
        """Remittances as they stand, by identifier."""
        rows = self.rows_in(
            f"{_REMITTANCE_SQL} WHERE r.remittance_id IN ({{keys}})", remittance_ids
        )
        return {row[0]: stored_remittance(row) for row in rows}

    def remittance_ids(self) -> list[RemittanceId]:
        """All remittances in order of ingest."""
        return [row[0] for row in self.rows("SELECT remittance_id FROM remittances ORDER BY 1")]

    def remittance_ids_of_payments(
        self, claim_payment_ids: Iterable[int]
    ) -> dict[ClaimPaymentId, RemittanceId]:
        """The remittance of each claim payment."""
        sql = "SELECT claim_payment_id, remittance_id FROM claim_payments"
        return dict(self.rows_in(f"{sql} WHERE claim_payment_id IN ({{keys}})", claim_payment_ids))

    def remittances_by_payment_key(
        self, originator_id: str, trace_number: str
    ) -> list[RemittanceId]:
        """Remittances with these TRN03 and TRN02, in order of ingest."""
        rows = self.rows(
            "SELECT remittance_id FROM remittances WHERE trace_number = ? AND originator_id = ?"
            " ORDER BY remittance_id",
            (trace_number, originator_id),
        )
        return [row[0] for row in rows]

    def remittance_money(self, remittance_ids: Iterable[int]) -> list[RemittanceMoney]:
        """Sums over each remittance's parts, in order of identifier."""
        wanted = sorted(set(remittance_ids))
        adjusted: dict[int, int] = dict(self.rows_in(_PROVIDER_ADJUSTMENT_SUM_SQL, wanted))
        paid: dict[int, int] = dict(self.rows_in(_CLAIM_PAYMENT_SUM_SQL, wanted))
        return [
            RemittanceMoney(
                remittance_id=remittance_id,
                payment_amount_cents=amount,
                balanced=None if balanced is None else bool(balanced),
                balance_sign=sign,
                held=held,
                claim_payments_cents=int(paid.get(remittance_id) or 0),
                provider_adjustments_cents=int(adjusted.get(remittance_id, 0)),
                withdrawn=bool(withdrawn),
            )
            for remittance_id, amount, balanced, sign, held, withdrawn in sorted(
                self.rows_in(_REMITTANCE_MONEY_HEAD_SQL, wanted)
            )
        ]

    def payment_ids_matched_to(
        self, claim_ids: Iterable[int]
    ) -> dict[ClaimId, list[ClaimPaymentId]]:
        """Claim payments whose match names these claims, matched or only suggested."""
        found: dict[ClaimId, list[ClaimPaymentId]] = {}
        sql = "SELECT claim_id, claim_payment_id FROM matches WHERE claim_id IN ({keys})"
        for claim_id, payment_id in sorted(self.rows_in(sql, claim_ids)):
            found.setdefault(claim_id, []).append(payment_id)
        return found

    def match_of(self, claim_payment_ids: Iterable[int]) -> dict[ClaimPaymentId, ClaimMatch]:
        """The match concluded for each claim payment that has one."""
        rows = self.rows_in(f"{_MATCH_SQL} WHERE claim_payment_id IN ({{keys}})", claim_payment_ids)
        return {row[0]: _claim_match(row) for row in rows}

    def matches_of_claim(self, claim_id: int) -> dict[ClaimPaymentId, ClaimMatch]:
        """Matches that name a claim, matched or only suggested, in order of claim payment."""
        sql = f"{_MATCH_SQL} WHERE claim_id = ? ORDER BY claim_payment_id"
        return {row[0]: _claim_match(row) for row in self.rows(sql, (claim_id,))}

    def standings(self, claim_ids: Iterable[int]) -> dict[ClaimId, ClaimStanding]:
        """How claims stand, for those that were reconciled."""
        rows = self.rows_in(f"{_STANDING_SQL} WHERE claim_id IN ({{keys}})", claim_ids)
        return {row[0]: _standing(row) for row in rows}

    def line_answers(self, claim_id: int) -> list[LineReconciliation]:
        """What payers made of a claim's lines, in order of payer and line."""
        rows = self.rows(
            f"{_LINE_SQL} WHERE r.claim_id = ? ORDER BY r.payer_sequence, r.line_number",
            (claim_id,),
        )
        return [_line_reconciliation(row) for row in rows]

    def reconciliations(self, claim_ids: Iterable[int]) -> dict[ClaimId, ClaimReconciliation]:
        """Everything concluded about claims, with their lines, for those that were reconciled."""
        wanted = sorted(set(claim_ids))
        lines: dict[int, list[LineReconciliation]] = {}
        for row in self.rows_in(
            f"{_LINE_SQL} WHERE r.claim_id IN ({{keys}})"
            " ORDER BY r.claim_id, r.payer_sequence, r.line_number",
            wanted,
        ):
            lines.setdefault(row[0], []).append(_line_reconciliation(row))
        return {
            row[0]: _reconciliation(row, tuple(lines.get(row[0], ())))
            for row in self.rows_in(f"{_STANDING_SQL} WHERE claim_id IN ({{keys}})", wanted)
        }

    def decisions(self, claim_payment_ids: Iterable[int] | None = None) -> list[Decision]:
        """Standing decisions, of these claim payments or all, in the order they were made."""
        return [
            found.decision
            for found in self.decision_history(claim_payment_ids)
            if found.revoked_at is None
        ]

    def decision_history(
        self, claim_payment_ids: Iterable[int] | None = None
    ) -> list[StoredDecision]:
        """All decisions with the revoked ones, in the order they were made."""
        if claim_payment_ids is None:
            rows = self.rows(_DECISION_SQL)
        else:
            sql = f"{_DECISION_SQL} WHERE claim_payment_id IN ({{keys}})"
            rows = list(self.rows_in(sql, claim_payment_ids))
        return [_stored_decision(row) for row in sorted(rows, key=lambda row: row[0])]

    def fee_schedule(self) -> list[FeeScheduleRow]:
        """Rows of the fee schedule in force, in its order; empty when none was loaded."""
        rows = self.rows(
            "SELECT r.payer_id, r.procedure_code, r.modifiers, r.place_of_service,"
            " r.effective_from, r.effective_to, r.allowed_cents, r.origin"
            " FROM fee_schedules s JOIN fee_schedule_rows r"
            " ON r.fee_schedule_id = s.fee_schedule_id WHERE s.active = ?"
            " ORDER BY r.row_ordinal",
            (True,),
        )
        return [
            FeeScheduleRow(
                payer_id=row[0],
                procedure_code=row[1],
                modifiers=tuple(row[2].split(":")) if row[2] else (),
                place_of_service=row[3],
                effective_from=day_of(row[4]),
                effective_to=day_of(row[5]),
                allowed_cents=row[6],
                origin=row[7],
            )
            for row in rows
        ]


REMITTANCE_COLUMNS = """
    r.remittance_id, r.set_id, s.file_id, f.name, s.set_control_number, r.segment_ordinal,
    r.byte_offset, r.payer_id, r.payer_name, r.payee_name, r.payee_npi, r.payee_tin,
    r.originator_id, r.trace_number, r.handling_code, r.method, r.credit_debit_flag,
    r.payment_date, r.production_date, r.payment_amount_cents, r.claim_payments_count,
    s.balanced, s.balance_sign, r.held, t.posted_cents, t.suspense_cents, t.reason
"""
REMITTANCE_TABLES = """
FROM remittances r
JOIN transaction_sets s ON s.set_id = r.set_id
JOIN files f ON f.file_id = s.file_id
LEFT JOIN remittance_standings t ON t.remittance_id = r.remittance_id
"""
_REMITTANCE_SQL = f"SELECT {REMITTANCE_COLUMNS} {REMITTANCE_TABLES}"

_REMITTANCE_MONEY_HEAD_SQL = """
SELECT r.remittance_id, r.payment_amount_cents, s.balanced, s.balance_sign, r.held,
    w.withdrawn_at
FROM remittances r JOIN transaction_sets s ON s.set_id = r.set_id
LEFT JOIN withdrawals w ON w.remittance_id = r.remittance_id AND w.revoked_at IS NULL
WHERE r.remittance_id IN ({keys})
"""

_CLAIM_PAYMENT_SUM_SQL = """
SELECT r.remittance_id, SUM(p.paid_cents)
FROM remittances r
JOIN claim_payments p ON p.claim_payment_id >= r.first_claim_payment_id
    AND p.claim_payment_id < r.first_claim_payment_id + r.claim_payments_count
WHERE r.remittance_id IN ({keys}) GROUP BY r.remittance_id
"""

_PROVIDER_ADJUSTMENT_SUM_SQL = """
SELECT remittance_id, SUM(amount_cents) FROM provider_adjustments
WHERE remittance_id IN ({keys}) GROUP BY remittance_id
"""

_MATCH_SQL = """
SELECT claim_payment_id, outcome, claim_id, rule, payer_sequence, reason, evidence, candidates
FROM matches
"""

_STANDING_SQL = """
SELECT claim_id, status, balance_cents, payer_balance_cents, patient_balance_cents, reversals,
    issues, findings
FROM claim_standings
"""

_LINE_SQL = """
SELECT r.claim_id, r.line_number, r.payer_sequence, r.charge_cents, r.expected_allowed_cents,
    r.expected_source, r.allowed_cents, r.paid_cents, r.contractual_cents,
    r.patient_responsibility_cents, r.denied_cents, r.other_adjustment_cents, r.variance_cents,
    r.state, r.denial_category, r.remit_lines, r.recode, r.allocation, r.denial_codes,
    COALESCE(v.cause, ''), COALESCE(v.words, '')
FROM line_reconciliations r LEFT JOIN line_variances v ON v.claim_id = r.claim_id
    AND v.line_number = r.line_number AND v.payer_sequence = r.payer_sequence
"""

_DECISION_SQL = """
SELECT decision_id, kind, claim_payment_id, claim_id, decided_by, note, decided_at, revoked_by,
    revoked_at
FROM decisions
"""

_EVIDENCE = msgspec.json.Decoder(tuple[MatchEvidence, ...])
_CANDIDATES = msgspec.json.Decoder(tuple[MatchCandidate, ...])
_REMIT_LINES = msgspec.json.Decoder(tuple[RemitLine, ...])
_CODES = msgspec.json.Decoder(tuple[str, ...])
_REVERSALS = msgspec.json.Decoder(tuple[ReversalPair, ...])
_ISSUES = msgspec.json.Decoder(tuple[ReconciliationIssue, ...])
_FINDINGS = msgspec.json.Decoder(tuple[Finding, ...])


def stored_remittance(row: DriverRow) -> StoredRemittance:
    """From `REMITTANCE_COLUMNS`."""
    *_, balanced, sign, held, posted_cents, suspense_cents, reason = row
    amount = row[19]
    values = [
        *row[:17],
        day_of(row[17]),
        day_of(row[18]),
        amount,
        row[20],
        None if balanced is None else bool(balanced),
        sign,
        held,
        posted_cents or 0,
        (amount or 0) if suspense_cents is None else suspense_cents,
        reason or "",
    ]
    return StoredRemittance(*values)


def _claim_match(row: DriverRow) -> ClaimMatch:
    payment_id, outcome, claim_id, rule, payer_sequence, reason, evidence, candidates = row
    return ClaimMatch(
        claim_payment_id=payment_id,
        outcome=MatchOutcome(outcome),
        claim_id=claim_id,
        rule=rule,
        payer_sequence=payer_sequence,
        reason=reason,
        evidence=_EVIDENCE.decode(evidence),
        candidates=_CANDIDATES.decode(candidates),
    )


def _standing(row: DriverRow) -> ClaimStanding:
    claim_id, status, balance, payer_balance, patient_balance, reversals, issues, _findings = row
    return ClaimStanding(
        claim_id=claim_id,
        status=ClaimStatus(status),
        balance_cents=balance,
        payer_balance_cents=payer_balance,
        patient_balance_cents=patient_balance,
        reversals=_REVERSALS.decode(reversals),
        issues=_ISSUES.decode(issues),
    )


def _reconciliation(row: DriverRow, lines: Sequence[LineReconciliation]) -> ClaimReconciliation:
    standing = _standing(row)
    return ClaimReconciliation(
        claim_id=standing.claim_id,
        status=standing.status,
        balance_cents=standing.balance_cents,
        payer_balance_cents=standing.payer_balance_cents,
        patient_balance_cents=standing.patient_balance_cents,
        lines=tuple(lines),
        reversals=standing.reversals,
        issues=standing.issues,
        findings=_FINDINGS.decode(row[7]),
    )


def _line_reconciliation(row: DriverRow) -> LineReconciliation:
    state, category, remit_lines, recode, allocation, codes, *why = row[13:]
    values = [
        *row[:13],
        LineState(state),
        category,
        _REMIT_LINES.decode(remit_lines),
        recode,
        allocation,
        _CODES.decode(codes),
        *why,
    ]
    return LineReconciliation(*values)


def _stored_decision(row: DriverRow) -> StoredDecision:
    decision_id, kind, payment_id, claim_id, decided_by, note, *history = row
    decision = Decision(decision_id, DecisionKind(kind), payment_id, claim_id, decided_by, note)
    return StoredDecision(decision, *history)
