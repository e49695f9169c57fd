"""What is made searchable, on both databases, held against looking at every row."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.records.common import Party
from edi_engine.records.deposits import Deposit
from edi_engine.records.name_keys import (
    deletion_keys,
    edits_allowed,
    edits_between,
    name_words,
    searched_words,
)
from edi_engine.records.search import SearchTerm
from edi_engine.store import Store
from tests.store.sample_records import (
    BANK_DAY,
    bill_batch,
    claim,
    claim_payment,
    load,
    load_bank,
    remittance,
    remittance_batch,
)

WORDS = st.text("ABC", max_size=9)


def patient(last_name: str, first_name: str = "ANN") -> Party:
    return Party("IL", "1", last_name, first_name, id_qualifier="MI", identifier="MEM001")


def distance(one: str, other: str) -> int:
    """Edits between two words by the definition, without any table: the oracle."""
    if not one or not other:
        return len(one) + len(other)
    cost = min(
        distance(one[1:], other) + 1,
        distance(one, other[1:]) + 1,
        distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if len(one) > 1 and len(other) > 1 and one[:2] == other[1::-1]:
        cost = min(cost, distance(one[2:], other[2:]) + 1)
    return cost


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("Testerson", ("TESTERSON",)),
        ("O'SAMPLE", ("OSAMPLE",)),
        ("SAMPLE-MOCKUP  JR.", ("SAMPLE", "MOCKUP", "JR")),
        ("Ávila Ñandú", ("AVILA", "NANDU")),
        ("Straße Ørsted Łuk Æsir", ("STRASSE", "ORSTED", "LUK", "AESIR")),
        ("\x00%_'\"", ()),
        ("\ufffdTEST\ufffd", ("TEST",)),
        ("x" * 10_000, ("X" * 40,)),
        ("a " * 10_000, ("A",) * 8),
    ],
)
def test_a_name_is_words_without_accents(text: str, words: tuple[str, ...]) -> None:
    assert name_words(text) == words


def test_a_last_name_of_several_words_is_a_word_too() -> None:
    assert searched_words("DE LA PRUEBA", "ANN") == ("DE", "LA", "PRUEBA", "DELAPRUEBA", "ANN")
    assert searched_words("", "") == ()


@given(one=WORDS, other=WORDS)
def test_edits_are_counted_as_defined(one: str, other: str) -> None:
    expected = distance(one[:6], other[:6])
    allowed = min(edits_allowed(one[:6]), edits_allowed(other[:6]))
    found = edits_between(one[:6], other[:6])
    assert found == (expected if expected <= allowed else None)


@given(one=WORDS, other=WORDS)
def test_words_within_the_edits_allowed_share_a_key(one: str, other: str) -> None:
    if edits_between(one, other) is not None:
        assert deletion_keys(one) & deletion_keys(other)


def test_every_slip_of_a_word_shares_a_key_with_it() -> None:
    """Each letter left out, doubled, changed, swapped, and every pair of these."""

    def slips(word: str) -> set[str]:
        cut = [(word[:at], word[at:]) for at in range(len(word) + 1)]
        return (
            {a + b[1:] for a, b in cut if b}
            | {a + "Q" + b for a, b in cut}
            | {a + "Q" + b[1:] for a, b in cut if b}
            | {a + b[1] + b[0] + b[2:] for a, b in cut if len(b) > 1}
        )

    word = "SAMPLEFERN"
    once = slips(word)
    twice = set().union(*(slips(one) for one in once))
    for slip in once | twice:
        assert deletion_keys(slip) & deletion_keys(word), slip
    assert {edits_between(slip, word) for slip in once} == {1}
    assert all(len(deletion_keys(slip)) <= 29 for slip in twice)


def fill(store: Store) -> None:
    load(
        store,
        bill_batch(
            claim(1, subscriber=patient("TESTERSON", "CLARA")),
            claim(2, subscriber=patient("TESTERSEN", "CLARA"), service_to=date(2026, 1, 5)),
            claim(3, subscriber=patient("", "")),
            claim(4, subscriber=patient("DE LA PRUEBA"), service_from=None, service_to=None),
        ),
        name="bills.edi",
    )
    load(
        store,
        remittance_batch(
            claim_payment(1, parties=(Party("QC", "1", "TESTERSON", "CLARA"),)),
            claim_payment(2, paid_cents=0, parties=()),
        ),
        remittance_batch(head=remittance(trace_number="00TR-77"), fingerprint="b", ordinal=2),
        name="era.edi",
    )
    load_bank(store, "bank.txt", Deposit(1, BANK_DAY, 8800, trace_number="00TR-77"))


def test_terms_are_those_of_every_row(store: Store) -> None:
    fill(store)
    with store.reading() as reader:
        assert reader.unsearchable_counts() == {
            "claims": 4,
            "claim_payments": 2,
            "remittances": 2,
            "deposits": 1,
        }
    with store.writing() as writer:
        assert writer.make_searchable(100) == 9
    with store.reading() as reader:
        assert reader.unsearchable_counts() == {}
        names = {row[0]: row[1] for row in reader.rows("SELECT name_id, words FROM patient_names")}
        assert sorted(names.values()) == [
            "DE LA PRUEBA DELAPRUEBA ANN",
            "TESTERSEN CLARA",
            "TESTERSON CLARA",
        ]
        terms = {
            (kind, names[int(term)] if kind.endswith("name") else term, thing_id)
            for kind, term, thing_id in reader.rows("SELECT kind, term, thing_id FROM search_terms")
        }
    assert terms == {
        ("claim_name", "TESTERSON CLARA", 1),
        ("claim_name", "TESTERSEN CLARA", 2),
        ("claim_name", "DE LA PRUEBA DELAPRUEBA ANN", 4),
        *(("claim_day", "2026-01-05", number) for number in (1, 2, 3)),
        *(("claim_day", "2026-01-06", number) for number in (1, 3)),
        ("payment_name", "TESTERSON CLARA", 1),
        ("payment_cents", "9000", 1),
        *(("remittance_cents", "8800", number) for number in (1, 2)),
        *(("remittance_day", "2026-02-01", number) for number in (1, 2)),
        ("remittance_trace", "TRACE1", 1),
        ("remittance_trace", "TR77", 2),
        ("deposit_cents", "8800", 1),
    }


def test_steps_of_any_length_give_the_same(store: Store) -> None:
    def everything() -> list[list[tuple[object, ...]]]:
        with store.reading() as reader:
            return [
                sorted(reader.rows(f"SELECT * FROM {table}"))
                for table in (
                    "patient_names",
                    "patient_name_words",
                    "patient_name_keys",
                    "search_terms",
                )
            ]

    fill(store)
    with store.writing() as writer:
        writer.make_searchable(100)
    expected = everything()
    with store.writing() as writer:
        for table in ("patient_names", "patient_name_words", "patient_name_keys", "search_terms"):
            writer.run(f"DELETE FROM {table}")
        writer.run("DELETE FROM reconcile_marks WHERE substr(name, 1, 7) = 'search_'")
        writer.run("UPDATE id_counters SET next_id = 1 WHERE name = 'patient_names'")
    for _ in range(4):
        with store.writing() as writer:
            writer.make_searchable(1)
    assert everything() == expected
    with store.writing() as writer:
        assert writer.make_searchable(1) == 0


def test_names_are_those_with_a_word_of_each_list(store: Store) -> None:
    fill(store)
    with store.writing() as writer:
        writer.make_searchable(100)
    with store.reading() as reader:
        all_names = reader.names_with([["CLARA", "ANN"]], 100)
        assert len(all_names) == 3
        for first, second in product(["TESTERSON", "DELAPRUEBA", "NOBODY"], ["CLARA", "ANN"]):
            found = reader.names_with([[first], [second]], 100)
            expected = [one for one in all_names if {first, second} <= set(one.words)]
            assert found == expected
        assert reader.names_with([["CLARA"], []], 100) == []
        assert reader.names_with([], 100) == []
        assert len(reader.names_with([["CLARA", "ANN"]], 2)) == 2
        assert reader.words_beginning("TESTERS", 10) == ["TESTERSEN", "TESTERSON"]
        assert reader.words_beginning("TESTERSON", 10) == ["TESTERSON"]
        assert reader.words_sharing(deletion_keys("TESTRESON")) >= {"TESTERSON"}


def test_prefixes_of_keys_end_where_they_should(store: Store) -> None:
    fill(store)
    with store.writing() as writer:
        writer.make_searchable(100)
    with store.reading() as reader:
        assert [one.thing_id for one in reader.claims_by_key("pcn_key", "PCN00", 10)] == [
            1,
            2,
            3,
            4,
        ]
        assert [one.thing_id for one in reader.claims_by_key("pcn_key", "PCN001", 10)] == [1]
        assert len(reader.claims_by_key("member_key", "MEM", 3)) == 3
        assert len(reader.claims_by_key("original_reference_key", "ICN5", 10)) == 4
        assert [one.key for one in reader.payments_by_key("pccn_key", "ICN", 10)] == [
            "ICN1",
            "ICN2",
        ]
        assert [one.thing_id for one in reader.remittances_by_trace("TR", 10)] == [2, 1]
        assert [one.thing_id for one in reader.deposits_by_trace("TR7", 10)] == [1]
        assert reader.things_with_term(SearchTerm.CLAIM_DAY, ["2026-01-05"], 2) == [
            (3, "2026-01-05"),
            (2, "2026-01-05"),
        ]
