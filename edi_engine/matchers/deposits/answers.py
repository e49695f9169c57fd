"""Conclusions in words: why a deposit belongs where it does, or why nobody can say."""

from collections.abc import Collection, Iterable, Sequence

from edi_engine.matchers.deposits.facts import (
    DepositFacts,
    PayerKeys,
    PayerVerdict,
    RemittanceFacts,
    payers_agree,
)
from edi_engine.money import format_cents, format_dollars
from edi_engine.records.deposits import (
    DepositEvidence,
    DepositId,
    DepositMatch,
    DepositStatus,
    RemittanceDeposit,
    RemittanceDepositStatus,
)
from edi_engine.records.matching import DECIDED_RULE, RemittanceId

__all__ = [
    "deposit_match",
    "left_over_deposit",
    "remittance_deposit",
    "repeated_deposit",
    "unlooked_deposit",
    "zero_pay",
]

_CANDIDATES_SHOWN_MAX = 10
"""As for claims: a person does not choose among more."""

_LESS_ADJUSTMENTS = "trace_less_adjustments"
_REASONS = {
    DECIDED_RULE: "A person put them together.",
    "trace_originator_amount": "Trace number, payer and amount agree.",
    "trace_amount": "Trace number and amount agree.",
    "trace_adds_up": "All that came under this trace number adds up.",
    "amount_payer_date": "Amount, payer and day agree, and nothing else would fit.",
    "bundle": "{theirs} remittances of this payer add up to it, and no other choice does.",
    "split": "{ours} deposits of this payer add up to the remittance, and no other choice does.",
    "trace_only": "The trace number agrees.",
}


def deposit_match(
    rule: str,
    deposit: DepositFacts,
    ours: Sequence[DepositFacts],
    theirs: Sequence[RemittanceFacts],
) -> DepositMatch:
    """A deposit that a rule put to remittances, with all deposits of the same answer."""
    difference_cents = _difference_cents(ours, theirs)
    status = DepositStatus.AMOUNT_DIFFERS
    if difference_cents == 0 or rule == _LESS_ADJUSTMENTS:
        status = DepositStatus.MATCHED
    return DepositMatch(
        deposit_id=deposit.deposit_id,
        status=status,
        remittance_ids=tuple(sorted(one.remittance_id for one in theirs)),
        rule=rule,
        difference_cents=difference_cents,
        reason=_reason(rule, ours, theirs, difference_cents),
        evidence=_evidence(deposit, ours, theirs),
    )


def remittance_deposit(
    rule: str,
    remittance: RemittanceFacts,
    ours: Sequence[DepositFacts],
    theirs: Sequence[RemittanceFacts],
    *,
    ties: Collection[DepositId] = (),
) -> RemittanceDeposit:
    """A remittance that a rule put to deposits; without a rule one that waits for its deposit."""
    if not rule:
        tied = f"{len(ties)} deposits may be it." if len(ties) > 1 else "Another fits its deposit."
        return RemittanceDeposit(
            remittance_id=remittance.remittance_id,
            status=RemittanceDepositStatus.AMBIGUOUS
            if ties
            else RemittanceDepositStatus.NO_DEPOSIT,
            reason=tied if ties else "No deposit has its trace number, nor its payer and amount.",
            candidates=tuple(sorted(ties)[:_CANDIDATES_SHOWN_MAX]),
        )
    difference_cents = _difference_cents(ours, theirs)
    status = RemittanceDepositStatus.AMOUNT_DIFFERS
    if difference_cents == 0 or rule == _LESS_ADJUSTMENTS:
        status = RemittanceDepositStatus.MATCHED
    return RemittanceDeposit(
        remittance_id=remittance.remittance_id,
        status=status,
        deposit_ids=tuple(sorted(one.deposit_id for one in ours)),
        rule=rule,
        difference_cents=difference_cents,
        reason=_reason(rule, ours, theirs, difference_cents),
    )


def zero_pay(remittance: RemittanceFacts) -> RemittanceDeposit:
    """A remittance that no deposit ever comes for."""
    cents = remittance.cents
    if cents is not None and cents < 0:
        reason = "The payer says we owe it money; no deposit comes."
    elif cents:
        reason = "The payer says that no payment is made (NON)."
    else:
        reason = "It pays nothing."
    return RemittanceDeposit(
        remittance.remittance_id, RemittanceDepositStatus.ZERO_PAY, reason=reason
    )


def repeated_deposit(deposit: DepositFacts, kept_id: DepositId) -> DepositMatch:
    """A movement that another kind of bank file tells of too."""
    reason = f"Another bank file tells of the same movement as deposit {kept_id}."
    return DepositMatch(deposit.deposit_id, DepositStatus.REPEATED, reason=reason)


def unlooked_deposit(deposit: DepositFacts, known_payers: PayerKeys) -> DepositMatch:
    """A deposit of nothing, money that left, or one that a person keeps off every remittance."""
    if deposit.cents == 0:
        return DepositMatch(deposit.deposit_id, DepositStatus.NO_MONEY, reason="It moves nothing.")
    if deposit.cents > 0:
        reason = "A person says that no remittance belongs to it."
        return DepositMatch(
            deposit.deposit_id, DepositStatus.OTHER_MONEY, rule=DECIDED_RULE, reason=reason
        )
    if not _comes_from_a_payer(deposit, known_payers):
        reason = "Money left the account, and nothing says that a payer took it."
        return DepositMatch(deposit.deposit_id, DepositStatus.OTHER_MONEY, reason=reason)
    reason = f"A payer took {format_dollars(-deposit.cents)} back from the account."
    return DepositMatch(deposit.deposit_id, DepositStatus.TAKEN_BACK, reason=reason)


def left_over_deposit(
    deposit: DepositFacts, ties: Collection[RemittanceId], note: str, known_payers: PayerKeys
) -> DepositMatch:
    """A deposit that no rule could place."""
    candidates = tuple(sorted(ties)[:_CANDIDATES_SHOWN_MAX])
    if ties:
        reason = note or f"{len(ties)} remittances may be it, or another deposit fits them too."
        status = DepositStatus.AMBIGUOUS
    elif _comes_from_a_payer(deposit, known_payers):
        reason = "It comes from a payer, but no remittance explains it."
        status = DepositStatus.NO_REMITTANCE
    else:
        reason = "Nothing says that it comes from a payer."
        status = DepositStatus.OTHER_MONEY
    return DepositMatch(deposit.deposit_id, status, reason=reason, candidates=candidates)


def _comes_from_a_payer(deposit: DepositFacts, known_payers: PayerKeys) -> bool:
    return (
        deposit.names_a_claim_payment or payers_agree(deposit, known_payers) is PayerVerdict.AGREE
    )


def _difference_cents(
    ours: Sequence[DepositFacts], theirs: Sequence[RemittanceFacts]
) -> int | None:
    """What came less what was announced; None when an announced amount is unreadable."""
    announced = [one.cents for one in theirs]
    if None in announced:
        return None
    return sum(one.cents for one in ours) - sum(one or 0 for one in announced)


def _reason(
    rule: str,
    ours: Sequence[DepositFacts],
    theirs: Sequence[RemittanceFacts],
    difference_cents: int | None,
) -> str:
    adjusted_cents = sum(one.remittance.provider_adjustments_cents for one in theirs)
    if rule == _LESS_ADJUSTMENTS:
        return (
            "The trace number agrees, and the deposit is the payment amount less the provider "
            f"adjustments of {format_dollars(adjusted_cents)}: the payer did not take them off in "
            "the payment amount."
        )
    words = _REASONS[rule].format(ours=len(ours), theirs=len(theirs))
    if difference_cents is None:
        return f"{words} The payment amount cannot be read, so it cannot be compared."
    if difference_cents == 0:
        return words
    direction = "LESS" if difference_cents < 0 else "GREATER"
    words += (
        f" The deposit is {direction} than the payment amount by "
        f"{format_dollars(abs(difference_cents))}."
    )
    if adjusted_cents:
        words += (
            f" Provider adjustments of {format_dollars(adjusted_cents)} are in the payment amount "
            "already."
        )
    return words


def _evidence(
    deposit: DepositFacts, ours: Sequence[DepositFacts], theirs: Sequence[RemittanceFacts]
) -> tuple[DepositEvidence, ...]:
    one = deposit.deposit
    remittances = [found.remittance for found in theirs]
    announced = [found.cents for found in theirs]
    came_cents = sum(found.cents for found in ours)
    known = None not in announced
    sum_cents = sum(cents or 0 for cents in announced)
    days = sorted({found.day for found in theirs if found.day is not None})
    payer_agrees = all(payers_agree(deposit, found.payer) is PayerVerdict.AGREE for found in theirs)
    return (
        DepositEvidence(
            "trace_number",
            one.trace_number,
            _listed(found.trace_number for found in remittances),
            bool(deposit.trace) and all(found.trace == deposit.trace for found in theirs),
        ),
        DepositEvidence(
            "payer",
            " ".join(filter(None, (one.originator_name, one.originator_id))),
            _listed(
                " ".join(filter(None, (found.payer_name, found.originator_id)))
                for found in remittances
            ),
            payer_agrees,
        ),
        DepositEvidence(
            "amount",
            format_cents(came_cents),
            format_cents(sum_cents) if known else "",
            known and came_cents == sum_cents,
        ),
        DepositEvidence(
            "day",
            one.received_on.isoformat() if one.received_on is not None else "",
            _listed(day.isoformat() for day in days),
            days == [one.received_on],
        ),
    )


def _listed(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(value for value in values if value))
