"""Each rung of the claim ladder, its vetoes, and what stays for a person."""

import random
from datetime import date, timedelta

import msgspec
import pytest

from edi_engine.matchers import PracticeIdentifiers
from edi_engine.records.matching import BilledClaim, ClaimId, ClaimPaymentId, PaidClaim
from edi_engine.records.reconciliation import (
    Decision,
    DecisionKind,
    MatchOutcome,
    Verdict,
)
from tests.matchers.making import (
    SENT_ON,
    SERVED_ON,
    billed,
    billed_line,
    paid,
    paid_line,
    reversed_payment,
)
from tests.matchers.matching import match, match_one
from tests.seeds import seeds

LONG = "ABCDEF0123456789X"
DAY = timedelta(days=1)


ONE_CLAIM = [
    # what the payer changed, payment, claim, outcome, rule
    ("nothing", paid(), billed(), "matched", "same_control_number_and_charge"),
    (
        "separators and zeros of the number",
        paid(number="00TEST-0001"),
        billed(),
        "matched",
        "same_control_number_and_charge",
    ),
    ("first name cut", paid(first="A"), billed(), "matched", "same_control_number_and_charge"),
    (
        "last name, member agrees",
        paid(last="OTHERNAME"),
        billed(),
        "matched",
        "same_control_number_and_charge",
    ),
    (
        "a line dropped",
        paid(),
        billed(lines=(billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00))),
        "matched",
        "same_control_number",
    ),
    (
        "a line without charge added",
        paid(lines=(paid_line(1, "99213", 100_00), paid_line(2, "99080", 0, "CO-45 -5.00"))),
        billed(),
        "matched",
        "same_control_number_and_charge",
    ),
    (
        "a line dropped, and the other has a number that is none of ours",
        paid(lines=(paid_line(1, "99213", 100_00, control_number="ZZ000001"),)),
        billed(
            lines=(
                billed_line(1, "99213", 100_00, control_number="LN000001"),
                billed_line(2, "85025", 30_00, control_number="LN000002"),
            )
        ),
        "suggested",
        "same_control_number",
    ),
    (
        "a line dropped, and no date",
        paid(served_on=None, lines=(paid_line(1, "99213", 100_00, served_on=None),)),
        billed(lines=(billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00))),
        "suggested",
        "same_control_number",
    ),
    (
        "a charged line added: perhaps of another claim of the day",
        paid(lines=(paid_line(1, "99213", 100_00), paid_line(2, "99080", 10_00))),
        billed(),
        "suggested",
        "same_control_number",
    ),
    (
        "no date at all",
        paid(served_on=None),
        billed(),
        "matched",
        "same_control_number",
    ),
    ("another day", paid(served_on=SERVED_ON + DAY), billed(), "suggested", "same_control_number"),
    (
        "another charge and other lines",
        paid(lines=(paid_line(1, "90834", 77_00),)),
        billed(),
        "suggested",
        "same_control_number",
    ),
    (
        "patient and day: a number used again",
        paid(served_on=SERVED_ON - 200 * DAY, last="OTHERNAME", first="ZULU", members=("X9",)),
        billed(),
        "unmatched",
        "",
    ),
    (
        "patient alone: person, not number, decides",
        paid(last="OTHERNAME", first="ZULU", members=("X9",)),
        billed(),
        "suggested",
        "same_control_number",
    ),
    (
        "charge, day and member of a number used again",
        paid(
            lines=(paid_line(1, "90834", 77_00),),
            served_on=SERVED_ON - 40 * DAY,
            members=("X9",),
        ),
        billed(),
        "unmatched",
        "",
    ),
    (
        "number cut at fifteen",
        paid(number=LONG[:15]),
        billed(number=LONG),
        "matched",
        "truncated_control_number",
    ),
    (
        "number prefixed",
        paid(number="PBTEST0001"),
        billed(),
        "matched",
        "altered_control_number",
    ),
    (
        "number prefixed, other patient",
        paid(number="PBTEST0001", last="OTHERNAME", first="ZULU", members=("X9",)),
        billed(),
        "unmatched",
        "",
    ),
    (
        "number lost",
        paid(number="0"),
        billed(),
        "matched",
        "same_member_name_date_and_charge",
    ),
    (
        "number lost, person code added to the member",
        paid(number="UNKNOWN", members=("MEM000101",)),
        billed(),
        "matched",
        "same_member_name_date_and_charge",
    ),
    (
        "number lost, father and child",
        paid(number="0", first="BRAVO"),
        billed(),
        "unmatched",
        "",
    ),
    (
        "number lost, other services",
        paid(number="0", lines=(paid_line(1, "90834", 100_00),)),
        billed(),
        "unmatched",
        "",
    ),
    (
        "number and member lost",
        paid(number="0", members=()),
        billed(),
        "suggested",
        "same_name_date_charge_and_provider",
    ),
    (
        "payee of another practice",
        paid(npi="1888888886"),
        billed(),
        "suggested",
        "same_control_number_and_charge",
    ),
    (
        "payee of another practice, nothing known",
        paid(number="OTHER", npi="1888888886", last="OTHERNAME"),
        billed(),
        "not_ours",
        "",
    ),
    (
        "claim called not its own, nothing known",
        paid(number="OTHER", status="23", last="OTHERNAME", members=()),
        billed(),
        "not_ours",
        "",
    ),
    ("estimate only", paid(status="25"), billed(), "matched", "same_control_number_and_charge"),
]


@pytest.mark.parametrize(
    ("payment", "claim", "outcome", "rule"),
    [case[1:] for case in ONE_CLAIM],
    ids=[case[0] for case in ONE_CLAIM],
)
def test_one_claim_and_one_thing_that_the_payer_changed(
    payment: PaidClaim, claim: BilledClaim, outcome: str, rule: str
) -> None:
    found = match_one(payment, claim)
    assert (found.outcome, found.rule) == (outcome, rule)
    assert (found.claim_id == 1) == (outcome in {"matched", "suggested"})
    assert found.reason


def test_a_match_shows_both_sides_of_every_field() -> None:
    found = match_one(paid(first="A", payer_id="OTHER", payer_name=""), billed())
    verdicts = {each.field: each.verdict for each in found.evidence}
    assert verdicts == {
        "patient_control_number": Verdict.EQUAL,
        "charge": Verdict.EQUAL,
        "service_dates": Verdict.EQUAL,
        "patient_last_name": Verdict.EQUAL,
        "patient_first_name": Verdict.SIMILAR,
        "member_id": Verdict.EQUAL,
        "payer_id": Verdict.DIFFERENT,
    }
    charge = next(each for each in found.evidence if each.field == "charge")
    assert (charge.billed_value, charge.paid_value) == ("100.00", "100.00")


# Several claims ---


def test_a_recycled_number_takes_the_payment_of_its_own_patient_and_day() -> None:
    other = billed(2, last="OTHERNAME", first="ZULU", member="MEM0002", served_on=date(2026, 1, 5))
    found = match_one(paid(), billed(), other)
    assert (found.outcome, found.claim_id) == (MatchOutcome.MATCHED, 1)
    assert [each.claim_id for each in found.candidates] == [2]


def test_one_number_for_all_visits_of_a_patient_is_told_by_day_and_never_guessed() -> None:
    visits = [
        billed(week, served_on=SERVED_ON + 7 * week * DAY, sent_on=SERVED_ON + 7 * week * DAY)
        for week in (1, 2, 3)
    ]
    of_week_two = paid(served_on=SERVED_ON + 14 * DAY, paid_on=SERVED_ON + 40 * DAY)
    assert match_one(of_week_two, *visits).claim_id == 2
    of_week_nine = paid(served_on=SERVED_ON + 63 * DAY, paid_on=SERVED_ON + 90 * DAY)
    assert match_one(of_week_nine, *visits).outcome is not MatchOutcome.MATCHED
    undated = paid(served_on=None, paid_on=SERVED_ON + 40 * DAY)
    assert match_one(undated, *visits).outcome is MatchOutcome.AMBIGUOUS


def test_a_suggested_claim_stands_first_among_the_candidates() -> None:
    lost = paid(number="UNKNOWN", members=())
    found = match_one(lost, billed(7))
    assert (found.outcome, found.claim_id) == ("suggested", 7)
    assert [each.claim_id for each in found.candidates] == [7]


def test_the_same_day_under_one_number_is_told_by_lines_and_charge() -> None:
    visit = billed(1)
    laboratory = billed(2, lines=(billed_line(1, "85025", 30_00),))
    found = match_one(paid(lines=(paid_line(1, "85025", 30_00),)), visit, laboratory)
    assert found.claim_id == 2
    alone = match_one(paid(lines=(paid_line(1, "85025", 30_00),)), visit)
    assert alone.outcome is MatchOutcome.SUGGESTED


@pytest.mark.parametrize(
    ("number", "other"),
    [("TEST0001", "TEST0001"), ("0", "ELSE0001"), ("PBTEST0001", "BTEST0001")],
)
def test_two_claims_made_equal_are_never_matched(number: str, other: str) -> None:
    found = match_one(paid(number=number), billed(1), billed(2, number=other))
    assert found.outcome is MatchOutcome.AMBIGUOUS
    assert found.claim_id is None
    assert [each.claim_id for each in found.candidates] == [1, 2]


def test_a_cut_number_that_two_claims_continue_is_told_by_charge_or_not_at_all() -> None:
    first, second = billed(1, number=LONG + "1"), billed(2, number=LONG + "2")
    payment = paid(number=LONG[:15])
    assert match_one(payment, first, second).outcome is MatchOutcome.AMBIGUOUS
    dearer = billed(2, number=LONG + "2", lines=(billed_line(1, "99214", 150_00),))
    assert match_one(payment, first, dearer).claim_id == 1
    neither = paid(number=LONG[:15], lines=(paid_line(1, "99215", 200_00),))
    assert match_one(neither, first, second).outcome is MatchOutcome.UNMATCHED


def test_a_number_cut_to_another_claims_number_goes_where_the_rest_agrees() -> None:
    short = billed(1, number=LONG[:15], lines=(billed_line(1, "85025", 30_00),))
    full = billed(2, number=LONG)
    assert match_one(paid(number=LONG[:15]), short, full).claim_id == 2
    twin = billed(1, number=LONG[:15])
    assert match_one(paid(number=LONG[:15]), twin, full).outcome is MatchOutcome.AMBIGUOUS


def test_a_number_without_its_zeros_goes_where_the_rest_agrees() -> None:
    ours = billed(1, number="000123", first="ALFA")
    other = billed(2, number="123", last="OTHERNAME", first="ZULU", member="MEM0002")
    assert match_one(paid(number="123"), ours, other).claim_id == 1
    same_patient = billed(2, number="123")
    assert match_one(paid(number="123"), ours, same_patient).claim_id == 2


def test_siblings_of_one_day_and_number_are_told_by_first_name() -> None:
    first, second = billed(1, first="ALFA"), billed(2, first="BRAVO")
    assert match_one(paid(first="BRAVO"), first, second).claim_id == 2
    assert match_one(paid(first=""), first, second).outcome is MatchOutcome.AMBIGUOUS


def test_providers_of_one_tax_id_share_payments_and_others_do_not() -> None:
    practice = PracticeIdentifiers(npis=frozenset({"1999999984", "1777777774"}))
    claim = billed(npi="1777777774")
    (found,) = match([paid()], [claim], practice=practice)
    assert found.outcome is MatchOutcome.SUGGESTED
    (same_tin,) = match([paid(tin="990000001")], [claim], practice=practice)
    assert same_tin.outcome is MatchOutcome.MATCHED


# Splits, payer numbers, line numbers ---


def test_a_claim_split_over_two_claim_payments_is_one_claim() -> None:
    claim = billed(lines=(billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00)))
    parts = [
        paid(1, remittance=1, lines=(paid_line(1, "99213", 100_00),)),
        paid(2, remittance=1, lines=(paid_line(1, "85025", 30_00),)),
    ]
    assert [each.rule for each in match(parts, [claim])] == ["same_control_number_and_charge"] * 2
    apart = [msgspec.structs.replace(part, remittance_id=part.claim_payment_id) for part in parts]
    assert [each.rule for each in match(apart, [claim])] == ["same_control_number"] * 2


def test_a_lost_number_is_found_by_the_payers_own_number() -> None:
    first = paid(1, payer_number="ICN000777")
    second = paid(
        2,
        number="0",
        members=(),
        payer_number="ICN000777",
        lines=(paid_line(1, "99213", 100_00, "CO-45 20.00, PR-1 80.00"),),
    )
    found = match([first, second], [billed()])
    assert found[1].rule == "same_payer_claim_control_number"
    other_payer = msgspec.structs.replace(second, payer_id="PAYERB")
    assert match([first, other_payer], [billed()])[1].outcome is not MatchOutcome.MATCHED


def test_a_lost_number_is_found_by_line_numbers_that_lie_in_one_claim() -> None:
    lines = (
        billed_line(1, "99213", 100_00, control_number="LN77001"),
        billed_line(2, "85025", 30_00, control_number="LN77002"),
    )
    payment = paid(
        number="0",
        members=(),
        lines=(
            paid_line(1, "99213", 100_00, control_number="LN77001"),
            paid_line(2, "85025", 30_00, control_number="LN77002"),
        ),
    )
    found = match_one(payment, billed(lines=lines))
    assert found.rule == "same_line_control_numbers"
    wrong_code = msgspec.structs.replace(
        payment, lines=(paid_line(1, "90834", 130_00, control_number="LN77001"),)
    )
    assert match_one(wrong_code, billed(lines=lines)).outcome is not MatchOutcome.MATCHED


def test_line_numbers_stand_in_for_a_lost_date() -> None:
    """Under a number that stands on several days."""
    lines = (billed_line(1, "99213", 100_00, control_number="LN77001"),)
    later = SERVED_ON + 20 * DAY
    other = (billed_line(1, "99213", 100_00, control_number="LN88001", served_on=later),)
    claims = [billed(1, lines=lines), billed(2, lines=other, served_on=later)]
    returned = paid_line(1, "99213", 100_00, control_number="LN77001", served_on=None)
    found = match_one(paid(lines=(returned,), served_on=None, paid_on=later + 20 * DAY), *claims)
    assert (found.claim_id, found.rule) == (1, "same_line_control_numbers")


def test_a_split_whose_number_is_lost_is_summed_by_the_payers_number() -> None:
    claim = billed(lines=(billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00)))
    parts = [
        paid(1, number="0", payer_number="ICN7", remittance=1),
        paid(
            2,
            number="0",
            payer_number="ICN7",
            remittance=1,
            lines=(paid_line(1, "85025", 30_00),),
        ),
    ]
    rules = [each.rule for each in match(parts, [claim])]
    assert rules == ["same_member_name_date_and_charge"] * 2
    other = msgspec.structs.replace(parts[1], payer_claim_control_number="ICN8")
    assert [each.outcome for each in match([parts[0], other], [claim])] == ["unmatched"] * 2


@pytest.mark.parametrize("number", ["0", "PBTEST0001", LONG[:15]])
@pytest.mark.parametrize("told_by", ["line control number", "rendering provider"])
def test_without_the_number_what_another_visit_of_the_day_has_speaks_against_a_claim(
    number: str, told_by: str
) -> None:
    ours = LONG if number == LONG[:15] else "TEST0001"
    line = billed_line(1, "99213", 100_00, control_number="LN77001")
    if told_by == "line control number":
        other = paid_line(1, "99213", 100_00, control_number="LN99001")
        payment = paid(number=number, lines=(other,))
    else:
        payment = paid(number=number, rendering="1777777774")
    found = match_one(payment, billed(number=ours, lines=(line,)))
    assert (found.outcome, found.claim_id) == ("suggested", 1)
    same = paid_line(1, "99213", 100_00, control_number="1")
    agreeing = paid(number=number, lines=(same,), rendering="1999999992")
    assert match_one(agreeing, billed(number=ours, lines=(line,))).outcome is MatchOutcome.MATCHED


# Decisions ---


def decision(kind: DecisionKind, claim_id: int | None, decision_id: int = 1) -> Decision:
    claim = None if claim_id is None else ClaimId(claim_id)
    return Decision(decision_id, kind, ClaimPaymentId(1), claim, "TESTUSER")


def test_a_persons_link_outranks_the_ladder() -> None:
    claims = [billed(1), billed(2, number="OTHER", served_on=date(2025, 1, 1))]
    (found,) = match([paid()], claims, decisions=(decision(DecisionKind.LINK, 2),))
    assert (found.outcome, found.claim_id, found.rule) == ("matched", 2, "decided")


def test_an_unlinked_claim_is_not_taken_again() -> None:
    claims = [billed(1)]
    (barred,) = match([paid()], claims, decisions=(decision(DecisionKind.UNLINK, 1),))
    assert barred.outcome is MatchOutcome.UNMATCHED
    (off,) = match([paid()], claims, decisions=(decision(DecisionKind.UNLINK, None),))
    assert (off.outcome, off.rule) == ("unmatched", "decided")


def test_the_later_decision_prevails() -> None:
    decisions = (decision(DecisionKind.UNLINK, None, 1), decision(DecisionKind.LINK, 1, 2))
    (found,) = match([paid()], [billed()], decisions=decisions[::-1])
    assert (found.outcome, found.claim_id) == ("matched", 1)


# Order and safety over many ---


def _group() -> tuple[list[PaidClaim], list[BilledClaim]]:
    claims = [
        billed(1),
        billed(2, frequency="7", sent_on=SENT_ON + 30 * DAY),
        billed(3, number=LONG + "1", first="BRAVO", member="MEM0003"),
        billed(4, number=LONG + "2", first="BRAVO", member="MEM0003"),
        billed(5, number="TEST0005", payer_id="PAYERB", payer_name="B", sequence=2),
        billed(6, number="TEST0005"),
    ]
    first = paid(1)
    payments = [
        first,
        reversed_payment(first, 2, paid_on=SENT_ON + 45 * DAY),
        paid(3, paid_on=SENT_ON + 45 * DAY, remittance=2),
        paid(4, number=LONG[:15], first="BRAVO", members=("MEM0003",)),
        paid(5, number="TEST0005", payer_id="PAYERB", payer_name="B", status="2"),
        paid(6, number="TEST0005"),
        paid(7, number="0"),
        paid(8, number="NOBODY", last="OTHERNAME", members=("X",)),
    ]
    return payments, claims


def test_the_order_of_payments_and_claims_changes_nothing() -> None:
    payments, claims = _group()
    expected = {each.claim_payment_id: each for each in match(payments, claims)}
    for seed in range(20):
        shuffler = random.Random(seed)
        shuffled, pool = payments[:], claims[:]
        shuffler.shuffle(shuffled)
        shuffler.shuffle(pool)
        found = match(shuffled, pool)
        assert [each.claim_payment_id for each in found] == [
            each.claim_payment_id for each in shuffled
        ]
        assert {each.claim_payment_id: each for each in found} == expected


def test_a_number_on_thousands_of_claims_and_payments_means_nothing_and_costs_little() -> None:
    claims = [
        billed(
            each,
            number="1",
            served_on=SERVED_ON - each * DAY,
            member=f"M{each:06d}",
            first=f"PATIENT{each:04d}",
        )
        for each in range(1, 1501)
    ]
    payments = [
        paid(
            each,
            number="1",
            served_on=SERVED_ON - each * DAY,
            members=(f"M{each:06d}",),
            first=f"PATIENT{each:04d}",
        )
        for each in range(1, 1501)
    ]
    found = match(payments, claims)
    assert {each.rule for each in found} == {"same_member_name_date_and_charge"}
    assert all(int(each.claim_id or 0) == int(each.claim_payment_id) for each in found)


def test_every_payment_has_exactly_one_outcome() -> None:
    payments, claims = _group()
    found = match(payments, claims)
    assert [each.claim_payment_id for each in found] == list(range(1, 9))
    for each in found:
        assert (each.claim_id is not None) == (
            each.outcome in {MatchOutcome.MATCHED, MatchOutcome.SUGGESTED}
        )


@pytest.mark.parametrize("seed", seeds(20, 60))
def test_another_patients_copy_of_the_claim_never_takes_the_payment(seed: int) -> None:
    maker = random.Random(seed)
    number = maker.choice(["TEST0001", LONG, "000123"])
    claim = billed(1, number=number)
    payment = paid(
        number=maker.choice([number, number[:15], "PB" + number, "0", number.lstrip("0")]),
        members=maker.choice([("MEM0001",), ("MEM000101",), ()]),
        first=maker.choice(["ALFA", "A", ""]),
        served_on=maker.choice([SERVED_ON, SERVED_ON, None]),
    )
    copy = billed(
        2,
        number=maker.choice([number, number + "7", "PB" + number, "ELSE01"]),
        last="OTHERNAME",
        first="ZULU",
        member=maker.choice(["MEM0002", ""]),
        served_on=maker.choice([SERVED_ON, SERVED_ON - 90 * DAY]),
    )
    found = match_one(payment, claim, copy)
    assert found.outcome is not MatchOutcome.MATCHED or found.claim_id == 1
    alone = match_one(payment, copy)
    assert alone.outcome is not MatchOutcome.MATCHED


def test_lines_answered_by_their_revenue_codes_agree_with_the_claim() -> None:
    lines = [
        billed_line(1, "99284", 800_00, revenue_code="0450"),
        billed_line(2, "96374", 800_00, revenue_code="0450"),
    ]
    own, other = billed(1, lines=lines), billed(2, lines=[billed_line(1, "99213", 1600_00)])
    payment = paid(
        number="0",
        lines=[paid_line(number, "0450", 800_00, qualifier="NU") for number in (1, 2)],
    )
    found = match_one(payment, own, other)
    assert (found.claim_id, found.rule) == (1, "same_member_name_date_and_charge")
