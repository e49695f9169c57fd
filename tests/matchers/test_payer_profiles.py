"""What matching and posting do with a payer's profile: only what is written, and never silently."""

from datetime import date, timedelta

import msgspec
import pytest

from edi_engine.matchers import CandidatePool, PostingContext, match_payments, reconcile
from edi_engine.matchers.posting import sign_as_profiled
from edi_engine.records.matching import BilledClaim, PaidClaim
from edi_engine.records.payer_profiles import (
    LearnedQuirk,
    PayerProfiles,
    ProfileVersion,
    Quirk,
    QuirkDeclaration,
    QuirkInForce,
)
from edi_engine.records.reconciliation import ClaimMatch, MatchOutcome
from tests.matchers.making import PAID_ON, POLICY, billed, billed_line, paid, paid_line
from tests.matchers.test_properties import World
from tests.seeds import seeds

DAY = timedelta(days=1)
RULE = "control_number_cut_as_profiled"
CUT = Quirk.TRUNCATES_CONTROL_NUMBER


def declared(
    quirk: Quirk,
    value: int = 0,
    *,
    number: int = 1,
    denied: bool = False,
    payer: str = "PAYERA",
    since: date | None = None,
    until: date | None = None,
) -> QuirkDeclaration:
    return QuirkDeclaration(
        *(number, payer, quirk, denied, value, since, until, "kim", "2026-03-01T00:00:00+00:00", "")
    )


def profiles(*found: QuirkDeclaration) -> PayerProfiles:
    return PayerProfiles(found)


def match_one(payment: PaidClaim, known: PayerProfiles, *claims: BilledClaim) -> ClaimMatch:
    (found,) = match_payments([payment], CandidatePool(claims), policy=POLICY, profiles=known)
    return found


NAMELESS = {"last": "", "first": "", "members": ()}
CUT_TO_6 = paid(number="TEST00", **NAMELESS)  # type: ignore[arg-type]
AT_6 = profiles(declared(CUT, 6))


@pytest.mark.parametrize(
    ("case", "payment", "known", "claims", "is_matched"),
    [
        ("declared at this length", CUT_TO_6, AT_6, [billed()], True),
        ("nothing is known", CUT_TO_6, profiles(), [billed()], False),
        ("declared at another", CUT_TO_6, profiles(declared(CUT, 7)), [billed()], False),
        ("another payer", CUT_TO_6, profiles(declared(CUT, 6, payer="X")), [billed()], False),
        ("another quirk", CUT_TO_6, profiles(declared(Quirk.DROPS_MODIFIERS)), [billed()], False),
        ("not yet", CUT_TO_6, profiles(declared(CUT, 6, since=PAID_ON + DAY)), [billed()], False),
        ("no more", CUT_TO_6, profiles(declared(CUT, 6, until=PAID_ON - DAY)), [billed()], False),
        (
            *("denied later", CUT_TO_6),
            *(profiles(declared(CUT, 6), declared(CUT, number=2, denied=True)), [billed()], False),
        ),
        ("two claims fit", CUT_TO_6, AT_6, [billed(), billed(2, number="TEST0002")], False),
        (
            *("it is the whole number of a claim", CUT_TO_6, AT_6),
            *([billed(), billed(2, number="TEST00", served_on=PAID_ON)], False),
        ),
        (
            *("another charge", CUT_TO_6, AT_6),
            *([billed(lines=(billed_line(1, "99213", 90_00),))], False),
        ),
        ("another day", CUT_TO_6, AT_6, [billed(served_on=PAID_ON)], False),
        (
            *("another patient", paid(number="TEST00", last="STRANGER", members=("OTHER1",))),
            *(AT_6, [billed()], False),
        ),
        (
            *("other lines", CUT_TO_6, AT_6),
            *([billed(lines=(billed_line(1, "97110", 100_00),))], False),
        ),
        (
            *("too short", paid(number="TEST0", **NAMELESS)),  # type: ignore[arg-type]
            *(profiles(declared(CUT, 5)), [billed()], False),
        ),
        (
            *("not our payee", msgspec.structs.replace(CUT_TO_6, payee_npi="1999999976")),
            *(AT_6, [billed()], False),
        ),
    ],
)
def test_a_shorter_cut_is_followed_only_as_declared(
    case: str, payment: PaidClaim, known: PayerProfiles, claims: list[BilledClaim], is_matched: bool
) -> None:
    assert case
    found = match_one(payment, known, *claims)
    assert (found.outcome is MatchOutcome.MATCHED) is is_matched
    if is_matched:
        assert found.rule == RULE
        assert CUT in found.reason
    else:
        assert found == match_one(payment, PayerProfiles(), *claims)


def test_what_was_learned_is_used_like_what_was_declared_unless_denied() -> None:
    learned = ProfileVersion("PAYERA", 3, PAID_ON, (LearnedQuirk(CUT, 6, 40, 40, None, None),))

    assert match_one(CUT_TO_6, PayerProfiles((), (learned,)), billed()).rule == RULE
    denied = PayerProfiles((declared(CUT, denied=True),), (learned,))
    assert match_one(CUT_TO_6, denied, billed()).outcome is MatchOutcome.UNMATCHED


@pytest.mark.parametrize(
    ("day", "covered"),
    [(None, False), (PAID_ON, True), (PAID_ON + DAY, True), (PAID_ON - DAY, False)],
)
def test_a_word_with_bounds_covers_its_days_and_no_unknown_one(
    day: date | None, covered: bool
) -> None:
    assert declared(CUT, 6, since=PAID_ON, until=PAID_ON + DAY).covers(day) is covered
    assert declared(CUT, 6).covers(day)


ALL_DECLARED = tuple(
    declared(quirk, 6 if quirk is CUT else 0, number=number * 2 + place, payer=payer)
    for number, quirk in enumerate(Quirk)
    for place, payer in enumerate(("PAYERA", "PAYERB"))
)


def spelled(number: str) -> str:
    """A number that says after six characters to which of the few it belongs."""
    return f"{number[-1]}-{number}" if number.startswith("TEST") else number


def matched_with_and_without(seed: int) -> list[tuple[ClaimMatch, ClaimMatch]]:
    """Matches of a world whose payments lose parts of numbers and names, plain and profiled."""
    world = World(seed)
    claims = [
        msgspec.structs.replace(one, patient_control_number=spelled(one.patient_control_number))
        for one in world.claims
    ]
    payments = []
    for one in world.payments:
        changes: dict[str, object] = {"patient_control_number": spelled(one.patient_control_number)}
        if world.maker.random() < 0.5:
            changes["patient_control_number"] = spelled(one.patient_control_number)[:6]
        if world.maker.random() < 0.5:
            changes |= {"patient_last_name": "", "patient_first_name": "", "member_ids": ()}
        payments.append(msgspec.structs.replace(one, **changes))
    pool = CandidatePool(claims)
    plain = match_payments(payments, pool, policy=POLICY)
    known = match_payments(payments, pool, policy=POLICY, profiles=PayerProfiles(ALL_DECLARED))
    return list(zip(plain, known, strict=True))


@pytest.mark.parametrize("seed", seeds(20, 60))
def test_a_profile_only_matches_what_nothing_else_matched(seed: int) -> None:
    for before, after in matched_with_and_without(seed):
        if after.rule != RULE:
            assert after == before
            continue
        assert before.outcome is not MatchOutcome.MATCHED
        assert after.outcome is MatchOutcome.MATCHED
        assert CUT in after.reason


def test_the_worlds_have_something_for_the_profile_to_do() -> None:
    pairs = [pair for seed in range(60) for pair in matched_with_and_without(seed)]
    assert sum(after.rule == RULE for _, after in pairs) >= 5


@pytest.mark.parametrize("seed", seeds(10, 30))
def test_a_profile_changes_no_amount_of_a_claim_that_it_does_not_match(seed: int) -> None:
    world = World(seed)
    usual = PayerProfiles(
        tuple(one for one in ALL_DECLARED if one.quirk is not CUT)
    )  # numbers of these worlds are no positions
    plain, known = (
        reconcile(
            world.claims,
            world.payments,
            world.expected,
            policy=POLICY,
            as_of=PAID_ON,
            posting=PostingContext(profiles=each),
        )
        for each in (PayerProfiles(), usual)
    )

    assert known.matches == plain.matches
    assert [one.lines for one in known.claims] == [one.lines for one in plain.claims]
    assert [one.balance_cents for one in known.claims] == [
        one.balance_cents for one in plain.claims
    ]
    assert [plan.entries for one in known.claims for plan in one.postings] == [
        plan.entries for one in plain.claims for plan in one.postings
    ]


def secondary_reason(known: PayerProfiles) -> str:
    claim = billed(lines=(billed_line(1, "99213", 500_00),))
    first = paid(lines=(paid_line(1, "99213", 500_00, "CO-45 125.00, PR-2 75.00"),))
    second = paid(
        2,
        lines=(paid_line(1, "99213", 500_00, "CO-45 435.00"),),
        payer_id="PAYERB",
        payer_name="B",
        status="2",
    )
    found = reconcile(
        [claim],
        [first, second],
        policy=POLICY,
        as_of=PAID_ON,
        posting=PostingContext(profiles=known),
    )
    (conclusion,) = found.claims
    assert conclusion.balance_cents == 0
    return next(plan.reason for plan in conclusion.postings if plan.subject_id == 2)


def test_a_capped_posting_is_said_to_be_expected_of_a_payer_that_reports_so() -> None:
    quirk = Quirk.REPORTS_CONTRACTUAL_FOR_EVERYTHING
    plain = secondary_reason(PayerProfiles())
    known = secondary_reason(profiles(declared(quirk, payer="PAYERB")))

    assert known == f"{plain} That is expected. Payer profile: {quirk} (declared by kim)."


def test_positions_are_no_identity_of_lines_where_a_profile_says_so() -> None:
    # The payer recodes the second line and numbers lines as it prints them: 1 is our line 2.
    claim = billed(
        lines=(
            billed_line(1, "99213", 50_00, control_number="1"),
            billed_line(2, "85025", 50_00, control_number="2"),
        )
    )
    payment = paid(
        lines=(
            paid_line(1, "85027", 50_00, "CO-45 10.00", control_number="1"),
            paid_line(2, "99213", 50_00, "CO-45 5.00", control_number="2"),
        )
    )

    def paid_by_line(known: PayerProfiles) -> tuple[list[int], str]:
        found = reconcile(
            [claim],
            [payment],
            policy=POLICY,
            as_of=PAID_ON,
            posting=PostingContext(profiles=known),
        )
        (conclusion,) = found.claims
        return [line.paid_cents for line in conclusion.lines], conclusion.postings[0].reason

    lines, reason = paid_by_line(profiles(declared(Quirk.POSITIONAL_LINE_CONTROL_NUMBERS)))
    assert lines == [45_00, 40_00]
    assert reason == "Payer profile: positional_line_control_numbers (declared by kim)."
    assert paid_by_line(PayerProfiles())[1] == ""


@pytest.mark.parametrize(
    ("sign", "cents", "is_declared", "is_inverted"),
    [
        *[("guide", 5, True, False), ("guide", 5, False, False), ("inverted", 5, False, True)],
        *[("", 5, True, True), ("", 5, False, False), ("guide", 0, True, True)],
        ("guide", 0, False, False),
    ],
)
def test_the_sign_is_read_as_it_balances_and_else_as_the_profile_says(
    sign: str, cents: int, is_declared: bool, is_inverted: bool
) -> None:
    quirk = QuirkInForce(Quirk.INVERTED_PROVIDER_ADJUSTMENT_SIGN, 0, "declared by kim")
    assert sign_as_profiled(quirk if is_declared else None, sign, cents) is is_inverted
