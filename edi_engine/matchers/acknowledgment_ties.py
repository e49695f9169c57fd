"""What an acknowledgment answers: an interchange, group or set that we sent, or one claim.

Pure, and the same in any order of arrival: everything of ours that carries the number is looked at
together. A number that stands on several things is settled by what else the answer says, then by
the day of sending; what is still tied is told as ambiguous, never guessed. The rules are in
docs/ACKNOWLEDGMENTS.md by the names used here. Source: domain 3.9, 3.10.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from edi_engine.dates import ranges_overlap
from edi_engine.matchers.facts import identifier_key, name_words
from edi_engine.records.acknowledgments import (
    AcknowledgmentKind,
    AcknowledgmentTie,
    AnswerableClaim,
    AnswerLevel,
    SentSet,
    StoredAcknowledgment,
    TieOutcome,
)
from edi_engine.records.keys import control_number_key, member_key

__all__ = ["BY_PAYER_NUMBER", "CANDIDATES_SHOWN", "tie_to_claim", "tie_to_sets"]

BY_PAYER_NUMBER = "same_payer_claim_control_number"

CANDIDATES_SHOWN = 20
"""Candidates kept with an acknowledgment that is not tied: nobody reads more."""

_DAY = timedelta(days=1)
"""An answer may bear the day before what it answers: clocks and days of two places differ."""

_SPLIT = "A5"
_GROUP_TYPES = {"HC": "837", "HP": "835", "HR": "276", "HN": "277", "HS": "270", "HB": "271"}

_Thing = TypeVar("_Thing")


def tie_to_sets(
    answer: StoredAcknowledgment, sets: Sequence[SentSet], *, sums_up: bool = False
) -> AcknowledgmentTie:
    """The sets that an answer to an interchange, group, set or receiver is about.

    `sets` are all with the interchange, group or batch number of the answer. Of several sendings
    under one number those count that fit the answer's parties, day and guide; then the latest that
    was sent before it. `sums_up` tells that claims with answers of their own follow it.
    """
    is_provider = answer.level is AnswerLevel.PROVIDER
    if sums_up or is_provider or answer.kind is AcknowledgmentKind.STATUS:
        return AcknowledgmentTie(
            answer.acknowledgment_id,
            TieOutcome.SUMMARY,
            reason="It speaks of all that follows it; each claim has an answer of its own.",
        )
    found = [one for one in sets if _may_answer(answer, one)]
    if answer.level is AnswerLevel.SET:
        found = [one for one in found if one.set_key == answer.number_key]
    if not found:
        return _unknown_set(answer, sets)
    groups: dict[tuple[object, ...], list[SentSet]] = {}
    for one in found:
        groups.setdefault(_sending_of(answer, one), []).append(one)
    left = list(groups.values())
    for speaks in (_same_parties, _same_day, _same_version, _sent_before):
        left = _kept(left, lambda group, speaks=speaks: speaks(answer, group[0]))  # type: ignore[misc]
    rule = "same_control_number" if len(groups) == 1 else "same_control_number_and_envelope"
    if len(left) > 1:
        left, rule = _newest(left, lambda group: group[0].created_on), "sent_last"
    originals = {frozenset(one.original_set_id for one in group) for group in left}
    if len(left) > 1 and len(originals) > 1:
        return AcknowledgmentTie(
            answer.acknowledgment_id,
            TieOutcome.AMBIGUOUS,
            reason=f"{len(left)} sendings of ours have this control number,"
            " and nothing tells which of them is answered.",
            candidates=_shown(one.set_id for group in left for one in group),
        )
    return AcknowledgmentTie(
        answer.acknowledgment_id,
        TieOutcome.TIED,
        rule,
        set_ids=tuple(sorted(one.set_id for group in left for one in group)),
    )


def _may_answer(answer: StoredAcknowledgment, one: SentSet) -> bool:
    """Whether kind and day allow that the set is answered by this."""
    expected = _GROUP_TYPES.get(answer.group_type)
    if expected is not None and one.set_type != expected:
        return False
    if answer.happened_on is None or one.created_on is None:
        return True
    return one.created_on <= answer.happened_on + _DAY


def _sending_of(answer: StoredAcknowledgment, one: SentSet) -> tuple[object, ...]:
    """What makes sets one sending: their interchange, and below it their group."""
    if answer.level is AnswerLevel.INTERCHANGE:
        return one.file_id, one.interchange_key
    if answer.level is AnswerLevel.RECEIVER:
        return one.file_id, one.interchange_key, one.group_key, one.batch_key
    return one.file_id, one.interchange_key, one.group_key


def _same_parties(answer: StoredAcknowledgment, one: SentSet) -> bool:
    pairs = ((answer.sender_id, one.receiver_id), (answer.receiver_id, one.sender_id))
    groups = ((answer.group_sender, one.group_receiver), (answer.group_receiver, one.group_sender))
    return _all_same(pairs) or _all_same(groups)


def _all_same(pairs: Iterable[tuple[str, str]]) -> bool:
    keyed = [(identifier_key(ours), identifier_key(theirs)) for ours, theirs in pairs]
    return all(ours and ours == theirs for ours, theirs in keyed)


def _same_day(answer: StoredAcknowledgment, one: SentSet) -> bool:
    return answer.answered_day is not None and answer.answered_day == one.created_on


def _same_version(answer: StoredAcknowledgment, one: SentSet) -> bool:
    return bool(answer.version) and answer.version.upper() == one.version.upper()


def _sent_before(answer: StoredAcknowledgment, one: SentSet) -> bool:
    return _is_before(one.created_on, answer.happened_on)


def _is_before(sent_on: date | None, answered_on: date | None) -> bool:
    return sent_on is None or answered_on is None or sent_on <= answered_on


def _unknown_set(answer: StoredAcknowledgment, sets: Sequence[SentSet]) -> AcknowledgmentTie:
    words = {
        AnswerLevel.INTERCHANGE: "interchange",
        AnswerLevel.RECEIVER: "batch (BHT03)",
    }.get(answer.level, "group")
    if not sets:
        reason = f"No {words} with this control number is among the files."
    elif answer.level is AnswerLevel.SET and any(_may_answer(answer, one) for one in sets):
        reason = "The group is known, but it holds no set with this control number."
    else:
        reason = f"The {words} with this control number is of another kind, or was sent later."
    return AcknowledgmentTie(
        answer.acknowledgment_id,
        TieOutcome.UNKNOWN,
        reason=reason,
        candidates=_shown(one.set_id for one in sets),
    )


def tie_to_claim(
    answer: StoredAcknowledgment,
    claims: Sequence[AnswerableClaim],
    numbered_by_payer: Sequence[AnswerableClaim] = (),
) -> AcknowledgmentTie:
    """The claim that an answer is about.

    `claims` are all with the answer's patient control number, `numbered_by_payer` those that carry
    its payer claim control number: by an acknowledgment that was tied by the patient control
    number, or by a payment matched to them. These are asked only when the first do not tell.
    """
    found = _tie_among(answer, claims, "same_patient_control_number")
    if found.outcome is not TieOutcome.UNKNOWN or not numbered_by_payer:
        return found
    second = _tie_among(answer, numbered_by_payer, BY_PAYER_NUMBER)
    return found if second.outcome is TieOutcome.UNKNOWN else second


def _tie_among(
    answer: StoredAcknowledgment, claims: Sequence[AnswerableClaim], rule: str
) -> AcknowledgmentTie:
    fitting = [one for one in claims if not _contradictions(answer, one)]
    if not fitting:
        return _unknown_claim(answer, claims)
    left = _kept(fitting, lambda one: _is_payer(answer, one))
    if len(left) > 1:
        left = _kept(left, lambda one: one.charge_cents == answer.charge_cents)
    if len(left) > 1 and answer.batch_key:
        left = _kept(left, lambda one: one.batch_key == answer.batch_key)
    if len(left) > 1 and _is_one_bill(left):
        left = _kept(left, lambda one: _is_before(one.sent_on, answer.happened_on))
        if answer.source_code == "PR":
            # A clearinghouse answers on the day of sending, a payer hardly.
            left = _kept(left, lambda one: one.sent_on != answer.happened_on)
        left = _newest(left, lambda one: one.sent_on)
        rule = rule if rule == BY_PAYER_NUMBER else "sent_last"
    if len(left) > 1:
        return AcknowledgmentTie(
            answer.acknowledgment_id,
            TieOutcome.AMBIGUOUS,
            reason=f"{len(left)} claims have this number, and nothing that the answer says tells"
            " them apart.",
            candidates=_shown(one.claim_id for one in left),
        )
    others = [one.claim_id for one in claims if one is not left[0]]
    return AcknowledgmentTie(
        answer.acknowledgment_id,
        TieOutcome.TIED,
        rule,
        claim_id=left[0].claim_id,
        candidates=_shown(others),
    )


def _contradictions(answer: StoredAcknowledgment, claim: AnswerableClaim) -> list[str]:
    """In what the answer cannot be about this claim, in words."""
    found = []
    if answer.charge_cents and answer.charge_cents != claim.charge_cents and not _is_split(answer):
        found.append("charge")
    if (
        answer.service_from is not None
        and claim.service_from is not None
        and not ranges_overlap(
            answer.service_from, answer.service_to, claim.service_from, claim.service_to
        )
    ):
        found.append("days of service")
    if _is_another_person(answer, claim):
        found.append("patient")
    if (
        answer.happened_on is not None
        and claim.sent_on is not None
        and claim.sent_on > answer.happened_on + _DAY
    ):
        found.append("day of sending")
    return found


def _is_split(answer: StoredAcknowledgment) -> bool:
    return any(code.category == _SPLIT for one in answer.statuses for code in one.codes)


def _is_another_person(answer: StoredAcknowledgment, claim: AnswerableClaim) -> bool:
    """The last names share no word, and no member identifier says otherwise."""
    told, billed = name_words(answer.patient_last_name), name_words(claim.patient_last_name)
    if not told or not billed or set(told) & set(billed):
        return False
    if "".join(told).startswith("".join(billed)[:5]):
        return False
    members = member_key(answer.member_id), member_key(claim.subscriber_id)
    return not (members[0] and members[0] == members[1])


def _is_payer(answer: StoredAcknowledgment, claim: AnswerableClaim) -> bool:
    if answer.source_code != "PR":
        return False
    source = control_number_key(answer.source_id)
    if source and source == control_number_key(claim.payer_id):
        return True
    return bool(answer.source_name) and name_words(answer.source_name) == name_words(
        claim.payer_name
    )


def _is_one_bill(claims: Sequence[AnswerableClaim]) -> bool:
    """Whether all are one patient's and of the same days: versions, sendings, further payers."""
    first = claims[0]
    return all(
        name_words(one.patient_last_name) == name_words(first.patient_last_name)
        and name_words(one.patient_first_name) == name_words(first.patient_first_name)
        and (one.service_from, one.service_to) == (first.service_from, first.service_to)
        for one in claims
    )


def _unknown_claim(
    answer: StoredAcknowledgment, claims: Sequence[AnswerableClaim]
) -> AcknowledgmentTie:
    if not answer.number_key:
        reason = "The answer names no patient control number."
    elif not claims:
        reason = "No claim with this patient control number is among the files."
    else:
        differing = {tuple(_contradictions(answer, one)) for one in claims}
        words = sorted({word for found in differing for word in found})
        reason = (
            f"The patient control number is known, but {', '.join(words)}"
            f" {'differs' if len(words) == 1 else 'differ'}: it may be used again."
        )
    return AcknowledgmentTie(
        answer.acknowledgment_id,
        TieOutcome.UNKNOWN,
        reason=reason,
        candidates=_shown(one.claim_id for one in claims),
    )


def _kept(found: list[_Thing], speaks: Callable[[_Thing], bool]) -> list[_Thing]:
    """Those that speak for the answer, or all if none does."""
    return [one for one in found if speaks(one)] or found


def _newest(found: list[_Thing], day_of: Callable[[_Thing], date | None]) -> list[_Thing]:
    """Those sent last; all where a day is missing."""
    days = [day_of(one) for one in found]
    if None in days:
        return found
    last = max(day for day in days if day is not None)
    return [one for one, day in zip(found, days, strict=True) if day == last]


def _shown(identifiers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(identifiers)))[:CANDIDATES_SHOWN]
