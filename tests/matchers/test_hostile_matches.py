"""Payments made to mislead: several answers are as likely, and the ladder must not choose one.

Each case has its neighbour, where one more thing that the payer says decides.
"""

from datetime import timedelta
from itertools import permutations

import pytest

from edi_engine.records.matching import BilledClaim, PaidClaim
from tests.matchers.making import (
    PAID_ON,
    billed,
    billed_line,
    paid,
    paid_line,
    reversed_payment,
)
from tests.matchers.matching import match

DAY = timedelta(days=1)
VISIT, BLOOD = billed_line(1, "99213", 100_00), billed_line(2, "85025", 30_00)
NUMBERED = (
    billed_line(1, "99213", 100_00, control_number="LN000001"),
    billed_line(2, "85025", 30_00, control_number="LN000002"),
)
BLOOD_ALONE = billed_line(1, "85025", 30_00)
PAID_VISIT, PAID_BLOOD = paid_line(1, "99213", 100_00), paid_line(1, "85025", 30_00)

ORIGINAL = billed(1)
REPLACEMENT = billed(
    2, number="TEST0001R", frequency="7", original_reference="ICN7", sent_on=PAID_ON + 5 * DAY
)
SAME_NUMBER = billed(2, frequency="7", original_reference="ICN7", sent_on=PAID_ON + 5 * DAY)
DEARER = billed(
    2,
    number="TEST0001R",
    frequency="7",
    original_reference="ICN7",
    sent_on=PAID_ON + 5 * DAY,
    lines=(VISIT, BLOOD),
)
FIRST_ANSWER = paid(1, payer_number="ICN7")
LATER = PAID_ON + 20 * DAY
BOTH_LINES = (paid_line(1, "99213", 100_00), paid_line(2, "85025", 30_00))

WHOLE = billed(1, number="TESTA", lines=(VISIT, BLOOD))
OTHER = billed(2, number="TESTB", lines=(BLOOD_ALONE,))
WHOLE_SHARED = billed(1, lines=(VISIT, BLOOD))
OTHER_SHARED = billed(2, lines=(BLOOD_ALONE,))

ALFA = billed(1, number="FAMILY1")
"""The brother's claim; BRAVO's own is not in the store."""

# why, payments, claims, what becomes of the payment with the highest id: outcome, claim or None
CASES: list[tuple[str, list[PaidClaim], list[BilledClaim], str, int | None]] = [
    # (a) A replacement answered under the payer's number of what it replaced.
    (
        "number lost, answered under the original's payer number",
        [FIRST_ANSWER, paid(9, number="0", payer_number="ICN7", paid_on=LATER)],
        [ORIGINAL, REPLACEMENT],
        "ambiguous",
        None,
    ),
    (
        "the original's number, answered under the original's payer number",
        [FIRST_ANSWER, paid(9, payer_number="ICN7", paid_on=LATER)],
        [ORIGINAL, SAME_NUMBER],
        "ambiguous",
        None,
    ),
    (
        "before the replacement was sent it is the original's",
        [FIRST_ANSWER, paid(9, number="0", payer_number="ICN7", paid_on=PAID_ON + DAY)],
        [ORIGINAL, REPLACEMENT],
        "matched",
        1,
    ),
    (
        "a charge of its own decides",
        [
            FIRST_ANSWER,
            paid(9, number="0", payer_number="ICN7", paid_on=LATER, lines=BOTH_LINES),
        ],
        [ORIGINAL, DEARER],
        "matched",
        2,
    ),
    (
        "REF*F8 decides",
        [
            FIRST_ANSWER,
            paid(9, payer_number="ICN8", original_reference="ICN7", paid_on=LATER),
        ],
        [ORIGINAL, SAME_NUMBER],
        "matched",
        2,
    ),
    (
        "a payer number of its own decides",
        [FIRST_ANSWER, paid(9, payer_number="ICN8", paid_on=LATER)],
        [ORIGINAL, SAME_NUMBER],
        "matched",
        2,
    ),
    (
        "the replacement's own number decides",
        [FIRST_ANSWER, paid(9, number="TEST0001R", payer_number="ICN7", paid_on=LATER)],
        [ORIGINAL, REPLACEMENT],
        "matched",
        2,
    ),
    (
        "its reversal is the original's",
        [FIRST_ANSWER, reversed_payment(FIRST_ANSWER, 9, paid_on=LATER)],
        [ORIGINAL, SAME_NUMBER],
        "matched",
        1,
    ),
    # (b) A part of a split that is charged what another claim of the day is.
    (
        "number lost: the part, or the other claim",
        [paid(9, number="0", lines=(PAID_BLOOD,))],
        [WHOLE, OTHER],
        "ambiguous",
        None,
    ),
    (
        "number lost, the other part beside it under the same payer number",
        [
            paid(8, number="0", payer_number="ICN7", remittance=5, lines=(PAID_VISIT,)),
            paid(9, number="0", payer_number="ICN7", remittance=5, lines=(PAID_BLOOD,)),
        ],
        [WHOLE, OTHER],
        "ambiguous",
        None,
    ),
    (
        "one number for the day, the other part beside it",
        [
            paid(8, remittance=5, lines=(PAID_VISIT,)),
            paid(9, remittance=5, lines=(PAID_BLOOD,)),
        ],
        [WHOLE_SHARED, OTHER_SHARED],
        "ambiguous",
        None,
    ),
    (
        "one number for the day, the other part in another remittance",
        [paid(8, lines=(PAID_VISIT,)), paid(9, lines=(PAID_BLOOD,))],
        [WHOLE_SHARED, OTHER_SHARED],
        "ambiguous",
        None,
    ),
    (
        "the larger claim was answered as a whole",
        [paid(8, lines=BOTH_LINES), paid(9, lines=(PAID_BLOOD,))],
        [WHOLE_SHARED, OTHER_SHARED],
        "matched",
        2,
    ),
    (
        "nothing says that the larger claim was split",
        [paid(9, lines=(PAID_BLOOD,))],
        [WHOLE_SHARED, OTHER_SHARED],
        "matched",
        2,
    ),
    (
        "the number decides",
        [
            paid(8, number="TESTA", remittance=5, lines=(PAID_VISIT,)),
            paid(9, number="TESTA", remittance=5, lines=(PAID_BLOOD,)),
        ],
        [WHOLE, OTHER],
        "matched",
        1,
    ),
    (
        "the line control number decides",
        [
            paid(8, remittance=5, lines=(PAID_VISIT,)),
            paid(
                9,
                remittance=5,
                lines=(paid_line(1, "85025", 30_00, control_number="LN000002"),),
            ),
        ],
        [billed(1, lines=NUMBERED), OTHER_SHARED],
        "matched",
        1,
    ),
    (
        "another code is no part",
        [paid(9, number="0", lines=(paid_line(1, "80053", 30_00),))],
        [WHOLE, billed(2, number="TESTB", lines=(billed_line(1, "80053", 30_00),))],
        "matched",
        2,
    ),
    # (c) The true claim is not in the store; the brother's has the same member id.
    (
        "the number is one patient's, and all but the first name agrees",
        [paid(9, number="FAMILY1", first="BRAVO")],
        [ALFA],
        "matched",
        1,
    ),
    (
        "the number is the family's, and the first name is a third one's",
        [paid(9, number="FAMILY1", first="CHARLIE")],
        [ALFA, billed(2, number="FAMILY1", first="BRAVO")],
        "ambiguous",
        None,
    ),
    (
        "the family's number, the brother's name, and no member id",
        [paid(9, number="FAMILY1", first="BRAVO", members=())],
        [ALFA],
        "suggested",
        1,
    ),
    (
        "the family's number, the brother's name, and no day",
        [paid(9, number="FAMILY1", first="BRAVO", served_on=None)],
        [ALFA],
        "suggested",
        1,
    ),
    ("number lost, no first name", [paid(9, number="0", first="")], [ALFA], "suggested", 1),
    ("number lost, an initial", [paid(9, number="0", first="A")], [ALFA], "suggested", 1),
    ("number lost, two letters", [paid(9, number="0", first="AL")], [ALFA], "suggested", 1),
    ("number lost, enough letters", [paid(9, number="0", first="ALF")], [ALFA], "matched", 1),
    ("number lost, another name", [paid(9, number="0", first="BRAVO")], [ALFA], "unmatched", None),
    ("the number and an initial", [paid(9, number="FAMILY1", first="A")], [ALFA], "matched", 1),
    ("the number and no first name", [paid(9, number="FAMILY1", first="")], [ALFA], "matched", 1),
    (
        "the line control number decides whose claim it is",
        [
            paid(
                9,
                number="FAMILY1",
                first="BRAVO",
                lines=(paid_line(1, "99213", 100_00, control_number="LN000001"),),
            )
        ],
        [billed(1, number="FAMILY1", lines=NUMBERED[:1])],
        "matched",
        1,
    ),
    (
        "both brothers' claims are there",
        [paid(9, number="FAMILY1", first="BRAVO")],
        [ALFA, billed(2, number="FAMILY1", first="BRAVO")],
        "matched",
        2,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_nothing_is_guessed_where_nothing_tells(
    case: tuple[str, list[PaidClaim], list[BilledClaim], str, int | None],
) -> None:
    _, payments, claims, outcome, claim_id = case
    for order in permutations(payments):
        for pool in permutations(claims):
            (found,) = (
                each for each in match(list(order), list(pool)) if each.claim_payment_id == 9
            )
            assert (found.outcome, found.claim_id) == (outcome, claim_id)
            if outcome == "ambiguous":
                shown = {each.claim_id for each in found.candidates}
                assert shown == {each.claim_id for each in claims}
