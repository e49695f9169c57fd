"""Users and the tokens of their programs on the command line."""

import json

import pytest

from edi_engine.jobs.tokens import find_token
from edi_engine.store import open_store
from tests.cli.conftest import Run

PASSWORD = "seven green herons"


@pytest.fixture
def office(run: Run) -> Run:
    """Commands on a new database with an administrator and a biller."""
    for login, role in (("dana", "administrator"), ("lee", "biller")):
        made = run(
            "--db", "office.db", "users", "add", login, "--role", role, "--password", PASSWORD
        )
        assert made.exit_code == 0, made.stderr
    return lambda *arguments: run("--db", "office.db", "users", *arguments)


def test_a_users_life(office: Run) -> None:
    assert "lee is manager now." in office("role", "lee", "manager").output
    assert "another password" in office("password", "lee", "--password", PASSWORD * 2).output
    assert "lee is disabled" in office("disable", "lee").output
    assert "may log in again" in office("enable", "lee").output
    listed = json.loads(office("list", "--json").output)
    assert [(one["login"], one["role"]) for one in listed] == [
        ("dana", "administrator"),
        ("lee", "manager"),
    ]
    assert "password" not in json.dumps(listed)
    assert "lee" in office("list").output


def test_a_token_is_printed_once_and_ended(office: Run) -> None:
    made = office("token", "lee", "--name", "night upload", "--days", "30", "--reads-only")
    text = made.stdout.strip()
    assert text.startswith("edi_")
    assert "not shown again" in made.stderr
    with open_store("office.db") as store:
        found = find_token(store, text)
    assert found is not None
    assert found.token.reads_only
    (listed,) = json.loads(office("tokens", "--json").output)
    assert (listed["login"], listed["name"], listed["last_used"]) == (
        "lee",
        "night upload",
        "never",
    )
    assert text not in office("tokens").output
    assert "is ended" in office("end-token", listed["token"]).output
    assert json.loads(office("tokens", "--json").output) == []
    with open_store("office.db") as store:
        assert find_token(store, text) is None


def test_a_token_for_a_script(office: Run) -> None:
    made = json.loads(office("token", "lee", "--name", "script", "--json").output)
    assert set(made) == {"token_id", "token", "ends_at"}
    ended = json.loads(office("end-token", made["token_id"], "--json").output)
    assert ended == {"token_id": made["token_id"], "login": "lee", "name": "script"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("token", "nobody", "--name", "x"), "no such login"),
        (("token", "lee", "--name", "  "), "1 to 60 characters"),
        (("token", "lee", "--name", "x" * 61), "1 to 60 characters"),
        (("token", "lee", "--name", "x", "--days", "0"), "range"),
        (("token", "lee", "--name", "x", "--days", "367"), "range"),
        (("end-token", "77"), "no such token"),
        (("disable", "dana"), "last administrator"),
        (("role", "nobody", "biller"), "no such login"),
    ],
)
def test_what_cannot_be_done_is_said(office: Run, arguments: tuple[str, ...], words: str) -> None:
    refused = office(*arguments)
    assert refused.exit_code == 2
    assert words in refused.stderr


def test_somebody_has_only_so_many_tokens(office: Run) -> None:
    for number in range(20):
        assert office("token", "lee", "--name", f"program {number}").exit_code == 0
    refused = office("token", "lee", "--name", "one more")
    assert refused.exit_code == 2
    assert "lee has 20 tokens already" in refused.stderr
