"""How long payers take, from what they took before. Days are calendar days."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

__all__ = ["LAG_DAYS_MAX", "NO_LAGS", "Lag", "LagStage", "PayerLags", "payer_key_of"]

LAG_DAYS_MAX = 366
"""Longer ones count as this: after a year nobody waits."""


class LagStage(StrEnum):
    """What is measured. ACKNOWLEDGED, ACCEPTED and ANSWERED from the day of sending to the first
    word, the accept and the remittance; DECIDED from the accept to the remittance; SECONDARY from
    the remittance that passed the claim on to the next payer's."""

    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    DECIDED = "decided"
    SECONDARY = "secondary"


def payer_key_of(payer_id: str, payer_name: str = "") -> str:
    """By what a payer's lags are kept: its identifier, else its name, in upper case."""
    return (payer_id or payer_name).strip().upper()


class Lag(msgspec.Struct, frozen=True, gc=False):
    """So many claims took so many days: (days, claims), days rising, no claims_count of zero."""

    days: tuple[tuple[int, int], ...] = ()

    @property
    def count(self) -> int:
        """How many claims."""
        return sum(count for _, count in self.days)

    @property
    def median(self) -> int | None:
        """The least number of days in which at least half were done; None without any."""
        return self.percentile(50)

    def percentile(self, percent: int) -> int | None:
        """The least number of days in which at least so many of a hundred were done."""
        total = self.count
        needed = -(-total * percent // 100)
        reached = 0
        for days, count in self.days:
            reached += count
            if total and reached >= needed:
                return days
        return None

    def within(self, days_max: int) -> int:
        """How many took at most so many days."""
        return sum(count for days, count in self.days if days <= days_max)


NO_LAG = Lag()


class PayerLags(msgspec.Struct, frozen=True):
    """Lags by payer and stage. `acknowledged_since` is the ordinal of the first day on which we
    sent something that anybody acknowledged, `claims_acknowledged_since` of which anybody said
    something of a claim; None where nobody ever did: then none is missed, for this office loads
    none."""

    lags: Mapping[tuple[str, LagStage], Lag] = {}
    acknowledged_since: int | None = None
    claims_acknowledged_since: int | None = None

    def lag(self, payer_key: str, stage: LagStage) -> Lag:
        """What is known of a payer's stage; without any claim where nothing is."""
        return self.lags.get((payer_key, stage), NO_LAG)

    @staticmethod
    def of(
        rows: Iterable[tuple[str, str, int, int]],
        acknowledged_since: int | None = None,
        claims_acknowledged_since: int | None = None,
    ) -> "PayerLags":
        """From (payer key, stage, days, claims) in any order."""
        gathered: dict[tuple[str, LagStage], list[tuple[int, int]]] = {}
        for payer_key, stage, days, count in rows:
            if count > 0:
                gathered.setdefault((payer_key, LagStage(stage)), []).append((days, count))
        return PayerLags(
            {key: Lag(tuple(sorted(found))) for key, found in gathered.items()},
            acknowledged_since,
            claims_acknowledged_since,
        )


NO_LAGS = PayerLags()
