"""What a person must settle about provider adjustments: disputes, broken chains, overdue items.

Nothing here is about a state; states are `provider_items`. Source: domain 4.4, pain 2.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from edi_engine.codes import PlbMeaning
from edi_engine.money import format_cents
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.provider_items import ProviderItem, ProviderItemState
from edi_engine.records.reconciliation import ReconciliationIssue

__all__ = ["provider_issues"]

_NO_STATE = frozenset({ProviderItemState.CLOSED, ProviderItemState.LEDGER})
_TAKEN_BACK = frozenset({PlbMeaning.TAKEBACK.value, PlbMeaning.REFUND.value})
_OF_CLAIMS = frozenset(
    {PlbMeaning.RECOVERY.value, PlbMeaning.OFFSET.value, PlbMeaning.ADJUSTMENT.value}
)


def provider_issues(
    items: Sequence[ProviderItem],
    latest: Mapping[str, date],
    *,
    policy: ReconcilePolicy,
) -> list[ReconciliationIssue]:
    """Issues in the order of the items, at most one of each.

    `latest` is the day of each payer's newest remittance with provider adjustments: an item that
    awaits its opposite is an issue once the payer had `policy.correction_days` to send it. What is
    held raises none here: its remittance does.
    """
    found = []
    for item in items:
        cause = _cause(item)
        if cause is not None and not (_may_wait(item) and _is_early(item, latest, policy)):
            found.append(_issue(item, cause))
    return found


def _cause(item: ProviderItem) -> str | None:
    if item.state is ProviderItemState.LEDGER:
        # Money taken for a claim under a reason that says no more: somebody must say what it is.
        is_taken = item.kind in _OF_CLAIMS and item.amount_cents > 0
        return "provider_adjustment" if is_taken else None
    if item.state is ProviderItemState.CLOSED or not item.open_cents:
        return None
    if item.state is ProviderItemState.UNTRACED and item.open_cents > 0:
        return "takeback_untraced"
    if item.kind in _TAKEN_BACK and item.open_cents > 0 and not item.is_explained:
        return "takeback_without_notice"
    if item.kind == PlbMeaning.ADVANCE.value and item.open_cents < 0:
        return None
    return "provider_adjustment"


def _may_wait(item: ProviderItem) -> bool:
    """Whether a later remittance may settle it without anybody's help."""
    if item.kind == PlbMeaning.FORWARDING.value:
        return item.state is ProviderItemState.OPEN
    return item.is_explained and item.state not in _NO_STATE


def _is_early(item: ProviderItem, latest: Mapping[str, date], policy: ReconcilePolicy) -> bool:
    if item.arose_on is None:
        return False
    newest = latest.get(item.payer_id, item.arose_on)
    return (newest - item.arose_on).days <= policy.correction_days


def _issue(item: ProviderItem, cause: str) -> ReconciliationIssue:
    return ReconciliationIssue(
        cause=cause,
        detail=item.reason_code,
        claim_id=item.traced_claim_id,
        claim_payment_id=None,
        remittance_id=item.remittance_id,
        payer_sequence=1,
        amount_cents=abs(item.open_cents or item.amount_cents),
        arose_on=item.arose_on,
        reason=_reason(item, cause),
        provider_item_id=item.item_id,
    )


def _reason(item: ProviderItem, cause: str) -> str:
    """Payer, reference, amount and claim, and what to ask."""
    under = f"under reference {item.reference}" if item.reference else "without a reference"
    told = f"Provider adjustment {item.reason_code} of payer {item.payer_id} {under}: {item.reason}"
    left = format_cents(abs(item.open_cents))
    if cause == "takeback_untraced":
        return f"{told} Ask for the patient, the date of service and the claim number of {left}."
    if cause == "takeback_without_notice":
        return f"{told} Ask for the notice and the reason of {left}, and dispute it without them."
    return told
