"""The same movement told by files of different kinds: an ACH entry in the morning, a line of the
statement at night.

Where both say the same trace number, the store knows it again. Where one is silent, day, amount,
account, method and payer decide, and only between kinds of files: a statement has every movement of
its account and day, so what another kind of file tells of must be among them. Of each other kind a
deposit repeats at most one, so two alike stay two. A statement that is not whole may lack that very
movement and tell of another: where a remittance is left that this one may pay, the ladder makes it
a person's question (`may_be_its_own`). Source: domain 3.8.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from edi_engine.matchers.deposits.facts import (
    DepositFacts,
    PayerVerdict,
    RemittanceFacts,
    payers_agree,
    traces_contradict,
    within_window,
)
from edi_engine.records.deposits import BankFormat, DepositId

__all__ = ["may_be_its_own", "repeats_of"]

_CHECK = "CHK"
_FORMATS = tuple(BankFormat)


def repeats_of(
    deposits: Iterable[DepositFacts], decided: Collection[DepositId]
) -> dict[DepositId, DepositId]:
    """Deposits that only repeat another one, and which; the one that says more is kept.

    What a person decided about is always kept. The order of the deposits does not matter.
    """
    groups: dict[tuple[date, int], list[DepositFacts]] = defaultdict(list)
    for one in deposits:
        if one.day is not None and one.cents:
            groups[one.day, one.cents].append(one)
    found: dict[DepositId, DepositId] = {}
    for group in groups.values():
        if len({one.bank_format for one in group}) > 1:
            found |= _repeats_in(group, decided)
    return found


def may_be_its_own(repeat: DepositFacts, kept: DepositFacts, remittance: RemittanceFacts) -> bool:
    """Whether what was taken for a repeat may as well be the money of a remittance that nothing
    else pays: amount and days fit, and neither trace number nor payer speaks against it.

    Not where both state the trace number: then they are one.
    """
    if _states_trace(repeat) and _states_trace(kept):
        return False
    return (
        repeat.cents == remittance.cents
        and within_window(remittance.day, repeat.day)
        and (remittance.day or date.max) <= (repeat.day or date.min)
        and not traces_contradict(repeat, remittance)
        and payers_agree(repeat, remittance.payer) is not PayerVerdict.CONTRADICT
        and payers_agree(kept, remittance.payer) is not PayerVerdict.CONTRADICT
    )


def _repeats_in(
    group: Sequence[DepositFacts], decided: Collection[DepositId]
) -> dict[DepositId, DepositId]:
    """Of deposits of one day and amount."""
    found: dict[DepositId, DepositId] = {}
    ordered = sorted(group, key=lambda one: (one.deposit_id not in decided, *_telling(one)))
    for place, kept in enumerate(ordered):
        if kept.deposit_id in found:
            continue
        for bank_format in _FORMATS:
            if bank_format is kept.bank_format:
                continue
            # One that names the same payer before one that names none.
            likely = [
                (verdict is not PayerVerdict.AGREE, later)
                for later, one in enumerate(ordered[place + 1 :], place + 1)
                if one.bank_format is bank_format
                and one.deposit_id not in found
                and one.deposit_id not in decided
                and (verdict := _verdict(kept, one)) is not PayerVerdict.CONTRADICT
            ]
            if likely:
                found[ordered[min(likely)[1]].deposit_id] = kept.deposit_id
    return found


def _telling(one: DepositFacts) -> tuple[bool, int, tuple[str, ...], DepositId]:
    """Those that state a trace number first; then by what the bank says, not by our number."""
    told = one.deposit
    return (
        not _states_trace(one),
        _FORMATS.index(one.bank_format),
        (
            one.trace,
            told.originator_id,
            told.originator_name,
            told.account_last4,
            told.method,
            told.bank_reference,
            told.description,
        ),
        one.deposit_id,
    )


def _states_trace(one: DepositFacts) -> bool:
    return one.deposit.trace_is_stated and bool(one.trace)


def _verdict(first: DepositFacts, second: DepositFacts) -> PayerVerdict:
    """Whether both name the same payer; CONTRADICT when anything says that they are two."""
    one, other = first.deposit, second.deposit
    is_told_apart = (
        (_states_trace(first) and _states_trace(second) and first.trace != second.trace)
        or _differ(one.account_last4, other.account_last4)
        or _differ(one.method, other.method)
        or (_CHECK in {one.method, other.method} and _differ(first.trace, second.trace))
    )
    if is_told_apart:
        return PayerVerdict.CONTRADICT
    told = {payers_agree(first, second.payer), payers_agree(second, first.payer)}
    if PayerVerdict.AGREE in told:
        return PayerVerdict.AGREE
    return PayerVerdict.CONTRADICT if PayerVerdict.CONTRADICT in told else PayerVerdict.UNKNOWN


def _differ(first: str, second: str) -> bool:
    return bool(first and second) and first != second
