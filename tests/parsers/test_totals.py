"""Money checks of claims: each equation holds, or is told with both sides."""

import pytest

from edi_engine.findings import Severity
from tests.parsers.claim_texts import CLAIM, LEVELS, LINE, read_set

SECOND_LINE = ("LX*2", "SV1*HC:99214*50*UN*1***1", "DTP*472*D8*20240105")


def money_findings(*texts: str) -> list[tuple[str, int | None, int | None]]:
    read = read_set((*LEVELS, *texts))
    return [
        (finding.code, finding.left_cents, finding.right_cents)
        for finding in read.findings
        if finding.code.startswith("BAL-")
    ]


def other_payer(payer_id: str, paid: str, *adjustments: str) -> tuple[str, ...]:
    return (
        "SBR*S*18*******CI",
        *(f"CAS*{text}" for text in adjustments),
        *((f"AMT*D*{paid}",) if paid else ()),
        f"NM1*PR*2*TEST OTHER PAYER*****PI*{payer_id}",
    )


def decision(payer_id: str, paid: str, *adjustments: str) -> tuple[str, ...]:
    return (f"SVD*{payer_id}*{paid}*HC:99213**1", *(f"CAS*{text}" for text in adjustments))


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        ("150", []),
        ("150.00", []),
        ("149.99", [("BAL-0201", 14999, 15000)]),
        ("0", [("BAL-0201", 0, 15000)]),
    ],
)
def test_the_claims_charge_is_the_sum_of_its_lines(
    charge: str, expected: list[tuple[str, int, int]]
) -> None:
    assert money_findings(f"CLM*PCN-1*{charge}***11:B:1", *LINE, *SECOND_LINE) == expected


@pytest.mark.parametrize(
    ("what", "decisions", "expected"),
    [
        ("paid and adjusted", (("60", "CO*45*30", "PR*1*10"),), []),
        ("all triplets count", (("60", "CO*45*30**96*5****", "PR*1*5"),), []),
        ("split line", (("20", "CO*45*10"), ("50", "CO*45*20")), []),
        ("paid only", (("60",),), [("BAL-0202", 10000, 6000)]),
        ("a cent short", (("60", "CO*45*39.99"),), [("BAL-0202", 10000, 9999)]),
        ("negative adjustment", (("110", "OA*94*-10"),), []),
        ("zero payment", (("0", "PR*1*100"),), []),
    ],
)
def test_each_payer_accounts_for_the_whole_charge_of_a_line(
    what: str, decisions: tuple[tuple[str, ...], ...], expected: list[tuple[str, int, int]]
) -> None:
    decided = [text for paid, *cas in decisions for text in decision("FIRST", paid, *cas)]
    assert money_findings(*CLAIM, *other_payer("FIRST", ""), *LINE, *decided) == expected, what


def test_payers_are_checked_one_by_one() -> None:
    found = money_findings(
        *CLAIM,
        *other_payer("FIRST", "60"),
        *other_payer("SECOND", "30"),
        *LINE,
        *decision("FIRST", "60", "CO*45*40"),
        *decision("SECOND", "30", "OA*23*60"),
    )
    assert found == [("BAL-0202", 10000, 9000)]


@pytest.mark.parametrize(
    ("what", "paid", "claim_level", "lines", "expected"),
    [
        # X12's answer 1053: 70 + 15 on the lines, 5 taken off on the claim, 80 paid.
        ("lines less claim", "80", ("CO*96*5",), ("85", "CO*45*15"), []),
        ("wrong amount", "81", ("CO*96*5",), ("85", "CO*45*15"), [("BAL-0203", 8100, 8000)]),
        ("lines only", "85", (), ("85", "CO*45*15"), []),
        ("told twice", "85", ("CO*45*15",), ("85", "CO*45*15"), [("BAL-0206", 8500, 7000)]),
        ("no amount", "", ("CO*96*5",), ("85", "CO*45*15"), []),
        ("claim only", "80", ("CO*45*15", "PR*1*5"), (), []),
        ("claim only, wrong", "80", ("CO*45*15",), (), [("BAL-0204", 8000, 8500)]),
        ("amount only", "80", (), (), []),
    ],
)
def test_what_a_payer_paid_on_the_claim_follows_from_its_decisions(
    what: str,
    paid: str,
    claim_level: tuple[str, ...],
    lines: tuple[str, ...],
    expected: list[tuple[str, int, int]],
) -> None:
    decided = decision("FIRST", *lines) if lines else ()
    found = money_findings(*CLAIM, *other_payer("FIRST", paid, *claim_level), *LINE, *decided)
    assert found == expected, what


def test_a_negative_payment_of_another_payer_is_told() -> None:
    found = money_findings(
        *CLAIM, *other_payer("FIRST", "-10"), *LINE, *decision("FIRST", "-10", "CO*45*110")
    )
    assert [code for code, _, _ in found] == ["BAL-0205"]


def test_money_findings_are_errors_with_both_amounts_and_a_place() -> None:
    (finding,) = read_set((*LEVELS, "CLM*PCN-1*110***11:B:1", *LINE)).findings
    assert finding.severity is Severity.ERROR
    assert "110.00" in finding.message
    assert "100.00" in finding.message
    assert finding.place.element == "CLM02"
    assert finding.place.segment_ordinal == len(LEVELS) + 1
