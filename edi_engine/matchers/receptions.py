"""How a claim was received: events from acknowledgments, and what they come to. Pure.

Every answer to the claim, its set, group or interchange is an event with a day and a tier. Of the
tiers that said something the most downstream counts, and of that tier the newest word; of words of
one day the one nearer to the claim, then a rejection. What we sent again after a rejection is to
be answered anew. The same holds in any order of arrival. Source: domain 3.9 to 3.11.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

import msgspec

from edi_engine.codes.acknowledgments import (
    StatusMeaning,
    acknowledgment_verdict,
    claim_status_category,
)
from edi_engine.matchers.facts import number_key
from edi_engine.matchers.rejection_words import (
    fault_detail,
    fault_words,
    status_detail,
    status_words,
    verdict_words,
)
from edi_engine.records.acknowledgments import (
    AcknowledgmentKind,
    AnswerLevel,
    SentSet,
    StatusInformation,
    StoredAcknowledgment,
    SyntaxFault,
)
from edi_engine.records.keys import control_number_key
from edi_engine.records.lifecycles import (
    NOT_RECEIVED,
    EventPlace,
    LifecycleState,
    LifeEvent,
    LifeEventKind,
    Reception,
    Tier,
)
from edi_engine.records.matching import BilledClaim

__all__ = ["Heard", "is_rejection", "reception_of"]

EVENTS_MAX = 200
"""Events kept of one claim. A claim has a dozen; what is beyond that repeats itself."""

_KINDS = {
    StatusMeaning.ACCEPTED: LifeEventKind.ACCEPTED,
    StatusMeaning.ACCEPTED_WITH_ERRORS: LifeEventKind.ACCEPTED_WITH_ERRORS,
    StatusMeaning.PARTLY: LifeEventKind.ACCEPTED,
    StatusMeaning.SPLIT: LifeEventKind.ACCEPTED,
    StatusMeaning.REJECTED: LifeEventKind.REJECTED,
    StatusMeaning.FORWARDED: LifeEventKind.FORWARDED,
    StatusMeaning.RECEIVED: LifeEventKind.RECEIVED,
}

_ANSWERS_OF_PAYER = {
    StatusMeaning.PENDING: LifeEventKind.RECEIVED,
    StatusMeaning.FINALIZED: LifeEventKind.ACCEPTED,
}
"""What an answer to an inquiry (277) proves: who works on a claim has it. In a 277CA these
categories are not allowed, and prove nothing."""

_TIER_RANK = {Tier.FILE: 0, Tier.CLEARINGHOUSE: 1, Tier.PAYER: 2}

_KIND_RANK = {
    LifeEventKind.INFORMED: 0,
    LifeEventKind.FORWARDED: 1,
    LifeEventKind.RECEIVED: 2,
    LifeEventKind.ACCEPTED_WITH_ERRORS: 3,
    LifeEventKind.ACCEPTED: 4,
    LifeEventKind.REJECTED: 5,
}
"""Of words of one day and one nearness the last one here counts: a rejection makes work, and work
that was not needed costs less than a claim that nobody sees."""

_NEARNESS = {
    AnswerLevel.INTERCHANGE: 0,
    AnswerLevel.GROUP: 1,
    AnswerLevel.SET: 2,
    AnswerLevel.RECEIVER: 3,
    AnswerLevel.PROVIDER: 4,
    AnswerLevel.CLAIM: 5,
}

_STATES = {
    (Tier.PAYER, LifeEventKind.ACCEPTED): LifecycleState.PAYER_ACCEPTED,
    (Tier.PAYER, LifeEventKind.RECEIVED): LifecycleState.PAYER_RECEIVED,
    (Tier.PAYER, LifeEventKind.FORWARDED): LifecycleState.PAYER_RECEIVED,
}
_OTHER_STATES = {
    Tier.FILE: LifecycleState.FILE_ACKNOWLEDGED,
    Tier.CLEARINGHOUSE: LifecycleState.CLEARINGHOUSE_ACCEPTED,
    Tier.PAYER: LifecycleState.PAYER_RECEIVED,
}


class Heard(msgspec.Struct, frozen=True):
    """Everything that files say of the way of one claim. `sendings` are its set and those that
    repeat it; `of_sets` what was said of each of these, by set; `of_claim` what was said of the
    claim by its number."""

    sendings: Sequence[SentSet] = ()
    of_sets: Mapping[int, Sequence[StoredAcknowledgment]] = {}
    of_claim: Sequence[StoredAcknowledgment] = ()


class _Word(msgspec.Struct, frozen=True, gc=False):
    """An event with how near to the claim it was said, and of which set (0 when it was said of the
    claim by its number)."""

    event: LifeEvent
    nearness: int = 0
    set_id: int = 0

    @property
    def order(self) -> tuple[date, int, int, str, str, int]:
        """By day, nearness and kind; the rest only makes it the same in any order of arrival."""
        event = self.event
        return (
            event.happened_on or date.min,
            self.nearness,
            _KIND_RANK.get(event.kind, 0),
            event.detail,
            event.source,
            event.acknowledgment_id or 0,
        )


def reception_of(
    claim: BilledClaim, heard: Heard, clearinghouses: frozenset[str] = frozenset()
) -> Reception:
    """What the words about a claim come to; `clearinghouses` as in the policy."""
    sent = _sent_events(claim, heard.sendings)
    if not heard.of_sets and not heard.of_claim:
        return NOT_RECEIVED if len(sent) < 2 else Reception(events=tuple(sent))
    words = list(_once(_words(claim, heard, clearinghouses)))
    last = _in_order(heard.sendings)[-1].set_id if heard.sendings else 0
    again_on = max(
        (one.happened_on for one in sent[1:] if one.happened_on is not None), default=None
    )
    return _concluded(words, again_on, sent, last)


def is_rejection(answer: StoredAcknowledgment) -> bool:
    """Whether an answer rejects what it is about."""
    if answer.statuses:
        return any(
            _status_kind(answer, status, Tier.PAYER) is LifeEventKind.REJECTED
            for status in answer.statuses
        )
    return _verdict(answer.code) is StatusMeaning.REJECTED


def _concluded(
    words: Sequence[_Word], again_on: date | None, sent: Sequence[LifeEvent], last: int
) -> Reception:
    """`last` is the set of the last sending."""
    events = sorted(
        (*sent, *(one.event for one in words)),
        key=lambda event: (
            event.happened_on or date.min,
            _rank(event),
            event.detail,
            event.words,
            event.source,
            event.acknowledgment_id or 0,
        ),
    )[:EVENTS_MAX]
    telling = [one for one in words if one.event.kind is not LifeEventKind.INFORMED]
    rejections = [one for one in telling if one.event.kind is LifeEventKind.REJECTED]
    first_rejection = min(rejections, key=lambda one: one.order, default=None)
    taken = [one for one in telling if one.event.kind is not LifeEventKind.REJECTED]
    plain = Reception(
        acknowledged_on=_first_day(taken),
        said_of_claim_on=_first_day(
            [one for one in telling if one.event.tier is not Tier.FILE], with_rejections=True
        ),
        rejected_on=None if first_rejection is None else first_rejection.event.happened_on,
        rejected_by=None if first_rejection is None else first_rejection.event.tier,
        events=tuple(events),
    )
    deciding = _deciding(_of_sendings(telling, last))
    if deciding is None:
        waits = again_on is not None and first_rejection is not None
        rejection = first_rejection.event if first_rejection is not None else None
        return (
            msgspec.structs.replace(plain, since_on=again_on, rejection=rejection)
            if waits
            else plain
        )
    event = deciding.event
    if event.kind is LifeEventKind.REJECTED:
        if again_on is not None and (event.happened_on or date.min) < again_on:
            return msgspec.structs.replace(
                plain, since_on=again_on, rejection=event, acknowledged_on=None
            )
        return msgspec.structs.replace(
            plain,
            state=LifecycleState.REJECTED,
            since_on=event.happened_on,
            tier=event.tier,
            rejected_on=event.happened_on,
            rejected_by=event.tier,
            rejection=event,
        )
    tier = event.tier or Tier.FILE
    state = _STATES.get((tier, event.kind), _OTHER_STATES[tier])
    return msgspec.structs.replace(
        plain,
        state=state,
        since_on=event.happened_on,
        tier=tier,
        accepted_on=None if tier is Tier.FILE else event.happened_on,
        rejection=None if first_rejection is None else first_rejection.event,
    )


def _of_sendings(telling: Sequence[_Word], last: int) -> list[_Word]:
    """Words that count where a set was sent several times. A refusal of an earlier sending says
    nothing of a later one; nor does one of the last where an earlier one was taken: it is a copy.
    """
    taken = {
        (one.event.tier, one.set_id)
        for one in telling
        if one.set_id and one.event.kind is not LifeEventKind.REJECTED
    }
    return [
        one
        for one in telling
        if one.event.kind is not LifeEventKind.REJECTED
        or not one.set_id
        or (
            one.set_id == last
            and not any(tier is one.event.tier and key != last for tier, key in taken)
        )
    ]


def _deciding(telling: Sequence[_Word]) -> _Word | None:
    """The newest word of the most downstream tier that said anything."""
    if not telling:
        return None
    tier = max((one.event.tier or Tier.FILE for one in telling), key=_TIER_RANK.__getitem__)
    own = [one for one in telling if (one.event.tier or Tier.FILE) is tier]
    newest = max(own, key=lambda one: one.order)
    if tier is not Tier.PAYER or newest.event.kind is LifeEventKind.REJECTED:
        return newest
    return _not_less_than_before(own, newest)


def _not_less_than_before(own: Sequence[_Word], newest: _Word) -> _Word:
    """A payer that accepted a claim and later only says that it has it, or works on it, has not
    taken the accept back: the accept counts, unless it was rejected in between."""
    rejected = [one.order for one in own if one.event.kind is LifeEventKind.REJECTED]
    since = max(rejected, default=(date.min, -1, -1, "", "", 0))
    accepts = [one for one in own if one.event.kind is LifeEventKind.ACCEPTED and one.order > since]
    return max(accepts, key=lambda one: one.order, default=newest)


def _first_day(words: Iterable[_Word], *, with_rejections: bool = False) -> date | None:
    days = [
        one.event.happened_on
        for one in words
        if one.event.happened_on is not None
        and (with_rejections or one.event.kind is not LifeEventKind.REJECTED)
    ]
    return min(days, default=None)


def _rank(event: LifeEvent) -> int:
    return -1 if event.tier is None else _TIER_RANK[event.tier]


def _sent_events(claim: BilledClaim, sendings: Sequence[SentSet]) -> list[LifeEvent]:
    """Our own sendings: the first, then the days on which its set was sent again unchanged."""
    ordered = _in_order(sendings)
    first = ordered[0] if ordered else None
    first_on = claim.sent_on
    if first_on is None and first is not None:
        first_on = first.created_on
    place = EventPlace(first.set_id, 1) if first is not None else EventPlace()
    events = [LifeEvent(LifeEventKind.SENT, first_on, words="We sent the claim.", place=place)]
    for one in ordered[1:]:
        words = "We sent the whole set again, unchanged."
        again = EventPlace(one.set_id, 1)
        events.append(LifeEvent(LifeEventKind.SENT_AGAIN, one.created_on, words=words, place=again))
    return events


def _in_order(sendings: Sequence[SentSet]) -> list[SentSet]:
    """By the day of their group, whichever came in first; of one day as they came in."""
    return sorted(sendings, key=lambda one: (one.created_on or date.max, one.set_id))


def _words(claim: BilledClaim, heard: Heard, clearinghouses: frozenset[str]) -> Iterator[_Word]:
    for set_id in sorted(heard.of_sets):
        yield from _words_of_set(claim, set_id, heard.of_sets[set_id], clearinghouses)
    for answer in heard.of_claim:
        for status in answer.statuses:
            yield _status_word(claim, answer, status, clearinghouses)


def _once(words: Iterable[_Word]) -> Iterator[_Word]:
    """The same word in another file is told once."""
    seen: set[tuple[object, ...]] = set()
    for one in words:
        event = one.event
        key = (
            event.kind,
            event.happened_on,
            event.tier,
            event.source,
            event.detail,
            one.nearness,
            one.set_id,
        )
        if key not in seen:
            seen.add(key)
            yield one


# Words about whole files ---


def _words_of_set(
    claim: BilledClaim,
    set_id: int,
    answers: Sequence[StoredAcknowledgment],
    clearinghouses: frozenset[str],
) -> Iterator[_Word]:
    listed = {
        (one.set_id, one.group_key): _verdict(one.code)
        for one in answers
        if one.level is AnswerLevel.SET
    }
    for answer in answers:
        if answer.level is AnswerLevel.RECEIVER:
            if _speaks_of_claims_of(answer, claim):
                for status in answer.statuses:
                    word = _batch_word(claim, answer, status, clearinghouses)
                    yield msgspec.structs.replace(word, set_id=set_id)
            continue
        meaning = _verdict(answer.code)
        if meaning is None:
            continue
        own = listed.get((answer.set_id, answer.group_key))
        is_told_by_set = own is not None and (
            own is StatusMeaning.REJECTED or meaning is not StatusMeaning.REJECTED
        )
        if answer.level is not AnswerLevel.GROUP or not is_told_by_set:
            yield _file_word(claim, set_id, answer, meaning)


@lru_cache(maxsize=64)
def _verdict(code: str) -> StatusMeaning | None:
    known = acknowledgment_verdict(code)
    return None if known is None else known.meaning


def _file_word(
    claim: BilledClaim, set_id: int, answer: StoredAcknowledgment, meaning: StatusMeaning
) -> _Word:
    kind = _KINDS[meaning]
    is_bad = kind in {LifeEventKind.REJECTED, LifeEventKind.ACCEPTED_WITH_ERRORS}
    fault = _fault_of(claim, answer) if is_bad else None
    others = bool(answer.faults) and fault is None and kind is LifeEventKind.REJECTED
    if fault is not None:
        detail = fault_detail(answer.kind, fault)
        words = fault_words(answer, fault)
    else:
        detail, words = verdict_words(answer, another_claim=others)
    position = 0 if fault is None else fault.segment_position or 0
    event = LifeEvent(
        kind,
        answer.happened_on,
        Tier.FILE,
        source=answer.source_name or answer.sender_id,
        detail=detail,
        words=words,
        place=_place(answer, fault),
        fault_place=EventPlace(set_id, position) if position else EventPlace(),
        fault_element=fault.designator if fault is not None and fault.element else "",
        acknowledgment_id=answer.acknowledgment_id,
    )
    return _Word(event, _NEARNESS[answer.level], set_id)


def _fault_of(claim: BilledClaim, answer: StoredAcknowledgment) -> SyntaxFault | None:
    """The first fault that is the claim's: one that names it, else one that names none."""
    number = number_key(claim.patient_control_number)
    own = [one for one in answer.faults if one.claim_number and number]
    named = [one for one in own if number_key(one.claim_number) == number]
    nameless = [one for one in answer.faults if not one.claim_number]
    return next(iter((*named, *nameless)), None)


def _place(answer: StoredAcknowledgment, fault: SyntaxFault | None) -> EventPlace:
    if fault is not None:
        return EventPlace(answer.set_id, fault.segment_ordinal, fault.byte_offset)
    return EventPlace(answer.set_id, answer.segment_ordinal, answer.byte_offset)


# Words about claims ---


def _status_word(
    claim: BilledClaim,
    answer: StoredAcknowledgment,
    status: StatusInformation,
    clearinghouses: frozenset[str],
) -> _Word:
    tier = _tier(claim, answer, clearinghouses)
    kind = _status_kind(answer, status, tier)
    event = LifeEvent(
        kind,
        status.effective_on or answer.happened_on,
        tier,
        source=answer.source_name or answer.source_id or answer.sender_id,
        detail=status_detail(status),
        words=status_words(answer, status, kind),
        place=EventPlace(answer.set_id, status.segment_ordinal, status.byte_offset),
        acknowledgment_id=answer.acknowledgment_id,
        payer_claim_control_number=answer.payer_claim_control_number,
    )
    return _Word(event, _NEARNESS[answer.level])


def _batch_word(
    claim: BilledClaim,
    answer: StoredAcknowledgment,
    status: StatusInformation,
    clearinghouses: frozenset[str],
) -> _Word:
    """A word about everything of a batch. A rejection is one of each claim in it; that the batch
    came in says no more of a claim than that its file was taken."""
    word = _status_word(claim, answer, status, clearinghouses)
    if word.event.kind in {LifeEventKind.REJECTED, LifeEventKind.INFORMED}:
        return word
    return msgspec.structs.replace(word, event=msgspec.structs.replace(word.event, tier=Tier.FILE))


def _speaks_of_claims_of(answer: StoredAcknowledgment, claim: BilledClaim) -> bool:
    """A payer speaks of its own claims only, though the batch may hold those of others."""
    source = control_number_key(answer.source_id)
    payer = control_number_key(claim.payer_id)
    return answer.source_code != "PR" or not source or not payer or source == payer


def _tier(claim: BilledClaim, answer: StoredAcknowledgment, clearinghouses: frozenset[str]) -> Tier:
    """Who speaks: by the settings, then by what loop 2100A calls it, then by whose number it has.
    Whoever is not known to be the payer is taken for one before it."""
    if clearinghouses and clearinghouses & {answer.source_id, answer.sender_id}:
        is_named = answer.source_id in clearinghouses or answer.source_code != "PR"
        if is_named:
            return Tier.CLEARINGHOUSE
    if answer.source_code == "PR":
        return Tier.PAYER
    source = control_number_key(answer.source_id)
    is_payer = bool(source) and source == control_number_key(claim.payer_id)
    return Tier.PAYER if is_payer and answer.source_code != "AY" else Tier.CLEARINGHOUSE


def _status_kind(
    answer: StoredAcknowledgment, status: StatusInformation, tier: Tier
) -> LifeEventKind:
    """By the worst of the status's categories, for they all stand for one claim."""
    kinds = []
    for code in status.codes:
        known = claim_status_category(code.category)
        if known is None or known.meaning is None:
            continue
        kind = _KINDS.get(known.meaning)
        if kind is None and answer.kind is AcknowledgmentKind.STATUS and tier is Tier.PAYER:
            kind = _ANSWERS_OF_PAYER.get(known.meaning)
        kinds.append(kind or LifeEventKind.INFORMED)
    return max(kinds, key=_KIND_RANK.__getitem__, default=LifeEventKind.INFORMED)
