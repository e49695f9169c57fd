"""The workbench in a real browser: days of its people, keys alone, without scripts, and axe.

Needs a Chromium: `EDI_TEST_CHROMIUM` names one, else Debian's is used; without one these are
skipped. Screenshots go to the folder that `EDI_TEST_SCREENSHOTS` names.
"""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.types import ASGIApp

from edi_engine.config import Settings
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.decide import list_decisions
from edi_engine.jobs.review import list_reviews, show_review
from edi_engine.jobs.runs import reconcile_run
from edi_engine.jobs.users import add_user
from edi_engine.jobs.worklist import show_item
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.users import Role
from edi_engine.records.work import WorkStatus
from edi_engine.store import Store, open_store
from edi_engine.web import Site, create_app
from tests.jobs.conclusions import AS_OF, conclude, practice_of, take, written
from tests.web.conftest import PASSWORD

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of the browser's own processes and threads
]

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WIDTHS = (1280, 768)
_PAGES = (
    "/",
    "/?queue=denial",
    "/bulk?queue=denial",
    "/review",
    "/items/1",
    "/items/1/letter",
    "/claims",
    "/claims/1",
    "/claims/1/lines/1",
    "/claims/1/correct",
    "/payments/1",
    "/payments/2",
    "/remittances/1",
    "/remittances/2",
    "/remittances/2?state=posted",
    "/files",
    "/files/1",
    "/files/1/at/0?element=ISA06",
    "/files/1/at/0?number=claim_charge",
    "/sets/1",
    "/findings/BAL-0103",
    "/files/quarantine",
    "/runs",
    "/runs/1",
    "/recovered?from=2026-01-01&to=2026-12-31",
    "/team/items?did=touched",
    "/search?q=sample",
    "/search?q=sample+2026-01-05",
    "/dashboard",
    "/dashboard?period=week",
    "/reports",
    "/reports/denials",
    "/users",
    "/access",
    "/account",
    "/views?queue=denial",
    "/?sort=-amount",
    "/no/such/page",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("browser")
    with open_store(str(folder / "edi.db"), busy_timeout_seconds=5) as store:
        take(store, written(practice_of(150), folder / "files"))
        conclude(store)
        reconcile_run(store, policy=ReconcilePolicy(), as_of=AS_OF)
        for role in Role:
            add_user(store, role.value, name="", role=role, password=PASSWORD, actor="root")
        yield store


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Where a server of the application is, as long as the block goes on."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def address(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of the workbench is."""
    with AccessRecorder(store, tmp_path_factory.mktemp("access")) as recorder:
        app = create_app(Site(store, Settings(), recorder, AS_OF))
        with served(app) as found:
            yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("EDI_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium: install Debian's chromium, or name one by EDI_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, address: str, role: Role, **options: object) -> None:
        self.context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
        self.context.set_default_timeout(10_000)
        self.address = address
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in {"error", "warning"}
                else None
            ),
        )
        self.page.goto(f"{address}/login")
        self.page.fill("[name=login]", role.value)
        self.page.fill("[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{address}/")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def photograph(self, name: str) -> None:
        folder = os.environ.get("EDI_TEST_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", _WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_axe_violation(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    person = Person(
        chromium,
        address,
        Role.ADMINISTRATOR,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    for path in _PAGES:
        person.go(path)
        person.photograph(f"{scheme}-{width}-{path.strip('/').replace('/', '-') or 'worklist'}")
        found = Axe().run(person.page)
        assert found.violations_count == 0, (path, found.generate_report())
        wide = person.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} scrolls sideways"
    assert {url.split("/")[2] for url in person.asked} == {address.split("/")[2]}
    assert [text for text in person.complaints if "404" not in text] == []


def test_a_morning_with_keys_alone(chromium: Browser, address: str, store: Store) -> None:
    person = Person(chromium, address, Role.BILLER)
    page = person.page
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector(".lead")
    page.keyboard.press("g")
    page.wait_for_url(f"{address}/")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    page.keyboard.press("n")
    page.wait_for_selector("text=It is in your hands")
    number = int(page.url.rpartition("/")[2])
    page.locator("summary:text-is('Done')").focus()
    page.keyboard.press("Enter")
    page.locator("details[open] [name=reason]").focus()
    page.keyboard.type("Paid by phone.")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=It is closed")
    person.photograph("closed")
    assert show_item(store, number).item.status is WorkStatus.CLOSED


def test_a_day_without_scripts(chromium: Browser, address: str, store: Store) -> None:
    person = Person(chromium, address, Role.BILLER, java_script_enabled=False)
    page = person.page
    page.click("text=Next item for me")
    number = int(page.url.rpartition("/")[2])
    page.click("summary:has-text('Write down what was done')")
    form = page.locator("details[open]")
    form.locator("[name=channel]").select_option("portal")
    form.locator("[name=outcome]").fill("In process.")
    form.locator("[name=next_action_on]").fill("2099-01-04")
    form.locator("button").click()
    assert "It is written down" in page.content()
    assert show_item(store, number).item.status is WorkStatus.WAITING
    page.click("text=Log out")
    assert page.url == f"{address}/login"


def test_an_ambiguous_payment_is_decided_and_undone(
    chromium: Browser, address: str, store: Store
) -> None:
    person = Person(chromium, address, Role.BILLER)
    page = person.page
    page.click("text=Match review")
    page.locator("a.open", has_text="ambiguous").first.click()
    number = int(page.url.rpartition("/")[2])
    page.locator("text=It belongs here").first.click()
    page.wait_for_selector(f"text=Claim payment {number} is on claim")
    person.go(f"/review/{number}")
    person.photograph("decided")
    undo_at(person, f"/review/{number}")
    (decision,) = [one for one in list_decisions(store) if one.decision.claim_payment_id == number]
    assert decision.revoked_by == Role.BILLER.value


def test_a_payment_is_decided_by_keys(chromium: Browser, address: str, store: Store) -> None:
    person = Person(chromium, address, Role.BILLER)
    page = person.page
    number = next(
        entry.item.claim_payment_id
        for entry in list_reviews(store, as_of=AS_OF, limit=99)
        if len(show_review(store, entry.item.claim_payment_id or 0, as_of=AS_OF).candidates) > 1
    )
    person.go(f"/review/{number}")
    page.keyboard.press("a")  # nothing is chosen yet: it only goes to the first
    page.wait_for_selector(".candidate.here")
    page.keyboard.press("j")
    chosen = page.locator(".candidate.here h2 a").inner_text()
    person.photograph("claim-chosen-by-keys")
    page.keyboard.press("r")
    page.wait_for_selector(f"text=Claim payment {number} is kept off claim {chosen}")
    undo_at(person, f"/review/{number}")
    page.keyboard.press("j")
    kept = page.locator(".candidate.here h2 a").inner_text()
    page.keyboard.press("a")
    page.wait_for_selector(f"text=Claim payment {number} is on claim {kept}")
    undo_at(person, f"/review/{number}")


def undo_at(person: Person, path: str) -> None:
    person.go(path)
    person.page.click("button:text-is('Undo')")
    person.page.wait_for_selector("text=The decision is undone")


def test_two_people_on_one_item(chromium: Browser, address: str, store: Store) -> None:
    one = Person(chromium, address, Role.BILLER)
    other = Person(chromium, address, Role.MANAGER)
    with store.reading() as reader:
        item = reader.work_items(statuses=(WorkStatus.NEW,))[-1]
    for person in (one, other):
        person.go(f"/items/{item.work_item_id}")
    one.page.click("button:text-is('Mine')")
    other.page.click("summary:text-is('Done')")
    other.page.fill("details[open] [name=reason]", "Nothing is owed.")
    other.page.click("details[open] button")
    other.page.wait_for_selector("text=worked on it meanwhile")
    assert other.page.input_value("details[open] [name=reason]") == "Nothing is owed."
    other.photograph("conflict")
    assert show_item(store, item.work_item_id).item.assignee == Role.BILLER.value


def test_ten_people_while_a_night_goes_on(address: str, store: Store, tmp_path: Path) -> None:
    """Files are taken in and reconciled while ten browsers look and write: nothing is lost."""
    import httpx

    from tests.web.conftest import CSRF

    files = written(practice_of(300, seed=11), tmp_path / "files")
    for place in range(10):
        add_user(store, f"biller{place}", name="", role=Role.BILLER, password=PASSWORD, actor="x")
    failures: list[object] = []
    noted: list[str] = []
    with store.reading() as reader:
        numbers = [item.work_item_id for item in reader.work_items(statuses=(WorkStatus.NEW,))[:10]]

    def night() -> None:
        take(store, files)
        conclude(store)

    def person(place: int) -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            token = CSRF.search(client.get("/login").text)
            assert token
            fields = {"csrf": token[1], "login": f"biller{place}", "password": PASSWORD}
            client.post("/login", data=fields)
            for turn in range(4):
                page = client.get(f"/items/{numbers[place]}")
                token = CSRF.search(page.text)
                if page.status_code != 200 or token is None:
                    failures.append((page.status_code, page.text[:200]))
                    return
                text = f"note {place} {turn}"
                answer = client.post(
                    f"/items/{numbers[place]}",
                    data={"csrf": token[1], "action": "note", "text": text},
                )
                (noted if answer.status_code == 303 else failures).append(text)
                client.get("/")

    threads = [threading.Thread(target=night)]
    threads += [threading.Thread(target=person, args=[place]) for place in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    kept = {event.text for number in numbers for event in show_item(store, number).events}
    assert set(noted) <= kept
    assert len(noted) == 40
