"""The journal: what every cent of a remittance became, in double entry.

Cents are positive for a debit and negative for a credit, so cash that arrived is positive and what
it settles on a claim is negative. The entries of a posting sum to zero. A claim's own charge is no
entry: its balance is its charge plus all entries on accounts that `is_receivable`. Source: design
3.7; docs/LEDGER.md.
"""

from datetime import date
from enum import StrEnum
from functools import lru_cache

import msgspec

from edi_engine.records.matching import ClaimId, RemittanceId

__all__ = [
    "CASH",
    "CONTRACTUAL",
    "INTEREST",
    "OTHER_ADJUSTMENT",
    "PROVIDER_LEVEL",
    "REBILLED",
    "RECEIVABLE_DENIED",
    "RECEIVABLE_PATIENT",
    "REFUNDS",
    "SUSPENSE",
    "JournalEntry",
    "PostingPlan",
    "PostingRefusal",
    "StoredPosting",
    "SubjectKind",
    "is_receivable",
    "receivable_payer",
]

CASH = "cash"
"""What the payer sent: over a remittance it sums to BPR02."""
CONTRACTUAL = "contractual"
"""Written off by agreement (CO 45 and its like)."""
OTHER_ADJUSTMENT = "other_adjustment"
"""Settled elsewhere or by law: sequestration, taxes, bundled, capitated."""
SUSPENSE = "suspense"
"""Money without a place yet; its posting says why. Negative: it came in and waits."""
PROVIDER_LEVEL = "provider_level"
"""Provider adjustments (PLB) that are explained: takebacks, forwarding balances, withholding."""
INTEREST = "interest"
"""Interest and penalties the payer paid (negative: income) or took."""
REFUNDS = "refunds"
"""Money we sent back to the payer by cheque, offset in a remittance (PLB 72)."""
REBILLED = "rebilled"
"""Part of a charge that stands on another claim of ours: a replacement, or the next payer's."""
RECEIVABLE_PATIENT = "receivable_patient"
RECEIVABLE_DENIED = "receivable_denied"
"""Refused by the payer, still open: nobody has written it off."""

_RECEIVABLE = "receivable_"
_ACCOUNTS_REMEMBERED_MAX = 64
"""Every entry asks for its account, and there are about a dozen."""


@lru_cache(maxsize=_ACCOUNTS_REMEMBERED_MAX)
def receivable_payer(payer_sequence: int) -> str:
    """The account of what the first, second, third ... payer owes."""
    return f"{_RECEIVABLE}payer_{payer_sequence}"


@lru_cache(maxsize=_ACCOUNTS_REMEMBERED_MAX)
def is_receivable(account: str) -> bool:
    """Whether entries on the account change what is owed on a claim."""
    return account.startswith(_RECEIVABLE)


class SubjectKind(StrEnum):
    """What a posting is about. REMITTANCE is what a payment has beyond its parts, CLAIM the part
    of a charge that stands on another claim."""

    PAYMENT = "payment"
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    REMITTANCE = "remittance"
    CLAIM = "claim"


class PostingRefusal(StrEnum):
    """Why money waits in suspense, in the order the gate asks. Source: domain 4.6.

    A payment on a claim that we voided before it is SUGGESTED: matching holds it back.
    """

    UNBALANCED = "unbalanced"
    DUPLICATE = "duplicate"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    SUGGESTED = "suggested"
    NOT_OURS = "not_ours"
    NOT_AN_ANSWER = "not_an_answer"
    REJECTED = "rejected"
    SEQUENCE_CONFLICT = "sequence_conflict"
    REVERSAL_NOT_EXACT = "reversal_not_exact"
    OVER_BALANCE = "over_balance"
    OVER_CAP = "over_cap"
    HOLD_LIST = "hold_list"
    ZERO_PAYMENT = "zero_payment"
    ADJUSTMENT_UNTRACED = "adjustment_untraced"
    DEPOSIT_AWAITED = "deposit_awaited"
    PAYER_UNKNOWN = "payer_unknown"
    DISAGREEMENT = "disagreement"
    PARTS_DIFFER = "parts_differ"


class JournalEntry(msgspec.Struct, frozen=True, gc=False):
    """One side of a posting. `line_number` is the billed line, 0 for the claim as a whole;
    `line_ordinal` the line payment that says so, 0 for the claim payment itself."""

    account: str
    amount_cents: int
    claim_id: ClaimId | None = None
    line_number: int = 0
    line_ordinal: int = 0


class PostingPlan(msgspec.Struct, frozen=True, gc=False):
    """What a subject should stand as in the journal. Entries sum to zero, none is zero.

    `refusal` is empty when it posts; otherwise its money is in suspense, and `reason` says why and
    what helps. A posting may have a reason without a refusal: what was capped, what was moved.
    """

    subject_kind: SubjectKind
    subject_id: int
    remittance_id: RemittanceId | None
    claim_id: ClaimId | None
    entries: tuple[JournalEntry, ...]
    refusal: str = ""
    reason: str = ""

    @property
    def cash_cents(self) -> int:
        """What the subject adds to the remittance's cash."""
        return self.on(CASH)

    @property
    def suspense_cents(self) -> int:
        """Money that waits, positive when it came in."""
        return -self.on(SUSPENSE)

    def on(self, account: str) -> int:
        """Sum of the entries on an account, in cents."""
        return sum([each.amount_cents for each in self.entries if each.account == account])


class StoredPosting(msgspec.Struct, frozen=True, gc=False):
    """A posting in the journal, with its entries. `reverses_posting_id` names the one it takes
    back; `in_force` says whether it stands."""

    posting_id: int
    plan: PostingPlan
    posted_on: date
    in_force: bool
    reverses_posting_id: int | None
