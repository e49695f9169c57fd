"""Claims that are versions of one another or go to the next payer of the same bill.

Told by patient control number, or by REF*F8 naming an answer to the other claim, for the same
patient and days. Source: domain 3.3, 3.7, feature 17.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice

import msgspec

from edi_engine.dates import ranges_overlap
from edi_engine.matchers.facts import REPLACEMENT, VOID, name_words, number_key
from edi_engine.matchers.sendings import (
    SendingMemory,
    in_order_of_sending,
    is_version,
)
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim

__all__ = ["Family", "family_of", "is_void_of", "relatives_among"]

_MANY = 50
"""More claims of one number are looked at in parts: what each makes of the others is quadratic."""

RELATIVES_MAX = 500
"""Claims that may be relatives of one another, by number, patient and days, or by one REF*F8. A
bill has a handful of versions, and a claim sent again every working day of a year has 260 sendings.
Where there are more nothing says which is whose: each stands for itself, and as so many claims are
not matched either (`CANDIDATES_MAX`), their money waits for a person."""


class Family(msgspec.Struct, frozen=True, gc=False):
    """What the relatives of a claim mean for it.

    `next_claim` is the claim we sent to the next payer, `earlier_claims` the newest one to the
    payer before and its other sendings, the newest first. `replacement` is the newest version that
    replaced it, `resend` the other sending of the same claim that stands in its place,
    `paid_before` an earlier sending that was paid as this one was; None without one. `dead_since`
    is the day on which the first of what replaced or voided it was sent.
    """

    is_voided: bool = False
    next_claim: BilledClaim | None = None
    earlier_claims: tuple[BilledClaim, ...] = ()
    replacement: BilledClaim | None = None
    resend: BilledClaim | None = None
    paid_before: BilledClaim | None = None
    dead_since: date | None = None

    @property
    def is_superseded(self) -> bool:
        return self.replacement is not None or self.resend is not None

    @property
    def replaced_by(self) -> ClaimId | None:
        """The claim that stands in the place of a superseded one."""
        other = self.replacement or self.resend
        return None if other is None else other.claim_id

    @property
    def is_dead(self) -> bool:
        """Replaced, sent again or voided: nothing more is expected of the claim."""
        return self.is_superseded or self.is_voided


NO_FAMILY = Family()


def is_void_of(void: BilledClaim, claim: BilledClaim, others: Iterable[BilledClaim]) -> bool:
    """Whether a void (frequency 8) is this claim's, and not another's of its number and day.

    A void repeats the charge. One that repeats no claim's may be of any.
    """
    return void.charge_cents == claim.charge_cents or not any(
        other.charge_cents == void.charge_cents
        and other.service_from == void.service_from
        and other.frequency_code != VOID
        for other in others
    )


def family_of(
    claim: BilledClaim,
    relatives: Sequence[BilledClaim],
    payer_numbers: Iterable[str],
    payer_numbers_of_others: Iterable[str],
    memory: SendingMemory,
) -> Family:
    """What these relatives mean for the claim.

    `payer_numbers` are keys of its own answers, `payer_numbers_of_others` of the answers to its
    relatives: a version whose REF*F8 names one of those replaces or voids another claim.

    A claim is superseded by a replacement (frequency 7) and voided by a void (8) to the same payer
    that was not sent before it. Of several next claims the newest to the nearest payer counts.
    Sendings of one claim are told by their answers, which are not looked at here.
    """
    if claim.frequency_code == VOID:
        return Family(is_voided=True)
    if not any(
        is_version(each) or each.payer_sequence != claim.payer_sequence for each in relatives
    ):
        return NO_FAMILY
    numbers = set(payer_numbers)
    kin = [each for each in relatives if each is not claim and _is_same_bill(each, claim, numbers)]
    if not kin:
        return NO_FAMILY
    elsewhere = set(payer_numbers_of_others) - numbers
    after = [
        each
        for each in kin
        if each.payer_sequence == claim.payer_sequence
        and _is_later(each, claim)
        and number_key(each.original_reference) not in elsewhere
    ]
    live = [each for each in kin if each.frequency_code != VOID]
    earlier = _newest_first(each for each in live if each.payer_sequence < claim.payer_sequence)
    voids = [
        each for each in after if each.frequency_code == VOID and is_void_of(each, claim, live)
    ]
    replacements = [each for each in after if each.frequency_code == REPLACEMENT]
    sent = [each.sent_on for each in (*voids, *replacements) if each.sent_on is not None]
    return Family(
        is_voided=bool(voids),
        next_claim=_newest_to_next_payer(claim, live),
        earlier_claims=tuple(
            each for each in earlier if each is earlier[0] or memory.is_sent_again(each, earlier[0])
        ),
        replacement=_newest(replacements),
        dead_since=min(sent, default=None),
    )


def relatives_among(
    claims: Sequence[BilledClaim],
    payments: Mapping[ClaimId, Sequence[PaidClaim]],
    memory: SendingMemory,
) -> dict[ClaimId, list[BilledClaim]]:
    """For each claim that may have relatives among the others, those; claims alone are left out."""
    by_number: dict[str, list[BilledClaim]] = {}
    by_original: dict[str, list[BilledClaim]] = {}
    for claim in claims:
        number = number_key(claim.patient_control_number)
        if number:
            by_number.setdefault(number, []).append(claim)
        original = number_key(claim.original_reference)
        if original:
            by_original.setdefault(original, []).append(claim)
    answered_under: dict[str, list[BilledClaim]] = {}
    if by_original:
        for claim in claims:
            for key in {
                number_key(payment.payer_claim_control_number)
                for payment in payments.get(claim.claim_id, ())
            }:
                if key in by_original:
                    answered_under.setdefault(key, []).append(claim)
    found: dict[ClaimId, dict[ClaimId, BilledClaim]] = {}
    for shared in by_number.values():
        parts = [shared]
        if len(shared) > _MANY:
            parts = _parts_of_many(shared, answered_under, memory)
        for members in parts:
            for claim in members if 1 < len(members) <= RELATIVES_MAX else ():
                found.setdefault(claim.claim_id, {}).update(
                    (other.claim_id, other) for other in members if other is not claim
                )
    for key, answered in answered_under.items():
        if max(len(answered), len(by_original[key])) > RELATIVES_MAX:
            continue
        for claim in answered:
            for other in by_original[key]:
                if other is not claim:
                    found.setdefault(claim.claim_id, {})[other.claim_id] = other
                    found.setdefault(other.claim_id, {})[claim.claim_id] = claim
    return {
        claim_id: [others[other_id] for other_id in sorted(others)]
        for claim_id, others in found.items()
    }


def _parts_of_many(
    claims: Sequence[BilledClaim],
    answered_under: Mapping[str, Sequence[BilledClaim]],
    memory: SendingMemory,
) -> list[list[BilledClaim]]:
    """A number that stands on so many claims means little: those of one patient and of days that
    meet may be relatives, and where none is a version or goes to another payer, only sendings of
    one claim."""
    by_name: dict[tuple[object, ...], list[BilledClaim]] = {}
    for claim in claims:
        names = (name_words(claim.patient_last_name), name_words(claim.patient_first_name))
        by_name.setdefault(names, []).append(claim)
    parts: list[list[BilledClaim]] = []
    for of_patient in by_name.values():
        first = of_patient[0]
        if not any(
            is_version(each) or each.payer_sequence != first.payer_sequence for each in of_patient
        ):
            parts += memory.may_be_sendings(of_patient)
            continue
        number = number_key(first.patient_control_number)
        for part in _by_days(of_patient):
            parts.append(part + _answered_elsewhere(part, number, answered_under))
    return parts


def _by_days(claims: Sequence[BilledClaim]) -> list[list[BilledClaim]]:
    """The claims in parts, so that no days of different parts meet."""
    dated = [(each.service_from, each) for each in claims if each.service_from is not None]
    if len(dated) < len(claims):
        return [list(claims)]
    dated.sort(key=lambda each: (each[0], each[1].claim_id))
    parts: list[list[BilledClaim]] = []
    last_on = date.min
    for first_on, claim in dated:
        if first_on > last_on or not parts:
            parts.append([])
        parts[-1].append(claim)
        last_on = max(last_on, claim.service_to or first_on, first_on)
    return parts


def _answered_elsewhere(
    part: Sequence[BilledClaim],
    number: str,
    answered_under: Mapping[str, Sequence[BilledClaim]],
) -> list[BilledClaim]:
    """Of other days the claims under this number that versions of the part refer to: what replaces
    one of those replaces none of the part. Of many answered under one number two are enough."""
    own = {claim.claim_id for claim in part}
    found = {
        other.claim_id: other
        for claim in part
        if is_version(claim)
        for other in islice(
            (
                each
                for each in answered_under.get(number_key(claim.original_reference), ())
                if number_key(each.patient_control_number) == number
            ),
            2,
        )
        if other.claim_id not in own
    }
    return list(found.values())


def _is_same_bill(other: BilledClaim, claim: BilledClaim, payer_numbers: set[str]) -> bool:
    if name_words(other.patient_last_name) != name_words(claim.patient_last_name) or (
        name_words(other.patient_first_name) != name_words(claim.patient_first_name)
    ):
        return False
    if (
        claim.service_from is not None
        and other.service_from is not None
        and not ranges_overlap(
            claim.service_from, claim.service_to, other.service_from, other.service_to
        )
    ):
        return False
    number = number_key(claim.patient_control_number)
    if number and number == number_key(other.patient_control_number):
        return True
    return bool(claim.original_reference) or (number_key(other.original_reference) in payer_numbers)


def _is_later(other: BilledClaim, claim: BilledClaim) -> bool:
    """Sent after, or on the same day a version of something that is none itself."""
    if other.sent_on is None or claim.sent_on is None:
        return claim.frequency_code != REPLACEMENT
    if other.sent_on == claim.sent_on:
        return claim.frequency_code != REPLACEMENT or other.frequency_code == VOID
    return other.sent_on > claim.sent_on


def _newest_to_next_payer(claim: BilledClaim, live: Sequence[BilledClaim]) -> BilledClaim | None:
    later = [each for each in live if each.payer_sequence > claim.payer_sequence]
    nearest = min((each.payer_sequence for each in later), default=0)
    return _newest(each for each in later if each.payer_sequence == nearest)


def _newest(claims: Iterable[BilledClaim]) -> BilledClaim | None:
    return next(iter(_newest_first(claims)), None)


def _newest_first(claims: Iterable[BilledClaim]) -> tuple[BilledClaim, ...]:
    return tuple(reversed(in_order_of_sending(claims)))
