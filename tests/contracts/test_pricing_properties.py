"""What holds for every claim under every contract, whatever the numbers."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edi_engine.contracts import ContractBook, price_claim
from edi_engine.records.contracts import (
    AnesthesiaRate,
    BilateralRule,
    CaseRate,
    Contract,
    CostOutlier,
    DayCount,
    DayTier,
    DrgRate,
    FlatRate,
    LesserOf,
    PercentOfCharge,
    PerDiemRate,
    Portion,
    Rounding,
    ScheduledRate,
    StopLossKind,
    Term,
)
from edi_engine.records.matching import BilledClaim, BilledLine
from tests.contracts.contract_making import (
    claim,
    contract,
    escalator,
    first_dollar,
    line,
    modifier,
    rate,
    room,
    second_dollar,
    several,
    stay,
    term,
    weight,
)
from tests.contracts.slow_pricing import slow_prices

CODES = tuple(f"2{number:04d}" for number in range(12))
MODIFIERS = ("", "-22", "-26", "-50", "-51", "-52", "-59", "-62", "-80", "-AS-80", "-LT", "-RT")


def allowed(contracts: Contract | Sequence[Contract], billed: BilledClaim) -> list[int | None]:
    book = ContractBook([contracts] if isinstance(contracts, Contract) else contracts)
    return [each.allowed_cents for each in price_claim(book, billed).lines]


cents = st.integers(0, 500_000)
percents = st.decimals(0, 200, places=2)
units = st.one_of(
    st.none(), st.integers(1, 6).map(str), st.sampled_from(("0.5", "1.5", "2.5", "3.333", "120"))
)


@st.composite
def line_methods(draw: st.DrawFn) -> Contract:
    """A contract whose terms price each line by itself."""
    methods = (
        ScheduledRate("fees", draw(percents)),
        FlatRate(draw(cents), draw(st.booleans())),
        PercentOfCharge(draw(percents)),
    )
    order = draw(st.permutations(range(len(methods))))
    terms = [
        term(f"term {number}", methods[number], codes=f"{CODES[4 * place]}-{CODES[4 * place + 3]}")
        for place, number in enumerate(order)
    ]
    return contract(
        *terms,
        rates=[
            rate(
                code,
                draw(cents),
                facility_cents=draw(st.one_of(st.none(), cents)),
                bilateral=draw(st.sampled_from(("", "0", "1", "2", "3"))),
                multiple_procedures=draw(st.sampled_from(("0", "2"))),
            )
            for code in CODES
        ],
        modifiers=[modifier("22", str(draw(percents))), modifier("26", str(draw(percents)))],
        multiple_procedures=draw(st.sampled_from(((), (several("100 50 25", indicators="2"),)))),
        escalators=draw(st.sampled_from(((), (escalator("2026-02-01", "2.35"),)))),
        rounding=draw(st.sampled_from(list(Rounding))),
    )


@st.composite
def billed_lines(draw: st.DrawFn) -> BilledLine:
    return line(
        draw(st.sampled_from(CODES)) + draw(st.sampled_from(MODIFIERS)),
        draw(cents),
        units=draw(units),
        place=draw(st.sampled_from(("11", "22"))),
        on=(date(2026, 1, 30) + timedelta(days=draw(st.integers(0, 4)))).isoformat(),
    )


claims = st.lists(billed_lines(), min_size=1, max_size=8).map(lambda lines: claim(*lines))


# --- amounts ---


@given(line_methods(), claims)
def test_a_line_is_allowed_from_nothing_up_to_its_charge(
    agreed: Contract, billed: BilledClaim
) -> None:
    for each, amount in zip(billed.lines, allowed(agreed, billed), strict=True):
        assert amount is None or 0 <= amount <= each.charge_cents


@given(line_methods(), claims)
def test_lesser_of_on_the_line_is_the_smaller_of_rate_and_charge(
    agreed: Contract, billed: BilledClaim
) -> None:
    bare = allowed(replace(agreed, lesser_of=LesserOf.NONE), billed)
    capped = allowed(agreed, billed)
    for each, amount, least in zip(billed.lines, bare, capped, strict=True):
        assert least == (None if amount is None else min(amount, each.charge_cents))


@given(line_methods(), claims)
def test_lesser_of_on_the_claim_is_all_rates_or_all_charges(
    agreed: Contract, billed: BilledClaim
) -> None:
    bare = allowed(replace(agreed, lesser_of=LesserOf.NONE), billed)
    if None in bare:
        return
    whole = allowed(replace(agreed, lesser_of=LesserOf.CLAIM), billed)
    charges = [each.charge_cents for each in billed.lines]
    assert whole == (charges if sum(bare) > sum(charges) else bare)


@given(line_methods(), claims)
def test_a_claim_is_the_sum_of_its_lines(agreed: Contract, billed: BilledClaim) -> None:
    found = price_claim(ContractBook([agreed]), billed)
    amounts = [each.allowed_cents for each in found.lines]
    assert found.allowed_cents == (None if None in amounts else sum(amounts))
    for each in found.lines:
        assert (each.allowed_cents is None) == bool(each.reason)


@given(line_methods(), claims, st.integers(1, 100_000))
def test_a_higher_charge_allows_no_less(
    agreed: Contract, billed: BilledClaim, more_cents: int
) -> None:
    dearer = replace(
        billed,
        lines=tuple(
            replace(each, charge_cents=each.charge_cents + more_cents) for each in billed.lines
        ),
    )
    for low, high in zip(allowed(agreed, billed), allowed(agreed, dearer), strict=True):
        assert (low is None) == (high is None)
        assert low is None or low <= high


@given(cents, percents, st.integers(1, 40))
def test_units_of_one_line_are_lines_of_one_unit(
    amount_cents: int, percent: Decimal, count: int
) -> None:
    """With whole cents for a unit; nothing is reduced and nothing capped."""
    agreed = contract(rates=[rate("99213", amount_cents)], lesser_of=LesserOf.NONE)
    one = allowed(agreed, claim(line("99213", units=str(count))))
    many = allowed(agreed, claim(*(line("99213") for _ in range(count))))
    assert sum(one) == sum(many) == amount_cents * count
    (of_charge,) = allowed(
        contract(term("charges", PercentOfCharge(percent)), lesser_of=LesserOf.NONE),
        claim(line("99213", amount_cents, units=str(count))),
    )
    assert of_charge == half_up(amount_cents * percent / 100)


@given(st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 5)), min_size=1, max_size=6))
def test_units_are_ranked_as_if_each_had_a_line(billed: list[tuple[int, int]]) -> None:
    """Rates of whole dollars, so that no line rounds."""
    agreed = contract(
        rates=[
            rate(code, dollars * 100, multiple_procedures="2")
            for code, (dollars, _) in zip(CODES, billed, strict=False)
        ],
        multiple_procedures=(several("100 50 25", indicators="2"),),
        lesser_of=LesserOf.NONE,
    )
    coded = [(code, count) for code, (_, count) in zip(CODES, billed, strict=False)]
    one = allowed(agreed, claim(*(line(code, units=str(count)) for code, count in coded)))
    many = allowed(agreed, claim(*(line(code) for code, count in coded for _ in range(count))))
    assert sum(one) == sum(many)


# --- a second way to the same number ---


def half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(
    st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 3)), min_size=1, max_size=10),
    st.lists(st.integers(0, 100_000), min_size=len(CODES), max_size=len(CODES)),
    st.lists(st.integers(0, 120), max_size=3),
)
def test_reductions_are_those_of_a_plain_ranking(
    billed: list[tuple[str, int]], amounts: list[int], further: list[int]
) -> None:
    """Every day ranked by hand: highest first and in full, the earlier line on a tie."""
    ladder = [100, *further]
    price = dict(zip(CODES, amounts, strict=True))
    agreed = contract(
        rates=[rate(code, price[code], multiple_procedures="2") for code in CODES],
        multiple_procedures=(several(" ".join(map(str, ladder)), indicators="2"),),
        lesser_of=LesserOf.NONE,
    )
    first = date(2026, 3, 1)
    lines = [line(code, on=(first + timedelta(days=day)).isoformat()) for code, day in billed]
    wanted = [0] * len(billed)
    for today in range(4):
        ranked = sorted(
            (-price[code], number) for number, (code, day) in enumerate(billed) if day == today
        )
        for place, (negative, number) in enumerate(ranked):
            percent = ladder[min(place, len(ladder) - 1)]
            wanted[number] = half_up(Decimal(-negative * percent) / 100)
    assert allowed(agreed, claim(*lines)) == wanted


@given(
    st.lists(st.integers(1, 500_000), min_size=1, max_size=5),
    st.lists(st.integers(1, 5), min_size=0, max_size=4),
    st.integers(0, 40),
)
def test_a_per_diem_is_the_sum_of_its_days(rates: list[int], lengths: list[int], days: int) -> None:
    """Each day looks up its own tier."""
    tiers = [DayTier(1, rates[0])]
    for length, amount in zip(lengths, rates[1:], strict=False):
        tiers.append(DayTier(tiers[-1].first_day + length, amount))
    wanted = sum(
        [tier.rate_cents for tier in tiers if tier.first_day <= day][-1]
        for day in range(1, max(days, 1) + 1)
    )
    admitted = date(2026, 3, 1)
    discharged = admitted + timedelta(days=days)
    agreed = contract(term("inpatient", PerDiemRate(tuple(tiers), DayCount.STAY)))
    billed = stay(admitted.isoformat(), discharged.isoformat(), room(1_000_00, "1"))
    assert allowed(agreed, billed) == [wanted]


@st.composite
def plain_claims(draw: st.DrawFn, rounding: Rounding) -> BilledClaim:
    """A code stands on one line, or right and left on two: what is a pair is beyond doubt."""
    counts = units if rounding is Rounding.LINE else st.sampled_from((None, "1"))
    lines: list[BilledLine] = []
    for code in draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=8, unique=True)):
        day = (date(2026, 1, 30) + timedelta(days=draw(st.integers(0, 3)))).isoformat()
        place = draw(st.sampled_from(("11", "22")))
        more = draw(st.sampled_from(("", "-22", "-26", "-52", "-59", "-62", "-80", "-AS-80-22")))
        sides = draw(st.sampled_from((("",), ("",), ("-50",), ("-RT", "-LT"), ("-LT", "-RT"))))
        for side in sides:
            count = draw(counts) if side == "" else draw(st.sampled_from((None, "1")))
            lines.append(line(code + side + more, draw(cents), units=count, place=place, on=day))
    return claim(*lines)


@given(
    st.data(), line_methods(), st.sampled_from(list(LesserOf)), st.sampled_from((None, 150, 175))
)
def test_a_slow_way_comes_to_the_same_prices(
    data: st.DataObject, agreed: Contract, lesser_of: LesserOf, sides: int | None
) -> None:
    billed = data.draw(plain_claims(agreed.rounding))
    agreed = replace(
        agreed,
        lesser_of=lesser_of,
        bilateral=None if sides is None else BilateralRule(Decimal(sides)),
    )
    assert allowed(agreed, billed) == slow_prices(agreed, billed)


@st.composite
def endoscopy_contracts(draw: st.DrawFn) -> Contract:
    """Two families whose bases are codes of the schedule, endoscopies without a base, and
    surgeries; with whole dollars as often as not, so that totals are equal now and then."""
    some_cents = st.one_of(st.integers(1, 500_000), st.integers(1, 9).map(lambda each: each * 100))
    rows = []
    for place, code in enumerate(CODES):
        base = draw(st.sampled_from((CODES[0], CODES[1], ""))) if place > 1 else ""
        indicator = "3" if base else draw(st.sampled_from(("0", "2", "2", "3")))
        rows.append(
            rate(
                code,
                draw(some_cents),
                facility_cents=draw(st.one_of(st.none(), some_cents)),
                multiple_procedures=indicator,
                endoscopic_base=base,
            )
        )
    scopes = several(
        draw(st.sampled_from(("100", "100 50", "100 50 25"))),
        name="scopes",
        indicators="3",
        portion=Portion.ENDOSCOPY,
    )
    surgery = several("100 50 25", indicators="2")
    return contract(
        term("all", ScheduledRate("fees", draw(percents)), codes=f"{CODES[0]}-{CODES[-1]}"),
        rates=rows,
        modifiers=[modifier("22", str(draw(percents))), modifier("26", str(draw(percents)))],
        multiple_procedures=draw(st.sampled_from(((scopes,), (surgery, scopes)))),
        rounding=draw(st.sampled_from(list(Rounding))),
    )


@given(st.data(), endoscopy_contracts())
def test_a_slow_way_comes_to_the_same_prices_of_endoscopies(
    data: st.DataObject, agreed: Contract
) -> None:
    billed = data.draw(plain_claims(agreed.rounding))
    if agreed.rounding is Rounding.STEP:
        # The base is taken off unrounded, which a rate that was rounded at each step hides.
        billed = replace(billed, lines=tuple(replace(each, modifiers=()) for each in billed.lines))
        agreed = replace(agreed, terms=(replace(agreed.terms[0], method=ScheduledRate("fees")),))
    day = billed.lines[0].service_from
    billed = replace(billed, lines=tuple(replace(each, service_from=day) for each in billed.lines))
    assert allowed(agreed, billed) == slow_prices(agreed, billed)


@given(
    minutes=st.integers(1, 600),
    minutes_per_unit=st.sampled_from((1, 8, 10, 12, 15, 20)),
    base=st.integers(0, 30),
    conversion=st.decimals(1, 9_999, places=2),
    whole=st.booleans(),
    directed=st.sampled_from(("", "-AA", "-QK", "-QX", "-QY", "-QZ")),
)
def test_anesthesia_by_whole_numbers(
    *,
    minutes: int,
    minutes_per_unit: int,
    base: int,
    conversion: Decimal,
    whole: bool,
    directed: str,
) -> None:
    """Tenths of units by division with remainder."""
    tenths = (20 * minutes + minutes_per_unit) // (2 * minutes_per_unit)
    if whole:
        tenths = -(-minutes // minutes_per_unit) * 10
    amount = (10 * base + tenths) * conversion / 10
    if directed in {"-QK", "-QX", "-QY"}:
        amount /= 2
    method = AnesthesiaRate(
        "fees", conversion, minutes_per_unit=minutes_per_unit, whole_units=whole
    )
    agreed = contract(term("asleep", method), rates=[rate("00840", 0, base_units=base)])
    billed = claim(line(f"00840{directed}", units=str(minutes), unit_code="MJ"))
    assert allowed(agreed, billed) == [half_up(amount)]


# --- groups ---


@given(
    base=cents,
    relative=st.decimals(0, 20, places=4),
    charge=st.integers(0, 20_000_000),
    loss=st.integers(0, 2_000_000),
    ratio=st.decimals(0, 1, places=3),
)
def test_a_drg_with_costs_is_base_weight_and_a_share_of_the_loss(
    *, base: int, relative: Decimal, charge: int, loss: int, ratio: Decimal
) -> None:
    payment = base * relative
    excess = charge * ratio - payment - loss
    wanted = payment + max(excess, Decimal(0)) * 8 / 10
    method = DrgRate("fees", base, cost_outlier=CostOutlier(ratio, loss, Decimal(80)))
    agreed = contract(term("inpatient", method), weights=[weight("470", str(relative))])
    billed = stay("2026-03-01", "2026-03-04", room(charge, "3"), drg="470")
    assert allowed(agreed, billed) == [half_up(wanted)]


@given(
    cents,
    st.lists(st.integers(0, 1_000_000), min_size=1, max_size=9),
    st.sampled_from((LesserOf.LINE, LesserOf.CLAIM)),
)
def test_shares_of_a_group_add_up_to_it(
    amount_cents: int, charges: list[int], lesser_of: LesserOf
) -> None:
    agreed = contract(term("case", CaseRate(amount_cents)), lesser_of=lesser_of)
    found = price_claim(ContractBook([agreed]), claim(*(line("27447", each) for each in charges)))
    (group,) = found.groups
    wanted = amount_cents if lesser_of is LesserOf.LINE else min(amount_cents, sum(charges))
    assert group.allowed_cents == wanted
    assert sum(each.allowed_cents for each in found.lines) == wanted
    assert min(each.allowed_cents for each in found.lines) >= 0
    assert found.allowed_cents == wanted


@given(
    cents,
    st.integers(0, 1_000_000),
    st.integers(0, 3_000_000),
    percents,
    st.sampled_from(StopLossKind),
)
def test_stop_loss_is_off_up_to_its_threshold(
    amount_cents: int, threshold: int, charge: int, percent: Decimal, kind: StopLossKind
) -> None:
    maker = first_dollar if kind is StopLossKind.FIRST_DOLLAR else second_dollar
    stop = maker(threshold, str(percent))
    (found,) = allowed(
        contract(term("case", CaseRate(amount_cents), stop_loss=stop)),
        claim(line("27447", charge)),
    )
    if charge <= threshold:
        assert found == amount_cents
    elif kind is StopLossKind.FIRST_DOLLAR:
        assert found == half_up(charge * percent / 100)
    else:
        assert found == half_up(amount_cents + (charge - threshold) * percent / 100)


# --- order ---


@given(line_methods(), claims, st.randoms(use_true_random=False))
def test_terms_that_cover_different_codes_may_stand_in_any_order(
    agreed: Contract, billed: BilledClaim, random: object
) -> None:
    terms: list[Term] = list(agreed.terms)
    random.shuffle(terms)
    assert allowed(replace(agreed, terms=tuple(terms)), billed) == allowed(agreed, billed)


@given(st.data())
def test_the_order_of_lines_changes_no_line(data: st.DataObject) -> None:
    """Rates all differ, so that no rank is decided by the line number."""
    amounts = data.draw(st.lists(cents, min_size=12, max_size=12, unique=True))
    agreed = contract(
        rates=[
            rate(code, amount, multiple_procedures="2")
            for code, amount in zip(CODES, amounts, strict=True)
        ],
        multiple_procedures=(several("100 50 25", indicators="2"),),
    )
    lines = [line(code, data.draw(cents)) for code in CODES[: data.draw(st.integers(1, 12))]]
    order = data.draw(st.permutations(range(len(lines))))
    there = allowed(agreed, claim(*lines))
    back = allowed(agreed, claim(*(lines[place] for place in order)))
    assert [there[place] for place in order] == back


@given(line_methods(), claims)
def test_a_term_after_one_that_covers_everything_is_never_reached(
    agreed: Contract, billed: BilledClaim
) -> None:
    everything = term("everything", FlatRate(10_00))
    longer = replace(agreed, terms=(*agreed.terms, everything))
    assert allowed(
        replace(longer, terms=(*longer.terms, term("more", FlatRate(99_00)))), billed
    ) == allowed(longer, billed)


@given(line_methods(), claims)
def test_a_contract_that_does_not_fit_changes_nothing(
    agreed: Contract, billed: BilledClaim
) -> None:
    other = replace(
        agreed,
        key="beta",
        scope=replace(agreed.scope, plans=frozenset({"GRP9"})),
        terms=(term("other", FlatRate(1)),),
    )
    assert allowed([agreed, other], billed) == allowed(agreed, billed)


@given(line_methods(), claims)
def test_days_of_one_contract_may_be_split_into_versions(
    agreed: Contract, billed: BilledClaim
) -> None:
    """Ranks and pairs are of one day, so no line sees the seam."""
    last = date(2026, 1, 31)
    before = replace(agreed, version="a", effective_to=last)
    after = replace(agreed, version="b", effective_from=last + timedelta(days=1))
    assert allowed([before, after], billed) == allowed(agreed, billed)


@given(line_methods(), claims)
def test_days_of_one_claim_may_be_split_into_claims(agreed: Contract, billed: BilledClaim) -> None:
    apart: dict[int, int | None] = {}
    for day in {each.service_from for each in billed.lines}:
        lines = tuple(each for each in billed.lines if each.service_from == day)
        amounts = allowed(agreed, replace(billed, lines=lines))
        apart |= {each.line_number: cents for each, cents in zip(lines, amounts, strict=True)}
    assert [apart[each.line_number] for each in billed.lines] == allowed(agreed, billed)


@given(claims, percents)
def test_a_percentage_of_the_charge_asks_for_nothing_else(
    billed: BilledClaim, percent: Decimal
) -> None:
    agreed = contract(
        term("charges", PercentOfCharge(percent), codes="20000-29999"),
        modifiers=[modifier("22", "150")],
        escalators=(escalator("2026-01-01", "7"),),
        lesser_of=LesserOf.NONE,
    )
    assert allowed(agreed, billed) == [
        half_up(each.charge_cents * percent / 100) for each in billed.lines
    ]
