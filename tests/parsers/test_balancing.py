"""The three equations of an 835, each failing one reported with both sides."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.money import format_cents, parse_cents
from tests.parsers.x12_files import (
    CLAIM,
    FIXTURES_ROOT,
    LINE,
    file_of,
    payment,
    read,
    remittance,
    set_of,
)


def balance_of(text: str) -> tuple[bool | None, str, list[tuple[str, int | None, int | None]]]:
    found = read(text)
    (raw_set,) = found.raw_sets
    return (
        raw_set.balanced,
        raw_set.balance_sign,
        [(one.code, one.left_cents, one.right_cents) for one in found.findings],
    )


def fixture(name: str) -> str:
    (path,) = FIXTURES_ROOT.rglob(f"{name}.edi")
    return path.read_bytes().decode("latin-1")


def test_a_negative_provider_adjustment_raises_the_payment() -> None:
    assert balance_of(fixture("payment_raised_by_negative_adjustment")) == (True, "guide", [])
    (raw_set,) = read(fixture("payment_raised_by_negative_adjustment")).raw_sets
    assert (raw_set.paid_cents, raw_set.provider_adjustment_cents) == (14999873, -127)


def test_an_inverted_sign_fails_by_twice_the_adjustment_and_is_named() -> None:
    balanced, sign, findings = balance_of(fixture("sign_read_inverted"))
    assert (balanced, sign) == (False, "inverted")
    assert findings == [("BAL-0104", 14999746, 15000000)]
    (finding,) = read(fixture("sign_read_inverted")).findings
    assert "difference -2.54" in finding.message


def test_lines_need_not_add_up_to_the_claim_when_the_claim_is_adjusted_too() -> None:
    assert balance_of(fixture("claim_and_line_adjustments")) == (True, "guide", [])


def test_more_than_the_allowed_amount_may_be_paid() -> None:
    assert balance_of(fixture("tax_paid_above_allowed")) == (True, "guide", [])


def test_a_reversal_must_take_its_adjustments_back() -> None:
    balanced, _, findings = balance_of(fixture("reversal_without_adjustments"))
    assert not balanced
    assert findings == [("BAL-0109", -10000, -8000)]
    assert balance_of(fixture("reversal_and_correction")) == (True, "guide", [])


def test_interest_of_claims_is_the_negative_of_the_providers() -> None:
    assert balance_of(fixture("interest_linked_to_claims")) == (True, "guide", [])
    assert balance_of(fixture("interest_differs_by_five")) == (
        True,
        "guide",
        [("BAL-0107", 2000, 1500)],
    )


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("all balances", remittance(CLAIM + LINE), []),
        ("the payment is a cent short", remittance(CLAIM + LINE, paid="79.99"),
         [("BAL-0103", 8000, 7999)]),
        ("a takeback lowers it",
         remittance(CLAIM + LINE, paid="70", after="PLB*1*20261231*WO:1*10~"), []),
        ("nothing is paid and nothing claimed", remittance("", paid="0"), []),
        ("a line fails, and with it the claim",
         remittance(CLAIM + LINE.replace("*45*20", "*45*19")),
         [("BAL-0101", 8100, 8000), ("BAL-0102", 8100, 8000)]),
        ("only the claim fails",
         remittance(CLAIM.replace("*100*80*", "*100*70*") + LINE, paid="70"),
         [("BAL-0102", 8000, 7000)]),
        ("the claim's charge is not that of its lines",
         remittance(CLAIM.replace("*100*", "*150*") + "CAS*CO*45*50~" + LINE),
         [("BAL-0105", 15000, 10000)]),
        ("the claim repeats its line", remittance(CLAIM + "CAS*CO*45*20~" + LINE),
         [("BAL-0108", 6000, 8000)]),
        ("the patient's share is silent", remittance(CLAIM + LINE.replace("CO*45", "PR*1")),
         [("BAL-0106", 0, 2000)]),
        ("a negative adjustment raises",
         remittance(CLAIM + LINE.replace("*45*20", "*45*30*1*94*-10")), []),
        ("an amount outside any equation", remittance(CLAIM + "AMT*AU*999~" + LINE + "AMT*B6*1~"),
         []),
    ],
)  # fmt: skip
def test_failing_equations_are_told_with_both_sides(
    what: str, text: str, expected: list[tuple[str, int, int]]
) -> None:
    balanced, _, findings = balance_of(text)
    assert findings == expected, what
    assert balanced is not any(code <= "BAL-0104" or code >= "BAL-0108" for code, *_ in findings)


def test_without_a_payment_amount_nothing_balances() -> None:
    (raw_set,) = read(file_of(set_of(CLAIM + LINE))).raw_sets
    assert (raw_set.balanced, raw_set.balance_sign) == (False, "")


CENTS = st.integers(min_value=-999_999, max_value=999_999)


@given(
    claims=st.lists(
        st.tuples(CENTS, st.lists(CENTS, max_size=7), st.lists(st.lists(CENTS, max_size=8))),
        max_size=4,
    ),
    provider=st.lists(CENTS.filter(bool), max_size=8),
    slip=st.sampled_from([0, 0, 1, -250]),
)
def test_sums_and_verdict_equal_those_by_brute_force(
    claims: list[tuple[int, list[int], list[list[int]]]], provider: list[int], slip: int
) -> None:
    body, paid_total = "", Decimal(0)
    for number, (charge, claim_cas, lines) in enumerate(claims):
        every = [*claim_cas, *(cents for line in lines for cents in line)]
        paid = dollars(charge) - sum(map(dollars, every), Decimal(0))
        paid_total += paid
        body += f"CLP*TEST-{number}*1*{dollars(charge)}*{paid}**12*P{number}*11*1~" + cas(claim_cas)
        for line in lines:
            line_paid = 1 - sum(map(dollars, line), Decimal(0))
            body += f"SVC*HC:99213*1*{line_paid}**1~" + cas(line)
    pairs = "".join(f"*WO:{number}*{dollars(cents)}" for number, cents in enumerate(provider))
    plb = f"PLB*1999999976*20261231{pairs}~" if provider else ""
    amount = paid_total - sum(map(dollars, provider), Decimal(0)) + dollars(slip)
    found = read(file_of(set_of(payment(str(amount)) + "LX*1~" + body + plb)))
    (raw_set,) = found.raw_sets
    assert raw_set.paid_cents == parse_cents(str(paid_total))
    assert raw_set.adjustment_cents == sum(
        sum(claim_cas) + sum(map(sum, lines)) for _, claim_cas, lines in claims
    )
    assert raw_set.provider_adjustment_cents == sum(provider)
    by_guide = slip == 0
    inverted = slip == -2 * sum(provider)
    assert raw_set.balance_sign == ("guide" if by_guide else "inverted" if inverted else "")
    assert raw_set.balanced is by_guide


def dollars(cents: int) -> Decimal:
    return Decimal(format_cents(cents))


def cas(amounts: list[int]) -> str:
    """The adjustments in as many CAS as are needed, six triplets each."""
    text = ""
    for start in range(0, len(amounts), 6):
        triplets = "*".join(f"{45 + n}*{dollars(c)}*" for n, c in enumerate(amounts[start:][:6]))
        text += f"CAS*CO*{triplets.rstrip('*')}~"
    return text
