"""Issues of claims with what their deadlines and the advice on refusals ask of the claim.

Only the claims of one group are looked at, those that share a patient control number: groups are
whole in every batch, so neither its size nor the order of files changes what is found.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from edi_engine.records.claims import ClaimKind
from edi_engine.records.keys import patient_control_number_key
from edi_engine.records.matching import BilledClaim, ClaimId
from edi_engine.records.reconciliation import (
    ClaimReconciliation,
    ClaimStatus,
    LineState,
    ReconciliationIssue,
)
from edi_engine.worklist import ClaimFacts, PlacedIssue

__all__ = ["place_claim_issues"]

_REFUSED = frozenset({"denied", "partially_denied"})


def place_claim_issues(
    claims: Mapping[ClaimId, BilledClaim], conclusions: Sequence[ClaimReconciliation]
) -> list[PlacedIssue]:
    """Every issue of the conclusions, in their order."""
    with_issues = [found for found in conclusions if found.issues]
    relatives = _Relatives(claims, conclusions)
    return [
        _placed(claims[conclusion.claim_id], conclusion, issue, relatives)
        for conclusion in with_issues
        for issue in conclusion.issues
    ]


class _Relatives:
    """Claims by patient control number, with what was concluded about each."""

    def __init__(
        self,
        claims: Mapping[ClaimId, BilledClaim],
        conclusions: Sequence[ClaimReconciliation],
    ) -> None:
        self._by_number: dict[str, list[BilledClaim]] = defaultdict(list)
        for claim in claims.values():
            number = patient_control_number_key(claim.patient_control_number)
            if number:
                self._by_number[number].append(claim)
        self._conclusions = {found.claim_id: found for found in conclusions}

    def of(self, claim: BilledClaim) -> list[BilledClaim]:
        """Those with the number of the claim, itself among them."""
        number = patient_control_number_key(claim.patient_control_number)
        return self._by_number.get(number, [claim])

    def original_of(self, claim: BilledClaim) -> str:
        """What became of another claim that says the same: "paid", "refused" or empty."""
        found = [
            self._conclusions[other.claim_id]
            for other in self.of(claim)
            if other.claim_id != claim.claim_id
            and _says_the_same(other, claim)
            and other.claim_id in self._conclusions
        ]
        if any(sum(line.paid_cents for line in one.lines) > 0 for one in found):
            return "paid"
        return "refused" if any(one.status is ClaimStatus.DENIED for one in found) else ""


def _says_the_same(one: BilledClaim, other: BilledClaim) -> bool:
    return (one.payer_sequence, one.charge_cents, one.service_from, one.subscriber_id) == (
        other.payer_sequence,
        other.charge_cents,
        other.service_from,
        other.subscriber_id,
    )


def _placed(
    claim: BilledClaim,
    conclusion: ClaimReconciliation,
    issue: ReconciliationIssue,
    relatives: _Relatives,
) -> PlacedIssue:
    codes = [
        code
        for line in conclusion.lines
        if line.payer_sequence == issue.payer_sequence
        for code in line.denial_codes
    ]
    return PlacedIssue(
        issue,
        claim.payer_id,
        claim.service_from,
        tuple(dict.fromkeys(codes)),
        _facts(claim, conclusion, issue, relatives),
    )


def _facts(
    claim: BilledClaim,
    conclusion: ClaimReconciliation,
    issue: ReconciliationIssue,
    relatives: _Relatives,
) -> ClaimFacts:
    is_stay = claim.kind is ClaimKind.INSTITUTIONAL and claim.admitted_on is not None
    plain = ClaimFacts(
        group_number=claim.group_number,
        filing_indicator=claim.filing_indicator,
        claim_type=claim.kind.value,
        service_to=claim.service_to,
        discharged_on=claim.service_to if is_stay else None,
        sent_on=claim.sent_on,
    )
    if issue.cause not in _REFUSED:
        return plain
    family = relatives.of(claim)
    return ClaimFacts(
        group_number=plain.group_number,
        filing_indicator=plain.filing_indicator,
        claim_type=plain.claim_type,
        service_to=plain.service_to,
        discharged_on=plain.discharged_on,
        sent_on=plain.sent_on,
        first_sent_on=_first_sent_on(claim, family),
        modifiers=_refused_modifiers(claim, conclusion, issue),
        has_next_payer=any(other.payer_sequence > issue.payer_sequence for other in family)
        or any(other.cause == "secondary_due" for other in conclusion.issues),
        original=relatives.original_of(claim),
    )


def _first_sent_on(claim: BilledClaim, family: Sequence[BilledClaim]) -> date | None:
    """The first sending of the same services to the same payer: a later one proves less."""
    days = [
        other.sent_on
        for other in family
        if other.sent_on is not None
        and (other.payer_id, other.service_from) == (claim.payer_id, claim.service_from)
    ]
    return min(days, default=None)


def _refused_modifiers(
    claim: BilledClaim, conclusion: ClaimReconciliation, issue: ReconciliationIssue
) -> frozenset[str]:
    refused = {
        line.line_number
        for line in conclusion.lines
        if line.payer_sequence == issue.payer_sequence
        and (line.state is LineState.DENIED or line.denied_cents > 0)
    }
    return frozenset(
        modifier
        for line in claim.lines
        if line.line_number in refused
        for modifier in line.modifiers
    )
