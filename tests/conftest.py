"""Settings of the whole test run."""

import gc
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from edi_engine.jobs import passwords
from edi_engine.store import backends, engine, open_store
from edi_engine.store.backends import PostgresBackend, SqliteBackend

EnsureSchema = Callable[..., None]

# The quick run is the same every time; `make test-slow` looks further and prints how to replay.
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=35)
settings.register_profile(
    "thorough",
    deadline=None,
    max_examples=300,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Expected files are written anew only when somebody asks for it."""
    parser.addoption(
        "--regenerate", action="store_true", help="write what the golden tests expect anew"
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays for the whole run: the garbage collector goes through its some
    hundred thousand objects no more, and seldom through others."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()


_OFF = 0
"""SQLite's word for a commit that waits for no disk."""

_POSTGRESQL_IN_QUICK_RUN = {
    "test_conclusions",
    "test_files_and_views",
    "test_journal",
    "test_schema",
    "test_transactions",
    "test_work",
}
"""Modules of the store's tests that ask the quick run about that dialect."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """PostgreSQL is among the slow tests, but for some of the store; before anything is chosen by
    its marks."""
    for item in items:
        if "postgresql" in _parameters(item) and item.path.stem not in _POSTGRESQL_IN_QUICK_RUN:
            item.add_marker(pytest.mark.slow)


def _parameters(item: pytest.Item) -> list[object]:
    return list(item.callspec.params.values()) if hasattr(item, "callspec") else []


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--regenerate"))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, as the migrations make it."""
    empty = tmp_path_factory.mktemp("empty") / "empty.db"
    open_store(str(empty)).close()
    return empty


@pytest.fixture(scope="session", autouse=True)
def new_databases_are_copies(empty_database: Path) -> Iterator[EnsureSchema]:
    """A new SQLite database is a copy of one that the migrations made; gives what runs them.

    Making one takes a quarter of a second, and some hundred tests want one each. Commands in
    processes of their own and the tests of the store run the migrations themselves.
    """
    ensure_schema = engine.ensure_schema

    def ensured(backend: SqliteBackend | PostgresBackend, *, upgrade: bool) -> None:
        if upgrade and isinstance(backend, SqliteBackend) and _can_be_made(backend.path):
            shutil.copyfile(empty_database, backend.path)
        ensure_schema(backend, upgrade=upgrade)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "ensure_schema", ensured)
        yield ensure_schema


@pytest.fixture(scope="session", autouse=True)
def databases_wait_for_no_disk() -> Iterator[dict[str, int]]:
    """No test cuts the power, so none needs what a commit does against that; gives what says how it
    waits. Commands in processes of their own, which tests do kill, keep it."""
    kept = {name: getattr(backends, name) for name in ("_NORMAL", "_FULL")}
    with pytest.MonkeyPatch.context() as patch:
        for name in kept:
            patch.setattr(backends, name, _OFF)
        yield kept


@pytest.fixture(scope="session", autouse=True)
def passwords_are_cheap() -> Iterator[PasswordHasher]:
    """No test guesses passwords, and some hundred log in; gives what makes the dear hashes."""
    dear = passwords._HASHER
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", cheap)
        patch.setattr(passwords, "_NOBODY", cheap.hash("nobody's password"))
        yield dear


def _can_be_made(path: Path) -> bool:
    return path.parent.is_dir() and not path.exists()
