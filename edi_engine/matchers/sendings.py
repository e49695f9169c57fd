"""Sendings of one claim: the same claim sent again unchanged, before or after it was answered.

To the biller they are one claim. Told from two visits that merely look alike, which are sent in one
run: sendings have different days, or the same line control numbers. Source: domain 4.1 (equal
patient control numbers in our own 837) and MATCHING, resends.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from edi_engine.matchers.candidates import LINE_CONTROL_NUMBER_LENGTH_MIN
from edi_engine.matchers.facts import identifier_key, name_words, number_key
from edi_engine.records.keys import control_number_key, member_key
from edi_engine.records.matching import BilledClaim
from edi_engine.records.reconciliation import ClaimStatus

__all__ = [
    "AnsweredSending",
    "are_sendings_of_one_claim",
    "in_order_of_sending",
    "is_sent_again",
    "sending_that_counts",
]

_VERSIONS = frozenset({"7", "8"})
"""Frequency codes of claims that say themselves what they replace or void."""


def is_sent_again(claim: BilledClaim, other: BilledClaim) -> bool:
    """Whether both are sendings of one claim; the same either way round.

    Nothing a payer answers by may differ: number, payer, patient, providers, days, charge, lines.
    Line control numbers may, when the days of sending do: many programs count lines anew.
    """
    return (
        claim.charge_cents == other.charge_cents
        and claim.service_from == other.service_from
        and not {claim.frequency_code, other.frequency_code} & _VERSIONS
        and _content(claim) == _content(other)
        and _lines(claim) == _lines(other)
        and (_days_differ(claim, other) or _same_line_numbers(claim, other))
    )


def are_sendings_of_one_claim(claims: Sequence[BilledClaim]) -> bool:
    """Whether there are several, and each is a sending of the same claim as every other."""
    return len(claims) > 1 and all(
        is_sent_again(claim, other)
        for index, claim in enumerate(claims)
        for other in claims[index + 1 :]
    )


def in_order_of_sending(claims: Iterable[BilledClaim]) -> list[BilledClaim]:
    """By day; of one day by identifier, which is the order in the file. As the contents are
    equal, the order in which files of one day arrive changes nothing but which twin is named."""
    return sorted(claims, key=lambda each: (str(each.sent_on or ""), each.claim_id))


class AnsweredSending(msgspec.Struct, frozen=True, gc=False):
    """A sending and how its own answers left it. `is_called_duplicate`: all of them refuse it as
    one (CARC 18). `answered_on` is the day of the last, None without one."""

    claim: BilledClaim
    status: ClaimStatus
    is_called_duplicate: bool
    answered_on: date | None
    paid_cents: int

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
        return sendings[-1]
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


def _same_line_numbers(claim: BilledClaim, other: BilledClaim) -> bool:
    """Whether all lines have the same control numbers, and none may be a mere position."""
    ours, theirs = _line_numbers(claim), _line_numbers(other)
    return ours == theirs and all(
        len(number) >= LINE_CONTROL_NUMBER_LENGTH_MIN for number in (*ours, *theirs)
    ) and bool(ours)  # fmt: skip


def _line_numbers(claim: BilledClaim) -> list[str]:
    return sorted(control_number_key(line.line_item_control_number) for line in claim.lines)
