"""The truth about the lifecycles of a synthetic practice's claims: events, state, and silence.

It comes from the stories, never from reading files back. States, tiers and silences have the names
of the engine's own enumerations, written out here: the maker shares none of its rules. A state is
how things stand when all files are in; silence depends on the day and is reckoned by `silence_on`.
Source: domain 3.9 to 3.11, 7.3.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from edi_engine.synthetic.truth import ClaimKey

__all__ = [
    "STATES",
    "EventTruth",
    "LifeTruth",
    "LifecycleTruth",
    "RejectionTruth",
    "SilenceRule",
    "ordered_events",
    "response_days",
    "silence_on",
]

STATES = frozenset({
    "sent", "file_acknowledged", "clearinghouse_accepted", "payer_received", "payer_accepted",
    "rejected", "adjudicated", "next_payer", "patient", "closed", "superseded", "voided",
    "reversed",
})  # fmt: skip


class EventTruth(msgspec.Struct, frozen=True, gc=False):
    """One thing that happened to a claim. Events of a claim are in order of day and tier.

    `source`: sender, interchange (TA1), set (999 or 997), clearinghouse, payer, inquiry (277),
    remittance. `outcome`: sent, sent_again, accepted, accepted_with_errors, forwarded, received,
    split, rejected, pending, and for remittances paid, patient (all or some is the patient's),
    denied, forwarded_on, reversed. `codes` are those of the file: "R 025" of a TA1, "A7:562:85" of
    an STC.
    `file_name` is where it stands. A claim that was sent in the same file twice is told once.
    """

    happened_on: date
    source: str
    outcome: str
    codes: tuple[str, ...]
    file_name: str


class RejectionTruth(msgspec.Struct, frozen=True, gc=False):
    """Why a claim was rejected, by the planted codes.

    `tier` is file, clearinghouse or payer. For a file `faults` has one
    (segment id, position from ST, element, component, codes, value) per planted fault, element and
    component 0 where the whole is meant, empty for a refused interchange. `codes` as in the event.
    """

    tier: str
    rejected_on: date
    file_name: str
    codes: tuple[str, ...]
    faults: tuple[tuple[str, int, int, int, tuple[str, ...], str], ...] = ()


class LifeTruth(msgspec.Struct, frozen=True, gc=False):
    """One claim as sent, from the file it left in to the money it brought.

    `story` is why, `payer_id` the destination. `state` is one of STATES; `rejected_by` the tier
    when it is rejected, else empty. `waits_for` is what is still to come and since when: what
    silence is about ("acknowledgment", "remittance", "secondary_remittance", or empty).
    `rejections` are all that were said, also when something later outranks them.
    `followed_by` is the claim that took its place, None without one. `payer_number` is REF*1K.
    """

    claim: ClaimKey
    control_number: str
    story: str
    payer_id: str
    sent_on: date
    charge_cents: int
    state: str
    rejected_by: str
    waits_for: str
    waits_since: date | None
    events: tuple[EventTruth, ...]
    rejections: tuple[RejectionTruth, ...]
    followed_by: ClaimKey | None = None
    payer_number: str = ""


class LifecycleTruth(msgspec.Struct, frozen=True):
    """All claims, sorted by key; lags are the days from a payer's acceptance to its payment of each
    claim that it accepted and paid for the first time, by payer, sorted."""

    lives: tuple[LifeTruth, ...]
    lags: tuple[tuple[str, tuple[int, ...]], ...]

    def of_story(self, story: str) -> tuple[LifeTruth, ...]:
        """Claims of that story, in order."""
        return tuple(life for life in self.lives if life.story == story)


class SilenceRule(msgspec.Struct, frozen=True, gc=False):
    """How long is too long. Values as in domain 7.3; the engine's settings may say otherwise.

    A payer is given the `percentile`-th of its own lags, between `days_min` and `days_max`, or
    `days_without_history` with fewer than `history_min` lags. Acknowledgments and secondary
    remittances have days of their own. The alarm comes on the first day after that which is no
    weekend; holidays are not known here.
    """

    percentile: int = 90
    days_min: int = 14
    days_max: int = 45
    days_without_history: int = 30
    history_min: int = 20
    acknowledgment_days: int = 5
    secondary_days: int = 30


def response_days(lags: Sequence[int], rule: SilenceRule) -> int:
    """Days that a payer with these lags is given: the nearest rank of the percentile, clamped."""
    if len(lags) < rule.history_min:
        return rule.days_without_history
    rank = -(-rule.percentile * len(lags) // 100)
    return min(rule.days_max, max(rule.days_min, sorted(lags)[rank - 1]))


def silence_on(
    life: LifeTruth, as_of: date, *, days_of_payers: Mapping[str, int], rule: SilenceRule
) -> str:
    """The silence that a person should hear of on that day, or empty: no_acknowledgment,
    no_remittance, no_secondary_remittance."""
    if not life.waits_for or life.waits_since is None:
        return ""
    days = {
        "acknowledgment": rule.acknowledgment_days,
        "secondary_remittance": rule.secondary_days,
    }.get(life.waits_for, days_of_payers.get(life.payer_id, rule.days_without_history))
    alarm_on = _not_on_weekend(life.waits_since + timedelta(days=days + 1))
    return f"no_{life.waits_for}" if as_of >= alarm_on else ""


def _not_on_weekend(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def ordered_events(events: Iterable[EventTruth]) -> tuple[EventTruth, ...]:
    """Events by day, then from the sender on towards the payer, then as they are given."""
    return tuple(sorted(events, key=lambda event: (event.happened_on, _RANKS[event.source])))


_RANKS = {
    source: rank
    for rank, source in enumerate(
        ("sender", "interchange", "set", "clearinghouse", "payer", "inquiry", "remittance")
    )
}
