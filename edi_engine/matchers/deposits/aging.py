"""What a person must settle about deposits and remittances, and when to look again.

A remittance counts as unpaid only where we could have seen its deposit: from the first day that
loaded bank files tell of, and only once they tell of days after the one it was due on. NACHA files
tell of electronic payments alone. An office that loads no bank files is never asked for deposits,
unless its postings wait for them: then each has to come, or somebody to say why not.
Source: domain feature 26; VistA alarms of 31 and 15 days.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from edi_engine.dates import add_business_days
from edi_engine.money import format_dollars
from edi_engine.records.deposits import (
    AwaitedRemittance,
    BankFormat,
    BankSpan,
    Deposit,
    DepositMatch,
    DepositStatus,
    RemittanceDeposit,
    RemittanceDepositStatus,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ReconciliationIssue

__all__ = [
    "Coverage",
    "deposit_issues",
    "is_overdue",
    "look_again_at_deposit",
    "look_again_at_remittance",
    "remittance_issues",
]

_ELECTRONIC = frozenset({"ACH"})
_LONG = "long_overdue"


class Coverage(msgspec.Struct, frozen=True):
    """The days bank files tell of: for electronic payments, and for all others. A pair of None
    where nothing was loaded."""

    electronic: tuple[date | None, date | None]
    other: tuple[date | None, date | None]

    @classmethod
    def of(cls, spans: Iterable[BankSpan]) -> "Coverage":
        """From the first to the last day of all files together, gaps included."""
        known = list(spans)
        whole = [one for one in known if one.bank_format is not BankFormat.NACHA]
        return cls(_reach(known), _reach(whole))

    def reaches(self, method: str, paid_on: date, due_on: date) -> bool:
        """Whether a deposit of that method would have been seen if it had come when due."""
        first_on, last_on = self.electronic if method.upper() in _ELECTRONIC else self.other
        return first_on is not None and first_on <= paid_on and (last_on or first_on) >= due_on


def _reach(spans: Sequence[BankSpan]) -> tuple[date | None, date | None]:
    first = min((one.first_on for one in spans if one.first_on is not None), default=None)
    last = max((one.last_on for one in spans if one.last_on is not None), default=None)
    return first, last


def look_again_at_deposit(
    match: DepositMatch, deposit: Deposit, policy: ReconcilePolicy, as_of: date
) -> date | None:
    """The next day after `as_of` on which time alone changes what is said, None for never."""
    received_on = deposit.received_on
    if match.status is not DepositStatus.NO_REMITTANCE or received_on is None:
        return None
    return _next_turn(received_on, policy.remittance_days, policy.remittance_alarm_days, as_of)


def look_again_at_remittance(
    found: RemittanceDeposit, remittance: AwaitedRemittance, policy: ReconcilePolicy, as_of: date
) -> date | None:
    """As for deposits."""
    paid_on = remittance.payment_date
    if found.status is not RemittanceDepositStatus.NO_DEPOSIT or paid_on is None:
        return None
    days = policy.deposit_days_for(remittance.payer_id)
    return _next_turn(paid_on, days, policy.deposit_alarm_days, as_of)


def _next_turn(arose_on: date, days: int, alarm_days: int, as_of: date) -> date | None:
    """A day is over only on the one after it."""
    turns = sorted(add_business_days(arose_on, count) for count in (days, alarm_days))
    return next((_next_day(day) for day in turns if day >= as_of), None)


def _next_day(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def is_overdue(
    found: RemittanceDeposit, remittance: AwaitedRemittance, policy: ReconcilePolicy, as_of: date
) -> bool:
    """Whether a remittance's money should have come, seen or not."""
    paid_on = remittance.payment_date
    return (
        found.status is RemittanceDepositStatus.NO_DEPOSIT
        and paid_on is not None
        and as_of > add_business_days(paid_on, policy.deposit_days_for(remittance.payer_id))
    )


def remittance_issues(
    found: RemittanceDeposit,
    remittance: AwaitedRemittance,
    coverage: Coverage,
    policy: ReconcilePolicy,
    as_of: date,
) -> list[ReconciliationIssue]:
    """A remittance whose money should have come."""
    paid_on, cents = remittance.payment_date, remittance.payment_amount_cents
    if paid_on is None or not is_overdue(found, remittance, policy, as_of):
        return []
    due_on = add_business_days(paid_on, policy.deposit_days_for(remittance.payer_id))
    is_covered = coverage.reaches(remittance.method, paid_on, due_on)
    if not is_covered and not policy.posting.waits_for_deposits:
        return []
    if remittance.payer_id in policy.deposits_elsewhere:
        return []
    alarm_on = add_business_days(paid_on, policy.deposit_alarm_days)
    reason = (
        f"{format_dollars(cents or 0)} were due by {due_on.isoformat()} under trace number "
        f"{remittance.trace_number or '(none)'}, and no deposit is it."
    )
    if not is_covered:
        reason += " Its payments wait for it, but no bank file tells of those days: load one."
    return [
        ReconciliationIssue(
            cause="deposit_missing",
            detail=_LONG if as_of > alarm_on else "",
            claim_id=None,
            claim_payment_id=None,
            remittance_id=remittance.remittance_id,
            payer_sequence=1,
            amount_cents=abs(cents or 0),
            arose_on=paid_on,
            reason=reason,
        )
    ]


_AT_ONCE = {
    DepositStatus.AMOUNT_DIFFERS: "deposit_amount_differs",
    DepositStatus.AMBIGUOUS: "deposit_ambiguous",
    DepositStatus.TAKEN_BACK: "deposit_taken_back",
}


def deposit_issues(
    match: DepositMatch, deposit: Deposit, policy: ReconcilePolicy, as_of: date
) -> list[ReconciliationIssue]:
    """A deposit that is not explained, or not wholly."""
    cause, detail = _AT_ONCE.get(match.status, ""), ""
    received_on = deposit.received_on
    if match.status is DepositStatus.NO_REMITTANCE and received_on is not None:
        if as_of <= add_business_days(received_on, policy.remittance_days):
            return []
        cause = "remittance_missing"
        if as_of > add_business_days(received_on, policy.remittance_alarm_days):
            detail = _LONG
    elif match.status is DepositStatus.NO_REMITTANCE:
        cause = "remittance_missing"
    if not cause:
        return []
    amount_cents = abs(deposit.amount_cents)
    if match.difference_cents:
        amount_cents = abs(match.difference_cents)
    day = f" on {received_on.isoformat()}" if received_on is not None else ""
    payer = f" from {deposit.originator_name}" if deposit.originator_name else ""
    shown = f"Deposit {match.deposit_id} of {format_dollars(deposit.amount_cents)}{payer}{day}. "
    return [
        ReconciliationIssue(
            cause=cause,
            detail=detail,
            claim_id=None,
            claim_payment_id=None,
            remittance_id=match.remittance_ids[0] if len(match.remittance_ids) == 1 else None,
            payer_sequence=1,
            amount_cents=amount_cents,
            arose_on=received_on,
            reason=shown + match.reason,
            deposit_id=match.deposit_id,
        )
    ]
