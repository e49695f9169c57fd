"""Days of the workbench's people in a real browser: what they come for, from beginning to end.

Runs as `test_in_a_browser` does, and keeps its screenshots in the same folder.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page

from edi_engine.config import Settings
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.appeals import appeals_of_item
from edi_engine.jobs.contracts import load_fee_schedule
from edi_engine.jobs.correction_forms import correction_form
from edi_engine.jobs.search import make_searchable
from edi_engine.jobs.uploads import UploadDesk
from edi_engine.jobs.users import add_user
from edi_engine.jobs.worklist import show_item
from edi_engine.parsers import read_bytes
from edi_engine.records.users import Role
from edi_engine.records.work import Queue, WorkItem, WorkStatus
from edi_engine.store import Store, open_store
from edi_engine.web import Site, create_app
from tests.jobs.conclusions import AS_OF, NOW, conclude, practice_of, take, written
from tests.parsers.x12_files import CLAIM, LINE, remittance
from tests.web.conftest import PASSWORD
from tests.web.test_in_a_browser import Person, chromium, served

__all__ = ["chromium"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of the browser's own processes and threads
]

_TABS_MAX = 150


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("days")
    practice = practice_of(150)
    fees = folder / "fees.csv"
    fees.write_text(practice.fee_schedule_csv())
    with open_store(str(folder / "edi.db"), busy_timeout_seconds=5) as store:
        load_fee_schedule(store, fees, now=lambda: NOW)
        take(store, written(practice, folder / "files", with_bank=True))
        conclude(store)
        make_searchable(store)
        for role in Role:
            add_user(store, role.value, name="", role=role, password=PASSWORD, actor="root")
        yield store


@pytest.fixture(scope="module")
def address(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of the workbench is, which takes files in."""
    folder, settings = tmp_path_factory.mktemp("served"), Settings()
    with (
        AccessRecorder(store, folder / "access") as recorder,
        UploadDesk(store, settings, folder / "uploads") as desk,
    ):
        app = create_app(Site(store, settings, recorder, AS_OF, desk=desk))
        with served(app) as found:
            yield found


def tab_to(page: Page, selector: str) -> None:
    """Go there by the Tab key, as somebody without a mouse does."""
    for _ in range(_TABS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {_TABS_MAX} tabs")


def items_in(store: Store, queue: Queue) -> list[WorkItem]:
    with store.reading() as reader:
        return [
            item
            for item in reader.work_items(queue=queue, statuses=(WorkStatus.NEW,))
            if item.claim_id is not None
        ]


def content_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_a_denial_is_corrected_with_keys_alone(
    chromium: Browser, address: str, store: Store
) -> None:
    person = Person(chromium, address, Role.BILLER)
    page = person.page
    person.go("/?queue=denial")
    listed = page.eval_on_selector_all("a.open", "all => all.map(one => one.getAttribute('href'))")
    items = {f"/items/{one.work_item_id}": one for one in items_in(store, Queue.DENIAL)}
    place, item = next(
        (place, items[path])
        for place, path in enumerate(listed)
        if path in items and correction_form(store, items[path].claim_id or 0).reference
    )
    for _ in range(place + 1):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".lead")
    tab_to(page, "a[href*='/correct']")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Correct claim')")
    tab_to(page, "[name='line 1 modifiers']")
    page.keyboard.press("Control+a")
    page.keyboard.type("59")
    tab_to(page, "button[value=preview]")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:text-is('What it gives')")
    person.photograph("correction-previewed")
    tab_to(page, "button[value=write]")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    (claim,) = read_bytes(content_of(waiting.value), file_name="corrected.837").claims
    assert claim.frequency_code == "7"
    tab_to(page, f"a[href='/items/{item.work_item_id}']")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Claim written as frequency 7")
    person.photograph("denial-corrected")
    assert show_item(store, item.work_item_id).events[-1].actor == Role.BILLER.value


def test_an_underpayment_goes_to_appeal_without_scripts(
    chromium: Browser, address: str, store: Store
) -> None:
    item = items_in(store, Queue.UNDERPAY)[0]
    person = Person(chromium, address, Role.COLLECTOR, java_script_enabled=False)
    page = person.page
    person.go("/?queue=underpay")
    page.click(f"a.open[href='/items/{item.work_item_id}']")
    page.click("a:text-is('Appeal letter')")
    assert "underpa" in page.inner_text("pre.letter").lower()
    person.photograph("appeal-letter")
    with page.expect_download() as waiting:
        page.click("button:text-is('Take along as PDF')")
    assert content_of(waiting.value).startswith(b"%PDF-")
    with page.expect_download() as waiting:
        page.click("button:text-is('Take along as text')")
    text = content_of(waiting.value).decode()
    assert waiting.value.suggested_filename.endswith(".txt")
    assert text.splitlines()[0] in page.inner_text("pre.letter")
    person.go(f"/items/{item.work_item_id}")
    page.click("summary:text-is('An appeal was sent')")
    form = page.locator("details[open]")
    form.locator("[name=method]").select_option("mail")
    form.locator("[name=tracking_number]").fill("9400 1000")
    form.locator("[name=due]").fill("2026-05-31")
    form.locator("button").click()
    assert "is recorded" in page.inner_text(".notice")
    person.photograph("appeal-filed")
    (appeal,) = appeals_of_item(store, item.work_item_id)
    assert appeal.tracking_number == "9400 1000"
    assert appeal.response_due_on.isoformat() == "2026-05-31"
    assert show_item(store, item.work_item_id).item.status is WorkStatus.APPEALED
    assert "9400" not in page.url


def test_a_broken_file_is_uploaded_and_its_finding_followed(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.835"
    broken.write_text(remittance(CLAIM + LINE.replace("CO*45*20", "CO*45*2O"), paid="80"))
    person = Person(chromium, address, Role.BILLER)
    page = person.page
    page.click("nav >> text=Files")
    page.set_input_files("#choose", str(broken))
    page.click("#upload button")
    page.wait_for_selector("#uploads a:text-is('X12-0201')", timeout=30_000)
    person.photograph("upload-broken")
    page.click("#uploads a:text-is('broken.835')")
    page.wait_for_selector("h2:text-is('Findings')")
    row = page.locator("tr", has=page.locator("a:text-is('X12-0201')")).first
    assert "is not an exact dollar amount" in row.inner_text()
    row.locator("a.open").click()
    page.wait_for_selector("tr.here")
    assert page.inner_text("tr.here mark") == "2O"
    person.photograph("finding-in-file")
    page.go_back()
    page.locator("a:text-is('X12-0201')").first.click()
    page.wait_for_selector("h1")
    assert "X12-0201" in page.content()


def test_a_managers_day(chromium: Browser, address: str) -> None:
    person = Person(chromium, address, Role.MANAGER)
    page = person.page
    page.click("nav >> text=Dashboard")
    page.wait_for_selector("h2:has-text('Owed by age')")
    person.photograph("manager-dashboard")
    numbers = page.locator("details", has=page.locator("td a[href^='/claims?']")).first
    numbers.locator("summary").click()
    numbers.locator("td a[href^='/claims?']").first.click()
    page.wait_for_selector("table.rows")
    page.locator("a.open").first.click()
    page.wait_for_selector("h2:text-is('Billed and answered')")
    page.go_back()
    with page.expect_download() as waiting:
        page.click(".exports a:text-is('CSV')")
    assert content_of(waiting.value).startswith(b"claim_id,")
    person.go("/bulk?queue=denial")
    person.photograph("manager-bulk")
    assert "item" in page.inner_text("main")
    person.go("/team/items?did=in_hand")
    assert page.locator("h1").inner_text().startswith("Items")
    person.go("/access")
    assert "Your role does not include this" in page.content()


def test_a_day_of_somebody_who_only_looks(chromium: Browser, address: str, store: Store) -> None:
    person = Person(chromium, address, Role.READ_ONLY)
    page = person.page
    page.locator("a.open").first.click()
    page.wait_for_selector(".lead")
    assert page.locator("section.actions").count() == 0
    with store.reading() as reader:
        ((remittance_id,),) = reader.rows(
            "SELECT remittance_id FROM remittances ORDER BY claim_payments_count DESC LIMIT 1"
        )
    person.go(f"/remittances/{remittance_id}")
    assert page.locator("main form").count() == 0
    mark = page.locator("td .sourced", has=page.locator(".mark")).first
    assert mark.locator(".mark").evaluate("one => getComputedStyle(one).opacity") == "0"
    mark.hover()
    assert mark.locator(".mark").evaluate("one => getComputedStyle(one).opacity") == "1"
    amount = mark.inner_text().split("\n")[0].strip("¶ ")
    mark.locator(".mark").click()
    page.wait_for_selector("tr.here mark")
    assert page.inner_text("tr.here mark") in amount.replace("$", "").replace(",", "")
    person.photograph("number-in-file")
    page.go_back()
    tab_to(page, ".mark")
    focused = page.evaluate("getComputedStyle(document.activeElement).opacity")
    assert focused == "1"
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.here mark")
    person.go("/files")
    assert page.locator("#upload").count() == 0
    for path in ("/bulk", "/users", "/team/items", "/exports/claims/csv"):
        person.go(path)
        assert "Your role does not include this" in page.content(), path
    person.photograph("read-only-refused")


def test_a_remittance_is_printed_without_what_is_only_for_the_screen(
    chromium: Browser, address: str, store: Store
) -> None:
    person = Person(chromium, address, Role.BILLER)
    page = person.page
    with store.reading() as reader:
        ((remittance_id,),) = reader.rows(
            "SELECT remittance_id FROM remittances ORDER BY claim_payments_count DESC LIMIT 1"
        )
    person.go(f"/remittances/{remittance_id}")
    page.emulate_media(media="print")
    for selector in (".top", ".actions", ".mark", ".queues"):
        assert not page.locator(selector).first.is_visible(), selector
    for words in ("Does it add up?", "Claim payments", "Deposit"):
        assert page.locator(f"h2:text-is('{words}')").is_visible()
    person.photograph("remittance-printed")
