"""The dashboard, lists of claims, reports and files to take along, as each role asks for them."""

import csv
import io
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from markupsafe import escape

from edi_engine.config import Settings
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.dashboard import Period, dashboard
from edi_engine.jobs.reports import REPORT_NAMES, report
from edi_engine.jobs.tables import TABLE_ROWS_MAX
from edi_engine.jobs.users import add_user, list_access
from edi_engine.jobs.worklist import assign_item, close_item, list_work
from edi_engine.money import format_dollars
from edi_engine.records.users import AccessKind, Permission, Role, may
from edi_engine.store import Store, open_store
from edi_engine.store.backends import SqliteBackend
from edi_engine.web import Site
from edi_engine.web.asked import Asked, payer_text
from edi_engine.web.pages import reports
from edi_engine.web.pages.dashboard import DASHBOARD_TABLES
from tests.exports.test_workbooks import HOSTILE, cells, parts
from tests.jobs.conclusions import AS_OF, NOW, conclude, practice_of, take, written
from tests.web.conftest import PASSWORD, Browser

AsRole = Callable[[Role], Browser]

DASHBOARD = f"/dashboard?as_of={AS_OF}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A practice with prices, in which somebody closed items today, and money came of some."""
    folder = tmp_path_factory.mktemp("dashboard")
    practice = practice_of(120)
    fees = folder / "fees.csv"
    fees.write_text(practice.fee_schedule_csv())
    with open_store(str(folder / "edi.db")) as made:
        load_fee_schedule(made, fees, now=lambda: NOW)
        take(made, written(practice, folder / "files"))
        conclude(made)
        for role in Role:
            add_user(made, role.value, name="", role=role, password=PASSWORD, actor="root")
        items = [entry.item.work_item_id for entry in list_work(made, as_of=AS_OF)]
        for item in items[20:23]:
            close_item(made, item, "Done.", actor="biller", as_of=AS_OF, now=lambda: NOW)
        assign_item(made, items[24], "collector", actor="manager")
        with made.reading() as reader:
            outcomes = reader.outcomes()
        assert outcomes
        with made.writing() as writer:
            writer.add_work_outcomes(
                [msgspec.structs.replace(one, recovered_cents=12_345) for one in outcomes]
            )
        yield made


class Cell(NamedTuple):
    text: str
    url: str


class Tables(HTMLParser):
    """Tables of a page by the heading before them: heads, and rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, tuple[list[str], list[list[Cell]]]] = {}
        self._heading = ""
        self._inside = ""
        self._text = ""
        self._url = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h2", "th", "td"}:
            self._inside, self._text, self._url = tag, "", ""
        elif tag == "table" and self._heading:
            self.found[self._heading] = ([], [])
        elif tag == "tr" and self._heading in self.found:
            self.found[self._heading][1].append([])
        elif tag == "a" and self._inside:
            self._url = dict(attrs).get("href") or ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag != self._inside:
            return
        self._inside = ""
        if tag == "h2":
            self._heading = self._text
        elif self._heading in self.found:
            heads, rows = self.found[self._heading]
            if tag == "th":
                heads.append(self._text)
            else:
                rows[-1].append(Cell(self._text.strip(), self._url))


def linked(text: str) -> Iterator[tuple[str, str, Cell]]:
    """(panel, column, cell) of every number that leads somewhere."""
    for title, (heads, rows) in Tables(text).found.items():
        for row in rows:
            for head, cell in zip(heads, row, strict=False):
                if cell.url:
                    yield title, head, cell


# Every number has its claims ---


DAYS = {"median days", "9 in 10 within"}
"""Columns that tell days and not how many claims."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("clock", "period"),
    [
        ("responsibility", Period.WEEK),
        ("responsibility", Period.MONTH),
        ("service", Period.WEEK),
        ("service", Period.MONTH),
    ],
)
def test_every_number_leads_to_as_many_as_it_says(
    as_role: AsRole, period: Period, clock: str
) -> None:
    browser = as_role(Role.MANAGER)
    page = browser.get(f"{DASHBOARD}&period={period.value}&clock={clock}")
    assert page.status_code == 200
    checked: dict[str, int] = {}
    for title, head, cell in linked(page.text):
        answer = browser.get(cell.url)
        assert answer.status_code == 200, cell
        path = urlsplit(cell.url).path
        query = parse_qs(urlsplit(cell.url).query)
        kind = f"{title} {path}"
        if path == "/":
            browser_count = re.search(r'aria-current="page"[^>]*>[\w ]+<b>(\d+)</b>', answer.text)
            if head == "items":
                assert browser_count
                assert browser_count[1] == cell.text
        elif cell.text.isdecimal() and head not in DAYS:
            (count,) = re.findall(r"<b>(\d+)</b> (?:claim|item)", answer.text)
            assert count == cell.text, cell
        elif "$" in cell.text and path == "/claims" and "hits" not in query:
            words = {"refused": "Refused", "short": "short"}.get(head, "Owed as asked for:")
            assert f"{words} <b>{cell.text}</b>" in answer.text, cell
        checked[kind] = checked.get(kind, 0) + 1
    assert checked.keys() == {
        "Work that waits /",
        "Owed by age /claims",
        "Refused, short, settled at first /claims",
        "How payers answer /claims",
        "Underpayments, and what they brought in /claims",
        "Recovered /recovered",
        "The team by week /team/items"
        if period is Period.WEEK
        else "The team by month /team/items",
        "The team /team/items",
    }
    assert sum(checked.values()) > 120


def test_the_team_has_its_items(as_role: AsRole) -> None:
    browser = as_role(Role.MANAGER)
    cells_of_team = [
        (head, cell)
        for title, head, cell in linked(browser.get("/dashboard").text)
        if title == "The team"
    ]
    assert ("closed", "biller") in {
        (head, parse_qs(urlsplit(cell.url).query).get("who", [""])[0])
        for head, cell in cells_of_team
    }
    for head, cell in cells_of_team:
        answer = browser.get(cell.url)
        assert f"<b>{cell.text}</b> item" in answer.text, head


def test_the_numbers_are_those_of_the_job(as_role: AsRole, site: Site) -> None:
    tables = Tables(as_role(Role.BILLER).get(DASHBOARD).text).found
    told = dashboard(site.store, as_of=AS_OF, today=AS_OF)
    shown = {"Owed by age": told.aging, "How payers answer": told.payer_answers}
    for title, table in shown.items():
        _, rows = tables[title]
        assert [[cell.text for cell in row] for row in rows if row] == [
            [
                ""
                if value is None
                else format_dollars(value, thousands=True)
                if column.kind.value == "money"
                else str(value)
                for column, value in zip(table.dataset.columns, row, strict=True)
            ]
            for row in table.rows
        ]


def test_a_list_has_pages_and_they_are_the_whole(as_role: AsRole) -> None:
    browser = as_role(Role.READ_ONLY)
    first = browser.get("/claims")
    (count,) = re.findall(r"<b>(\d+)</b> claim", first.text)
    seen: list[str] = []
    url = "/claims"
    while url:
        text = browser.get(url).text
        seen += re.findall(r'class="open" href="(/claims/\d+)"', text)
        later = re.search(r'href="([^"]+)" rel="next"', text)
        url = later[1].replace("&amp;", "&") if later else ""
    assert len(seen) == len(set(seen)) == int(count) > 50
    assert "Earlier" in browser.get("/claims?page=2").text
    assert "not so many pages" in browser.get("/claims?page=99999").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bucket=5", "whole number up to 4"),
        ("bucket=-1", "whole number up to 4"),
        ("as_of=yesterday", "Give a day as 2026-03-21."),
        ("as_of=0001-01-01", "Give a day as 2026-03-21."),
        ("answered_from=2026-03-21&answered_to=2026-03-20", "The last day is before the first."),
        ("status=nonsense", "take one of the list"),
        ("owed=everybody", "take one of the list"),
        ("days=9999999999999", "whole number"),
        ("days=%C2%B2", "whole number"),
    ],
)
def test_a_filter_that_cannot_be_read_finds_nothing_and_says_so(
    as_role: AsRole, query: str, said: str
) -> None:
    browser = as_role(Role.MANAGER)
    answer = browser.get(f"/claims?{query}&payer=EX001")
    assert answer.status_code == 400
    assert said in answer.text
    assert 'class="open"' not in answer.text
    assert '<option value="EX001" selected>' in answer.text
    exported = browser.get(f"/exports/claims/csv?{query}")
    assert exported.status_code == 404
    assert said in exported.text


@pytest.mark.parametrize("query", ["as_of=x", "clock=moon", "period=year", "as_of=20260321T00"])
def test_a_dashboard_that_cannot_be_read_is_told(as_role: AsRole, query: str) -> None:
    answer = as_role(Role.MANAGER).get(f"/dashboard?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("payer_id", ["", "EX001", "~", "~EX", " ", "a&b=c"])
def test_a_payer_is_told_apart_from_none_and_from_any(payer_id: str) -> None:
    text = payer_text(payer_id)
    assert text
    assert Asked({"payer": text}).payer() == payer_id
    assert Asked({"payer": ""}).payer() is None
    assert Asked({}).payer() is None


# Who may what ---


@pytest.mark.parametrize("role", Role)
def test_sums_are_everybodys_and_people_are_the_managers(role: Role, as_role: AsRole) -> None:
    browser = as_role(role)
    is_manager = may(role, Permission.MANAGE)
    text = browser.get("/dashboard").text
    assert "Owed by age" in text
    assert ("The team" in text) == is_manager
    assert ("/team/items" in text) == is_manager
    for path in ("/dashboard", "/claims", "/reports/aging", "/"):
        assert ("/exports/" in browser.get(path).text) == is_manager, path
    for path in ("/exports/team/csv", "/exports/claims/xlsx", "/team/items"):
        assert (browser.get(path).status_code == 403) != is_manager, path
    for name in ("Claims", "Dashboard", "Reports"):
        assert f">{name}</a>" in text


def test_an_export_is_recorded_as_such_and_a_failed_one_is_not(as_role: AsRole, site: Site) -> None:
    browser = as_role(Role.MANAGER)
    assert browser.get("/exports/claims/csv?payer=EX001").status_code == 200
    assert browser.get("/exports/no_such_table/csv").status_code == 404
    assert browser.get("/exports/claims/pdf").status_code == 404
    browser.get("/claims?payer=EX001")
    site.recorder.take_in()
    entries = [entry for _, entry in list_access(site.store, login="manager", limit=4)]
    told = [(entry.kind, entry.subject) for entry in entries]
    assert (AccessKind.EXPORTED, "table claims csv") in told
    assert (AccessKind.VIEWED, "list of claims") in told
    assert not any("no_such_table" in subject or "pdf" in subject for _, subject in told)


# Reports and files ---


@pytest.mark.parametrize("name", REPORT_NAMES)
def test_every_report_is_a_page_and_a_file(as_role: AsRole, site: Site, name: str) -> None:
    browser = as_role(Role.MANAGER)
    assert f'href="/reports/{name}"' in browser.get("/reports").text
    page = browser.get(f"/reports/{name}?as_of={AS_OF}")
    assert page.status_code == 200
    table = report(site.store, name, as_of=AS_OF)
    assert f"{len(table.rows)} rows" in page.text
    text = browser.get(f"/exports/{name}/csv?as_of={AS_OF}").text
    assert len(list(csv.reader(io.StringIO(text)))) == len(table.rows) + 1
    workbook = browser.get(f"/exports/{name}/xlsx?as_of={AS_OF}")
    assert workbook.headers["content-type"].endswith("spreadsheetml.sheet")
    assert workbook.headers["cache-control"] == "no-store"
    assert "xl/workbook.xml" in parts(workbook.content)


@pytest.mark.parametrize("name", [*DASHBOARD_TABLES, "claims", "worklist"])
def test_every_table_is_a_file_and_its_link_is_on_the_page(as_role: AsRole, name: str) -> None:
    browser = as_role(Role.MANAGER)
    page = browser.get({"claims": "/claims", "worklist": "/"}.get(name, DASHBOARD)).text
    assert f'href="/exports/{name}/xlsx' in page
    rows = list(csv.reader(io.StringIO(browser.get(f"/exports/{name}/csv?as_of={AS_OF}").text)))
    workbook = browser.get(f"/exports/{name}/xlsx?as_of={AS_OF}")
    assert workbook.headers["content-disposition"].endswith(f"{name}.xlsx")
    filled = [cell for row in rows[1:] for cell in row if cell]
    assert len(cells(workbook.content)) == len(filled)


@pytest.mark.parametrize(
    ("name", "page", "query"),
    [
        ("team_items", "/team/items", "did=closed"),
        ("team_items", "/team/items", "did=assigned&who=collector"),
        ("recovered_items", "/recovered", "from=2026-01-01&to=2100-12-31"),
    ],
)
def test_lists_of_items_behind_numbers_are_files_too(
    as_role: AsRole, name: str, page: str, query: str
) -> None:
    browser = as_role(Role.MANAGER)
    text = unescape(browser.get(f"{page}?{query}").text)
    assert f"/exports/{name}/xlsx?{query}" in text
    shown = re.findall(r'class="open" href="/items/(\d+)"', text)
    rows = list(csv.DictReader(io.StringIO(browser.get(f"/exports/{name}/csv?{query}").text)))
    assert [row["work_item_id"] for row in rows][: len(shown)] == shown
    assert rows
    workbook = browser.get(f"/exports/{name}/xlsx?{query}")
    assert workbook.headers["content-disposition"].endswith(f"{name}.xlsx")
    assert len(cells(workbook.content)) == len([1 for row in rows for cell in row.values() if cell])
    assert browser.get(f"/exports/{name}/csv?from=nonsense").status_code == 404
    assert as_role(Role.BILLER).get(f"/exports/{name}/csv?{query}").status_code == 403
    if name == "recovered_items":
        assert {row["recovered"] for row in rows} == {"123.45"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/late_payments?from=2026-01-01&to=2026-03-21", 200),
        ("/reports/late_payments?from=2026-03-22&to=2026-03-21", 400),
        ("/reports/aging?clock=moon", 400),
        ("/reports/denials?as_of=soon", 400),
        ("/exports/late_payments/csv?from=2026-03-22&to=2026-03-21", 404),
    ],
)
def test_what_a_report_is_asked_with_is_read_or_told(
    as_role: AsRole, path: str, status: int
) -> None:
    assert as_role(Role.MANAGER).get(path).status_code == status


def test_an_unknown_report_is_told(as_role: AsRole) -> None:
    answer = as_role(Role.BILLER).get("/reports/no_such")
    assert answer.status_code == 404
    assert "There is no such report." in answer.text


def test_a_list_is_taken_along_as_it_is_filtered(as_role: AsRole) -> None:
    browser = as_role(Role.MANAGER)
    query = "payer=EX001&owed=payer"
    (count,) = re.findall(r"<b>(\d+)</b> claim", browser.get(f"/claims?{query}").text)
    rows = list(csv.DictReader(io.StringIO(browser.get(f"/exports/claims/csv?{query}").text)))
    assert len(rows) == int(count) > 0
    assert {row["payer_id"] for row in rows} == {"EX001"}
    work = list(csv.DictReader(io.StringIO(browser.get("/exports/worklist/csv?queue=denial").text)))
    assert {row["queue"] for row in work} == {"denial"}


def test_a_table_too_long_is_refused_with_a_way_out(
    as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edi_engine.jobs.tables.TABLE_ROWS_MAX", 10)
    monkeypatch.setattr(reports, "TABLE_ROWS_MAX", 10)
    answer = as_role(Role.MANAGER).get("/exports/claims/xlsx")
    assert answer.status_code == 404
    assert "more than 10 rows" in answer.text
    assert "Narrow it" in answer.text
    assert TABLE_ROWS_MAX == 100_000


# Nothing, and hostile names ---


@pytest.fixture
def browser_of(tmp_path: Path) -> Iterator[Callable[[Store], Browser]]:
    """A manager at the workbench of another store."""
    recorders = []

    def browser(store: Store) -> Browser:
        add_user(store, "kim", name="", role=Role.MANAGER, password=PASSWORD, actor="root")
        recorder = AccessRecorder(store, tmp_path / "spool")
        recorders.append(recorder.__enter__())
        made = Browser(Site(store, Settings(), recorder))
        made.log_in("kim")
        return made

    yield browser
    for recorder in recorders:
        recorder.__exit__(None, None, None)


def test_an_empty_store_has_empty_pages(
    browser_of: Callable[[Store], Browser], tmp_path: Path
) -> None:
    with open_store(str(tmp_path / "empty.db")) as store:
        browser = browser_of(store)
        text = browser.get("/dashboard").text
        assert "Nothing waits for anybody." in text
        assert "No payer answered in this time." in text
        assert "<svg" not in text
        assert "No claim is like that." in browser.get("/claims").text
        for path in ("/recovered", "/recovered?from=2026-01-01", "/team/items", "/reports/denials"):
            assert browser.get(path).status_code == 200, path
        for name in (*DASHBOARD_TABLES, "claims", "worklist", *REPORT_NAMES):
            assert browser.get(f"/exports/{name}/xlsx").status_code == 200, name
        browser.client.close()


@pytest.mark.parametrize("name", [*HOSTILE[:6], '"><script>alert(1)</script>', "{{ 7*7 }}"])
def test_names_are_shown_and_taken_along_as_texts(
    browser_of: Callable[[Store], Browser], concluded_database: Path, tmp_path: Path, name: str
) -> None:
    with open_store(str(shutil.copy(concluded_database, tmp_path / "hostile.db"))) as store:
        with store.writing() as writer:
            writer.run(
                "UPDATE claims SET payer_name = ?, patient_last_name = ?, payer_id = ?"
                " WHERE payer_id = 'EX001'",
                (name, name, name),
            )
        browser = browser_of(store)
        for path in (DASHBOARD, "/claims", "/reports/payers"):
            text = browser.get(path).text
            assert escape(name) in text
            assert "<script>alert" not in text
        found = [cell for _, _, cell in linked(browser.get(DASHBOARD).text) if "payer=" in cell.url]
        assert any(
            parse_qs(urlsplit(cell.url).query)["payer"] == [payer_text(name)] for cell in found
        )
        data = browser.get("/exports/claims/xlsx").content
        sheet = parts(data)["xl/worksheets/sheet1.xml"]
        assert "<f" not in sheet
        assert ("s", name.replace("\r", "_x000D_")) in cells(data)
        exported = list(csv.reader(io.StringIO(browser.get("/exports/claims/csv").text)))
        assert not any(
            cell.startswith(("=", "+", "@", "\t", "\r")) for row in exported[1:] for cell in row
        )
        browser.client.close()


# How much is asked of the database ---


def test_a_page_asks_few_statements_whatever_the_store_holds(
    as_role: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three more than it has panels, and those of the session."""
    browser = as_role(Role.MANAGER)
    statements: list[str] = []
    connect = SqliteBackend.connect

    def told(backend: SqliteBackend) -> sqlite3.Connection:
        connection = connect(backend)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(SqliteBackend, "connect", told)

    def asked(path: str) -> int:
        statements.clear()
        assert browser.get(path).status_code == 200
        return sum(
            text.lstrip().startswith("SELECT")
            and "user_sessions" not in text
            and "FROM users WHERE" not in text
            for text in statements
        )

    panels = browser.get(DASHBOARD).text.count('<section class="panel"')
    assert panels == 8
    assert asked(DASHBOARD) <= panels + 3
    assert asked("/claims?owed=either&bucket=1&result=refused") <= 1 + 3
    assert asked("/reports/aging") <= 1 + 3
    assert asked("/team/items?did=closed") <= 1 + 8
