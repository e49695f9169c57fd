"""How long a payer is given, and from which day on its silence is told. Pure.

A payer is given the days in which nine of ten of its claims were done, within a floor and a
ceiling, or the days of the settings while its history is short. The alarm comes on the first
business day after that: on a weekend nobody could ask. Source: domain feature 13, 7.3.
"""

from datetime import date, timedelta
from functools import lru_cache

import msgspec

from edi_engine.dates import BusinessCalendar
from edi_engine.records.lags import NO_LAGS, Lag, LagStage, PayerLags, payer_key_of
from edi_engine.records.lifecycles import LifecycleState, Reception, Silence
from edi_engine.records.matching import BilledClaim
from edi_engine.records.policy import ReconcilePolicy

__all__ = ["Awaited", "SilenceClock"]

_PERCENT = 90
_UNHEARD = frozenset({LifecycleState.SENT, LifecycleState.FILE_ACKNOWLEDGED})
_ROLLED_DAYS_MAX = 31
"""More days off in a row than this are a mistake of the settings; then the day stands."""


class Awaited(msgspec.Struct, frozen=True, gc=False):
    """What is awaited, since when, how many days it is given, and the first day on which it is
    missed; `basis` says where the days come from."""

    silence: Silence
    since: date
    days: int
    silent_from: date
    basis: str


class SilenceClock:
    """The days that payers are given, by policy and history; one for all claims of a run."""

    def __init__(self, policy: ReconcilePolicy, lags: PayerLags = NO_LAGS) -> None:
        self._policy = policy
        self._lags = lags
        self._calendar = policy.calendar
        self._given: dict[tuple[str, LagStage], tuple[int, str]] = {}
        self._files_since = _day(lags.acknowledged_since)
        self._claims_since = _day(lags.claims_acknowledged_since)

    def of_claim(self, claim: BilledClaim, reception: Reception) -> Awaited | None:
        """What is awaited for a claim that no remittance answered; None for a rejected one, and
        where the day of sending is not known."""
        if reception.is_rejected:
            return None
        sent_on = claim.sent_on
        if reception.state is LifecycleState.SENT and reception.since_on is not None:
            sent_on = reception.since_on
        payer = payer_key_of(claim.payer_id, claim.payer_name)
        if reception.state in _UNHEARD and sent_on is not None:
            if self._is_acknowledgment_expected(reception.state, sent_on):
                return self._awaited(
                    Silence.NO_ACKNOWLEDGMENT, sent_on, payer, LagStage.ACKNOWLEDGED
                )
            return self._awaited(Silence.NO_REMITTANCE, sent_on, payer, LagStage.ANSWERED)
        if reception.accepted_on is not None:
            since, stage = reception.accepted_on, LagStage.DECIDED
        elif sent_on is not None:
            since, stage = sent_on, LagStage.ANSWERED
        else:
            return None
        return self._awaited(Silence.NO_REMITTANCE, since, payer, stage)

    def of_next_payer(self, claim: BilledClaim, forwarded_on: date | None) -> Awaited | None:
        """What is awaited for a claim that its payer passed on; None without the day of that."""
        if forwarded_on is None:
            return None
        payer = payer_key_of(claim.payer_id, claim.payer_name)
        return self._awaited(
            Silence.NO_SECONDARY_REMITTANCE, forwarded_on, payer, LagStage.SECONDARY
        )

    def days_given(self, payer_key: str, stage: LagStage) -> tuple[int, str]:
        """Calendar days that a payer is given for a stage, and where they come from, in words."""
        key = payer_key, stage
        if key not in self._given:
            self._given[key] = self._days_given(self._lags.lag(payer_key, stage), stage)
        return self._given[key]

    def payers_given_other_days(self, before: "SilenceClock") -> tuple[str, ...] | None:
        """Payers that are given other days by now than before, for anything; None for all of them,
        when acknowledgments are expected from another day on."""
        since = self._files_since, self._claims_since
        if since != (before._files_since, before._claims_since):
            return None
        keys = {*self._lags.lags, *before._lags.lags}
        return tuple(
            sorted(
                {
                    payer
                    for payer, stage in keys
                    if self.days_given(payer, stage)[0] != before.days_given(payer, stage)[0]
                }
            )
        )

    def _days_given(self, lag: Lag, stage: LagStage) -> tuple[int, str]:
        policy = self._policy
        usual, low, high = {
            LagStage.ACKNOWLEDGED: (
                policy.acknowledgment_days,
                policy.acknowledgment_days_min,
                policy.acknowledgment_days_max,
            ),
            LagStage.SECONDARY: (
                policy.secondary_days,
                policy.response_days_min,
                policy.response_days_max,
            ),
        }.get(stage, (policy.response_days, policy.response_days_min, policy.response_days_max))
        found = lag.percentile(_PERCENT)
        if found is None or lag.count < policy.response_history_min:
            return usual, ""
        days = min(max(found, low), high)
        # No counts: they would make another sentence of the same fact every night.
        if found > days:
            return days, " This payer takes longer in more than one case of ten."
        return days, " By then this payer has done so with nine of ten claims."

    def _is_acknowledgment_expected(self, state: LifecycleState, sent_on: date) -> bool:
        """Whether files of that time were acknowledged at all, and claims of them: an office that
        loads no acknowledgments misses none."""
        since = self._claims_since
        if state is LifecycleState.SENT and self._files_since is not None:
            since = min(self._files_since, since or self._files_since)
        return since is not None and since <= sent_on

    def _awaited(self, silence: Silence, since: date, payer: str, stage: LagStage) -> Awaited:
        days, basis = self.days_given(payer, stage)
        return Awaited(silence, since, days, _alarm_on(since, days, self._calendar), basis)


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


@lru_cache(maxsize=1 << 12)
def _alarm_on(since: date, days: int, calendar: BusinessCalendar) -> date:
    """The first business day after so many days."""
    if (date.max - since).days <= days + _ROLLED_DAYS_MAX:
        return date.max
    first = since + timedelta(days=days + 1)
    found = first
    for _ in range(_ROLLED_DAYS_MAX):
        if calendar.is_business_day(found):
            return found
        found += timedelta(days=1)
    return first
