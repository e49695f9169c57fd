"""What is still owed on a claim, and by whom. Source: domain 3.7, feature 43.

Paid and contractual amounts settle the charge; refused money stays open with the payer until a
person writes it off; what a later payer repeats of an earlier one's decision (OA 23) settles
nothing again. The patient owes only once no payer is still to answer.
"""

from collections.abc import Sequence

import msgspec

from edi_engine.matchers.line_amounts import Money

__all__ = ["Balance", "SequenceTotals", "balance_of"]


class SequenceTotals(msgspec.Struct, frozen=True):
    """Sums of one payer sequence that was answered."""

    payer_sequence: int
    money: Money


class Balance(msgspec.Struct, frozen=True, gc=False):
    """Open cents; `payer_cents` and `patient_cents` add up to `open_cents`. Negative: credit."""

    open_cents: int
    payer_cents: int
    patient_cents: int


def balance_of(
    opening_cents: int,
    totals: Sequence[SequenceTotals],
    *,
    payer_is_due: bool,
    moves_on: bool,
) -> Balance:
    """The balance after these answers, given in order of payer sequence.

    `payer_is_due`: a payer has still to answer, so that the patient owes nothing yet.
    `moves_on`: the patient's share of this claim was billed to the next payer and stands there.

    A later payer's adjustments settle no more than what was open, less its payment and the
    patient's share: payers report the whole charge less their payment as contractual when they
    leave out what the first one did (RFI 1696).
    """
    left = opening_cents
    patient = 0
    for index, each in enumerate(totals):
        money = each.money
        adjusted = money.contractual + money.bundled + money.capitated + money.within
        if index or each.payer_sequence > 1:
            adjusted = min(adjusted, max(0, left - money.paid - money.patient - money.denied))
        left -= money.paid + adjusted
        patient = money.patient
    if moves_on:
        left -= patient
        patient = 0
    if payer_is_due:
        patient = 0
    patient = min(patient, max(left, 0))
    return Balance(left, left - patient, patient)
