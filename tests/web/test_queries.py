"""What a page asks of the database: three questions more than it has panels at the most, however
many rows there are."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest

from edi_engine.config import Settings
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.runs import reconcile_run
from edi_engine.jobs.search import make_searchable
from edi_engine.jobs.uploads import UploadDesk
from edi_engine.jobs.users import add_user
from edi_engine.records.policy import ReconcilePolicy
from edi_engine.records.users import Role
from edi_engine.store import Store, open_store
from edi_engine.web import Site
from edi_engine.web.routes import ROUTES
from tests.jobs.conclusions import AS_OF, conclude, practice_of, take, written
from tests.web.conftest import PASSWORD, Browser

_BESIDES = 3
"""What a page may ask more than it has panels. Who is asking is found out before, by two questions
that are the same for every page."""

_SESSION = ("FROM user_sessions", "FROM users WHERE user_id")

_NO_QUESTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SELECT count(*) FROM sqlite_master")
"""How a snapshot begins and ends."""

_IDS_TRIED = 12

_PANELS: Mapping[str, tuple[str, ...]] = {
    "/": ("next", "queues", "filters", "items", "why", "clocks", "views"),
    "/bulk": ("items", "sum"),
    "/bulk/done": ("what was done",),
    "/items/{item:int}": (
        *("reason", "actions", "facts", "priority", "deadlines", "promises", "outcomes"),
        *("appeals", "touches", "history", "claims that say the same"),
    ),
    "/review": ("payments",),
    "/review/{payment:int}": (
        *("payment", "match", "candidates", "field by field", "how each stands"),
        *("another claim", "decisions", "the next"),
    ),
    "/claims/{claim:int}": (
        *("facts", "standing", "billed lines", "answers", "adjustments", "variances"),
        *("claim payments", "evidence", "what is expected", "its steps", "journal", "reversals"),
        *(
            "lifeline",
            "its sendings",
            "what was said of its file",
            "what was said of it",
            "where that stands",
        ),
        *("work", "touches and notes", "written claims", "inquiries", "raw segments"),
    ),
    "/claims/{claim:int}/lines/{line:int}": (
        *("facts", "answers", "raw segments", "their place", "rule of the payment", "its amounts"),
        *("its adjustments", "its raw segments"),
    ),
    "/payments/{payment:int}": (
        *("facts", "standing", "balance", "claim adjustments", "lines", "evidence"),
        *("other claims", "journal", "findings", "decisions", "work", "raw segments"),
    ),
    "/remittances/{remittance:int}": (
        *("facts", "balance", "what does not hold", "deposit", "what waits", "states"),
        *("claim payments", "provider adjustments", "findings", "journal", "work", "raw segments"),
    ),
    "/files": ("upload", "uploaded", "states", "files", "contents"),
    "/files/uploads": ("uploaded",),
    "/files/quarantine": ("files", "sets"),
    "/files/{file:int}": ("facts", "severities", "findings", "sets", "contents"),
    "/files/{file:int}/at/{byte:int}": ("file", "segments"),
    "/findings/{code}": ("meaning",),
    "/runs": ("kinds", "runs"),
    "/runs/{run:int}": ("facts", "files", "report"),
    "/sets/{set:int}": (
        *("facts", "contents", "findings", "what would balance", "acknowledgments", "raw segments"),
        "what they answer",
    ),
    "/deposits/{deposit:int}": (
        *("facts", "remittances", "candidates", "compared", "decisions", "work", "raw records"),
    ),
    "/dashboard": (
        *("queues", "aging", "denials", "underpayments", "settled at first", "payers"),
        *("recovered", "team"),
    ),
    "/recovered": ("items",),
    "/team/items": ("items",),
    "/claims": ("filters", "sums", "claims"),
    "/reports": ("reports",),
    "/reports/{name}": ("table",),
    "/views": ("views",),
    "/account": ("facts", "password", "tokens"),
    "/users": ("people", "sessions", "add"),
    "/access": ("entries",),
}
"""The panels of each page: what stands on it as a part of its own, and is read for itself."""

_EACH = {"/claims/{claim:int}/lines/{line:int}": ('id="t-line-payment', 4)}
"""What stands on a page for each panel of a kind that is there several times, and how many panels
that is."""

_QUESTIONS: Mapping[str, int] = {
    "/search": 24,
    "/exports/{table}/{form}": 9,
    "/items/{item:int}/letter": 23,
    "/remittances/{remittance:int}/advice": 12,
    "/claims/{claim:int}/correct": 13,
}
"""What has no panels, with what it asks whatever there is: search asks once for each way of finding
something; the worklist as a file asks what its page asks; a letter and the form of a corrected
claim are made of everything about one claim, its file among it."""

_NUMBERS = {
    "item": "SELECT work_item_id FROM work_items",
    "payment": "SELECT claim_payment_id FROM claim_payments",
    "claim": "SELECT claim_id FROM claims",
    "remittance": "SELECT remittance_id FROM remittances",
    "file": "SELECT file_id FROM files",
    "run": "SELECT run_id FROM runs",
    "set": "SELECT set_id FROM transaction_sets",
    "deposit": "SELECT deposit_id FROM deposits",
}


class Counted:
    """A workbench of some size, and how many questions its pages ask."""

    def __init__(self, store: Store, browser: Browser, asked: list[str]) -> None:
        self.store = store
        self.browser = browser
        self.asked = asked

    def questions(self, path: str) -> tuple[list[str], str]:
        """What the database is asked for a page that there is, and the page."""
        self.asked.clear()
        answer = self.browser.get(path)
        assert answer.status_code == 200, path
        questions = [
            sql
            for sql in self.asked
            if not sql.startswith(_NO_QUESTIONS)
            and not any(part in " ".join(sql.split()) for part in _SESSION)
        ]
        return questions, answer.text

    def addresses(self, route: str) -> list[str]:
        """Pages of a route, of things spread over all that there are."""
        name = re.search(r"\{(\w+):int\}", route)
        if name is None:
            return [
                route.replace("{code}", "BAL-0103")
                .replace("{name}", "denials")
                .replace("{table}", "worklist")
                .replace("{form}", "csv")
                + ("?q=sample" if route == "/search" else "")
            ]
        with self.store.reading() as reader:
            found = [row[0] for row in reader.rows(f"{_NUMBERS[name[1]]} ORDER BY 1")]
        chosen = found[:: max(len(found) // _IDS_TRIED, 1)][:_IDS_TRIED]
        return [
            re.sub(r"\{(line|byte):int\}", "1", route.replace(name[0], str(number)))
            for number in chosen
        ]


@pytest.fixture(
    scope="module",
    params=[pytest.param(30, id="small"), pytest.param(150, id="large", marks=pytest.mark.slow)],
)
def counted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counted]:
    folder = tmp_path_factory.mktemp("counted")
    asked: list[str] = []
    with ExitStack() as opened:
        store = opened.enter_context(open_store(str(folder / "edi.db")))
        practice = practice_of(request.param, is_acknowledged=True)
        files = written(practice, folder / "files", with_bank=True)
        take(store, files)
        conclude(store)
        reconcile_run(store, policy=ReconcilePolicy(), as_of=AS_OF)
        make_searchable(store)
        add_user(store, "dana", name="", role=Role.ADMINISTRATOR, password=PASSWORD, actor="root")
        listen(store, asked)
        settings = Settings()
        recorder = opened.enter_context(AccessRecorder(store, folder / "access"))
        desk = opened.enter_context(UploadDesk(store, settings, folder / "uploads"))
        browser = Browser(Site(store, settings, recorder, AS_OF, desk=desk))
        assert browser.log_in("dana").status_code == 303
        yield Counted(store, browser, asked)


def listen(store: Store, asked: list[str]) -> None:
    """Write down every statement of a connection, but those of who records the views."""
    connect = store.backend.connect

    def said(sql: str) -> None:
        if threading.current_thread().name != "access":
            asked.append(sql)

    def listened():
        connection = connect()
        connection.set_trace_callback(said)
        return connection

    store.backend.connect = listened  # type: ignore[method-assign]
    store.backend._idle.clear()  # type: ignore[union-attr]


def test_every_page_is_counted() -> None:
    pages = {route.path for route in ROUTES if route.method == "GET"}
    assert pages == _PANELS.keys() | _QUESTIONS.keys()


@pytest.mark.parametrize("route", [*_PANELS, *_QUESTIONS])
def test_a_page_asks_three_questions_more_than_it_has_panels(counted: Counted, route: str) -> None:
    addresses = counted.addresses(route)
    assert addresses
    for path in addresses:
        questions, text = counted.questions(path)
        mark, panels = _EACH.get(route, ("\0", 0))
        further = max(text.count(mark) - 1, 0) * panels
        most = _QUESTIONS.get(route) or len(_PANELS[route]) + further + _BESIDES
        told = "\n".join(" ".join(sql.split())[:150] for sql in questions)
        assert len(questions) <= most, f"{path} asks {len(questions)}, may ask {most}:\n{told}"
