"""Ingest: what is loaded once, what is loaded at all, what repeats and what conflicts."""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edi_engine.errors import InputError, LockHeldError
from edi_engine.jobs import ingest
from edi_engine.jobs.ingest import FileStatus, IngestReport, IngestSettings, ingest_paths
from edi_engine.store import Store, open_store
from tests.jobs.file_recipes import FAILING, content, read_recipe, write_recipe

NOW = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)
ERA = content(read_recipe(FAILING / "FILE-0111-remittance-again.json")["files"][0])
BILL = content(read_recipe(FAILING / "FILE-0110-claims-sent-again.json")["files"][0])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store" / "edi.db")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "inbox").mkdir()


def take(store: Store, *paths: Path | str, settings: IngestSettings | None = None) -> IngestReport:
    return ingest_paths(store, paths, clock=lambda: NOW, settings=settings)


def rows(store: Store, dataset: str) -> list[tuple[object, ...]]:
    with store.reading() as reader:
        return list(reader.dataset(dataset))


def test_a_folder_is_read_in_sorted_order_without_hidden_files(
    store: Store, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "b").mkdir()
    (inbox / ".hidden").mkdir()
    (inbox / "b" / "bill.edi").write_bytes(BILL)
    (inbox / "a.edi").write_bytes(ERA)
    (inbox / ".partial.edi").write_bytes(b"half a file")
    (inbox / ".hidden" / "c.edi").write_bytes(b"not ours")
    report = take(store, inbox)
    assert [(found.name, found.status) for found in report.outcomes] == [
        ("a.edi", FileStatus.LOADED),
        ("b/bill.edi", FileStatus.LOADED),
    ]
    assert report.counts.claims == 1
    assert report.counts.claim_payments == 1


def test_the_same_bytes_again_change_nothing(store: Store, tmp_path: Path) -> None:
    first, copy = tmp_path / "inbox" / "first.edi", tmp_path / "inbox" / "copy.edi"
    first.write_bytes(ERA)
    copy.write_bytes(ERA)
    report = take(store, first, copy, first)
    again = take(store, first)
    assert [found.status for found in report.outcomes] == [FileStatus.LOADED, FileStatus.KNOWN]
    assert [found.status for found in again.outcomes] == [FileStatus.KNOWN]
    assert len(rows(store, "claim_payments")) == 1
    assert again.counts.claim_payments == 0
    assert not again.needs_a_person


def test_standard_input_is_a_file_like_any_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ERA)))
    report = take(store, "-")
    assert [found.status for found in report.outcomes] == [FileStatus.LOADED]
    with store.reading() as reader:
        assert reader.raw_segments(1, 0, 1 << 20) == ERA


def test_every_byte_is_kept_whatever_the_file_is(store: Store, tmp_path: Path) -> None:
    odd = tmp_path / "inbox" / "odd.bin"
    odd.write_bytes(bytes(range(256)) * 3000)
    (outcome,) = take(store, odd).outcomes
    assert outcome.status is FileStatus.UNREADABLE
    assert outcome.finding_counts
    assert outcome.file_id is not None
    with store.reading() as reader:
        assert reader.raw_segments(outcome.file_id, 0, 1 << 20) == odd.read_bytes()


def test_a_path_that_does_not_exist_stops_before_anything_is_done(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "inbox" / "era.edi").write_bytes(ERA)
    with pytest.raises(InputError):
        take(store, tmp_path / "inbox", tmp_path / "nowhere")
    assert rows(store, "remittances") == []


def test_a_mistake_of_ours_leaves_nothing_of_the_file_and_the_next_file_loads(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ingest.read_file

    def broken(stream, *, file_name, file_digest):
        batches = list(real(stream, file_name=file_name, file_digest=file_digest))
        yield from batches[:1]
        if file_name == "a.edi":
            raise ZeroDivisionError
        yield from batches[1:]

    monkeypatch.setattr(ingest, "read_file", broken)
    (tmp_path / "inbox" / "a.edi").write_bytes(ERA)
    (tmp_path / "inbox" / "b.edi").write_bytes(BILL)
    report = take(store, tmp_path / "inbox")
    assert [found.status for found in report.outcomes] == [FileStatus.FAILED, FileStatus.LOADED]
    assert report.needs_a_person
    assert rows(store, "claim_payments") == []
    assert [row[0] for row in rows(store, "claims")] == [1]
    with store.reading() as reader:
        assert [found.name for found in reader.files()] == ["b.edi"]


def test_a_file_that_changes_while_it_is_read_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "growing.edi"
    path.write_bytes(ERA)

    def grow(_name: str, _read: int, _size: int) -> None:
        with path.open("ab") as stream:
            stream.write(b"\n")

    (outcome,) = take(store, path, settings=IngestSettings(progress=grow)).outcomes
    assert outcome.status is FileStatus.FAILED
    assert rows(store, "remittances") == []


def test_progress_tells_the_bytes_read_and_ends_at_the_size(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "era.edi"
    path.write_bytes(ERA)
    told: list[tuple[str, int, int]] = []
    take(store, path, settings=IngestSettings(progress=lambda *step: told.append(step)))
    assert told[-1] == ("era.edi", len(ERA), len(ERA))


def test_another_writer_stops_the_operation(tmp_path: Path) -> None:
    path = tmp_path / "inbox" / "era.edi"
    path.write_bytes(ERA)
    url = str(tmp_path / "store" / "edi.db")
    with (
        open_store(url) as busy,
        busy.writing(),
        open_store(url, busy_timeout_seconds=0) as waiting,
        pytest.raises(LockHeldError),
    ):
        take(waiting, path)


# Duplicates and conflicts (golden scenarios G31 and G32) ---


def test_the_same_remittance_in_another_interchange_is_held(store: Store, tmp_path: Path) -> None:
    recipe = read_recipe(FAILING / "FILE-0111-remittance-again.json")
    report = take(store, *write_recipe(recipe, tmp_path / "inbox"))
    assert [found.finding_counts for found in report.outcomes] == [(), (("FILE-0111", 1),)]
    with store.reading() as reader:
        first, second = reader.remittances([1, 2]).values()
        assert [found.held for found in reader.paid_claims([1, 2]).values()] == [
            "",
            second.held,
        ]
    assert first.held == ""
    assert "first.edi" in second.held


def test_the_same_payments_in_other_words_are_held(store: Store, tmp_path: Path) -> None:
    reworded = ERA.replace(b"N1*PR*SAMPLE PAYER*", b"N1*PR*SAMPLE PAYER OF TEXAS*")
    assert reworded != ERA
    (tmp_path / "inbox" / "a.edi").write_bytes(ERA)
    (tmp_path / "inbox" / "b.edi").write_bytes(reworded)
    report = take(store, tmp_path / "inbox")
    assert report.outcomes[1].finding_counts == (("FILE-0111", 1),)
    with store.reading() as reader:
        assert reader.remittances([2])[2].held  # type: ignore[index]


def test_the_same_trace_number_with_other_money_is_a_conflict_and_both_count(
    store: Store, tmp_path: Path
) -> None:
    recipe = read_recipe(FAILING / "FILE-0112-same-trace-other-money.json")
    report = take(store, *write_recipe(recipe, tmp_path / "inbox"))
    assert report.outcomes[1].finding_counts == (("FILE-0112", 1),)
    with store.reading() as reader:
        assert [found.held for found in reader.remittances([1, 2]).values()] == ["", ""]


def test_payments_of_zero_dollars_share_the_trace_number_zero(store: Store, tmp_path: Path) -> None:
    for number in range(1, 4):
        text = ERA.replace(b"TRACE0001", b"0000000").replace(b"BPR*I*40*C*ACH", b"BPR*H*0*C*NON")
        text = text.replace(b"*100*40*", b"*100*0*").replace(b"CAS*CO*45*60", b"CAS*CO*45*100")
        text = text.replace(b"CLP*PCN1*", b"CLP*PCN%d*" % number)
        (tmp_path / "inbox" / f"{number}.edi").write_bytes(text)
    report = take(store, tmp_path / "inbox")
    assert [found.finding_counts for found in report.outcomes] == [()] * 3
    with store.reading() as reader:
        assert [found.held for found in reader.remittances([1, 2, 3]).values()] == [""] * 3


def test_payments_of_nothing_with_one_trace_number_are_no_conflict(
    store: Store, tmp_path: Path
) -> None:
    for number in (1, 2):
        text = ERA.replace(b"BPR*I*40*C*ACH", b"BPR*H*0*C*NON").replace(b"*100*40*", b"*100*0*")
        text = text.replace(b"CAS*CO*45*60", b"CAS*CO*45*100")
        text = text.replace(b"CLP*PCN1*", b"CLP*PCN%d*" % number)
        (tmp_path / "inbox" / f"{number}.edi").write_bytes(text)
    report = take(store, tmp_path / "inbox")
    assert [found.finding_counts for found in report.outcomes] == [(), ()]


def test_the_log_names_the_place_of_a_mistake_and_nothing_of_the_file(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(stream, *, file_name, file_digest):
        raise ValueError("TESTPATIENT is in the text of this mistake")
        yield

    monkeypatch.setattr(ingest, "read_file", broken)
    (tmp_path / "inbox" / "TESTPATIENT.edi").write_bytes(ERA)
    (outcome,) = take(store, tmp_path / "inbox").outcomes
    assert "ValueError" in caplog.text
    assert "test_ingest.py" in caplog.text
    assert outcome.digest in caplog.text
    assert "TESTPATIENT" not in caplog.text + outcome.message


def test_claims_sent_again_unchanged_are_kept_and_matched_by_nothing(
    store: Store, tmp_path: Path
) -> None:
    recipe = read_recipe(FAILING / "FILE-0110-claims-sent-again.json")
    take(store, *write_recipe(recipe, tmp_path / "inbox"))
    with store.reading() as reader:
        assert reader.pending_claim_ids() == [1]
        assert reader.claim_ids_by_pcn(["PCN1"]) == {"PCN1": [1]}
        assert [found.duplicate_of_set_id for found in reader.sets_of_file(2)] == [1]
    standing = [(row[0], row[-4], row[-3]) for row in rows(store, "claims")]
    assert standing == [(1, "unanswered", 10000), (2, "superseded", 0)]


def test_a_set_that_stands_twice_in_one_file_is_loaded_and_marked(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "inbox" / "twice.edi"
    path.write_bytes(BILL + BILL)
    report = take(store, path)
    assert [found.status for found in report.outcomes] == [FileStatus.LOADED]
    assert report.counts.claims == 2
    with store.reading() as reader:
        repeats = [one for one in reader.findings(1) if one.code == "FILE-0110"]
    assert len(repeats) == 1
    assert "set 1 of twice.edi" in repeats[0].message
