"""Writing what was concluded and decided. Conclusions are replaced; decisions are only added."""

from collections.abc import Iterable, Sequence

from edi_engine.records.expected import FeeScheduleRow
from edi_engine.records.keys import control_number_key, member_key
from edi_engine.records.pricing import SilentPpo
from edi_engine.records.reconciliation import (
    ClaimAnswers,
    ClaimMatch,
    ClaimReconciliation,
    DecisionKind,
    LineReconciliation,
)
from edi_engine.store.intake_rows import iso_days
from edi_engine.store.queries import Row, json_of
from edi_engine.store.reading_matching import (
    LOOSE_CHARGE_DATE,
    LOOSE_LINE,
    LOOSE_MEMBER,
    charge_date_key,
)
from edi_engine.store.writing_files import FileWriting

__all__ = ["ConclusionWriting"]


class ConclusionWriting(FileWriting):
    """The part of the writer that keeps conclusions, decisions, contracts and runs."""

    def mark_pending_claims(self, claim_ids: Iterable[int]) -> None:
        """Put claims on the queue of reconciling; copies of earlier sets stay off it."""
        live = self.rows_in(
            "SELECT claim_id FROM claims WHERE claim_id IN ({keys})"
            " AND duplicate_of_claim_id IS NULL",
            claim_ids,
        )
        self.replace("pending_claims", list(live))

    def mark_pending_payments(self, claim_payment_ids: Iterable[int]) -> None:
        """Put claim payments on the queue of matching."""
        self.replace("pending_payments", [(payment,) for payment in claim_payment_ids])

    def mark_all_pending(self) -> None:
        """Put everything on the queues, as a rebuild does."""
        self.run("DELETE FROM pending_claims")
        self.run("DELETE FROM pending_payments")
        self.run(
            "INSERT INTO pending_claims SELECT claim_id FROM claims"
            " WHERE duplicate_of_claim_id IS NULL"
        )
        self.run("INSERT INTO pending_payments SELECT claim_payment_id FROM claim_payments")

    def clear_pending(
        self, *, claim_ids: Iterable[int] = (), claim_payment_ids: Iterable[int] = ()
    ) -> None:
        """Take what was reconciled off the queues."""
        self.run_in("DELETE FROM pending_claims WHERE claim_id IN ({keys})", claim_ids)
        self.run_in(
            "DELETE FROM pending_payments WHERE claim_payment_id IN ({keys})", claim_payment_ids
        )

    def write_matches(self, matches: Sequence[ClaimMatch]) -> None:
        """Conclude where claim payments belong, in place of what was concluded before."""
        self.replace(
            "matches",
            [
                (
                    match.claim_payment_id,
                    match.outcome.value,
                    match.claim_id,
                    match.rule,
                    match.payer_sequence,
                    match.reason,
                    json_of(match.evidence),
                    json_of(match.candidates),
                )
                for match in matches
            ],
        )
        self._write_loose_keys([match.claim_payment_id for match in matches])

    def write_reconciliations(self, reconciliations: Sequence[ClaimReconciliation]) -> None:
        """Conclude about claims, in place of everything concluded about them before."""
        claim_ids = [found.claim_id for found in reconciliations]
        for table in ("line_reconciliations", "line_variances", "silent_ppo_signs"):
            self.run_in(f"DELETE FROM {table} WHERE claim_id IN ({{keys}})", claim_ids)
        self.insert(
            "line_reconciliations",
            [_line_row(line) for found in reconciliations for line in found.lines],
        )
        self.insert(
            "line_variances",
            [
                (
                    line.claim_id,
                    line.line_number,
                    line.payer_sequence,
                    line.variance_cause,
                    line.variance_words,
                )
                for found in reconciliations
                for line in found.lines
                if line.variance_cause
            ],
        )
        self.insert(
            "silent_ppo_signs",
            [
                _silent_ppo_row(found.claim_id, found.silent_ppo)
                for found in reconciliations
                if found.silent_ppo is not None
            ],
        )
        self.replace(
            "claim_standings",
            [
                (
                    found.claim_id,
                    found.status.value,
                    found.balance_cents,
                    found.payer_balance_cents,
                    found.patient_balance_cents,
                    json_of(found.reversals),
                    json_of(found.issues),
                    json_of(found.findings),
                )
                for found in reconciliations
            ],
        )

    def write_answers(self, claim_ids: Iterable[int], answers: Sequence[ClaimAnswers]) -> None:
        """When these claims were answered, in place of what was concluded before; the others of
        them were not."""
        answered = {one.claim_id for one in answers}
        self.run_in(
            "DELETE FROM claim_answers WHERE claim_id IN ({keys})",
            [claim_id for claim_id in claim_ids if claim_id not in answered],
        )
        self.replace(
            "claim_answers",
            [
                (
                    one.claim_id,
                    iso_days[one.first_on],
                    iso_days[one.last_on],
                    iso_days[one.latest_on],
                    one.is_settled_first,
                    one.refused_cents,
                    one.short_cents,
                )
                for one in answers
            ],
        )

    def write_remittance_standings(self, standings: Sequence[tuple[int, int, int, str]]) -> None:
        """How remittances stand: (remittance id, posted cents, suspense cents, reason)."""
        self.replace("remittance_standings", standings)

    def hold_remittance(self, remittance_id: int, reason: str) -> None:
        """Keep a remittance's payments from counting, or release it with an empty reason."""
        self.run("UPDATE remittances SET held = ? WHERE remittance_id = ?", (reason, remittance_id))

    def withdraw_remittance(
        self, remittance_id: int, *, withdrawn_by: str, withdrawn_at: str, note: str
    ) -> None:
        """Say that a remittance's money never came; `hold_remittance` keeps it from counting."""
        row = (remittance_id, withdrawn_by, withdrawn_at, note, None, None)
        self.replace("withdrawals", [row])

    def revoke_withdrawal(self, remittance_id: int, *, revoked_by: str, revoked_at: str) -> None:
        """The remittance stands again; nothing happens where it was not withdrawn."""
        self.run(
            "UPDATE withdrawals SET revoked_by = ?, revoked_at = ?"
            " WHERE remittance_id = ? AND revoked_at IS NULL",
            (revoked_by, revoked_at, remittance_id),
        )

    def decide_remittance(
        self, remittance_id: int, *, held: bool, decided_by: str, decided_at: str, note: str
    ) -> None:
        """A person's word on whether a remittance is held; it replaces an earlier one."""
        self.replace("remittance_decisions", [(remittance_id, held, decided_by, decided_at, note)])

    def write_remittance_repeats(
        self, remittance_ids: Sequence[int], repeats: Sequence[tuple[int, str, int, str]]
    ) -> None:
        """Which of these remittances repeat another: (remittance, kind, the other, reason), in
        place of what was concluded about any of them before."""
        sql = "DELETE FROM remittance_repeats WHERE remittance_id = ?"
        self.run_many(sql, [(remittance_id,) for remittance_id in remittance_ids])
        self.insert("remittance_repeats", repeats)

    def mark_duplicate_set(self, set_id: int, earlier_set_id: int) -> None:
        """Say that a set repeats an earlier one: its claims are copies that nothing matches."""
        self.run(
            "UPDATE transaction_sets SET duplicate_of_set_id = ? WHERE set_id = ?",
            (earlier_set_id, set_id),
        )
        self.run(
            "UPDATE answerable_sets SET original_set_id = ? WHERE set_id = ?",
            (earlier_set_id, set_id),
        )
        # What was said of the first sending may be said no more of the second.
        self.run(
            "INSERT INTO pending_claims SELECT claim_id FROM claims WHERE set_id = ?"
            " AND duplicate_of_claim_id IS NULL ON CONFLICT DO NOTHING",
            (earlier_set_id,),
        )
        self.run(
            "UPDATE claims SET duplicate_of_claim_id ="
            " (SELECT min(e.claim_id) FROM claims e"
            " WHERE e.set_id = ? AND e.claim_ordinal = claims.claim_ordinal) WHERE set_id = ?",
            (earlier_set_id, set_id),
        )

    def add_decision(
        self,
        kind: DecisionKind,
        claim_payment_id: int,
        *,
        claim_id: int | None,
        decided_by: str,
        decided_at: str,
        note: str = "",
    ) -> int:
        """A person's decision; its identifier. `decided_at` is an aware UTC instant, ISO text."""
        decision_id = self.next_ids("decisions")
        self.insert(
            "decisions",
            [
                (
                    decision_id,
                    kind.value,
                    claim_payment_id,
                    claim_id,
                    decided_by,
                    decided_at,
                    note,
                    None,
                    None,
                )
            ],
        )
        return decision_id

    def revoke_decision(self, decision_id: int, *, revoked_by: str, revoked_at: str) -> bool:
        """Undo a standing decision; False when there is no such one."""
        changed = self.run(
            "UPDATE decisions SET revoked_by = ?, revoked_at = ?"
            " WHERE decision_id = ? AND revoked_at IS NULL",
            (revoked_by, revoked_at, decision_id),
        )
        return changed == 1

    def replace_fee_schedule(
        self, rows: Sequence[FeeScheduleRow], *, name: str, digest: str, loaded_at: str
    ) -> int:
        """Put a fee schedule in force in place of the one before, which is kept; its number."""
        schedule_id = self.next_ids("fee_schedules")
        self.run("UPDATE fee_schedules SET active = ?", (False,))
        self.insert("fee_schedules", [(schedule_id, name, digest, loaded_at, True)])
        self.insert(
            "fee_schedule_rows",
            [
                (
                    schedule_id,
                    ordinal,
                    row.payer_id,
                    row.procedure_code,
                    ":".join(row.modifiers),
                    row.place_of_service,
                    iso_days[row.effective_from],
                    iso_days[row.effective_to],
                    row.allowed_cents,
                    row.origin,
                )
                for ordinal, row in enumerate(rows, 1)
            ],
        )
        return schedule_id

    def start_run(self, kind: str, *, started_at: str) -> int:
        """A new run's identifier; its status is "running" until it is finished."""
        run_id = self.next_ids("runs")
        self.insert("runs", [(run_id, kind, started_at, None, "running", "{}")])
        return run_id

    def finish_run(self, run_id: int, *, finished_at: str, status: str, report: str) -> None:
        """End a run; `report` is JSON."""
        self.run(
            "UPDATE runs SET finished_at = ?, status = ?, report = ? WHERE run_id = ?",
            (finished_at, status, report, run_id),
        )

    def _write_loose_keys(self, payment_ids: Sequence[int]) -> None:
        """Keys by which a claim that comes late can find payments that are not held by their
        own patient control number. A split claim is found by the charge of all its parts too."""
        sql = "DELETE FROM loose_payment_keys WHERE claim_payment_id IN ({keys})"
        self.run_in(sql, payment_ids)
        rows: set[Row] = set()
        loose = list(self.rows_in(_LOOSE_SQL, payment_ids))
        splits = {
            (number, remittance_id): int(cents)
            for number, remittance_id, cents in self.rows_in(
                _SPLIT_SQL, sorted({row[1] for row in loose if row[1]})
            )
        }
        for payment_id, number, remittance_id, charge_cents, service_from, member_ids in loose:
            if service_from is not None:
                for cents in {abs(charge_cents), splits.get((number, remittance_id), 0)}:
                    key = charge_date_key(cents, str(service_from))
                    rows.add((LOOSE_CHARGE_DATE, key, payment_id))
            for member in member_ids.split("\n"):
                if key := member_key(member):
                    rows.add((LOOSE_MEMBER, key, payment_id))
        for payment_id, number in self.rows_in(_LOOSE_LINE_SQL, [row[0] for row in loose]):
            if key := control_number_key(number):
                rows.add((LOOSE_LINE, key, payment_id))
        self.insert("loose_payment_keys", sorted(rows))


_LOOSE_SQL = """
SELECT p.claim_payment_id, p.pcn_key, p.remittance_id, p.charge_cents, p.service_from,
    p.member_ids
FROM claim_payments p
JOIN matches m ON m.claim_payment_id = p.claim_payment_id
LEFT JOIN claims c ON c.claim_id = m.claim_id
WHERE p.claim_payment_id IN ({keys})
    AND NOT (m.outcome = 'matched' AND c.pcn_key = p.pcn_key AND p.pcn_key <> '')
"""

# Once for a number, not once for each of the thousands of payments that may have it.
_SPLIT_SQL = """
SELECT pcn_key, remittance_id, SUM(charge_cents) FROM claim_payments
WHERE pcn_key IN ({keys}) AND status_code <> '22' GROUP BY pcn_key, remittance_id
"""

_LOOSE_LINE_SQL = """
SELECT p.claim_payment_id, l.line_item_control_number
FROM claim_payments p
JOIN line_payments l ON l.line_payment_id >= p.first_line_payment_id
    AND l.line_payment_id < p.first_line_payment_id + p.line_payments_count
WHERE p.claim_payment_id IN ({keys}) AND l.line_item_control_number <> ''
"""


def _silent_ppo_row(claim_id: int, found: SilentPpo) -> Row:
    return (
        claim_id,
        found.discount_cents,
        found.charge_cents,
        "\n".join(found.signs),
        found.network,
        "\n".join(found.contracts),
        found.clause,
        found.equal_count,
        found.compared_count,
        found.request,
        found.is_work,
    )


def _line_row(line: LineReconciliation) -> Row:
    return (
        line.claim_id,
        line.line_number,
        line.payer_sequence,
        line.charge_cents,
        line.expected_allowed_cents,
        line.expected_source,
        line.allowed_cents,
        line.paid_cents,
        line.contractual_cents,
        line.patient_responsibility_cents,
        line.denied_cents,
        line.other_adjustment_cents,
        line.variance_cents,
        line.state.value,
        line.denial_category,
        json_of(line.denial_codes),
        json_of(line.remit_lines),
        line.recode,
        line.allocation,
    )
