"""Who may log in, with what, and for how long."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from edi_engine.errors import InputError
from edi_engine.jobs import users as jobs
from edi_engine.jobs.users import LoginRefusedError
from edi_engine.records.users import AccessKind, Permission, Role, may
from edi_engine.store import Store, open_store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
IDLE = timedelta(minutes=15)
PASSWORD = "seven green herons"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(str(tmp_path / "edi.db"))
    jobs.add_user(
        store, "dana", name="Dana", role=Role.ADMINISTRATOR, password=PASSWORD, actor="root"
    )
    return store


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def log_in(
    store: Store, login: str = "dana", password: str = PASSWORD, *, minutes: float = 0
) -> str:
    found = jobs.log_in(store, login, password, address="10.0.0.1", now=lambda: at(minutes))
    return found.token


def is_in(store: Store, token: str, *, minutes: float) -> bool:
    return jobs.find_session(store, token, idle=IDLE, now=lambda: at(minutes)) is not None


def test_a_kept_password_is_as_dear_as_rfc_9106_asks(passwords_are_cheap: PasswordHasher) -> None:
    # Its second recommended choice: three passes over 64 MiB in four lanes.
    assert passwords_are_cheap.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def kinds(store: Store) -> list[AccessKind]:
    return [entry.kind for _, entry in reversed(jobs.list_access(store))]


@pytest.mark.parametrize(
    ("login", "name", "password", "place"),
    [
        ("", "", PASSWORD, "login"),
        ("-kim", "", PASSWORD, "login"),
        ("kim lee", "", PASSWORD, "login"),
        ("k" * 41, "", PASSWORD, "login"),
        ("../kim", "", PASSWORD, "login"),
        ("dana", "", PASSWORD, "login"),
        ("DANA", "", PASSWORD, "login"),
        ("kim", "K" * 81, PASSWORD, "name"),
        ("kim", "", "elevenchars", "password"),
        ("kim", "", "x" * 257, "password"),
        ("kim", "", "my name is Kim Lee", "password"),
    ],
)
def test_what_cannot_be_added(
    store: Store, login: str, name: str, password: str, place: str
) -> None:
    with pytest.raises(InputError) as caught:
        jobs.add_user(store, login, name=name, role=Role.BILLER, password=password, actor="root")
    assert caught.value.place == place
    assert caught.value.remedy
    assert [user.login for user in jobs.list_users(store)] == ["dana"]


def test_no_password_is_kept(store: Store) -> None:
    token = log_in(store)
    with store.reading() as reader:
        kept = repr(reader.users()) + repr(reader.open_sessions(at(-60)))
    assert PASSWORD not in kept
    assert token not in kept


def test_a_login_is_found_however_it_is_typed(store: Store) -> None:
    assert is_in(store, log_in(store, " Dana "), minutes=1)


def test_a_wrong_password_and_an_unknown_login_are_told_alike(store: Store) -> None:
    told = set()
    for login, password in (("dana", "seven green heron"), ("nobody", PASSWORD), ("", "")):
        with pytest.raises(LoginRefusedError) as caught:
            log_in(store, login, password)
        told.add(str(caught.value))
    assert len(told) == 1


def test_a_session_ends_when_nothing_was_asked(store: Store) -> None:
    token = log_in(store)
    assert is_in(store, token, minutes=15)
    assert not is_in(store, token, minutes=15.1)
    with store.writing() as writer:
        writer.see_sessions([(key.token_hash, at(10)) for key in writer.open_sessions(at(0))])
    assert is_in(store, token, minutes=25)
    seen = jobs.find_session(store, token, idle=IDLE, seen_at=at(40), now=lambda: at(50))
    assert seen is not None


def test_whoever_logs_out_is_out(store: Store) -> None:
    token, other = log_in(store), log_in(store)
    jobs.log_out(store, token, now=lambda: at(1))
    assert not is_in(store, token, minutes=1)
    assert is_in(store, other, minutes=1)
    jobs.log_out(store, token)
    jobs.log_out(store, "no token at all")
    assert kinds(store).count(AccessKind.LOGGED_OUT) == 1


def test_too_many_failures_of_a_login_make_it_wait(store: Store) -> None:
    for _ in range(5):
        with pytest.raises(LoginRefusedError, match="wrong"):
            log_in(store, password="not it, not at all")
    with pytest.raises(LoginRefusedError, match="too many"):
        log_in(store, minutes=14)
    assert log_in(store, minutes=15.1)


def test_a_login_that_worked_starts_the_count_again(store: Store) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(LoginRefusedError, match="wrong"):
                log_in(store, password="not it, not at all")
        log_in(store)


def test_too_many_failures_of_an_address_make_it_wait(store: Store) -> None:
    for number in range(30):
        with pytest.raises(LoginRefusedError, match="wrong"):
            log_in(store, f"guess{number}")
    with pytest.raises(LoginRefusedError, match="too many"):
        log_in(store)
    elsewhere = jobs.log_in(store, "dana", PASSWORD, address="10.0.0.2", now=lambda: at(1))
    assert elsewhere.user.login == "dana"


@pytest.mark.parametrize(
    "change",
    [
        lambda store: jobs.change_role(store, "kim", Role.MANAGER, actor="dana"),
        lambda store: jobs.change_password(store, "kim", "nine grey herons", actor="dana"),
        lambda store: jobs.disable_user(store, "kim", actor="dana"),
    ],
    ids=["another role", "another password", "disabled"],
)
def test_who_was_changed_has_to_log_in_again(store: Store, change: object) -> None:
    jobs.add_user(store, "kim", name="", role=Role.BILLER, password=PASSWORD, actor="dana")
    token, own = log_in(store, "kim"), log_in(store)
    change(store)
    assert not is_in(store, token, minutes=1)
    assert is_in(store, own, minutes=1)
    assert kinds(store)[-1] is AccessKind.CHANGED_USERS


def test_who_is_disabled_gets_in_again_once_enabled(store: Store) -> None:
    jobs.add_user(store, "kim", name="", role=Role.BILLER, password=PASSWORD, actor="dana")
    jobs.disable_user(store, "kim", actor="dana")
    with pytest.raises(LoginRefusedError):
        log_in(store, "kim")
    jobs.enable_user(store, "kim", actor="dana")
    assert log_in(store, "kim")


def test_the_last_administrator_stays_one(store: Store) -> None:
    for change in (
        lambda: jobs.disable_user(store, "dana", actor="dana"),
        lambda: jobs.change_role(store, "dana", Role.BILLER, actor="dana"),
    ):
        with pytest.raises(InputError, match="last administrator"):
            change()
    jobs.add_user(store, "kim", name="", role=Role.ADMINISTRATOR, password=PASSWORD, actor="dana")
    assert jobs.change_role(store, "dana", Role.BILLER, actor="kim").role is Role.BILLER


def test_an_administrator_ends_a_session(store: Store) -> None:
    token = log_in(store)
    (found,) = jobs.list_sessions(store, idle=IDLE, now=lambda: at(1))
    jobs.end_session(store, found.session.token_hash, actor="dana", now=lambda: at(1))
    assert not is_in(store, token, minutes=1)
    with pytest.raises(InputError):
        jobs.end_session(store, "no such", actor="dana")


def test_what_roles_may() -> None:
    table = {
        role: {permission.value for permission in Permission if may(role, permission)}
        for role in Role
    }
    assert table == {
        Role.READ_ONLY: {"look"},
        Role.COLLECTOR: {"look", "work"},
        Role.BILLER: {"look", "work", "decide", "take_in"},
        Role.MANAGER: {"look", "work", "decide", "take_in", "manage"},
        Role.ADMINISTRATOR: {"look", "work", "decide", "take_in", "manage", "administer"},
    }
