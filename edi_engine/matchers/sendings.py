"""Sendings of one claim: the same claim sent again unchanged, before or after it was answered.

To the biller they are one claim. Told from two visits that merely look alike, which are sent in one
run: sendings have different days, or the same line control numbers. Source: domain 4.1 (equal
patient control numbers in our own 837) and MATCHING, resends.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from edi_engine.dates import ranges_overlap
from edi_engine.matchers.candidates import LINE_CONTROL_NUMBER_LENGTH_MIN
from edi_engine.matchers.facts import REPLACEMENT, VOID, identifier_key, name_words, number_key
from edi_engine.records.keys import control_number_key, member_key
from edi_engine.records.lifecycles import NOT_RECEIVED, Reception
from edi_engine.records.matching import BilledClaim, ClaimId
from edi_engine.records.reconciliation import ClaimStatus

__all__ = [
    "AnsweredSending",
    "SendingMemory",
    "in_order_of_sending",
    "is_sent_in_place_of",
    "is_version",
    "sending_that_counts",
]

_VERSIONS = frozenset({REPLACEMENT, VOID})
"""Frequency codes of claims that say themselves what they replace or void."""


def is_version(claim: BilledClaim) -> bool:
    """Whether it says itself that it replaces or voids another claim."""
    return claim.frequency_code in _VERSIONS


class SendingMemory:
    """What was found out about the claims of one group, so that nothing is asked twice: a number
    may stand on thousands of equal claims."""

    def __init__(self) -> None:
        self.answered: dict[ClaimId, AnsweredSending] = {}
        """How the own answers of a claim left it, whoever asks."""
        self.dead: dict[tuple[ClaimId, frozenset[ClaimId]], bool] = {}
        """Whether a version among these claims replaced or voided it."""
        self.payer_numbers: dict[ClaimId, frozenset[str]] = {}
        """Keys of the payer claim control numbers of its answers."""
        self.receptions: Mapping[ClaimId, Reception] = {}
        """How the claims were received, as far as anybody said."""
        self._keys: dict[ClaimId, int] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._numbered: dict[ClaimId, list[str] | None] = {}
        self._groups: dict[tuple[ClaimId, ...], bool] = {}

    def reception_of(self, claim: BilledClaim) -> Reception:
        """How a claim was received."""
        return self.receptions.get(claim.claim_id, NOT_RECEIVED)

    def is_sent_again(self, claim: BilledClaim, other: BilledClaim) -> bool:
        """Whether both are sendings of one claim; the same either way round.

        Nothing a payer answers by may differ: number, payer, patient, providers, days, charge,
        lines. Line control numbers may, when the days of sending do: many programs count lines
        anew. Versions (frequencies 7 and 8) are sendings of nothing but themselves.
        """
        if self._key(claim) != self._key(other):
            return False
        if _days_differ(claim, other):
            return True
        ours = self._line_numbers(claim)
        return ours is not None and ours == self._line_numbers(other)

    def are_sendings_of_one_claim(self, claims: Sequence[BilledClaim]) -> bool:
        """Whether there are several, and each is a sending of the same claim as every other."""
        if len(claims) < 2 or len({self._key(claim) for claim in claims}) > 1:
            return False
        group = tuple(claim.claim_id for claim in claims)
        if group not in self._groups:
            self._groups[group] = self._are_told_apart_as_sendings(claims)
        return self._groups[group]

    def _are_told_apart_as_sendings(self, claims: Sequence[BilledClaim]) -> bool:
        """Whether any two of these equal claims were sent on different days, or have the same line
        control numbers; without holding each against each."""
        days = Counter(claim.sent_on for claim in claims)
        twins = [claim for claim in claims if days[None] or days[claim.sent_on] > 1]
        if any(self._line_numbers(claim) is None for claim in twins):
            return False
        by_day: dict[date | None, set[tuple[str, ...]]] = {}
        for claim in twins:
            day = None if days[None] else claim.sent_on
            by_day.setdefault(day, set()).add(tuple(self._line_numbers(claim) or ()))
        return all(len(numbers) == 1 for numbers in by_day.values())

    def may_be_sendings(self, claims: Iterable[BilledClaim]) -> list[list[BilledClaim]]:
        """The claims in parts, so that no two of different parts are sendings of one claim."""
        parts: dict[int, list[BilledClaim]] = {}
        for claim in claims:
            parts.setdefault(self._key(claim), []).append(claim)
        return [each for part in parts.values() for each in self._by_numbers(part)]

    def _by_numbers(self, claims: list[BilledClaim]) -> list[list[BilledClaim]]:
        """Equal claims of one day are told by their line control numbers."""
        if len({claim.sent_on for claim in claims} - {None}) > 1:
            return [claims]
        parts: dict[object, list[BilledClaim]] = {}
        for claim in claims:
            numbers = self._line_numbers(claim)
            own = claim.claim_id if numbers is None else tuple(numbers)
            parts.setdefault(own, []).append(claim)
        return list(parts.values())

    def _key(self, claim: BilledClaim) -> int:
        """One number for all claims of equal content; a number of its own for each version."""
        if claim.claim_id not in self._keys:
            content: tuple[object, ...] = (
                claim.charge_cents,
                _content(claim),
                frozenset(_lines(claim).items()),
            )
            if is_version(claim):
                content = (claim.claim_id,)
            self._keys[claim.claim_id] = self._numbers.setdefault(content, len(self._numbers))
        return self._keys[claim.claim_id]

    def _line_numbers(self, claim: BilledClaim) -> list[str] | None:
        """The line control numbers; None when there are none or one may be a mere position."""
        if claim.claim_id not in self._numbered:
            numbers = _line_numbers(claim)
            mean_something = bool(numbers) and all(
                len(number) >= LINE_CONTROL_NUMBER_LENGTH_MIN for number in numbers
            )
            self._numbered[claim.claim_id] = numbers if mean_something else None
        return self._numbered[claim.claim_id]


def is_sent_in_place_of(one: BilledClaim, rejected: BilledClaim) -> bool:
    """Whether a claim takes up one that was rejected: the same number as it is written, patient,
    payer sequence and days that meet, sent after it, whatever was corrected in it."""
    if number_key(one.patient_control_number) != number_key(rejected.patient_control_number):
        return False
    if not number_key(one.patient_control_number) or one.frequency_code == VOID:
        return False
    order = [(each.sent_on or date.min, each.claim_id) for each in (rejected, one)]
    return (
        order[0] < order[1]
        and one.payer_sequence == rejected.payer_sequence
        and _is_same_patient(one, rejected)
        and _days_meet(one, rejected)
    )


def _is_same_patient(one: BilledClaim, other: BilledClaim) -> bool:
    """By name, or by member number where the name was what had to be corrected."""
    names = [
        (name_words(each.patient_last_name), name_words(each.patient_first_name))
        for each in (one, other)
    ]
    members = [member_key(each.subscriber_id) for each in (one, other)]
    return names[0] == names[1] or (members[0] != "" and members[0] == members[1])


def _days_meet(one: BilledClaim, other: BilledClaim) -> bool:
    """A day that is missing contradicts nothing."""
    if one.service_from is None or other.service_from is None:
        return True
    return ranges_overlap(one.service_from, one.service_to, other.service_from, other.service_to)


def in_order_of_sending(claims: Iterable[BilledClaim]) -> list[BilledClaim]:
    """By day; of one day by identifier, which is the order in the file. As the contents are
    equal, the order in which files of one day arrive changes nothing but which twin is named."""
    return sorted(claims, key=lambda each: (str(each.sent_on or ""), each.claim_id))


class AnsweredSending(msgspec.Struct, frozen=True, gc=False):
    """A sending and how its own answers left it. `is_called_duplicate`: all of them refuse it as
    one (CARC 18). `answered_on` is the day of the last, None without one. `is_rejected` tells that
    it never reached a decision."""

    claim: BilledClaim
    status: ClaimStatus
    is_called_duplicate: bool
    answered_on: date | None
    paid_cents: int
    is_rejected: bool = False

    @property
    def is_answered(self) -> bool:
        return self.status is not ClaimStatus.UNANSWERED

    @property
    def is_open(self) -> bool:
        """Whether nothing that was answered stands, but refusals."""
        return self.status in {ClaimStatus.UNANSWERED, ClaimStatus.DENIED, ClaimStatus.REVERSED}


def sending_that_counts(
    one: AnsweredSending, sendings: Sequence[AnsweredSending]
) -> AnsweredSending | None:
    """The sending that stands in the place of this one, None when it stands for itself.

    `sendings` are all of the claim, in order of sending. One of them counts: the latest that was
    settled; else the latest that was answered at all, unless the claim was sent again after that
    answer; without answers the latest. In its place are those without an answer, and earlier ones
    that were refused or reversed. What was settled or called a duplicate keeps its own standing.
    """
    counting = _counting(sendings)
    if one is counting or not one.is_open or (one.is_answered and one.is_called_duplicate):
        return None
    is_earlier = sendings.index(one) < sendings.index(counting)
    return counting if is_earlier or not one.is_answered else None


def _counting(sendings: Sequence[AnsweredSending]) -> AnsweredSending:
    answered = [each for each in sendings if each.is_answered]
    if not answered:
        # A copy that was rejected as one does not stand for the claim that was taken.
        taken = [each for each in sendings if not each.is_rejected]
        return (taken or sendings)[-1]
    words = [each for each in answered if not each.is_called_duplicate] or answered
    settled = [each for each in words if not each.is_open]
    if settled:
        return settled[-1]
    last = words[-1]
    newest = sendings[-1]
    is_awaited = (
        not newest.is_answered
        and last.answered_on is not None
        and newest.claim.sent_on is not None
        and newest.claim.sent_on > last.answered_on
    )
    return newest if is_awaited else last


def _content(claim: BilledClaim) -> tuple[object, ...]:
    number = claim.patient_control_number.strip().upper()
    return (
        number if number_key(number) else claim.claim_id,
        identifier_key(claim.payer_id),
        claim.payer_name if not claim.payer_id else "",
        claim.payer_sequence,
        member_key(claim.subscriber_id),
        name_words(claim.patient_last_name),
        name_words(claim.patient_first_name),
        claim.billing_npi,
        claim.rendering_npi,
        claim.service_from,
        claim.service_to,
    )


def _lines(claim: BilledClaim) -> "Counter[tuple[object, ...]]":
    return Counter(
        (
            line.procedure_code.upper(),
            frozenset(modifier.upper() for modifier in line.modifiers),
            line.revenue_code,
            line.units,
            line.charge_cents,
            line.service_from,
            line.service_to,
        )
        for line in claim.lines
    )


def _days_differ(claim: BilledClaim, other: BilledClaim) -> bool:
    return None not in (claim.sent_on, other.sent_on) and claim.sent_on != other.sent_on


def _line_numbers(claim: BilledClaim) -> list[str]:
    return sorted(control_number_key(line.line_item_control_number) for line in claim.lines)
