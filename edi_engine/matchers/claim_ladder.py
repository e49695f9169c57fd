"""The claim ladder: which claim a claim payment belongs to. Source: domain 4.1, MATCHING.md.

Three stages, so that the order of arrival never matters: what patient control numbers say, for
every payment; then reversals and what payer control numbers and line control numbers say, built on
the first stage alone; then weaker evidence. A level with several claims left is never settled by a
weaker one. The rules are in docs/MATCHING.md by the names used here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from edi_engine.matchers.candidates import (
    CANDIDATES_MAX,
    LINE_CONTROL_NUMBER_LENGTH_MIN,
    CandidatePool,
    PracticeIdentifiers,
    payment_facts,
)
from edi_engine.matchers.choosing import (
    choose,
    is_of_earlier_payer,
    is_of_replaced_version,
    payer_sequence_on,
)
from edi_engine.matchers.comparison import Comparison, has_other_line_numbers
from edi_engine.matchers.conclusions import Standing, match_of
from edi_engine.matchers.facts import (
    NOT_OUR_CLAIM,
    VOID,
    ClaimFacts,
    PaymentFacts,
    answers_by_revenue_code,
    code_forms,
    member_keys,
    name_keys,
)
from edi_engine.matchers.number_rules import NumberRank, rank_by_number
from edi_engine.matchers.payees import Payee, conflicts_with, payee_of
from edi_engine.matchers.profile_rules import rules_of_profiles
from edi_engine.matchers.resends import (
    latest_sending,
    settle_by_latest_sending,
    settle_copies,
    settle_resends,
)
from edi_engine.matchers.sendings import SendingMemory
from edi_engine.matchers.siblings import Siblings, undone_by
from edi_engine.matchers.weak_rules import (
    MEMBER_RULES,
    WEAK_RULES,
    Found,
    another_claim_of_the_day,
    another_of_the_family,
    suggest_by_name,
)
from edi_engine.records.keys import PCN_PREFIX_LENGTH, pcn_prefix
from edi_engine.records.matching import ClaimId, ClaimPaymentId, PaidClaim
from edi_engine.records.payer_profiles import NO_PROFILES, PayerProfiles
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import ClaimMatch, Decision, DecisionKind

__all__ = ["match_payments"]

_UNDOING = "reversal_of_matched_payment"

_Rule = tuple[str, Callable[[PaymentFacts, CandidatePool], Found]]
_Veto = Callable[[Comparison], bool]


def match_payments(
    payments: Sequence[PaidClaim],
    pool: CandidatePool,
    *,
    decisions: Sequence[Decision] = (),
    policy: ReconcilePolicy,
    profiles: PayerProfiles = NO_PROFILES,
) -> list[ClaimMatch]:
    """One conclusion per payment, in the order given; the order changes nothing else.

    `payments` is a whole group: with a payment come all those that share its patient control
    number or payer claim control number (by `records.keys`), also those matched before, because
    splits, reversals and resends are told apart by their siblings. Matched ones come out the
    same again unless something new changes them. `profiles` can only match what nothing else does.
    """
    return _Ladder(payment_facts(payments), pool, decisions, policy, profiles).conclusions()


class _Ladder:
    """One run over a group: standings in the order of the payments, filled stage by stage."""

    def __init__(
        self,
        payments: list[PaymentFacts],
        pool: CandidatePool,
        decisions: Sequence[Decision],
        policy: ReconcilePolicy,
        profiles: PayerProfiles,
    ) -> None:
        self._pairs = [(paid, Standing()) for paid in payments]
        self._pool = pool
        self._siblings = Siblings(payments)
        self._practice = PracticeIdentifiers(
            npis=pool.practice.npis | policy.practice_npis,
            tins=pool.practice.tins | policy.practice_tins,
        )
        self._profiles = profiles
        self._links, self._barred = _decided(decisions)
        self._standings = {
            paid.payment.claim_payment_id: standing for paid, standing in self._pairs
        }
        self._memory = SendingMemory()

    def conclusions(self) -> list[ClaimMatch]:
        for paid, standing in self._pairs:
            self._start(paid, standing)
        is_tied = self._is_any_tied()
        if is_tied:
            settle_resends(self._pairs)
            settle_copies(self._pairs)
            settle_by_latest_sending(
                [each for each in self._live() if not each[0].is_reversal], self._memory
            )
        self._place_reversals()
        if is_tied:
            settle_by_latest_sending(self._live(), self._memory)
        self._run_stage(self._linked_rules())
        self._run_stage(WEAK_RULES, veto=another_claim_of_the_day)
        self._run_stage(MEMBER_RULES, veto=another_of_the_family)
        if self._is_any_tied():
            settle_resends(self._pairs)
            settle_copies(self._pairs)
            settle_by_latest_sending(self._live(), self._memory, rule="")
        self._place_reversals()
        self._run_stage(rules_of_profiles(self._profiles), veto=another_claim_of_the_day)
        return [self._conclude(paid, standing) for paid, standing in self._pairs]

    def _is_any_tied(self) -> bool:
        return any(standing.is_ambiguous for _, standing in self._pairs)

    def _live(self) -> list[tuple[PaymentFacts, Standing]]:
        """Payments with their standings, those aside that are tied between voided claims."""
        return [
            (paid, standing)
            for paid, standing in self._pairs
            if not any(self._is_voided(paid, each.billed) for each in standing.ambiguous)
        ]

    def _standing(self, paid: PaymentFacts) -> Standing:
        return self._standings[paid.payment.claim_payment_id]

    # Stage 1: decisions and patient control numbers ---

    def _start(self, paid: PaymentFacts, standing: Standing) -> None:
        payment_id = paid.payment.claim_payment_id
        if payment_id in self._links:
            linked = self._links[payment_id]
            facts = self._pool.by_id.get(linked) if linked is not None else None
            standing.decide(linked, Comparison(paid, facts) if facts is not None else None)
            return
        payee = payee_of(paid.payment.payee_npi, paid.payment.payee_tin, self._practice)
        standing.is_foreign = payee is Payee.FOREIGN
        self._number_level(paid, standing)

    def _number_level(self, paid: PaymentFacts, standing: Standing) -> None:
        compared = self._compare(paid, self._numbered(paid))
        if not compared:
            return
        ranks = rank_by_number(paid, compared)
        standing.considered = compared
        for rank, rule in (
            (NumberRank.STRONG, "same_control_number_and_charge"),
            (NumberRank.WEAK, "same_control_number"),
        ):
            found = [each for each, reached in ranks if reached is rank]
            if found and len(compared) > 1:
                found += self._may_be_parts_of(paid, compared, found)
            if found and self._take(paid, standing, rule, found):
                return
        hints = [each for each, reached in ranks if reached is NumberRank.HINT]
        if hints:
            standing.hint("same_control_number", self._best_hints(paid, hints))

    def _may_be_parts_of(
        self, paid: PaymentFacts, compared: list[Comparison], found: list[Comparison]
    ) -> list[Comparison]:
        """Claims of which the payment may be a part as well as the whole of another: another
        payment answers a part of theirs, and none the whole."""
        return [
            each
            for each in compared
            if each not in found
            and each.may_be_part
            and each.dates_agree
            and not each.patient_differs
            and not each.may_be_relative
            and not has_other_line_numbers(each)
            and self._siblings.is_answered_in_parts(paid, each.billed)
        ]

    def _numbered(self, paid: PaymentFacts) -> Iterable[ClaimFacts]:
        """Claims of the patient control number, replacements that refer to its answers, and
        claims whose number goes on where this one may have been cut."""
        if not paid.number:
            return
        yield from self._pool.payable_by_number.get(paid.number, ())
        is_known = paid.number in self._pool.by_number
        if self._pool.by_original:
            for key in self._siblings.payer_numbers(paid.number):
                for facts in self._pool.by_original.get(key, ()):
                    is_known = True
                    yield facts
        if is_known and len(paid.number) >= PCN_PREFIX_LENGTH:
            for facts in self._pool.by_prefix.get(pcn_prefix(paid.number), ()):
                if facts.number.startswith(paid.number):
                    yield facts

    def _compare(self, paid: PaymentFacts, claims: Iterable[ClaimFacts]) -> list[Comparison]:
        """Comparisons with the claims that may be paid at all, each once, by claim id; none when
        these are too many for what ties them to mean anything."""
        barred = self._barred.get(paid.payment.claim_payment_id, ())
        unique: dict[ClaimId, ClaimFacts] = {}
        for facts in claims:
            if facts.claim.frequency_code != VOID and facts.claim.claim_id not in barred:
                unique[facts.claim.claim_id] = facts
                if len(unique) > CANDIDATES_MAX:
                    return []
        return [Comparison(paid, unique[claim_id]) for claim_id in sorted(unique)]

    def _take(
        self,
        paid: PaymentFacts,
        standing: Standing,
        rule: str,
        found: list[Comparison],
        veto: _Veto | None = None,
    ) -> bool:
        """Let the level decide; False when a veto leaves its claims for a person."""
        allowed = [
            each
            for each in found
            if not conflicts_with(paid, each.billed.claim)
            and not is_of_earlier_payer(paid, each.billed)
            and not is_of_replaced_version(paid, each.billed)
            and not (veto is not None and veto(each))
        ]
        if standing.is_foreign or not allowed:
            standing.hint(rule, self._best_hints(paid, found))
            return False
        left = choose(paid, allowed)
        if len(left) > 1 and not paid.is_reversal:
            left = [each for each in left if not self._is_voided(paid, each.billed)] or left
        if len(left) == 1 and not paid.is_reversal and self._is_voided(paid, left[0].billed):
            standing.hint(rule, left, voided=True)
            return False
        standing.reach(rule, left)
        return True

    def _is_voided(self, paid: PaymentFacts, billed: ClaimFacts) -> bool:
        """Whether we voided the claim (frequency 8) before this payment was made."""
        return self._pool.is_voided(billed, paid.paid_on)

    # Stage 2: reversals, payer claim control numbers, line control numbers ---

    def _place_reversals(self) -> None:
        """Put each reversal on the claim of the payment it undoes, when that is told."""
        for paid, standing in self._pairs:
            if not paid.is_reversal or standing.is_decided or standing.is_foreign:
                continue
            if standing.rule == _UNDOING:
                continue
            places = undone_by(paid, self._placed_siblings(paid))
            if len(places) != 1:
                continue
            (billed,) = places
            comparison = Comparison(paid, billed)
            if is_of_replaced_version(paid, billed) or comparison.is_another_person:
                continue
            if not conflicts_with(paid, billed.claim):
                standing.reach(_UNDOING, [comparison])

    def _placed_siblings(self, paid: PaymentFacts) -> list[tuple[PaymentFacts, ClaimFacts]]:
        """Payments tied to this one that have a claim already, reversals and held ones aside."""
        placed = []
        for other in self._siblings.of(paid):
            chosen = self._standing(other).chosen
            if chosen is not None and not other.is_reversal and not other.payment.held:
                placed.append((other, chosen.billed))
        return placed

    def _linked_rules(self) -> tuple[_Rule, ...]:
        """Rules that build on what stage 1 matched, and on nothing they match themselves."""
        placed = {
            paid.payment.claim_payment_id: self._placed_siblings(paid)
            for paid, standing in self._pairs
            if not standing.is_settled
        }

        def by_payer_number(paid: PaymentFacts, pool: CandidatePool) -> list[Comparison]:
            claims = [
                billed
                for other, billed in placed[paid.payment.claim_payment_id]
                if other.payer_number in {paid.payer_number, paid.original_number} - {""}
            ]
            referring: Sequence[ClaimFacts] = ()
            if paid.original_number:
                referring = pool.by_original.get(paid.original_number, ())
            elif claims:
                # What replaced the claim of this number may be answered under it, too.
                referring = pool.by_original.get(paid.payer_number, ())
            return [
                each
                for each in self._compare(paid, chain(claims, referring))
                if _agrees_by_payer_number(each)
            ]

        def by_acknowledged_number(paid: PaymentFacts, pool: CandidatePool) -> list[Comparison]:
            keys = {paid.payer_number, paid.original_number} - {""}
            claims = [
                billed for key in sorted(keys) for billed in pool.by_acknowledged.get(key, ())
            ]
            return [each for each in self._compare(paid, claims) if _agrees_by_payer_number(each)]

        def by_line_numbers(paid: PaymentFacts, pool: CandidatePool) -> list[Comparison]:
            return [
                each
                for each in self._compare(paid, _claims_of_all_lines(paid, pool))
                if not each.patient_differs
                and not each.dates_differ
                and sum((each.dates_agree, each.charge_agrees, each.patient_agrees)) > 1
            ]

        return (
            ("same_payer_claim_control_number", by_payer_number),
            ("acknowledged_payer_claim_control_number", by_acknowledged_number),
            ("same_line_control_numbers", by_line_numbers),
        )

    # Stages 2 and 3: of several rules the first that any claim reaches decides ---

    def _run_stage(self, rules: Sequence[_Rule], *, veto: _Veto | None = None) -> None:
        for paid, standing in self._pairs:
            if standing.is_settled or standing.is_foreign:
                continue
            for rule, find in rules:
                claims = find(paid, self._pool)
                if claims is None:
                    standing.crowd(rule)
                    break
                found = self._payable(paid, claims)
                if found and self._take(paid, standing, rule, found, veto):
                    break

    def _payable(self, paid: PaymentFacts, found: list[Comparison]) -> list[Comparison]:
        barred = self._barred.get(paid.payment.claim_payment_id, ())
        return [
            each
            for each in found
            if each.billed.claim.frequency_code != VOID and each.billed.claim.claim_id not in barred
        ]

    # The end ---

    def _conclude(self, paid: PaymentFacts, standing: Standing) -> ClaimMatch:
        if not standing.is_settled and not standing.is_foreign and not standing.hints:
            rule = "same_name_date_charge_and_provider"
            claims = suggest_by_name(paid, self._pool)
            if claims is None:
                standing.crowd(rule)
            elif found := self._payable(paid, claims):
                standing.hint(rule, self._best_hints(paid, found))
        likely = standing.chosen or (standing.hints[0] if standing.hints else None)
        sequence = paid.stated_sequence or 1
        if likely is not None:
            sequence = self._sequence_on(paid, likely.billed)
        is_passed_on = paid.payment.status_code == NOT_OUR_CLAIM
        return match_of(paid, standing, sequence, is_passed_on=is_passed_on)

    def _best_hints(self, paid: PaymentFacts, found: list[Comparison]) -> list[Comparison]:
        """What to suggest; of sendings of one claim the latest."""
        left = choose(paid, found)
        latest = latest_sending(paid, left, self._memory)
        return left if latest is None else [latest]

    def _sequence_on(self, paid: PaymentFacts, billed: ClaimFacts) -> int:
        """As which payer it answers; a reversal as what it undoes, when that is told."""
        if paid.is_reversal:
            on_claim = [
                (other, self._stated_sequence_on(other, billed))
                for other, place in self._placed_siblings(paid)
                if place is billed
            ]
            sequences = undone_by(paid, on_claim)
            if len(sequences) == 1:
                return sequences.pop()
        return self._stated_sequence_on(paid, billed)

    def _stated_sequence_on(self, paid: PaymentFacts, billed: ClaimFacts) -> int:
        return payer_sequence_on(
            paid, billed, primary_answered=lambda: self._siblings.has_primary_answer(paid)
        )


def _agrees_by_payer_number(each: Comparison) -> bool:
    """What else must agree where the payer's own number says that it is the claim."""
    return (
        not each.is_another_person
        and (each.dates_agree or (not each.dates_differ and each.patient_agrees))
        and (each.charge_agrees or each.lines_agree)
    )


def _decided(
    decisions: Sequence[Decision],
) -> tuple[Mapping[ClaimPaymentId, ClaimId | None], Mapping[ClaimPaymentId, set[ClaimId]]]:
    """Linked claims (None: off every claim) and barred claims; the later decision prevails."""
    links: dict[ClaimPaymentId, ClaimId | None] = {}
    barred: dict[ClaimPaymentId, set[ClaimId]] = {}
    for decision in sorted(decisions, key=lambda each: each.decision_id):
        payment_id, claim_id = decision.claim_payment_id, decision.claim_id
        if decision.kind is DecisionKind.LINK:
            links[payment_id] = claim_id
            if claim_id is not None:
                barred.get(payment_id, set()).discard(claim_id)
        elif claim_id is None:
            links[payment_id] = None
        else:
            barred.setdefault(payment_id, set()).add(claim_id)
            if links.get(payment_id) == claim_id:
                del links[payment_id]
    return links, barred


def _claims_of_all_lines(paid: PaymentFacts, pool: CandidatePool) -> list[ClaimFacts]:
    """Claims that hold every returned line control number, each with the line's code. Where even
    the rarest stands on very many, of these those of the payment's charge, day and patient."""
    numbered = paid.control_numbers
    if not numbered or any(len(key) < LINE_CONTROL_NUMBER_LENGTH_MIN for key, _ in numbered):
        return []
    claims = min((pool.by_line_number.get(key, []) for key, _ in numbered), key=len)
    if len(claims) > CANDIDATES_MAX:
        keys = name_keys(paid.last_name) + member_keys(paid.members)
        claims = pool.of_charge_and_date(paid, keys) or []
    return [
        facts
        for facts in claims
        if all(
            (found := facts.control_numbers.get(key)) is not None
            and (
                found.procedure_code.upper() in {*code_forms(line), ""}
                or answers_by_revenue_code(line, found)
            )
            for key, line in numbered
        )
    ]
