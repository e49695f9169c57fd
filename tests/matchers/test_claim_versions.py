"""Which version of a claim a payment answers: original, replacement, void, resend, and by payer."""

from datetime import timedelta

import msgspec
import pytest

from edi_engine.records.matching import PriorPayer
from edi_engine.records.reconciliation import MatchOutcome
from tests.matchers.making import (
    PAID_ON,
    SENT_ON,
    billed,
    billed_line,
    paid,
    paid_line,
    reversed_payment,
)
from tests.matchers.matching import match, match_one

DAY = timedelta(days=1)


def test_a_replacement_takes_what_was_paid_after_it_was_sent() -> None:
    original = billed(1)
    replacement = billed(2, frequency="7", sent_on=SENT_ON + 30 * DAY)
    assert match_one(paid(), original, replacement).claim_id == 1
    later = paid(paid_on=SENT_ON + 45 * DAY)
    assert match_one(later, original, replacement).claim_id == 2


def test_a_replacement_under_its_own_number_is_found_by_the_number_it_refers_to() -> None:
    original = billed(1)
    replacement = billed(
        2,
        number="TEST0099",
        frequency="7",
        original_reference="ICN000001",
        sent_on=SENT_ON + 30 * DAY,
        lines=(billed_line(1, "99214", 130_00),),
    )
    first = paid(1, payer_number="ICN000001")
    second = paid(
        2,
        payer_number="ICN000002",
        paid_on=SENT_ON + 45 * DAY,
        lines=(paid_line(1, "99214", 130_00),),
    )
    found = match([first, second], [original, replacement])
    assert [each.claim_id for each in found] == [1, 2]


def test_an_answer_that_returns_what_the_replacement_refers_to_is_the_replacements() -> None:
    lines = (billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00))
    replacement = billed(
        2,
        number="TEST0099",
        frequency="7",
        original_reference="ICN000001",
        sent_on=SENT_ON + 30 * DAY,
        lines=(billed_line(1, "99214", 130_00), lines[1]),
    )
    part = paid(
        2,
        paid_on=SENT_ON + 45 * DAY,
        lines=(paid_line(1, "85025", 30_00),),
        original_reference="ICN000001",
    )
    assert match_one(part, billed(1, lines=lines), replacement).claim_id == 2
    silent = msgspec.structs.replace(part, original_reference="")
    first = paid(1, lines=(paid_line(1, "99213", 100_00), paid_line(2, "85025", 30_00)))
    found = match([first, silent], [billed(1, lines=lines), replacement])
    assert [each.claim_id for each in found] == [1, 2]


@pytest.mark.parametrize("number", ["TEST0001", "PBTEST0001"])
def test_what_was_paid_before_a_replacement_was_sent_is_never_the_replacements(
    number: str,
) -> None:
    """Also when the original is not among ours, or its number did not come through."""
    replacement = billed(
        2, frequency="7", original_reference="ICN000001", sent_on=PAID_ON + 5 * DAY
    )
    first = paid(1, number=number)
    reversal = reversed_payment(first, 2, paid_on=PAID_ON + 30 * DAY)
    alone = match([first, reversal], [replacement])
    assert [each.outcome for each in alone] == ["suggested", "suggested"]
    both = match([first, reversal], [billed(1), replacement])
    assert [each.claim_id for each in both] == [1, 1]


def test_a_reversal_that_names_what_was_replaced_undoes_that() -> None:
    numbered = (billed_line(1, "99213", 100_00, control_number="LN77001"),)
    replacement = billed(
        2,
        number="TEST0099",
        frequency="7",
        original_reference="ICN000001",
        sent_on=PAID_ON + 5 * DAY,
        lines=numbered,
    )
    lines = (paid_line(1, "99213", 100_00, "CO-45 20.00", control_number="LN77001"),)
    first = paid(1, number="UNKNOWN", lines=lines)
    reversal = reversed_payment(
        first, 2, payer_claim_control_number="REV1", original_reference="ICN000001",
        paid_on=PAID_ON + 30 * DAY,
    )  # fmt: skip
    found = match([first, reversal], [billed(1, lines=numbered), replacement])
    assert [each.claim_id for each in found] == [1, 1]


def test_a_reversal_never_undoes_the_replacements_answer_for_its_amounts() -> None:
    """Both answers pay nothing and came under one altered number."""
    text = "CO-45 20.00, PR-1 80.00"
    nothing = (paid_line(1, "99213", 100_00, text),)
    replacement = billed(
        2, number="TEST0099", frequency="7", original_reference="ICN000001",
        sent_on=PAID_ON + 5 * DAY,
    )  # fmt: skip
    first = paid(1, number="PBTEST0001", lines=nothing)
    later = PAID_ON + 30 * DAY
    reversal = reversed_payment(
        first, 2, paid_on=later, payer_claim_control_number="REV1", original_reference="ICN000001"
    )
    anew = msgspec.structs.replace(
        paid(3, number="PBTEST0001", lines=nothing, paid_on=later), original_reference="ICN000001"
    )
    found = match([first, reversal, anew], [billed(1), replacement])
    assert [each.claim_id for each in found] == [1, 1, 2]


def test_a_reversal_follows_a_payment_that_only_a_weak_rule_found() -> None:
    first = paid(1, number="PBTEST0001")
    reversal = reversed_payment(first, 2, service_from=None, service_to=None)
    found = match([first, reversal], [billed()])
    assert [each.rule for each in found] == [
        "altered_control_number",
        "reversal_of_matched_payment",
    ]


def test_a_void_of_another_claim_of_the_day_voids_nothing_else() -> None:
    claims = [
        billed(1),
        billed(2, lines=(billed_line(1, "85025", 30_00),)),
        billed(3, frequency="8", sent_on=SENT_ON + 2 * DAY),
    ]
    laboratory = paid(2, lines=(paid_line(1, "85025", 30_00),))
    found = match([paid(1), laboratory], claims)
    assert [each.outcome for each in found] == ["suggested", "matched"]
    assert found[1].claim_id == 2


def test_a_reversal_goes_with_the_version_it_undoes() -> None:
    original = billed(1)
    replacement = billed(2, frequency="7", sent_on=SENT_ON + 30 * DAY)
    first = paid(1)
    reversal = reversed_payment(first, 2, paid_on=SENT_ON + 45 * DAY)
    correction = paid(3, paid_on=SENT_ON + 45 * DAY, remittance=2, payer_number="ICN000003")
    found = match([first, reversal, correction], [original, replacement])
    assert [each.claim_id for each in found] == [1, 1, 2]
    assert found[1].rule == "reversal_of_matched_payment"


def test_a_voided_claim_takes_nothing_paid_after_the_void_but_its_reversal() -> None:
    original = billed(1)
    void = billed(2, frequency="8", sent_on=SENT_ON + 20 * DAY)
    first = paid(1)
    reversal = reversed_payment(first, 2, paid_on=SENT_ON + 30 * DAY)
    late = paid(3, paid_on=SENT_ON + 30 * DAY, payer_number="ICN000003")
    found = match([first, reversal, late], [original, void])
    assert [each.outcome for each in found] == ["matched", "matched", "suggested"]
    assert [each.claim_id for each in found] == [1, 1, 1]


def test_a_resend_takes_the_answer_until_another_answer_calls_it_a_duplicate() -> None:
    claims = [billed(1), billed(2, sent_on=SENT_ON + DAY)]
    answer = paid(1)
    alone = match_one(answer, *claims)
    assert (alone.outcome, alone.claim_id, alone.rule) == ("matched", 2, "resend_sent_last")
    assert [each.claim_id for each in alone.candidates] == [1]
    refusal = paid(2, lines=(paid_line(1, "99213", 100_00, "OA-18 100.00"),))
    found = match([answer, refusal], claims)
    assert [each.claim_id for each in found] == [1, 2]
    assert {each.rule for each in found} == {"resend_refused_as_duplicate"}


def test_a_refusal_as_duplicate_follows_an_answer_from_before_the_resend() -> None:
    claims = [billed(1), billed(2, sent_on=PAID_ON + DAY)]
    refusal = paid(
        2,
        paid_on=PAID_ON + 20 * DAY,
        lines=(paid_line(1, "99213", 100_00, "OA-18 100.00"),),
    )
    found = match([paid(1), refusal], claims)
    assert [each.claim_id for each in found] == [1, 2]


def test_a_resend_after_a_refusal_is_told_by_the_payers_own_number() -> None:
    claims = [billed(1), billed(2, sent_on=PAID_ON + DAY)]
    refusal = paid(1, lines=(paid_line(1, "99213", 100_00, "CO-16 100.00"),))
    answer = paid(2, paid_on=PAID_ON + 20 * DAY)
    found = match([refusal, answer], claims)
    assert [each.claim_id for each in found] == [1, 2]
    assert found[1].rule == "resend_with_own_payer_number"
    reprocessed = paid(2, paid_on=PAID_ON + 20 * DAY, payer_number="ICN000001")
    assert [each.claim_id for each in match([refusal, reprocessed], claims)] == [1, 1]
    undone = reversed_payment(refusal, 3, paid_on=PAID_ON + 20 * DAY)
    found = match([refusal, undone, answer], claims)
    assert (found[2].claim_id, found[2].rule) == (2, "resend_sent_last")


PAYERS = [
    # why, payer id, CLP02, adjustments, claim, payer sequence
    ("stated and same payer", "PAYERA", "1", "CO-45 20.00", 1, 1),
    ("second payer's own claim", "PAYERB", "2", "OA-23 80.00", 2, 2),
    ("second payer misreports primary", "PAYERB", "1", "OA-23 80.00", 2, 2),
    ("primary misreports secondary", "PAYERA", "2", "CO-45 20.00", 1, 1),
    ("unknown payer stated secondary", "PAYERX", "2", "OA-23 80.00", 2, 2),
    ("unknown payer adjusts for a prior one", "PAYERX", "1", "OA-23 80.00", 2, 2),
    ("unknown payer stated primary", "PAYERX", "1", "CO-45 20.00", 1, 1),
]


@pytest.mark.parametrize(
    ("payer_id", "status", "adjusted", "claim_id", "sequence"),
    [case[1:] for case in PAYERS],
    ids=[case[0] for case in PAYERS],
)
def test_who_pays_chooses_between_the_claims_to_two_payers(
    payer_id: str, status: str, adjusted: str, claim_id: int, sequence: int
) -> None:
    prior = (PriorPayer("PAYERA", "P", 80_00),)
    claims = [
        billed(1),
        billed(2, payer_id="PAYERB", payer_name="SAMPLE PAYER B", sequence=2, prior=prior),
    ]
    payment = paid(
        payer_id=payer_id,
        payer_name=f"NAME OF {payer_id}",
        status=status,
        lines=(paid_line(1, "99213", 100_00, adjusted),),
    )
    found = match_one(payment, *claims)
    assert (found.claim_id, found.payer_sequence) == (claim_id, sequence)


def test_a_primary_answer_never_takes_the_claim_to_the_second_payer() -> None:
    prior = (PriorPayer("PAYERA", "P", 80_00),)
    second = billed(2, payer_id="PAYERB", payer_name="SAMPLE PAYER B", sequence=2, prior=prior)
    assert match_one(paid(), second).outcome is MatchOutcome.SUGGESTED
    unknown = paid(payer_id="PAYERX", payer_name="")
    assert match_one(unknown, second).outcome is MatchOutcome.SUGGESTED
    settled = paid(
        payer_id="PAYERX", payer_name="", lines=(paid_line(1, "99213", 100_00, "OA-23 80.00"),)
    )
    assert match_one(settled, second).outcome is MatchOutcome.MATCHED


def test_a_crossover_answer_takes_the_primary_claim_as_second_payer() -> None:
    found = match_one(paid(payer_id="PAYERB", payer_name="", status="2"), billed())
    assert (found.outcome, found.claim_id, found.payer_sequence) == ("matched", 1, 2)


def test_one_payer_answering_twice_has_two_sequences() -> None:
    found = match([paid(1), paid(2, status="2", remittance=1)], [billed()])
    assert [each.payer_sequence for each in found] == [1, 2]
