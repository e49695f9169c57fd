"""The ladder of duplicates, and that the order of arrival changes nothing."""

from datetime import date, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.matchers import RepeatedRemittance, conclude_repeats, reconcile
from edi_engine.records.matching import PaidClaim, RemittanceId
from tests.matchers.making import PAID_ON, POLICY, billed, paid, paid_line

FIRST, SECOND = ("claim A", 8000), ("claim B", 4000)
CHANGED = ("claim A", 8500)


def remittance(
    number: int,
    *,
    content: str = "",
    trace: bool = True,
    cents: int | None = 12000,
    paid_on: date = date(2026, 1, 5),
    claims: tuple[tuple[object, ...], ...] = (FIRST, SECOND),
) -> RepeatedRemittance:
    order = (paid_on.isoformat(), f"{number:09d}")
    return RepeatedRemittance(
        RemittanceId(number), order, content or f"content {number}", trace, f"era{number}.835",
        paid_on, cents, claims,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("what_came", "earlier", "later", "conclusion", "words"),
    [
        ("the same content in another envelope",
         remittance(1, content="same"), remittance(2, content="same"), "duplicate",
         "It repeats remittance 1 of era1.835 (120.00, paid on 2026-01-05)."),
        ("the same content without a trace number",
         remittance(1, content="same", trace=False), remittance(2, content="same", trace=False),
         "duplicate", "It repeats remittance 1"),
        ("date, amount and claim payments in other words",
         remittance(1), remittance(2), "duplicate", "It repeats remittance 1"),
        ("the claim payments in another order",
         remittance(1), remittance(2, claims=(SECOND, FIRST)), "duplicate", "It repeats"),
        ("one claim payment corrected, one again (G32)",
         remittance(1), remittance(2, claims=(CHANGED, SECOND)), "conflict",
         "1 of its 2 claim payments repeat it: 2."),
        ("the same claim payments on another day",
         remittance(1), remittance(2, paid_on=date(2026, 1, 6)), "conflict",
         "2 of its 2 claim payments repeat it: 1, 2."),
        ("other money and other claims under the same trace number",
         remittance(1, claims=(FIRST,)), remittance(2, cents=4000, claims=(SECOND,)), "conflict",
         "pays 120.00 where this one pays 40.00, or lists other claims. None of its claim"),
        ("the same claim payment twice where it was there once",
         remittance(1, claims=(FIRST,)), remittance(2, claims=(FIRST, FIRST)), "conflict",
         "1 of its 2 claim payments repeat it: 1."),
        ("an unreadable amount", remittance(1), remittance(2, cents=None), "conflict",
         "this one pays an unreadable amount"),
        ("a number used again for nothing paid (RFI 604)",
         remittance(1, cents=0, claims=(FIRST,)), remittance(2, cents=0, claims=(SECOND,)),
         None, ""),
        ("no trace number, the same claim payments in other words (G31)",
         remittance(1, trace=False), remittance(2, trace=False), None, ""),
    ],
)  # fmt: skip
def test_the_ladder(
    what_came: str,
    earlier: RepeatedRemittance,
    later: RepeatedRemittance,
    conclusion: str | None,
    words: str,
) -> None:
    for group in ([earlier, later], [later, earlier]):
        found = conclude_repeats(group)
        if conclusion is None:
            assert found == [], what_came
            continue
        (repeat,) = found
        assert (repeat.remittance_id, repeat.other_remittance_id) == (2, 1), what_came
        assert repeat.kind.value == conclusion, what_came
        assert words in repeat.reason, what_came


def test_three_payments_of_nothing_with_no_number_are_three_remittances() -> None:
    """G31."""
    three = [remittance(n, trace=False, cents=0, claims=((n,),)) for n in (1, 2, 3)]
    assert conclude_repeats(three) == []


def test_every_copy_names_the_first_and_a_copy_contradicts_nobody() -> None:
    group = [remittance(1), remittance(2), remittance(3, cents=1), remittance(4)]
    assert [(one.remittance_id, one.kind.value, one.other_remittance_id)
            for one in conclude_repeats(group)] == [
        (2, "duplicate", 1), (3, "conflict", 1), (4, "duplicate", 1)]  # fmt: skip


@given(seed=st.integers(min_value=0, max_value=2**32))
def test_any_order_of_arrival_ends_in_the_same(seed: int) -> None:
    random = Random(seed)
    group = [
        remittance(
            number,
            content=random.choice(["", "same"]),
            cents=random.choice([0, 12000, 12000, 4000]),
            paid_on=date(2026, 1, random.randint(5, 6)),
            claims=random.choice([(FIRST, SECOND), (SECOND, FIRST), (CHANGED,)]),
        )
        for number in range(1, 7)
    ]
    shuffled = random.sample(group, len(group))
    assert conclude_repeats(shuffled) == conclude_repeats(group)


def _lost(payment_id: int, *, days: int = 0, payer_number: str = "ICN000001") -> PaidClaim:
    return paid(
        payment_id,
        number="NOBODY01",
        members=(),
        last="NOBODY",
        payer_number=payer_number,
        paid_on=PAID_ON + timedelta(days=days),
    )


def test_payments_without_a_claim_that_came_twice_say_so() -> None:
    payments = [_lost(1), _lost(2, days=9), _lost(3, payer_number="ICN000009")]
    found = reconcile([billed(7)], payments, {}, policy=POLICY, as_of=PAID_ON)
    told = {one.claim_payment_id for one in found.issues if "was paid twice" in one.reason}
    assert told == {1, 2}


def _unnumbered(payment_id: int, *, days: int = 0, **changes: object) -> PaidClaim:
    payment = paid(
        payment_id,
        number="0",
        members=("MEM0009",),
        last="NOBODY",
        first="ZULU",
        paid_on=PAID_ON + timedelta(days=days),
    )
    without = msgspec.structs.replace(payment, payer_claim_control_number="")
    return msgspec.structs.replace(without, **changes)


SPELT = {"patient_last_name": "Nobody", "patient_first_name": "zulu"}
UNNUMBERED: list[tuple[str, dict[str, object], bool]] = [
    # what is different about the second payment, whether it is told as the same
    ("nothing but the day of payment", {}, True),
    ("case of the name", SPELT, True),
    ("another word for no number", {"patient_control_number": "UNKNOWN"}, True),
    ("first name", {"patient_first_name": "ALFA"}, False),
    ("last name", {"patient_last_name": "NOBODYELSE"}, False),
    ("member id", {"member_ids": ("MEM0010",)}, False),
    ("day of service", {"service_from": PAID_ON, "service_to": PAID_ON}, False),
    ("payer", {"payer_id": "PAYERB"}, False),
    ("charge", {"charge_cents": 101_00}, False),
    ("payment", {"paid_cents": 79_00}, False),
    ("lines", {"lines": (paid_line(1, "99214", 100_00, "CO-45 20.00"),)}, False),
    ("status", {"status_code": "2"}, False),
    ("a number of its own", {"payer_claim_control_number": "ICN000009"}, False),
    ("no day of service", {"service_from": None, "service_to": None}, False),
    ("it is held", {"held": "Again."}, False),
]


@pytest.mark.parametrize("case", UNNUMBERED, ids=[case[0] for case in UNNUMBERED])
def test_payments_without_a_number_are_told_by_everything_else(
    case: tuple[str, dict[str, object], bool],
) -> None:
    _, changes, is_same = case
    payments = [_unnumbered(1), _unnumbered(2, days=9, **changes)]
    for order in (payments, payments[::-1]):
        found = reconcile([billed(7)], order, {}, policy=POLICY, as_of=PAID_ON)
        told = {one.claim_payment_id for one in found.issues if "was paid twice" in one.reason}
        assert told == ({1, 2} if is_same else set())
        assert len(found.loose_postings) == 2
        assert found.loose_postings[0].refusal == "unmatched"


@pytest.mark.parametrize(
    "changes",
    [
        {"service_from": None, "service_to": None},
        {"member_ids": (), "patient_first_name": ""},
        {"remittance_id": RemittanceId(1)},
    ],
    ids=["no day", "nobody named", "the same remittance"],
)
def test_payments_that_say_too_little_are_not_told_as_the_same(changes: dict[str, object]) -> None:
    payments = [_unnumbered(1, **changes), _unnumbered(2, **changes)]
    found = reconcile([billed(7)], payments, {}, policy=POLICY, as_of=PAID_ON)
    assert not any("was paid twice" in one.reason for one in found.issues)
