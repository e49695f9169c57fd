"""Paper remittances count once, are traced to their row and can be taken back, on any database."""

import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from edi_engine.errors import InputError
from edi_engine.jobs.decide import release
from edi_engine.jobs.ingest import FileStatus, IngestSettings, ingest_paths
from edi_engine.jobs.nightly import NightlyFolders, nightly
from edi_engine.jobs.paper_remits import (
    load_sheet,
    sheet_name,
    sheet_of_rows,
    understand,
    withdraw,
)
from edi_engine.jobs.reconcile import reconcile
from edi_engine.jobs.show import (
    Page,
    show_claim,
    show_line,
    show_payment,
    show_remittance,
    show_set,
)
from edi_engine.jobs.validate import validate_file
from edi_engine.records.matching import ClaimPaymentId
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.reconciliation import MatchOutcome
from edi_engine.records.stored import StoredRemittance
from edi_engine.records.work import WorkStatus
from edi_engine.store import Store
from edi_engine.store.maintenance import verify_store
from tests.jobs.file_recipes import FAILING, content, read_recipe
from tests.parsers.test_paper_remits import CHECK, CLAIM, TWO_CHECKS, WHOLE
from tests.parsers.x12_files import CLAIM as CLP
from tests.parsers.x12_files import ENDS, GS, HEAD, ISA, LINE, payment
from tests.store.conftest import (
    databases,
    postgres_server,
    postgres_with_tables,
    store,
    store_url,
)

__all__ = [
    "databases",
    "postgres_server",
    "postgres_with_tables",
    "store",
    "store_url",
]

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
AS_OF = date(2026, 3, 5)
AT = "2026-03-05T09:30:00+00:00"
BILL = content(read_recipe(FAILING / "FILE-0110-claims-sent-again.json")["files"][0])
"""A claim PCN1 of 100.00 for 99213 on 2026-01-05."""

ELECTRONIC = f"{ISA}{GS}ST*835*0001~{payment('80')}{HEAD}{CLP}{LINE}SE*99*0001~{ENDS}".encode()
"""80.00 by trace number TRACE0001 of SAMPLE HEALTH PLAN (99999) to NPI 1999999976."""

ON_PAPER = WHOLE | {
    "payer_id": "",
    "payer_name": "Sample  Health Plan",
    "trace_number": "TRACE0001",
    "patient_control_number": "TEST-1",
}
"""The same payment as somebody types it."""


def load(store: Store, *rows: dict[str, str], name: str = "checks.csv") -> list[StoredRemittance]:
    loaded = load_sheet(store, sheet_of_rows(rows), name, actor="kim", now=lambda: NOW)
    return list(loaded.remittances)


def take(store: Store, path: Path) -> FileStatus:
    settings = IngestSettings(entered_by="lee")
    report = ingest_paths(store, [path], clock=lambda: NOW, settings=settings)
    return report.outcomes[-1].status


def send(store: Store, folder: Path, data: bytes = ELECTRONIC) -> StoredRemittance:
    path = folder / "era.835"
    path.write_bytes(data)
    assert take(store, path) is FileStatus.LOADED
    with store.reading() as reader:
        newest = reader.remittance_ids()[-1]
        return reader.remittances([newest])[newest]


def conclude(store: Store) -> None:
    reconcile(store, policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)


def take_back(store: Store, remittance_id: int, note: str = "misread") -> StoredRemittance:
    return withdraw(
        store,
        remittance_id,
        note,
        actor="ann",
        policy=ReconcilePolicy(),
        as_of=AS_OF,
        now=lambda: NOW,
    ).remittance


def facts(page: Page) -> dict[str, object]:
    return {fact.name: fact.value for fact in page.facts}


def codes(store: Store, remittance: StoredRemittance) -> list[str]:
    with store.reading() as reader:
        return [one.code for one in reader.findings(remittance.file_id)]


# Into the model.


def test_what_was_typed_is_stored_with_who_when_and_why(store: Store, store_url: str) -> None:
    data = TWO_CHECKS.read_bytes()
    first, second = load_sheet(
        store, data, "two.csv", actor="kim", note="lockbox", now=lambda: NOW
    ).remittances
    assert (first.payment_amount_cents, first.balanced, first.held) == (195_00, True, "")
    told = [facts(show_remittance(store, one.remittance_id)) for one in (first, second)]
    assert [(one["source"], one["entered by"], one["entered at"]) for one in told] == [
        ("manual", "kim", AT)
    ] * 2
    assert [one["note"] for one in told] == ["scanned", "lockbox"]
    assert facts(show_payment(store, 1))["entered by"] == "kim"
    conclude(store)
    assert verify_store(store_url) == []


def test_every_number_leads_to_its_row(store: Store) -> None:
    data = TWO_CHECKS.read_bytes()
    first, second = load_sheet(store, data, "two.csv", actor="kim", now=lambda: NOW).remittances
    rows = data.decode().splitlines()
    expected = {
        1: [1, 2, 3],
        2: [1, 4],
        3: [1, 7],
        4: [1, 8],
    }
    for payment_id, numbers in expected.items():
        page = show_payment(store, payment_id)
        assert [one.segment_ordinal for one in page.raw] == numbers
        assert [one.text for one in page.raw] == [rows[number - 1] for number in numbers]
        assert all(data[one.byte_offset :].startswith(one.text.encode()) for one in page.raw)
        assert f"row {numbers[1]}, byte {page.raw[1].byte_offset}" in page.place
    assert [one.segment_ordinal for one in show_remittance(store, second.remittance_id).raw] == [
        *(1, 7)
    ]
    assert show_set(store, first.set_id).raw[1].segment_ordinal == 2


def test_an_imbalance_is_loaded_and_told_like_that_of_an_835(store: Store) -> None:
    (remittance,) = load(store, WHOLE | {"payment_amount": "90.00"})
    assert remittance.balanced is False
    with store.reading() as reader:
        (finding,) = reader.findings(remittance.file_id)
    assert str(finding).startswith("BAL-0103 error checks.csv row 2, payment_amount (byte ")
    assert (finding.left_cents, finding.right_cents) == (80_00, 90_00)
    conclude(store)
    with store.reading() as reader:
        causes = {one.cause for one in reader.work_items_of(remittance_ids=[1])}
    assert causes == {"unbalanced_remittance"}


def test_it_finds_its_claim_and_posts_like_an_835(store: Store, tmp_path: Path) -> None:
    (tmp_path / "bill.837").write_bytes(re.sub(rb"PI\*[^~]+", b"PI*EX001", BILL))
    assert take(store, tmp_path / "bill.837") is FileStatus.LOADED
    typed = WHOLE | {"patient_control_number": "PCN1", "line_service_from": "1/5/2026"}
    (remittance,) = load(store, typed)
    conclude(store)
    with store.reading() as reader:
        match = reader.match_of([1])[ClaimPaymentId(1)]
        (standing,) = reader.remittances([remittance.remittance_id]).values()
    assert (match.outcome, match.claim_id) == (MatchOutcome.MATCHED, 1)
    assert (standing.posted_cents, standing.suspense_cents) == (80_00, 0)
    page = show_line(store, 1, 1)
    assert any(str(row[1]).startswith("EX001,") for table in page.tables for row in table.rows)

    found = take_back(store, remittance.remittance_id)

    # Its money never came, so nothing of it is left, in suspense neither.
    assert (found.posted_cents, found.suspense_cents) == (0, 0)
    assert facts(show_claim(store, 1))["balance"] == 100_00


def test_a_sheet_with_a_mistake_loads_nothing_and_keeps_its_bytes(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "checks.csv"
    path.write_bytes(sheet_of_rows([WHOLE, WHOLE | {"trace_number": "2", "claim_paid": "x"}]))
    assert take(store, path) is FileStatus.UNREADABLE
    with store.reading() as reader:
        assert reader.remittance_ids() == []
        assert [one.code for one in reader.findings(1)] == ["PAPER-0104"]
        assert reader.raw_segments(1, 0, 1_000_000) == path.read_bytes()


def test_an_archive_may_hold_a_sheet(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "day.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("checks.csv", TWO_CHECKS.read_bytes())
    assert take(store, path) is FileStatus.ARCHIVE
    with store.reading() as reader:
        assert len(reader.remittance_ids()) == 2
        entry = reader.manual_remittance(1)
    assert entry is not None
    assert (entry.entered_by, entry.entered_at) == ("lee", AT)


def test_the_file_itself_may_say_who_typed_it(store: Store) -> None:
    (remittance,) = load(store, WHOLE | {"entered_by": "jo"})
    assert facts(show_remittance(store, remittance.remittance_id))["entered by"] == "jo"


def test_a_night_loads_sheets_and_sets_aside_what_has_mistakes(
    store: Store, tmp_path: Path
) -> None:
    folders = NightlyFolders.beside(tmp_path / "inbox")
    folders.inbox.mkdir()
    (folders.inbox / "good.csv").write_bytes(TWO_CHECKS.read_bytes())
    (folders.inbox / "bad.csv").write_bytes(sheet_of_rows([WHOLE | {"method": "?"}]))
    (folders.inbox / "other.csv").write_text("name,colour\nTESTPATIENT,80.00\n")
    report = nightly(
        store, folders, policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW, wait=lambda _: None
    )
    assert sorted(report.quarantined) == ["bad.csv", "other.csv"]
    with store.reading() as reader:
        assert len(reader.remittance_ids()) == 2


def test_validating_a_sheet_stores_nothing_and_asks_no_guide(tmp_path: Path) -> None:
    path = tmp_path / "checks.csv"
    path.write_bytes(sheet_of_rows([WHOLE | {"payment_amount": "81"}]))
    report = validate_file(path)
    assert [one.code for one in report.findings] == ["BAL-0103"]
    assert report.files[0].claim_payments_count == 1


# Twins.


def test_paper_after_the_835_is_held(store: Store, tmp_path: Path) -> None:
    sent = send(store, tmp_path)
    (typed,) = load(store, ON_PAPER)
    assert typed.held == f"It repeats remittance {sent.remittance_id} of era.835."
    assert codes(store, typed) == ["FILE-0111"]


def test_the_835_after_paper_is_held(store: Store, tmp_path: Path) -> None:
    (typed,) = load(store, ON_PAPER)
    sent = send(store, tmp_path)
    assert sent.held == f"It repeats remittance {typed.remittance_id} of checks.csv."
    assert "FILE-0111" in codes(store, sent)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"trace_number": "0TRACE0001"}, "FILE-0111"),
        ({"payer_id": "99999", "payer_name": ""}, "FILE-0111"),
        ({"payer_id": "1512345678", "payer_name": "EXAMPLE"}, "FILE-0111"),
        ({"payee_npi": "1999999976"}, "FILE-0111"),
        ({"payment_amount": "80.01"}, "FILE-0112"),
        ({"payer_name": "EXAMPLE OTHER"}, ""),
        ({"payee_npi": "1999999984"}, ""),
        ({"trace_number": "TRACE0002"}, ""),
    ],
)
@pytest.mark.parametrize("paper_first", [True, False])
def test_a_twin_has_the_same_check_payer_and_amount(
    store: Store, tmp_path: Path, changes: dict[str, str], expected: str, *, paper_first: bool
) -> None:
    if paper_first:
        load(store, ON_PAPER | changes)
        later = send(store, tmp_path)
    else:
        send(store, tmp_path)
        (later,) = load(store, ON_PAPER | changes)
    found = [code for code in codes(store, later) if code.startswith("FILE-")]
    assert found == ([expected] if expected else [])
    assert bool(later.held) is (expected == "FILE-0111")


def test_the_same_check_typed_twice_is_held(store: Store) -> None:
    load(store, WHOLE)
    (again,) = load(store, WHOLE | {"note": "typed by another"}, name="again.csv")
    assert again.held == "It repeats set 1 of checks.csv."
    (other,) = load(store, WHOLE | {"procedure_code": "99214"}, name="other.csv")
    assert other.held == "It repeats remittance 1 of checks.csv."


def test_checks_without_a_number_repeat_nothing(store: Store, tmp_path: Path) -> None:
    send(store, tmp_path, ELECTRONIC.replace(b"TRACE0001", b"000"))
    (typed,) = load(store, ON_PAPER | {"trace_number": "0"})
    assert typed.held == ""


# Taking back.


def test_a_withdrawn_remittance_counts_no_more_and_says_why(store: Store) -> None:
    (typed,) = load(store, WHOLE | {"payment_amount": "90.00"})
    conclude(store)
    found = take_back(store, typed.remittance_id)
    assert found.held == f"Withdrawn by ann at {AT}: misread"
    assert found.posted_cents == 0
    told = facts(show_remittance(store, typed.remittance_id))
    assert [told[f"withdrawn {what}"] for what in ("by", "at", "because")] == ["ann", AT, "misread"]
    with store.reading() as reader:
        items = reader.work_items_of(remittance_ids=[typed.remittance_id], claim_payment_ids=[1])
    assert {one.status for one in items} == {WorkStatus.RESOLVED}


def test_after_a_withdrawal_the_corrected_sheet_counts(store: Store, tmp_path: Path) -> None:
    (wrong,) = load(store, ON_PAPER | {"payment_amount": "8.00"})
    take_back(store, wrong.remittance_id)
    (right,) = load(store, ON_PAPER, name="right.csv")
    assert right.held == ""
    assert codes(store, right) == []
    take_back(store, right.remittance_id)
    assert send(store, tmp_path).held == ""


def test_what_was_withdrawn_by_mistake_is_typed_again(store: Store) -> None:
    (typed,) = load(store, WHOLE)
    take_back(store, typed.remittance_id)
    with pytest.raises(InputError, match="withdrawn by ann"):
        release(store, 1, actor="ann", policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)
    (again,) = load(store, WHOLE | {"note": "it was right"}, name="again.csv")
    assert again.held == ""


def test_only_what_was_typed_and_stands_can_be_withdrawn(store: Store, tmp_path: Path) -> None:
    sent = send(store, tmp_path)
    (typed,) = load(store, WHOLE)
    take_back(store, typed.remittance_id)
    for remittance_id, note, message in (
        (sent.remittance_id, "wrong", "it is electronic"),
        (typed.remittance_id, "again", "it was withdrawn by ann"),
        (99, "wrong", "there is no such remittance"),
        (typed.remittance_id, "  ", "the reason is empty"),
    ):
        with pytest.raises(InputError, match=message):
            take_back(store, remittance_id, note)


# Typing.


def test_rows_become_a_sheet_with_the_columns_they_fill() -> None:
    data = sheet_of_rows([CHECK, CLAIM, {"adjustments": "CO-45:20"}])
    assert data.decode().splitlines()[0].split(",") == [
        *("payer_id", "payer_name", "trace_number", "method", "payment_date", "payment_amount"),
        *("patient_control_number", "status_code", "claim_charge", "claim_paid", "adjustments"),
    ]
    (remittance,) = understand(data, "a.csv").remittances
    assert remittance.balanced


def test_what_was_understood_is_shown_as_equations() -> None:
    sheet = understand(TWO_CHECKS.read_bytes(), "two.csv")
    first = sheet.remittances[0]
    assert [
        (one.level, one.name, one.charge_cents, one.adjustments_cents, one.paid_cents)
        for one in first.equations
    ] == [
        ("payment", "00412", 200_00, 5_00, 195_00),
        ("claim", "EX-1", 150_00, 30_00, 120_00),
        ("line", "99213:25", 100_00, 20_00, 80_00),
        ("line", "85025", 50_00, 10_00, 40_00),
        ("claim", "EX-2", 100_00, 20_00, 80_00),
    ]
    assert {one.difference_cents for one in first.equations} == {0}


def test_a_mistake_shows_its_cell_to_whoever_typed_it() -> None:
    sheet = understand(sheet_of_rows([WHOLE | {"claim_paid": "8O"}, {"unknown": "1"}]), "a.csv")
    assert [(one.finding.code, one.cell) for one in sheet.mistakes] == [
        ("PAPER-0102", ""),
        ("PAPER-0104", "8O"),
    ]
    assert "8O" not in str(sheet.mistakes[1].finding)


@pytest.mark.parametrize(
    ("trace", "name"),
    [
        ("00412", "manual-00412.csv"),
        ("../a b", "manual-___a_b.csv"),
        ("", "manual-remittance.csv"),
        ("9" * 90, f"manual-{'9' * 40}.csv"),
    ],
)
def test_a_typed_sheet_is_named_for_its_check(trace: str, name: str) -> None:
    assert sheet_name(trace) == name
