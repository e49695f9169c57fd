"""Datasets as rows, streamed in the order of identifiers. Money stays cents; days are dates.

They can be read before anything was reconciled: claims are unanswered with their whole charge
open, payments are unmatched and all money is in suspense.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from edi_engine.records.datasets import ColumnKind, dataset
from edi_engine.records.provider_items import Settlement
from edi_engine.records.reconciliation import RemitLine
from edi_engine.store.queries import DriverRow, Queries, day_of

__all__ = ["DatasetReading"]


class DatasetReading(Queries):
    """The part of the reader that gives whole datasets."""

    def dataset(self, name: str) -> Iterator[DriverRow]:
        """Rows of a dataset, values in the order of its columns. Raises KeyError for no name."""
        described = dataset(name)
        changes = [
            (place, change)
            for place, column in enumerate(described.columns)
            if (change := _BY_COLUMN.get((name, column.name)) or _BY_KIND.get(column.kind))
        ]
        for row in self.stream(_SQL[name]):
            values = list(row)
            for place, change in changes:
                values[place] = change(values[place])
            yield tuple(values)


class _Candidate(msgspec.Struct):
    claim_id: int


_CANDIDATES = msgspec.json.Decoder(tuple[_Candidate, ...])
_REMIT_LINES = msgspec.json.Decoder(tuple[RemitLine, ...])
_IDENTIFIERS = msgspec.json.Decoder(tuple[int, ...])
_SETTLED_BY = msgspec.json.Decoder(tuple[Settlement, ...])


def _flag(value: object) -> object:
    return None if value is None else bool(value)


def _candidates(value: str | None) -> str:
    return ";".join(str(found.claim_id) for found in _CANDIDATES.decode(value or "[]"))


def _remit_lines(value: str) -> str:
    return ";".join(
        f"{found.claim_payment_id}:{found.line_ordinal}" for found in _REMIT_LINES.decode(value)
    )


def _identifiers(value: str) -> str:
    return ";".join(str(found) for found in _IDENTIFIERS.decode(value))


def _settled_by(value: str) -> str:
    return ";".join(str(found.item_id) for found in _SETTLED_BY.decode(value))


_BY_KIND: dict[ColumnKind, Callable[[Any], object]] = {
    ColumnKind.DAY: day_of,
    ColumnKind.FLAG: _flag,
}
_BY_COLUMN = {
    ("matches", "candidates"): _candidates,
    ("plb_items", "settled_by"): _settled_by,
    ("reconciliation", "remit_lines"): _remit_lines,
    ("deposits", "remittance_ids"): _identifiers,
}

_SQL = {
    "claims": """
SELECT c.claim_id, f.name, s.set_control_number, c.claim_ordinal, c.kind,
    c.patient_control_number,
    COALESCE((SELECT p.payer_claim_control_number FROM matches m
        JOIN claim_payments p ON p.claim_payment_id = m.claim_payment_id
        JOIN remittances r ON r.remittance_id = p.remittance_id
        WHERE m.claim_id = c.claim_id AND m.outcome = 'matched'
        AND p.payer_claim_control_number <> ''
        ORDER BY CASE WHEN COALESCE(r.payment_date, r.production_date) IS NULL THEN 1 ELSE 0 END,
            COALESCE(r.payment_date, r.production_date) DESC,
            p.payer_claim_control_number DESC LIMIT 1), ''),
    c.frequency_code, c.payer_id, c.payer_name, c.subscriber_id, c.patient_last_name,
    c.patient_first_name, c.billing_npi, c.service_from, c.service_to, c.charge_cents,
    CASE WHEN c.duplicate_of_claim_id IS NULL THEN COALESCE(t.status, 'unanswered')
        ELSE 'superseded' END,
    CASE WHEN c.duplicate_of_claim_id IS NULL
        THEN COALESCE(t.balance_cents, c.charge_cents) ELSE 0 END,
    CASE WHEN c.duplicate_of_claim_id IS NULL
        THEN COALESCE(t.payer_balance_cents, c.charge_cents) ELSE 0 END,
    CASE WHEN c.duplicate_of_claim_id IS NULL
        THEN COALESCE(t.patient_balance_cents, 0) ELSE 0 END
FROM claims c
JOIN transaction_sets s ON s.set_id = c.set_id
JOIN files f ON f.file_id = s.file_id
LEFT JOIN claim_standings t ON t.claim_id = c.claim_id
ORDER BY c.claim_id
""",
    "service_lines": """
SELECT l.claim_id, l.line_number, l.line_item_control_number, l.procedure_qualifier,
    l.procedure_code, l.modifiers, l.revenue_code, COALESCE(l.units, ''), l.charge_cents,
    COALESCE(l.service_from, c.service_from),
    COALESCE(l.service_to, l.service_from, c.service_to)
FROM service_lines l JOIN claims c ON c.claim_id = l.claim_id
ORDER BY l.service_line_id
""",
    "remittances": """
SELECT r.remittance_id, f.name, s.set_control_number, r.payer_id, r.payer_name, r.payee_npi,
    r.trace_number, r.method, r.payment_date, r.payment_amount_cents, s.balanced,
    COALESCE(t.posted_cents, 0),
    COALESCE(t.suspense_cents, r.payment_amount_cents, 0),
    CASE WHEN m.remittance_id IS NULL THEN 'electronic' ELSE 'manual' END
FROM remittances r
JOIN transaction_sets s ON s.set_id = r.set_id
JOIN files f ON f.file_id = s.file_id
LEFT JOIN remittance_standings t ON t.remittance_id = r.remittance_id
LEFT JOIN manual_remittances m ON m.remittance_id = r.remittance_id
ORDER BY r.remittance_id
""",
    "claim_payments": """
SELECT claim_payment_id, remittance_id, claim_ordinal, patient_control_number,
    payer_claim_control_number, status_code, charge_cents, paid_cents,
    patient_responsibility_cents
FROM claim_payments ORDER BY claim_payment_id
""",
    "adjustments": """
SELECT claim_payment_id, NULLIF(line_ordinal, 0), group_code, reason_code, amount_cents,
    COALESCE(quantity, '')
FROM adjustments ORDER BY adjustment_id
""",
    "provider_adjustments": """
SELECT a.remittance_id, a.ordinal, a.reason_code, a.reference, a.amount_cents,
    CASE WHEN i.state = 'partial' THEN 'open'
        WHEN i.traced_claim_id IS NOT NULL AND i.amount_cents > 0 AND i.state = 'open'
            THEN 'traced'
        WHEN i.traced_claim_id IS NOT NULL AND i.state = 'ledger'
            AND i.kind IN ('adjustment', 'offset', 'recovery') THEN 'traced'
        ELSE COALESCE(i.state, 'open') END,
    i.traced_claim_id
FROM provider_adjustments a
LEFT JOIN provider_items i ON i.item_id = a.provider_adjustment_id
ORDER BY a.provider_adjustment_id
""",
    "project_hits": """
SELECT claim_id, line_number, payer_sequence, kind, payer_id, cause, term, short_cents,
    recovered_cents, hit_on, answered_on, solved_on, reopened_count
FROM project_hits ORDER BY claim_id, line_number, payer_sequence
""",
    "matches": """
SELECT p.claim_payment_id, f.name, s.set_control_number, p.claim_ordinal,
    COALESCE(m.outcome, 'unmatched'), m.claim_id, COALESCE(m.rule, ''), m.candidates
FROM claim_payments p
JOIN remittances r ON r.remittance_id = p.remittance_id
JOIN transaction_sets s ON s.set_id = r.set_id
JOIN files f ON f.file_id = s.file_id
LEFT JOIN matches m ON m.claim_payment_id = p.claim_payment_id
ORDER BY p.claim_payment_id
""",
    "reconciliation": """
SELECT r.claim_id, r.line_number, r.payer_sequence, r.charge_cents, r.expected_allowed_cents,
    r.expected_source, r.allowed_cents, r.paid_cents, r.contractual_cents,
    r.patient_responsibility_cents, r.denied_cents, r.other_adjustment_cents, r.variance_cents,
    r.state, r.denial_category, r.remit_lines, r.recode, COALESCE(v.cause, ''),
    COALESCE(v.words, '')
FROM line_reconciliations r LEFT JOIN line_variances v ON v.claim_id = r.claim_id
    AND v.line_number = r.line_number AND v.payer_sequence = r.payer_sequence
UNION ALL
SELECT c.claim_id, l.line_number, c.payer_sequence, l.charge_cents, NULL, '', 0, 0, 0, 0, 0, 0,
    NULL, 'unanswered', '', '[]', '', '', ''
FROM claims c
JOIN service_lines l ON l.service_line_id >= c.first_service_line_id
    AND l.service_line_id < c.first_service_line_id + c.service_lines_count
WHERE c.duplicate_of_claim_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM claim_standings t WHERE t.claim_id = c.claim_id)
ORDER BY 1, 3, 2
""",
    "journal": """
SELECT e.entry_id, e.posting_id, e.account, e.claim_id, NULLIF(e.line_number, 0),
    p.remittance_id, e.amount_cents, p.posted_on,
    f.name || ' ST ' || s.set_control_number || ' segment ' || CAST(COALESCE(
        l.segment_ordinal, y.segment_ordinal, a.segment_ordinal, b.segment_ordinal,
        r.segment_ordinal) AS TEXT),
    p.refusal, p.reason, p.in_force
FROM journal_entries e
JOIN postings p ON p.posting_id = e.posting_id
LEFT JOIN remittances r ON r.remittance_id = p.remittance_id
LEFT JOIN claim_payments y ON p.subject_kind = 'payment' AND y.claim_payment_id = p.subject_id
LEFT JOIN line_payments l ON e.line_ordinal > 0
    AND l.line_payment_id = y.first_line_payment_id + e.line_ordinal - 1
LEFT JOIN provider_adjustments a ON p.subject_kind = 'provider_adjustment'
    AND a.provider_adjustment_id = p.subject_id
LEFT JOIN claims b ON p.subject_kind = 'claim' AND b.claim_id = p.subject_id
LEFT JOIN transaction_sets s ON s.set_id = COALESCE(r.set_id, b.set_id)
LEFT JOIN files f ON f.file_id = s.file_id
ORDER BY e.entry_id
""",
    "deposits": """
SELECT d.deposit_id, f.name, d.received_on, d.amount_cents, d.originator_id, d.originator_name,
    d.trace_number, COALESCE(m.status, ''),
    COALESCE(m.remittance_ids, '[]'), COALESCE(m.rule, ''), m.difference_cents
FROM deposits d
JOIN files f ON f.file_id = d.file_id
LEFT JOIN deposit_matches m ON m.deposit_id = d.deposit_id
WHERE d.same_as_deposit_id IS NULL
ORDER BY d.deposit_id
""",
    "worklist": """
SELECT i.work_item_id, i.queue, i.cause, i.claim_id, i.remittance_id, i.amount_at_risk_cents,
    i.priority, i.deadline, i.next_action, i.next_action_on, i.assignee, i.status, i.reason,
    CASE WHEN i.status = 'waiting' THEN COALESCE(p.waiting_for, '') ELSE '' END,
    CASE WHEN i.status IN ('resolved', 'closed') THEN COALESCE(p.resolution, '') ELSE '' END
FROM work_items i LEFT JOIN work_progress p ON p.work_item_id = i.work_item_id
ORDER BY i.work_item_id
""",
    "plb_items": """
SELECT a.provider_adjustment_id, a.remittance_id, r.payer_id, a.reason_code,
    COALESCE(i.kind, ''), a.reference, COALESCE(i.amount_cents, a.amount_cents),
    COALESCE(i.open_cents, a.amount_cents), COALESCE(i.state, 'open'), i.traced_claim_id,
    COALESCE(i.settled_by, '[]'), COALESCE(i.arose_on, r.payment_date, r.production_date),
    i.settled_on, COALESCE(i.reason, '')
FROM provider_adjustments a
JOIN remittances r ON r.remittance_id = a.remittance_id
LEFT JOIN provider_items i ON i.item_id = a.provider_adjustment_id
ORDER BY a.provider_adjustment_id
""",
}
