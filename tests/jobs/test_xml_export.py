"""XML from the store: all of it, some of it, in bounded memory, the same sums as the tables."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from edi_engine.errors import InputError
from edi_engine.exports.xml_documents import schema_mistakes
from edi_engine.jobs.export import (
    ExportFormat,
    NumberRange,
    export_dataset,
    export_schema,
    export_to_file,
)
from edi_engine.jobs.ingest import ingest_data
from edi_engine.jobs.remittance_advice import remittance_advice, write_remittance_advice
from edi_engine.jobs.xml_export import RANGES_MAX
from edi_engine.money import parse_cents
from edi_engine.parsers import read_bytes
from edi_engine.store import Store, open_store
from edi_engine.synthetic.large import write_large_835
from tests.exports.advice_reading import Advice
from tests.exports.test_xml import ADVICE_FILE
from tests.exports.xml_reading import children, claims_of, parsed, remittance_sets_of
from tests.jobs.conclusions import conclude, practice_of, take, written
from tests.parsers.test_paper_remits import TWO_CHECKS
from tests.store.conftest import databases, postgres_server, postgres_with_tables, store_url
from tests.store.conftest import store as any_store

__all__ = ["any_store", "databases", "postgres_server", "postgres_with_tables", "store_url"]

NOW = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("xml")
    with open_store(str(folder / "practice.db")) as opened:
        practice = practice_of(24)
        take(opened, written(practice, folder / "files"))
        ingest_data(opened, TWO_CHECKS.read_bytes(), "checks.csv", clock=lambda: NOW)
        conclude(opened)
        yield opened


def xml(store: Store, name: str, *ranges: NumberRange) -> str:
    text = io.StringIO()
    export_dataset(store, name, text, form=ExportFormat.XML, ranges=ranges)
    return text.getvalue()


def table(store: Store, name: str) -> list[dict[str, str]]:
    text = io.StringIO()
    export_dataset(store, name, text, form=ExportFormat.CSV)
    return list(csv.DictReader(io.StringIO(text.getvalue())))


def cents(text: str) -> int:
    found = parse_cents(text)
    assert found is not None
    return found


def test_claims_are_those_of_the_table_and_those_of_the_files(store: Store) -> None:
    document, rows = xml(store, "claims"), table(store, "claims")
    assert schema_mistakes(document) == ()
    claims = claims_of(document)
    found = [one.attrib["claim_id"] for one in parsed(document).iter() if _is(one, "claim")]
    assert found == [row["claim_id"] for row in rows]
    for claim, row in zip(claims, rows, strict=True):
        assert claim.patient_control_number == row["patient_control_number"]
        assert claim.charge_cents == cents(row["charge"])
        assert claim.source.file_name == row["file"]
    lines = table(store, "service_lines")
    assert sum(len(claim.lines) for claim in claims) == len(lines)
    assert sum(line.charge_cents for claim in claims for line in claim.lines) == sum(
        cents(row["charge"]) for row in lines
    )


def test_remittances_have_the_sums_of_the_tables(store: Store) -> None:
    document = xml(store, "remittances")
    assert schema_mistakes(document) == ()
    sets, rows = remittance_sets_of(document), table(store, "remittances")
    assert [one.attrib["remittance_id"] for one in children(parsed(document), "remittance")] == [
        row["remittance_id"] for row in rows
    ]
    payments = [payment for whole in sets for payment in whole.claim_payments]
    paid = table(store, "claim_payments")
    assert [one.paid_cents for one in payments] == [cents(row["paid"]) for row in paid]
    found = [one for one in parsed(document).iter() if _is(one, "claim_payment")]
    assert [one.attrib["claim_payment_id"] for one in found] == [
        row["claim_payment_id"] for row in paid
    ]
    adjustments = [
        one.amount_cents
        for payment in payments
        for part in (payment, *payment.lines)
        for one in part.adjustments
    ]
    assert sorted(adjustments) == sorted(
        cents(row["amount"]) for row in table(store, "adjustments")
    )
    assert [one.amount_cents for whole in sets for one in whole.provider_adjustments] == [
        cents(row["amount"]) for row in table(store, "provider_adjustments")
    ]


def _is(element: ElementTree.Element, name: str) -> bool:
    return element.tag.endswith(f"}}{name}")


def test_a_remittance_from_paper_is_there_too(store: Store) -> None:
    manual = [row for row in table(store, "remittances") if row["source"] == "manual"]
    number = int(manual[0]["remittance_id"])
    (whole,) = remittance_sets_of(xml(store, "remittances", (number, number)))
    assert whole.remittance.trace_number == manual[0]["trace_number"]
    assert whole.remittance.source.file_name == "checks.csv"


def test_numbers_choose(store: Store) -> None:
    document = xml(store, "claims", (3, 3), (7, 9), (8, 12))
    found = [one.attrib["claim_id"] for one in parsed(document).iter() if _is(one, "claim")]
    assert sorted(map(int, found)) == [3, *range(7, 13)]
    everything = claims_of(xml(store, "claims"))
    chosen = claims_of(document)
    assert [one for one in everything if one in chosen] == chosen


@pytest.mark.parametrize(
    ("name", "ranges", "form", "said"),
    [
        ("claims", ((99_999, 99_999),), ExportFormat.XML, "claim 99999: there is no such claim"),
        ("remittances", ((0, 0),), ExportFormat.XML, "there is no such remittance"),
        ("matches", (), ExportFormat.XML, "Choose one of claims, remittances"),
        ("claims", ((1, 2),), ExportFormat.CSV, "Add --format xml"),
        ("no", (), ExportFormat.XML, "There is no such dataset"),
        ("claims", ((1, 2),) * (RANGES_MAX + 1), ExportFormat.XML, "more than 1000 ranges"),
    ],
)
def test_what_cannot_be_written_is_said(
    store: Store, name: str, ranges: tuple[NumberRange, ...], form: ExportFormat, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        export_dataset(store, name, io.StringIO(), form=form, ranges=ranges)


def test_ranges_without_anything_make_an_empty_document(store: Store) -> None:
    document = xml(store, "claims", (900_000, 900_001))
    assert schema_mistakes(document) == ()
    assert claims_of(document) == []


def test_a_file_is_written_whole_or_not_at_all(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "remittances.xml"
    told: list[int] = []
    count = export_to_file(store, "remittances", path, form=ExportFormat.XML, progress=told.append)
    assert count == len(table(store, "remittances")) == told[-1]
    assert path.read_text(encoding="utf-8") == xml(store, "remittances")
    with pytest.raises(InputError):
        export_to_file(
            store, "claims", tmp_path / "c.xml", form=ExportFormat.XML, ranges=[(99_999, 99_999)]
        )
    export_schema(tmp_path / "schema.xsd")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["remittances.xml", "schema.xsd"]


def test_every_database_gives_the_same_document(any_store: Store, tmp_path: Path) -> None:
    files = written(practice_of(12), tmp_path / "files")
    take(any_store, files)
    claims = [claim for path in files for claim in read_bytes(path.read_bytes()).claims]
    found = claims_of(xml(any_store, "claims"))
    assert [one.patient_control_number for one in found] == [
        one.patient_control_number for one in claims
    ]
    some = xml(any_store, "remittances", (2, 3))
    assert len(remittance_sets_of(some)) == 2


class _Pieces(io.StringIO):
    """Keeps of what is written only the longest piece and the sum."""

    longest = 0
    total = 0

    def write(self, text: str) -> int:
        self.longest = max(self.longest, len(text))
        self.total += len(text)
        return len(text)


@pytest.mark.slow
def test_no_piece_grows_with_the_remittance(tmp_path: Path) -> None:
    written_pieces = []
    for claims_count in (600, 3000):
        path = tmp_path / f"{claims_count}.835"
        with path.open("wb") as stream:
            write_large_835(stream, claims_count=claims_count)
        with open_store(str(tmp_path / f"{claims_count}.db")) as opened:
            take(opened, [path])
            pieces = _Pieces()
            export_dataset(opened, "remittances", pieces, form=ExportFormat.XML)
            written_pieces.append(pieces)
    few, many = written_pieces
    assert many.total > 4 * few.total
    assert many.longest < 1.1 * few.longest


def test_the_advice_of_a_stored_remittance(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "edi.db")) as opened:
        ingest_data(opened, ADVICE_FILE.read_bytes(), ADVICE_FILE.name, clock=lambda: NOW)
        page = remittance_advice(opened, 1)
        assert page == ADVICE_FILE.with_suffix(".html").read_text(encoding="utf-8")
        path = tmp_path / "advice.html"
        write_remittance_advice(opened, 1, path)
        assert path.read_text(encoding="utf-8") == page
        with pytest.raises(InputError, match="already"):
            write_remittance_advice(opened, 1, path)
        with pytest.raises(InputError, match="there is no such remittance"):
            remittance_advice(opened, 2)


def test_the_advice_of_a_repeated_remittance_says_that_it_does_not_count(tmp_path: Path) -> None:
    data = ADVICE_FILE.read_bytes()
    with open_store(str(tmp_path / "edi.db")) as opened:
        for number, content in enumerate((data, data.replace(b"~\n", b"~\r\n")), 1):
            ingest_data(opened, content, f"{number}.835", clock=lambda: NOW)
        held = [Advice(remittance_advice(opened, number)).warnings for number in (1, 2)]
    assert held[0] == []
    assert held[1][0].startswith(
        "This remittance is held and does not count. It repeats remittance 1"
    )


def test_a_remittance_too_large_for_a_page_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edi_engine.jobs.remittance_advice.ADVICE_CLAIM_PAYMENTS_MAX", 0)
    number = int(table(store, "claim_payments")[0]["remittance_id"])
    with pytest.raises(InputError, match=f"--format xml --number {number}"):
        remittance_advice(store, number)


def test_the_day_of_the_advice_is_that_of_the_payment(store: Store) -> None:
    row = table(store, "remittances")[0]
    paid_on = date.fromisoformat(row["payment_date"])
    assert f"{paid_on:%m/%d/%Y}" in remittance_advice(store, int(row["remittance_id"]))
