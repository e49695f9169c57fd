"""A discount that no contract of the payer's explains: whose it is, and when that makes work."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edi_engine.contracts import ContractBook, explain_variances, price_claim
from edi_engine.contracts.silent_ppo import OtherContracts
from edi_engine.records.contracts import (
    Contract,
    ContractScope,
    DrgRate,
    PercentOfCharge,
    RateSchedule,
)
from edi_engine.records.matching import BilledClaim
from edi_engine.records.policy import SilentPpoPolicy
from edi_engine.records.pricing import AnsweredLine, SilentPpo, SilentPpoSign, VarianceCause
from tests.contracts.contract_making import (
    claim,
    contract,
    escalator,
    fees,
    line,
    rate,
    room,
    several,
    stay,
    term,
    weight,
)

PAYER = "RENTER"
POLICY = SilentPpoPolicy()
RATES = (rate("99213", 80_37), rate("99214", 120_11), rate("20000", 600_05))


def scope(payer_id: str, network: str = "") -> ContractScope:
    return ContractScope(payer_ids=frozenset({payer_id}), network=network)


PREFERRED = contract(
    fees(clause="Exhibit A 1"),
    rates=RATES,
    scope=scope("PAYERA", "Sample Preferred Network"),
    key="sample-preferred",
    name="Sample Preferred, physicians",
)
VISITS = claim(line("99213", 200_00), line("99214", 300_00), payer_id=PAYER)
VISIT = claim(line("99213", 200_00), payer_id=PAYER)


def answers_of(
    billed: BilledClaim, allowed: Sequence[int], **told: object
) -> tuple[AnsweredLine, ...]:
    """Lines allowed so, the rest of the charge taken off as contractual."""
    codes = {"45", *str(told.pop("reasons", "")).split()}
    remarks = str(told.pop("remarks", "")).split()
    return tuple(
        AnsweredLine(
            each.line_number,
            cents,
            reason_codes=frozenset(codes),
            remark_codes=frozenset(remarks),
            discount_cents=each.charge_cents - cents,
            **told,
        )
        for each, cents in zip(billed.lines, allowed, strict=True)
    )


def found_in(
    billed: BilledClaim,
    answers: Sequence[AnsweredLine],
    contracts: Sequence[Contract] = (PREFERRED,),
    policy: SilentPpoPolicy = POLICY,
) -> SilentPpo | None:
    return OtherContracts(ContractBook(contracts), policy).silent_ppo(billed, answers)


NAMED = {"contract_names": ("SAMPLE RENTAL",)}
REPRICED = {"repriced_numbers": ("RP-77",)}
OURS = {"contract_names": ("SAMPLE PREFERRED",)}

# Sample Preferred allows 80.37 and 120.11.
CASES = [
    # what the payer does, claim, what it allows, what it says, signs, work
    ("the rates of another", VISITS, (80_37, 120_11), {}, "other_rates", True),
    ("one equal rate is chance", VISIT, (80_37,), {}, "other_rates", False),
    ("one equal rate, repriced", VISIT, (80_37,), REPRICED, "other_rates repriced", True),
    ("one equal rate, a network", VISIT, (80_37,), NAMED, "other_rates contract_named", True),
    ("one of two is too few", VISITS, (80_37, 150_00), {}, "", False),
    ("the same service twice", claim(*[line("99213", 200_00)] * 2, payer_id=PAYER),
     (80_37, 80_37), {}, "other_rates", False),
    ("only a discount", VISITS, (100_00, 150_00), {}, "", False),
    ("a deep discount alone", VISITS, (60_00, 90_00), {}, "", False),
    ("a network as everybody names it", VISITS, (100_00, 150_00), NAMED, "contract_named", False),
    ("a network and a remark", VISITS, (100_00, 150_00), NAMED | {"remarks": "N381"},
     "contract_named contract_remarked", False),
    ("a voluntary network", VISITS, (100_00, 150_00), {"reasons": "P26"},
     "contract_remarked", False),
    ("a voluntary network, repriced", VISITS, (100_00, 150_00), REPRICED | {"reasons": "P26"},
     "repriced contract_remarked", True),
    ("repriced", VISITS, (100_00, 150_00), REPRICED, "repriced", False),
    ("repriced for a network", VISITS, (100_00, 150_00), NAMED | REPRICED,
     "repriced contract_named", True),
    ("our own network named", VISITS, (100_00, 150_00), OURS, "our_contract_named", True),
    ("negotiated by nobody", VISITS, (100_00, 150_00), {"reasons": "131"}, "negotiated", False),
    ("negotiated for a network", VISITS, (100_00, 150_00), NAMED | {"reasons": "131"},
     "negotiated contract_named", True),
    ("out of network, 70 % off", VISITS, (60_00, 90_00), {"reasons": "242"},
     "out_of_network usual_discount", True),
    ("out of network, 61 % off", VISITS, (78_00, 117_00), {"reasons": "279"},
     "out_of_network usual_discount", True),
    ("out of network, 81 % off", VISITS, (38_00, 57_00), {"reasons": "242"},
     "out_of_network usual_discount", True),
    ("out of network, a cent more", VISITS, (38_00, 56_99), {"reasons": "242"},
     "out_of_network", False),
    ("out of network, a cent less", VISITS, (78_00, 117_01), {"reasons": "242"},
     "out_of_network", False),
    ("the patient pays the rest", VISITS, (60_00, 90_00), {"above_cents": 10_00},
     "out_of_network usual_discount", True),
    ("the law, not a contract", VISITS, (80_37, 120_11), REPRICED | {"remarks": "N830"}, "", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("billed", "allowed", "told", "signs", "is_work"),
    [pytest.param(*row[1:], id=row[0]) for row in CASES],
)
def test_signs_and_whether_they_make_work(
    billed: BilledClaim, allowed: Sequence[int], told: dict[str, object], signs: str, is_work: bool
) -> None:
    found = found_in(billed, answers_of(billed, allowed, **told))
    assert " ".join(found.signs if found is not None else ()) == signs
    assert (found is not None and found.is_work) is is_work


def test_everything_is_said_in_words() -> None:
    answers = answers_of(VISITS, (80_37, 120_11), **OURS, **REPRICED)
    found = found_in(VISITS, answers)
    assert found == SilentPpo(
        line_numbers=(1, 2),
        charge_cents=500_00,
        discount_cents=299_52,
        signs=(
            SilentPpoSign.OUR_CONTRACT_NAMED,
            SilentPpoSign.OTHER_RATES,
            SilentPpoSign.REPRICED,
        ),
        words="It names SAMPLE PREFERRED: that is our contract sample-preferred, which is not for"
        " this payer and plan. It allows what sample-preferred 2026 (Exhibit A 1) says, on 2 of 2"
        " services. A repricer has the claim under RP-77 (REF*9A, 9C).",
        request="Ask for the clause of sample-preferred 2026 that lets others use its rates, and"
        " for the notice that this payer does.",
        is_work=True,
        network="SAMPLE PREFERRED",
        contracts=("sample-preferred 2026",),
        clause="Exhibit A 1",
        equal_count=2,
        compared_count=2,
    )


NO_NAME = "Ask which network gave the discount, and by which clause of which agreement of ours."
A_NAME = "Ask for our agreement with SAMPLE RENTAL and its clause about other payers' access."


@pytest.mark.parametrize(("told", "request_"), [(NAMED | REPRICED, A_NAME), (REPRICED, NO_NAME)])
def test_what_to_ask_for_is_named(told: dict[str, object], request_: str) -> None:
    found = found_in(VISITS, answers_of(VISITS, (100_00, 150_00), **told))
    assert found is not None
    assert found.request == request_


# --- never noisy ---

RENTED = answers_of(VISITS, (80_37, 120_11), **NAMED, **REPRICED)


def test_without_any_contract_nothing_is_said() -> None:
    assert found_in(VISITS, RENTED, contracts=()) is None


def test_a_contract_of_the_payer_in_force_is_the_end_of_it() -> None:
    # Whatever it says of the code: it is an underpayment then, or nothing.
    for rates in (RATES, (rate("99499", 1_00),)):
        own = contract(rates=rates, scope=scope(PAYER), key="renter")
        assert found_in(VISITS, RENTED, contracts=(PREFERRED, own)) is None


def test_a_contract_of_the_payer_that_has_ended_is_none() -> None:
    ended = contract(rates=RATES, scope=scope(PAYER), key="renter-2025",
                     effective_to=date(2026, 2, 1))  # fmt: skip
    found = found_in(VISITS, RENTED, contracts=(PREFERRED, ended))
    assert found is not None
    assert found.is_work
    named = answers_of(VISITS, (100_00, 150_00), contract_names=("RENTER 2025",))
    found = found_in(VISITS, named, contracts=(PREFERRED, ended))
    assert found is not None
    assert found.signs == (SilentPpoSign.CONTRACT_NAMED,)
    assert (
        found.words == "It names RENTER 2025: our contract renter-2025 is not in force on this day."
    )


def test_only_lines_of_days_without_a_contract_count() -> None:
    ended = contract(rates=RATES, scope=scope(PAYER), key="renter",
                     effective_to=date(2026, 2, 1))  # fmt: skip
    billed = claim(
        line("99213", 200_00, on="2026-02-01"), line("99214", 300_00, on="2026-02-02"),
        payer_id=PAYER,
    )  # fmt: skip
    found = found_in(billed, answers_of(billed, (80_37, 120_11), **NAMED, **REPRICED),
                     contracts=(PREFERRED, ended))  # fmt: skip
    assert found is not None
    assert (found.line_numbers, found.discount_cents) == ((2,), 179_89)


def test_lines_without_a_day_and_contracts_that_tie_say_nothing() -> None:
    own = contract(rates=RATES, scope=scope(PAYER), key="renter")
    undated = claim(line("99213", 200_00, on=None), payer_id=PAYER)
    answers = answers_of(undated, (80_37,), **NAMED, **REPRICED)
    assert found_in(undated, answers, contracts=(PREFERRED, own)) is None
    twin = replace(own, key="renter-too")
    assert found_in(VISITS, RENTED, contracts=(PREFERRED, own, twin)) is None


def test_a_later_payer_is_not_looked_at() -> None:
    assert found_in(replace(VISITS, payer_sequence=2), RENTED) is None


def test_what_the_practice_knows_is_left_alone() -> None:
    assert found_in(VISITS, RENTED, policy=replace(POLICY, known_payers=(PAYER,))) is None
    known = replace(POLICY, known_networks=("Sample Rental",))
    assert found_in(VISITS, RENTED, policy=known) is None
    other = replace(POLICY, known_payers=("OTHER",), known_networks=("Example Network",))
    assert found_in(VISITS, RENTED, policy=other) is not None


def test_a_small_discount_is_counted_and_makes_no_work() -> None:
    for charge, is_work in ((105_36, False), (105_37, True)):
        billed = claim(line("99213", charge), payer_id=PAYER)
        found = found_in(billed, answers_of(billed, (80_37,), **REPRICED))
        assert found is not None
        assert found.is_work is is_work


def test_what_anybody_may_pay_proves_nothing() -> None:
    published = replace(PREFERRED, schedules=(RateSchedule("fees", RATES, is_published=True),))
    found = found_in(VISITS, answers_of(VISITS, (80_37, 120_11)), contracts=(published,))
    assert found is not None
    assert (found.signs, found.is_work) == ((SilentPpoSign.OTHER_RATES,), False)
    share = contract(term("all", PercentOfCharge(Decimal(60))), scope=scope("PAYERA"), key="share")
    found = found_in(VISITS, answers_of(VISITS, (120_00, 180_00)), contracts=(share,))
    assert found is not None
    assert (found.signs, found.is_work) == ((SilentPpoSign.OTHER_RATES,), False)


def test_a_charge_below_the_rate_is_no_rate() -> None:
    billed = claim(line("99213", 80_00), line("99214", 300_00), payer_id=PAYER)
    answers = (
        AnsweredLine(1, 80_00, discount_cents=0),
        AnsweredLine(2, 120_11, discount_cents=179_89),
    )
    found = found_in(billed, answers)
    assert found is not None
    assert (found.equal_count, found.compared_count, found.is_work) == (1, 1, False)


def test_contracts_with_the_same_rates_are_all_named() -> None:
    twin = replace(PREFERRED, key="sample-too", scope=scope("PAYERB"))
    found = found_in(VISITS, answers_of(VISITS, (80_37, 120_11)), contracts=(twin, PREFERRED))
    assert found is not None
    assert found.contracts == ("sample-preferred 2026", "sample-too 2026")
    nearer = replace(twin, schedules=(RateSchedule("fees", (RATES[0], rate("99214", 1_00))),))
    found = found_in(VISITS, answers_of(VISITS, (80_37, 120_11)), contracts=(nearer, PREFERRED))
    assert found is not None
    assert found.contracts == ("sample-preferred 2026",)


def test_a_contract_for_other_providers_is_nobodys_rate_here() -> None:
    theirs = replace(
        PREFERRED, scope=replace(PREFERRED.scope, billing_npis=frozenset({"1999999976"}))
    )
    answers = answers_of(VISITS, (80_37, 120_11))
    assert found_in(VISITS, answers, contracts=(theirs,)) is None


def test_several_procedures_are_compared_as_the_contract_ranks_them() -> None:
    surgeons = contract(
        rates=[rate("20000", 600_06, multiple_procedures="2"),
               rate("20100", 300_02, multiple_procedures="2")],
        multiple_procedures=(several("100 50", indicators="2"),),
        scope=scope("PAYERA"),
        key="surgeons",
    )  # fmt: skip
    billed = claim(line("20100", 900_00), line("20000", 1_500_00), payer_id=PAYER)
    found = found_in(billed, answers_of(billed, (150_01, 600_06)), contracts=(surgeons,))
    assert found is not None
    assert (found.equal_count, found.compared_count, found.is_work) == (2, 2, True)


HOSPITAL = contract(
    term("drg", DrgRate("fees", 6_000_00), clause="Exhibit B"),
    weights=[weight("470", "1.2345")],
    scope=scope("PAYERA"),
    key="hospital",
)
STAY = stay("2026-03-01", "2026-03-04", room(20_000_00, "3"), room(4_000_00, "1"), drg="470",
            payer_id=PAYER)  # fmt: skip


def test_a_rate_for_a_whole_stay_is_one_service() -> None:
    # 6,000.00 x 1.2345 = 7,407.00
    found = found_in(STAY, answers_of(STAY, (7_407_00, 0), **REPRICED), contracts=(HOSPITAL,))
    assert found is not None
    assert (found.equal_count, found.compared_count, found.clause) == (1, 1, "Exhibit B")
    assert found.is_work


def test_money_for_a_claim_without_its_lines_is_compared_as_one() -> None:
    shares = [
        replace(each, is_share=True) for each in answers_of(STAY, (6_172_50, 1_234_50), **REPRICED)
    ]
    found = found_in(STAY, shares, contracts=(HOSPITAL,))
    assert found is not None
    assert (found.equal_count, found.compared_count) == (1, 1)
    visits = [
        replace(each, is_share=True) for each in answers_of(VISITS, (80_19, 120_29), **REPRICED)
    ]
    found = found_in(VISITS, visits)
    assert found is not None
    assert (found.equal_count, found.compared_count) == (1, 1)


# --- a contract is in force, and the payer uses another one, or none ---

OWN = contract(
    rates=(rate("99213", 95_00), rate("99214", 140_00)), scope=scope(PAYER), key="renter"
)


def explained(*answers: AnsweredLine, billed: BilledClaim = VISITS) -> list[tuple[object, ...]]:
    book = ContractBook((OWN, PREFERRED))
    others = OtherContracts(book, POLICY)
    return [
        (each.line_numbers, each.cause, each.words, each.is_exact)
        for each in explain_variances(book, billed, answers, others)
    ]


def test_the_rates_of_another_contract_in_place_of_the_payers_own() -> None:
    words = "the rates of sample-preferred 2026 (Exhibit A 1)"
    assert explained(*answers_of(VISITS, (80_37, 120_11))) == [
        ((1,), VarianceCause.SILENT_PPO, words, True),
        ((2,), VarianceCause.SILENT_PPO, words, True),
    ]


def test_one_equal_rate_is_named_only_with_a_word_of_the_payer() -> None:
    (found,) = explained(AnsweredLine(1, 80_37))
    assert found[1] is VarianceCause.UNKNOWN
    (found,) = explained(AnsweredLine(1, 80_37, repriced_numbers=("RP-77",)))
    assert found[1] is VarianceCause.SILENT_PPO


OUT_OF_NETWORK = [
    # what the payer says, words
    ({"reason_codes": frozenset({"45", "242"})}, "the payer's reason code 242"),
    ({"reason_codes": frozenset({"279"})}, "the payer's reason code 279"),
    (
        {"remark_codes": frozenset({"N830"})},
        "a claim out of network: the payer's remark code N830",
    ),
    (
        {"above_cents": 25_00},
        "a claim out of network: the patient is billed 25.00 above the allowance",
    ),
]


@pytest.mark.parametrize(("told", "words"), OUT_OF_NETWORK)
def test_treated_as_out_of_network(told: dict[str, object], words: str) -> None:
    assert explained(AnsweredLine(1, 61_23, **told)) == [
        ((1,), VarianceCause.OUT_OF_NETWORK, words, False)
    ]


# --- properties ---

amounts = st.integers(1, 400_00)
told_facts = st.fixed_dictionaries(
    {
        "contract_names": st.sampled_from(((), ("SAMPLE RENTAL",), ("SAMPLE PREFERRED",))),
        "repriced_numbers": st.sampled_from(((), ("RP-77",))),
        "reasons": st.sampled_from(("", "242", "131", "P26")),
        "remarks": st.sampled_from(("", "N381", "N830")),
    }
)
codes = st.lists(st.sampled_from(("99213", "99214", "20000")), min_size=1, max_size=4)


@given(codes, amounts, amounts, amounts, told_facts)
def test_what_a_contract_in_force_prices_never_fires(
    billed_codes: list[str], first: int, second: int, third: int, told: dict[str, object]
) -> None:
    rates = (rate("99213", first), rate("99214", second), rate("20000", third))
    own = contract(rates=rates, scope=scope(PAYER), key="renter")
    billed = claim(*(line(code, 500_00) for code in billed_codes), payer_id=PAYER)
    book = ContractBook((own, PREFERRED))
    allowed = [each.allowed_cents or 0 for each in price_claim(book, billed).lines]
    assert (
        OtherContracts(book, POLICY).silent_ppo(billed, answers_of(billed, allowed, **told)) is None
    )


@given(codes, st.lists(amounts, min_size=4, max_size=4), told_facts, st.randoms())
def test_the_order_of_lines_and_contracts_changes_nothing(
    billed_codes: list[str], given_: list[int], told: dict[str, object], random: object
) -> None:
    billed = claim(*(line(code, 500_00) for code in billed_codes), payer_id=PAYER)
    usual = {"99213": 80_37, "99214": 120_11, "20000": 600_05}
    allowed = [
        min(usual[code], 500_00) if cents % 2 else cents
        for code, cents in zip(billed_codes, given_, strict=False)
    ]
    answers = list(answers_of(billed, allowed, **told))
    other = replace(PREFERRED, key="beta", scope=scope("PAYERB"))
    contracts = [PREFERRED, other, HOSPITAL]
    first = found_in(billed, answers, contracts)
    random.shuffle(contracts)
    assert found_in(billed, answers, contracts) == first


@given(codes, told_facts)
def test_two_different_services_at_the_rates_of_another_are_always_found(
    billed_codes: list[str], told: dict[str, object]
) -> None:
    billed = claim(*(line(code, 900_00) for code in billed_codes), payer_id=PAYER)
    usual = {"99213": 80_37, "99214": 120_11, "20000": 600_05}
    found = found_in(billed, answers_of(billed, [usual[code] for code in billed_codes], **told))
    if told["remarks"] == "N830":
        assert found is None
        return
    assert found is not None
    assert found.equal_count == found.compared_count == len(billed_codes)
    if len(set(billed_codes)) > 1:
        assert found.is_work


@given(st.lists(st.tuples(codes, st.integers(0, 59)), min_size=2, max_size=6))
def test_what_was_asked_before_changes_no_answer(
    asked: list[tuple[list[str], int]],
) -> None:
    changing = contract(
        rates=(
            rate("99213", 80_37, effective_to=date(2026, 1, 31)),
            rate("99213", 85_01, effective_from=date(2026, 2, 1)),
            *RATES[1:],
        ),
        escalators=(escalator("2026-02-15", "3"),),
        scope=scope("PAYERA"),
        key="changing",
    )
    searched = OtherContracts(ContractBook((changing,)), POLICY)
    for billed_codes, days in asked:
        served_on = (date(2026, 1, 1) + timedelta(days)).isoformat()
        lines = [line(code, 900_00, on=served_on) for code in billed_codes]
        billed = claim(*lines, payer_id=PAYER)
        book = ContractBook((replace(changing, scope=scope(PAYER)),))
        allowed = [each.allowed_cents or 0 for each in price_claim(book, billed).lines]
        answers = answers_of(billed, allowed)
        found = searched.silent_ppo(billed, answers)
        assert found == found_in(billed, answers, (changing,))
        assert found is not None
        assert found.equal_count == len(billed_codes)
