"""Every amount that a page shows leads to the very element that holds it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from edi_engine.findings import FindingLog
from edi_engine.jobs.claim_view import view_claim
from edi_engine.jobs.payment_view import view_payment
from edi_engine.jobs.remittance_view import view_remittance
from edi_engine.jobs.show.places import PlaceInFile, show_number
from edi_engine.money import parse_bank_cents, parse_cents
from edi_engine.parsers.delimiters import STANDARD
from edi_engine.parsers.elements import ElementReader
from edi_engine.parsers.number_places import element_of_number
from edi_engine.records.numbers import FileNumber, NumberPlace
from edi_engine.records.places import NOWHERE
from edi_engine.store import Store, open_store
from tests.jobs.conclusions import conclude, practice_of, take, written
from tests.parsers.x12_files import CLAIM, LINE, remittance

ROOT = Path(__file__).parents[2]
Number = tuple[NumberPlace | None, int | None]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("numbers")
    with open_store(str(folder / "edi.db")) as store:
        take(store, written(practice_of(40), folder / "files"))
        conclude(store)
        yield store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "edi.db")) as store:
        yield store


def ids(store: Store, table: str, key: str) -> list[int]:
    with store.reading() as reader:
        return [row[0] for row in reader.rows(f"SELECT {key} FROM {table} ORDER BY 1")]


def numbers_of_claim(store: Store, claim_id: int) -> Iterator[Number]:
    view = view_claim(store, claim_id)
    yield view.charge_place, view.claim.charge_cents
    for line in view.lines:
        if line.billed is not None:
            yield line.charge_place, line.billed.charge_cents
        for answer in line.answers:
            yield from ((each.place, each.cents) for each in answer.adjustments)
            if len(answer.line.remit_lines) == 1 and not answer.line.allocation:
                yield from ((place, answer.line.paid_cents) for place in answer.paid_places)
                yield from ((place, answer.line.allowed_cents) for place in answer.allowed_places)
    for paid in view.payments:
        yield paid.charge_place, paid.payment.charge_cents
        yield paid.paid_place, paid.payment.paid_cents
        yield from ((each.place, each.cents) for each in paid.adjustments)


def numbers_of_payment(store: Store, payment_id: int) -> Iterator[Number]:
    view = view_payment(store, payment_id)
    yield view.charge_place, view.payment.charge_cents
    yield view.paid_place, view.payment.paid_cents
    yield view.patient_place, view.payment.patient_responsibility_cents
    yield view.interest_place, view.payment.interest_cents or None
    yield from ((each.place, each.cents) for each in view.adjustments)
    for line in view.lines:
        yield line.charge_place, line.line.charge_cents
        yield line.paid_place, line.line.paid_cents
        yield line.allowed_place, line.line.allowed_cents
        yield from ((each.place, each.cents) for each in line.adjustments)


def numbers_of_remittance(store: Store, remittance_id: int) -> Iterator[Number]:
    view = view_remittance(store, remittance_id, limit=50)
    sign = -1 if view.equation.is_inverted else 1
    yield view.amount_place, view.equation.payment_cents
    for row in view.rows:
        yield row.charge_place, row.payment.charge_cents
        yield row.paid_place, row.payment.paid_cents
        yield row.patient_place, row.payment.patient_responsibility_cents
    yield from ((one.place, sign * one.item.amount_cents) for one in view.items)


def looked_at(store: Store, numbers: Iterable[Number]) -> int:
    """Looks every number up; how many there were. What is marked must be the amount."""
    count = 0
    for place, cents in numbers:
        if cents is None:
            assert place is None or place.number is FileNumber.PAYMENT_AMOUNT
            continue
        assert place is not None
        found = shown(store, place)
        assert parse_cents(marked(found)) == cents, (place, found)
        assert found.element
        count += 1
    return count


def shown(store: Store, place: NumberPlace) -> PlaceInFile:
    return show_number(store, place.file_id, place.byte_offset, place.number, place.nth)


def marked(found: PlaceInFile) -> str:
    (meant,) = [one for one in found.segments if one.is_meant]
    return meant.marked.strip()


def test_every_number_of_a_claim_is_marked_in_its_file(practice: Store) -> None:
    found = [numbers_of_claim(practice, key) for key in ids(practice, "claims", "claim_id")]
    assert sum(looked_at(practice, each) for each in found) > 300


def test_every_number_of_a_payment_is_marked_in_its_file(practice: Store) -> None:
    keys = ids(practice, "claim_payments", "claim_payment_id")
    assert sum(looked_at(practice, numbers_of_payment(practice, key)) for key in keys) > 400


def test_every_number_of_a_remittance_is_marked_in_its_file(practice: Store) -> None:
    keys = ids(practice, "remittances", "remittance_id")
    assert sum(looked_at(practice, numbers_of_remittance(practice, key)) for key in keys) > 60


@pytest.mark.slow
def test_every_number_of_every_fixture_is_marked_in_its_file(store: Store) -> None:
    """Odd separators, wrapped segments, gaps and triplets that do not count among them."""
    paths = sorted((ROOT / "fixtures" / "x12").glob("*/*.edi"))
    take(store, paths)
    conclude(store)
    count = 0
    for key in ids(store, "remittances", "remittance_id"):
        count += looked_at_or_unreadable(store, numbers_of_remittance(store, key))
    for key in ids(store, "claim_payments", "claim_payment_id"):
        count += looked_at_or_unreadable(store, numbers_of_payment(store, key))
    for key in ids(store, "claims", "claim_id"):
        count += looked_at_or_unreadable(store, numbers_of_claim(store, key))
    assert count > 500


def looked_at_or_unreadable(store: Store, numbers: Iterable[Number]) -> int:
    """As `looked_at`; an amount that is absent or unreadable counts as zero, and is not marked as
    another one."""
    count = 0
    for place, cents in numbers:
        if place is None or cents is None:
            continue
        text = marked(shown(store, place))
        if parse_cents(text) is None:
            assert cents == 0, (place, text)
            continue
        assert parse_cents(text) == cents, (place, text)
        count += 1
    return count


@pytest.mark.parametrize(
    ("segments", "number", "nth", "found"),
    [
        (["CLP*1*1*100*80*5"], FileNumber.PATIENT_RESPONSIBILITY, 1, (0, "CLP05")),
        (["SVC*HC:1*10*8"], FileNumber.LINE_PAID, 1, (0, "SVC03")),
        (["SVC*HC*99213*90.00*80.00"], FileNumber.LINE_PAID, 1, (0, "SVC04")),
        (["SVC*HC*99213*90.00*80.00"], FileNumber.PAID_LINE_CHARGE, 1, (0, "SVC03")),
        (["SVC*HC:1*10*8", "CAS*CO*45*1**97*1"], FileNumber.LINE_ADJUSTMENT, 2, (1, "CAS06")),
        (["SVC*HC:1*10*8", "CAS*CO*45*1*****96*1"], FileNumber.LINE_ADJUSTMENT, 2, (1, "CAS09")),
        (["SVC*HC:1*10*8", "CAS*CO*45*x**97*1"], FileNumber.LINE_ADJUSTMENT, 1, (1, "CAS06")),
        (["SVC*1*9*8", "CAS*CO*45*1", "CAS*PR*1*1"], FileNumber.LINE_ADJUSTMENT, 2, (2, "CAS03")),
        (["SVC*HC:1*10*8", "SVC*HC:2*10*8", "CAS*CO*45*2"], FileNumber.LINE_ADJUSTMENT, 1, None),
        (["SVC*HC:1*10*8", "cas*CO*45*2"], FileNumber.LINE_ADJUSTMENT, 1, (1, "CAS03")),
        (["SVC*HC:1*10*8", "AMT*KH*1", "AMT*B6*9"], FileNumber.LINE_ALLOWED, 1, (2, "AMT02")),
        (["CLP*1*1*9*8", "CAS*CO*45*1", "SVC*1*1*1"], FileNumber.CLAIM_ADJUSTMENT, 1, (1, "CAS03")),
        (["CLP*1*1*100*80", "SVC*HC:1*1*1", "CAS*CO*45*20"], FileNumber.CLAIM_ADJUSTMENT, 1, None),
        (["LX*1", "SV1*HC:1*10", "LX*2", "SV1*HC:1*20"], FileNumber.LINE_CHARGE, 1, (1, "SV102")),
        (["LX*1", "SV2*0300*HC:1*10"], FileNumber.LINE_CHARGE, 1, (1, "SV203")),
        (["LX*1", "LX*2", "SV1*HC:1*20"], FileNumber.LINE_CHARGE, 1, None),
        (["PLB*1*20261231*WO:A*5*FB:B*6"], FileNumber.PROVIDER_ADJUSTMENT, 2, (0, "PLB06")),
        (["PLB*1*20261231*WO*A*5*FB:B*6"], FileNumber.PROVIDER_ADJUSTMENT, 2, (0, "PLB07")),
        (["BPR*I*5"], FileNumber.CLAIM_PAID, 1, None),
        ([], FileNumber.CLAIM_PAID, 1, None),
    ],
)  # fmt: skip
def test_the_element_of_a_number(
    segments: list[str], number: FileNumber, nth: int, found: tuple[int, str] | None
) -> None:
    assert element_of_number(segments, STANDARD, number, nth) == found


def test_what_is_counted_is_what_is_read() -> None:
    """The places of a CAS are those of the triplets that the reader keeps, in their order."""
    text = "CAS*PR*1*5**2*x**3*7.00***4*8"
    reader = ElementReader(NOWHERE, STANDARD, FindingLog())
    kept = reader.adjustments(text.split("*"), (0, 0))
    elements = text.split("*")
    for nth, adjustment in enumerate(kept, 1):
        found = element_of_number(["SVC*HC:1*1*1", text], STANDARD, FileNumber.LINE_ADJUSTMENT, nth)
        assert found is not None
        assert parse_cents(elements[int(found[1][3:])]) == adjustment.amount_cents


def test_numbers_of_a_sheet_are_marked_in_their_cells(store: Store) -> None:
    paths = sorted((ROOT / "fixtures" / "paper" / "pass").glob("*.csv"))
    take(store, paths)
    count = 0
    for key in ids(store, "claim_payments", "claim_payment_id"):
        for place, cents in numbers_of_payment(store, key):
            if place is None or cents is None:
                continue
            found = shown(store, place)
            text = marked(found)
            if place.number in {FileNumber.CLAIM_ADJUSTMENT, FileNumber.LINE_ADJUSTMENT}:
                continue
            assert not text or parse_bank_cents(text) == cents, found
            count += bool(text)
    assert count > 10


def test_a_second_interchange_with_other_separators(store: Store, tmp_path: Path) -> None:
    text = remittance(CLAIM + LINE)
    path = tmp_path / "two.835"
    path.write_text(text + text.replace("*", "|").replace("~", "^"))
    take(store, [path])
    keys = ids(store, "claim_payments", "claim_payment_id")
    assert len(keys) == 2
    for key in keys:
        assert looked_at(store, numbers_of_payment(store, key)) > 2
