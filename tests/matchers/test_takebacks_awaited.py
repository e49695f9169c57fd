"""A payment that stays on a claim which we replaced or voided is owed back: somebody is told."""

from datetime import date, timedelta

import msgspec
import pytest

from edi_engine.matchers import ReferenceIndex, settle_provider_items, taken_by_claim
from edi_engine.matchers.claim_reconciliation import reconcile_group
from edi_engine.matchers.posting import EVERYBODY, PostingContext
from edi_engine.records.matching import BilledClaim, ClaimId, PaidClaim
from edi_engine.records.provider_items import PlacedAdjustment
from edi_engine.records.reconciliation import ClaimReconciliation
from tests.matchers.making import PAID_ON, POLICY, billed, paid, paid_line, reversed_payment
from tests.matchers.posting_cases import matched
from tests.matchers.provider_making import adjustment, payment

DAY = timedelta(days=1)
REPLACED_ON = PAID_ON + 5 * DAY
LATE_FROM = REPLACED_ON + 31 * DAY

FIRST = paid(1)
BACK = reversed_payment(FIRST, 2, paid_on=REPLACED_ON + 3 * DAY)
PARTLY_BACK = msgspec.structs.replace(
    BACK, paid_cents=-70_00, lines=(paid_line(1, "99213", -100_00, "CO-45 -30.00"),)
)
REFUSED = paid(1, lines=[paid_line(1, "99213", 100_00, "CO-50 100.00")])
AFTER = paid(1, paid_on=REPLACED_ON + 10 * DAY)
BY_SECOND = paid(3, status="2", lines=[paid_line(1, "99213", 100_00, "OA-23 90.00")])
REPLACEMENT = billed(2, frequency="7", sent_on=REPLACED_ON)
VOID = billed(2, frequency="8", sent_on=REPLACED_ON)
NEXT_REPLACEMENT = billed(3, frequency="7", sent_on=REPLACED_ON + 20 * DAY)
REJECTED = PostingContext(rejected={FIRST.claim_payment_id: "Not ours."})
ACCEPTED = PostingContext(accepted=frozenset({PARTLY_BACK.claim_payment_id}))
TAKEN_WHOLE = PostingContext(taken={(ClaimId(1), "PAYERA"): 80_00})
TAKEN_PARTLY = PostingContext(taken={(ClaimId(1), "PAYERA"): 30_00})
TAKEN_ELSEWHERE = PostingContext(
    taken={(ClaimId(1), "PAYERB"): 80_00, (ClaimId(2), "PAYERA"): 80_00}
)

# why, versions sent later, payments on the first claim, what persons decided, day,
# what is told: detail, payer sequence, amount, since when
CASES: list[
    tuple[
        str,
        list[BilledClaim],
        list[PaidClaim],
        PostingContext,
        date,
        list[tuple[str, int, int, date]],
    ]
] = [
    ("replaced, not late yet", [REPLACEMENT], [FIRST], EVERYBODY, LATE_FROM - DAY, []),
    (
        "replaced",
        [REPLACEMENT],
        [FIRST],
        EVERYBODY,
        LATE_FROM,
        [("replaced", 1, 80_00, REPLACED_ON)],
    ),
    ("voided, not late yet", [VOID], [FIRST], EVERYBODY, LATE_FROM - DAY, []),
    ("voided", [VOID], [FIRST], EVERYBODY, LATE_FROM, [("voided", 1, 80_00, REPLACED_ON)]),
    ("taken back", [VOID], [FIRST, BACK], EVERYBODY, LATE_FROM, []),
    (
        "taken back by another amount: that waits, and all is owed",
        [VOID],
        [FIRST, PARTLY_BACK],
        EVERYBODY,
        LATE_FROM + 3 * DAY,
        [("voided", 1, 80_00, BACK.paid_on or PAID_ON)],
    ),
    (
        "accepted, the rest is owed",
        [VOID],
        [FIRST, PARTLY_BACK],
        ACCEPTED,
        LATE_FROM + 3 * DAY,
        [("voided", 1, 10_00, BACK.paid_on or PAID_ON)],
    ),
    ("refused: nothing was paid", [REPLACEMENT], [REFUSED], EVERYBODY, LATE_FROM, []),
    (
        "a payment that waits is told by its refusal",
        [REPLACEMENT],
        [FIRST],
        REJECTED,
        LATE_FROM,
        [],
    ),
    (
        "paid after it was replaced",
        [REPLACEMENT],
        [AFTER],
        EVERYBODY,
        LATE_FROM + 10 * DAY,
        [("replaced", 1, 80_00, REPLACED_ON + 10 * DAY)],
    ),
    (
        "replaced twice: since the first time",
        [REPLACEMENT, NEXT_REPLACEMENT],
        [FIRST],
        EVERYBODY,
        LATE_FROM,
        [("replaced", 1, 80_00, REPLACED_ON)],
    ),
    (
        "paid by two payers, each of whom must take back its own",
        [VOID],
        [FIRST, BY_SECOND],
        EVERYBODY,
        LATE_FROM,
        [("voided", 1, 80_00, REPLACED_ON), ("voided", 2, 10_00, REPLACED_ON)],
    ),
    ("alive", [], [FIRST], EVERYBODY, LATE_FROM, []),
    ("taken at the provider level", [VOID], [FIRST], TAKEN_WHOLE, LATE_FROM, []),
    (
        "taken in part at the provider level",
        [VOID],
        [FIRST],
        TAKEN_PARTLY,
        LATE_FROM,
        [("voided", 1, 50_00, REPLACED_ON)],
    ),
    (
        "taken by another payer, or for another claim",
        [VOID],
        [FIRST],
        TAKEN_ELSEWHERE,
        LATE_FROM,
        [("voided", 1, 80_00, REPLACED_ON)],
    ),
    (
        "one payer paid as two, and took 85.00: 5.00 is left",
        [VOID],
        [FIRST, BY_SECOND],
        PostingContext(taken={(ClaimId(1), "PAYERA"): 85_00}),
        LATE_FROM,
        [("voided", 2, 5_00, REPLACED_ON)],
    ),
]


def run(
    versions: list[BilledClaim], payments: list[PaidClaim], posting: PostingContext, as_of: date
) -> ClaimReconciliation:
    found = reconcile_group(
        [billed(1), *versions],
        {ClaimId(1): [matched(each) for each in payments]},
        {},
        policy=POLICY,
        as_of=as_of,
        posting=posting,
    )
    return found[0]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_what_is_owed_back_is_told_once_it_is_late(
    case: tuple[
        str,
        list[BilledClaim],
        list[PaidClaim],
        PostingContext,
        date,
        list[tuple[str, int, int, date]],
    ],
) -> None:
    _, versions, payments, posting, as_of, told = case
    result = run(versions, payments, posting, as_of)
    found = [each for each in result.issues if each.cause == "takeback_awaited"]
    assert [
        (each.detail, each.payer_sequence, each.amount_cents, each.arose_on) for each in found
    ] == told
    if told:
        taken = posting.taken.get((ClaimId(1), "PAYERA"), 0)
        assert sum(each.amount_cents for each in found) == -result.balance_cents - taken
    backwards = run(versions[::-1], payments[::-1], posting, as_of)
    assert backwards.issues == result.issues


def test_the_reason_says_what_was_done_and_what_is_owed() -> None:
    (issue,) = run([VOID], [FIRST], EVERYBODY, LATE_FROM).issues
    assert issue.reason == (
        "The claim was voided (frequency 8) on 2026-03-25, but its payment of 80.00 was not taken"
        " back within 30 days: it is owed back."
    )


def test_the_day_on_which_it_is_late_is_known_before() -> None:
    early = run([VOID], [FIRST], EVERYBODY, REPLACED_ON)
    assert early.look_again_on == LATE_FROM
    assert run([VOID], [FIRST], EVERYBODY, LATE_FROM).look_again_on is None
    assert run([], [FIRST], EVERYBODY, REPLACED_ON).look_again_on is None


def test_what_a_notice_offsets_is_not_taken_but_what_our_refund_offsets_is() -> None:
    def taken(*adjustments: PlacedAdjustment) -> dict[tuple[int, str], int]:
        index = ReferenceIndex([payment(1)])
        items = settle_provider_items(adjustments, index)
        return dict(taken_by_claim(items, {item.item_id: item for item in items}))

    taking = adjustment(1, "WO", 80_00, "ICN000001", days=20)
    notice = adjustment(2, "WO", -50_00, "ICN000001")
    refund = adjustment(3, "72", -80_00, "ICN000001")
    payer = taking.payer_id
    assert taken(taking) == {(1, payer): 80_00}
    assert taken(taking, notice) == {(1, payer): 30_00}
    assert taken(taking, refund) == {(1, payer): 80_00}
    assert taken(notice) == {}
    assert taken(msgspec.structs.replace(taking, held="a repetition")) == {}
