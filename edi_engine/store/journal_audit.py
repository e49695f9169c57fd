"""Whether the journal holds together over the whole store, and a number that stands for it.

The identities are those of docs/LEDGER.md, asked of the database as plain sums: a second way to
the same numbers, which shares nothing with the code that posts.
"""

import hashlib
from collections.abc import Iterator

from edi_engine.store.queries import Queries

__all__ = ["journal_hash", "journal_problems"]

_PROBLEMS_PER_KIND_MAX = 20
_HASH_BITS = 256


def journal_problems(queries: Queries) -> Iterator[str]:
    """What does not add up, a sentence each."""
    for sentence, sql in _CHECKS:
        for row in queries.rows(f"{sql} LIMIT ?", (_PROBLEMS_PER_KIND_MAX,)):
            yield sentence.format(*row)


def journal_hash(queries: Queries) -> str:
    """Hexadecimal number of everything in force, the same for the same files in any order.

    Each entry is hashed with what it is about, told by the content of its transaction sets and
    not by our own identifiers; the sum of these numbers needs no order.
    """
    total = 0
    for row in queries.stream(_HASH_SQL):
        text = "|".join("" if value is None else str(value) for value in row[1:])
        total += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return f"{total % (1 << _HASH_BITS):064x}"


_CHECKS = (
    (
        "The entries of posting {0} do not sum to zero, or not to what the posting says.",
        """
SELECT p.posting_id FROM postings p
LEFT JOIN journal_entries e ON e.entry_id >= p.first_entry_id
    AND e.entry_id < p.first_entry_id + p.entries_count AND e.posting_id = p.posting_id
GROUP BY p.posting_id, p.cash_cents, p.suspense_cents, p.entries_count
HAVING COALESCE(SUM(e.amount_cents), 0) <> 0 OR COUNT(e.entry_id) <> p.entries_count
    OR COALESCE(SUM(CASE WHEN e.account = 'cash' THEN e.amount_cents ELSE 0 END), 0)
        <> p.cash_cents
    OR COALESCE(SUM(CASE WHEN e.account = 'suspense' THEN e.amount_cents ELSE 0 END), 0)
        <> -p.suspense_cents
ORDER BY p.posting_id
""",
    ),
    (
        "The {0} {1} has {2} postings in force.",
        """
SELECT subject_kind, subject_id, COUNT(*) FROM postings WHERE in_force
GROUP BY subject_kind, subject_id HAVING COUNT(*) > 1 ORDER BY 1, 2
""",
    ),
    (
        "Posting {0} is not taken back exactly by the posting that reverses it.",
        """
SELECT p.posting_id FROM postings p
LEFT JOIN postings r ON r.reverses_posting_id = p.posting_id
WHERE NOT p.in_force AND p.reverses_posting_id IS NULL
    AND (r.posting_id IS NULL OR r.cash_cents <> -p.cash_cents
        OR r.suspense_cents <> -p.suspense_cents OR r.entries_count <> p.entries_count)
ORDER BY p.posting_id
""",
    ),
    (
        "The cash of remittance {0} in the journal is not its payment amount.",
        """
SELECT r.remittance_id FROM remittances r
JOIN remittance_standings t ON t.remittance_id = r.remittance_id
LEFT JOIN postings p ON p.remittance_id = r.remittance_id AND p.in_force
WHERE r.remittance_id NOT IN (SELECT remittance_id FROM pending_remittances)
    AND r.remittance_id NOT IN (SELECT remittance_id FROM withdrawals WHERE revoked_at IS NULL)
GROUP BY r.remittance_id, r.payment_amount_cents, t.posted_cents, t.suspense_cents
HAVING COALESCE(SUM(p.cash_cents), 0) <> COALESCE(r.payment_amount_cents, SUM(p.cash_cents), 0)
    OR COALESCE(SUM(p.cash_cents), 0) <> t.posted_cents + t.suspense_cents
    OR COALESCE(SUM(p.suspense_cents), 0) <> t.suspense_cents
ORDER BY r.remittance_id
""",
    ),
    (
        "The balance of claim {0} is not its charge and what was posted to it.",
        """
SELECT c.claim_id FROM claim_standings t
JOIN claims c ON c.claim_id = t.claim_id
LEFT JOIN (
    SELECT claim_id, SUM(amount_cents) AS cents,
        SUM(CASE WHEN account = 'receivable_patient' THEN amount_cents ELSE 0 END) AS patient
    FROM journal_entries WHERE claim_id IS NOT NULL AND substr(account, 1, 11) = 'receivable_'
    GROUP BY claim_id
) e ON e.claim_id = c.claim_id
WHERE c.charge_cents + COALESCE(e.cents, 0) <> t.balance_cents
    OR COALESCE(e.patient, 0) <> t.patient_balance_cents
    OR t.balance_cents <> t.payer_balance_cents + t.patient_balance_cents
ORDER BY c.claim_id
""",
    ),
)

_HASH_SQL = """
SELECT p.posting_id, p.subject_kind, s.fingerprint,
    COALESCE(y.claim_ordinal, a.ordinal, b.claim_ordinal, 0), p.refusal, e.account,
    e.amount_cents, t.fingerprint, c.claim_ordinal, e.line_number, e.line_ordinal
FROM postings p
LEFT JOIN remittances r ON r.remittance_id = p.remittance_id
LEFT JOIN claim_payments y ON p.subject_kind = 'payment' AND y.claim_payment_id = p.subject_id
LEFT JOIN provider_adjustments a ON p.subject_kind = 'provider_adjustment'
    AND a.provider_adjustment_id = p.subject_id
LEFT JOIN claims b ON p.subject_kind = 'claim' AND b.claim_id = p.subject_id
LEFT JOIN transaction_sets s ON s.set_id = COALESCE(r.set_id, b.set_id)
LEFT JOIN journal_entries e ON e.entry_id >= p.first_entry_id
    AND e.entry_id < p.first_entry_id + p.entries_count
LEFT JOIN claims c ON c.claim_id = e.claim_id
LEFT JOIN transaction_sets t ON t.set_id = c.set_id
WHERE p.in_force
"""
