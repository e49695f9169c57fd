"""Where a claim payment may belong: claims indexed by the keys a payer may echo.

No decisions here. The pool holds whatever claims the caller found (all of them in memory, or those
a database gave for `candidate_keys`); a claim that shares no key with a payment is never looked at.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

import msgspec

from edi_engine.matchers.facts import VOID, ClaimFacts, PaymentFacts
from edi_engine.records.keys import PCN_PREFIX_LENGTH, pcn_prefix
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim

__all__ = [
    "LINE_CONTROL_NUMBER_LENGTH_MIN",
    "CandidateKeys",
    "CandidatePool",
    "PracticeIdentifiers",
    "candidate_keys",
    "payment_facts",
]

LINE_CONTROL_NUMBER_LENGTH_MIN = 4
"""Shorter line control numbers are positions ("1", "02") that every claim has."""


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
        self.voids_by_number: dict[str, list[ClaimFacts]] = {}
        for facts in self._facts:
            if facts.number:
                self.by_number.setdefault(facts.number, []).append(facts)
                if facts.claim.frequency_code == VOID:
                    self.voids_by_number.setdefault(facts.number, []).append(facts)
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
