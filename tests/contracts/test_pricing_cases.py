"""The engine agrees with contract cases that were computed by hand, one row each."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from edi_engine.contracts import (
    ContractBook,
    discount_cents,
    expected_payment_cents,
    interest_cents,
    price_claim,
)
from edi_engine.records.contracts import (
    CaseRate,
    Contract,
    LesserOf,
    PercentOfCharge,
    ScheduledRate,
    TimelyPayment,
)
from edi_engine.records.matching import BilledClaim
from edi_engine.records.pricing import PricedClaim
from tests.contracts.cases_of_caps_and_rounding import CAP_AND_ROUNDING_CASES
from tests.contracts.cases_of_endoscopies import ENDOSCOPY_CASES
from tests.contracts.cases_of_groups import GROUP_CASES
from tests.contracts.cases_of_imaging_caps import IMAGING_CAP_CASES
from tests.contracts.cases_of_lines import LINE_CASES
from tests.contracts.cases_of_modifiers import MODIFIER_CASES
from tests.contracts.cases_of_multiple_procedures import MULTIPLE_PROCEDURE_CASES
from tests.contracts.cases_of_versions import VERSION_CASES
from tests.contracts.contract_making import claim, contract, line, rate, term
from tests.contracts.pricing_case import PricingCase, worked_cents

CASES = [
    *LINE_CASES,
    *CAP_AND_ROUNDING_CASES,
    *MODIFIER_CASES,
    *MULTIPLE_PROCEDURE_CASES,
    *ENDOSCOPY_CASES,
    *IMAGING_CAP_CASES,
    *GROUP_CASES,
    *VERSION_CASES,
]


def priced(billed: BilledClaim, *contracts: Contract) -> PricedClaim:
    return price_claim(ContractBook(contracts), billed)


every_case = pytest.mark.parametrize("given", CASES, ids=[each.name for each in CASES])


@every_case
def test_a_claim_is_priced_as_by_hand(given: PricingCase) -> None:
    found = priced(given.billed, *given.contracts)
    assert found.claim_id == given.billed.claim_id
    assert [each.line_number for each in found.lines] == [
        each.line_number for each in given.billed.lines
    ]
    assert [each.allowed_cents for each in found.lines] == [cents for cents, _ in given.expected]


@every_case
def test_a_price_comes_with_its_steps_and_none_with_a_reason(given: PricingCase) -> None:
    found = priced(given.billed, *given.contracts)
    groups = {group.number: group for group in found.groups}
    for each in found.lines:
        group = groups.get(each.group) if each.group is not None else None
        if each.allowed_cents is None:
            assert each.reason or found.reason or (group and group.reason)
        else:
            assert each.steps or (group and group.steps)
            assert each.contract
            assert each.version
            assert each.term
    reasons = " ".join([found.reason, *(each.reason for each in (*found.lines, *found.groups))])
    for word in given.because:
        assert word in reasons


@every_case
def test_what_a_case_asks_besides(given: PricingCase) -> None:
    found = priced(given.billed, *given.contracts)
    groups = {group.number: group for group in found.groups}
    if given.capped is not None:
        assert given.capped == tuple(
            each.line_number
            for each in found.lines
            if each.is_capped or (each.group is not None and groups[each.group].is_capped)
        )
    if given.groups is not None:
        assert given.groups == tuple(group.allowed_cents for group in found.groups)
    if given.terms is not None:
        assert given.terms == tuple(each.term for each in found.lines)
    if given.versions is not None:
        assert given.versions == tuple(each.version for each in found.lines)


@every_case
def test_lines_add_up_to_groups_and_to_the_claim(given: PricingCase) -> None:
    found = priced(given.billed, *given.contracts)
    amounts = [each.allowed_cents for each in found.lines]
    for group in found.groups:
        shares = [each.allowed_cents for each in found.lines if each.group == group.number]
        numbers = tuple(each.line_number for each in found.lines if each.group == group.number)
        assert numbers == group.line_numbers
        if group.allowed_cents is None:
            assert set(shares) == {None}
        else:
            assert sum(shares) == group.allowed_cents
    if amounts:
        assert found.allowed_cents == (None if None in amounts else sum(amounts))


@every_case
def test_the_order_of_contracts_does_not_matter(given: PricingCase) -> None:
    there = priced(given.billed, *given.contracts)
    back = priced(given.billed, *given.contracts[::-1])
    assert [each.allowed_cents for each in there.lines] == [
        each.allowed_cents for each in back.lines
    ]


# --- the table itself ---


def test_the_hand_arithmetic_adds_up() -> None:
    for given in CASES:
        assert len(given.expected) == len(given.billed.lines), given.name
        for cents, how in given.expected:
            if cents is not None:
                assert worked_cents(how) == cents, f"{given.name}: {how}"


def test_every_case_has_a_name_of_its_own() -> None:
    names = [given.name for given in CASES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "wrong",
    ["10.00 x 3 = 30.01", "10.05 x 50 % -> 5.02", "10.05 x 50 % = 5.03", "10.00 - 2.00 = 8.01"],
)
def test_arithmetic_that_does_not_add_up_is_seen(wrong: str) -> None:
    with pytest.raises(AssertionError):
        worked_cents(wrong)


# --- charges below zero ---

METHODS = [
    term("fees", ScheduledRate("fees")),
    term("charges", PercentOfCharge(Decimal(60))),
    term("case", CaseRate(500_00)),
]


@pytest.mark.parametrize("method", METHODS, ids=[each.name for each in METHODS])
@pytest.mark.parametrize("lesser_of", list(LesserOf))
def test_a_charge_below_zero_owes_nothing_back(method: object, lesser_of: LesserOf) -> None:
    found = priced(
        claim(line("99213", -50_00), line("99213", 200_00)),
        contract(method, rates=[rate("99213", 92_47)], lesser_of=lesser_of),
    )
    assert all(each.allowed_cents is None or each.allowed_cents >= 0 for each in found.lines)


# --- what is paid of what is allowed ---

PAYMENTS = [
    # why, sequestration percent, allowed, patient's share, payment
    ("G37: two percent of 40.00 is 0.80", "2", 100_00, 60_00, 39_20),
    ("the patient's share is not reduced", "2", 100_00, 0, 98_00),
    ("no sequestration", None, 100_00, 60_00, 40_00),
    ("another percentage", "1", 100_00, 60_00, 39_60),
    ("half a cent of the reduction rounds up", "2", 25, 0, 24),
    ("two cents and a half are three", "2", 1_25, 0, 1_22),
    ("below half a cent nothing", "2", 24, 0, 24),
    ("odd cents: 2 % of 81.13 is 1.6226", "2", 101_41, 20_28, 79_51),
    ("the patient owes all", "2", 100_00, 100_00, 0),
    ("nothing allowed", "2", 0, 0, 0),
]


@pytest.mark.parametrize(
    ("percent", "allowed_cents", "patient_cents", "payment_cents"),
    [row[1:] for row in PAYMENTS],
    ids=[row[0] for row in PAYMENTS],
)
def test_sequestration_comes_off_the_payment(
    percent: str | None, allowed_cents: int, patient_cents: int, payment_cents: int
) -> None:
    agreed = contract(
        rates=[rate("99213", allowed_cents)],
        sequestration_percent=None if percent is None else Decimal(percent),
    )
    assert expected_payment_cents(agreed, allowed_cents, patient_cents) == payment_cents
    found = priced(claim(line("99213")), agreed)
    assert found.allowed_cents == allowed_cents


SENT_ON = date(2026, 3, 1)
TIMELY = TimelyPayment(
    discount_days=10,
    discount_percent=Decimal(5),
    interest_after_days=30,
    interest_percent=Decimal(10),
)

TIMES = [
    # why, paid on, cents of discount on 200.10 allowed, of interest on 1000.00 paid
    ("paid on the day it was sent", date(2026, 3, 1), 10_01, 0),
    ("on the last day of the discount: 200.10 x 5 % = 10.005", date(2026, 3, 11), 10_01, 0),
    ("a day after", date(2026, 3, 12), 0, 0),
    ("on the last day without interest", date(2026, 3, 31), 0, 0),
    ("a day late: 1000.00 x 10 % / 365 = 0.27397", date(2026, 4, 1), 0, 27),
    ("ten days late: 2.7397", date(2026, 4, 10), 0, 2_74),
    ("a year late: 100.00", date(2027, 3, 31), 0, 100_00),
    ("two years and a leap day late: 731 days, 200.27397", date(2028, 3, 31), 0, 200_27),
]


@pytest.mark.parametrize(
    ("paid_on", "discount", "interest"), [row[1:] for row in TIMES], ids=[row[0] for row in TIMES]
)
def test_days_count_from_the_day_the_claim_was_sent(
    paid_on: date, discount: int, interest: int
) -> None:
    agreed = contract(timely_payment=TIMELY)
    assert discount_cents(agreed, 200_10, SENT_ON, paid_on) == discount
    assert interest_cents(agreed, 1_000_00, SENT_ON, paid_on) == interest


def test_half_a_cent_of_interest_rounds_up() -> None:
    agreed = contract(timely_payment=TIMELY)  # 18.25 x 10 % / 365 = 0.005
    assert interest_cents(agreed, 18_25, SENT_ON, date(2026, 4, 1)) == 1
    assert interest_cents(agreed, 18_24, SENT_ON, date(2026, 4, 1)) == 0


@pytest.mark.parametrize("timely", [None, TimelyPayment()], ids=["no clause", "an empty clause"])
def test_without_a_clause_nothing_is_taken_or_added(timely: TimelyPayment | None) -> None:
    agreed = contract(timely_payment=timely)
    assert discount_cents(agreed, 200_10, SENT_ON, SENT_ON) == 0
    assert interest_cents(agreed, 1_000_00, SENT_ON, date(2027, 3, 1)) == 0


def test_a_discount_does_not_lower_what_is_allowed() -> None:
    agreed = contract(rates=[rate("99213", 92_47)], timely_payment=TIMELY)
    billed = replace(claim(line("99213")), sent_on=SENT_ON)
    assert priced(billed, agreed).allowed_cents == 92_47
