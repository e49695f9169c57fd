"""Ladders of appeals: whose turn it is, until when, and when it is too small."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from edi_engine.errors import InputError
from edi_engine.records.appeals import (
    Appeal,
    AppealLadder,
    AppealLevel,
    AppealMethod,
    AppealOutcome,
    AppealPolicy,
    usual_ladders,
)
from edi_engine.worklist import next_level, remaining_cents, standing_of

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MEDICARE, COMMERCIAL = usual_ladders()


def appeal(level: int, outcome: str, *, cents: int = 5_000_00, overturned: int = 0) -> Appeal:
    return Appeal(
        appeal_id=level,
        claim_id=1,
        work_item_id=1,
        payer_id="P",
        payer_sequence=1,
        ladder="medicare",
        level=level,
        level_name=MEDICARE.levels[level - 1].name,
        method=AppealMethod.MAIL,
        tracking_number="",
        disputed_cents=cents,
        filed_on=date(2026, 1, 2),
        response_due_on=date(2026, 3, 3),
        baseline_cents=0,
        outcome=AppealOutcome(outcome),
        decided_on=date(2026, 2, 1) if outcome != "pending" else None,
        overturned_cents=overturned,
    )


@pytest.mark.parametrize(
    ("level", "cents", "following", "due_on"),
    [
        (1, 5_000_00, "reconsideration", date(2026, 7, 31)),
        (2, 190_00, "administrative law judge", date(2026, 4, 2)),
        (3, 190_00, "appeals council", date(2026, 4, 2)),
        (4, 1_900_00, "federal court", date(2026, 4, 2)),
    ],
)
def test_medicare_gives_each_level_its_days(
    level: int, cents: int, following: str, due_on: date
) -> None:
    found = next_level(appeal(level, "upheld", cents=cents), MEDICARE)
    assert (found.level, found.name, found.due_on) == (level + 1, following, due_on)


@pytest.mark.parametrize(
    ("level", "cents", "overturned", "said"),
    [
        (2, 189_99, 0, r"\$189.99 in dispute is too small"),
        (2, 200_00, 10_01, r"\$189.99 in dispute is too small"),
        (4, 1_899_99, 0, r"\$1899.99 in dispute is too small"),
        (5, 5_000_00, 0, "the last of the medicare ladder"),
        (1, 50_00, 50_00, "nothing is left"),
    ],
)
def test_a_level_is_refused_with_its_reason(
    level: int, cents: int, overturned: int, said: str
) -> None:
    outcome = "partly" if overturned else "upheld"
    with pytest.raises(InputError, match=said):
        next_level(appeal(level, outcome, cents=cents, overturned=overturned), MEDICARE)


@pytest.mark.parametrize("outcome", ["overturned", "withdrawn", "pending"])
def test_what_was_not_refused_is_not_appealed_on(outcome: str) -> None:
    with pytest.raises(InputError):
        next_level(appeal(1, outcome), MEDICARE)


def test_more_than_was_asked_for_leaves_nothing_in_dispute() -> None:
    assert remaining_cents(appeal(1, "overturned", cents=10_00, overturned=12_00)) == 0


def test_a_payer_has_its_own_ladder_before_that_of_its_kind() -> None:
    own = AppealLadder("plan", (AppealLevel("only", 30, 30),), payer_ids=frozenset({"P1"}))
    other = AppealLadder("others", (AppealLevel("only", 30, 30),))
    policy = AppealPolicy((own,))
    assert policy.ladder_for("P1", "MB").name == "plan"
    assert policy.ladder_for("P2", "MB").name == "medicare"
    assert policy.ladder_for("P2", "CI").name == "commercial"
    assert AppealPolicy((own, other)).ladder_for("P2", "CI").name == "others"


def test_nothing_is_left_to_do_without_an_appeal_or_after_a_withdrawal() -> None:
    assert standing_of([]) is None
    assert standing_of([appeal(1, "withdrawn")]) is None
    upheld = msgspec.structs.replace(
        appeal(1, "upheld"), next_level_name="reconsideration", next_due_on=date(2026, 7, 31)
    )
    standing = standing_of([upheld])
    assert standing is not None
    assert standing.deadline == date(2026, 7, 31)
