"""Several things in one text narrow what is found: whatever comes has all of them."""

from collections.abc import Iterator
from datetime import date

import pytest

from edi_engine.jobs.search import SearchResult, make_searchable, search
from edi_engine.jobs.search_meaning import parts_of
from edi_engine.money import format_dollars
from edi_engine.records.search import SearchKind
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import conclude, practice_of, take, written


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("together")
    with open_store(str(folder / "edi.db")) as store:
        take(store, written(practice_of(60), folder / "files", with_bank=True))
        conclude(store)
        make_searchable(store)
        yield store


def found(result: SearchResult, kind: SearchKind) -> set[int]:
    return {row[0] for group in result.groups if group.kind is kind for row in group.table.rows}  # type: ignore[misc]


def everything(store: Store, text: str, kind: SearchKind) -> set[int]:
    return found(search(store, text, kind=kind, limit=4_000), kind)


def claims(store: Store) -> list[tuple[int, str, str, int, str, str]]:
    with store.reading() as reader:
        return reader.rows(
            "SELECT claim_id, patient_last_name, patient_first_name, charge_cents, service_from,"
            " patient_control_number FROM claims ORDER BY claim_id"
        )  # type: ignore[return-value]


def paid_on_claims(store: Store, cents: int) -> set[int]:
    with store.reading() as reader:
        return {
            row[0]
            for row in reader.rows(
                "SELECT m.claim_id FROM matches m JOIN claim_payments p"
                " ON p.claim_payment_id = m.claim_payment_id"
                " WHERE m.outcome = 'matched' AND p.paid_cents = ?",
                (cents,),
            )
        }


@pytest.mark.slow
def test_a_name_and_an_amount_find_what_has_both(practice: Store) -> None:
    rows = claims(practice)
    narrowed = 0
    for claim_id, last, first, cents, _, _ in rows[::4]:
        amount = format_dollars(cents, thousands=True)
        charged = {row[0] for row in rows if row[3] == cents}
        for name in (last, last[:6], f"{first} {last}"):
            by_name = everything(practice, name, SearchKind.CLAIM)
            for text in (f"{name} {amount}", f"{amount} {name}"):
                both = everything(practice, text, SearchKind.CLAIM)
                assert both == by_name & (charged | paid_on_claims(practice, cents)), text
                assert claim_id in both
                narrowed += len(both) < len(by_name)
    assert narrowed > 10


def test_a_name_and_a_day_find_what_has_both(practice: Store) -> None:
    for claim_id, last, _, _, served_from, _ in claims(practice)[::6]:
        day = date.fromisoformat(str(served_from))
        by_name = everything(practice, last, SearchKind.CLAIM)
        by_day = everything(practice, f"{day:%m/%d/%Y}", SearchKind.CLAIM)
        for written_day in (f"{day:%m/%d/%Y}", day.isoformat(), f"{day:%b} {day.day}, {day.year}"):
            both = everything(practice, f"{last} {written_day}", SearchKind.CLAIM)
            assert both == by_name & by_day
            assert claim_id in both


def test_three_parts_narrow_further(practice: Store) -> None:
    claim_id, last, _, cents, served_from, number = claims(practice)[3]
    text = f"{last} {format_dollars(cents)} {served_from} {number[:6]}"
    assert claim_id in everything(practice, text, SearchKind.CLAIM)
    assert everything(practice, text + " $0.17", SearchKind.CLAIM) == set()


def test_a_trace_number_with_its_day(practice: Store) -> None:
    with practice.reading() as reader:
        ((remittance_id, trace, day),) = reader.rows(
            "SELECT remittance_id, trace_number, payment_date FROM remittances LIMIT 1"
        )
    both = everything(practice, f"{trace} {day}", SearchKind.REMITTANCE)
    assert both == {remittance_id}
    assert everything(practice, f"{trace} 2019-01-01", SearchKind.REMITTANCE) == set()
    result = search(practice, f"{trace} {day}")
    assert result.together == ("a number of a claim, member, payer or payment", "a day")


def test_payments_are_narrowed_by_the_day_they_were_paid(practice: Store) -> None:
    with practice.reading() as reader:
        ((payment_id, last, day),) = reader.rows(
            "SELECT p.claim_payment_id, p.patient_last_name, r.payment_date FROM claim_payments p"
            " JOIN remittances r ON r.remittance_id = p.remittance_id"
            " WHERE p.patient_last_name <> '' LIMIT 1"
        )
    by_name = everything(practice, last, SearchKind.PAYMENT)
    both = everything(practice, f"{last} {day}", SearchKind.PAYMENT)
    assert payment_id in both
    assert both <= by_name


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("sample", 0),
        ("sample, charlie", 0),
        ("1499", 0),
        ("Mar 21, 2026", 0),
        ("sample 1499", 2),
        ("sample, charlie 1,499.00", 2),
        ("$1,499 sample Mar 21, 2026", 3),
        ("3/21/2026 sample 1499 MEM-001", 4),
        ("sample $", 0),
        ("s 1499", 0),
        ("a1b2 c3d4 e5f6 g7h8 i9j0 k1l2 m3n4", 0),
        ("", 0),
    ],
)
def test_a_text_is_taken_apart(text: str, count: int) -> None:
    assert len(parts_of(text)) == count
