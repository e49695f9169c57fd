"""Search from anywhere: what people type, and what they must find, on either database."""

import sqlite3
import time
from datetime import date

import pytest

from edi_engine.jobs.search import SearchKeeper, SearchResult, make_searchable, search
from edi_engine.records.common import Party
from edi_engine.records.deposits import Deposit
from edi_engine.records.search import SearchKind
from edi_engine.store import Store
from tests.store.conftest import (
    databases,
    empty_url,
    postgres_server,
    postgres_with_tables,
    store,
    store_url,
)
from tests.store.sample_records import (
    BANK_DAY,
    bill_batch,
    claim,
    claim_payment,
    load,
    load_bank,
    remittance,
    remittance_batch,
    work_item,
)

__all__ = [
    "databases",
    "empty_url",
    "postgres_server",
    "postgres_with_tables",
    "store",
    "store_url",
]

PATIENTS = (
    ("SAMPLEFERN", "CHARLIE"),
    ("O'MOCKUP", "ANA"),
    ("MOCKÁVILA", "JOSÉ"),
    ("DE LA PRUEBA", "MARIA"),
    ("TEST-SAMPLE", "LEE"),
    ("TESTER", "KIM"),
    ("TESTER", "TIM"),
)


def patient(last_name: str, first_name: str, member: str = "MEM-001") -> Party:
    return Party("IL", "1", last_name, first_name, id_qualifier="MI", identifier=member)


@pytest.fixture
def filled(store: Store) -> Store:
    """One claim for each patient, two remittances, three deposits."""
    bills = [
        claim(
            number,
            subscriber=patient(*name, member=f"00MEM-{number:03d}"),
            patient_control_number=f"PCN-{number:03d}/X",
            charge_cents=100_00 + number,
            service_from=date(2026, 1, number),
            service_to=date(2026, 1, number),
            original_reference="",
        )
        for number, name in enumerate(PATIENTS, 1)
    ]
    load(store, bill_batch(*bills), name="bills.edi")
    payments = [
        claim_payment(
            1,
            patient_control_number="PCN-001/X",
            paid_cents=77_31,
            parties=(Party("QC", "1", "SAMPLEFERN", "CHARLIE"),),
        ),
        claim_payment(2, patient_control_number="STRANGE", parties=()),
    ]
    load(
        store,
        remittance_batch(*payments, head=remittance(payment_amount_cents=8_800_00)),
        remittance_batch(
            head=remittance(
                trace_number="0000EFT-55-A", payment_amount_cents=-20_00, payment_date=None
            ),
            fingerprint="b",
            ordinal=2,
        ),
        name="era.edi",
    )
    load_bank(
        store,
        "bank.txt",
        Deposit(1, BANK_DAY, 8_800_00, trace_number="TRACE1"),
        Deposit(2, BANK_DAY, -20_00, trace_number="EFT55A"),
        Deposit(3, date(2026, 2, 1), 12),
    )
    with store.writing() as writer:
        items = [
            work_item("claim:1/denied", priority=9, claim_id=1),
            work_item("payment:2/unmatched", priority=3, claim_payment_id=2),
            work_item("remittance:1/held", priority=5, remittance_id=1),
        ]
        writer.upsert_work_items(items)
    make_searchable(store)
    return store


def found(result: SearchResult) -> dict[str, list[int]]:
    return {
        group.kind.value: [int(str(row[0])) for row in group.table.rows] for group in result.groups
    }


def reasons(result: SearchResult, kind: SearchKind) -> list[str]:
    (group,) = [group for group in result.groups if group.kind is kind]
    return [str(row[1]) for row in group.table.rows]


TYPED_NAMES = [
    # typed, claims found in order
    ("samplefern", [1]),
    ("SAMPLEFERN, CHARLIE", [1]),
    ("charlie samplefern", [1]),
    ("Samplefern,Charlie", [1]),
    ("samplefern c", [1]),
    ("c samplefern", [1]),
    ("samplefern x", [1]),  # as if the blank were a slip
    ("samplefern kim", []),
    ("sampelfern", [1]),  # swapped
    ("smaplefren", [1]),  # swapped twice
    ("samplefrn", [1]),  # one left out
    ("saplefrn", [1]),  # two left out
    ("sampplefern", [1]),  # one too many
    ("sampllefernn", [1]),
    ("zamplefern", [1]),  # the first one wrong
    ("zamplefarn", [1]),
    ("zamplofarn", []),  # three wrong: somebody else
    ("sampel", [5]),
    ("sampl", [1, 5]),  # a beginning, the newest last among equals of one rank is first
    ("samplefren, chralie", [1]),
    ("omockup", [2]),
    ("o'mockup ana", [2]),
    ("o mockup", [2]),
    ("mockavila", [3]),
    ("Mockávila, Jose", [3]),
    ("jose mokcavila", [3]),
    ("de la prueba", [4]),
    ("delaprueba", [4]),
    ("de la prueba, maria", [4]),
    ("dela prueba", [4]),
    ("maria delaprueva", [4]),
    ("prueba", [4]),
    ("test sample", [5]),
    ("testsample", [5]),
    ("sample-test", [5]),
    ("tester, kim", [6, 7]),  # Tim is a letter away
    ("tester", [7, 6]),
    ("kim", [6, 7]),
    ("ki", [6]),
    ("k", []),
]


@pytest.mark.parametrize(("typed", "claims"), TYPED_NAMES)
def test_names_are_found_as_people_type_them(filled: Store, typed: str, claims: list[int]) -> None:
    result = search(filled, typed)
    hits = found(result).get("claim", [])
    assert sorted(hits) == sorted(claims)
    if typed in {"tester, kim", "tester", "kim"}:
        assert hits == claims


def test_the_reason_says_how_near_a_name_is(filled: Store) -> None:
    for typed, reason in (
        ("samplefern", "patient's name"),
        ("samplef", "patient's name begins so"),
        ("sampelfern", "patient's name but for 1 letter"),
        ("smaplefren", "patient's name but for 2 letters"),
    ):
        assert reasons(search(filled, typed), SearchKind.CLAIM)[0] == reason
        assert found(search(filled, typed))["payment"] == [1]


@pytest.mark.parametrize(
    ("typed", "expected", "reason"),
    [
        ("PCN-001/X", {"claim": [1], "payment": [1]}, "patient control number"),
        ("pcn001x", {"claim": [1], "payment": [1]}, "patient control number"),
        ("pcn 001", {"claim": [1], "payment": [1]}, "patient control number begins so"),
        ("MEM-003", {"claim": [3]}, "member identifier"),
        ("00mem003", {"claim": [3]}, "member identifier"),
        ("icn-2", {"payment": [2]}, "payer claim control number"),
        ("strange", {"payment": [2]}, "patient control number"),
        ("trace1", {"remittance": [1], "deposit": [1]}, "trace number"),
        ("EFT 55", {"remittance": [2], "deposit": [2]}, "trace number begins so"),
        ("00000eft-55-a", {"remittance": [2], "deposit": [2]}, "trace number"),
        ("8800", {"remittance": [1], "deposit": [1]}, "payment amount"),
        ("$8,800.00", {"remittance": [1], "deposit": [1]}, "payment amount"),
        ("8800.00", {"remittance": [1], "deposit": [1]}, "payment amount"),
        ("(20.00)", {"remittance": [2], "deposit": [2]}, "payment amount"),
        ("-20", {"remittance": [2], "deposit": [2]}, "payment amount"),
        ("77.31", {"payment": [1]}, "paid"),
        ("100.03", {"claim": [3]}, "charge"),
        ("0.12", {"deposit": [3]}, "amount"),
        ("2026-01-03", {"claim": [3]}, "day of service"),
        ("1/3/2026", {"claim": [3]}, "day of service"),
        ("01/03/26", {"claim": [3]}, "day of service"),
        ("Jan 3, 2026", {"claim": [3]}, "day of service"),
        ("3 January 2026", {"claim": [3]}, "day of service"),
        ("20260103", {"claim": [3]}, "day of service"),
        ("2/1/2026", {"remittance": [1], "deposit": [3]}, "day of payment"),
        ("2026-01-15", {"deposit": [1, 2]}, "day it was received"),
        ("claim 4", {"claim": [4]}, "claim 4"),
        ("payment #2", {"payment": [2]}, "payment 2"),
        ("item 2", {"item": [2]}, "item 2"),
        ("claim 99", {}, ""),
    ],
)
def test_numbers_amounts_and_days(
    filled: Store, typed: str, expected: dict[str, list[int]], reason: str
) -> None:
    result = search(filled, typed)
    hits = {kind: sorted(ids) for kind, ids in found(result).items()}
    if "item" not in expected:
        hits.pop("item", None)
    assert hits == expected
    if expected:
        first = next(group for group in result.groups)
        assert reason in str(first.table.rows[0][1])


def test_items_about_what_is_found_come_with_it(filled: Store) -> None:
    for typed, items, reason in (
        ("samplefern", [1], "about claim 1"),
        ("strange", [2], "about payment 2"),
        ("trace1", [3], "about remittance 1"),
    ):
        result = search(filled, typed)
        assert found(result)["item"] == items
        assert reasons(result, SearchKind.ITEM) == [reason]


HOSTILE = [
    "",
    " ",
    "%",
    "_",
    "%%%",
    "___",
    "' OR 1=1 --",
    '"; DROP TABLE claims; --',
    "\x00",
    "SAMPLE\x00FERN",
    "a" * 10_000,
    "a b c d e f g h i j k l m n o p " * 100,
    "9" * 5_000,
    "-" * 300,
    "{keys}",
    "?" * 50,
    "%s %(x)s",
    "\ud800",
    "١٢٣",
    "9" * 18,
    "$99999999999.99",
    "claim 999999999999",
    "31/31/2026",
    "0000-00-00",
    "\U0001f600",
    "~~~",
    "[[[",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_does_harm(filled: Store, typed: str) -> None:
    result = search(filled, typed)
    ids = found(result)
    assert not ids or typed in {"SAMPLE\x00FERN"}, ids
    assert result.is_cut == (len(" ".join(typed.split())) > 200)


def test_what_is_not_printable_parts_words(filled: Store) -> None:
    assert found(search(filled, "SAMPLEFERN\x00CHARLIE"))["claim"] == [1]


def test_wild_cards_are_letters_like_others(filled: Store) -> None:
    assert found(search(filled, "SAMPLE%")) != {}  # punctuation does not count
    assert found(search(filled, "S_____FERN")) == {}


def test_pages_join_without_gap_or_repeat(store: Store) -> None:
    many = [claim(number, subscriber=patient("MOCKUP", "ANN")) for number in range(1, 38)]
    load(store, bill_batch(*many))
    make_searchable(store)
    first = search(store, "mockup")
    assert [group.has_more for group in first.groups] == [True]
    pages = [
        found(search(store, "mockup", kind=SearchKind.CLAIM, limit=10, offset=offset))
        for offset in range(0, 50, 10)
    ]
    joined = [one for page in pages for one in page.get("claim", [])]
    assert joined == list(range(37, 0, -1))
    assert joined[:10] == found(first)["claim"]
    last = search(store, "mockup", kind=SearchKind.CLAIM, limit=10, offset=30)
    assert not last.groups[0].has_more


def test_an_exact_name_comes_before_like_ones_however_many_they_are(store: Store) -> None:
    names = [("MOCKUP", "ANN"), *(("MOCKAP", f"ANN{number}") for number in range(40))]
    load(
        store,
        bill_batch(*(claim(at, subscriber=patient(*name)) for at, name in enumerate(names, 1))),
    )
    make_searchable(store)
    assert found(search(store, "mockup"))["claim"][0] == 1


def test_what_came_just_now_is_told(store: Store) -> None:
    load(store, bill_batch(claim(1, subscriber=patient("MOCKUP", "ANN"))))
    before = search(store, "mockup")
    assert before.groups == ()
    assert before.unsearchable_count == 1
    assert found(search(store, "PCN-001"))["claim"] == [1]  # numbers need no preparation
    assert make_searchable(store) == 1
    after = search(store, "mockup")
    assert found(after)["claim"] == [1]
    assert after.unsearchable_count == 0


def test_a_keeper_makes_new_rows_searchable_by_itself(store: Store) -> None:
    with SearchKeeper(store, pause_seconds=0.01):
        load(store, bill_batch(claim(1, subscriber=patient("MOCKUP", "ANN"))))
        deadline = time.monotonic() + 10
        while not search(store, "mockup").groups and time.monotonic() < deadline:
            time.sleep(0.01)
        assert found(search(store, "mockup"))["claim"] == [1]


def test_copies_of_claims_are_not_shown(filled: Store) -> None:
    with filled.writing() as writer:
        writer.run("UPDATE claims SET duplicate_of_claim_id = 6 WHERE claim_id = 7")
    assert found(search(filled, "tester"))["claim"] == [6]


def test_every_look_uses_an_index(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of a million claims is never read from end to end."""
    if filled.dialect != "sqlite":
        pytest.skip("the plan is asked of SQLite")
    seen: list[str] = []
    with filled.reading() as reader:
        cls = type(reader)
    rows = cls.rows

    def watched(self, sql: str, values: object = ()):  # type: ignore[no-untyped-def]
        seen.append(sql)
        return rows(self, sql, values)  # type: ignore[arg-type]

    monkeypatch.setattr(cls, "rows", watched)
    for typed in (
        *("samplefern, charlie", "PCN-001", "8800", "1/3/2026", "claim 4"),
        *("samplefern 149.00", "tester 1/3/2026 PCN-001", "PCN-001 149.00 1/3/2026"),
    ):
        search(filled, typed)
    assert len(seen) > 30
    path = filled.backend.path  # type: ignore[union-attr]
    connection = sqlite3.connect(path)
    for sql in set(seen):
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
        scans = [row[3] for row in plan if row[3].startswith("SCAN") and "CONSTANT" not in row[3]]
        # What was found of one part of a text, to be held against the others.
        scans = [scan for scan in scans if scan not in {"SCAN p0", "SCAN p1", "SCAN p2"}]
        assert not scans or "max(" in sql, (sql, scans)
    connection.close()
