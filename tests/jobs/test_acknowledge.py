"""Acknowledgments from files to ties: in any order of arrival, never a guess."""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from edi_engine.jobs.ingest import FileStatus, ingest_data
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.show import show_file, show_set
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.store import Store, open_store
from tests.acknowledgment_files import (
    Sent,
    claims_file,
    inquiry_answer,
    remittance_file,
    status_file,
    syntax_file,
    ta1_file,
)
from tests.parsers.x12_files import FIXTURES_ROOT, SAMPLES

DAY = date(2026, 1, 5)
NEXT = date(2026, 1, 6)
FIRST, SECOND, THIRD = Sent("TEST-1"), Sent("TEST-2", 200), Sent("TEST-3", 300)
CLAIMS = claims_file([[FIRST, SECOND], [THIRD]], on=DAY)

Ties = list[tuple[str, str, str, str]]


def clock() -> datetime:
    return datetime(2026, 2, 1, tzinfo=UTC)


def run(store: Store, texts: Sequence[str]) -> None:
    """Take in these files, each followed by a night's run."""
    for text in texts:
        outcome = ingest_data(store, text.encode(), f"{hash(text)}.edi", clock=clock)
        assert outcome.status in {FileStatus.LOADED, FileStatus.KNOWN}
        reconcile(store, policy=ReconcilePolicy(), as_of=date(2026, 2, 1), now=clock)


TIES_SQL = """
SELECT a.level, a.number, s.outcome, s.rule, coalesce(c.patient_control_number, ''),
    coalesce(t.set_control_number, '')
FROM acknowledgments a
JOIN acknowledgment_standings s ON s.acknowledgment_id = a.acknowledgment_id
LEFT JOIN acknowledged_claims k ON k.acknowledgment_id = a.acknowledgment_id
LEFT JOIN claims c ON c.claim_id = k.claim_id
LEFT JOIN acknowledged_sets e ON e.acknowledgment_id = a.acknowledgment_id
LEFT JOIN transaction_sets t ON t.set_id = e.set_id
ORDER BY 1, 2, 5, 6
"""


def ties(store: Store) -> Ties:
    """(level, number, outcome, patient control number or ST02 that it is tied to)."""
    with store.reading() as reader:
        rows = reader.rows(TIES_SQL)
    return [(row[0], row[1], row[2], row[4] or row[5]) for row in rows]


@pytest.fixture
def stores(tmp_path: Path) -> Callable[[], Store]:
    numbers = itertools.count()
    return lambda: open_store(str(tmp_path / f"{next(numbers)}.db"))


ANSWERS = [
    ta1_file(201, "A", on=DAY),
    syntax_file(201, ["A", "R IK3*CLM*22**8~"], "P", on=NEXT, number=302),
    status_file([(FIRST, "A2:20"), (SECOND, "A7:562:85")], on=NEXT),
]
TIED = [
    ("claim", "TEST-1", "tied", "TEST-1"),
    ("claim", "TEST-2", "tied", "TEST-2"),
    ("group", "201", "tied", "0001"),
    ("group", "201", "tied", "0002"),
    ("interchange", "000000201", "tied", "0001"),
    ("interchange", "000000201", "tied", "0002"),
    ("receiver", "BATCH1", "summary", ""),
    ("set", "0001", "tied", "0001"),
    ("set", "0002", "tied", "0002"),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_answers_are_tied_in_any_order_of_arrival(
    stores: Callable[[], Store], order: tuple[int, ...]
) -> None:
    files = [CLAIMS, *ANSWERS]
    with stores() as store:
        run(store, [files[index] for index in order])
        assert ties(store) == TIED


def test_a_file_taken_in_twice_changes_nothing(stores: Callable[[], Store]) -> None:
    with stores() as store:
        run(store, [CLAIMS, *ANSWERS, *ANSWERS])
        assert ties(store) == TIED


def test_what_answers_nothing_of_ours_is_kept_and_told(stores: Callable[[], Store]) -> None:
    with stores() as store:
        run(store, [CLAIMS, syntax_file(999, ["A"], "A", on=NEXT), ta1_file(999, "R", on=NEXT)])
        assert {one[2] for one in ties(store)} == {"unknown"}
        page = show_set(store, 3)
    (answers,) = [table for table in page.tables if table.title == "answers"]
    assert [row[4] for row in answers.rows] == ["unknown", "unknown"]
    assert "is among the files" in str(answers.rows[0][7])


def test_two_equal_numbers_of_one_day_stay_ambiguous(stores: Callable[[], Store]) -> None:
    """Nothing but a guess could tell which of two interchanges of a day is meant."""
    other = claims_file([[Sent("TEST-9")]], on=DAY)
    with stores() as store:
        run(store, [CLAIMS, other, syntax_file(201, ["A"], "A", on=NEXT)])
        assert {one[2] for one in ties(store)} == {"ambiguous"}


def test_of_two_days_the_latest_before_the_answer_is_meant(stores: Callable[[], Store]) -> None:
    later = claims_file([[Sent("TEST-9")]], on=date(2026, 1, 20))
    early, late = (
        syntax_file(201, ["A"], "A", on=NEXT),
        syntax_file(201, ["R"], "R", on=date(2026, 1, 20), number=302),
    )
    for order in ([CLAIMS, later, early, late], [late, early, later, CLAIMS]):
        with stores() as store:
            run(store, order)
            with store.reading() as reader:
                found = reader.rows(
                    "SELECT a.code, t.created_on FROM acknowledgments a"
                    " JOIN acknowledged_sets e ON e.acknowledgment_id = a.acknowledgment_id"
                    " JOIN transaction_sets t ON t.set_id = e.set_id WHERE a.level = 'set'"
                )
            assert sorted(found) == [("A", "2026-01-05"), ("R", "2026-01-20")]


CLAIM_CASES = [
    # what differs in the answer, what becomes of it
    ({}, "tied"),
    ({"dollars": 101}, "unknown"),
    ({"dollars": 0}, "tied"),
    ({"served_on": date(2025, 12, 1)}, "unknown"),
    ({"patient": "OTHERNAME", "member": "M9999"}, "unknown"),
    ({"patient": "OTHERNAME"}, "tied"),
    ({"member": "M9999"}, "tied"),
    ({"number": "TEST-8"}, "unknown"),
    ({"number": "0000"}, "unknown"),
    ({"number": "test 1"}, "tied"),
]


@pytest.mark.parametrize(("changes", "outcome"), CLAIM_CASES)
def test_a_claim_is_told_by_its_number_and_nothing_may_contradict(
    stores: Callable[[], Store], changes: dict[str, object], outcome: str
) -> None:
    answered = FIRST._replace(**changes)  # type: ignore[arg-type]
    with stores() as store:
        run(store, [CLAIMS, status_file([(answered, "A2:20")], on=NEXT)])
        (found,) = [one for one in ties(store) if one[0] == "claim"]
    assert found[2] == outcome


def test_a_claim_sent_again_is_answered_by_what_came_after(stores: Callable[[], Store]) -> None:
    again = claims_file(
        [[FIRST._replace(member="M0002")]], on=date(2026, 1, 12), number=202, batch="AGAIN"
    )
    early = status_file([(FIRST, "A7:164:IL")], on=NEXT)
    late = status_file([(FIRST, "A2:20")], on=date(2026, 1, 13), number=402, batch="AGAIN1")
    for order in ([CLAIMS, early, again, late], [late, again, early, CLAIMS]):
        with stores() as store:
            run(store, order)
            with store.reading() as reader:
                found = reader.rows(
                    "SELECT a.happened_on, c.sent_on FROM acknowledgments a"
                    " JOIN acknowledged_claims k ON k.acknowledgment_id = a.acknowledgment_id"
                    " JOIN claims c ON c.claim_id = k.claim_id ORDER BY 1"
                )
            assert found == [("2026-01-06", "2026-01-05"), ("2026-01-13", "2026-01-12")]


def test_equal_numbers_of_two_patients_on_one_day_stay_ambiguous(
    stores: Callable[[], Store],
) -> None:
    twin = FIRST._replace(patient="OTHERNAME", member="M0009")
    nameless = FIRST._replace(patient="", member="")
    with stores() as store:
        answer = status_file([(nameless, "A2:20")], on=NEXT)
        run(store, [claims_file([[FIRST, twin]], on=DAY), answer])
        (found,) = [one for one in ties(store) if one[0] == "claim"]
    assert found[2] == "ambiguous"


NUMBERED = "STC*A2:20*20260107*WQ*100~REF*1K*PAYER0001~"


def test_a_payers_number_ties_an_answer_whose_own_number_is_lost(
    stores: Callable[[], Store],
) -> None:
    named = status_file([(FIRST, NUMBERED)], on=NEXT, payer=True)
    lost = inquiry_answer(
        FIRST._replace(number="XX-LOST"),
        "STC*P1:46*20260110**100*0~REF*1K*PAYER0001~",
        on=date(2026, 1, 10),
    )
    for order in itertools.permutations([CLAIMS, named, lost]):
        with stores() as store:
            run(store, order)
            assert ("claim", "XX-LOST", "tied", "TEST-1") in ties(store)


def test_a_matched_payment_tells_whose_the_payers_number_is(stores: Callable[[], Store]) -> None:
    paid = remittance_file(FIRST, on=date(2026, 1, 20))
    lost = status_file([(FIRST._replace(number="XX-LOST"), NUMBERED)], on=NEXT, payer=True)
    for order in itertools.permutations([CLAIMS, paid, lost]):
        with stores() as store:
            run(store, order)
            assert ("claim", "XX-LOST", "tied", "TEST-1") in ties(store)


def test_a_payment_finds_its_claim_by_the_number_of_the_acknowledgment(
    stores: Callable[[], Store],
) -> None:
    named = status_file([(FIRST, NUMBERED)], on=NEXT, payer=True)
    garbled = FIRST._replace(number="GARBLED", line="1", patient="TESTPATIENT", member="M9")
    paid = remittance_file(garbled, on=date(2026, 1, 20))
    for order in itertools.permutations([CLAIMS, named, paid]):
        with stores() as store:
            run(store, order)
            with store.reading() as reader:
                (match,) = reader.rows("SELECT outcome, rule, claim_id IS NULL FROM matches")
        assert match == ("matched", "acknowledged_payer_claim_control_number", 0)


@pytest.mark.slow
def test_public_samples_are_taken_in_and_tied(stores: Callable[[], Store]) -> None:
    samples = [path for path in SAMPLES if path.stat().st_size < 100_000]
    if not samples:
        pytest.skip("no public samples here")
    with stores() as store:
        for path in samples:
            ingest_data(store, path.read_bytes(), path.name, clock=clock)
        reconcile(store, policy=ReconcilePolicy(), as_of=date(2026, 2, 1), now=clock)
        found = ties(store)
        with store.reading() as reader:
            (count,) = reader.rows("SELECT count(*) FROM acknowledgments")[0]
            assert not reader.pending_acknowledgment_ids()
    assert len({one[:2] for one in found}) > 0
    assert count > 0


def test_an_unreadable_acknowledgment_is_set_aside_with_its_bytes(
    stores: Callable[[], Store],
) -> None:
    data = (FIXTURES_ROOT / "fail" / "X12-0501-acknowledgment-empty.edi").read_bytes()
    with stores() as store:
        outcome = ingest_data(store, data, "empty.999", clock=clock)
        page = show_file(store, outcome.file_id or 0)
        with store.reading() as reader:
            raw = reader.raw_segments(outcome.file_id or 0, 0, len(data))
    assert outcome.status is FileStatus.PARTLY or outcome.status is FileStatus.UNREADABLE
    assert raw == data
    assert any("quarantined" in row for table in page.tables for row in table.rows)
