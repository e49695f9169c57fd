"""What a payer's profile adds to matching: only what is written down, and named by rule.

Without a profile nothing here does anything. What it does stands in `CATALOGUE`, docs/PAYERS.md.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from edi_engine.matchers.candidates import CandidatePool
from edi_engine.matchers.comparison import Comparison
from edi_engine.matchers.facts import PaymentFacts
from edi_engine.matchers.payer_quirks import POSITION_LENGTH_MAX, QUIRK_LENGTH_MIN
from edi_engine.matchers.posting import PostingContext
from edi_engine.matchers.weak_rules import Found
from edi_engine.records.keys import control_number_key
from edi_engine.records.matching import ClaimId, ClaimPaymentId, PaidClaim, PaidLine
from edi_engine.records.payer_profiles import PayerProfiles, Quirk
from edi_engine.records.reconciliation import ClaimMatch, Verdict

__all__ = ["lines_as_profiled", "rules_of_profiles"]

_Rule = tuple[str, Callable[[PaymentFacts, CandidatePool], Found]]
_Payments = Mapping[ClaimId, Sequence[tuple[PaidClaim, ClaimMatch]]]


def rules_of_profiles(profiles: PayerProfiles) -> tuple[_Rule, ...]:
    """Rules to try last, for payments that nothing else placed."""
    if not profiles:
        return ()

    def by_cut_of_profile(paid: PaymentFacts, pool: CandidatePool) -> Found:
        return _by_cut_of_profile(paid, pool, profiles)

    return (("control_number_cut_as_profiled", by_cut_of_profile),)


def _by_cut_of_profile(
    paid: PaymentFacts, pool: CandidatePool, profiles: PayerProfiles
) -> list[Comparison]:
    """`control_number_cut_as_profiled`: one claim alone begins with the number as it is cut.

    Charge and day agree and the patient does not differ. A number that is whole on some claim is
    not taken for a cut one, and of two claims that fit none is taken.
    """
    payment = paid.payment
    if len(paid.number_text) < QUIRK_LENGTH_MIN or paid.number in pool.by_number:
        return []
    quirk = profiles.find(
        Quirk.TRUNCATES_CONTROL_NUMBER, payment.payer_id, payment.payer_name, payment.paid_on
    )
    if quirk is None or quirk.value != len(paid.number_text):
        return []
    # Of very many claims none is the only one.
    compared = [Comparison(paid, facts) for facts in pool.of_charge_and_date_cut(paid) or ()]
    found = [
        each
        for each in compared
        if each.charge_agrees
        and each.dates_agree
        and not each.patient_differs
        and not each.may_be_relative
        and each.lines is not Verdict.DIFFERENT
    ]
    return found if len(found) == 1 else []


def lines_as_profiled(
    payments: _Payments, posting: PostingContext
) -> tuple[_Payments, PostingContext]:
    """The payments with line control numbers that are mere positions taken out where a profile
    says so, and the context that says in whose reason this belongs."""
    if not posting.profiles:
        return payments, posting
    used: dict[ClaimPaymentId, str] = {}
    read = {
        claim_id: [
            (_without_positions(payment, posting.profiles, used), match) for payment, match in found
        ]
        for claim_id, found in payments.items()
    }
    if not used:
        return payments, posting
    return read, msgspec.structs.replace(posting, profiled=used)


def _without_positions(
    payment: PaidClaim, profiles: PayerProfiles, used: dict[ClaimPaymentId, str]
) -> PaidClaim:
    quirk = profiles.find(
        Quirk.POSITIONAL_LINE_CONTROL_NUMBERS,
        payment.payer_id,
        payment.payer_name,
        payment.paid_on,
    )
    if quirk is None or not any(map(_is_position, payment.lines)):
        return payment
    used[payment.claim_payment_id] = quirk.sentence
    lines = tuple(
        msgspec.structs.replace(line, line_item_control_number="") if _is_position(line) else line
        for line in payment.lines
    )
    return msgspec.structs.replace(payment, lines=lines)


def _is_position(line: PaidLine) -> bool:
    return 0 < len(control_number_key(line.line_item_control_number)) <= POSITION_LENGTH_MAX
