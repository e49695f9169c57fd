"""Conclusions of matching and reconciling: derived, reproducible, rebuilt at will."""

from datetime import date
from enum import StrEnum

import msgspec

from edi_engine.findings import Finding
from edi_engine.records.journal import PostingPlan
from edi_engine.records.matching import ClaimId, ClaimPaymentId, RemittanceId
from edi_engine.records.pricing import SilentPpo
from edi_engine.records.timely_payments import TimelyVerdict

__all__ = [
    "DEAD_STATUSES",
    "ClaimAnswers",
    "ClaimMatch",
    "ClaimReconciliation",
    "ClaimStatus",
    "Decision",
    "DecisionKind",
    "LineReconciliation",
    "LineState",
    "MatchCandidate",
    "MatchEvidence",
    "MatchOutcome",
    "ReconciliationIssue",
    "RemitLine",
    "ReversalOutcome",
    "ReversalPair",
    "Verdict",
]


class MatchOutcome(StrEnum):
    """Where a claim payment belongs. Only MATCHED counts; SUGGESTED waits for a person."""

    MATCHED = "matched"
    SUGGESTED = "suggested"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"
    NOT_OURS = "not_ours"


class Verdict(StrEnum):
    """One compared field: the values agree, agree after normalising, differ, or one is missing."""

    EQUAL = "equal"
    SIMILAR = "similar"
    DIFFERENT = "different"
    MISSING = "missing"


class MatchEvidence(msgspec.Struct, frozen=True, gc=False):
    """One field compared: what we billed, what the payer says, and the verdict."""

    field: str
    billed_value: str
    paid_value: str
    verdict: Verdict


class MatchCandidate(msgspec.Struct, frozen=True, gc=False):
    """A claim that was considered: the rule it reached, why it was not (or was) taken."""

    claim_id: ClaimId
    rule: str
    note: str
    evidence: tuple[MatchEvidence, ...]


class ClaimMatch(msgspec.Struct, frozen=True, gc=False):
    """The conclusion about one claim payment.

    `rule` is the ladder's rule name, or "decided" for a person's link, empty when nothing was
    reached. `payer_sequence` is 1, 2, 3: as which payer the payment was adjudicated. `claim_id` is
    None unless the outcome is MATCHED or SUGGESTED. `evidence` compares with `claim_id`;
    `candidates` are the claims a person may choose among, best first: beside the one it is matched
    to, but with the one that is suggested. `reason` is a sentence for the biller.
    """

    claim_payment_id: ClaimPaymentId
    outcome: MatchOutcome
    claim_id: ClaimId | None
    rule: str
    payer_sequence: int
    reason: str
    evidence: tuple[MatchEvidence, ...] = ()
    candidates: tuple[MatchCandidate, ...] = ()


class DecisionKind(StrEnum):
    """What a person may decide about a claim payment: where it belongs (LINK, UNLINK), or
    whether it posts (ACCEPT in spite of the gate, REJECT although the gate lets it)."""

    LINK = "link"
    UNLINK = "unlink"
    ACCEPT = "accept"
    REJECT = "reject"

    @property
    def is_about_place(self) -> bool:
        """Whether it says where a payment belongs."""
        return self in {DecisionKind.LINK, DecisionKind.UNLINK}


class Decision(msgspec.Struct, frozen=True, gc=False):
    """A person's standing decision: sticky, outranks the ladder.

    LINK puts the payment on `claim_id`. UNLINK keeps it off `claim_id` (None: off every claim).
    ACCEPT and REJECT have no claim.
    """

    decision_id: int
    kind: DecisionKind
    claim_payment_id: ClaimPaymentId
    claim_id: ClaimId | None
    decided_by: str
    note: str = ""


class ReversalOutcome(StrEnum):
    """How a reversal (CLP02 22) pairs with what it undoes. Source: domain 4.3."""

    EXACT = "exact"
    AMOUNTS_DIFFER = "amounts_differ"
    PARTIAL_LINES = "partial_lines"
    INCOMPLETE = "incomplete"
    ORPHAN = "orphan"
    NOT_NEGATIVE = "not_negative"


class ReversalPair(msgspec.Struct, frozen=True, gc=False):
    """A reversal and the payment it undoes (None for an orphan).

    `correction_id` is the payment that follows, None while it is awaited. `differences` are
    sentences naming the buckets that do not cancel.
    """

    reversal_id: ClaimPaymentId
    original_id: ClaimPaymentId | None
    correction_id: ClaimPaymentId | None
    outcome: ReversalOutcome
    differences: tuple[str, ...] = ()


class LineState(StrEnum):
    """State of a billed line for one payer. Source: design, datasets."""

    UNANSWERED = "unanswered"
    PAID = "paid"
    UNDERPAID = "underpaid"
    OVERPAID = "overpaid"
    DENIED = "denied"
    PATIENT = "patient"
    BUNDLED = "bundled"
    ZERO_CHARGE = "zero_charge"
    REVERSED = "reversed"


class RemitLine(msgspec.Struct, frozen=True, gc=False):
    """A line payment that answers a billed line, and the line ladder's rule that said so.

    `line_ordinal` 0 is the claim level of the payment (no SVC).
    """

    claim_payment_id: ClaimPaymentId
    line_ordinal: int
    rule: str


class LineReconciliation(msgspec.Struct, frozen=True, gc=False):
    """A billed line as one payer answered it, net of reversals, in cents.

    charge = paid + contractual + patient_responsibility + denied + other_adjustment for every
    answered line whose payment balances. `line_number` 0 is the claim's own row: money the payer
    gave at claim level or on lines that were never billed, and reversals of what is not in our
    files, which are part of no balance; it exists only when there is some.
    `variance_cents` is expected - allowed, positive when underpaid, None without an expectation
    and where the amounts are but a share of claim-level money.
    `denial_category` says why the line or a part of it was refused, empty when nothing was.
    `recode` is the adjudicated procedure when it is not the billed one. `allocation` says how
    claim-level money came to a line ("pro rata"), empty when the payer answered the line itself.
    """

    claim_id: ClaimId
    line_number: int
    payer_sequence: int
    charge_cents: int
    expected_allowed_cents: int | None
    expected_source: str
    allowed_cents: int
    paid_cents: int
    contractual_cents: int
    patient_responsibility_cents: int
    denied_cents: int
    other_adjustment_cents: int
    variance_cents: int | None
    state: LineState
    denial_category: str
    remit_lines: tuple[RemitLine, ...]
    recode: str
    allocation: str = ""
    denial_codes: tuple[str, ...] = ()
    """What was refused, "CO-50" form with remark codes after a slash, most money first."""
    variance_cause: str = ""
    """Why something else was allowed than expected (`VarianceCause`), empty where nobody knows."""
    variance_words: str = ""


class ClaimStatus(StrEnum):
    """Where a claim stands, from all its payers' answers together."""

    UNANSWERED = "unanswered"
    PAID = "paid"
    PARTIAL = "partial"
    UNDERPAID = "underpaid"
    DENIED = "denied"
    PATIENT = "patient"
    REVERSED = "reversed"
    SUPERSEDED = "superseded"
    VOIDED = "voided"


DEAD_STATUSES = frozenset({ClaimStatus.SUPERSEDED, ClaimStatus.VOIDED})
"""Of claims in whose place another one stands, or none: they count nowhere."""


class ReconciliationIssue(msgspec.Struct, frozen=True, gc=False):
    """Something about a claim, payment, remittance, provider item or deposit that a person settles.

    The worklist makes its items from these. `cause` is a stable name ("denied", "underpaid",
    "missing_line" ...; the worklist's table knows each), `detail` a finer name or empty (the
    denial category). `amount_cents` is what is at stake, never negative. `arose_on` is the date
    the clock starts from, usually the payment date.
    `provider_item_id`, `deposit_id` and `acknowledgment_id` are the provider adjustment, deposit or
    acknowledgment it is about, None for most.
    """

    cause: str
    detail: str
    claim_id: ClaimId | None
    claim_payment_id: ClaimPaymentId | None
    remittance_id: RemittanceId | None
    payer_sequence: int
    amount_cents: int
    arose_on: date | None
    reason: str
    line_numbers: tuple[int, ...] = ()
    provider_item_id: int | None = None
    deposit_id: int | None = None
    acknowledgment_id: int | None = None


class ClaimAnswers(msgspec.Struct, frozen=True, gc=False):
    """When a claim was answered and what of the answer stands, as lists and the dashboard count it.

    `first_on` and `last_on` are the days on which the claim's own payer answered first and last in
    a remittance that is not held; None before it did, without a day, and for a claim that was
    replaced or voided. `latest_on` is the day of the latest answer of any payer, also a held one.
    `is_settled_first` tells that one day's answer settled every line and the claim corrects no
    earlier one. Money is what the own payer refuses and allows less than expected, never negative.
    """

    claim_id: ClaimId
    first_on: date | None
    last_on: date | None
    latest_on: date | None
    is_settled_first: bool
    refused_cents: int
    short_cents: int


class ClaimReconciliation(msgspec.Struct, frozen=True, gc=False):
    """Everything concluded about one claim: its lines, standing, reversals and issues.

    `balance_cents` is what is still owed on the charge: the charge and every entry of `postings`
    on a receivable account. Payer and patient parts add up to it. `postings` plan every payment
    that is matched to the claim; read from the store they are left out, as is `silent_ppo`, the
    signs of somebody else's contract behind a discount (None without any). `look_again_on` is a day
    to come on which a takeback that does not come is late, whatever files arrive. `replaced_by` is
    the claim that stands in the place of a superseded one; read from the store None.
    `timely` is what a contract says of when the claim was paid, None where none does and when
    read from the store. `awaits_payer` is the payer sequence that is to answer for what the one
    before left, `dead_since` the day on which the first of what replaced or voided it was sent;
    both are None where nothing is and when read from the store.
    """

    claim_id: ClaimId
    status: ClaimStatus
    balance_cents: int
    payer_balance_cents: int
    patient_balance_cents: int
    lines: tuple[LineReconciliation, ...]
    reversals: tuple[ReversalPair, ...] = ()
    issues: tuple[ReconciliationIssue, ...] = ()
    findings: tuple[Finding, ...] = ()
    postings: tuple[PostingPlan, ...] = ()
    look_again_on: date | None = None
    replaced_by: ClaimId | None = None
    silent_ppo: SilentPpo | None = None
    timely: TimelyVerdict | None = None
    awaits_payer: int | None = None
    dead_since: date | None = None
