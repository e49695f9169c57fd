"""Where a claim payment stands while the ladder runs, and the conclusion made of it at the end."""

from collections.abc import Sequence

from edi_engine.matchers.candidates import CANDIDATES_MAX
from edi_engine.matchers.comparison import Comparison, evidence_of
from edi_engine.matchers.facts import PaymentFacts
from edi_engine.records.matching import DECIDED_RULE, ClaimId
from edi_engine.records.reconciliation import (
    ClaimMatch,
    MatchCandidate,
    MatchOutcome,
)

__all__ = ["Standing", "match_of"]

_CANDIDATES_SHOWN_MAX = 10
"""Candidates kept with a conclusion; a person does not choose among more."""

_REASONS = {
    "same_control_number_and_charge": "Control number, charge and dates of service agree.",
    "same_control_number": "The control number agrees, and charge, lines or patient bear it out.",
    "reversal_of_matched_payment": "It undoes a payment that is matched to this claim.",
    "same_payer_claim_control_number": (
        "The payer's claim control number is that of a payment matched to this claim."
    ),
    "acknowledged_payer_claim_control_number": (
        "The payer acknowledged this claim under the payment's claim control number."
    ),
    "same_line_control_numbers": "All its line control numbers lie in this claim alone.",
    "truncated_control_number": (
        "The claim's control number begins with the payment's; charge and dates agree."
    ),
    "altered_control_number": (
        "One control number contains the other; charge, dates and patient agree."
    ),
    "same_member_name_date_and_charge": "Member, name, dates of service and charge agree.",
    "control_number_cut_as_profiled": (
        "The claim's control number begins with the payment's, cut as the payer's profile says"
        " (truncates_control_number); charge and day agree, and no other claim fits."
    ),
    "copy_of_matched_payment": (
        "It repeats, word for word, a payment that is matched to this claim; it is held."
    ),
    "resend_refused_as_duplicate": (
        "The claim was sent twice; the answer that refuses a duplicate belongs to the later one."
    ),
    "resend_with_own_payer_number": (
        "The claim was sent twice; the payer's claim control number tells which one it answers."
    ),
    "resend_sent_last": (
        "The claim was sent again unchanged; the latest sending before the payment takes it."
    ),
}


class Standing:
    """What is known of one payment so far. `chosen` settles it, so does more than one in
    `ambiguous`, and `is_crowded`; `hints` are claims a person should look at, the best first."""

    __slots__ = (
        "ambiguous",
        "chosen",
        "considered",
        "hint_is_voided",
        "hint_rule",
        "hints",
        "is_crowded",
        "is_decided",
        "is_foreign",
        "linked",
        "rule",
    )

    def __init__(self) -> None:
        self.chosen: Comparison | None = None
        self.ambiguous: list[Comparison] = []
        self.hints: list[Comparison] = []
        self.considered: list[Comparison] = []
        self.rule = ""
        self.hint_rule = ""
        self.hint_is_voided = False
        self.is_crowded = False
        self.is_decided = False
        self.is_foreign = False
        self.linked: ClaimId | None = None

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.ambiguous)

    @property
    def is_settled(self) -> bool:
        return self.is_decided or self.chosen is not None or bool(self.ambiguous) or self.is_crowded

    def decide(self, claim_id: ClaimId | None, comparison: Comparison | None) -> None:
        """A person's decision: this claim, or none at all."""
        self.is_decided = True
        self.rule = DECIDED_RULE
        self.linked = claim_id
        self.chosen = comparison

    def reach(self, rule: str, left: Sequence[Comparison]) -> None:
        """The level that decides, with what its criteria left."""
        self.rule = rule
        self.chosen = left[0] if len(left) == 1 else None
        self.ambiguous = list(left) if len(left) > 1 else []

    def crowd(self, rule: str) -> None:
        """More claims may reach this level than can be compared: no weaker one is asked."""
        self.rule = rule
        self.is_crowded = True

    def hint(self, rule: str, left: Sequence[Comparison], *, voided: bool = False) -> None:
        """Claims that only a person may take; the first level that gives any is kept."""
        if not self.hints:
            self.hint_rule = rule
            self.hints = list(left)
            self.hint_is_voided = voided

    def consider(self, compared: Sequence[Comparison]) -> None:
        """Claims that were compared, for the runners-up."""
        self.considered.extend(compared)


def match_of(
    paid: PaymentFacts, standing: Standing, sequence: int, *, is_passed_on: bool
) -> ClaimMatch:
    """The conclusion. `is_passed_on`: the payer calls the claim not its own (CLP02 23)."""
    outcome, claim_id, rule, reason = _outcome_of(standing, is_passed_on=is_passed_on)
    shown = taken = standing.chosen
    others = standing.ambiguous or standing.considered
    if outcome is MatchOutcome.SUGGESTED:
        # A suggestion is no match: the claim stands among the candidates too, as the first.
        shown, taken = standing.hints[0], None
        others = standing.hints + standing.considered
    elif outcome is MatchOutcome.AMBIGUOUS:
        others = standing.ambiguous or standing.hints
    elif outcome is not MatchOutcome.MATCHED:
        others = standing.hints + standing.considered
    return ClaimMatch(
        claim_payment_id=paid.payment.claim_payment_id,
        outcome=outcome,
        claim_id=claim_id,
        rule=rule,
        payer_sequence=sequence,
        reason=reason,
        evidence=evidence_of(shown) if shown is not None and claim_id is not None else (),
        candidates=_candidates(others, taken if claim_id is not None else None, rule),
    )


def _outcome_of(
    standing: Standing, *, is_passed_on: bool
) -> tuple[MatchOutcome, ClaimId | None, str, str]:
    if standing.is_decided:
        if standing.linked is None:
            return MatchOutcome.UNMATCHED, None, DECIDED_RULE, "A person took it off every claim."
        return (
            MatchOutcome.MATCHED,
            standing.linked,
            DECIDED_RULE,
            "A person linked it to this claim.",
        )
    rule = standing.rule
    if standing.chosen is not None:
        claim_id = standing.chosen.billed.claim.claim_id
        return MatchOutcome.MATCHED, claim_id, rule, _REASONS[rule]
    if standing.ambiguous:
        count = len(standing.ambiguous)
        reason = f"{count} claims agree equally well ({_words(rule)}); nothing tells them apart."
        return MatchOutcome.AMBIGUOUS, None, rule, reason
    if standing.is_crowded:
        reason = (
            f"More than {CANDIDATES_MAX} claims share its charge, first day and patient, or what"
            f" is left of its number ({_words(rule)}): too many to tell apart."
        )
        return MatchOutcome.AMBIGUOUS, None, rule, reason
    hints, rule = standing.hints, standing.hint_rule
    if standing.is_foreign:
        if len(hints) == 1 and _agrees_wholly(hints[0]):
            reason = "Everything agrees but the payee, which is none of our billing providers."
            return MatchOutcome.SUGGESTED, hints[0].billed.claim.claim_id, rule, reason
        reason = "The payee is none of our billing providers."
        return MatchOutcome.NOT_OURS, None, "", reason
    if len(hints) > 1:
        reason = f"{len(hints)} claims are possible ({_words(rule)}); the evidence is too weak."
        return MatchOutcome.AMBIGUOUS, None, rule, reason
    if hints:
        reason = _hint_reason(hints[0], voided=standing.hint_is_voided)
        return MatchOutcome.SUGGESTED, hints[0].billed.claim.claim_id, rule, reason
    if is_passed_on:
        reason = "The payer says the claim is not its own and passed it on."
        return MatchOutcome.NOT_OURS, None, "", reason
    if standing.considered:
        differing = _differences(standing.considered[0])
        reason = f"The control number is known, but {differing} differ: it may be used again."
        return MatchOutcome.UNMATCHED, None, "", reason
    return MatchOutcome.UNMATCHED, None, "", "No claim shares a control number or enough else."


def _candidates(
    others: Sequence[Comparison], taken: Comparison | None, rule: str
) -> tuple[MatchCandidate, ...]:
    seen = {taken.billed.claim.claim_id} if taken is not None else set()
    found = []
    for each in others:
        claim_id = each.billed.claim.claim_id
        if claim_id in seen:
            continue
        seen.add(claim_id)
        note = _note(each)
        found.append(MatchCandidate(claim_id, rule, note, evidence_of(each)))
        if len(found) == _CANDIDATES_SHOWN_MAX:
            break
    return tuple(found)


def _agrees_wholly(comparison: Comparison) -> bool:
    return (
        comparison.charge_agrees
        and comparison.dates_agree
        and comparison.name_agrees
        and comparison.billed.number == comparison.paid.number
    )


def _note(comparison: Comparison) -> str:
    differing = _differences(comparison)
    return f"{differing} differ" if differing else "agrees as well"


def _hint_reason(comparison: Comparison, *, voided: bool) -> str:
    if voided:
        return "The claim agrees, but we voided it before this payment."
    differing = _differences(comparison)
    if differing:
        return f"It looks like this claim, but {differing} differ."
    return "It looks like this claim, but the evidence is too weak to post by itself."


def _differences(comparison: Comparison) -> str:
    """The fields that speak against the claim, in words."""
    found = []
    if comparison.billed.number != comparison.paid.number:
        found.append("control number")
    if not comparison.charge_agrees:
        found.append("charge")
    if comparison.dates_differ:
        found.append("dates of service")
    if comparison.patient_differs or comparison.is_another_person:
        found.append("patient")
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def _words(rule: str) -> str:
    return rule.replace("_", " ")
