"""A workbench over a small practice, and a browser for each role."""

import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from edi_engine.config import Settings
from edi_engine.errors import InputError
from edi_engine.jobs.access import AccessRecorder
from edi_engine.jobs.search import make_searchable
from edi_engine.jobs.tokens import end_token, make_token
from edi_engine.jobs.uploads import UploadDesk
from edi_engine.jobs.users import add_user, log_in
from edi_engine.records.users import Role
from edi_engine.store import Store, open_store
from edi_engine.web import Site, create_app
from edi_engine.web.guard import SESSION_COOKIE, _form_token
from tests.jobs.conclusions import AS_OF, conclude, practice_of, take, written

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says how it should be installed
    from starlette.testclient import TestClient

PASSWORD = "seven green herons"
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Browser:
    """Somebody at the workbench: keeps cookies, sends forms as the page would."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.client = TestClient(
            create_app(site), base_url="http://localhost", follow_redirects=False
        )
        self.csrf = ""
        self.login = ""

    def get(self, path: str, **options):
        answer = self.client.get(path, **options)
        found = CSRF.search(answer.text)
        if found:
            self.csrf = found[1]
        return answer

    def post(self, path: str, **fields: object):
        return self.client.post(path, data={"csrf": self.csrf, **fields})

    def log_in(self, login: str, password: str = PASSWORD):
        self.login = login
        self.get("/login")
        answer = self.post("/login", login=login, password=password)
        if answer.status_code == 303:
            self.get(answer.headers["location"])
        return answer

    def go_in(self, login: str) -> None:
        """Be logged in, without the pages that people see on the way."""
        self.login = login
        token = log_in(self.site.store, login, PASSWORD, address="testclient").token
        self.client.cookies.set(SESSION_COOKIE, token, domain="localhost.local", path="/")
        self.csrf = _form_token(token)


class Program:
    """Something that calls the API with a token."""

    def __init__(self, site: Site, token: str) -> None:
        self.client = TestClient(create_app(site), base_url="http://localhost")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: object):
        return self.client.get(path, params=query, headers=self.headers)

    def post(self, path: str, **body: object):
        return self.client.post(path, json=body, headers=self.headers)


@pytest.fixture(scope="session", autouse=True)
def one_event_loop_answers() -> Iterator[None]:
    """Every client asks in the same event loop, as at a server: starting one for each request takes
    as long as most answers."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "portal", portal)
        yield


@pytest.fixture(scope="session")
def practice_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return written(practice_of(60), tmp_path_factory.mktemp("practice"))


@pytest.fixture(scope="session")
def concluded_database(
    tmp_path_factory: pytest.TempPathFactory, practice_files: list[Path]
) -> Path:
    """The small practice, for copies of it."""
    path = tmp_path_factory.mktemp("web") / "edi.db"
    with open_store(str(path)) as store:
        take(store, practice_files)
        conclude(store)
    return path


@pytest.fixture(scope="session")
def workbench_database(concluded_database: Path) -> Path:
    """The same with somebody of each role, for copies of it."""
    path = concluded_database.with_name("workbench.db")
    with open_store(str(shutil.copy(concluded_database, path))) as store:
        make_searchable(store)
        for role in Role:
            add_user(store, role.value, name="", role=role, password=PASSWORD, actor="root")
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, workbench_database: Path) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("web") / "edi.db"
    with open_store(str(shutil.copy(workbench_database, path))) as store:
        yield store


@contextmanager
def site_of(store: Store, folder: Path) -> Iterator[Site]:
    settings = Settings()
    with (
        AccessRecorder(store, folder / "access") as recorder,
        UploadDesk(store, settings, folder / "uploads") as desk,
    ):
        yield Site(store, settings, recorder, AS_OF, desk=desk)


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Iterator[Site]:
    with site_of(store, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def strangers_site(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For those who are refused, and leave nothing that another test could find."""
    with site_of(store, tmp_path_factory.mktemp("strangers")) as made:
        yield made


@pytest.fixture
def as_role(site: Site) -> Callable[[Role], Browser]:
    """A browser in which somebody of a role is logged in."""

    def browser(role: Role) -> Browser:
        made = Browser(site)
        made.go_in(role.value)
        return made

    return browser


@pytest.fixture
def as_program(site: Site) -> Iterator[Callable[..., Program]]:
    """A program with a token of somebody of a role; tokens end with the test."""
    made: list[int] = []

    def program(role: Role, *, reads_only: bool = False) -> Program:
        token = make_token(
            site.store, role.value, name="a program", actor=role.value, reads_only=reads_only
        )
        made.append(token.kept.token_id)
        return Program(site, token.text)

    yield program
    for token_id in made:
        with suppress(InputError):  # the test ended it
            end_token(site.store, token_id, actor="test")
