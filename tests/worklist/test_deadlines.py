"""Deadlines as a table of days worked out by hand, and what holds for every one of them."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.codes import deadline_rules, parse_within
from edi_engine.records.deadlines import (
    DeadlineAnchor,
    DeadlineKind,
    DeadlineRoll,
    DeadlineRule,
    DeadlineUnit,
)
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.worklist.causes import Window
from edi_engine.worklist.deadlines import DeadlineBook, DeadlineFacts, driving_deadline

PAYER = "PAYER1"

# One rule for the payer, one day, and the last day. "/" stands before what a day off does.
# Worked out with a paper calendar: days left in each month, weekends and the public list of
# federal holidays crossed out.
BY_HAND = """
    90 days           first_service       2026-01-01  2026-04-01
    180 days          first_service       2026-01-01  2026-06-30
    180 days          remittance          2026-03-01  2026-08-28
    90 days           first_service       2024-01-01  2024-03-31
    1 day             remittance          2024-02-28  2024-02-29
    2 days            remittance          2024-02-28  2024-03-01
    1 day             remittance          2023-02-28  2023-03-01
    1 day             remittance          2023-12-31  2024-01-01
    60 days           remittance          2025-12-31  2026-03-01
    60 days           remittance          2023-12-31  2024-02-29
    365 days          first_service       2026-01-01  2027-01-01
    365 days          first_service       2024-01-01  2024-12-31
    365 days          first_service       2024-02-29  2025-02-28
    365 days          first_service       2025-03-01  2026-03-01
    365 days          first_service       2023-03-01  2024-02-29
    60 days           last_service        2026-06-01  2026-07-31
    120 days          last_service        2026-06-01  2026-09-29
    30 days           claim_sent          2026-12-01  2026-12-31
    31 days           claim_sent          2026-12-01  2027-01-01
    30 days           claim_sent          2026-01-15  2026-02-14
    180 days          remittance          2026-10-01  2027-03-30
    180 days          discharge           2026-02-28  2026-08-27
    120 days          remittance_receipt  2026-03-01  2026-07-04
    120 days          remittance_receipt  2026-01-01  2026-05-06
    120 days          remittance_receipt  2023-12-30  2024-05-03
    120 days          remittance_receipt  2024-02-24  2024-06-28
    120 days          remittance_receipt  2026-12-29  2027-05-03
    1 year            first_service       2024-02-29  2025-02-28
    1 year            first_service       2026-01-05  2027-01-05
    1 year            first_service       2025-02-28  2026-02-28
    1 year            first_service       2023-02-28  2024-02-28
    1 year            first_service       2027-03-01  2028-03-01
    4 years           first_service       2024-02-29  2028-02-29
    1 month           remittance          2026-01-30  2026-02-28
    1 month           remittance          2024-01-30  2024-02-29
    3 months          remittance          2026-11-30  2027-02-28
    6 months          remittance          2026-08-31  2027-02-28
    6 months          remittance          2023-08-31  2024-02-29
    12 months         remittance          2026-05-15  2027-05-15
    18 months         remittance          2025-12-31  2027-06-30
    1 business day    remittance          2026-03-06  2026-03-09
    5 business days   remittance          2026-03-06  2026-03-13
    1 business day    remittance          2026-03-07  2026-03-09
    1 business day    remittance          2026-01-16  2026-01-20
    1 business day    remittance          2026-07-02  2026-07-06
    1 business day    remittance          2026-09-06  2026-09-08
    1 business day    remittance          2021-12-30  2022-01-03
    1 business day    remittance          2022-12-23  2022-12-27
    2 business days   remittance          2026-11-10  2026-11-13
    3 business days   remittance          2026-11-25  2026-12-01
    10 business days  remittance          2026-12-21  2027-01-06
    20 business days  remittance          2026-10-09  2026-11-09
    30 business days  remittance          2026-06-01  2026-07-15
    10 business days  remittance_receipt  2026-05-18  2026-06-08
    120 days/next     remittance_receipt  2026-03-01  2026-07-06
    120 days/previous remittance_receipt  2026-03-01  2026-07-02
    30 days           remittance          2026-12-02  2027-01-01
    30 days/next      remittance          2026-12-02  2027-01-04
    30 days/previous  remittance          2026-12-02  2026-12-31
    90 days           remittance          2026-03-02  2026-05-31
    90 days/next      remittance          2026-03-02  2026-06-01
    90 days/previous  remittance          2026-03-02  2026-05-29
    1 day/next        remittance          2026-03-09  2026-03-10
    1 day/previous    remittance          2026-03-07  2026-03-07
    365 days/next     first_service       2025-05-25  2026-05-26
    1 year/previous   first_service       2025-05-25  2026-05-22
"""

# Rules that come with the engine: indicator, claim type, kind, level, event days, last day.
MEDICARE = """
    MB professional   filing 1 first_service=2024-02-29                          2025-02-28
    MB professional   filing 1 first_service=2026-01-30 last_service=2026-02-02  2027-01-30
    MB institutional  filing 1 first_service=2026-01-30 last_service=2026-02-02  2027-02-02
    MA institutional  filing 1 first_service=2023-12-30 last_service=2024-01-03  2025-01-03
    MA institutional  filing 1 first_service=2024-02-29                          2025-02-28
    MB professional   appeal 1 remittance=2026-03-01                             2026-07-04
    MA institutional  appeal 1 remittance=2026-01-01                             2026-05-06
    MB professional   appeal 2 decided=2026-07-01                                2027-01-02
    MA institutional  appeal 2 decided=2025-08-30                                2026-03-03
    MB professional   appeal 3 decided=2026-01-01                                2026-03-07
    MB professional   appeal 3 decided=2024-01-01                                2024-03-06
    MA institutional  appeal 4 decided=2026-10-28                                2027-01-01
    MB professional   appeal 5 decided=2026-06-20                                2026-08-24
    CI professional   filing 1 first_service=2024-02-29                          2025-02-28
    CI professional   appeal 1 remittance=2026-03-01                             2026-08-28
    CI professional   refund 1 owed=2026-03-25                                   2026-05-24
    MB professional   refund 1 owed=2026-03-01                                   2026-04-30
    16 professional   appeal 1 remittance=2026-03-01                             2026-08-28
"""


def rule_of(within: str, anchor: str, **changes: object) -> DeadlineRule:
    time, _, roll = within.partition("/")
    count, unit = parse_within(time) or (0, DeadlineUnit.DAYS)
    rule = DeadlineRule(
        payer_id=PAYER,
        kind=DeadlineKind.APPEAL,
        count=count,
        unit=unit,
        anchor=DeadlineAnchor(anchor),
        roll=DeadlineRoll(roll or "none"),
        source="the contract",
    )
    return msgspec.structs.replace(rule, **changes)


def facts_on(day: date | None, **changes: object) -> DeadlineFacts:
    """Every event on one day."""
    facts = DeadlineFacts(
        payer_id=PAYER,
        first_service_on=day,
        last_service_on=day,
        discharged_on=day,
        sent_on=day,
        remittance_on=day,
        decided_on=day,
        owed_since=day,
    )
    return msgspec.structs.replace(facts, **changes)


def book_of(*rules: DeadlineRule, **policy: object) -> DeadlineBook:
    return DeadlineBook(ReconcilePolicy(deadline_rules=rules, **policy))  # type: ignore[arg-type]


@pytest.mark.parametrize("row", BY_HAND.strip().splitlines(), ids=str.strip)
def test_a_deadline_is_the_day_worked_out_by_hand(row: str) -> None:
    *within, anchor, start, due_on = row.split()
    rule = rule_of(" ".join(within), anchor)

    found = book_of(rule).deadline(DeadlineKind.APPEAL, facts_on(date.fromisoformat(start)))

    assert found is not None
    assert found.due_on == date.fromisoformat(due_on)
    assert rule.within in found.reason
    assert start in found.reason
    assert "the contract" in found.reason


@pytest.mark.parametrize("row", MEDICARE.strip().splitlines(), ids=str.strip)
def test_the_rules_that_come_with_the_engine_give_the_days_worked_out_by_hand(row: str) -> None:
    indicator, claim_type, kind, level, *events, due_on = row.split()
    names = {
        "first_service": "first_service_on",
        "last_service": "last_service_on",
        "remittance": "remittance_on",
        "decided": "decided_on",
        "owed": "owed_since",
    }
    days = {
        names[name]: date.fromisoformat(day) for name, _, day in (e.partition("=") for e in events)
    }
    facts = DeadlineFacts(filing_indicator=indicator, claim_type=claim_type, **days)

    found = book_of().deadline(DeadlineKind(kind), facts, level=int(level))

    assert found is not None
    assert found.due_on == date.fromisoformat(due_on)


def test_there_are_enough_rows() -> None:
    assert len(BY_HAND.strip().splitlines()) + len(MEDICARE.strip().splitlines()) >= 60


def test_days_off_of_the_settings_count_and_holidays_may_be_left_out() -> None:
    rule = rule_of("1 business day", "remittance")
    closed = book_of(rule, days_off=frozenset({date(2026, 12, 24)}))
    plain = book_of(rule, federal_holidays=False)
    before = facts_on(date(2026, 12, 23))
    eve = facts_on(date(2026, 12, 24))

    def due_on(book: DeadlineBook, facts: DeadlineFacts) -> date | None:
        found = book.deadline(DeadlineKind.APPEAL, facts)
        return found.due_on if found is not None else None

    assert due_on(book_of(rule), before) == date(2026, 12, 24)
    assert due_on(closed, before) == date(2026, 12, 28)
    assert due_on(book_of(rule), eve) == date(2026, 12, 28)
    assert due_on(plain, eve) == date(2026, 12, 25)


def test_every_rule_that_comes_with_the_engine_has_its_source() -> None:
    for rule in deadline_rules():
        assert "42 CFR" in rule.source
        assert rule.count > 0
    ladder = [rule for rule in deadline_rules() if rule.kind is DeadlineKind.APPEAL]
    assert sorted(rule.level for rule in ladder if rule.filing_indicator == "MB") == [1, 2, 3, 4, 5]
    assert not [
        (one, other)
        for place, one in enumerate(deadline_rules())
        for other in deadline_rules()[:place]
        if one.is_rival_of(other)
    ]


def test_a_level_that_hears_only_larger_amounts_says_so() -> None:
    facts = DeadlineFacts(filing_indicator="MB", decided_on=date(2026, 1, 1))

    found = book_of().deadline(DeadlineKind.APPEAL, facts, level=3)

    assert found is not None
    assert "only for $200.00 or more" in found.reason
    assert found.name == "appeal level 3"


SCOPES = ("payer_id", "group_number", "filing_indicator", "product", "claim_type")
CLAIM = DeadlineFacts(
    payer_id=PAYER,
    group_number="G1",
    filing_indicator="CI",
    claim_type="professional",
    remittance_on=date(2026, 3, 1),
)
VALUES = dict(zip(SCOPES, (PAYER, "G1", "CI", "commercial", "professional"), strict=True))


@pytest.mark.parametrize("place", range(len(SCOPES)))
def test_a_rule_that_names_more_telling_things_wins_over_all_less_telling_ones(place: int) -> None:
    base = rule_of("10 days", "remittance", payer_id="")
    telling = msgspec.structs.replace(base, count=1, **{SCOPES[place]: VALUES[SCOPES[place]]})
    rest = {name: VALUES[name] for name in SCOPES[place + 1 :]}
    others = msgspec.structs.replace(base, count=2, **rest)

    for rules in ((telling, others), (others, telling)):
        found = book_of(*rules).deadline(DeadlineKind.APPEAL, CLAIM)
        assert found is not None
        assert found.rule.count == 1


@pytest.mark.parametrize("name", SCOPES)
def test_a_rule_for_others_never_holds(name: str) -> None:
    rule = rule_of("10 days", "remittance", **({"payer_id": ""} | {name: "other"}))

    found = book_of(rule).deadline(DeadlineKind.APPEAL, CLAIM)

    assert found is not None
    assert found.rule.source == "the setting policy.appeal_days"


def test_a_rule_of_the_payer_wins_over_medicares_own() -> None:
    medicare = msgspec.structs.replace(CLAIM, filing_indicator="MB")
    policy = ReconcilePolicy(appeal_days=90, appeal_days_by_payer=((PAYER, 60),))

    def due_on(facts: DeadlineFacts) -> date | None:
        found = DeadlineBook(policy).deadline(DeadlineKind.APPEAL, facts)
        return found.due_on if found is not None else None

    assert due_on(medicare) == date(2026, 4, 30)
    assert due_on(msgspec.structs.replace(medicare, payer_id="OTHER")) == date(2026, 7, 4)
    assert due_on(msgspec.structs.replace(CLAIM, payer_id="OTHER")) == date(2026, 5, 30)


def test_a_practices_rule_stands_before_ours_for_the_same_claims() -> None:
    own = rule_of("100 days", "remittance", payer_id="", filing_indicator="MB")
    facts = DeadlineFacts(filing_indicator="MB", remittance_on=date(2026, 3, 1))

    found = book_of(own).deadline(DeadlineKind.APPEAL, facts)

    assert found is not None
    assert found.rule == own


@pytest.mark.parametrize(
    ("day", "count"),
    [("2025-12-31", 60), ("2026-01-01", 65), ("2026-12-31", 65), ("2027-01-01", 180)],
)
def test_a_rule_holds_on_its_effective_days_and_the_next_less_telling_one_else(
    day: str, count: int
) -> None:
    old = rule_of("60 days", "remittance", effective_to=date(2025, 12, 31))
    new = rule_of(
        "65 days",
        "remittance",
        effective_from=date(2026, 1, 1),
        effective_to=date(2026, 12, 31),
    )

    found = book_of(old, new).deadline(DeadlineKind.APPEAL, facts_on(date.fromisoformat(day)))

    assert found is not None
    assert found.rule.count == count
    assert not old.is_rival_of(new)
    assert old.is_rival_of(msgspec.structs.replace(new, effective_from=date(2025, 12, 31)))


@pytest.mark.parametrize(
    ("anchor", "missing"),
    [
        ("first_service", "the first day of service is missing"),
        ("last_service", "the last day of service is missing"),
        ("discharge", "the day of discharge is missing"),
        ("claim_sent", "the day the claim was sent is missing"),
        ("remittance", "the date of the remittance is missing"),
        ("remittance_receipt", "the date of the remittance is missing"),
        ("decision", "the decision of the level before is missing"),
        ("decision_receipt", "the decision of the level before is missing"),
        ("owed_since", "the day since when it is owed is missing"),
    ],
)
def test_a_missing_day_is_named_and_nothing_is_guessed(anchor: str, missing: str) -> None:
    found = book_of(rule_of("90 days", anchor)).deadline(DeadlineKind.APPEAL, facts_on(None))

    assert found is not None
    assert found.due_on is None
    assert missing in found.reason
    assert "90 days" in found.reason
    assert not found.is_passed(date.max)


@pytest.mark.parametrize(
    ("roll", "words"),
    [
        ("none", "that is a Saturday, and the rule moves nothing"),
        ("next", "2026-07-04 is a Saturday, so the next business day"),
        ("previous", "2026-07-04 is a Saturday, so the last business day"),
    ],
)
def test_what_a_day_off_does_is_shown(roll: str, words: str) -> None:
    rule = rule_of(f"120 days/{roll}", "remittance_receipt")

    found = book_of(rule).deadline(DeadlineKind.APPEAL, facts_on(date(2026, 3, 1)))

    assert found is not None
    assert words in found.reason
    assert "5 days until its receipt is presumed" in found.reason


def test_a_corrected_claim_has_the_filing_limit_unless_a_rule_says_otherwise() -> None:
    facts = facts_on(date(2026, 1, 1))
    own = rule_of("90 days", "remittance", kind=DeadlineKind.CORRECTED_CLAIM)

    plain = book_of().deadline(DeadlineKind.CORRECTED_CLAIM, facts)
    ruled = book_of(own).deadline(DeadlineKind.CORRECTED_CLAIM, facts)

    assert plain is not None
    assert (plain.due_on, plain.stands_in, plain.name) == (
        date(2027, 1, 1),
        True,
        "corrected claim",
    )
    assert plain.reason.startswith("as for filing, 365 days from the first day of service")
    assert ruled is not None
    assert (ruled.due_on, ruled.stands_in) == (date(2026, 4, 1), False)


def test_a_level_without_a_rule_has_no_deadline() -> None:
    assert book_of().deadline(DeadlineKind.APPEAL, CLAIM, level=2) is None


# The clock, the payment date, the first day of service, today, and the last day that counts.
DRIVING = """
    none             2026-03-01  2026-01-01  2026-03-02  -
    appeal           2026-03-01  -           2026-03-02  2026-08-28
    appeal           -           2026-01-01  2026-03-02  -
    filing           2026-03-01  2026-01-01  2026-03-02  2027-01-01
    filing           2026-03-01  -           2026-03-02  -
    corrected_claim  2026-03-01  2026-01-01  2026-03-02  2026-08-28
    corrected_claim  2026-03-01  2025-06-01  2026-03-02  2026-06-01
    corrected_claim  2026-03-01  2025-01-01  2026-03-02  2026-08-28
    corrected_claim  2026-03-01  2025-06-01  2026-06-01  2026-06-01
    corrected_claim  2026-03-01  2025-06-01  2026-06-02  2026-08-28
    corrected_claim  2026-03-01  2025-06-01  2026-09-01  2026-08-28
    corrected_claim  -           2025-06-01  2026-03-02  2026-06-01
    corrected_claim  -           -           2026-03-02  -
    refund           2026-03-01  2026-01-01  2026-03-02  2026-04-30
    refund           -           2026-01-01  2026-03-02  -
"""


@pytest.mark.parametrize("row", DRIVING.strip().splitlines(), ids=str.strip)
def test_the_earliest_deadline_that_is_open_drives_and_the_last_one_when_none_is(row: str) -> None:
    window, *texts = row.split()
    arose_on, service_from, as_of, expected = (
        None if text == "-" else date.fromisoformat(text) for text in texts
    )
    facts = DeadlineFacts(
        first_service_on=service_from, remittance_on=arose_on, owed_since=arose_on
    )

    found = driving_deadline(book_of().deadlines(Window(window), facts), as_of or date.max)

    assert (found.due_on if found is not None else None) == expected


RULES = st.builds(
    lambda within, anchor, receipt, roll: rule_of(f"{within}/{roll}", anchor, receipt_days=receipt),
    st.builds(
        lambda count, unit: f"{count} {unit}",
        st.integers(1, 400),
        st.sampled_from(["days", "business days"]),
    )
    | st.builds(lambda count: f"{count} months", st.integers(1, 30)),
    st.sampled_from([anchor.value for anchor in DeadlineAnchor]),
    st.integers(0, 10),
    st.sampled_from(["none", "next", "previous"]),
)
DAYS = st.dates(date(2019, 1, 1), date(2031, 1, 1))


@given(RULES, DAYS)
def test_a_deadline_never_lies_before_the_day_it_is_counted_from(
    rule: DeadlineRule, day: date
) -> None:
    found = book_of(rule).deadline(DeadlineKind.APPEAL, facts_on(day))

    assert found is not None
    assert found.due_on is not None
    assert found.due_on >= day


@given(RULES, DAYS, st.integers(1, 60))
def test_a_later_event_never_has_an_earlier_deadline(
    rule: DeadlineRule, day: date, later: int
) -> None:
    book = book_of(rule)
    first = book.deadline(DeadlineKind.APPEAL, facts_on(day))
    second = book.deadline(DeadlineKind.APPEAL, facts_on(day + timedelta(later)))

    assert first is not None
    assert second is not None
    assert (first.due_on or date.max) <= (second.due_on or date.min)


@given(RULES, DAYS)
def test_a_rule_that_moves_ends_on_a_business_day(rule: DeadlineRule, day: date) -> None:
    book = book_of(rule)
    found = book.deadline(DeadlineKind.APPEAL, facts_on(day))

    assert found is not None
    assert found.due_on is not None
    if rule.roll is DeadlineRoll.NEXT:
        assert book.calendar.is_business_day(found.due_on)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("90 days", (90, DeadlineUnit.DAYS)),
        ("1 day", (1, DeadlineUnit.DAYS)),
        ("30 business days", (30, DeadlineUnit.BUSINESS_DAYS)),
        ("6 months", (6, DeadlineUnit.MONTHS)),
        ("1 year", (1, DeadlineUnit.YEARS)),
        ("3650 days", (3650, DeadlineUnit.DAYS)),
        ("3651 days", None),
        ("11 years", None),
        ("0 days", None),
        ("90", None),
        ("90 weeks", None),
        (" 90 days", None),
        ("-1 days", None),
        ("", None),
    ],
)
def test_times_are_read_or_refused(text: str, found: object) -> None:
    assert parse_within(text) == found
