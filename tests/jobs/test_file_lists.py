"""Lists of what arrived, what was set aside and what ran; and places in files, marked."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edi_engine.config import Settings
from edi_engine.errors import InputError
from edi_engine.findings import Severity
from edi_engine.jobs import nightly as nightly_module
from edi_engine.jobs.file_lists import (
    file_page,
    list_files,
    list_quarantined_sets,
    list_runs,
    list_set_aside,
    run_page,
    take_in_again,
)
from edi_engine.jobs.ingest import FileOutcome, FileStatus, IngestReport, ingest_data
from edi_engine.jobs.nightly import NightlyFolders, nightly
from edi_engine.jobs.runs import ingest_run, reconcile_run
from edi_engine.jobs.show.places import show_place
from edi_engine.jobs.uploads import UploadDesk, UploadState
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.stored import FileState
from edi_engine.store import Store
from tests.jobs.conclusions import AS_OF, NOW
from tests.parsers.x12_files import CLAIM, LINE, remittance
from tests.store.conftest import (
    databases,
    empty_url,
    postgres_server,
    postgres_with_tables,
    store,
    store_url,
)

__all__ = [
    "databases",
    "empty_url",
    "postgres_server",
    "postgres_with_tables",
    "store",
    "store_url",
]

ROOT = Path(__file__).parents[2]
GOOD = remittance(CLAIM + LINE).encode()
X12 = ROOT / "fixtures" / "x12"


def take(store: Store, *files: tuple[str, bytes]) -> list[int]:
    found = [ingest_data(store, data, name, clock=lambda: NOW) for name, data in files]
    return [one.file_id or 0 for one in found]


def sample(name: str) -> tuple[str, bytes]:
    return name, next(X12.rglob(f"{name}*.edi")).read_bytes()


def test_files_come_newest_first_in_pages_by_state(store: Store) -> None:
    files = [(f"{at}.835", GOOD.replace(b"000000101", b"%09d" % at)) for at in range(101, 108)]
    files.insert(3, ("bad.835", b"nothing"))
    ids = take(store, *files)
    seen: list[int] = []
    before = None
    while True:
        page = list_files(store, before=before, limit=3)
        seen += [one.file.file_id for one in page.files]
        before = page.older_than
        if before is None:
            break
    assert seen == ids[::-1]
    assert page.state_counts == {FileState.LOADED: 7, FileState.UNREADABLE: 1}
    (bad,) = list_files(store, state=FileState.UNREADABLE, limit=3).files
    assert bad.file.name == "bad.835"
    assert bad.contents.findings == ((Severity.ERROR, 1),)


def test_a_file_is_told_by_what_it_holds(store: Store) -> None:
    paper = next((ROOT / "fixtures" / "paper" / "pass").glob("*.csv"))
    bank = next((ROOT / "fixtures" / "deposits" / "pass").glob("*.bai*"))
    claims = next((X12 / "professional_claims").glob("*.edi"))
    take(store, *((one.name, one.read_bytes()) for one in (paper, bank, claims)), ("e.835", GOOD))
    held = {one.file.name: one.contents for one in list_files(store, limit=9).files}
    assert held[paper.name].set_types == ("paper",)
    assert held[bank.name].bank_format == "bai2"
    assert held[claims.name].set_types == ("837",)
    assert held["e.835"].set_types == ("835",)


def test_findings_of_a_file_come_in_pages_by_severity(store: Store) -> None:
    (file_id,) = take(store, sample("X12-0201"))
    page = file_page(store, file_id, severity=None, limit=2, offset=0)
    rest = file_page(store, file_id, severity=None, limit=2, offset=2)
    with store.reading() as reader:
        assert [*page.findings, *rest.findings] == reader.findings(file_id)
    assert page.has_more
    assert not rest.has_more
    assert file_page(store, file_id, severity=Severity.INFO, limit=3, offset=0).findings == ()
    assert [one.set_type for one in page.sets] == ["835"]
    with pytest.raises(InputError, match="no such file"):
        file_page(store, 99, severity=None, limit=3, offset=0)


# Places ---


@pytest.mark.parametrize("path", sorted(X12.glob("fail/*.edi")), ids=lambda path: path.stem)
def test_every_finding_leads_to_its_segment(store: Store, path: Path) -> None:
    """The segment at the place has the element's segment id; what is marked is its element."""
    if store.dialect != "sqlite":
        pytest.skip("the bytes are the same on both")
    (file_id,) = take(store, (path.name, path.read_bytes()))
    with store.reading() as reader:
        findings = reader.findings(file_id)
    for found in findings:
        if not path.read_bytes():
            continue
        place = show_place(store, file_id, found.place.byte_offset, found.place.element)
        meant = [one for one in place.segments if one.is_meant]
        if not place.segments:
            continue
        assert len(meant) == 1
        text = meant[0].before + meant[0].marked + meant[0].after
        assert text.encode("latin-1")[:20] in path.read_bytes()
        if meant[0].marked:
            assert text.upper().startswith(found.place.element[:2])


@pytest.mark.parametrize(
    ("segment", "element", "marked", "before"),
    [
        ("SVC*HC:99213*100*80", "SVC02", "100", "SVC*HC:99213*"),
        ("SVC*HC:99213*100*80", "SVC01", "HC:99213", "SVC*"),
        ("SVC*HC:99213*100*80", "SVC01-2", "99213", "SVC*HC:"),
        ("SVC*HC:99213*100*80", "SVC01-3", "", ""),
        ("SVC*HC:99213*100*80", "SVC09", "", ""),
        ("SVC*HC:99213*100*80", "CLP02", "", ""),
        ("SVC*HC:99213*100*80", "nonsense", "", ""),
        ("SVC*HC:99213*100*80", "", "", ""),
    ],
)
def test_an_element_is_marked(
    store: Store, segment: str, element: str, marked: str, before: str
) -> None:
    data = GOOD.replace(LINE.split("~")[0].encode(), segment.encode())
    (file_id,) = take(store, ("era.835", data))
    place = show_place(store, file_id, data.index(segment.encode()), element)
    (meant,) = [one for one in place.segments if one.is_meant]
    assert meant.marked == marked
    assert meant.before + meant.marked + meant.after == segment
    if marked:
        assert meant.before == before
    assert place.is_marked == bool(marked)


def test_places_at_the_ends_of_a_file(store: Store) -> None:
    (file_id,) = take(store, ("era.835", GOOD))
    first = show_place(store, file_id, 0, "ISA01")
    assert first.segments[0].is_meant
    last = show_place(store, file_id, len(GOOD) - 1)
    assert last.segments[-1].is_meant
    for byte_offset in (len(GOOD), 10**15):
        with pytest.raises(InputError, match="bytes"):
            show_place(store, file_id, byte_offset)
    with pytest.raises(InputError, match="no such file"):
        show_place(store, 99, 0)


def test_a_row_of_a_sheet_is_shown(store: Store) -> None:
    path = next((ROOT / "fixtures" / "paper" / "pass").glob("*.csv"))
    data = path.read_bytes()
    (file_id,) = take(store, (path.name, data))
    second = data.index(b"\n") + 1
    place = show_place(store, file_id, second, "paid")
    (meant,) = [one for one in place.segments if one.is_meant]
    assert meant.byte_offset == second
    assert not place.is_marked


# Quarantine ---


@pytest.fixture
def folders(tmp_path: Path) -> NightlyFolders:
    made = NightlyFolders.beside(tmp_path / "inbox", settle_seconds=0)
    made.inbox.mkdir()
    return made


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[UploadDesk]:
    with UploadDesk(store, Settings(), tmp_path / "uploads") as opened:
        yield opened


def night(store: Store, folders: NightlyFolders) -> int:
    return nightly(store, folders, policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW).run_id


def failing_night(store: Store, folders: NightlyFolders, monkeypatch: pytest.MonkeyPatch) -> int:
    """A night on which one file could not be taken in, and one could not be read."""
    (folders.inbox / "failed.835").write_bytes(GOOD)
    (folders.inbox / "unreadable.835").write_bytes(b"nothing")
    real = nightly_module.ingest_paths

    def failing(store: Store, paths: Sequence[Path], **options: Any) -> IngestReport:
        if paths[0].name != "failed.835":
            return real(store, paths, **options)
        words = "The disk was full."
        failed = FileOutcome(str(paths[0]), paths[0].name, FileStatus.FAILED, "0" * 64)
        return IngestReport((msgspec.structs.replace(failed, message=words),))

    with monkeypatch.context() as patch:
        patch.setattr(nightly_module, "ingest_paths", failing)
        return night(store, folders)


def test_what_was_set_aside_is_listed_and_tried_again(
    store: Store, folders: NightlyFolders, desk: UploadDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = failing_night(store, folders, monkeypatch)
    listed = {one.name: one for one in list_set_aside(store)}
    assert set(listed) == {"failed.835", "unreadable.835"}
    failed, unreadable = listed["failed.835"], listed["unreadable.835"]
    assert failed.can_try_again
    assert failed.outcomes[0].message == "The disk was full."
    assert not unreadable.can_try_again
    assert unreadable.outcomes[0].finding_counts == (("X12-0101", 1),)

    take_in_again(store, desk, run_id, failed.place, login="dana")
    assert not (folders.quarantine / "failed.835").exists()
    assert desk.wait_until_settled(30)
    (entry,) = desk.entries()
    assert entry.state is UploadState.DONE
    assert (entry.name, entry.login) == ("failed.835", "dana")
    assert [one.name for one in list_set_aside(store)] == ["unreadable.835"]
    with pytest.raises(InputError, match="No such file"):
        take_in_again(store, desk, run_id, failed.place, login="dana")


def test_only_what_was_set_aside_can_be_asked_for(
    store: Store, folders: NightlyFolders, desk: UploadDesk
) -> None:
    (folders.inbox / "era.835").write_bytes(GOOD)
    run_id = night(store, folders)
    for run, place in ((run_id, 0), (run_id, 5), (99, 0)):
        with pytest.raises(InputError, match="no such file"):
            take_in_again(store, desk, run, place, login="dana")
    assert list((folders.done).iterdir())
    assert desk.entries() == []


def test_a_file_that_went_is_not_listed(
    store: Store, folders: NightlyFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_night(store, folders, monkeypatch)
    (folders.quarantine / "failed.835").unlink()
    assert [one.name for one in list_set_aside(store)] == ["unreadable.835"]


def test_sets_that_could_not_be_read_are_listed(store: Store) -> None:
    name, data = sample("X12-0113")
    take(store, (name, data), ("era.835", GOOD.replace(b"101", b"102")))
    with store.reading() as reader:
        expected = [
            one.set_id
            for file in reader.files()
            for one in reader.sets_of_file(file.file_id)
            if one.state == "quarantined"
        ]
    assert [one.set_id for one, _ in list_quarantined_sets(store)] == expected[::-1]


# Runs ---


def test_runs_come_newest_first_by_kind(
    store: Store, folders: NightlyFolders, tmp_path: Path
) -> None:
    (tmp_path / "era.835").write_bytes(GOOD)
    night(store, folders)
    for _ in range(3):
        ingest_run(store, [tmp_path / "era.835"], now=lambda: NOW)
    found, older, kinds = list_runs(store, limit=3)
    assert ([one.run_id for one in found], older) == ([4, 3, 2], 2)
    assert list_runs(store, before=older, limit=3)[:2] != ([], None)
    assert [one.run_id for one in list_runs(store, kind="nightly", limit=3)[0]] == [1]
    assert kinds == ["ingest", "nightly"]
    assert all(one.report == "" for one in found)


def test_a_run_has_a_page_of_what_it_did(
    store: Store, folders: NightlyFolders, tmp_path: Path
) -> None:
    (folders.inbox / "era.835").write_bytes(GOOD)
    (folders.inbox / "bad.835").write_bytes(b"nothing")
    page = run_page(store, night(store, folders))
    assert [one.name for one in page.taken] == ["bad.835", "era.835"]
    assert page.quarantined == {"bad.835"}
    assert page.reconciled is not None
    assert page.text.startswith("Nightly run 1, as of")
    assert page.seconds == 0

    (tmp_path / "other.835").write_bytes(GOOD.replace(b"101", b"102"))
    ingest_run(store, [tmp_path / "other.835"], now=lambda: NOW)
    ingested = run_page(store, 2)
    assert [one.outcomes[0].status for one in ingested.taken] == [FileStatus.LOADED]
    reconcile_run(store, policy=ReconcilePolicy(), as_of=AS_OF, now=lambda: NOW)
    reconciled = run_page(store, 3).reconciled
    assert reconciled is not None
    assert reconciled.claim_payments_count >= 1
    with pytest.raises(InputError, match="no such run"):
        run_page(store, 99)


def test_a_run_that_never_ended_has_a_page_too(store: Store) -> None:
    with store.writing() as writer:
        run_id = writer.start_run("nightly", started_at=NOW.isoformat())
        other = writer.start_run("of another time", started_at=NOW.isoformat())
        writer.finish_run(other, finished_at=NOW.isoformat(), status="done", report='{"a": 1}')
    for number in (run_id, other):
        page = run_page(store, number)
        assert page.taken == ()
        assert page.reconciled is None
    assert run_page(store, run_id).seconds is None
    assert list_set_aside(store) == []


def test_an_upload_keeps_its_name_in_the_store(store: Store, desk: UploadDesk) -> None:
    desk.accept("C:\\mine\\era.835", io.BytesIO(GOOD), login="dana")
    assert desk.wait_until_settled(30)
    assert [one.file.name for one in list_files(store, limit=3).files] == ["era.835"]
