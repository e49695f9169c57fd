"""The sub-ledger of provider adjustments, rule by rule."""

import pytest

from edi_engine.codes import PlbMeaning, provider_adjustments
from edi_engine.matchers import provider_issues
from edi_engine.records.provider_items import PlacedAdjustment, ProviderItem, ProviderItemState
from tests.matchers.making import POLICY
from tests.matchers.provider_making import FIRST_DAY, adjustment, payment, settled

LEDGER_KINDS = {
    *("penalty", "interest", "withholding", "levy", "capitation", "incentive", "pass_through"),
    *("settlement", "allowance", "loan", "fee"),
}


def states(items: list[ProviderItem]) -> list[tuple[str, int]]:
    return [(item.state.value, item.open_cents) for item in items]


def causes(items: list[ProviderItem], *, newest_days: int = 0) -> list[str]:
    newest = FIRST_DAY.fromordinal(FIRST_DAY.toordinal() + newest_days)
    return [issue.cause for issue in provider_issues(items, {"PAYERA": newest}, policy=POLICY)]


ALONE = [
    # code, cents, reference, state, claim, explained, cause
    ("WO", 50_00, "ICN000001", "open", 1, False, "takeback_without_notice"),
    ("WU", 50_00, "TEST0001", "open", 1, False, "takeback_without_notice"),
    ("WO", 50_00, "OVP12345", "untraced", None, False, "takeback_untraced"),
    ("WO", 50_00, "", "untraced", None, False, "takeback_untraced"),
    ("WO", -50_00, "ICN000001", "open", 1, True, None),
    ("WO", -50_00, "OVP12345", "open", None, True, None),
    ("72", -50_00, "ICN000001", "open", 1, True, None),
    ("B2", -50_00, "", "open", None, True, None),
    ("72", 50_00, "OVP12345", "untraced", None, False, "takeback_untraced"),
    ("FB", -50_00, "", "open", None, True, None),
    ("FB", 50_00, "", "open", None, False, None),
    ("CS", -5_00, "NOTE1", "untraced", None, False, "provider_adjustment"),
    ("CS", 5_00, "NOTE1", "untraced", None, False, "takeback_untraced"),
    ("CS", 5_00, "TEST0001", "ledger", 1, True, "provider_adjustment"),
    ("J1", -5_00, "TEST0001", "ledger", 1, True, None),
    ("AP", -900_00, "", "open", None, True, None),
    ("AP", 900_00, "", "untraced", None, False, "takeback_untraced"),
    ("L6", -1_00, "ICN000001", "ledger", 1, True, None),
    ("CT", -500_00, "", "ledger", None, True, None),
    ("PI", -500_00, "", "ledger", None, True, None),
    ("LE", 40_00, "CASE1", "ledger", None, True, None),
    ("IR", 40_00, "CASE1", "ledger", None, True, None),
    ("E3", 40_00, "CASE1", "ledger", None, True, None),
    ("XX", 40_00, "?", "untraced", None, False, "takeback_untraced"),
    ("XX", -40_00, "?", "untraced", None, False, "provider_adjustment"),
    ("XX", 40_00, "TEST0001", "open", 1, False, "provider_adjustment"),
    ("", 40_00, "?", "untraced", None, False, "takeback_untraced"),
    ("WO", 0, "TEST0001", "ledger", 1, True, None),
]


@pytest.mark.parametrize("case", ALONE, ids=[f"{case[0]} {case[1]} {case[2]}" for case in ALONE])
def test_an_item_alone_stands_as_its_kind_and_reference_say(
    case: tuple[str, int, str, str, int | None, bool, str | None],
) -> None:
    code, cents, reference, state, claim_id, is_explained, cause = case
    (item,) = settled(adjustment(1, code, cents, reference))
    assert (item.state, item.traced_claim_id, item.is_explained) == (state, claim_id, is_explained)
    assert item.open_cents == (0 if state == "ledger" else cents)
    assert causes([item]) == ([cause] if cause else [])
    assert item.reason


@pytest.mark.parametrize("code", sorted(provider_adjustments()))
def test_every_code_has_a_kind_and_a_state(code: str) -> None:
    (item,) = settled(adjustment(1, code, -1_00, "NOTE1"))
    assert PlbMeaning(item.kind) is not PlbMeaning.UNKNOWN
    assert (item.state is ProviderItemState.LEDGER) == (item.kind in LEDGER_KINDS)


SETTLED = [
    # story, adjustments, states and what is open
    (
        "G7 a postponed recovery is taken",
        [(1, "WO", -80_00, "ICN000001", 0), (2, "WO", 80_00, "ICN000001", 28)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "the taking names the claim by our number",
        [(1, "WO", -80_00, "ICN000001", 0), (2, "WO", 80_00, "TEST0001", 28)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "it is taken in parts",
        [(1, "WO", -80_00, "OVP1", 0), (2, "WO", 30_00, "OVP1", 7), (3, "WO", 20_00, "OVP1", 9)],
        [("partial", -30_00), ("closed", 0), ("closed", 0)],
    ),
    (
        "the last part closes it",
        [(1, "WO", -80_00, "OVP1", 0), (2, "WO", 30_00, "OVP1", 7), (3, "WO", 50_00, "OVP1", 9)],
        [("closed", 0), ("closed", 0), ("closed", 0)],
    ),
    (
        "more is taken than was announced",
        [(1, "WO", -50_00, "ICN000001", 0), (2, "WO", 80_00, "ICN000001", 7)],
        [("closed", 0), ("partial", 30_00)],
    ),
    (
        "without a reference the amount tells",
        [(1, "WO", -80_00, "ICN000001", 0), (2, "WO", 80_00, "OVERPAYMENT", 7)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "two of one amount are no answer",
        [(1, "WO", -80_00, "OVP1", 0), (2, "WO", -80_00, "OVP2", 1), (3, "WO", 80_00, "", 7)],
        [("open", -80_00), ("open", -80_00), ("untraced", 80_00)],
    ),
    (
        "a reference goes before an amount, whichever came first",
        [(1, "WO", -80_00, "OVP1", 0), (2, "WO", 80_00, "", 3), (3, "WO", 80_00, "OVP1", 7)],
        [("closed", 0), ("untraced", 80_00), ("closed", 0)],
    ),
    (
        "a notice that comes after the taking says nothing by its amount",
        [(1, "WO", 80_00, "OVP1", 0), (2, "WO", -80_00, "OVP2", 7)],
        [("untraced", 80_00), ("open", -80_00)],
    ),
    (
        "what was taken is given back under its reference",
        [(1, "WO", 80_00, "OVP1", 0), (2, "WO", -80_00, "OVP1", 7)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "G9 our refund offsets the takeback",
        [(1, "WO", 80_00, "ICN000001", 0), (2, "72", -80_00, "ICN000001", 0)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "our refund offsets a takeback of the same amount",
        [(1, "WO", 80_00, "OVP1", 0), (2, "72", -80_00, "CHECK77", 7)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "G6 a carried balance comes back",
        [(1, "FB", -300_00, "", 0), (2, "FB", 300_00, "", 7)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "a chain of carried balances",
        [
            (1, "FB", -300_00, "", 0),
            (2, "FB", 300_00, "", 7),
            (3, "FB", -120_00, "", 7),
            (4, "FB", 120_00, "", 14),
        ],
        [("closed", 0), ("closed", 0), ("closed", 0), ("closed", 0)],
    ),
    (
        "a broken chain keeps the difference",
        [(1, "FB", -300_00, "", 0), (2, "FB", 250_00, "", 7)],
        [("partial", -50_00), ("closed", 0)],
    ),
    (
        "a broken chain the other way",
        [(1, "FB", -300_00, "", 0), (2, "FB", 350_00, "", 7)],
        [("closed", 0), ("partial", 50_00)],
    ),
    (
        "a balance brought forward before it was carried",
        [(1, "FB", 300_00, "", 0), (2, "FB", -300_00, "", 7)],
        [("open", 300_00), ("open", -300_00)],
    ),
    (
        "a forwarded balance and a takeback are no pair",
        [(1, "FB", -80_00, "OVP1", 0), (2, "WO", 80_00, "OVP1", 7)],
        [("open", -80_00), ("untraced", 80_00)],
    ),
    (
        "an adjustment is undone by its own kind",
        [(1, "CS", 5_00, "NOTE1", 0), (2, "CS", -5_00, "NOTE1", 7)],
        [("closed", 0), ("closed", 0)],
    ),
    (
        "an advance is taken back in parts",
        [(1, "AP", -900_00, "", 0), (2, "AP", 300_00, "", 7)],
        [("partial", -600_00), ("closed", 0)],
    ),
]


@pytest.mark.parametrize("case", SETTLED, ids=[case[0] for case in SETTLED])
def test_items_settle_one_another(
    case: tuple[str, list[tuple[int, str, int, str, int]], list[tuple[str, int]]],
) -> None:
    _, told, expected = case
    made = [
        adjustment(number, code, cents, reference, days=days)
        for number, code, cents, reference, days in told
    ]
    assert states(settled(*made)) == expected
    assert states(settled(*reversed(made))) == expected


def test_a_settled_item_says_by_what_and_when() -> None:
    notice, first, second = settled(
        adjustment(1, "WO", -80_00, "OVP1"),
        adjustment(2, "WO", 30_00, "OVP1", days=7),
        adjustment(3, "WO", 50_00, "OVP1", days=9),
    )
    assert [(one.item_id, one.amount_cents) for one in notice.settled_by] == [(2, 3000), (3, 5000)]
    assert [(one.item_id, one.amount_cents) for one in first.settled_by] == [(1, 3000)]
    assert [(item.settled_on - FIRST_DAY).days for item in (notice, first, second)] == [9, 7, 9]


def test_two_claims_that_both_references_name_never_settle_by_amount() -> None:
    items = settled(
        adjustment(1, "WO", -80_00, "ICN000001"),
        adjustment(2, "WO", 80_00, "ICN000002", days=7),
        payments=(payment(1), payment(2, claim=2, payer_number="ICN000002", number="TEST0002")),
    )
    assert states(items) == [("open", -80_00), ("open", 80_00)]


def test_another_payers_opposite_settles_nothing() -> None:
    items = settled(
        adjustment(1, "WO", -80_00, "OVP1"), adjustment(2, "WO", 80_00, "OVP1", payer="PAYERB")
    )
    assert "closed" not in {item.state for item in items}


def test_a_balance_is_not_carried_and_brought_forward_in_one_remittance() -> None:
    items = settled(
        adjustment(1, "FB", -80_00, remittance=9), adjustment(2, "FB", 80_00, remittance=9)
    )
    assert states(items) == [("open", -80_00), ("open", 80_00)]


def test_of_equal_balances_that_of_the_same_provider_comes_back() -> None:
    items = settled(
        adjustment(1, "FB", -80_00, provider="1999999976"),
        adjustment(2, "FB", -80_00, provider="1999999984", days=1),
        adjustment(3, "FB", 80_00, provider="1999999976", days=7),
    )
    assert [item.state for item in items] == ["closed", "open", "closed"]


def test_what_is_held_settles_nothing_and_asks_nobody() -> None:
    items = settled(
        adjustment(1, "WO", -80_00, "OVP1", held="It repeats another."),
        adjustment(2, "WO", 80_00, "OVP1", days=7),
    )
    assert states(items) == [("open", 0), ("untraced", 80_00)]
    assert causes(items) == ["takeback_untraced"]


REVERSED = [
    # remittance of the reversal (the taking is in 1), explained, cause, what the reason says
    (1, True, None, "reversed in the same remittance"),
    (
        101,
        False,
        "takeback_without_notice",
        "its reversal in remittance 101 took the money already",
    ),
]


@pytest.mark.parametrize("case", REVERSED, ids=["same remittance", "earlier remittance"])
def test_a_taking_of_a_reversed_claim(case: tuple[int, bool, str | None, str]) -> None:
    remittance, is_explained, cause, text = case
    reversal = payment(2, status="22", cents=-80_00, remittance=remittance)
    (item,) = settled(adjustment(1, "WO", 80_00, "ICN000001"), payments=(payment(1), reversal))
    assert (item.state, item.is_explained) == ("open", is_explained)
    assert causes([item]) == ([cause] if cause else [])
    assert text in item.reason


OVERDUE = [
    # adjustments, causes once the payer went on for 31 days without the opposite
    ([(1, "FB", -300_00, "", 0)], ["provider_adjustment"]),
    ([(1, "FB", 300_00, "", 0)], ["provider_adjustment"]),
    ([(1, "WO", -80_00, "OVP1", 0)], ["provider_adjustment"]),
    ([(1, "72", -80_00, "OVP1", 0)], ["provider_adjustment"]),
    ([(1, "AP", -80_00, "", 0)], []),
    ([(1, "WO", -80_00, "OVP1", 0), (2, "WO", 30_00, "OVP1", 7)], ["provider_adjustment"]),
]


@pytest.mark.parametrize("case", OVERDUE, ids=[str(case[0][-1][:3]) for case in OVERDUE])
def test_an_open_item_is_work_once_the_payer_went_on_without_it(
    case: tuple[list[tuple[int, str, int, str, int]], list[str]],
) -> None:
    told, late = case
    items = settled(*(adjustment(*one[:4], days=one[4]) for one in told))
    assert causes(items, newest_days=30) == []
    assert causes(items, newest_days=31) == late


def test_a_broken_chain_is_work_at_once_and_names_both_sides() -> None:
    items = settled(adjustment(1, "FB", -300_00), adjustment(2, "FB", 250_00, days=7))
    (issue,) = provider_issues(items, {}, policy=POLICY)
    assert (issue.cause, issue.amount_cents) == ("provider_adjustment", 50_00)
    assert "300.00 on this side, 250.00 on the other, 50.00 apart" in issue.reason


def test_a_dispute_says_payer_reference_claim_amount_and_what_to_ask() -> None:
    (issue,) = provider_issues(settled(adjustment(7, "WO", 50_00, "ICN000001")), {}, policy=POLICY)
    assert (issue.claim_id, issue.remittance_id, issue.provider_item_id) == (1, 7, 7)
    assert issue.amount_cents == 50_00
    for words in ("payer PAYERA", "reference ICN000001", "claim 1", "50.00", "Ask for the notice"):
        assert words in issue.reason


def interest(*cents: int) -> tuple[PlacedAdjustment, ...]:
    return tuple(
        adjustment(place, "L6", one, "INT", remittance=9) for place, one in enumerate(cents, 1)
    )


INTEREST = [
    # scenario, L6 cents, words of the reason
    ("G30 it agrees", (-20_00,), "told by 2 claim payments"),
    ("G30 it differs", (-15_00,), "difference 5.00"),
    ("two items add up", (-12_00, -8_00), "told by 2 claim payments"),
]


@pytest.mark.parametrize("case", INTEREST, ids=[case[0] for case in INTEREST])
def test_interest_is_held_against_that_of_the_claims(
    case: tuple[str, tuple[int, ...], str],
) -> None:
    _, cents, words = case
    paid = (
        payment(1, interest_cents=10_00, remittance=9),
        payment(2, claim=None, number="STRAY1", interest_cents=10_00, remittance=9),
    )
    items = settled(*interest(*cents), payments=paid)
    assert all(item.state is ProviderItemState.LEDGER and words in item.reason for item in items)
    links = [
        (link.claim_payment_id, link.claim_id, link.amount_cents)
        for item in items
        for link in item.interest
    ]
    assert links == [(1, 1, 10_00), (2, None, 10_00)]
    assert causes(items) == []
