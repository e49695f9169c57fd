"""The mistake that gives what the payer allowed is named; nothing is guessed from what is near."""

from datetime import date
from decimal import Decimal

import pytest

from edi_engine.contracts import ContractBook, explain_variances, price_claim
from edi_engine.records.contracts import (
    Contract,
    CostOutlier,
    DayOutlier,
    DayTier,
    DrgRate,
    FlatRate,
    PercentOfCharge,
    PerDiemRate,
    Portion,
    ScheduledRate,
)
from edi_engine.records.matching import BilledClaim
from edi_engine.records.pricing import AnsweredLine, VarianceCause, VarianceExplanation
from tests.contracts.contract_making import (
    ancillary,
    claim,
    contract,
    escalator,
    fees,
    first_dollar,
    line,
    modifier,
    rate,
    room,
    several,
    stay,
    term,
    weight,
)

SURGERY = contract(
    fees("110"),
    rates=[
        rate("20000", 600_00, multiple_procedures="2", facility_cents=450_00),
        rate("20100", 400_00, multiple_procedures="2"),
        rate("20200", 300_00, multiple_procedures="2"),
        rate("99213", 100_00),
        rate("99214", 150_00),
    ],
    multiple_procedures=(several("100 50 50", indicators="2"),),
    escalators=(escalator("2026-02-01", "3"),),
)


def explained(
    agreed: Contract | tuple[Contract, ...], billed: BilledClaim, *answers: AnsweredLine
) -> tuple[VarianceExplanation, ...]:
    contracts = agreed if isinstance(agreed, tuple) else (agreed,)
    return explain_variances(ContractBook(contracts), billed, answers)


# 99214: 150.00 x 110 % x 103 % = 169.95; 99213: 113.30
ONE_LINE = [
    # what the payer did, billed line, what it says, its amount, cause
    ("lower code", line("99214"), {"procedure_code": "99213"}, 113_30, VarianceCause.RECODE),
    ("one unit of two", line("99214", units="2"), {}, 169_95, VarianceCause.UNITS),
    (
        "a unit less, and says so",
        line("99214", units="3"),
        {"units": Decimal(2)},
        339_90,
        VarianceCause.UNITS,
    ),
    ("an assistant", line("20000"), {}, 108_77, VarianceCause.MODIFIER),
    ("modifier dropped", line("20000-62"), {"modifiers": ()}, 679_80, VarianceCause.MODIFIER),
    ("both sides as one", line("20000-50"), {}, 679_80, VarianceCause.MODIFIER),
    ("old rate", line("99214"), {}, 165_00, VarianceCause.RATE),
    ("no percentage", line("99214"), {}, 154_50, VarianceCause.RATE),
    ("facility rate", line("20000"), {}, 509_85, VarianceCause.RATE),
    ("halved", line("99214"), {}, 84_98, VarianceCause.MULTIPLE_PROCEDURES),
    ("sequestered", line("99214"), {}, 166_55, VarianceCause.SEQUESTRATION),
]


@pytest.mark.parametrize(
    ("billed", "says", "allowed_cents", "cause"),
    [pytest.param(*row[1:], id=row[0]) for row in ONE_LINE],
)
def test_what_gives_the_amount_is_named(
    billed: object, says: dict[str, object], allowed_cents: int, cause: VarianceCause
) -> None:
    (found,) = explained(SURGERY, claim(billed), AnsweredLine(1, allowed_cents, **says))
    assert (found.cause, found.is_exact) == (cause, True)
    assert found.line_numbers == (1,)
    assert found.words


def test_a_claim_ranked_by_its_order_is_a_multiple_procedure_mistake() -> None:
    # G38: billed low, high, middle; the payer halves all but the first line.
    billed = claim(line("20200"), line("20000"), line("20100"))
    price = price_claim(ContractBook([SURGERY]), billed)
    assert [each.allowed_cents for each in price.lines] == [169_95, 679_80, 226_60]
    found = explained(SURGERY, billed, AnsweredLine(1, 339_90), AnsweredLine(2, 339_90))
    assert [each.cause for each in found] == [VarianceCause.MULTIPLE_PROCEDURES] * 2
    assert all(each.is_exact for each in found)


def test_an_amount_that_no_single_mistake_gives_is_not_guessed() -> None:
    (found,) = explained(SURGERY, claim(line("99214")), AnsweredLine(1, 169_00))
    assert found.cause is VarianceCause.UNKNOWN
    assert not found.is_exact


def test_two_mistakes_of_the_same_amount_are_both_named() -> None:
    # Half of two units: one unit, or a reduction to 50 %.
    (found,) = explained(SURGERY, claim(line("99214", units="2")), AnsweredLine(1, 169_95))
    assert found.cause is VarianceCause.UNITS
    assert VarianceCause.MULTIPLE_PROCEDURES in found.others


def test_what_the_payer_says_decides_between_them() -> None:
    answer = AnsweredLine(1, 169_95, units=Decimal(1))
    (found,) = explained(SURGERY, claim(line("99214", units="2")), answer)
    assert (found.cause, found.others) == (VarianceCause.UNITS, ())


def test_the_payers_words_count_when_the_amount_fits_nothing() -> None:
    answer = AnsweredLine(1, 12_34, procedure_code="99213")
    (found,) = explained(SURGERY, claim(line("99214")), answer)
    assert (found.cause, found.is_exact) == (VarianceCause.RECODE, False)
    assert "113.30" in found.words


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("97", VarianceCause.BUNDLED),
        ("242", VarianceCause.OUT_OF_NETWORK),
        ("B7", VarianceCause.CREDENTIAL),
        ("23", VarianceCause.COORDINATION),
    ],
)
def test_reason_codes_speak_last(code: str, cause: VarianceCause) -> None:
    answer = AnsweredLine(1, 12_34, reason_codes=frozenset({code, "45"}))
    (found,) = explained(SURGERY, claim(line("99214")), answer)
    assert (found.cause, found.is_exact) == (cause, False)


def test_the_version_before_is_a_wrong_rate() -> None:
    before = contract(
        rates=[rate("99214", 140_00)],
        version="2025",
        effective_from=date(2025, 1, 1),
        effective_to=date(2025, 12, 31),
    )
    now = contract(rates=[rate("99214", 150_00)])
    (found,) = explained((before, now), claim(line("99214")), AnsweredLine(1, 140_00))
    assert (found.cause, found.is_exact) == (VarianceCause.RATE, True)
    assert "2025" in found.words


HOSPITAL = contract(
    term("implants", FlatRate(500_00), codes="L8600"),
    term(
        "days",
        PerDiemRate((DayTier(1, 2_000_00), DayTier(3, 1_500_00))),
        stop_loss=first_dollar(30_000_00, "60"),
    ),
)


def hospital_stay(charge_cents: int) -> BilledClaim:
    return stay(
        "2026-03-01", "2026-03-04", room(charge_cents, "3"), ancillary("0278", 900_00, "L8600")
    )


def test_days_of_a_stay_that_were_not_paid() -> None:
    # Three days: 2,000 + 2,000 + 1,500; the payer counts two.
    (found,) = explained(HOSPITAL, hospital_stay(9_000_00), AnsweredLine(1, 4_000_00))
    assert (found.cause, found.is_exact) == (VarianceCause.PER_DIEM_DAYS, True)


def test_stop_loss_that_was_not_applied() -> None:
    # 60 % of 40,000.00 instead of 5,500.00.
    (found,) = explained(HOSPITAL, hospital_stay(40_000_00), AnsweredLine(1, 5_500_00))
    assert (found.cause, found.is_exact) == (VarianceCause.STOP_LOSS, True)


def test_a_carve_out_that_was_swallowed_by_the_rate() -> None:
    (found,) = explained(HOSPITAL, hospital_stay(9_000_00), AnsweredLine(2, 0))
    assert found.cause is VarianceCause.CARVE_OUT


def test_another_group_of_diagnoses() -> None:
    agreed = contract(
        term("drg", DrgRate("fees", 6_000_00)), weights=[weight("470", "1.9"), weight("554", "0.7")]
    )
    billed = stay("2026-03-01", "2026-03-04", room(30_000_00, "3"), drg="470")
    (found,) = explained(agreed, billed, AnsweredLine(1, 4_200_00, drg="554"))
    assert (found.cause, found.is_exact) == (VarianceCause.DRG_CHANGE, True)


def test_lines_and_claims_without_a_price_are_left_out() -> None:
    assert explained(SURGERY, claim(line("77777")), AnsweredLine(1, 1_00)) == ()
    assert explained(SURGERY, claim(line("99214"), payer_id="OTHER"), AnsweredLine(1, 1_00)) == ()
    assert explained(SURGERY, claim(line("99214")), AnsweredLine(9, 1_00)) == ()


def test_a_percentage_of_another_term_is_a_wrong_rate() -> None:
    agreed = contract(
        term("surgery", ScheduledRate("fees", Decimal(130)), codes="20000-29999"),
        fees("90"),
        rates=[rate("20000", 600_00)],
        modifiers=(modifier("22", "120"),),
    )
    (found,) = explained(agreed, claim(line("20000")), AnsweredLine(1, 540_00))
    assert (found.cause, found.is_exact) == (VarianceCause.RATE, True)
    (raised,) = explained(agreed, claim(line("20000-22")), AnsweredLine(1, 780_00))
    assert raised.cause is VarianceCause.MODIFIER


def test_units_that_were_ranked_from_another_place_on() -> None:
    # Three units at 300.00 x 110 % x 103 % behind a dearer procedure: each at 50 %. Ranked as they
    # stand on the claim, the first of them is paid in full: 339.90 + 2 x 169.95.
    billed = claim(line("20200", units="3"), line("20000"))
    (found,) = explained(SURGERY, billed, AnsweredLine(1, 679_80))
    assert (found.cause, found.is_exact) == (VarianceCause.MULTIPLE_PROCEDURES, True)
    assert found.words == "the price of procedure 1 of the day"


def test_a_reason_code_is_named_beside_the_mistake_that_fits() -> None:
    answer = AnsweredLine(1, 84_98, reason_codes=frozenset({"45", "97"}))
    (found,) = explained(SURGERY, claim(line("99214")), answer)
    assert (found.cause, found.is_exact) == (VarianceCause.MULTIPLE_PROCEDURES, True)
    assert found.others == (VarianceCause.BUNDLED,)


def test_sequestration_that_was_agreed_explains_nothing() -> None:
    agreed = contract(rates=[rate("99214", 150_00)], sequestration_percent=Decimal(2))
    held_back = frozenset({"45", "253"})
    for cents in (147_00, 131_31):
        answer = AnsweredLine(1, cents, reason_codes=held_back)
        (found,) = explained(agreed, claim(line("99214")), answer)
        assert found.cause is VarianceCause.UNKNOWN


JOINTS = contract(
    term(
        "drg",
        DrgRate(
            "fees",
            6_000_00,
            cost_outlier=CostOutlier(Decimal("0.4"), 10_000_00, Decimal(80)),
            day_outlier=DayOutlier(2, 500_00),
        ),
    ),
    weights=[weight("470", "1.9"), weight("554", "0.7")],
)
# 11,400.00 + 80 % of (40,000.00 - 11,400.00 - 10,000.00) + one day of 500.00 = 26,780.00


@pytest.mark.parametrize(
    ("allowed_cents", "cause", "words"),
    [
        (11_900_00, VarianceCause.STOP_LOSS, "the rate without its cost outlier"),
        (26_280_00, VarianceCause.STOP_LOSS, "the rate without its day outlier"),
        # 4,200.00 + 80 % of 25,800.00 + 500.00
        (25_340_00, VarianceCause.DRG_CHANGE, "DRG 554"),
    ],
)
def test_what_was_made_of_a_diagnosis_group_without_a_word(
    allowed_cents: int, cause: VarianceCause, words: str
) -> None:
    billed = stay("2026-03-01", "2026-03-04", room(100_000_00, "3"), drg="470")
    (found,) = explained(JOINTS, billed, AnsweredLine(1, allowed_cents))
    assert (found.cause, found.is_exact, found.words) == (cause, True, words)


# 4,200.00 + 80 % of 25,800.00 + 500.00 = 25,340.00 is what the contract gives for DRG 554.
OTHER_DRG = "DRG 999 instead of 470"
TOLD_DRGS = [
    # what the payer does, its DRG, its amount, cause, exact, words
    (
        "prices its own group",
        "554",
        25_340_00,
        VarianceCause.DRG_CHANGE,
        True,
        "DRG 554 instead of 470",
    ),
    (
        "names a group and pays something else",
        "554",
        20_000_00,
        VarianceCause.DRG_CHANGE,
        False,
        "nothing we know; the payer says DRG 554 instead of 470, which would be 25340.00",
    ),
    (
        "names a group that the contract does not have",
        "999",
        20_000_00,
        VarianceCause.DRG_CHANGE,
        False,
        f"nothing we know; the payer says {OTHER_DRG}, for which the contract has no other price",
    ),
    (
        "names a group and leaves out the outlier of ours",
        "999",
        11_900_00,
        VarianceCause.STOP_LOSS,
        True,
        "the rate without its cost outlier, while the payer says DRG 999 instead of 470",
    ),
    ("names our group in three digits", "0470", 20_000_00, VarianceCause.UNKNOWN, False, ""),
    ("names none", "", 20_000_00, VarianceCause.UNKNOWN, False, ""),
]


@pytest.mark.parametrize(
    ("drg", "allowed_cents", "cause", "is_exact", "words"),
    [pytest.param(*row[1:], id=row[0]) for row in TOLD_DRGS],
)
def test_what_is_said_of_the_payers_diagnosis_group(
    drg: str, allowed_cents: int, cause: VarianceCause, is_exact: bool, words: str
) -> None:
    billed = stay("2026-03-01", "2026-03-04", room(100_000_00, "3"), drg="470")
    (found,) = explained(JOINTS, billed, AnsweredLine(1, allowed_cents, drg=drg))
    assert (found.cause, found.is_exact, found.words) == (cause, is_exact, words)


def test_the_payers_diagnosis_group_may_choose_another_term() -> None:
    agreed = contract(
        term("joints", PercentOfCharge(Decimal(60)), drgs="470"),
        term("others", PercentOfCharge(Decimal(40))),
    )
    billed = stay("2026-03-01", "2026-03-04", room(10_000_00, "3"), drg="470")
    (found,) = explained(agreed, billed, AnsweredLine(1, 4_000_00, drg="554"))
    assert (found.cause, found.is_exact) == (VarianceCause.DRG_CHANGE, True)
    assert found.words == "DRG 554 instead of 470"


def test_a_claim_that_was_moved_into_another_setting_is_ranked_anew() -> None:
    # In a facility 300.00 and 320.00 change places: the first line is halved there.
    agreed = contract(
        rates=[
            rate("20000", 400_00, multiple_procedures="2", facility_cents=300_00),
            rate("20100", 320_00, multiple_procedures="2"),
        ],
        multiple_procedures=(several("100 50", indicators="2"),),
    )
    (found,) = explained(agreed, claim(line("20000"), line("20100")), AnsweredLine(2, 320_00))
    assert (found.cause, found.is_exact) == (VarianceCause.MULTIPLE_PROCEDURES, True)
    assert found.others == (VarianceCause.RATE,)


@pytest.mark.parametrize(
    ("allowed_cents", "cause"),
    [
        # 5,500.00 for three days and 500.00 for the implant were agreed.
        (4_500_00, VarianceCause.PER_DIEM_DAYS),
        (5_500_00, VarianceCause.CARVE_OUT),
        (5_555_55, VarianceCause.UNKNOWN),
    ],
)
def test_of_money_for_a_whole_claim_one_part_is_mistaken(
    allowed_cents: int, cause: VarianceCause
) -> None:
    answers = [
        AnsweredLine(1, allowed_cents - 400_00, is_share=True),
        AnsweredLine(2, 400_00, is_share=True),
    ]
    (found,) = explained(HOSPITAL, hospital_stay(9_000_00), *answers)
    assert (found.line_numbers, found.cause) == ((1, 2), cause)


def test_nothing_is_said_of_money_that_is_partly_for_a_line_without_a_price() -> None:
    billed = claim(line("99214"), line("77777"))
    answers = [AnsweredLine(number, 100_00, is_share=True) for number in (1, 2)]
    assert explained(SURGERY, billed, *answers) == ()


def test_a_therapy_that_lost_a_practice_expense_too_many() -> None:
    # 40.00 with an expense of 18.00 is the dearest and loses nothing; the payer took half of it.
    agreed = contract(
        rates=[
            rate("97110", 40_00, multiple_procedures="5", practice_expense_cents=18_00),
            rate("97140", 30_00, multiple_procedures="5", practice_expense_cents=12_00),
        ],
        multiple_procedures=(several("100 50", indicators="5", portion=Portion.PRACTICE_EXPENSE),),
    )
    billed = claim(line("97140"), line("97110"))
    (found,) = explained(agreed, billed, AnsweredLine(2, 31_00))
    assert (found.cause, found.is_exact) == (VarianceCause.MULTIPLE_PROCEDURES, True)
    assert found.words == "the price of procedure 2 of the day"
