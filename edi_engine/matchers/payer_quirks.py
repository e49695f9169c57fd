"""Evidence of payers' quirks: what one claim payment or remittance says for and against each.

What counts is written in `records.payer_profiles.CATALOGUE`; a rule here answers True (evidence
for), False (against) or None (no opportunity). Nothing here decides anything about money.
"""

from collections.abc import Iterable, Mapping, Sequence

from edi_engine.matchers.adjudications import counts
from edi_engine.matchers.facts import REVERSAL, code_forms, number_key
from edi_engine.matchers.line_amounts import Kind, kind_of
from edi_engine.matchers.reversals import is_not_negative, payment_money
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import (
    BilledClaim,
    ClaimId,
    ClaimPaymentId,
    PaidAdjustment,
    PaidClaim,
    PaidLine,
)
from edi_engine.records.payer_profiles import Observation, Quirk, bit_of
from edi_engine.records.reconciliation import ClaimMatch, MatchOutcome

__all__ = [
    "POSITION_LENGTH_MAX",
    "QUIRK_LENGTH_MIN",
    "observe_group",
    "observe_payment",
    "observe_remittance",
]

QUIRK_LENGTH_MIN = 6
"""A control number cut shorter than this says too little, whatever the payer is known for."""

POSITION_LENGTH_MAX = 3
"""Line control numbers so short may be positions that the payer counted itself."""

_WHOLE_LENGTH_MIN = 4
"""Shorter control numbers are contained in too many others to mean anything."""

_GLUED_CODE_LENGTH = 7
_ANSWERS = frozenset({"1", "2", "3", "4", "19", "20", "21"})
_REFUSED = frozenset({Kind.DENIED, Kind.PATIENT_REFUSED})


class _Masks:
    """Bits set while the rules of one subject are asked."""

    def __init__(self) -> None:
        self.seen = 0
        self.against = 0

    def note(self, quirk: Quirk, verdict: bool | None) -> None:
        if verdict is None:
            return
        if verdict:
            self.seen |= bit_of(quirk)
        else:
            self.against |= bit_of(quirk)


def observe_group(
    claims: Mapping[ClaimId, BilledClaim],
    payments: Mapping[ClaimPaymentId, PaidClaim],
    matches: Mapping[ClaimPaymentId, ClaimMatch],
) -> dict[ClaimPaymentId, Observation]:
    """What each payment says. With a matched payment come its claim, and all that is matched to
    that claim: what an earlier payer paid is part of the evidence."""
    paid: dict[ClaimId, list[tuple[int, int]]] = {}
    for payment_id, match in matches.items():
        payment = payments[payment_id]
        claim_id = match.claim_id if match.outcome is MatchOutcome.MATCHED else None
        if claim_id is not None and counts(payment):
            paid.setdefault(claim_id, []).append((match.payer_sequence, payment.paid_cents))
    found = {}
    for payment_id, match in matches.items():
        claim_id = match.claim_id if match.outcome is MatchOutcome.MATCHED else None
        claim = claims.get(claim_id) if claim_id is not None else None
        sequence = match.payer_sequence
        prior_cents = 0
        if claim is not None and sequence > 1:
            answers = paid.get(claim.claim_id, ())
            earlier = [cents for number, cents in answers if number < sequence]
            prior_cents = sum(earlier or (one.paid_cents for one in claim.prior_payers))
        found[payment_id] = observe_payment(
            payments[payment_id], claim, payer_sequence=sequence, prior_cents=prior_cents
        )
    return found


def observe_payment(
    payment: PaidClaim, claim: BilledClaim | None, *, payer_sequence: int = 1, prior_cents: int = 0
) -> Observation:
    """What a claim payment says about its payer.

    `claim` is the one it is matched to, None for any other outcome. `prior_cents` is what the
    earlier payers paid, net, for an answer of a later one. A held payment says nothing.
    """
    masks, length = _Masks(), 0
    if payment.held:
        return Observation()
    if payment.status_code == REVERSAL:
        _note_reversal(masks, payment)
    elif not counts(payment):
        return Observation()
    else:
        _note_answer(masks, payment)
        if payer_sequence > 1 and prior_cents > 0:
            masks.note(
                Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING, _repeats_prior(payment, prior_cents)
            )
    if claim is not None:
        _note_lines(masks, payment, claim)
        length = _note_number(masks, payment, claim)
        masks.note(Quirk.NO_SERVICE_DATES, payment.service_from is None)
        masks.note(Quirk.USES_STATUS_4_FOR_DENIALS, _refuses_by_status_4(payment))
    return Observation(masks.seen, masks.against, length)


def observe_remittance(
    *,
    trace_number: str,
    is_held: bool,
    has_earlier_trace: bool,
    balance_sign: str,
    provider_adjustments_cents: int,
) -> Observation:
    """What a remittance says about its payer. `has_earlier_trace`: an earlier remittance of the
    payer has its trace number. `balance_sign` as in `RawSet`."""
    masks = _Masks()
    if is_held:
        return Observation()
    is_empty = not control_number_key(trace_number)
    masks.note(Quirk.ZERO_TRACE_NUMBERS, is_empty)
    masks.note(Quirk.REUSES_TRACE_NUMBERS, None if is_empty else has_earlier_trace)
    if provider_adjustments_cents and balance_sign:
        masks.note(Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN, balance_sign == "inverted")
    return Observation(masks.seen, masks.against)


# Reversals and answers ---


def _note_reversal(masks: _Masks, payment: PaidClaim) -> None:
    is_wrong = is_not_negative(payment)
    if not is_wrong and payment.charge_cents >= 0:
        return
    masks.note(Quirk.REVERSAL_STATUS_ON_CORRECTIONS, is_wrong)
    if is_wrong:
        return
    adjusted = _all_adjustments(payment)
    if adjusted:
        masks.note(Quirk.REVERSAL_WITHOUT_ADJUSTMENTS, False)
    elif payment.charge_cents != payment.paid_cents:
        masks.note(Quirk.REVERSAL_WITHOUT_ADJUSTMENTS, True)
    if any(each.group_code == "PR" and each.amount_cents for each in adjusted):
        states_it = bool(payment.patient_responsibility_cents)
        masks.note(Quirk.PATIENT_RESPONSIBILITY_ON_REVERSALS, states_it)


def _note_answer(masks: _Masks, payment: PaidClaim) -> None:
    lines = payment.lines
    if not lines:
        return
    pays = states_any = is_adjusted = on_lines = False
    for line in lines:
        pays = pays or line.paid_cents > 0
        states_any = states_any or line.allowed_cents is not None
        if line.adjustments:
            is_adjusted = True
            on_lines = on_lines or _has_prior(line.adjustments)
    if pays:
        masks.note(Quirk.NO_ALLOWED_AMOUNTS, not states_any)
    if is_adjusted:
        masks.note(Quirk.REPEATS_CLAIM_ADJUSTMENTS_OF_LINES, _repeats_lines(payment))
    on_claim = _has_prior(payment.adjustments)
    if on_claim or on_lines:
        masks.note(Quirk.PRIOR_PAYER_AT_BOTH_LEVELS, on_claim and on_lines)


def _has_prior(adjustments: Iterable[PaidAdjustment]) -> bool:
    for each in adjustments:
        if kind_of(each.group_code, each.reason_code) is Kind.PRIOR and each.amount_cents != 0:
            return True
    return False


def _all_adjustments(payment: PaidClaim) -> list[PaidAdjustment]:
    found = list(payment.adjustments)
    for line in payment.lines:
        found += line.adjustments
    return found


def _repeats_lines(payment: PaidClaim) -> bool:
    if not payment.adjustments:
        return False
    if sum(line.paid_cents for line in payment.lines) != payment.paid_cents:
        return False
    on_lines = _sums(each for line in payment.lines for each in line.adjustments)
    return _sums(payment.adjustments) == on_lines


def _sums(adjustments: Iterable[PaidAdjustment]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for each in adjustments:
        key = (each.group_code, each.reason_code)
        found[key] = found.get(key, 0) + each.amount_cents
    return {key: cents for key, cents in found.items() if cents}


def _repeats_prior(payment: PaidClaim, prior_cents: int) -> bool | None:
    if _has_prior(_all_adjustments(payment)):
        return False
    money = payment_money(payment)
    accounted = money.paid + money.patient + money.contractual + prior_cents
    return True if money.contractual > 0 and accounted > payment.charge_cents else None


def _refuses_by_status_4(payment: PaidClaim) -> bool | None:
    if payment.paid_cents or payment.charge_cents <= 0 or payment.status_code not in _ANSWERS:
        return None
    refuses = any(
        each.amount_cents > 0 and kind_of(each.group_code, each.reason_code) in _REFUSED
        for each in _all_adjustments(payment)
    )
    return payment.status_code == "4" if refuses else None


# What comes back of the claim ---


def _note_number(masks: _Masks, payment: PaidClaim, claim: BilledClaim) -> int:
    """The length of what came back, 0 when it was not compared."""
    if not number_key(claim.patient_control_number):
        return 0
    ours = claim.patient_control_number.strip().upper()
    theirs = payment.patient_control_number.strip().upper()
    if ours == theirs:
        masks.note(Quirk.ALTERS_CONTROL_NUMBER, False)
        masks.note(Quirk.TRUNCATES_CONTROL_NUMBER, False)
        return len(ours)
    if not number_key(theirs):
        return 0
    is_cut = ours.startswith(theirs)
    if is_cut and len(theirs) < QUIRK_LENGTH_MIN:
        return 0
    if not is_cut and not _contains(number_key(theirs), number_key(ours)):
        return 0
    masks.note(Quirk.ALTERS_CONTROL_NUMBER, not is_cut)
    masks.note(Quirk.TRUNCATES_CONTROL_NUMBER, is_cut)
    return len(theirs) if is_cut else len(ours)


def _contains(theirs: str, ours: str) -> bool:
    return theirs == ours or (len(ours) >= _WHOLE_LENGTH_MIN and ours in theirs)


def _note_lines(masks: _Masks, payment: PaidClaim, claim: BilledClaim) -> None:
    if not payment.lines or not claim.lines:
        return
    keys = {
        line.line_item_control_number: control_number_key(line.line_item_control_number)
        for line in claim.lines
    }
    ours = set(keys.values())
    texts = [line.line_item_control_number for line in payment.lines]
    theirs = {keys[text] if text in keys else control_number_key(text) for text in texts} - {""}
    if "" not in ours:
        masks.note(Quirk.OMITS_LINE_CONTROL_NUMBERS, not theirs)
        if theirs and min(map(len, ours)) > POSITION_LENGTH_MAX:
            if theirs & ours:
                masks.note(Quirk.POSITIONAL_LINE_CONTROL_NUMBERS, False)
            elif all(len(key) <= POSITION_LENGTH_MAX for key in theirs):
                masks.note(Quirk.POSITIONAL_LINE_CONTROL_NUMBERS, True)
    masks.note(Quirk.DROPS_MODIFIERS, _drops_modifiers(payment.lines, claim))


def _drops_modifiers(lines: Sequence[PaidLine], claim: BilledClaim) -> bool | None:
    modified = {line.procedure_code.upper() for line in claim.lines if line.modifiers}
    if not modified:
        return None
    modified -= {line.procedure_code.upper() for line in claim.lines if not line.modifiers}
    if not modified:
        return None
    found = [line for line in lines if not modified.isdisjoint(code_forms(line))]
    if not found or any(len(line.procedure.code) == _GLUED_CODE_LENGTH for line in found):
        return None
    return not any(
        line.procedure.modifiers
        or (line.submitted_procedure and line.submitted_procedure.modifiers)
        for line in found
    )
