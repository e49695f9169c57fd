"""Remittances after their payments were matched: provider adjustments traced and posted.

With them, and what a payment has beyond its parts, the journal holds all of the payment amount:
posted, or in suspense with the reason. Source: design 3.7, domain 3.12 and 4.4.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from edi_engine.jobs.payer_evidence import (
    as_profiled,
    count_remittances,
    unexpected_conflicts,
    with_note,
)
from edi_engine.jobs.reconcile_batch import BatchContext
from edi_engine.jobs.work_changes import refresh_work
from edi_engine.matchers import (
    RemittanceParts,
    post_remittance,
)
from edi_engine.money import format_dollars
from edi_engine.records.journal import PostingRefusal, SubjectKind
from edi_engine.records.matching import RemittanceId
from edi_engine.records.provider_items import ProviderItem
from edi_engine.records.reconciliation import ReconciliationIssue
from edi_engine.records.stored import (
    RemittanceMoney,
    RemittancePosting,
    StoredRemittance,
)
from edi_engine.records.work import WorkEventKind
from edi_engine.store import Reader, Writer
from edi_engine.worklist import PlacedIssue

__all__ = ["reconcile_remittances"]

_IN_TRANSACTION = frozenset({"BAL-0103", "BAL-0104"})
_IN_CLAIMS = frozenset({"BAL-0101", "BAL-0102", "BAL-0108", "BAL-0109"})
"""The findings of equations that fail, whose likeliest answers are told with the work."""

_WORDS = {
    PostingRefusal.UNBALANCED: "on claim payments that do not add up",
    PostingRefusal.DUPLICATE: "held as a repetition",
    PostingRefusal.UNMATCHED: "on no claim of ours",
    PostingRefusal.AMBIGUOUS: "on several possible claims",
    PostingRefusal.SUGGESTED: "on a claim that a person must confirm",
    PostingRefusal.NOT_OURS: "for another practice",
    PostingRefusal.NOT_AN_ANSWER: "on notices that answer nothing",
    PostingRefusal.REJECTED: "rejected by a person",
    PostingRefusal.SEQUENCE_CONFLICT: "of a later payer, waiting for the earlier one",
    PostingRefusal.REVERSAL_NOT_EXACT: "on reversals that undo nothing of ours exactly",
    PostingRefusal.OVER_BALANCE: "beyond what is open on the claims",
    PostingRefusal.OVER_CAP: "with adjustments above the limit",
    PostingRefusal.HOLD_LIST: "with adjustments on the list",
    PostingRefusal.ZERO_PAYMENT: "on answers that pay nothing",
    PostingRefusal.ADJUSTMENT_UNTRACED: "of provider adjustments that are not explained",
    PostingRefusal.DEPOSIT_AWAITED: "not seen at the bank yet",
    PostingRefusal.PAYER_UNKNOWN: "of a payer that no claim of ours names",
    PostingRefusal.DISAGREEMENT: "on claims that differ in more than one thing",
    PostingRefusal.PARTS_DIFFER: "beyond what its parts add up to",
}
"""How a remittance's standing says what waits, after the amount."""


def reconcile_remittances(
    writer: Writer, context: BatchContext, remittance_ids: Collection[int]
) -> Counter[WorkEventKind]:
    """Post what stands beside the claim payments of each of these remittances, and conclude how
    they stand. The queue is the caller's."""
    profiles = context.posting.profiles
    money, notes = as_profiled(writer, profiles, writer.remittance_money(remittance_ids))
    _post(writer, context, money)
    standing = writer.remittance_postings(money)
    writer.write_remittance_standings(
        [with_note(_standing(money[key], standing.get(key, [])), notes) for key in sorted(money)]
    )
    heads = writer.remittances(money)
    count_remittances(writer, heads, money)
    conflicts = unexpected_conflicts(profiles, heads, writer.remittance_conflicts(money))
    issues = [
        issue
        for key in sorted(money)
        for issue in _issues(
            money[key],
            heads[key],
            standing.get(key, []),
            conflicts,
            _answer(writer, money[key]),
        )
    ]
    return refresh_work(
        writer,
        _placed(issues, heads),
        remittance_ids=sorted(money),
        policy=context.policy,
        as_of=context.as_of,
        happened_at=context.happened_at,
        chances=context.chances,
    )


def _post(
    writer: Writer, context: BatchContext, money: Mapping[RemittanceId, RemittanceMoney]
) -> None:
    """Bring the journal in line with these remittances' provider adjustments and their rest."""
    items: dict[RemittanceId, list[ProviderItem]] = {key: [] for key in money}
    for item in writer.provider_items(remittance_ids=money).values():
        items[item.remittance_id].append(item)
    plans = [
        plan for key in sorted(money) for plan in post_remittance(_parts(money[key]), items[key])
    ]
    subjects: dict[SubjectKind, Sequence[int]] = {
        SubjectKind.PROVIDER_ADJUSTMENT: [
            item.item_id for of_remittance in items.values() for item in of_remittance
        ],
        SubjectKind.REMITTANCE: sorted(money),
    }
    writer.post(plans, subjects, posted_on=context.as_of)


def _parts(money: RemittanceMoney) -> RemittanceParts:
    return RemittanceParts(
        money.remittance_id,
        money.payment_amount_cents,
        money.claim_payments_cents,
        money.held,
        money.withdrawn,
    )


def _standing(
    money: RemittanceMoney, postings: Sequence[RemittancePosting]
) -> tuple[int, int, int, str]:
    """(remittance, posted, suspense, why something waits); the sums of what the journal holds."""
    cash = sum(one.cash_cents for one in postings)
    suspense = sum(one.suspense_cents for one in postings)
    if money.held:
        return money.remittance_id, cash - suspense, suspense, f"Held: {money.held}"
    by_refusal: Counter[str] = Counter()
    for one in postings:
        if one.refusal and one.suspense_cents:
            by_refusal[one.refusal] += one.suspense_cents
    text = "; ".join(
        f"{format_dollars(cents)} {_WORDS[PostingRefusal(refusal)]}"
        for refusal, cents in sorted(by_refusal.items())
    )
    return money.remittance_id, cash - suspense, suspense, f"{text}." if text else ""


def _total_cents(money: RemittanceMoney) -> int:
    """What its claims and provider adjustments add up to."""
    sign = -1 if money.balance_sign == "inverted" else 1
    return money.claim_payments_cents - sign * money.provider_adjustments_cents


def _issues(
    money: RemittanceMoney,
    head: StoredRemittance,
    postings: Sequence[RemittancePosting],
    conflicts: Mapping[int, str],
    answer: str,
) -> list[ReconciliationIssue]:
    """What a person must settle about a remittance as a whole."""
    parts_cents = _total_cents(money)
    total_cents = parts_cents
    if money.payment_amount_cents is not None:
        total_cents = money.payment_amount_cents
    if money.withdrawn:
        return []  # a person said so, there is nothing to compare
    if money.held:
        return [_issue("duplicate_remittance", head, abs(total_cents), money.held)]
    issues: list[ReconciliationIssue] = []
    if money.remittance_id in conflicts:
        reason = conflicts[money.remittance_id]
        issues.append(_issue("conflicting_remittance", head, abs(total_cents), reason))
    if money.balanced is False:
        if money.balance_sign == "inverted":
            # The parts are placed with the sign that balances; what fails is the file's own.
            parts_cents -= 2 * money.provider_adjustments_cents
        difference_cents = abs(total_cents - parts_cents)
        reason = "Amounts inside its claims do not add up; its findings say which."
        if difference_cents:
            reason = (
                f"The payment is {format_dollars(total_cents)}, but its claims and adjustments add"
                f" up to {format_dollars(parts_cents)}: {format_dollars(difference_cents)} off."
            )
        reason += answer
        at_risk = difference_cents or abs(_waiting_cents(postings, PostingRefusal.UNBALANCED))
        issues.append(_issue("unbalanced_remittance", head, at_risk, reason))
    unknown = [one for one in postings if one.refusal == PostingRefusal.PAYER_UNKNOWN]
    if unknown:
        count = sum(one.count for one in unknown)
        reason = (
            f"No claim of ours names the payer {head.payer_name or head.payer_id}:"
            f" {count} claim payment{'s' * (count > 1)} of it wait."
        )
        at_risk = abs(_waiting_cents(postings, PostingRefusal.PAYER_UNKNOWN))
        issues.append(_issue("payer_unknown", head, at_risk, reason))
    return issues


def _waiting_cents(postings: Iterable[RemittancePosting], refusal: PostingRefusal) -> int:
    return sum(one.suspense_cents for one in postings if one.refusal == refusal)


def _answer(reader: Reader, money: RemittanceMoney) -> str:
    """What would balance the remittance, in words to follow the reason; empty if nothing is known.

    An edit of the transaction is told before one of a claim: it may repair both.
    """
    if money.balanced is not False or money.held:
        return ""
    key = money.remittance_id
    for codes, subject in ((_IN_TRANSACTION, "It balances"), (_IN_CLAIMS, "A claim balances")):
        found = reader.balancing_answers(codes, [key]).get(key)
        if found is not None:
            return (
                f" {subject} if {found.words} ({found.element}, segment {found.segment_ordinal})."
            )
    return ""


def _issue(
    cause: str, head: StoredRemittance, amount_cents: int, reason: str
) -> ReconciliationIssue:
    return ReconciliationIssue(
        cause=cause,
        detail="",
        claim_id=None,
        claim_payment_id=None,
        remittance_id=head.remittance_id,
        payer_sequence=1,
        amount_cents=amount_cents,
        arose_on=head.payment_date or head.production_date,
        reason=reason,
    )


def _placed(
    issues: Iterable[ReconciliationIssue], heads: Mapping[RemittanceId, StoredRemittance]
) -> list[PlacedIssue]:
    return [
        PlacedIssue(issue, heads[issue.remittance_id].payer_id if issue.remittance_id else "")
        for issue in issues
    ]
