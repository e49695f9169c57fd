"""What the journal holds of a claim, a payment or a remittance, as tables."""

from collections.abc import Iterable

from edi_engine.jobs.show.pages import Table
from edi_engine.records.datasets import ColumnKind
from edi_engine.records.journal import StoredPosting, SubjectKind, is_receivable
from edi_engine.records.matching import ClaimId, ClaimPaymentId, RemittanceId
from edi_engine.records.stored import RemittancePosting
from edi_engine.store import Reader

__all__ = [
    "claim_journal",
    "journal_of_remittance",
    "payment_journal",
    "payment_postings",
    "remittance_journal",
]

_MONEY, _DAY, _NUMBER, _TEXT = (
    ColumnKind.MONEY,
    ColumnKind.DAY,
    ColumnKind.NUMBER,
    ColumnKind.TEXT,
)


def claim_journal(
    reader: Reader, claim_id: ClaimId, charge_cents: int, payment_ids: Iterable[ClaimPaymentId]
) -> Table:
    """Every entry in force on the claim, with the balance after it; it begins with the charge."""
    found = reader.postings_of(claim_ids=[claim_id], claim_payment_ids=list(payment_ids))
    balance = charge_cents
    rows: list[tuple[object, ...]] = [("charge", None, None, charge_cents, balance, "")]
    for one in found:
        for entry in one.plan.entries:
            if entry.claim_id != claim_id or not is_receivable(entry.account):
                continue
            balance += entry.amount_cents
            rows.append(
                (
                    entry.account,
                    entry.line_number or None,
                    _payment_of(one),
                    entry.amount_cents,
                    balance,
                    one.plan.reason,
                )
            )
    return Table(
        "journal",
        (
            ("account", _TEXT),
            ("line", _NUMBER),
            ("payment", _NUMBER),
            ("amount", _MONEY),
            ("balance", _MONEY),
            ("note", _TEXT),
        ),
        tuple(rows) if len(rows) > 1 else (),
    )


def payment_postings(reader: Reader, claim_payment_id: int) -> list[StoredPosting]:
    """All that was ever posted of a payment, the newest last; what was taken back too."""
    return reader.postings_of(claim_payment_ids=[claim_payment_id], in_force_only=False)


def payment_journal(reader: Reader, claim_payment_id: ClaimPaymentId) -> Table:
    """What `payment_postings` gives, entry by entry."""
    rows = [
        (
            one.posted_on,
            _standing(one),
            entry.account,
            entry.claim_id,
            entry.line_number or None,
            entry.amount_cents,
            one.plan.refusal,
            one.plan.reason,
        )
        for one in payment_postings(reader, claim_payment_id)
        for entry in one.plan.entries
    ]
    return Table(
        "journal",
        (
            ("posted on", _DAY),
            ("state", _TEXT),
            ("account", _TEXT),
            ("claim", _NUMBER),
            ("line", _NUMBER),
            ("amount", _MONEY),
            ("refusal", _TEXT),
            ("reason", _TEXT),
        ),
        tuple(rows),
    )


def remittance_journal(reader: Reader, remittance_id: int) -> Table:
    """What stands of the remittance in the journal, summed by kind and refusal."""
    found = reader.remittance_postings([remittance_id])
    return journal_of_remittance(found.get(RemittanceId(remittance_id), []))


def journal_of_remittance(found: Iterable[RemittancePosting]) -> Table:
    """What stands of a remittance in the journal, as a table."""
    rows = [
        (
            one.subject_kind.value.replace("_", " "),
            one.count,
            one.cash_cents,
            one.cash_cents - one.suspense_cents,
            one.suspense_cents,
            one.refusal,
        )
        for one in found
    ]
    return Table(
        "journal",
        (
            ("of", _TEXT),
            ("postings", _NUMBER),
            ("cash", _MONEY),
            ("posted", _MONEY),
            ("in suspense", _MONEY),
            ("refusal", _TEXT),
        ),
        tuple(rows),
    )


def _payment_of(posting: StoredPosting) -> int | None:
    plan = posting.plan
    return plan.subject_id if plan.subject_kind is SubjectKind.PAYMENT else None


def _standing(posting: StoredPosting) -> str:
    if posting.reverses_posting_id is not None:
        return "taking back"
    return "in force" if posting.in_force else "taken back"
