"""Where a claim payment may belong: claims indexed by the keys a payer may echo.

No decisions here. The pool holds whatever claims the caller found (all of them in memory, or those
a database gave for `candidate_keys`); a claim that shares no key with a payment is never looked at.
Where thousands of claims share a key the pool goes by further ones, and no more than
`CANDIDATES_MAX` claims are ever given for one payment.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property

import msgspec

from edi_engine.dates import ranges_overlap
from edi_engine.matchers.facts import (
    VOID,
    ClaimFacts,
    PaymentFacts,
    member_keys,
    name_keys,
    number_key,
)
from edi_engine.records.keys import PCN_PREFIX_LENGTH, pcn_prefix
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim

__all__ = [
    "CANDIDATES_MAX",
    "LINE_CONTROL_NUMBER_LENGTH_MIN",
    "CandidateKeys",
    "CandidatePool",
    "PracticeIdentifiers",
    "candidate_keys",
    "payment_facts",
]

CANDIDATES_MAX = 200
"""Claims compared with one payment by one rule. A number that stands on more claims than this says
nothing about any of them. Nor do charge, day and patient: where one in a hundred patients has the
commonest name, two hundred of them with one charge would be twenty thousand visits on a day."""

LINE_CONTROL_NUMBER_LENGTH_MIN = 4
"""Shorter line control numbers are positions ("1", "02") that every claim has."""

_NUMBER_LENGTH_MIN = 4
"""The shortest number that `altered_control_number` believes in."""

_PIECE_LENGTHS = (_NUMBER_LENGTH_MIN, 8)
"""Four signs in a row are shared by too many numbers where a program counts up; eight by few."""

_NUMBER_TAKEN_APART_MAX = 38
"""A patient control number has at most 38 characters (CLM01, CLP01)."""


class PracticeIdentifiers(msgspec.Struct, frozen=True):
    """NPIs and tax ids that are ours: those of all claims' billing providers and of the policy.

    Empty sets mean "not known", and then no payment is called not ours by its payee.
    """

    npis: frozenset[str] = frozenset()
    tins: frozenset[str] = frozenset()


class CandidateKeys(msgspec.Struct, frozen=True):
    """What to ask a store for, sorted, without meaningless values. Made with `records.keys`.

    `charges_and_dates` are (cents, first service date) pairs.
    """

    patient_control_numbers: tuple[str, ...]
    patient_control_number_prefixes: tuple[str, ...]
    charges_and_dates: tuple[tuple[int, date], ...]
    line_control_numbers: tuple[str, ...]
    payer_claim_control_numbers: tuple[str, ...]
    members: tuple[str, ...]


class CandidatePool:
    """Claims that payments may belong to, indexed in memory; never changed after it is built.

    `practice` defaults to the billing providers of the claims given. A caller that holds only
    part of its claims passes the identifiers of all of them. The indexes that few payments need
    are built when the first one asks.
    """

    def __init__(
        self, claims: Iterable[BilledClaim], *, practice: PracticeIdentifiers | None = None
    ) -> None:
        by_id = {claim.claim_id: claim for claim in claims}
        self._facts = [ClaimFacts(by_id[claim_id]) for claim_id in sorted(by_id)]
        self.by_id: dict[ClaimId, ClaimFacts] = {
            facts.claim.claim_id: facts for facts in self._facts
        }
        self.by_number: dict[str, list[ClaimFacts]] = {}
        self._voids: list[ClaimFacts] = []
        for facts in self._facts:
            if facts.number:
                self.by_number.setdefault(facts.number, []).append(facts)
                if facts.claim.frequency_code == VOID:
                    self._voids.append(facts)
        self._parts_of_blocks: dict[tuple[int, date], dict[str, list[ClaimFacts]]] = {}
        self._numbers_of_blocks: dict[
            tuple[int, date], tuple[dict[str, list[ClaimFacts]], dict[str, list[ClaimFacts]]]
        ] = {}
        self._by_start: dict[int, dict[tuple[int, date, str], list[ClaimFacts]]] = {}
        self.practice = practice or PracticeIdentifiers(
            npis=frozenset(filter(None, (facts.claim.billing_npi for facts in self._facts))),
            tins=frozenset(filter(None, (facts.claim.billing_tin for facts in self._facts))),
        )

    @cached_property
    def by_prefix(self) -> dict[str, list[ClaimFacts]]:
        """Claims by the first characters of a long patient control number."""
        found: dict[str, list[ClaimFacts]] = {}
        for facts in self._facts:
            if len(facts.number) > PCN_PREFIX_LENGTH:
                found.setdefault(pcn_prefix(facts.number), []).append(facts)
        return found

    @cached_property
    def by_original(self) -> dict[str, list[ClaimFacts]]:
        """Claims by the payer claim control number they refer to (REF*F8)."""
        found: dict[str, list[ClaimFacts]] = {}
        for facts in self._facts:
            if facts.original_number:
                found.setdefault(facts.original_number, []).append(facts)
        return found

    @cached_property
    def by_acknowledged(self) -> dict[str, list[ClaimFacts]]:
        """Claims by the payer claim control number of an acknowledgment (REF*1K)."""
        found: dict[str, list[ClaimFacts]] = {}
        for facts in self._facts:
            for number in facts.claim.acknowledged_numbers:
                found.setdefault(number_key(number), []).append(facts)
        found.pop("", None)
        return found

    @cached_property
    def payable_by_number(self) -> dict[str, list[ClaimFacts]]:
        """Claims by patient control number, without voids, which nobody pays."""
        if not self._voids:
            return self.by_number
        return {
            number: [each for each in found if each.claim.frequency_code != VOID]
            for number, found in self.by_number.items()
        }

    def is_voided(self, billed: ClaimFacts, before: date | None) -> bool:
        """Whether we voided the claim before that day: a void (frequency 8) of its number, patient,
        payer sequence and day, which is no other claim's (see `families.is_void_of`)."""
        claim = billed.claim
        for cents in (claim.charge_cents, None):
            days = self._void_days.get(_voided_as(billed, cents), ())
            first = bisect_left(days, claim.sent_on or date.min)
            if first < len(days) and (before is None or days[first] < before):
                return True
        return False

    @cached_property
    def _void_days(self) -> dict[tuple[object, ...], list[date]]:
        """The days on which voids were sent, in order, by what they void: by charge, and without
        one those whose charge is no claim's of the number and day."""
        if not self._voids:
            return {}
        charged = {
            (facts.number, facts.claim.service_from, facts.claim.charge_cents)
            for found in self.payable_by_number.values()
            for facts in found
        }
        days: dict[tuple[object, ...], list[date]] = {}
        for void in self._voids:
            claim = void.claim
            if claim.sent_on is None:
                continue
            days.setdefault(_voided_as(void, claim.charge_cents), []).append(claim.sent_on)
            if (void.number, claim.service_from, claim.charge_cents) not in charged:
                days.setdefault(_voided_as(void, None), []).append(claim.sent_on)
        return {key: sorted(found) for key, found in days.items()}

    @cached_property
    def by_line_number(self) -> dict[str, list[ClaimFacts]]:
        """Claims by line item control number, positions left out."""
        found: dict[str, list[ClaimFacts]] = {}
        for facts in self._facts:
            for key in facts.control_numbers:
                if len(key) >= LINE_CONTROL_NUMBER_LENGTH_MIN:
                    found.setdefault(key, []).append(facts)
        return found

    @cached_property
    def by_charge_and_date(self) -> dict[tuple[int, date], list[ClaimFacts]]:
        """Claims by charge (CLM02, and the sum of lines where it differs) and first day."""
        found: dict[tuple[int, date], list[ClaimFacts]] = {}
        for facts in self._facts:
            first_on = facts.claim.service_from
            if first_on is None:
                continue
            for cents in dict.fromkeys((facts.claim.charge_cents, facts.lines_charge_cents)):
                found.setdefault((cents, first_on), []).append(facts)
        return found

    @cached_property
    def by_member(self) -> dict[str, list[ClaimFacts]]:
        """Claims by the subscriber's member id."""
        found: dict[str, list[ClaimFacts]] = {}
        for facts in self._facts:
            if facts.member:
                found.setdefault(facts.member, []).append(facts)
        return found

    def of_charge_and_date(
        self, paid: PaymentFacts, keys: Sequence[str]
    ) -> list[ClaimFacts] | None:
        """Claims of the payment's charge, or that of its split, that begin on its first day.

        Where these are very many, only those with one of the keys (`name_keys`, `member_keys`);
        None when these are more than are compared.
        """
        first_on = paid.payment.service_from
        if first_on is None:
            return []
        found: dict[ClaimId, ClaimFacts] = {}
        for cents in dict.fromkeys((paid.charge_cents, paid.group_charge_cents)):
            block = self.by_charge_and_date.get((cents, first_on), [])
            parts = [block]
            if len(block) > CANDIDATES_MAX:
                by_key = self._parts_of((cents, first_on))
                parts = [by_key[key] for key in keys if key in by_key]
            for part in parts:
                if len(part) > CANDIDATES_MAX:
                    return None
                found |= {facts.claim.claim_id: facts for facts in part}
        return list(found.values())

    def of_charge_and_date_altered(
        self, paid: PaymentFacts, keys: Sequence[str]
    ) -> list[ClaimFacts] | None:
        """The same for a payment whose number may contain the claim's or be a part of it: where the
        keys leave very many claims, those whose numbers may be such."""
        near = self.of_charge_and_date(paid, keys)
        first_on = paid.payment.service_from
        if near is not None or first_on is None or len(paid.number) > _NUMBER_TAKEN_APART_MAX:
            return near
        claims: dict[ClaimId, ClaimFacts] = {}
        for cents in dict.fromkeys((paid.charge_cents, paid.group_charge_cents)):
            if (cents, first_on) not in self.by_charge_and_date:
                continue
            whole, pieces = self._numbers_of((cents, first_on))
            parts = [whole[text] for text in _within(paid.number) if text in whole]
            size = _PIECE_LENGTHS[len(paid.number) >= _PIECE_LENGTHS[1]]
            found = (pieces.get(piece, []) for piece in _pieces(paid.number, size))
            parts.append(min(found, key=len, default=[]))
            for part in parts:
                if len(part) > CANDIDATES_MAX:
                    return None
                claims |= {facts.claim.claim_id: facts for facts in part}
        return [claims[claim_id] for claim_id in sorted(claims)]

    def _numbers_of(
        self, block: tuple[int, date]
    ) -> tuple[dict[str, list[ClaimFacts]], dict[str, list[ClaimFacts]]]:
        """The claims of one charge and day by their number, and by each piece of it."""
        if block not in self._numbers_of_blocks:
            whole: dict[str, list[ClaimFacts]] = {}
            pieces: dict[str, list[ClaimFacts]] = {}
            for facts in self.by_charge_and_date[block]:
                whole.setdefault(facts.number, []).append(facts)
                for size in _PIECE_LENGTHS:
                    for piece in _pieces(facts.number, size):
                        pieces.setdefault(piece, []).append(facts)
            self._numbers_of_blocks[block] = whole, pieces
        return self._numbers_of_blocks[block]

    def _parts_of(self, block: tuple[int, date]) -> dict[str, list[ClaimFacts]]:
        """The claims of one charge and day by the keys of their patients."""
        if block not in self._parts_of_blocks:
            found: dict[str, list[ClaimFacts]] = {}
            for facts in self.by_charge_and_date[block]:
                members = member_keys((facts.member,)) if facts.member else ()
                for key in (*name_keys(facts.last_name), *members):
                    found.setdefault(key, []).append(facts)
            self._parts_of_blocks[block] = found
        return self._parts_of_blocks[block]

    def of_charge_and_date_cut(self, paid: PaymentFacts) -> list[ClaimFacts] | None:
        """Claims of the payment's charge and first day whose number, as it was sent, begins with
        the payment's. None when these are more than are compared."""
        first_on, cut = paid.payment.service_from, len(paid.number_text)
        if cut not in self._by_start:
            by_start: dict[tuple[int, date, str], list[ClaimFacts]] = {}
            for (cents, day), block in self.by_charge_and_date.items():
                for facts in block:
                    by_start.setdefault((cents, day, facts.number_text[:cut]), []).append(facts)
            self._by_start[cut] = by_start
        found: dict[ClaimId, ClaimFacts] = {}
        for cents in dict.fromkeys((paid.charge_cents, paid.group_charge_cents)):
            if first_on is not None:
                part = self._by_start[cut].get((cents, first_on, paid.number_text), [])
                if len(part) > CANDIDATES_MAX:
                    return None
                found |= {facts.claim.claim_id: facts for facts in part}
        return [found[claim_id] for claim_id in sorted(found)]

    @cached_property
    def _days_of_members(self) -> dict[str, tuple[list[date], list[ClaimFacts], timedelta]]:
        """Of members with very many claims: their first days in order, the claims in this order,
        and the length of the longest."""
        found = {}
        for member, claims in self.by_member.items():
            if len(claims) <= CANDIDATES_MAX:
                continue
            dated = [
                (facts.claim.service_from, facts)
                for facts in claims
                if facts.claim.service_from is not None
            ]
            dated.sort(key=lambda each: each[0])
            longest = max(
                ((facts.claim.service_to or first) - first for first, facts in dated),
                default=timedelta(0),
            )
            days = [first for first, _ in dated]
            found[member] = days, [facts for _, facts in dated], max(longest, timedelta(0))
        return found

    def of_member(self, paid: PaymentFacts, member: str) -> list[ClaimFacts] | None:
        """Claims of the member; where these are very many, those of the payment's days. None when
        these are more than are compared."""
        claims = self.by_member.get(member, [])
        if len(claims) <= CANDIDATES_MAX:
            return claims
        first_on, last_on = paid.payment.service_from, paid.payment.service_to
        if first_on is None:
            return []
        days, ordered, longest = self._days_of_members[member]
        start = bisect_left(days, max(first_on, date.min + longest) - longest)
        end = bisect_right(days, max(first_on, last_on or first_on))
        found = []
        for index in range(start, end):
            claim = ordered[index].claim
            if days[index] == first_on or ranges_overlap(
                first_on, last_on, days[index], claim.service_to
            ):
                found.append(ordered[index])
                if len(found) > CANDIDATES_MAX:
                    return None
        return found

    def continuing(self, paid: PaymentFacts) -> list[ClaimFacts] | None:
        """Claims whose number goes on where the payment's, of 15 characters or more, ends; where
        these are very many, those of its charge. None when these are more than are compared."""
        claims = self.by_prefix.get(pcn_prefix(paid.number), [])
        if len(claims) > CANDIDATES_MAX:
            wanted = dict.fromkeys((paid.charge_cents, paid.group_charge_cents))
            parts = [
                self._prefix_charges.get((pcn_prefix(paid.number), each), []) for each in wanted
            ]
            if any(len(part) > CANDIDATES_MAX for part in parts):
                return None
            claims = list({each.claim.claim_id: each for part in parts for each in part}.values())
        return [facts for facts in claims if facts.number.startswith(paid.number)]

    @cached_property
    def _prefix_charges(self) -> dict[tuple[str, int], list[ClaimFacts]]:
        found: dict[tuple[str, int], list[ClaimFacts]] = {}
        for prefix, claims in self.by_prefix.items():
            if len(claims) > CANDIDATES_MAX:
                for facts in claims:
                    for cents in dict.fromkeys(
                        (facts.claim.charge_cents, facts.lines_charge_cents)
                    ):
                        found.setdefault((prefix, cents), []).append(facts)
        return found


def _pieces(number: str, size: int) -> set[str]:
    """Every so many signs in a row; what contains the number has them all."""
    ends = range(size, min(len(number), _NUMBER_TAKEN_APART_MAX) + 1)
    return {number[end - size : end] for end in ends}


def _within(number: str) -> set[str]:
    """Every number of four signs or more that is a part of this one."""
    return {
        number[start:end]
        for start in range(len(number))
        for end in range(start + _NUMBER_LENGTH_MIN, len(number) + 1)
    }


def _voided_as(billed: ClaimFacts, cents: int | None) -> tuple[object, ...]:
    claim = billed.claim
    return (
        billed.number,
        billed.last_name,
        billed.first_name,
        claim.payer_sequence,
        claim.service_from,
        cents,
    )


def payment_facts(payments: Sequence[PaidClaim]) -> list[PaymentFacts]:
    """Facts of each payment in the order given, with the charge of its split summed.

    A split is told by transaction set, patient control number (payer claim control number, where
    that is lost), stated payer sequence and patient; reversals are summed apart.
    """
    found = [PaymentFacts(payment) for payment in payments]
    sums: dict[tuple[object, ...], int] = {}
    for facts in found:
        if facts.number or facts.payer_number:
            key = _split_key(facts)
            sums[key] = sums.get(key, 0) + facts.charge_cents
    for facts in found:
        if facts.number or facts.payer_number:
            facts.group_charge_cents = sums[_split_key(facts)]
    return found


def _split_key(facts: PaymentFacts) -> tuple[object, ...]:
    return (
        facts.payment.remittance_id,
        facts.number,
        "" if facts.number else facts.payer_number,
        facts.is_reversal,
        facts.stated_sequence,
        facts.last_name,
    )


def candidate_keys(payments: Sequence[PaidClaim]) -> CandidateKeys:
    """All keys under which the claims of these payments may be found.

    Pass all claim payments of a transaction set that share a control number of either kind
    together: the charge of a claim that was split is the sum over them.
    """
    numbers: set[str] = set()
    prefixes: set[str] = set()
    charges: set[tuple[int, date]] = set()
    lines: set[str] = set()
    payer_numbers: set[str] = set()
    members: set[str] = set()
    for facts in payment_facts(payments):
        numbers.add(facts.number)
        if len(facts.number) >= PCN_PREFIX_LENGTH:
            prefixes.add(pcn_prefix(facts.number))
        first_on = facts.payment.service_from
        if first_on is not None:
            charges.add((facts.charge_cents, first_on))
            charges.add((facts.group_charge_cents, first_on))
        lines.update(
            key for key, _ in facts.control_numbers if len(key) >= LINE_CONTROL_NUMBER_LENGTH_MIN
        )
        payer_numbers.update((facts.payer_number, facts.original_number))
        members.update(facts.members)
    return CandidateKeys(
        patient_control_numbers=tuple(sorted(numbers - {""})),
        patient_control_number_prefixes=tuple(sorted(prefixes)),
        charges_and_dates=tuple(sorted(charges)),
        line_control_numbers=tuple(sorted(lines)),
        payer_claim_control_numbers=tuple(sorted(payer_numbers - {""})),
        members=tuple(sorted(members)),
    )
