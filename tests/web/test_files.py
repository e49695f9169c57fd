"""Files, findings, uploads, quarantine and runs in a browser, without its script."""

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path

import msgspec
import pytest

from edi_engine.config import Settings
from edi_engine.jobs import uploads
from edi_engine.jobs.file_lists import list_files
from edi_engine.jobs.uploads import UploadState
from edi_engine.jobs.users import list_access
from edi_engine.records.users import Role
from edi_engine.store.queries import Queries
from edi_engine.web import Site, forms
from tests.parsers.x12_files import CLAIM, LINE, remittance
from tests.web.conftest import Browser

AsRole = Callable[[Role], Browser]

X12 = Path(__file__).parents[2] / "fixtures" / "x12" / "fail"
GOOD = remittance(CLAIM + LINE)
_numbers = iter(range(200, 999))


def new_file() -> bytes:
    """A remittance that the store does not have yet."""
    number = next(_numbers)
    return GOOD.replace("000000101", f"{number:09d}").replace("TRACE0001", f"T{number}").encode()


def send(browser: Browser, *files: tuple[str, bytes], **fields: str):
    return browser.client.post(
        "/files",
        data={"csrf": browser.csrf, **fields},
        files=[("files", (name, io.BytesIO(data))) for name, data in files],
    )


def settled(site: Site) -> None:
    assert site.desk is not None
    assert site.desk.wait_until_settled(30)


def page(browser: Browser, path: str = "/files") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text)


# What arrived ---


def test_files_are_listed_with_kind_and_state(as_role: AsRole, site: Site) -> None:
    text = page(as_role(Role.READ_ONLY))
    for listed in list_files(site.store, limit=50).files:
        assert f'href="/files/{listed.file.file_id}"' in text
        assert listed.file.name in text
    assert "claims (837)" in text
    assert "remittances (835)" in text


def test_pages_and_states_are_addresses(as_role: AsRole) -> None:
    browser = as_role(Role.READ_ONLY)
    for path in (
        "/files?state=loaded",
        "/files?state=archive",
        "/files?state=reading",
        "/files?state=<b>&before=x",
        "/files?before=1",
        "/files?before=" + "9" * 50,
        "/runs?kind=<b>",
        "/runs?before=-1",
    ):
        assert "<b>&" not in page(browser, path)
    assert "No file is in this state." in page(browser, "/files?state=archive")


def test_a_finding_leads_to_its_meaning_and_to_the_segment(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.BILLER)
    data = (X12 / "X12-0201-amount-unreadable.edi").read_bytes()
    send(browser, ("odd.835", data))
    settled(site)
    text = page(browser)
    path = re.search(r'href="(/files/\d+)">odd.835', text)
    assert path
    text = page(browser, path[1])
    assert "X12-0201" in text
    assert "error" in text
    code = page(browser, "/findings/X12-0201")
    assert "What to do:" in code
    places = re.findall(rf'href="({path[1]}/at/\d+\?element=\w+)"', text)
    assert places
    marked = [
        found for one in places if (found := re.search("<mark>(.*)</mark>", page(browser, one)))
    ]
    assert all(found[1] in data.decode() for found in marked)
    assert marked
    assert "There are none of these" in page(browser, f"{path[1]}?severity=info")
    assert "error" in page(browser, f"{path[1]}?severity=error&page=nonsense")


@pytest.mark.parametrize(
    "path",
    [
        "/findings/NONE-1",
        "/findings/<b>",
        "/files/999999",
        "/files/999999/at/0",
        "/files/1/at/999999999",
        "/files/" + "9" * 30,
        "/files/1/at/" + "9" * 30,
        "/runs/999999",
    ],
)
def test_what_is_not_there_is_said_to_be_not_there(as_role: AsRole, path: str) -> None:
    answer = as_role(Role.READ_ONLY).get(path)
    assert answer.status_code == 404
    assert "<b>" not in answer.text.replace("<b></b>", "")


def test_an_element_that_nobody_named_marks_nothing(as_role: AsRole) -> None:
    browser = as_role(Role.READ_ONLY)
    for element in ("%00", "<mark>", "x" * 5_000, "ISA99", "isa"):
        answer = browser.get("/files/1/at/0", params={"element": element})
        assert answer.status_code == 200
        assert "<mark>" not in answer.text


# Uploads ---


def test_a_file_is_uploaded_taken_in_and_told_of(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.BILLER)
    browser.get("/files")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.835", new_file())
    answer = send(
        browser,
        ("one.835", new_file()),
        ("..\\..\\<b>two\x07.835", b"ISA*broken"),
        ("all.zip", packed.getvalue()),
    )
    assert answer.status_code == 303
    assert "3 files are kept" in page(browser)
    settled(site)
    text = page(browser)
    assert "one.835" in text
    assert "X12-0101" in text
    assert "all.zip/inside.835" in text
    assert "<b>two" not in browser.get("/files").text
    assert "To the worklist" in text
    assert page(browser, "/files/uploads").count("one.835") >= 1


def test_a_form_without_files_is_told_so(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    for answer in (browser.post("/files"), send(browser, ("", b""))):
        assert answer.status_code == 400
        assert "Choose the files to upload." in answer.text


@pytest.fixture
def small(site: Site) -> Site:
    """A site that takes one million bytes at most."""
    settings = Settings.model_validate({"web": {"upload_megabytes_max": 1}})
    site.settings = settings
    return site


def test_too_large_an_upload_is_refused_with_a_sentence(
    as_role: AsRole, small: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "FORM_BYTES_MAX", 1_000)
    browser = as_role(Role.BILLER)
    large = b"x" * 6_000_000

    def streamed():  # a body that does not say how long it is
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _ in range(60):
            yield b"x" * 100_000
        yield b"\r\n--b--\r\n"

    for answer in (
        send(browser, ("large.835", large)),
        browser.client.post(
            "/files",
            content=streamed(),
            headers={"content-type": "multipart/form-data; boundary=b", "x-csrf": browser.csrf},
        ),
    ):
        assert answer.status_code == 413
        assert "million bytes can be sent. Nothing was kept." in answer.text
    assert small.desk is not None
    assert small.desk.entries() == []
    assert send(browser, ("small.835", b"x" * 900_000)).status_code == 303
    settled(small)


def test_a_form_that_is_not_for_files_stays_small(as_role: AsRole) -> None:
    browser = as_role(Role.BILLER)
    answer = browser.post("/items/1", action="note", text="x" * 4_500_000)
    assert answer.status_code == 413
    assert "The form is too large." in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % at for at in range(2_001))),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 100_001),
    ],
)
def test_a_broken_form_is_told_so(as_role: AsRole, kind: str, body: bytes) -> None:
    browser = as_role(Role.BILLER)
    answer = browser.client.post(
        "/files", content=body, headers={"content-type": kind, "x-csrf": browser.csrf}
    )
    assert answer.status_code == 400
    assert "The form cannot be read" in answer.text or "Choose the files" in answer.text


def test_no_room_for_a_form_is_told_so(as_role: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette import formparsers

    browser = as_role(Role.BILLER)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", full)
    answer = send(browser, ("one.835", b"x"))
    assert answer.status_code == 507
    assert "There is no room on the server" in answer.text


def test_who_may_not_upload_sends_nothing(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.COLLECTOR)
    assert "enctype" not in page(browser)
    assert send(browser, ("one.835", new_file())).status_code == 403
    assert site.desk is not None
    assert site.desk.entries() == []


def test_a_file_from_elsewhere_is_not_kept(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.BILLER)
    browser.csrf = "0" * 64
    assert send(browser, ("one.835", new_file())).status_code == 403
    assert site.desk is not None
    assert site.desk.entries() == []


def test_a_failed_upload_is_tried_again_or_thrown_away(
    as_role: AsRole, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_role(Role.BILLER)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "TESTPATIENT")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "ingest_run", refuse)
        send(browser, ("one.835", new_file()), ("two.835", b"x"))
        settled(site)
    text = page(browser)
    assert "This is a mistake of the program; the log names the place. Nothing is lost." in text
    assert "TESTPATIENT" not in text
    two, one = (int(found) for found in re.findall(r'action="/files/uploads/(\d+)"', text))
    assert browser.post(f"/files/uploads/{one}", action="dance").status_code == 400
    assert browser.post(f"/files/uploads/{one}", action="again").status_code == 303
    assert browser.post(f"/files/uploads/{two}", action="discard").status_code == 303
    settled(site)
    assert site.desk is not None
    assert [entry.state for entry in site.desk.entries()] == [UploadState.DONE]
    gone = browser.post(f"/files/uploads/{two}", action="again")
    assert gone.status_code == 400
    assert "There is no such upload any more." in gone.text


def test_a_server_without_a_desk_says_so(as_role: AsRole, site: Site) -> None:
    site.desk = None
    browser = as_role(Role.BILLER)
    assert "enctype" not in page(browser)
    for answer in (send(browser, ("one.835", b"x")), browser.post("/files/uploads/1", action="x")):
        assert answer.status_code == 400
        assert "This server takes in no files." in answer.text


# Set aside, and runs ---


def night_of(site: Site, folder: Path) -> int:
    """A nightly run whose report says that it set a file aside, which lies in the folder."""
    aside = folder / "aside.835"
    aside.write_bytes(new_file())
    outcome = {"path": "x", "name": "aside.835", "status": "failed", "message": "It was locked."}
    report = {
        "run_id": 1,
        "as_of": "2026-03-21",
        "taken": [{"name": "aside.835", "outcomes": [outcome], "moved_to": str(aside)}],
        "quarantined": ["aside.835"],
        "left": ["growing.835"],
        "reconciled": {
            "claim_payments_count": 3,
            "claims_count": 2,
            "remittances_count": 1,
            "outcomes": {"matched": 3},
            "work": {"opened": 4},
        },
        "reports": str(folder),
    }
    (folder / "run.txt").write_text("Nightly run of <b>today</b>\n")
    with site.store.writing() as writer:
        run_id = writer.start_run("nightly", started_at="2026-03-21T04:00:00+00:00")
        writer.finish_run(
            run_id,
            finished_at="2026-03-21T04:01:05+00:00",
            status="needs_a_person",
            report=msgspec.json.encode(report).decode(),
        )
    return run_id


def test_what_was_set_aside_is_tried_again(as_role: AsRole, site: Site, tmp_path: Path) -> None:
    run_id = night_of(site, tmp_path)
    assert "Try again" not in page(as_role(Role.READ_ONLY), "/files/quarantine")
    browser = as_role(Role.BILLER)
    text = page(browser, "/files/quarantine")
    assert "It was locked." in text
    assert "aside.835" in text
    for fields in ({}, {"run": "x", "place": "0"}, {"run": str(run_id), "place": "9" * 40}):
        answer = browser.post("/files/quarantine", **fields)
        assert answer.status_code == 400
        assert "Choose a file of the list." in answer.text
    wrong = browser.post("/files/quarantine", run=run_id, place="7")
    assert "There is no such file." in wrong.text
    assert browser.post("/files/quarantine", run=run_id, place="0").status_code == 303
    settled(site)
    assert "None: every file of the nights could be read." in page(browser, "/files/quarantine")
    assert "aside.835" in page(browser)
    again = browser.post("/files/quarantine", run=run_id, place="0")
    assert again.status_code == 400
    assert "cannot be taken out of the quarantine" in again.text


def test_a_run_shows_its_report(as_role: AsRole, site: Site, tmp_path: Path) -> None:
    run_id = night_of(site, tmp_path)
    browser = as_role(Role.READ_ONLY)
    assert f'href="/runs/{run_id}"' in page(browser, "/runs?kind=nightly")
    answer = browser.get(f"/runs/{run_id}")
    assert "<b>today" not in answer.text
    text = unescape(answer.text)
    assert "Nightly run of <b>today</b>" in text
    assert "needs a person" in text
    assert "growing.835" in text
    assert "It was locked." in text
    assert "4 opened" in text
    assert "65" in text  # seconds


def test_a_run_without_a_report_has_a_page(as_role: AsRole, site: Site) -> None:
    with site.store.writing() as writer:
        run_id = writer.start_run("nightly", started_at="2026-03-21T04:00:00+00:00")
    assert "Its report comes when it ends." in page(as_role(Role.READ_ONLY), f"/runs/{run_id}")


def test_views_of_files_are_recorded(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.MANAGER)
    for path in ("/files", "/files/1", "/files/1/at/0", "/files/quarantine", "/files/uploads"):
        page(browser, path)
    site.recorder.take_in()
    seen = [entry.subject for _, entry in list_access(site.store, login="manager", limit=5)]
    assert seen[:4] == ["quarantine", "file 1", "file 1", "files"]


@pytest.mark.parametrize(
    ("path", "panels"),
    [
        ("/files", 3),  # uploads, states, the list
        ("/files/1", 3),  # the file, findings, sets
        ("/files/1/at/0", 1),
        ("/files/quarantine", 2),
        ("/runs", 2),  # kinds, the list
        ("/findings/X12-0101", 1),
    ],
)
def test_a_page_asks_the_database_little(
    as_role: AsRole, monkeypatch: pytest.MonkeyPatch, path: str, panels: int
) -> None:
    browser = as_role(Role.BILLER)
    asked: list[str] = []
    for name in ("rows", "row"):
        real = getattr(Queries, name)

        def counted(self: Queries, sql: str, *values: object, _real=real) -> object:  # type: ignore[no-untyped-def]
            asked.append(sql)
            return _real(self, sql, *values)

        monkeypatch.setattr(Queries, name, counted)
    page(browser, path)
    of_session = [sql for sql in asked if "user" in sql]
    assert len(asked) - len(of_session) <= panels + 3, asked
